"""The project's own records: the same bytes each time, of every shipped file, each with a kind and a label."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from graph import bundled, executables
from graph.errors import ConfigurationError
from graph.instance import Instance
from graph.log.sources import OWN
from graph.terms import parse_payload
from ontology import loader

BASE = "https://civigraph.example/"
MADE = (executables.SPACE, executables.DERIVATIONS, executables.PREFIX_NODE)
"""What is made of queries, not of Turtle: see test_executables."""


def test_the_same_records_each_time() -> None:
    first, second = bundled.records(BASE), bundled.records(BASE)
    assert first == second
    assert [record.iri for record in first] == sorted(record.iri for record in first)


def test_nothing_of_the_files_is_lost() -> None:
    shipped = {
        (str(triple.subject), str(triple.predicate), str(triple.object))
        for _, text in loader.turtle(*loader.TERMS)
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE)
    }
    records = [record for record in bundled.records(BASE) if not record.iri.startswith(MADE)]
    assert {statement for record in records for statement in parse_payload(record.payload)} == shipped


def test_every_record_has_a_kind_and_a_label() -> None:
    records = bundled.records(BASE)
    assert not [record.iri for record in records if record.kind == "other" or not record.label]
    assert {"term", "concept", "scheme", "licence", "law", "legal-effect"} <= {record.kind for record in records}


def test_the_base_changes_nothing() -> None:
    """No shipped record has a local address, so every instance says the same."""
    assert bundled.records(BASE) == bundled.records("http://127.0.0.1:8000/")


def test_blank_nodes_of_two_files_are_two() -> None:
    text = b"[] <http://p.example/says> 'x' ."
    same = bundled.read([("a.ttl", text), ("b.ttl", text)], base=BASE, source="test")
    other = bundled.read([("a.ttl", text), ("b.ttl", text.replace(b"x", b"y"))], base=BASE, source="test")
    assert len(other) == 2
    assert len(same) <= 2


def test_a_broken_file_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"modules/bad\.ttl"):
        bundled.read([("modules/bad.ttl", b"<a> <b> .")], base=BASE, source="test")


def test_an_instance_brings_them_once(tmp_path: Path) -> None:
    with Instance.open(tmp_path / "data", create=True) as instance:
        sequence = instance.log.sequence()
        assert sequence == len(bundled.records(instance.base))
        assert {head.iri for head in instance.log.heads(source=OWN)} == {record.iri for record in bundled.records(BASE)}
    with Instance.open(tmp_path / "data") as instance:
        assert instance.log.sequence() == sequence
