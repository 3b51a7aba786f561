"""Runs: what a source says now is what stands in the log, and nothing of a file that is refused."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.cages.limits import Limits
from graph.errors import InputError, LimitReached, UnknownFormat, UnreadableFile, WorkerDied
from graph.ingest import run
from graph.ingest.report import Progress
from graph.ingest.run import run_import
from graph.ingest.workroom import workroom
from graph.log.rows import MEMBERS, PUBLIC
from graph.log.runs import RunStatus
from tests.graph.ingest.conftest import PREFIXES, Directory, opened, said_by

Writing = Callable[[str, str | bytes], Path]


def turtle(*titles: str) -> str:
    """Describe datasets, one a title, each with a distribution and a blank contact, by one publisher."""
    return (
        PREFIXES
        + "".join(
            f'ex:{title} a dcat:Dataset ; dct:title "{title}" ; dct:publisher ex:actor ;\n'
            '  dcat:contactPoint [ foaf:name "c" ] ;\n'
            f'  dcat:distribution ex:{title}-file . ex:{title}-file a dcat:Distribution ; dct:title "file" .\n'
            for title in titles
        )
        + 'ex:actor a foaf:Agent ; foaf:name "Actor" .\n'
    )


def iris(instance: Directory, source: str) -> list[str]:
    """Give the local names of a source's records."""
    return sorted(head.iri.removeprefix("http://example.org/") for head in instance.log.heads(source=source))


def test_the_same_file_again_appends_nothing(instance: Directory, write: Writing) -> None:
    file = write("a.ttl", turtle("x", "y"))
    first = run_import(instance, [file]).files[0]
    assert (first.created, first.records, first.accepted) == (3, 3, 3)
    sequence = instance.log.sequence()
    again = run_import(instance, [file]).files[0]
    assert (again.created, again.replaced, again.deleted, again.unchanged) == (0, 0, 0, 3)
    assert instance.log.sequence() == sequence
    assert len(instance.log.sources.all()) == 1


def test_a_changed_file_changes_the_records_that_changed(instance: Directory, write: Writing) -> None:
    run_import(instance, [write("a.ttl", turtle("x", "y", "z"))])
    changed = turtle("x", "y", "w").replace(
        'ex:y-file a dcat:Distribution ; dct:title "file"', "ex:y-file a dcat:Distribution"
    )
    report = run_import(instance, [write("a.ttl", changed)]).files[0]
    assert (report.created, report.replaced, report.deleted, report.unchanged) == (1, 1, 1, 2)
    assert iris(instance, "a") == ["actor", "w", "x", "y"]


def test_order_of_statements_means_nothing(tmp_path: Path, instance: Directory, write: Writing) -> None:
    lines = [f'<http://e/{n % 7}> <http://e/p{n}> "{n}" .\n' for n in range(50)] + [
        "_:a <http://e/q> _:b .\n",
        '_:b <http://e/r> "1" .\n',
    ]
    run_import(instance, [write("a.nt", "".join(lines))], source="s")
    random.Random(1).shuffle(lines)
    report = run_import(instance, [write("b.nt", "".join(lines).replace("_:a", "_:z"))], source="s").files[0]
    assert report.unchanged == report.records == 8


def test_gzip_and_plain_say_the_same(instance: Directory, write: Writing) -> None:
    run_import(instance, [write("a.ttl", turtle("x"))], source="s")
    report = run_import(instance, [write("a.ttl.gz", gzip.compress(turtle("x").encode()))], source="s").files[0]
    assert (report.unchanged, report.created, report.deleted) == (2, 0, 0)


def test_files_of_a_folder_are_sources_of_their_own(instance: Directory, write: Writing) -> None:
    write("Été 2024.ttl", turtle("x"))
    write("b/a.ttl", turtle("x"))
    folder = write("a.ttl", turtle("y")).parent
    report = run_import(instance, [folder])
    assert sorted(report.runs) == ["a", "a-2", "ete-2024"]
    assert sorted(report.runs.values()) == [1, 2, 3]
    addresses = {source.name: source.address for source in instance.log.sources.all()}
    assert addresses["a"] == str(folder / "a.ttl")
    assert iris(instance, "ete-2024") == iris(instance, "a-2") == ["actor", "x"]


def test_files_of_one_source_are_one_run(instance: Directory, write: Writing) -> None:
    one = write("1.ttl", turtle("x") + '_:b dct:title "one" .')
    two = write("2.ttl", turtle("y") + 'ex:x dct:subject ex:s . _:b dct:title "two" .')
    report = run_import(instance, [one, two], source="both")
    assert len(report.runs) == 1
    assert {"actor", "x", "y"} < set(iris(instance, "both"))
    assert len(iris(instance, "both")) == report.total("created") == 5
    assert [file.records for file in report.files] == [5, 0]
    assert any(p == "<http://purl.org/dc/terms/subject>" for _, p, _ in said_by(instance, "both"))
    shorter = run_import(instance, [one], source="both")
    assert shorter.total("deleted") == 2
    assert shorter.total("replaced") == 1


