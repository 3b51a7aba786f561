"""Content negotiation by the Accept header: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from graph.rendering.syntaxes import SYNTAXES, Syntax

HTML = "text/html"
Offer = TypeVar("Offer")


@dataclass(frozen=True, slots=True)
class Range:
    """One media range of an Accept header with its quality from 0 to 1."""

    media_type: str
    quality: float

    def fits(self, media_type: str) -> bool:
        """Say whether a media type lies in this range."""
        if self.media_type in {"*/*", "*"}:
            return True
        family, _, name = self.media_type.partition("/")
        return media_type == self.media_type or (name == "*" and media_type.partition("/")[0] == family)

    @property
    def precision(self) -> int:
        """How narrow the range is: the narrowest one that fits decides."""
        return 0 if self.media_type.startswith("*") else 1 if self.media_type.endswith("/*") else 2


def ranges(accept: str) -> list[Range]:
    """Read an Accept header; parts that make no sense are passed over, as a reader's slip is no reason to refuse."""
    found = []
    for part in accept.split(","):
        media_type, *parameters = (each.strip().lower() for each in part.split(";"))
        if not media_type:
            continue
        found.append(Range(media_type, min((quality(each) for each in parameters), default=1.0)))
    return found


def quality(parameter: str) -> float:
    """Read `q=0.8`: from 0 to 1, 1 for any other parameter, 0 where it is no number."""
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0


def choose(accept: str | None, offers: Sequence[tuple[str, Offer]]) -> Offer | None:
    """Choose among (media type, offer) pairs, the server's favourite first; None where none is acceptable.

    Of what is equally welcome, what is asked for by name goes before what only a `*` covers.
    """
    wanted = ranges(accept or "") or [Range("*/*", 1.0)]
    best: tuple[tuple[float, int], Offer] | None = None
    for media_type, offer in offers:
        fitting = [each for each in wanted if each.fits(media_type)]
        if not fitting:
            continue
        decisive = max(fitting, key=lambda each: (each.precision, each.quality))
        rank = (decisive.quality, decisive.precision)
        if decisive.quality > 0 and (best is None or rank > best[0]):
            best = (rank, offer)
    return best[1] if best else None


def rdf_offers(syntaxes: Iterable[Syntax] = SYNTAXES) -> list[tuple[str, Syntax]]:
    """Give the offers of a place that answers in RDF: own media types first, then what else they go by."""
    known = list(syntaxes)
    return [(each.media_type, each) for each in known] + [(also, each) for each in known for also in each.also]


def page_or_rdf(accept: str | None) -> Syntax | str | None:
    """Choose between RDF and a page (HTML) where RDF is the favourite; None where neither is acceptable."""
    offers: list[tuple[str, Syntax | str]] = [*rdf_offers(), (HTML, HTML)]
    return choose(accept, offers)


def wants_page(accept: str | None) -> bool:
    """Say whether a reader is a browser: asks for HTML by name, and for nothing that a program reads more."""
    offers = [("application/problem+json", False), ("application/json", False), (HTML, True)]
    return bool(choose(accept, offers)) and any(each.media_type == HTML for each in ranges(accept or ""))
