"""A record: what one source says about one IRI, in canonical N-Triples."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """What one run of one source says about one IRI.

    `kind` is the name of one of `graph.records.kinds.KINDS`; `label` the best name found in the statements, for the
    slug ('' if none); `payload` canonical N-Triples: UTF-8, one statement a line, sorted bytewise, each once, no blank
    nodes, `\\n` after each.
    """

    iri: str
    kind: str
    label: str
    payload: bytes
