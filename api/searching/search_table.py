"""The hits of a search as a table for a spreadsheet, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from api.endpoint.spreadsheet import HarmlessTable
from api.languages import mark
from api.pages.kinds import kind_name
from api.pages.names import Names
from api.searching.search_page import signs_of
from api.visit import Visit
from graph.views.conditions import Conditions
from graph.views.hits import Hit

_COLUMNS = (
    mark("Title"), mark("Kind"), mark("Openness"), mark("Pole"), mark("Publisher"), mark("Licence"), mark("Territory"),
    mark("Last modified"), mark("Source"), "IRI",
)  # fmt: skip


def table_of(visit: Visit, hits: Sequence[Hit]) -> bytes:
    """Write the table, its headings in the reader's language."""
    names = Names.for_visit(
        visit, {iri for hit in hits for name in ("licence", "territory") for iri in hit.facets[name]}
    )
    conditions = visit.site.standing.of(visit.known)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([visit.texts.text(column) for column in _COLUMNS])
    writer.writerows(_row(visit, names, conditions, hit) for hit in hits)
    return HarmlessTable().feed(out.getvalue().encode(), last=True)


def _row(visit: Visit, names: Names, conditions: Conditions, hit: Hit) -> Iterable[str]:
    rungs, poles = signs_of(hit, conditions)
    word = visit.texts.text
    return (
        hit.title,
        kind_name(hit.kind, visit.texts.language),
        ", ".join(word(text) for _, text in rungs),
        ", ".join(word(text) for _, text in poles),
        *(", ".join(some) for some in (
            hit.facets["publisher"],
            [names.text(each) for each in hit.facets["licence"]],
            [names.text(each) for each in hit.facets["territory"]],
        )),
        hit.modified,
        ", ".join(hit.facets["source"]),
        hit.iri,
    )  # fmt: skip