def test_nothing_is_retracted_where_a_file_is_refused(instance: Directory, write: Writing) -> None:
    one, two = write("1.ttl", turtle("x")), write("2.ttl", turtle("y"))
    run_import(instance, [one, two], source="both")
    write("2.ttl", turtle("y") + "ex:broken")
    write("1.ttl", turtle("z"))
    report = run_import(instance, [one, two], source="both")
    assert report.failed
    assert [file.refused_whole is None for file in report.files] == [True, False]
    assert iris(instance, "both") == ["actor", "x", "y", "z"]


def test_nothing_of_a_refused_file_is_taken(instance: Directory, write: Writing) -> None:
    report = run_import(instance, [write("a.ttl", turtle("x", "y") + "ex:z dct:title")])
    error = report.files[0].refused_whole
    assert isinstance(error, UnreadableFile)
    assert (error.line, error.where) == (13, "a.ttl")
    assert instance.log.sequence() == 0
    stored = instance.log.runs.newest()[0]
    assert (stored.status, stored.counts["refused"], stored.counts["created"]) == (RunStatus.FAILED, 1, 0)
    line = instance.log.runs.lines(stored.id)[0]
    assert (line.where, line.what) == ("a.ttl at line 13", "the file is refused whole")


def test_a_refused_file_leaves_no_source(instance: Directory, write: Writing) -> None:
    run_import(instance, [write("a.ttl", turtle("x"))])
    known = instance.log.sources.all()
    broken = write("b.ttl", "this is no Turtle")
    assert run_import(instance, [broken]).failed
    assert run_import(instance, [broken], source="named").failed
    assert instance.log.sources.all() == known
    run_import(instance, [write("b.ttl", turtle("y"))])
    assert [each.name for each in instance.log.sources.all()] == ["a", "b"]


def test_a_refused_import_leaves_the_audience_of_its_source(instance: Directory, write: Writing) -> None:
    run_import(instance, [write("a.ttl", turtle("x"))])
    run_import(instance, [write("a.ttl", "this is no Turtle")], audience=MEMBERS)
    assert [each.audience for each in instance.log.sources.all()] == [PUBLIC]


def test_a_name_that_another_process_takes_meanwhile_is_not_written_to(instance: Directory, write: Writing) -> None:
    def take(step: Progress) -> None:
        instance.log.sources.ensure("a", "urn:another")

    with pytest.raises(InputError, match="took the name 'a'"):
        run_import(instance, [write("a.ttl", turtle("x"))], progress=take)
    assert iris(instance, "a") == iris(instance, "a-2") == []


def test_gate_turns_a_record_away_and_says_why(instance: Directory, write: Writing) -> None:
    report = run_import(instance, [write("a.ttl", turtle("x") + "ex:nameless a dcat:Dataset ; dct:description 'd' .")])
    file = report.files[0]
    assert not report.failed
    assert (file.records, file.accepted) == (3, 2)
    (line,) = file.lines
    assert line.where == "http://example.org/nameless"
    assert "must have a title" in line.why
    assert line.kept == "nothing"
    assert "nameless" not in iris(instance, "a")
    stored = instance.log.runs.lines(report.runs["a"])
    assert [(each.where, each.why) for each in stored] == [(line.where, line.why)]


def test_a_name_too_long_for_the_log_costs_the_record(instance: Directory, write: Writing) -> None:
    report = run_import(instance, [write("a.ttl", turtle("x") + f'<http://e/{"x" * 2000}> dct:title "T" .')])
    assert not report.failed
    assert "longer than 2000 bytes" in report.files[0].lines[0].why
    assert iris(instance, "a") == ["actor", "x"]


@pytest.mark.parametrize("audience", [MEMBERS, "http://example.org/agreement/1"])
def test_audience_of_every_record(instance: Directory, write: Writing, audience: str) -> None:
    file = write("a.ttl", turtle("x"))
    run_import(instance, [file], audience=audience)
    assert {head.audience for head in instance.log.heads(source="a")} == {audience}
    report = run_import(instance, [file])
    assert report.files[0].replaced == 2
    assert {head.audience for head in instance.log.heads(source="a")} == {PUBLIC}


@pytest.mark.parametrize(("source", "audience"), [("s", "everybody"), ("No Name", PUBLIC), ("civigraph", PUBLIC)])
def test_names_that_are_none(instance: Directory, write: Writing, source: str, audience: str) -> None:
    with pytest.raises(InputError):
        run_import(instance, [write("a.ttl", turtle("x"))], source=source, audience=audience)
    assert instance.log.sequence() == 0


def test_description_whose_catalogue_record_is_not_public(instance: Directory, write: Writing) -> None:
    right = "<http://publications.europa.eu/resource/authority/access-right/{}>"
    content = turtle("x", "y") + (
        f"ex:x dct:accessRights {right.format('NON_PUBLIC')} .\n"
        f"ex:ry a dcat:CatalogRecord ; foaf:primaryTopic ex:y ; dct:accessRights {right.format('RESTRICTED')} .\n"
        f"ex:rx a dcat:CatalogRecord ; foaf:primaryTopic ex:x ; dct:accessRights {right.format('PUBLIC')} .\n"
        f'[] a dcat:CatalogRecord ; foaf:primaryTopic ex:y ; dct:title "blank" .\n'
    )
    report = run_import(instance, [write("a.ttl", content)])
    members = {head.iri.rpartition("/")[2] for head in instance.log.heads(source="a", audiences=(MEMBERS,))}
    assert {"y", "ry"} < members
    assert len(members) == 3
    assert "y" not in {value.rpartition("/")[2][:-1] for _, _, value in said_by(instance, "a", PUBLIC)}
    assert sum("does not show this description" in line.why for line in report.files[0].lines) == 3


