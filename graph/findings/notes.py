"""Notes that contest a finding: records of whoever contests it, in the words of the Web Annotation model.

An `oa:Annotation` with `oa:hasTarget` the finding and `oa:bodyValue` what is said; `dct:creator` is the actor
(https://www.w3.org/TR/annotation-model/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.records.record import Record
from graph.terms import DCT, OA, TYPE, XSD, iri, literal, value_of
from graph.views.batch import Version

KIND = "note"


@dataclass(frozen=True, slots=True)
class Note:
    """What a record says about one finding; `actor` is an IRI, None where it does not tell."""

    iri: str
    source: str
    audience: str
    finding: str
    actor: str | None
    text: str
    language: str | None
    time: str | None


def note_record(name: str, finding: str, text: str, *, actor: str | None, language: str | None, time: str) -> Record:
    """Write a note as a record under an address. Raises BadTerm for what is no address, text or language."""
    subject = iri(name)
    said = [
        (TYPE, iri(f"{OA}Annotation")),
        (iri(f"{OA}motivatedBy"), iri(f"{OA}questioning")),
        (iri(f"{OA}hasTarget"), iri(finding)),
        (iri(f"{OA}bodyValue"), literal(text, language)),
        (iri(f"{DCT}created"), literal(time, datatype=f"{XSD}dateTime")),
    ]
    if actor is not None:
        said.append((iri(f"{DCT}creator"), iri(actor)))
    lines = sorted(f"{subject} {prop} {value} .\n" for prop, value in said)
    return Record(name, KIND, "", "".join(lines).encode())


def read_notes(version: Version) -> Iterator[Note]:
    """Give the notes in a record, one a finding that it is about."""
    said: dict[str, list[str]] = {}
    for subject, prop, value in version.statements:
        if subject == iri(version.head.iri):
            said.setdefault(prop, []).append(value)
    bodies = [value_of(text) for text in sorted(said.get(iri(f"{OA}bodyValue"), ()))]
    actors = [term[1:-1] for term in said.get(iri(f"{DCT}creator"), ()) if term[0] == "<"]
    times = [value_of(term).value for term in said.get(iri(f"{DCT}created"), ()) if term[0] == '"']
    for target in said.get(iri(f"{OA}hasTarget"), ()):
        if bodies and target[0] == "<":
            yield Note(
                iri=version.head.iri,
                source=version.head.source,
                audience=version.head.audience,
                finding=target[1:-1],
                actor=min(actors, default=None),
                text=bodies[0].value,
                language=bodies[0].language,
                time=min(times, default=None),
            )
