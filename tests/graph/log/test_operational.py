"""The tables beside the log: instance, sources, runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text, update

from graph.errors import ConfigurationError, InputError, NotKnown
from graph.log.database import Database
from graph.log.instance import BASE
from graph.log.log import Log
from graph.log.pages import PAGE
from graph.log.rows import MEMBERS, PUBLIC
from graph.log.runs import RunLine, RunStatus
from graph.log.schema import FORMAT, instance
from graph.log.sources import OWN, OWN_ADDRESS


def test_the_base_is_fixed_once(log: Log) -> None:
    assert log.instance.get(BASE) is None
    log.instance.set(BASE, "http://127.0.0.1:8000/")
    log.instance.set(BASE, "http://127.0.0.1:8000/")
    with pytest.raises(ConfigurationError, match="cannot become"):
        log.instance.set(BASE, "https://example.org/")
    assert log.instance.get(BASE) == "http://127.0.0.1:8000/"


def test_other_values_may_change(log: Log) -> None:
    log.instance.set("title", "Rennes")
    log.instance.set("title", "Rennes Métropole")
    assert log.instance.get("title") == "Rennes Métropole"


def test_a_log_of_a_newer_civigraph_is_refused(log: Log, address: str | Path) -> None:
    log.close()
    database = Database.open(address)
    with database.write() as connection:
        newer = update(instance).where(instance.c.key == "format").values(value=str(FORMAT + 1))
        connection.execute(newer)
        connection.execute(text("DROP TABLE sessions"))
    with pytest.raises(ConfigurationError, match=f"format {FORMAT + 1}"):
        Log.open(address)
    with database.read() as connection, pytest.raises(Exception, match="sessions"):
        connection.execute(text("SELECT * FROM sessions"))
    database.close()


def test_a_source_is_its_address(log: Log) -> None:
    first = log.sources.ensure("rennes", "file:///data/a.json", PUBLIC, title="Rennes")
    assert (first.name, first.audience, first.title) == ("rennes", PUBLIC, "Rennes")
    assert log.sources.ensure("other", "file:///data/a.json", PUBLIC) == first
    second = log.sources.ensure("rennes", "file:///data/b.json", PUBLIC)
    third = log.sources.ensure("rennes", "file:///data/c.json", MEMBERS)
    assert (second.name, third.name) == ("rennes-2", "rennes-3")
    assert log.sources.all() == [first, second, third]
    assert log.sources.get("rennes-2") == second
    assert log.sources.at("file:///data/c.json") == third
    assert log.sources.get("none") is None
    assert log.sources.at("none") is None
    assert log.sources.named(each for each in (second.name, "none", first.name)) == [first, second]
    assert log.sources.named(()) == []


def test_a_source_shows_the_audience_of_its_newest_import(log: Log) -> None:
    log.sources.ensure("a", "file:///a", PUBLIC, title="A")
    log.sources.ensure("a", "file:///a", MEMBERS)
    again = log.sources.get("a")
    assert again is not None
    assert (again.audience, again.title) == (MEMBERS, "A")


@pytest.mark.parametrize("name", ["", "Rennes", "a b", "été", "a/b", "a\n"])
def test_names_that_are_none(log: Log, name: str) -> None:
    with pytest.raises(InputError):
        log.sources.ensure(name, "file:///a", PUBLIC)
    assert log.sources.all() == []


def test_the_projects_own_name_is_kept(log: Log) -> None:
    with pytest.raises(InputError, match="own records"):
        log.sources.ensure(OWN, "file:///a", PUBLIC)
    with pytest.raises(InputError, match="own records"):
        log.sources.ensure("a", OWN_ADDRESS, PUBLIC)
    assert log.sources.ensure(OWN, OWN_ADDRESS, PUBLIC).name == OWN


def test_a_run_and_its_report(log: Log) -> None:
    run = log.runs.start("rennes", "operator")
    started = log.runs.get(run)
    assert started is not None
    assert (started.status, started.finished, started.counts) == (RunStatus.STARTED, None, {})
    log.runs.add_lines(run, [RunLine(0, "a.ttl:3", "<bad iri>", "a space in an IRI", None)])
    log.runs.add_lines(run, [RunLine(0, "a.ttl:9", "\0\ud800", "no date", "2020-01-01")])
    log.runs.finish(run, counts={"created": 3})
    done = log.runs.get(run)
    assert done is not None
    assert (done.source, done.agent, done.status, done.counts) == (
        "rennes",
        "operator",
        RunStatus.FINISHED,
        {"created": 3},
    )
    assert done.finished is not None
    assert done.finished >= done.started
    assert log.runs.lines(run) == [
        RunLine(1, "a.ttl:3", "<bad iri>", "a space in an IRI", None),
        RunLine(2, "a.ttl:9", "�?", "no date", "2020-01-01"),
    ]
    assert log.runs.lines(run, after=1, limit=1)[0].number == 2


def test_long_reports_are_paged(log: Log) -> None:
    run = log.runs.start("a", "operator")
    log.runs.add_lines(run, (RunLine(0, f"a:{number}", "x", "y", None) for number in range(PAGE + 5)))
    assert len(log.runs.lines(run)) == PAGE
    assert [line.where for line in log.runs.lines(run, after=PAGE)] == [
        f"a:{number}" for number in range(PAGE, PAGE + 5)
    ]


def test_the_newest_runs(log: Log) -> None:
    runs = [log.runs.start(source, "operator") for source in ("a", "b", "a")]
    log.runs.finish(runs[0], status=RunStatus.FAILED)
    assert [run.id for run in log.runs.newest()] == runs[::-1]
    assert [(run.id, run.status) for run in log.runs.newest("a")] == [(runs[2], "started"), (runs[0], "failed")]
    assert [run.id for run in log.runs.newest(limit=1)] == [runs[2]]
    with pytest.raises(NotKnown):
        log.runs.finish(99)


def test_what_others_commit_is_noticed_once(tmp_path: Path) -> None:
    path = tmp_path / "civigraph.sqlite"
    with Log.open(path) as log, Log.open(path) as other:
        watch = log.watch()
        assert watch.moved()
        assert not watch.moved()
        for writer in (log, other):
            writer.sources.ensure("a", f"file:///{id(writer)}", PUBLIC)
            assert watch.moved()
            assert not watch.moved()
        log.sources.all()
        other.sequence()
        assert not watch.moved()
        watch.close()
