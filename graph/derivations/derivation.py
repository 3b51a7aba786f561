"""A derivation: one CONSTRUCT query of `ontology/derivations`, with what its own patterns tell about how to keep it up.

The file begins with comment lines `# name: value`: `en` and `fr` say what it derives, `source` on whose authority,
`focus` which variable is the subject of what it derives.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from graph.derivations.patterns import Group, Parsed, Pattern, Placed, parse
from graph.errors import ConfigurationError
from ontology import loader

_HEADER = re.compile(r"^# (en|fr|source|focus): (.+)$", re.MULTILINE)
_NEEDED = {"en", "fr", "source", "focus"}


@dataclass(frozen=True, slots=True)
class Step:
    """From a node to those it points at by a property or, backwards, to those that point at it."""

    predicate: str
    backwards: bool = False

    def turned(self) -> Step:
        """The same step the other way."""
        return Step(self.predicate, not self.backwards)


Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """Statements that, when they come or go, may change what is derived, and the way from them to whom it concerns.

    `values` are the only objects that matter, None for all; the way starts at the object where `from_object`, and leads
    to the focus.
    """

    predicate: str
    values: frozenset[str] | None
    from_object: bool
    way: Path

    def start(self, subject: str, value: str) -> str | None:
        """The node from which the way to the focus starts, None where the statement does not matter."""
        if self.values is not None and value not in self.values:
            return None
        node = value if self.from_object else subject
        return node if node[0] == "<" else None


@dataclass(frozen=True, slots=True, eq=False)
class Derivation:
    """A derivation and how to keep it up.

    `makes` is the one property of what it derives; `triggers` the statements that its query reads, `heads` those that
    it makes (one that is stated too is not kept as derived); `premises` the ways from a focus to everything that the
    query reads, the last step of each included; `needs` are, for each way in which a solution can come about, the
    properties that the focus must have.
    """

    name: str
    en: str
    fr: str
    source: str
    query: str
    makes: str
    triggers: tuple[Trigger, ...]
    heads: tuple[Trigger, ...]
    premises: tuple[Path, ...]
    needs: tuple[frozenset[str], ...]

    @property
    def anchored(self) -> bool:
        """Whether nothing is derived about what nothing is stated about."""
        return all(self.needs)


@lru_cache(maxsize=1)
def derivations() -> tuple[Derivation, ...]:
    """The derivations that are shipped, in the order of their names. Raises ConfigurationError where one is broken."""
    found = tuple(read(name, text) for name, text in loader.queries("derivations"))
    if len({each.makes for each in found}) != len(found):
        raise ConfigurationError("two derivations make one property", remedy="derive it in one file")
    return found


def digest() -> str:
    """A digest of the texts of all derivations: when it changes, what was derived may be derived no more."""
    told = sha256()
    for name, text in loader.queries("derivations"):
        told.update(f"{name}\0{text}\0".encode())
    return told.hexdigest()[:16]


def read(name: str, text: str) -> Derivation:
    """Read a derivation and work out its triggers and premises. Raises ConfigurationError."""
    header = dict(_HEADER.findall(text))
    if lacking := _NEEDED - header.keys():
        raise ConfigurationError(f"the header lacks {', '.join(sorted(lacking))}", where=name)
    focus = f"?{header['focus'].strip()}"
    try:
        return _made(name, header, text, parse(text), focus)
    except ConfigurationError as error:
        raise ConfigurationError(error.what, where=name) from error


def _made(name: str, header: dict[str, str], text: str, parsed: Parsed, focus: str) -> Derivation:
    if any(pattern.subject != focus for pattern in parsed.head):
        raise ConfigurationError(f"what is derived must be about {focus}")
    if len(makes := {pattern.predicate for pattern in parsed.head}) != 1:
        raise ConfigurationError("a derivation makes one property")
    ways = [_way(placed, focus) for placed in parsed.body]
    triggers = {_trigger(placed, way) for placed, way in zip(parsed.body, ways, strict=True)}
    premises = {_premise(placed.pattern, way) for placed, way in zip(parsed.body, ways, strict=True)}
    return Derivation(
        name=name,
        en=header["en"],
        fr=header["fr"],
        source=header["source"],
        query=text,
        makes=makes.pop(),
        triggers=tuple(sorted(triggers, key=repr)),
        heads=tuple(sorted(_heads(parsed), key=repr)),
        premises=tuple(sorted(premises, key=repr)),
        needs=tuple(
            frozenset(pattern.predicate for pattern in group.patterns if pattern.subject == focus)
            for group in parsed.always
        ),
    )


def _heads(parsed: Parsed) -> set[Trigger]:
    return {
        Trigger(pattern.predicate, _values(pattern, Group(limits=parsed.head_limits)), from_object=False, way=())
        for pattern in parsed.head
    }


_Way = tuple[bool, Path]
"""Whether the way starts at the object of a pattern, and its steps to the focus."""


def _way(placed: Placed, focus: str) -> _Way:
    """The shortest way from a pattern to the focus, over patterns that surely hold where it is matched."""
    ends = {placed.pattern.subject: False, placed.pattern.object: True}
    steps = _steps(placed.around.patterns)
    reached: dict[str, tuple[str, Path]] = {end: (end, ()) for end in ends if end[0] == "?"}
    waiting = deque(reached)
    while waiting and focus not in reached:
        here = waiting.popleft()
        start, path = reached[here]
        for step, there in steps.get(here, ()):
            if there not in reached:
                reached[there] = (start, (*path, step))
                waiting.append(there)
    if focus not in reached:
        raise ConfigurationError(f"nothing joins the pattern {placed.pattern} to {focus}")
    start, path = reached[focus]
    return ends[start], path


def _steps(patterns: Iterable[Pattern]) -> dict[str, list[tuple[Step, str]]]:
    """Variable -> the steps that lead on from it, and the variables that they lead to."""
    steps: dict[str, list[tuple[Step, str]]] = {}
    for pattern in sorted(patterns, key=repr):
        if pattern.subject[0] == "?" and pattern.object[0] == "?":
            step = Step(pattern.predicate)
            steps.setdefault(pattern.subject, []).append((step, pattern.object))
            steps.setdefault(pattern.object, []).append((step.turned(), pattern.subject))
    return steps


def _trigger(placed: Placed, way: _Way) -> Trigger:
    from_object, path = way
    return Trigger(placed.pattern.predicate, _values(placed.pattern, placed.around), from_object, path)


def _premise(pattern: Pattern, way: _Way) -> Path:
    """The way from the focus to the statements that a pattern matches."""
    from_object, path = way
    return (*(step.turned() for step in reversed(path)), Step(pattern.predicate, backwards=from_object))


def _values(pattern: Pattern, around: Group) -> frozenset[str] | None:
    """The only objects that a pattern can match, None where there is no such list."""
    if pattern.object[0] == "<":
        return frozenset({pattern.object})
    return around.limits.get(pattern.object)
