"""What of a dataset fits formats that know one language and few fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graph.feeds.page import Role, Told
from graph.records.kinds import LABEL_RANKS, best_label
from graph.terms import Statement, Term, expand, value_of
from graph.views.fragments.moment import Key
from graph.views.fragments.part import part_statements

_LANGUAGES = ("fr", "en", None)
# What is remembered has a bound in bytes, by the length of each: 10 MB of terms, 40 MB of parts.
_TERMS, _LONGEST_TERM = 50_000, 200
_PARTS, _LONGEST_PART = 5_000, 8_000
_NAMING = {prop[1:-1] for prop in LABEL_RANKS}


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
        named = ((prop, values) for prop, values in own.items() if prop in _NAMING)
        # Addresses name nothing, and those from outside may be none at all.
        texts = ((prop, value) for prop, values in named for value in values if value.kind == "literal")
        return best_label((f"<{prop}>", str(value)) for prop, value in texts) or None

    def names(self, names: str, of: str | None = None) -> list[str]:
        """Give the values as texts for people: names of what is named, literals as they are, else the IRI."""
        found = self.values(names, of)
        return [value.value if value.kind == "literal" else self.name(value.value) or value.value for value in found]


def _rank(value: Term) -> int:
    primary = value.language.partition("-")[0] if value.language else None
    return _LANGUAGES.index(primary) if primary in _LANGUAGES else len(_LANGUAGES)


def described(told: Told) -> Iterator[Described]:
    """Give each dataset with all that it names."""
    for key, statements, parts in _each(told):
        about = _terms(statements)
        for part, roles in parts:
            _add(about, _terms_of(part.iri, part.text, roles))
        yield Described(key, about)


def describe(key: Key, statements: Iterable[Statement]) -> Described:
    """Give a dataset, whose statements with all that it names are given."""
    return Described(key, _terms(statements))


def statements_of_each(told: Told) -> Iterator[tuple[Key, list[Statement]]]:
    """Give each dataset with the statements about it and about all that it names."""
    for key, statements, parts in _each(told):
        named = [statement for part, roles in parts for statement in part_statements(part.iri, part.text, roles)]
        yield key, [*statements, *named]


def _each(told: Told) -> Iterator[tuple[Key, list[Statement], list[Role]]]:
    for (key, parts, ties), fragment in zip(told.each(), told.moment.fragments(told.keys), strict=True):
        yield key, [*fragment.statements, *ties], parts


Terms = dict[str, Mapping[str, Sequence[Term]]]


def _terms(statements: Iterable[Statement]) -> Terms:
    found: dict[str, dict[str, list[Term]]] = {}
    for s, p, o in sorted(set(statements)):
        found.setdefault(s[1:-1], {}).setdefault(p[1:-1], []).append(_term(o))
    return dict(found)


def _term(text: str) -> Term:
    return _short_term(text) if len(text) <= _LONGEST_TERM else value_of(text)


@lru_cache(maxsize=_TERMS)
def _short_term(text: str) -> Term:
    return value_of(text)


def _terms_of(iri: str, text: bytes, roles: frozenset[str]) -> Terms:
    """Read a part; short ones are remembered, since few actors and concepts make up most datasets."""
    return _of_short(iri, text, roles) if len(text) <= _LONGEST_PART else _terms(part_statements(iri, text, roles))


@lru_cache(maxsize=_PARTS)
def _of_short(iri: str, text: bytes, roles: frozenset[str]) -> Terms:
    return _terms(part_statements(iri, text, roles))


def _add(about: Terms, further: Terms) -> None:
    """Add what is told of further things, each value once; what is added stays as it is."""
    for subject, stated in further.items():
        known = about.get(subject)
        if known is None:
            about[subject] = stated
        elif known is not stated:
            both = {prop: {*known.get(prop, ()), *stated.get(prop, ())} for prop in {**known, **stated}}
            about[subject] = {prop: sorted(values, key=str) for prop, values in both.items()}
