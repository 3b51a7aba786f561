"""The catalogues that are served: what each is called, which datasets it has, how it describes itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.languages import FRENCH, LANGUAGES, mark, texts_in
from api.settings import Settings
from graph.feeds.catalogue import Catalogue, Service
from graph.views.fragments.fragment import CATALOG, ILLUSTRATION, PROTECTED, Facet

if TYPE_CHECKING:
    from api.visit import Visit


@dataclass(frozen=True)
class Feed:
    """One catalogue: where it is, what it is called, which datasets it has."""

    path: str
    title: str
    description: str
    facets: tuple[Facet, ...]
    protected: bool = False

    @property
    def illustrative(self) -> bool:
        """Whether it holds invented datasets."""
        return ("feed", ILLUSTRATION) in self.facets


MAIN = Feed(
    "catalog",
    mark("Catalogue of urban data"),
    mark("Who holds which urban data, under which terms: all public dataset descriptions of this graph."),
    (("feed", CATALOG),),
)
PROTECTED_FEED = Feed(
    "catalog-protected",
    mark("Catalogue of protected urban data"),
    mark(
        "Descriptions of data that is shared under conditions or closed. Access is asked for from the holder or"
        " contact that each description names."
    ),
    (("access", PROTECTED), ("feed", CATALOG)),
    protected=True,
)
ILLUSTRATION_FEED = Feed(
    "catalog/illustration",
    mark("Fictional catalogue for illustration"),
    mark("Invented examples that show how things are described. Nothing here is about real data: do not harvest."),
    (("feed", ILLUSTRATION),),
)

# Name, title, path, path of its description, what it keeps to.
_SERVICES = (
    (
        "sparql",
        mark("SPARQL endpoint"),
        mark("Answers queries in SPARQL 1.1 over the public graph."),
        "sparql",
        "sparql/description",
        "http://www.w3.org/TR/sparql11-protocol/",
    ),
    (
        "feed",
        mark("Feed of changes"),
        mark("Tells followers which descriptions were created, changed or deleted (LDES, DCAT-AP Feed, Atom)."),
        "feed",
        None,
        "https://w3id.org/ldes/specification",
    ),
    (
        "oai",
        mark("OAI-PMH interface"),
        mark("Gives descriptions in DCAT-AP and Dublin Core, with those that were deleted."),
        "oai",
        None,
        "http://www.openarchives.org/OAI/openarchivesprotocol.html",
    ),
    (
        "api",
        mark("Programming interface"),
        mark("Gives search, pages and descriptions over HTTP."),
        "",
        "openapi.json",
        "https://spec.openapis.org/oas/v3.1.0",
    ),
)


def in_languages(text: str, **values: object) -> Mapping[str, str]:
    """Give a text in each language, French first."""
    return {language: texts_in(language).text(text, **values) for language in sorted(LANGUAGES, key=_french_first)}


def _french_first(language: str) -> bool:
    return language != FRENCH


Absolute = Callable[..., str]
"""Gives the absolute address of a path, with parameters."""


def catalogue_of(visit: Visit, feed: Feed, narrowed: Sequence[tuple[str, str]] = (), *, whole: bool) -> Catalogue:
    """Say what a catalogue is, narrowed by these parameters; `whole` with the services, which one page tells."""
    return catalogue_for(visit.site.settings, visit.links.absolute, feed, narrowed, whole=whole)


def catalogue_for(
    settings: Settings, absolute: Absolute, feed: Feed, narrowed: Sequence[tuple[str, str]] = (), *, whole: bool
) -> Catalogue:
    """The same for who is on no visit."""
    titles = in_languages(feed.title)
    if narrowed:
        by = ", ".join(f"{name}: {value}" for name, value in narrowed)
        titles = {language: f"{title} ({by})" for language, title in titles.items()}
    return Catalogue(
        iri=absolute(feed.path, narrowed),
        titles=titles,
        descriptions=in_languages(feed.description),
        publisher_iri=settings.publisher_url or absolute("catalog") + "#publisher",
        publisher=settings.publisher,
        licence=settings.catalog_licence,
        homepage=absolute(feed.path),
        contact=settings.catalog_contact,
        access_page=settings.access_page if feed.protected else None,
        services=services(absolute) if whole and feed is MAIN and not narrowed else (),
    )


def services(absolute: Absolute) -> tuple[Service, ...]:
    """Describe our own endpoints."""
    return tuple(
        Service(
            name,
            in_languages(title),
            in_languages(description),
            absolute(path),
            absolute(document) if document else None,
            standard,
        )
        for name, title, description, path, document, standard in _SERVICES
    )
