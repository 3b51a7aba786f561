"""A search as its page shows it: hits with their signs, facets with counts, filters that can be taken away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from api.checks.finding_words import SEVERITIES, severity_sign
from api.pages.kinds import kind_name
from api.pages.names import Names
from api.pages.signs import POLES, RUNGS
from api.pages.source_names import source_titles
from api.searching.search_terms import FACETS, Terms
from api.searching.standing import FINDING
from api.visit import Visit
from graph.views.conditions import Conditions
from graph.views.hits import Hit, Results, Snippet

_SIGNED = {
    "rung": dict(RUNGS.values()),
    "pole": dict(POLES.values()),
    FINDING: {severity_sign(severity): word for severity, word in SEVERITIES.items()},
}
_SYMBOLS = {FINDING: "severity"}
_BY_IRI = ("access", "licence", "theme", "domain", "territory")
_SHOWN = ("licence", "territory", "domain")
_ILLUSTRATION = "[Illustration] "
# So many values of a facet can be chosen, the most frequent: of a thousand publishers nobody reads the list.
MOST = 40


@dataclass(frozen=True)
class Choice:
    """A value of a facet as a link that adds or removes it; `sign` is the symbol of a rung, pole or severity.

    There is no number where counting would keep every reader waiting.
    """

    text: str
    number: int | None
    href: str
    chosen: bool
    sign: str | None


@dataclass(frozen=True)
class Found:
    """A hit as the page shows it; rungs and poles are (sign, word)."""

    hit: Hit
    title: str
    illustrative: bool
    kind: str
    href: str
    pieces: list[tuple[str, bool]]
    rungs: list[tuple[str, str]]
    poles: list[tuple[str, str]]
    licences: list[str]


class SearchPage:
    """Names what one page of results shows."""

    def __init__(self, visit: Visit, terms: Terms, results: Results) -> None:
        self._visit = visit
        self._terms = terms
        self._results = results
        self._names = Names.for_visit(visit, _iris(terms, results))
        self._conditions = visit.site.standing.of(visit.known)

    @cached_property
    def _sources(self) -> dict[str, str]:
        counted = (value for value, _ in self._results.facets["source"][:MOST])
        return source_titles(self._visit, [*counted, *self._terms.chosen.get("source", ())])

    def found(self) -> list[Found]:
        """Prepare the hits."""
        return [self._found(hit) for hit in self._results.hits]

    def facets(self) -> list[tuple[str, str, list[Choice]]]:
        """Give (name, title, values) of each facet that has any, the chosen values first."""
        found = []
        for name, title in FACETS.items():
            counted, chosen = self._results.facets[name], self._terms.chosen.get(name, [])
            shown = [*counted[:MOST], *((value, number) for value, number in counted[MOST:] if value in chosen)]
            choices = [self._choice(name, value, number) for value, number in shown]
            choices += [self._choice(name, value, None) for value in self._uncounted(name)]
            if choices:
                found.append((name, title, sorted(choices, key=lambda choice: not choice.chosen)))
        return found

    def removable(self) -> list[tuple[str, str, str]]:
        """Give (title of the facet, value, link without it) of each filter."""
        return [
            (FACETS[name], self.text(name, value), self._link(toggled=(name, value)))
            for name, values in self._terms.chosen.items()
            for value in values
        ]

    def text(self, facet: str, value: str) -> str:
        """Name the value of a facet."""
        if facet == "kind":
            return kind_name(value, self._visit.texts.language, many=True)
        if facet in _SIGNED:
            word = _SIGNED[facet].get(value)
            return self._visit.texts.text(word) if word else value
        if facet == "source":
            return self._sources.get(value, value)
        return self._names.text(value) if facet in _BY_IRI else value

    def names(self, values: Iterable[str]) -> list[str]:
        """Name some of the things of a hit."""
        return [self._names.text(value) for value in values]

    def _link(self, toggled: tuple[str, str]) -> str:
        return self._visit.links.page("search", self._terms.parameters(toggled=toggled))

    def _uncounted(self, name: str) -> list[str]:
        """Give the values of a facet that can be chosen and are too many to be counted, where anything is found."""
        conditions = self._conditions.get(name, {}) if self._results.total else {}
        return [value for value, condition in conditions.items() if not condition.is_cheap]

    def _choice(self, name: str, value: str, number: int | None) -> Choice:
        chosen = value in self._terms.chosen.get(name, [])
        sign = f"{_SYMBOLS.get(name, name)}-{value}" if name in _SIGNED else None
        return Choice(self.text(name, value), number, self._link(toggled=(name, value)), chosen, sign)

    def _found(self, hit: Hit) -> Found:
        rungs, poles = signs_of(hit, self._conditions)
        return Found(
            hit,
            hit.title.removeprefix(_ILLUSTRATION),
            hit.title.startswith(_ILLUSTRATION),
            kind_name(hit.kind, self._visit.texts.language),
            self._names.page(hit.iri) or self._visit.links.node(hit.iri),
            _pieces(hit.snippet),
            rungs,
            poles if hit.kind in {"actor", "body"} else [],
            self.names(hit.facets["licence"]),
        )


def signs_of(hit: Hit, conditions: Conditions) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Give the rungs and the poles of a hit, each as (sign, word)."""
    values = {**hit.facets, **hit.marks, "iri": [hit.iri]}
    held = [
        [sign for sign in signs.values() if conditions[facet][sign[0]].holds(values)]
        for facet, signs in (("rung", RUNGS), ("pole", POLES))
    ]
    return held[0], held[1]


def _iris(terms: Terms, results: Results) -> set[str]:
    """Collect the IRIs that the page names."""
    values = {value for name in _BY_IRI for value, _ in results.facets[name][:MOST]}
    chosen = {value for name in _BY_IRI for value in terms.chosen.get(name, ())}
    shown = {value for hit in results.hits for name in _SHOWN for value in hit.facets[name]}
    return values | chosen | shown | {hit.iri for hit in results.hits}


def _pieces(snippet: Snippet | None) -> list[tuple[str, bool]]:
    """Cut a snippet into pieces that are marked or not."""
    if snippet is None:
        return []
    pieces, place = [], 0
    for start, end in snippet.marks:
        pieces += [(snippet.text[place:start], False), (snippet.text[start:end], True)]
        place = end
    return [piece for piece in (*pieces, (snippet.text[place:], False)) if piece[0]]
