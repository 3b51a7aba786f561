"""Entities: what present records say about an IRI, who says it, since when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.entities import anchor_of, read_entities, read_entity, times_of
from graph.log.log import Log
from graph.log.rows import PUBLIC, Entry
from graph.records.record import Record

A, B = "http://example.org/a", "http://example.org/b"
TITLE = "http://purl.org/dc/terms/title"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log.open(tmp_path / "log.sqlite") as opened:
        yield opened


def tell(log: Log, source: str, iri: str, *lines: str, audience: str = PUBLIC) -> None:
    """Append what a source says about an IRI."""
    payload = "".join(f"{line}\n" for line in sorted(lines)).encode()
    log.append([Entry(Record(iri, "dataset", "label", payload), audience)], agent="test", source=source)


def title(iri: str, text: str) -> str:
    return f'<{iri}> <{TITLE}> "{text}" .'


def test_an_entity_brings_sources_together(log: Log) -> None:
    tell(log, "one", A, title(A, "shared"), title(A, "mine"), title(f"{A}#part-1", "part"))
    tell(log, "two", A, title(A, "shared"))
    entity = read_entity(log, A)
    assert entity is not None
    assert {said.value: said.sources for said in entity.own[TITLE]} == {'"mine"': ("one",), '"shared"': ("one", "two")}
    assert entity.owned == [f"{A}#part-1"]
    assert [telling.source for telling in entity.tellings] == ["one", "two"]
    assert len(entity.statements) == len(set(entity.statements)) == 3
    assert entity.statements == sorted(entity.statements)


def test_only_what_the_audience_may_see(log: Log) -> None:
    tell(log, "one", A, title(A, "open"))
    tell(log, "two", A, title(A, "closed"), audience="members")
    tell(log, "two", B, title(B, "closed"), audience="members")
    entity = read_entity(log, A)
    assert entity is not None
    assert [said.value for said in entity.own[TITLE]] == ['"open"']
    assert [telling.source for telling in entity.tellings] == ["one"]
    assert read_entity(log, B) is None
    both = read_entity(log, A, (PUBLIC, "members"))
    assert both is not None
    assert len(both.tellings) == 2
    assert set(times_of(log, entity)) == {"one"}


def test_times_begin_again_after_a_deletion(log: Log) -> None:
    tell(log, "one", A, title(A, "first"))
    log.retract("one", [A], agent="test")
    tell(log, "one", A, title(A, "second"))
    tell(log, "one", A, title(A, "third"))
    entity = read_entity(log, A)
    assert entity is not None
    rows = log.history("one", A)
    assert times_of(log, entity) == {"one": (rows[2].time, rows[3].time)}


def test_a_time_when_nobody_might_see_it_is_not_told(log: Log) -> None:
    tell(log, "one", A, title(A, "x"), audience="members")
    tell(log, "one", A, title(A, "x"))
    entity = read_entity(log, A)
    assert entity is not None
    assert times_of(log, entity)["one"][0] == log.history("one", A)[1].time


def test_several_at_once(log: Log) -> None:
    tell(log, "one", A, title(A, "a"))
    tell(log, "one", B, title(B, "b"))
    assert set(read_entities(log, [B, A, "http://example.org/none"])) == {A, B}


def test_mentioned_are_properties_and_objects(log: Log) -> None:
    tell(log, "one", A, f"<{A}> <http://purl.org/dc/terms/relation> <{B}> .", title(A, "a"))
    entity = read_entity(log, A)
    assert entity is not None
    assert entity.mentioned == {B, TITLE, "http://purl.org/dc/terms/relation"}


@pytest.mark.parametrize(("iri", "anchor"), [
    (f"{A}#distribution-1", "n-distribution-1"),
    (f"{A}#", None), (f"{A}#a b", None), (f"{A}#x\"y", None), (B, None),
])  # fmt: skip
def test_anchors(iri: str, anchor: str | None) -> None:
    found = anchor_of(A, iri)
    assert found == (anchor or found)
    assert found.replace("-", "").isalnum()
    assert anchor_of(A, f"{A}#x") != anchor_of(A, f"{A}#y")
