"""Which datasets are read, as a query for their IRIs.

`audience IN (…)` of one audience is what the indexes are made for; several are few and see little more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.log.rows import PUBLIC
from graph.views.fragments.fragment import Facet


@dataclass(frozen=True, slots=True)
class Selection:
    """Which datasets: what these audiences see, with all of these facets, changed since (ISO 8601, None: ever)."""

    audiences: tuple[str, ...] = (PUBLIC,)
    facets: tuple[Facet, ...] = ()
    since: str | None = None


def selected(selection: Selection, bound: str = "", values: Sequence[object] = ()) -> tuple[str, list[object]]:
    """The query for the IRIs of a selection, with a bound on the IRI, and the values in it."""
    audiences = selection.audiences
    places = marks(audiences)
    first, *others = selection.facets or (("", ""),)
    given: list[object] = [*audiences]
    if selection.since is not None:
        query = f"SELECT DISTINCT iri FROM fragments AS f WHERE audience IN ({places}) AND changed >= ?"  # noqa: S608 (places for values, and names of ours)
        given.append(selection.since)
        others = list(selection.facets)
    elif first[0]:
        query = f"SELECT DISTINCT iri FROM facets AS f WHERE audience IN ({places}) AND name = ? AND value = ?"  # noqa: S608 (places for values, and names of ours)
        given += first
    else:
        query = f"SELECT DISTINCT iri FROM fragments AS f WHERE audience IN ({places})"  # noqa: S608 (places for values, and names of ours)
    if bound:
        query += f" AND iri {bound}"
        given += values
    for facet in others:
        query += (
            f" AND EXISTS (SELECT 1 FROM facets AS g WHERE g.audience IN ({places})"  # noqa: S608 (places for values, and names of ours)
            " AND g.name = ? AND g.value = ? AND g.iri = f.iri)"
        )
        given += [*audiences, *facet]
    return query, given


def marks(values: Sequence[object]) -> str:
    """Write as many places for values as there are values: how long a list is is all that a query is told of it."""
    return ",".join("?" * len(values))
