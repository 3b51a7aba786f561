"""Links towards an IRI as pages show them: by property, the first few of each, with the page of whoever links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.pages.names import Name, Names
from api.visit import Visit
from graph.entities import anchor_of
from graph.findings.finding import POINTING
from graph.incoming import incoming_counts, incoming_page
from graph.terms import RDF

# So many of a property's links stand on the page itself.
FEW = 8
_TYPE = f"{RDF}type"


@dataclass(frozen=True)
class Link:
    """Whoever links, by its name or that of the record it lives in."""

    text: str
    language: str | None
    kind: str | None
    href: str


@dataclass(frozen=True)
class Group:
    """The links by one property: how many there are, the first of them, the address of all."""

    prop: str
    name: Name
    number: int
    links: list[Link]
    more: str | None


def links_towards(visit: Visit, iri: str, known: Sequence[str] = ()) -> list[Group]:
    """Give what points at an IRI, but for the subjects in `known`, the nodes of the page itself, and for findings.

    These stand on the page in words of their own.
    """
    triples = visit.known.triples
    found = []
    for each in incoming_counts(triples, iri):
        if each.prop in POINTING:
            continue
        subjects = incoming_page(triples, iri, each.prop, limit=FEW + len(known))
        own = sum(subject in known for subject in subjects)
        if each.number > own:
            found.append(
                (each.prop, each.number - own, [subject for subject in subjects if subject not in known][:FEW])
            )
    subjects = [subject for _, _, some in found for subject in some]
    links = named_links(visit, subjects)
    names = Names.for_visit(visit, [prop for prop, _, _ in found])
    return [
        Group(
            prop,
            names.term(prop),
            number,
            [links[subject] for subject in some],
            visit.links.page("incoming", [("iri", iri), ("property", prop)]) if number > len(some) else None,
        )
        for prop, number, some in found
    ]


def named_links(visit: Visit, subjects: Iterable[str]) -> dict[str, Link]:
    """Give a link for each subject: its own page, else its place on the page of the record that owns it."""
    known = list(subjects)
    owners = visit.known.triples.owners(known)
    names = Names.for_visit(visit, [*known, *owners.values()])
    return {subject: _link(visit, names, subject, owners.get(subject)) for subject in known}


def _link(visit: Visit, names: Names, subject: str, owner: str | None) -> Link:
    """Link one subject."""
    page = names.page(subject)
    own = names.name(subject)
    if page or owner is None:
        name = own or Name(subject)
        return Link(name.text, name.language, names.kind(subject), page or visit.links.node(subject))
    home = names.page(owner)
    holder = names.name(owner) or Name(owner)
    text = f"{holder.text} › {own.text}" if own and own.text != holder.text else holder.text
    href = f"{home}#{anchor_of(owner, subject)}" if home else visit.links.node(subject)
    return Link(text, holder.language, names.kind(owner), href)
