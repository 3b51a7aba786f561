"""The structure gate: what a record must have to be accepted at all.

Shapes are SHACL Core with property paths that stay on the focus node, so records can be validated together and only the
statements whose property a shape reads need be given to the engine (a quarter of the time on real catalogues).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox
import shacl

from graph.errors import RecordRefused, Violation
from graph.records.record import Record
from shapes import loader

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@dataclass(frozen=True, slots=True)
class _Gate:
    """The shapes, ready: compiled, what they read (`<predicate>` as bytes), their messages by (shape, language)."""

    shapes: shacl.Shapes
    reads: frozenset[bytes]
    messages: dict[tuple[str, str], str]


def check(records: Sequence[Record]) -> dict[str, list[Violation]]:
    """Give the violations of each record that structure shapes turn away, by IRI; one that is absent is accepted.

    Judged is what a record describes, not its parts: a dataset is not refused because a node in it, the author of a
    quality annotation say, has no name. What is said of one IRI by two sources is two records and is judged apart.
    """
    found: dict[str, list[Violation]] = {}
    for batch in _without_doubles(records):
        for iri, violation in _violations(batch):
            found.setdefault(iri, []).append(violation)
    for violations in found.values():
        violations.sort(key=lambda each: (each.focus, each.path, each.message_en, each.value or ""))
    return found


def refusal(iri: str, violations: Sequence[Violation]) -> RecordRefused:
    """Make the error that tells why the gate turned a record away."""
    reasons = " ".join(violation.message_en for violation in violations)
    return RecordRefused(reasons, where=iri, remedy="add what is missing and send it again", violations=violations)


def _without_doubles(records: Sequence[Record]) -> Iterator[list[Record]]:
    """Part the records so that no IRI occurs twice in one part: one record must not lend its title to another."""
    waiting = list(records)
    while waiting:
        seen: set[str] = set()
        batch: list[Record] = []
        later: list[Record] = []
        for record in waiting:
            (later if record.iri in seen else batch).append(record)
            seen.add(record.iri)
        yield batch
        waiting = later


def _violations(batch: Sequence[Record]) -> Iterator[tuple[str, Violation]]:
    gate = _gate()
    lines = [
        line
        for record in batch
        for line in record.payload.splitlines(keepends=True)
        if line.split(b" ", 2)[1] in gate.reads
    ]
    report = gate.shapes.validate_text(b"".join(lines).decode(), format="ntriples")
    if report.results:
        known = {record.iri for record in batch}
        for result in report.results:
            if (focus := result.focus_node[1:-1]) in known:
                yield focus, _violation(result, gate.messages)


def _violation(result: shacl.Result, messages: dict[tuple[str, str], str]) -> Violation:
    shape = result.source_shape or ""
    return Violation(
        focus=result.focus_node[1:-1],
        path=(result.path or "").replace("<", "").replace(">", "").strip("()"),
        message_en=messages[shape, "en"],
        message_fr=messages[shape, "fr"],
        value=result.value_plain,
    )


@cache
def _gate() -> _Gate:
    """Compile the shapes once a process; the compiled form is immutable and shared by threads."""
    text = "\n".join(turtle.decode() for _, turtle in loader.structure())
    statements = [(quad.subject, quad.predicate, quad.object) for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    return _Gate(shacl.Shapes.from_turtle(text), _reads(statements), _messages(statements))


def _reads(statements: Sequence[tuple[object, ox.NamedNode, object]]) -> frozenset[bytes]:
    """Collect the properties that shapes read: types, targets, and whatever a path names, alone or in a list."""
    named = {
        value.value
        for _, predicate, value in statements
        if isinstance(value, ox.NamedNode) and predicate.value in {f"{SH}path", f"{SH}targetSubjectsOf", f"{RDF}first"}
    }
    return frozenset(f"<{iri}>".encode() for iri in named | {f"{RDF}type"})


def _messages(statements: Sequence[tuple[object, ox.NamedNode, object]]) -> dict[tuple[str, str], str]:
    return {
        (str(subject), value.language): value.value
        for subject, predicate, value in statements
        if predicate.value == f"{SH}message" and isinstance(value, ox.Literal) and value.language
    }
