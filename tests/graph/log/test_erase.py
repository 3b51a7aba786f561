"""Erasure: the text is gone from every file of the database, the chain stays whole."""

from __future__ import annotations

import random
import sqlite3
import string
from pathlib import Path

import pytest
from sqlalchemy import select

from graph.errors import DataError
from graph.log.database import Database
from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC, Change, Operation
from graph.log.runs import RunLine
from graph.log.schema import log as log_table
from tests.graph.log.entries import entry, name


def test_an_erased_record_leaves_its_headers(log: Log) -> None:
    log.append([entry(1, "Jeanne"), entry(2, "Other")], agent="me", source="a")
    log.append([entry(1, "Jeanne D.")], agent="me", source="a")
    before = log.rows()
    assert log.erase("a", name(1), agent="officer") == 4
    after = log.rows()
    assert [row.payload is None for row in after] == [True, False, True, True]
    assert [(row.iri, row.chain) for row in after[:3]] == [(row.iri, row.chain) for row in before]
    last = after[3]
    assert (last.operation, last.agent, last.audience, last.previous_audience) == (
        Operation.ERASE,
        "officer",
        PUBLIC,
        PUBLIC,
    )
    assert log.changes(after=3) == [Change(4, 4, "a", name(1), None, PUBLIC)]
    assert [head.iri for head in log.heads()] == [name(2)]
    assert log.payloads([1, 2, 3, 4]) == {2: before[1].payload}
    log.verify(deep=True)


def test_another_source_keeps_what_it_says(log: Log) -> None:
    log.append([entry(1, "Jeanne")], agent="me", source="a")
    log.append([entry(1, "Madame D.")], agent="me", source="b")
    log.erase("a", name(1), agent="officer")
    assert [head.source for head in log.heads(iri=name(1))] == ["b"]
    assert log.slugs.address(name(1)) == ("dataset", "madame-d")
    assert log.slugs.find("dataset", "jeanne") is None
    log.verify(deep=True)


def test_erasing_what_was_deleted_before(log: Log) -> None:
    log.append([entry(1, "Jeanne", audience=MEMBERS)], agent="me", source="a")
    log.retract("a", agent="me")
    assert log.erase("a", name(1), agent="officer") == 3
    last = log.rows()[-1]
    assert (last.audience, last.previous_audience, last.public_sequence) == (MEMBERS, None, 0)
    assert log.payload(1) is None
    log.verify(deep=True)


def test_erasing_twice_adds_nothing(log: Log) -> None:
    log.append([entry(1)], agent="me", source="a")
    assert [log.erase("a", name(1), agent="officer") for _ in range(2)] == [2, 2]
    assert log.sequence() == 2


def test_an_erased_record_may_come_back(log: Log) -> None:
    log.append([entry(1)], agent="me", source="a")
    log.erase("a", name(1), agent="officer")
    log.append([entry(1)], agent="me", source="a")
    assert [row.operation for row in log.rows()] == [Operation.CREATE, Operation.ERASE, Operation.CREATE]
    assert log.payload(3) == entry(1).record.payload
    log.verify(deep=True)


def test_report_lines_that_name_it_go_too(log: Log) -> None:
    log.append([entry(1, "Jeanne")], agent="me", source="a")
    runs = [log.runs.start(source, "operator") for source in ("a", "b")]
    for run in runs:
        lines = [
            RunLine(0, "a.ttl:1", f"<{name(1)}> dct:title 'Jeanne'", "why", None),
            RunLine(0, name(1), "Jeanne", "why", "Jeanne"),
            RunLine(0, "a.ttl:2", "another", "why", None),
        ]
        log.runs.add_lines(run, lines)
    log.erase("a", name(1), agent="officer")
    assert [line.what for line in log.runs.lines(runs[0])] == ["another"]
    assert len(log.runs.lines(runs[1])) == 3


def _secret(chance: random.Random) -> str:
    return "".join(chance.choices(string.ascii_lowercase, k=24))


def _stored(file: Path, iri: str) -> list[bytes]:
    """Give what the database holds of a record: packed payloads past the two bytes that all have, and salts."""
    connection = sqlite3.connect(file)
    rows = connection.execute("SELECT payload, salt FROM log WHERE iri = ? AND payload IS NOT NULL", (iri,)).fetchall()
    connection.close()
    return [part for payload, salt in rows for part in (payload[2:], salt)]


@pytest.mark.parametrize("seed", range(6))
def test_erased_bytes_are_nowhere_in_the_files(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    secrets: dict[int, list[str]] = {}
    file = tmp_path / "civigraph.sqlite"
    with Log.open(file) as log:
        for _ in range(25):
            entries = []
            for number in chance.choices(range(200), k=chance.randint(1, 50)):
                secret = _secret(chance)
                secrets.setdefault(number, []).append(secret)
                text = f"{secret} {_secret(chance) * chance.choice((0, 1, 20, 300))}"
                entries.append(entry(number, secret, text=text))
            log.append(entries, agent="me", source="a")
            log.retract("a", [name(number) for number in chance.choices(range(200), k=8)], agent="me")
        gone = chance.sample(sorted(secrets), 40)
        parts = [part for number in gone for part in _stored(file, name(number))]
        texts = [secret.encode() for number in gone for secret in secrets[number]]
        log.erase("a", name(gone[0]), agent="me")  # so that all that follows is in the file, not in the write-ahead log
        kept = [part for number in secrets if number not in gone for part in _stored(file, name(number))]
        for number in gone[1:]:
            log.erase("a", name(number), agent="me")
        log.verify(deep=True)
        files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert any(part in files for part in kept)  # what stays is found by the same search
    assert any(secrets[number][-1].encode() in files for number in secrets if number not in gone)
    assert [text for text in texts if text in files] == []
    assert [part for part in parts if part in files] == []


def test_a_reader_in_the_way_is_told_and_the_erasure_can_be_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.log.database.PATIENCE_SECONDS", 0.2)
    file = tmp_path / "civigraph.sqlite"
    with Log.open(file) as log:
        log.append([entry(1, "jeanneundisguised")], agent="me", source="a")
        reader = Database.open(file)
        with reader.read() as connection:
            connection.execute(select(log_table.c.sequence)).all()
            with pytest.raises(DataError, match="another process reads"):
                log.erase("a", name(1), agent="me")
        reader.close()
        assert b"jeanneundisguised" in b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert log.erase("a", name(1), agent="me") == 2
        assert b"jeanneundisguised" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_erased_text_is_not_in_the_files_of_postgresql(postgresql, new_address) -> None:  # type: ignore[no-untyped-def]
    with Log.open(new_address("postgresql")) as log:
        log.append([entry(number, f"jeanneundisguised{number:04}") for number in range(300)], agent="me", source="a")
        postgresql.checkpoint()
        assert postgresql.holds(b"jeanneundisguised0007")
        log.erase("a", name(7), agent="me")
        log.verify(deep=True)
        postgresql.checkpoint()
        assert not postgresql.holds(b"jeanneundisguised0007")
        assert postgresql.holds(b"jeanneundisguised0008")
