"""What of a dataset fits formats that know one language and few fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.feeds.page import Told
from graph.records.kinds import best_label
from graph.terms import Statement, Term, expand, value_of
from graph.views.fragments.part import part_statements
from graph.views.fragments.reading import Key

_LANGUAGES = ("fr", "en", None)


@dataclass(frozen=True)
class Described:
    """A dataset with all that it names: the values of each property of each subject, as terms."""

    key: Key
    about: Mapping[str, Mapping[str, Sequence[Term]]]

    @property
    def iri(self) -> str:
        """The IRI of the dataset."""
        return self.key.iri

    def values(self, names: str, of: str | None = None) -> list[Term]:
        """Give the values of properties (prefixed names), of the dataset or of another subject, in their order."""
        own = self.about.get(of or self.iri, {})
        return [value for name in expand(names) for value in own.get(name, ())]

    def texts(self, names: str, of: str | None = None) -> list[str]:
        """Give the texts among the values; of several languages, French, then English, then any."""
        found = [value for value in self.values(names, of) if value.kind == "literal"]
        best = min((_rank(value) for value in found), default=0)
        return [value.value for value in found if _rank(value) == best]

    def first(self, names: str, of: str | None = None) -> str | None:
        """Give the first text of the first of the properties that has one."""
        return next((text for name in names.split() for text in self.texts(name, of)), None)

    def iris(self, names: str, of: str | None = None) -> list[str]:
        """Give the IRIs among the values."""
        return [value.value for value in self.values(names, of) if value.kind == "iri"]

    def name(self, of: str) -> str | None:
        """Give what a thing is called, None where nothing here names it."""
        own = self.about.get(of, {})
        return best_label((f"<{prop}>", str(value)) for prop, values in own.items() for value in values) or None

    def names(self, names: str, of: str | None = None) -> list[str]:
        """Give the values as texts for people: names of what is named, literals as they are, else the IRI."""
        found = self.values(names, of)
        return [value.value if value.kind == "literal" else self.name(value.value) or value.value for value in found]


def _rank(value: Term) -> int:
    primary = value.language.partition("-")[0] if value.language else None
    return _LANGUAGES.index(primary) if primary in _LANGUAGES else len(_LANGUAGES)


def described(told: Told) -> Iterator[Described]:
    """Give each dataset with all that it names."""
    for key, statements in statements_of_each(told):
        yield describe(key, statements)


def describe(key: Key, statements: Iterable[Statement]) -> Described:
    """Give a dataset, whose statements with all that it names are given."""
    return Described(key, _terms(statements))


def statements_of_each(told: Told) -> Iterator[tuple[Key, list[Statement]]]:
    """Give each dataset with the statements about it and about all that it names."""
    for (key, parts, ties), fragment in zip(told.each(), told.moment.fragments(told.keys), strict=True):
        statements = [*fragment.statements, *ties]
        for part, roles in parts:
            statements += part_statements(part.iri, part.text, roles)
        yield key, statements


def _terms(statements: Iterable[Statement]) -> dict[str, dict[str, list[Term]]]:
    found: dict[str, dict[str, list[Term]]] = {}
    for s, p, o in sorted(set(statements)):
        found.setdefault(s[1:-1], {}).setdefault(p[1:-1], []).append(value_of(o))
    return found
