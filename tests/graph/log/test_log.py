"""What the log promises, the same on every database."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from graph.errors import ConfigurationError, DataError, InputError, NoDataDirectory, NotKnown
from graph.log.log import MAX_IRI_BYTES, Log
from graph.log.pages import PAGE
from graph.log.rows import MEMBERS, PUBLIC, Appended, Change, Operation
from tests.graph.log.entries import AGREEMENT, entry, name


def operations(log: Log) -> list[tuple[str, str]]:
    return [(row.operation.value, row.iri.rpartition("/")[2]) for row in log.rows()]


def test_an_empty_log(log: Log) -> None:
    assert (log.sequence(), log.public_sequence()) == (0, 0)
    assert log.rows() == []
    assert log.changes() == []
    assert list(log.heads()) == []
    assert log.head("a", name(1)) is None
    assert log.append([], agent="me", source="a") == Appended(first=1, last=0)
    log.verify(deep=True)


def test_what_is_appended_is_read_back(log: Log) -> None:
    entries = [entry(1, "Été à l'eau"), entry(2, "Vélos", audience=MEMBERS)]
    assert log.append(entries, agent="me", source="a", run=7) == Appended(first=1, last=2, created=2)
    first, second = log.rows()
    assert (first.sequence, first.public_sequence, first.agent, first.source, first.run) == (1, 1, "me", "a", 7)
    assert (first.operation, first.iri, first.kind) == (Operation.CREATE, name(1), "dataset")
    assert (first.audience, first.previous_audience) == (PUBLIC, None)
    assert first.payload == entries[0].record.payload
    assert (second.sequence, second.public_sequence, second.audience) == (2, 1, MEMBERS)
    assert first.time.endswith("Z")
    assert len(first.time) == len("2026-01-01T00:00:00.000000Z")
    head = log.head("a", name(2))
    assert head is not None
    assert (head.sequence, head.kind, head.audience, head.label) == (2, "dataset", MEMBERS, "Vélos")


def test_unchanged_input_appends_nothing(log: Log) -> None:
    entries = [entry(number) for number in range(30)]
    log.append(entries, agent="me", source="a")
    rows = log.rows()
    assert log.append(entries, agent="you", source="a", run=2) == Appended(first=31, last=30, unchanged=30)
    assert log.rows() == rows


def test_the_same_text_from_another_source_is_its_own_record(log: Log) -> None:
    log.append([entry(1)], agent="me", source="a")
    assert log.append([entry(1)], agent="me", source="b").created == 1
    assert [(head.source, head.sequence) for head in log.heads(iri=name(1))] == [("a", 1), ("b", 2)]


def test_a_change_of_content_kind_or_audience_is_a_row(log: Log) -> None:
    for changed in (
        entry(1),
        entry(1, "Other"),
        entry(1, "Other", kind="series"),
        entry(1, "Other", kind="series", audience=MEMBERS),
    ):
        log.append([changed], agent="me", source="a")
    assert operations(log) == [("create", "1"), ("replace", "1"), ("replace", "1"), ("replace", "1")]
    last = log.rows()[-1]
    assert (last.audience, last.previous_audience, last.public_sequence) == (MEMBERS, PUBLIC, 4)


def test_one_record_twice_in_one_call_is_two_versions(log: Log) -> None:
    done = log.append([entry(1, "A"), entry(1, "B"), entry(1, "B")], agent="me", source="a")
    assert done == Appended(first=1, last=2, created=1, replaced=1, unchanged=1)
    head = log.head("a", name(1))
    assert head is not None
    assert (head.sequence, head.label) == (2, "B")
    log.verify(deep=True)


def test_a_batch_longer_than_a_page_is_one_transaction(log: Log) -> None:
    good = [entry(number) for number in range(2 * PAGE + 5)]
    with pytest.raises(InputError):
        log.append([*good, entry("x" * MAX_IRI_BYTES)], agent="me", source="a")
    assert log.sequence() == 0
    assert log.append(good, agent="me", source="a").last == 2 * PAGE + 5
    assert [head.iri for head in log.heads()] == [name(number) for number in range(2 * PAGE + 5)]
    log.verify(deep=True)


def test_public_numbers_count_only_what_touches_public_knowledge(log: Log) -> None:
    log.append([entry(1, audience=MEMBERS), entry(2), entry(3, audience=AGREEMENT)], agent="me", source="a")
    log.append([entry(1, "New", audience=MEMBERS)], agent="me", source="a")
    log.append([entry(2, audience=MEMBERS)], agent="me", source="a")
    log.append([entry(2, "New", audience=MEMBERS)], agent="me", source="a")
    log.append([entry(3)], agent="me", source="a")
    log.retract("a", [name(1)], agent="me")
    log.retract("a", [name(3)], agent="me")
    assert [row.public_sequence for row in log.rows()] == [0, 1, 1, 1, 2, 2, 3, 3, 4]
    assert log.public_sequence() == 4


def test_changes_say_what_is_dirty_and_for_whom(log: Log) -> None:
    log.append([entry(1)], agent="me", source="a")
    log.append([entry(1, audience=MEMBERS)], agent="me", source="a")
    log.retract("a", [name(1)], agent="me")
    assert log.changes() == [
        Change(1, 1, "a", name(1), PUBLIC, None),
        Change(2, 2, "a", name(1), MEMBERS, PUBLIC),
        Change(3, 2, "a", name(1), None, MEMBERS),
    ]
    assert [change.sequence for change in log.changes(after=1, limit=1)] == [2]


def test_retracting_a_source_removes_exactly_what_it_alone_said(log: Log) -> None:
    log.append([entry(number) for number in range(PAGE + 200)], agent="me", source="a")
    log.append([entry(1), entry(2)], agent="me", source="b")
    done = log.retract("a", agent="me", run=3)
    assert done == Appended(first=PAGE + 203, last=2 * PAGE + 402, deleted=PAGE + 200)
    assert [(head.source, head.iri) for head in log.heads()] == [("b", name(1)), ("b", name(2))]
    deletion = log.rows(after=done.first - 1, limit=1)[0]
    assert (deletion.operation, deletion.payload, deletion.run) == (Operation.DELETE, None, 3)
    assert (deletion.audience, deletion.previous_audience) == (PUBLIC, PUBLIC)
    assert log.retract("a", agent="me") == Appended(first=done.last + 1, last=done.last)
    log.verify(deep=True)


def test_what_comes_back_is_created_again(log: Log) -> None:
    log.append([entry(1)], agent="me", source="a")
    log.retract("a", [name(1), name(1), name(2)], agent="me")
    log.append([entry(1)], agent="me", source="a")
    assert operations(log) == [("create", "1"), ("delete", "1"), ("create", "1")]
    log.verify(deep=True)


def test_heads_are_found_by_each_property(log: Log) -> None:
    log.append(
        [entry(number, kind="actor" if number % 2 else "dataset") for number in range(6)], agent="me", source="a"
    )
    log.append([entry(1), entry(9, audience=MEMBERS), entry(8, audience=AGREEMENT)], agent="me", source="b")

    def found(**conditions: object) -> list[str]:
        return [f"{head.source}{head.iri[-1]}" for head in log.heads(**conditions)]  # type: ignore[arg-type]

    assert found() == ["a0", "a1", "a2", "a3", "a4", "a5", "b1", "b9", "b8"]
    assert found(source="b") == ["b1", "b9", "b8"]
    assert found(kind="actor") == ["a1", "a3", "a5"]
    assert found(iri=name(1)) == ["a1", "b1"]
    assert found(iris=[name(9), name(1), name(7), name(9)]) == ["a1", "b1", "b9"]
    assert found(audiences=(MEMBERS,)) == ["b9"]
    assert found(audiences=(MEMBERS, AGREEMENT)) == ["b9", "b8"]
    assert found(audiences=()) == []
    assert found(kind="dataset", source="b", audiences=(PUBLIC,)) == ["b1"]
    assert found(limit=3) == ["a0", "a1", "a2"]
    assert found(limit=0) == []
    assert found(after=2, limit=2) == ["a2", "a3"]
    assert found(after=7, kind="dataset") == ["b9", "b8"]
    assert found(iris=[name(1), name(9)], limit=2) == ["a1", "b1"]
    assert found(iris=[name(1), name(9)], after=2) == ["b1", "b9"]


def test_heads_that_are_replaced_while_they_are_read_come_again(log: Log) -> None:
    log.append([entry(f"{number:05}") for number in range(2 * PAGE)], agent="me", source="a")
    reading = log.heads()
    first = next(reading)
    log.append([entry("00000", "New"), entry(f"{2 * PAGE - 1:05}", "New")], agent="me", source="a")
    log.retract("a", [name(f"{2 * PAGE - 2:05}")], agent="me")
    seen = [first, *reading]
    assert [head.sequence for head in seen] == [*range(1, 2 * PAGE - 1), 2 * PAGE + 1, 2 * PAGE + 2]
    assert {head.iri for head in log.heads()} <= {head.iri for head in seen}


def test_counts_of_heads(log: Log) -> None:
    log.append(
        [entry(number, kind="actor" if number % 2 else "dataset") for number in range(5)], agent="me", source="a"
    )
    log.append([entry(1, audience=MEMBERS)], agent="me", source="b")
    assert log.counts() == {
        ("a", "actor", PUBLIC): 2,
        ("a", "dataset", PUBLIC): 3,
        ("b", "dataset", MEMBERS): 1,
    }


def test_heads_page_through_more_than_a_page(log: Log) -> None:
    log.append([entry(f"{number:05}") for number in range(2 * PAGE + 1)], agent="me", source="a")
    expected = [name(f"{number:05}") for number in range(2 * PAGE + 1)]
    assert [head.iri for head in log.heads()] == expected
    assert [head.iri for head in log.heads(iris=reversed(expected))] == expected
    assert [head.iri for head in log.heads(limit=PAGE + 1)] == expected[: PAGE + 1]
    assert [head.iri for head in log.heads(iris=expected, limit=PAGE + 1)] == expected[: PAGE + 1]


def test_payloads_by_sequence(log: Log) -> None:
    entries = [entry(number, f"T{number}") for number in range(PAGE + 10)]
    log.append(entries, agent="me", source="a")
    log.retract("a", [name(0)], agent="me")
    payloads = log.payloads(range(1, PAGE + 100))
    assert payloads == {number: each.record.payload for number, each in enumerate(entries, 1)}
    assert log.payload(2) == entries[1].record.payload
    assert log.payload(PAGE + 11) is None
    assert log.payload(10**6) is None


def test_history_of_one_source_and_of_all(log: Log) -> None:
    log.append([entry(1, "A"), entry(2)], agent="me", source="a")
    log.append([entry(1, "B")], agent="me", source="b")
    log.append([entry(1, "C")], agent="me", source="a")
    assert [row.sequence for row in log.history("a", name(1))] == [1, 4]
    assert [row.sequence for row in log.history(None, name(1))] == [1, 3, 4]
    assert log.history("c", name(1)) == []


def test_time_never_runs_backwards(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    log.append([entry(1)], agent="me", source="a")
    monkeypatch.setattr("graph.log.writer.now", lambda: "1999-12-31T23:59:59.000000Z")
    log.append([entry(2)], agent="me", source="a")
    assert all(earlier.time <= later.time for earlier, later in pairwise(log.rows()))


def test_a_newer_reading_of_the_label_renames_without_a_row(log: Log) -> None:
    told = entry(1, "Old")
    log.append([told], agent="me", source="a")
    renamed = type(told)(type(told.record)(told.record.iri, told.record.kind, "New", told.record.payload))
    assert log.append([renamed], agent="me", source="a").unchanged == 1
    head = log.head("a", name(1))
    assert head is not None
    assert (head.sequence, head.label) == (1, "New")
    assert log.slugs.address(name(1)) == ("dataset", "new")
    log.verify(deep=True)


def test_what_no_log_can_hold_is_refused(log: Log) -> None:
    with pytest.raises(InputError, match="no audience"):
        log.append([entry(1, audience="friends")], agent="me", source="a")
    with pytest.raises(InputError, match="no name of a source"):
        log.append([entry(1)], agent="me", source="Ma source")
    with pytest.raises(InputError, match="longer than"):
        log.append([entry("é" * (MAX_IRI_BYTES // 2))], agent="me", source="a")
    longest = entry("x" * (MAX_IRI_BYTES - len(name(""))))
    assert log.append([longest], agent="me", source="a").created == 1
    assert log.sequence() == 1


def test_a_transaction_that_fails_leaves_nothing(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    log.append([entry(1)], agent="me", source="a")

    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("graph.log.writer.slugs.follow", fail)
        with pytest.raises(RuntimeError):
            log.append([entry(2)], agent="me", source="a")
    assert log.sequence() == 1
    assert [head.iri for head in log.heads()] == [name(1)]
    assert log.append([entry(2)], agent="me", source="a") == Appended(first=2, last=2, created=1)
    log.verify(deep=True)


def test_a_log_is_there_again_when_it_is_opened_again(log: Log, address: str | Path) -> None:
    log.append([entry(1)], agent="me", source="a")
    rows = log.rows()
    log.close()
    with Log.open(address) as again:
        assert again.rows() == rows
        assert again.append([entry(2)], agent="me", source="a").first == 2
        again.verify(deep=True)


def test_addresses_that_hold_no_log(tmp_path: Path) -> None:
    with pytest.raises(NoDataDirectory):
        Log.open(tmp_path / "nowhere" / "civigraph.sqlite")
    with pytest.raises(ConfigurationError, match="mysql"):
        Log.open("mysql://localhost/x")
    with pytest.raises(ConfigurationError):
        Log.open("sqlite://")
    with pytest.raises(DataError) as told:
        Log.open(f"postgresql://me:secret@/none?host={tmp_path}")
    assert "secret" not in str(told.value)
    (tmp_path / "text.sqlite").write_text(
        "This is no database, though it is long enough to be read as the head of one." * 99
    )
    with pytest.raises(DataError, match="not a database"):
        Log.open(tmp_path / "text.sqlite")


def test_erasing_what_was_never_there(log: Log) -> None:
    log.append([entry(1)], agent="me", source="a")
    with pytest.raises(NotKnown):
        log.erase("b", name(1), agent="me")
    assert log.sequence() == 1
