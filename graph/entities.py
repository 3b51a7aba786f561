"""An entity as a reader sees it: all that the log's present records say about one IRI, and who says what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from graph.log.log import Log
from graph.log.rows import PUBLIC, Operation
from graph.terms import TYPE, Statement, parse_payload


@dataclass(frozen=True, slots=True)
class Said:
    """One value of a property, an N-Triples text, and the sources that state it."""

    value: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """A source that describes the entity, the sequence of its present version, and what it takes it for."""

    source: str
    sequence: int
    kind: str
    label: str


@dataclass(frozen=True)
class Entity:
    """What is said about an IRI and the nodes it owns: subject -> property -> values, IRIs without brackets."""

    iri: str
    tellings: tuple[Telling, ...]
    nodes: Mapping[str, Mapping[str, tuple[Said, ...]]]

    @property
    def own(self) -> Mapping[str, tuple[Said, ...]]:
        """The properties of the entity itself."""
        return self.nodes.get(self.iri, {})

    @property
    def owned(self) -> list[str]:
        """The IRIs of the nodes that live in the entity's records."""
        return [iri for iri in self.nodes if iri != self.iri]

    @property
    def types(self) -> list[str]:
        """The IRIs of its classes."""
        return [said.value[1:-1] for said in self.own.get(TYPE[1:-1], ()) if said.value.startswith("<")]

    @property
    def label(self) -> str:
        """Its best label in the log; the IRI where no record names it."""
        return next((telling.label for telling in self.tellings if telling.label), self.iri)

    @cached_property
    def statements(self) -> list[Statement]:
        """All statements of its records in the log's own texts, sorted, each once."""
        return sorted(
            (f"<{subject}>", f"<{prop}>", said.value)
            for subject, properties in self.nodes.items()
            for prop, values in properties.items()
            for said in values
        )

    @cached_property
    def mentioned(self) -> set[str]:
        """The IRIs that its statements name: properties, classes, whatever they point at, datatypes left out."""
        named = {prop for properties in self.nodes.values() for prop in properties}
        return named | {value[1:-1] for _, _, value in self.statements if value.startswith("<")}


def read_entity(log: Log, iri: str, audiences: Collection[str] | None = (PUBLIC,)) -> Entity | None:
    """Read what the records that these audiences (None: all) may see say about an IRI; None where there is none."""
    return read_entities(log, [iri], audiences).get(iri)


def read_entities(log: Log, iris: Iterable[str], audiences: Collection[str] | None = (PUBLIC,)) -> dict[str, Entity]:
    """Read several entities at once; an IRI without a record that these audiences may see is absent."""
    heads = list(log.heads(iris=iris, audiences=audiences))
    payloads = log.payloads([head.sequence for head in heads])
    found: dict[str, list[tuple[Telling, list[Statement]]]] = {}
    for head in heads:
        payload = payloads.get(head.sequence)
        if payload is not None:
            telling = Telling(head.source, head.sequence, head.kind, head.label)
            found.setdefault(head.iri, []).append((telling, parse_payload(payload)))
    return {
        iri: Entity(iri, tuple(telling for telling, _ in told), _merge((t.source, some) for t, some in told))
        for iri, told in found.items()
    }


def times_of(log: Log, entity: Entity, audiences: Collection[str] | None = (PUBLIC,)) -> dict[str, tuple[str, str]]:
    """When each source first and last told these audiences of an entity, since it was deleted last (ISO times)."""
    found: dict[str, tuple[str, str]] = {}
    telling = {each.source for each in entity.tellings}
    for row in log.history(None, entity.iri):
        if row.operation in {Operation.DELETE, Operation.ERASE}:
            found.pop(row.source, None)
        elif (audiences is None or row.audience in audiences) and row.source in telling:
            found[row.source] = (found.get(row.source, (row.time, ""))[0], row.time)
    return found


def _merge(told: Iterable[tuple[str, list[Statement]]]) -> dict[str, dict[str, tuple[Said, ...]]]:
    """Bring what several sources say together, each statement once with the sources that make it."""
    sources: dict[str, dict[str, dict[str, list[str]]]] = {}
    for source, statements in told:
        for subject, prop, value in statements:
            values = sources.setdefault(subject[1:-1], {}).setdefault(prop[1:-1], {})
            values.setdefault(value, []).append(source)
    return {
        subject: {
            prop: tuple(Said(value, tuple(values[value])) for value in sorted(values))
            for prop, values in sorted(properties.items())
        }
        for subject, properties in sorted(sources.items())
    }


def anchor_of(owner: str, iri: str) -> str:
    """Give the fragment that names an owned node on its owner's page."""
    if iri.startswith(f"{owner}#") and iri[len(owner) + 1 :].replace("-", "").replace("_", "").isalnum():
        return f"n-{iri[len(owner) + 1 :]}"
    return f"n-{blake2b(iri.encode(), digest_size=6).hexdigest()}"
