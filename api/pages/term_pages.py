"""What the pages of the ontology show of each term: name and meaning in the reader's language, and its neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from api.languages import Texts, mark
from api.links import Links, outward
from api.pages.names import Name, Names, choose_name
from graph.reading.vocabulary import CLASS, CONCEPT, DATATYPE, OTHER, PROPERTY, SCHEME, Vocabulary, Word
from graph.terms import DCT, OWL, RDFS, SKOS, value_of

SORTS = {
    CLASS: (mark("Class"), mark("Classes")),
    PROPERTY: (mark("Property"), mark("Properties")),
    DATATYPE: (mark("Datatype"), mark("Datatypes")),
    SCHEME: (mark("Code list"), mark("Code lists")),
    CONCEPT: (mark("Concept"), mark("Concepts")),
    OTHER: (mark("Term"), mark("Terms")),
}
"""What a term can be, one and many."""

MODULES = {
    "actors": mark("Actors"),
    "agreements": mark("Agreements and their governance"),
    "barriers": mark("Barriers"),
    "catalogue": mark("The catalogue"),
    "civigraph": mark("The ontology itself"),
    "derivation": mark("Data made from data"),
    "endpoint": mark("The SPARQL endpoint"),
    "evaluation": mark("Evaluation"),
    "facts": mark("Facts and illustrations"),
    "findings": mark("Findings"),
    "law": mark("Law"),
    "licences": mark("Licences"),
    "openness": mark("Openness"),
    "personal-data": mark("Personal data"),
    "roles": mark("Roles on data"),
    "services": mark("Urban services and concessions"),
    "territory": mark("Territory"),
}
"""What the modules of the ontology are called."""

_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")


@dataclass(frozen=True, slots=True)
class Link:
    """A thing with its address and, where it is elsewhere, that it is."""

    text: str
    href: str
    language: str | None = None
    outside: bool = False


@dataclass(frozen=True)
class Card:
    """One term as its own page and the tables show it."""

    iri: str
    name: str
    sort: str
    label: Name
    definition: Name | None
    examples: list[Name]
    notes: list[Name]
    notation: str
    href: str
    module: str
    deprecated: bool
    replaced: list[Link]
    domain: list[Link]
    range: list[Link]
    parents: list[Link]
    children: list[Link]
    inverse: list[Link]
    disjoint: list[Link]
    schemes: list[Link]
    members: list[Link]
    properties: list[Link]
    matches: list[tuple[str, Name, list[Link]]]
    sources: list[Link]


class Cards:
    """Makes cards of one vocabulary, in the reader's language."""

    def __init__(self, vocabulary: Vocabulary, names: Names, texts: Texts, links: Links) -> None:
        self._vocabulary = vocabulary
        self._names = names
        self._texts = texts
        self._links = links

    def card(self, word: Word) -> Card:
        """Make the card of one term."""
        about = self._vocabulary
        return Card(
            word.iri,
            word.name,
            word.sort,
            self._names.term(word.iri),
            self.text(word, f"{SKOS}definition"),
            self._all(word, f"{SKOS}example"),
            self._all(word, f"{SKOS}scopeNote"),
            next((value_of(text).value for text in word.properties.get(f"{SKOS}notation", ())), ""),
            self._links.page(f"ns/{word.name}"),
            module_name(word.module, self._texts),
            word.deprecated,
            self.linked(word.iris(f"{DCT}isReplacedBy")),
            self.linked(word.iris(f"{RDFS}domain")),
            self.linked(word.iris(f"{RDFS}range")),
            self.linked(word.parents),
            self.linked(about.children.get(word.iri, ())),
            self.linked(word.iris(f"{OWL}inverseOf")),
            self.linked([*word.iris(f"{OWL}disjointWith"), *word.iris(f"{OWL}propertyDisjointWith")]),
            self.linked(word.iris(f"{SKOS}inScheme")),
            self.linked(about.members.get(word.iri, ())),
            self.linked(about.properties_of.get(word.iri, ())),
            [
                (kind, self._names.term(f"{SKOS}{kind}"), self.linked(found))
                for kind in _MATCHES
                if (found := word.iris(f"{SKOS}{kind}"))
            ],
            self.linked(word.iris(f"{DCT}source"), away=True),
        )

    def text(self, word: Word, prop: str) -> Name | None:
        """Choose the text of a property in the reader's language; another's is marked by its language."""
        terms = [value_of(text) for text in word.properties.get(prop, ()) if text.startswith('"')]
        return choose_name([(term.value, term.language) for term in terms], self._texts.language)

    def _all(self, word: Word, prop: str) -> list[Name]:
        """Give the texts of a property in the reader's language, those of another where there are none."""
        terms = [value_of(text) for text in word.properties.get(prop, ()) if text.startswith('"')]
        own = [Name(term.value) for term in terms if (term.language or "").partition("-")[0] == self._texts.language]
        return own or [Name(term.value, term.language) for term in terms]

    def linked(self, iris: Iterable[str], *, away: bool = False) -> list[Link]:
        """Link things by name: to their page here, else to their address (`away`) or to what is known of them."""
        found = []
        for iri in iris:
            name, page = self._names.name(iri) or Name(iri), self._names.page(iri)
            outside = outward(iri) if away and page is None else None
            href = page or outside or self._links.node(iri)
            found.append(Link(name.text, href, name.language, outside is not None))
        return found


def module_name(module: str, texts: Texts) -> str:
    """Give what a module is called; the name of its file where it has no words yet."""
    known = MODULES.get(module)
    return texts.text(known) if known else module.replace("-", " ").capitalize()


def neighbours(vocabulary: Vocabulary, words: Iterable[Word]) -> set[str]:
    """Give the IRIs that the cards of some terms name."""
    found: set[str] = set()
    for word in words:
        found |= {word.iri, *vocabulary.children.get(word.iri, ()), *vocabulary.members.get(word.iri, ())}
        found |= {iri for prop in word.properties for iri in word.iris(prop)} | word.properties.keys()
        found |= set(vocabulary.properties_of.get(word.iri, ()))
    return found
