"""Reading the cases of the governance rules: small graphs that pass, fail or nearly fail, and what is expected of them.

`shapes/cases/R15/bad-other-service.ttl` is data with one description of itself in the terms of the SHACL test suite
(`sht:Validate`); `bad-other-service.ru` beside it, an update, is the rule's remedy applied to it. Passing and near-miss
cases expect nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from tests.shapes.judging import RULE, SH, Finding, path_in, rule_of

FOLDER = Path(__file__).resolve().parents[2] / "shapes" / "cases"
EX = "https://example.org/id/"
MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"


@dataclass(frozen=True)
class Case:
    """One case: its data as N-Triples without what it says of itself, and the findings that are expected of it."""

    rule: str
    kind: str
    name: str
    words: dict[str, str]
    data: bytes
    expected: tuple[Finding, ...]
    remedy: str | None = field(repr=False)

    @property
    def address(self) -> str:
        """Name the case, for people and for the addresses of its copies."""
        return f"{self.rule}/{self.kind}-{self.name}"

    @property
    def dated(self) -> bool:
        """Say whether the case brings its own evaluation date, and so must be judged by itself."""
        return b"EvaluationContext" in self.data

    def copied(self, to: str) -> Copy:
        """Copy the case below another address: its own addresses move, its names and numbers become others."""
        names = ('d’Exemple"', f'd’Exemple, {to}"')
        changes = [(f"<{EX}", f"<{EX}{to}/"), names, *_renumbered(self.data.decode(), to)]
        return Copy(
            _changed(self.data.decode(), changes).encode(),
            tuple(
                Finding(
                    each.rule,
                    _changed(each.focus, changes),
                    each.path,
                    _changed(each.value, changes),
                    each.shape,
                    each.severity,
                )
                for each in self.expected
            ),
        )


@dataclass(frozen=True)
class Copy:
    """A case moved below an address of its own: data as N-Triples and the findings expected of it."""

    data: bytes
    expected: tuple[Finding, ...]


def _changed(text: str, changes: Iterable[tuple[str, str]]) -> str:
    for old, new in changes:
        text = text.replace(old, new)
    return text


def _renumbered(data: str, seed: str) -> list[tuple[str, str]]:
    """Give each SIREN number of a case another one, right or wrong as it was, so that copies share none."""
    numbers = sorted(set(re.findall(r'"([0-9]+)"\^\^<[^>]*#siren>', data)))
    return [(f'"{old}"', f'"{_another(old, f"{seed} {place}")}"') for place, old in enumerate(numbers)]


def _another(number: str, seed: str) -> str:
    if len(number) != 9:
        return str(int(sha256(seed.encode()).hexdigest(), 16))[: len(number)]
    body = str(int(sha256(seed.encode()).hexdigest(), 16))[:8]
    check = next(digit for digit in range(10) if luhn(f"{body}{digit}") == 0)
    return f"{body}{check}" if luhn(number) == 0 else f"{body}{(check + 1) % 10}"


def luhn(number: str) -> int:
    """Give the rest of a number by Luhn's check: 0 where its last digit is right."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10


@cache
def cases() -> tuple[Case, ...]:
    """Read all cases, in the order of their names."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("R*/*.ttl")))


def of(kind: str) -> list[Case]:
    """Give the cases of one kind: `ok`, `bad` or `near`."""
    return [case for case in cases() if case.kind == kind]


def _read(path: Path) -> Case:
    kind, _, name = path.stem.partition("-")
    store = ox.Store()
    store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    described = {f"{EX}case", f"{EX}case-report"}
    results = [quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(f"{SH}result"), None)]
    expected = tuple(sorted(_finding(store, result) for result in results))
    labels = store.quads_for_pattern(ox.NamedNode(f"{EX}case"), ox.NamedNode(f"{RDFS}label"), None)
    words = {
        quad.object.language: quad.object.value
        for quad in labels
        if isinstance(quad.object, ox.Literal) and quad.object.language
    }
    described |= {result.value for result in results}  # type: ignore[union-attr]
    lines = [
        f"{triple} .\n"
        for triple in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
        if not isinstance(triple.subject, ox.BlankNode) and triple.subject.value not in described
    ]
    remedy = path.with_suffix(".ru")
    return Case(
        rule=path.parent.name,
        kind=kind,
        name=name,
        words=words,
        data="".join(lines).encode(),
        expected=expected,
        remedy=remedy.read_text(encoding="utf-8") if remedy.is_file() else None,
    )


def _finding(store: ox.Store, result: object) -> Finding:
    def one(name: str) -> Any:
        found = [quad.object for quad in store.quads_for_pattern(result, ox.NamedNode(SH + name), None)]  # type: ignore[arg-type]
        return found[0] if found else None

    shape, path, value = one("sourceShape"), one("resultPath"), one("value")
    return Finding(
        rule_of(shape.value),
        str(one("focusNode")),
        path_in(store, path) if path is not None else "",
        str(value) if value is not None else "",
        shape.value.removeprefix(RULE),
        one("resultSeverity").value.removeprefix(SH),
    )


def owner(finding: Finding) -> str:
    """Give the case, or copy, that a finding is about: the first two steps of its focus below the cases' address."""
    found = re.match(rf"<{re.escape(EX)}([^/>]+/[^/>]+)/", finding.focus)
    return found[1] if found else ""


def by_owner(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Part findings by the copies that they are about; what belongs to none is under the empty name."""
    parted: dict[str, list[Finding]] = {}
    for finding in findings:
        parted.setdefault(owner(finding), []).append(finding)
    return parted
