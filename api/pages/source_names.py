"""What sources are called on pages: those of the software itself in the reader's language, others as they are named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from api.languages import Texts, mark
from graph.findings import evaluation
from graph.log.sources import CHECKER_ADDRESS, OWN_ADDRESS, Source
from graph.sample import ADDRESSES, FACTS, ILLUSTRATION

if TYPE_CHECKING:
    from api.visit import Visit

_TITLES = {
    OWN_ADDRESS: mark("Civigraph: ontology, code lists, laws, licences"),
    CHECKER_ADDRESS: mark("Findings of the governance rules"),
    evaluation.ADDRESS: mark("Date at which the rules judge"),
    ADDRESSES[FACTS]: mark("Sample: real descriptions"),
    ADDRESSES[ILLUSTRATION]: mark("Sample: invented illustrations"),
}


def title_of(texts: Texts, source: Source) -> str:
    """Give what a source is called: known by its address, since its name may have been taken."""
    known = _TITLES.get(source.address)
    return texts.text(known) if known else source.title or source.name


def source_titles(visit: Visit, names: Iterable[str]) -> dict[str, str]:
    """Give what some sources are called, by their names."""
    return {each.name: title_of(visit.texts, each) for each in visit.site.instance.log.sources.named(names)}
