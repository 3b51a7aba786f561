"""The pages of the rules: what a reader sees of each, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from api.checks.finding_words import SEVERITIES, severity_sign
from api.languages import Texts, mark
from api.links import Links, outward
from api.pages.names import Name, Names
from api.pages.term_pages import Link
from graph.governance.rules.examples import Example, examples
from graph.governance.rules.rulebook import Check, Rule, RuleBook, Words
from graph.terminology.explain import curie
from graph.terms import TYPE, is_iri

_TARGETS = {
    "targetClass": mark("Each thing of the class:"),
    "targetSubjectsOf": mark("Each thing that states:"),
    "targetObjectsOf": mark("Each thing that is the value of:"),
    "targetNode": mark("This thing:"),
}
"""The kinds of targets (SHACL, 2.1.3), in the order in which a page tells them."""

_KINDS = {
    "bad": mark("What breaks the rule"),
    "near": mark("What comes near and does not break it"),
    "ok": mark("What keeps the rule"),
}

_PLACEHOLDER = re.compile(r"\{[?$]\w+\}")
_STEP = re.compile(r"(<[^>]*>)")
_TARGETS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Tag:
    """A severity or a class of findings, by name; `sign` is the name that styles know."""

    text: str
    sign: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """One check: its sentence, the way from the thing to what is looked at, what differs from the rule, its query."""

    name: str
    message: str
    path: list[str]
    severity: Tag | None
    kind: Tag | None
    query: str | None


@dataclass(frozen=True, slots=True)
class ShownExample:
    """One case: what it shows, what is found in it (of what, the sentence), its data, what mends it."""

    name: str
    words: str
    findings: list[tuple[str, str]]
    data: str
    remedy: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A rule as the list and its own page show it."""

    number: str
    href: str
    title: str
    definition: str
    severity: Tag
    kind: Tag


@dataclass(frozen=True)
class Page:
    """A rule as its own page shows it."""

    card: Card
    family: str
    notes: str
    citation: str
    remedy: str
    sources: list[Link]
    targets: list[tuple[str, list[Link]]]
    checks: list[ShownCheck]
    examples: list[tuple[str, str, list[ShownExample]]]


class RulePages:
    """Lays rules out for one reader."""

    def __init__(self, names: Names, texts: Texts, links: Links) -> None:
        self._names = names
        self._texts = texts
        self._links = links

    def card(self, rule: Rule) -> Card:
        """Lay out a rule for the list."""
        return Card(
            rule.number,
            self._links.page(f"rules/{rule.number}"),
            self._in(rule.title),
            self._in(rule.definition),
            self._severity(rule.severity),
            self._kind(rule.finding_class),
        )

    def families(self, book: RuleBook) -> list[tuple[str, str, str, list[Card]]]:
        """Lay out all rules by family: letter, title, what it is about, the rules."""
        return [
            (each.letter, self._in(each.title), self._in(each.definition), [self.card(r) for r in book.of_family(each)])
            for each in book.families
        ]

    def page(self, rule: Rule) -> Page:
        """Lay out a rule's own page."""
        return Page(
            self.card(rule),
            self._in(rule.family.title),
            self._in(rule.notes) if rule.notes else "",
            self._in(rule.citation),
            self._in(rule.remedy),
            [self._link(iri, away=True) for iri in rule.sources],
            [(self._texts.text(text), some) for kind, text in _TARGETS.items() if (some := self._targets(rule, kind))],
            [self._check(check, rule) for check in rule.checks],
            self._examples(rule),
        )

    def _targets(self, rule: Rule, kind: str) -> list[Link]:
        return [self._link(iri) for each, iri in rule.targets if each == kind]

    def _check(self, check: Check, rule: Rule) -> ShownCheck:
        return ShownCheck(
            check.name,
            _PLACEHOLDER.sub("…", self._in(check.message)).replace("….", "…"),
            self._path(check.path) if check.path else [],
            self._severity(check.severity) if check.severity != rule.severity else None,
            self._kind(check.finding_class) if check.finding_class != rule.finding_class else None,
            check.query,
        )

    def _path(self, path: str) -> list[str]:
        """Write a path of SPARQL with the names of its properties; signs stay as they are."""
        return [self._names.term(part[1:-1]).text if part[0] == "<" else part for part in _STEP.split(path) if part]

    def _examples(self, rule: Rule) -> list[tuple[str, str, list[ShownExample]]]:
        found = examples(rule.number)
        return [
            (kind, self._texts.text(text), [self._example(each, rule) for each in found if each.kind == kind])
            for kind, text in _KINDS.items()
        ]

    def _example(self, example: Example, rule: Rule) -> ShownExample:
        told = [(each.focus, self._told(rule, each.shape, each.value)) for each in example.findings]
        return ShownExample(
            f"{example.kind}-{example.name}",
            self._in(example.words),
            list(dict.fromkeys(told)),
            example.data,
            example.remedy,
        )

    def _told(self, rule: Rule, shape: str, value: str) -> str:
        """Write what a check says of a value; the first of the shape's messages, where it has several."""
        message = next((self._in(check.message) for check in rule.checks if check.shape == shape), "")
        name = (self._names.name(value) or Name(curie(value))).text if is_iri(value) else value
        return _PLACEHOLDER.sub(lambda _: name or "…", message)

    def _severity(self, severity: str) -> Tag:
        return Tag(self._texts.text(SEVERITIES[severity]), severity_sign(severity))

    def _kind(self, iri: str) -> Tag:
        return Tag(self._names.term(iri).text, "class", self._names.page(iri))

    def _in(self, words: Words) -> str:
        return words[self._texts.language]

    def _link(self, iri: str, *, away: bool = False) -> Link:
        """Link a term by its name and its prefixed name, a source to where it is."""
        page = self._names.page(iri)
        if away:
            name, outside = self._names.name(iri) or Name(iri), outward(iri)
            return Link(name.text, page or outside or self._links.node(iri), name.language, page is None)
        name = self._names.term(iri)
        return Link(f"{name.text} ({curie(iri)})", page or self._links.node(iri), name.language)


def mentioned(rules: Iterable[Rule]) -> set[str]:
    """Give the IRIs that the pages of some rules name."""
    found = {iri for rule in rules for iri in (rule.finding_class, *rule.sources, *(iri for _, iri in rule.targets))}
    for rule in rules:
        for check in rule.checks:
            found |= {part[1:-1] for part in _STEP.findall(check.path or "")} | {check.finding_class}
    return found - {TYPE[1:-1]}


def values_of(rule: Rule) -> set[str]:
    """Give the IRIs that the findings of a rule's examples name."""
    return {each.value for example in examples(rule.number) for each in example.findings if is_iri(each.value)}
