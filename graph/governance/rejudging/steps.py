"""Property paths as steps that can be followed either way, and taken apart at each of their properties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.term import URIRef

from graph.errors import ShapesRefused
from graph.terms import iri


@dataclass(frozen=True, slots=True)
class Hop:
    """One statement: by a property (N-Triples text), by any where it is None; backwards from object to subject."""

    predicate: str | None
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Parts one after the other; none of them leads from every node to itself."""

    parts: tuple[Steps, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    parts: tuple[Steps, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """A part any number of times, none included."""

    part: Steps


Steps = Hop | Chain | Either | Many


def chain(*parts: Steps) -> Chain:
    """Put parts one after the other, chains among them flattened: equal ways are equal values."""
    flat: list[Steps] = []
    for part in parts:
        flat += part.parts if isinstance(part, Chain) else (part,)
    return Chain(tuple(flat))


def turned(steps: Steps) -> Steps:
    """Lead the same way from the end to the start."""
    match steps:
        case Hop():
            return Hop(steps.predicate, not steps.backwards)
        case Chain():
            return chain(*(turned(part) for part in reversed(steps.parts)))
        case Either():
            return Either(tuple(turned(part) for part in steps.parts))
        case Many():
            return Many(turned(steps.part))


@dataclass(frozen=True, slots=True)
class Cut:
    """A place of a path where a statement is read: what leads to it, the statement, what leads on."""

    before: Chain
    hop: Hop
    after: Chain


def cuts(steps: Steps, before: Chain = Chain(), after: Chain = Chain()) -> Iterator[Cut]:
    """Give every place of a path where a statement is read."""
    match steps:
        case Hop():
            yield Cut(before, steps, after)
        case Chain():
            for place, part in enumerate(steps.parts):
                yield from cuts(part, chain(before, *steps.parts[:place]), chain(*steps.parts[place + 1 :], after))
        case Either():
            for part in steps.parts:
                yield from cuts(part, before, after)
        case Many():
            yield from cuts(steps.part, chain(before, steps), chain(steps, after))


@lru_cache(maxsize=1024)
def steps_of(text: str) -> Steps:
    """Read a path of SPARQL. Raises ShapesRefused."""
    try:
        algebra = translateQuery(parseQuery(f"SELECT * WHERE {{ ?a {text} ?b }}")).algebra
        ((_, path, _),) = algebra.p.p.triples
    except Exception as error:  # the parser's own errors are of many kinds
        raise ShapesRefused(f"the path cannot be followed: {error}", where=text) from error
    return read_steps(path)


def read_steps(path: object) -> Steps:  # noqa: PLR0911 (one a kind of path)
    """Read a path as rdflib's algebra has it. Raises ShapesRefused for what is none."""
    match path:
        case URIRef():
            return Hop(iri(str(path)))
        case InvPath():
            return turned(read_steps(path.arg))
        case SequencePath():
            return chain(*map(read_steps, path.args))
        case AlternativePath():
            return Either(tuple(map(read_steps, path.args)))
        case MulPath():
            part = read_steps(path.path)
            if path.mod == "?":
                return Either((part, Chain()))
            return Many(part) if path.mod == "*" else chain(part, Many(part))
        case NegatedPath():
            return Either((Hop(None), Hop(None, backwards=True)))
    raise ShapesRefused(f"not a property path: {path}")
