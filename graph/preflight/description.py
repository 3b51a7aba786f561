"""A description as its readers see it: what is stated of each node, in the order in which it stands there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache, cached_property
from typing import Any

from graph.feeds.texts import Described
from graph.preflight.values import Value, value_in_python
from graph.terms import DCAT, TYPE, Statement, Term, expand, value_of
from graph.views.fragments.moment import Key

DATASET = f"<{DCAT}Dataset>"
_NO_PAGES: Mapping[str, dict[str, Any]] = {}


class Description:
    """Statements by subject and property; terms are N-Triples texts, blank nodes `_:` and a label."""

    def __init__(
        self,
        statements: Iterable[Statement],
        before: Collection[str] = (),
        pages: Mapping[str, dict[str, Any]] = _NO_PAGES,
    ) -> None:
        """`before` are the identifiers (texts) of datasets that a reader meets earlier in the same catalogue.

        `pages` are what pages of datasets hold for search engines, by node, where these are made already.
        """
        self.before = before
        self.pages = pages
        self.about: dict[str, dict[str, list[str]]] = {}
        for s, p, o in dict.fromkeys(statements):
            self.about.setdefault(s, {}).setdefault(p, []).append(o)

    @cached_property
    def datasets(self) -> list[str]:
        """The nodes that are said to be datasets."""
        return [node for node, stated in self.about.items() if DATASET in stated.get(TYPE, ())]

    @cached_property
    def are_datasets(self) -> frozenset[str]:
        """The same, to be asked whether a node is one."""
        return frozenset(self.datasets)

    def values(self, node: str, names: str) -> list[str]:
        """Give the values of properties, named by their prefixes and separated by spaces."""
        stated = self.about.get(node, {})
        return [value for prop in properties(names) for value in stated.get(prop, ())]

    def first(self, node: str, names: str) -> str | None:
        """Give the first of these values."""
        return next(iter(self.values(node, names)), None)

    def texts(self, node: str, names: str) -> list[str]:
        """Give the values as plain texts."""
        return [text_of(value) for value in self.values(node, names)]

    def has_type(self, node: str, name: str) -> bool:
        """Say whether a node is of a class."""
        return properties(name)[0] in self.about.get(node, {}).get(TYPE, ())

    def described(self, dataset: str) -> Described:
        """Give a dataset as the writers of further formats take it; blank nodes stand as if they were addresses."""
        return Described(Key(_inner(dataset), "", b"", (), (), 0), self._terms)

    @cached_property
    def _terms(self) -> dict[str, dict[str, list[Term]]]:
        return {
            _inner(node): {prop[1:-1]: [_term(value) for value in values] for prop, values in stated.items()}
            for node, stated in self.about.items()
        }


@cache
def properties(names: str) -> tuple[str, ...]:
    """Write prefixed names, separated by spaces, as N-Triples texts."""
    return tuple(f"<{iri}>" for iri in expand(names))


def is_literal(term: str) -> bool:
    """Say whether a term is a text, a number or a date."""
    return term.startswith('"')


def is_blank(term: str) -> bool:
    """Say whether a term is a node without an address."""
    return term.startswith("_:")


def text_of(term: str) -> str:
    """Give the lexical form of a literal, the address of a node, the label of a blank one."""
    return term if is_blank(term) else value_of(term).value


def language_of(term: str) -> str | None:
    """Give the language of a literal."""
    return value_of(term).language if is_literal(term) else None


def python_of(term: str) -> Value:
    """Give what programs in Python make of a term: of a literal by its datatype, else the text."""
    return value_in_python(text_of(term), datatype_of(term) if is_literal(term) else None)


def datatype_of(term: str) -> str | None:
    """Give the datatype of a literal, None where it names none."""
    return value_of(term).datatype if is_literal(term) else None


def _inner(node: str) -> str:
    return node if is_blank(node) else node[1:-1]


def _term(text: str) -> Term:
    return Term("iri", text) if is_blank(text) else value_of(text)
