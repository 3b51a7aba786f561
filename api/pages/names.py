"""What things are called in the reader's language, and where their pages are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.checks.rule_links import rule_address, rule_title
from api.links import Links, term_path
from graph.knowledge import Knowledge
from graph.terms import is_iri, local_name

if TYPE_CHECKING:
    from api.visit import Visit

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Name:
    """A text for people and its language, None where that is the page's own or unknown."""

    text: str
    language: str | None = None


def choose_name(names: Sequence[tuple[str, str | None]], language: str) -> Name | None:
    """Choose among texts with their languages: the reader's, else one without, else French, English, any.

    The language is told only where it is not the reader's own, for `lang` attributes.
    """
    if not names:
        return None

    def rank(name: tuple[str, str | None]) -> tuple[int, str]:
        text, tag = name
        primary = tag.partition("-")[0] if tag else None
        order = [language, None, "fr", "en"]
        return (order.index(primary) if primary in order else len(order), text)

    text, tag = min(names, key=rank)
    return Name(text, tag if tag and tag.partition("-")[0] != language else None)


class Names:
    """The names and addresses of all IRIs that a page mentions, read at once."""

    def __init__(self, iris: Iterable[str], *, knowledge: Knowledge, links: Links, language: str) -> None:
        known = set(iris)
        self._language = language
        self._links = links
        self._names = knowledge.triples.labels(known)
        self._addresses = knowledge.addresses(known)

    @classmethod
    def for_visit(cls, visit: Visit, iris: Iterable[str]) -> Names:
        """Read the names that one answer needs."""
        return cls(
            (iri for iri in iris if is_iri(iri)),
            knowledge=visit.known,
            links=visit.links,
            language=visit.texts.language,
        )

    def text(self, iri: str) -> str:
        """Give the name of an IRI, or what it is itself: a facet may hold a literal."""
        name = self.name(iri)
        return name.text if name else iri

    def name(self, iri: str) -> Name | None:
        """Give what an IRI is called, None where nothing in the graph names it and it is no rule."""
        if (title := rule_title(iri)) is not None:
            return Name(title[self._language])
        return choose_name(self._names.get(iri, ()), self._language)

    def term(self, iri: str) -> Name:
        """Give what a property or class is called, its local name in words where nothing names it."""
        name = self.name(iri) or Name(" ".join(_HUMP.split(local_name(iri))).replace("_", " "))
        return Name(name.text[:1].upper() + name.text[1:], name.language)

    def kind(self, iri: str) -> str | None:
        """Give the kind of an entity that has a page of its own."""
        address = self._addresses.get(iri)
        return address[0] if address else None

    def page(self, iri: str) -> str | None:
        """Give the address of an entity's own page, or of a rule; None where the graph only mentions it."""
        if (rule := rule_address(iri)) is not None:
            return self._links.page(rule[0]) + rule[1]
        address = self._addresses.get(iri)
        return self._links.page(term_path(iri) or "/".join(address)) if address else None
