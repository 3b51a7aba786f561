"""Statements from outside are checked in cages: the report is the uncaged one; what is hostile ends with an error."""

from __future__ import annotations

import datetime
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.cages.zygote import Zygote
from graph.errors import (
    DeadlineReached,
    InputError,
    InputTooLarge,
    LimitReached,
    MemoryReached,
    NotKnown,
    ResultTooLarge,
    ShapesRefused,
)
from graph.governance.checking.checker import Checker
from graph.governance.checking.loose import check_loose
from graph.governance.checking.validation import PRELOAD, Caps, Validations
from graph.governance.rules.shapesets import NAMES, named
from graph.terms import Statement, parse_payload
from tests.graph.governance.compiling.test_refusals import HEAD
from tests.shapes.case import cases

MIDSUMMER = datetime.date(2026, 6, 30)
# Far more than is needed, on any machine.
PATIENT = Caps(seconds=300)


@pytest.fixture(scope="module")
def validations() -> Iterator[Validations]:
    with Zygote(PRELOAD) as zygote, Validations(zygote, queue_seconds=120) as opened:
        yield opened


def statements(turtle: str) -> list[Statement]:
    """Read Turtle as an upload would be."""
    found = ox.parse(HEAD + turtle, format=ox.RdfFormat.TURTLE)
    return [(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in found]


def failing() -> list[Statement]:
    """Give the data of some cases that fail."""
    some = [case for case in cases() if case.kind == "bad" and not case.dated][::6]
    return parse_payload(b"".join(case.copied(case.address).data for case in some))


@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_the_uncaged_one(validations: Validations, name: str) -> None:
    data = [*failing(), *statements("[] a <http://www.w3.org/ns/dcat#Dataset> ; ex:p [ ex:q 1 ] .")]
    shapes = named(name)
    expected = Checker(shapes).check(check_loose(data, knows=shapes.knows), at=MIDSUMMER)
    report = validations.check(data, name, at=MIDSUMMER, caps=PATIENT)
    assert report == expected
    assert report.findings
    blank = {finding.focus for finding in report.findings if finding.focus.startswith("_:")}
    assert blank <= {subject for subject, _, _ in data}
    assert blank or name == "hvd"


def test_dates(validations: Validations) -> None:
    assert validations.check([], "governance", today=MIDSUMMER, caps=PATIENT).origin == "today"
    context = statements('ex:c <https://w3id.org/civigraph#evaluationDate> "2026-01-01"^^xsd:date .')
    report = validations.check(context, "governance", caps=PATIENT)
    assert (report.date.isoformat(), report.origin) == ("2026-01-01", "recorded")


def test_shapes_from_outside(validations: Validations) -> None:
    shapes = statements("ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .")
    data = statements("ex:a a ex:C . ex:b a ex:C ; ex:p 1 .")
    report = validations.check(data, shapes, caps=PATIENT)
    assert [finding.focus for finding in report.findings] == ["<https://example.org/a>"]
    assert report.findings[0].rule is None


def test_what_is_wrong_is_said(validations: Validations) -> None:
    with pytest.raises(NotKnown, match="no profile"):
        validations.check([], "dcat")
    with pytest.raises(InputTooLarge, match="statements"):
        validations.check(failing(), "hvd", caps=Caps(statements=3))
    with pytest.raises(InputTooLarge, match="bytes"):
        validations.check(failing(), "hvd", caps=Caps(text_bytes=30))
    with pytest.raises(ResultTooLarge, match="findings"):
        validations.check(failing(), "dcat-ap", caps=Caps(findings=3, seconds=300))
    recursive = statements("ex:S a sh:NodeShape ; sh:node ex:S .")
    with pytest.raises(ShapesRefused, match="refers to itself"):
        validations.check([], recursive, caps=PATIENT)


def test_a_check_can_be_cancelled(validations: Validations) -> None:
    with pytest.raises(LimitReached, match="cancelled"):
        validations.check(failing(), "governance", cancelled=lambda: True, caps=PATIENT)


PREFIX = 'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/" ] .'


def query_shape(select: str) -> list[Statement]:
    """Make a shape with one query."""
    query = f"[ sh:prefixes ex: ; sh:select '''{select}''' ]"
    return statements(f"{PREFIX} ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql {query} .")


def numbers(count: int) -> list[Statement]:
    """Make many statements that join with each other."""
    return statements("ex:a a ex:C . " + "".join(f"ex:n{n} ex:p {n} . " for n in range(count)))


def test_a_query_without_end_ends_at_the_deadline(validations: Validations) -> None:
    letters = "abcdefgh"
    joins = " ".join(f"?{each} ex:p ?{each}v ." for each in letters)
    endless = (
        f"SELECT $this WHERE {{ $this a ex:C . {joins} FILTER({' + '.join(f'?{each}v' for each in letters)} < 0) }}"
    )
    with pytest.raises(DeadlineReached, match="not checked within"):
        validations.check(numbers(500), query_shape(endless), caps=Caps(seconds=5))
    # The next one is answered by another worker.
    assert not validations.check([], "hvd", caps=PATIENT).findings


def test_shapes_that_multiply_end_too(validations: Validations) -> None:
    """A path through a full graph, from every node to every node, and a shape in a shape, many times over."""
    full = statements("".join(f"ex:n{one} a ex:C ; ex:p ex:n{other} . " for one in range(60) for other in range(60)))
    path = "( " + " ".join(["[ sh:oneOrMorePath ex:p ]"] * 40) + " )"
    deep = statements(f"ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path {path} ; sh:maxCount 0 ] .")
    with pytest.raises((DeadlineReached, MemoryReached)):
        validations.check(full, deep, caps=Caps(seconds=5))


def test_a_query_that_ends_the_process_is_an_error(validations: Validations) -> None:
    """The engine's parser recurses without bound: nothing of it reaches this process."""
    depth = 6_000
    select = f"SELECT $this WHERE {{ FILTER({'(' * depth}1{')' * depth} = 1) }}"
    with pytest.raises((InputError, ShapesRefused)):
        validations.check(numbers(1), query_shape(select), caps=PATIENT)
    nested = "[ sh:not " * 20_000 + "[]" + " ]" * 20_000
    triples = [(f"_:b{n}", "<http://www.w3.org/ns/shacl#not>", f"_:b{n + 1}") for n in range(20_000)]
    assert nested
    shape = [("_:b0", "<http://www.w3.org/ns/shacl#targetClass>", "<https://example.org/C>"), *triples]
    with pytest.raises((InputError, ShapesRefused)):
        validations.check(numbers(1), shape, caps=PATIENT)


class Canary:
    """A listener on loopback that counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.visits = 0
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if connection.recv(1) == b"q":
                    return
                self.visits += 1

    def close(self) -> None:
        """Stop listening."""
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"q")
        self._thread.join()
        self._socket.close()


def test_nothing_is_fetched(validations: Validations) -> None:
    canary = Canary()
    try:
        there = f"http://127.0.0.1:{canary.port}/"
        imports = f"<{there}o> a owl:Ontology ; owl:imports <{there}i> . ex:a a ex:C ; rdfs:seeAlso <{there}> ."
        head = "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        data = statements(head + imports)
        for name in NAMES:
            validations.check(data, name, caps=PATIENT)
        own = statements(
            f"{head} <{there}s> a owl:Ontology ; owl:imports <{there}more> ; sh:shapesGraph <{there}shapes> ."
            f"ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
        )
        assert len(validations.check(data, own, caps=PATIENT).findings) == 1
        for clause in (f"SERVICE <{there}> {{ ?s ?p ?o }}", f"GRAPH <{there}> {{ ?s ?p ?o }}"):
            with pytest.raises(ShapesRefused):
                validations.check(data, query_shape(f"SELECT $this WHERE {{ $this ?p ?o . {clause} }}"), caps=PATIENT)
        with pytest.raises(ShapesRefused):
            validations.check(data, query_shape(f"SELECT $this FROM <{there}> WHERE {{ $this ?p ?o }}"), caps=PATIENT)
    finally:
        canary.close()
    assert canary.visits == 0


def test_messages_tell_no_path_and_no_source_line(validations: Validations) -> None:
    bad: list[list[Statement]] = [query_shape("SELECT $this WHERE { $this ?p"), [("<a b>", "<urn:p>", "x")]]
    for shapes in bad:
        with pytest.raises((InputError, ShapesRefused)) as caught:
            validations.check([], shapes, caps=PATIENT)
        assert str(Path(__file__).parents[4]) not in str(caught.value)
        assert "Traceback" not in str(caught.value)


def test_data_that_no_engine_takes_is_an_error(validations: Validations) -> None:
    with pytest.raises(Exception, match="statements cannot be taken"):
        validations.check([("<not an iri>", "<urn:p>", "<urn:o>")], "hvd", caps=PATIENT)
