"""A dataset of ours as our feed tells it, to be judged before a portal takes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from importlib.resources import files
from string import Template
from typing import Any

from pyoxigraph import QuerySolutions

from graph.feeds.page import Told
from graph.feeds.tailoring import tailored_statements
from graph.feeds.texts import statements_of_each
from graph.preflight.description import Description
from graph.preflight.portals.table import portals
from graph.preflight.verdict import Verdict
from graph.terms import DCT, Statement, value_of
from graph.terms import iri as iri_text
from graph.views.seen import Seen

_OTHERS = Template(files("graph.preflight").joinpath("identity.rq").read_text())
_IDENTIFIER = f"<{DCT}identifier>"


def examine_own(told: Told, names: Sequence[str], met: set[str]) -> Iterator[Verdict]:
    """Say what portals make of datasets of the feed, each by itself. Raises NotKnown for a portal that is none.

    `met` are the identifiers of the datasets that precede these in the feed; those of these are added.
    """
    for key, stated in statements_of_each(told):
        yield from judge(key.iri, stated, names, met)
        met |= identifiers(key.iri, stated)


def judge(
    iri: str,
    statements: Sequence[Statement],
    names: Sequence[str] = (),
    before: Collection[str] = (),
    *,
    page: dict[str, Any] | None = None,
) -> list[Verdict]:
    """Say what portals make of one dataset, whose statements with all that it names are given. Raises NotKnown.

    `page` is what its page holds for search engines, where that is made already.
    """
    plain = Description(statements, before, {} if page is None else {f"<{iri}>": page})
    found = []
    for portal in portals(names):
        tailored = tailored_statements(statements, portal.name)
        description = plain if tailored is statements else Description(tailored, before)
        found.append(portal.reader(description)(f"<{iri}>"))
    return found


def identifiers(iri: str, statements: Iterable[Statement]) -> set[str]:
    """Give the identifiers that are stated of a dataset, as texts."""
    return {value_of(o).value for s, p, o in statements if p == _IDENTIFIER and s == f"<{iri}>"}


def identifiers_before(triples: Seen, iri: str, statements: Iterable[Statement]) -> set[str]:
    """Give which identifiers of a dataset one has too that precedes it in the feed, which goes by IRI."""
    stated = {o for s, p, o in statements if p == _IDENTIFIER and s == f"<{iri}>" and o[0] == '"'}
    return {value_of(each).value for each in sorted(stated) if _is_taken(triples, iri, each)}


def _is_taken(triples: Seen, iri: str, identifier: str) -> bool:
    """Say whether a dataset that precedes another has an identifier (an N-Triples text)."""
    answer = triples.query(_OTHERS.substitute(identifier=identifier, dataset=iri_text(iri)))
    assert isinstance(answer, QuerySolutions)
    return next(answer, None) is not None