def test_missing_unknown_and_strange_files(instance: Directory, write: Writing, tmp_path: Path) -> None:
    write("in/a.csv", "a;b\n")
    write("in/ckan.json", '{"name": "x", "title": "y"}')
    write("in/csw.xml", '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"/>')
    folder = write("in/good.ttl", turtle("x")).parent
    report = run_import(instance, [folder, tmp_path / "absent.ttl"])
    reasons = {Path(file.path).name: file.refused_whole for file in report.files}
    assert isinstance(reasons["a.csv"], UnknownFormat)
    assert "neither JSON-LD nor RUDI" in str(reasons["ckan.json"])
    assert "{http://www.opengis.net/cat/csw/2.0.2}GetRecordsResponse" in str(reasons["csw.xml"])
    assert "No such file" in str(reasons["absent.ttl"])
    assert reasons["good.ttl"] is None
    assert iris(instance, "good") == ["actor", "x"]


def test_empty_files_and_folders(instance: Directory, write: Writing, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run_import(instance, [tmp_path / "empty"]).files == []
    report = run_import(instance, [write("a.ttl", "")])
    assert not report.failed
    assert report.files[0].records == 0


def test_progress_is_told(instance: Directory, write: Writing) -> None:
    content = "".join(f'<http://e/{n}> <http://purl.org/dc/terms/title> "{n}" .\n' for n in range(20_000))
    told: list[Progress] = []
    run_import(instance, [write("a.nt", content)], progress=told.append)
    assert {step.stage for step in told} == {"read", "split", "append"}
    read = [step for step in told if step.stage == "read"]
    assert 0 < read[0].done <= read[0].total == len(content)
    assert told[-1] == Progress("append", "a", 20_000, 20_000)


def test_folder_for_work_is_left_empty(instance: Directory, write: Writing) -> None:
    run_import(instance, [write("a.ttl", turtle("x")), write("b.ttl", "broken")], source="s")
    assert [path.name for path in instance.tmp.iterdir()] == ["import.lock"]


def test_work_of_a_dead_import_is_swept_up_and_that_of_a_living_one_is_not(instance: Directory, write: Writing) -> None:
    with workroom(instance.tmp) as living:
        dead = instance.tmp / "import-dead"
        dead.mkdir()
        (dead / "spool").write_bytes(b"left behind")
        run_import(instance, [write("a.ttl", turtle("x"))])
        assert not dead.exists()
        assert living.exists()
    assert not living.exists()


# Workers that end

NESTED = 100_000
HOSTILE_TURTLE = f"<http://e/a> <http://e/b> {'<<( <http://e/a> <http://e/b> ' * NESTED}<http://e/c>{' )>>' * NESTED} ."


def test_a_file_that_kills_its_worker_is_refused_and_the_others_are_taken(instance: Directory, write: Writing) -> None:
    files = [write("1.ttl", turtle("x")), write("2.ttl", HOSTILE_TURTLE), write("3.ttl", turtle("y"))]
    report = run_import(instance, files, source="s")
    assert [type(file.refused_whole) for file in report.files] == [type(None), WorkerDied, type(None)]
    assert iris(instance, "s") == ["actor", "x", "y"]
    assert "2.ttl" in str(report.files[1].refused_whole)


def test_a_file_that_takes_too_much_memory_is_refused(
    instance: Directory, write: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "LIMITS", Limits(memory_bytes=600 << 20))
    big = write(
        "big.json",
        "[" + ",".join(f'{{"@id": "http://e/{n}", "http://e/p": [1, 2, {{"a": {{}}}}]}}' for n in range(300_000)) + "]",
    )
    report = run_import(instance, [big, write("x.ttl", turtle("x"))], source="s")
    assert isinstance(report.files[0].refused_whole, LimitReached | WorkerDied)
    assert report.files[1].refused_whole is None
    assert iris(instance, "s") == ["actor", "x"]


def test_a_worker_that_is_silent_for_too_long_is_ended(
    instance: Directory, write: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "QUIET_SECONDS", 0.01)
    report = run_import(instance, [write("a.ttl", turtle(*(f"d{n}" for n in range(3000))))])
    assert "no answer came in time" in str(report.files[0].refused_whole)
    assert instance.log.sequence() == 0


def test_two_runs_in_two_directories_do_not_mix(tmp_path: Path, write: Writing) -> None:
    file = write("a.ttl", turtle("x"))
    for name in ("one", "two"):
        with opened(tmp_path / name) as directory:
            assert run_import(directory, [file]).files[0].created == 2
