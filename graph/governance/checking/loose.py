"""Statements that are stored nowhere, made into a graph that can be checked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pyoxigraph as ox

from graph import bundled
from graph.derivations.derivation import derivations
from graph.errors import DataError
from graph.governance.checking.checker import Checked
from graph.governance.checking.texts import StatementTexts
from graph.log.sources import OWN
from graph.terms import TYPE, Statement, parse_payload
from ontology import loader

# Parts of the bundled files that have no name get one below this; it leads nowhere and is in no report.
_BASE = "https://civigraph.invalid/"


def derived() -> frozenset[str]:
    """Give the properties that derivations make, as N-Triples texts."""
    return frozenset(each.makes for each in derivations())


def check_loose(statements: Sequence[Statement], *, knows: bool) -> Checked:
    """Put statements into a store in memory; where they shall be judged by what the project `knows`, that too.

    Then its laws, licences, code lists and terms are added, and what follows from all of it. Never in the process that
    serves: what comes from outside belongs into a cage. Raises DataError where the engine does not take them.
    """
    known = knowledge() if knows else ()
    store = ox.Store()
    try:
        # Not loaded as text: a store would give blank nodes other names than the texts have.
        for lines in (_lines(known), _lines(statements)):
            store.bulk_extend(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
    except (ValueError, RuntimeError, SyntaxError, OSError) as error:
        raise DataError(f"the statements cannot be taken into a store: {error}") from error
    types = derive(store) if knows else []
    return Checked(store.query, StatementTexts([*known, *statements, *types]), derived() if knows else frozenset())


@cache
def knowledge() -> tuple[Statement, ...]:
    """Give what the project itself states: terms, code lists, licences, laws. It takes a second, once a process."""
    records = bundled.read(loader.turtle(*loader.TERMS), base=_BASE, source=OWN)
    return tuple(statement for record in records for statement in parse_payload(record.payload))


def derive(store: ox.Store) -> list[Statement]:
    """Add to a store in memory what the derivations make, until nothing new comes; give what types they made."""
    before, types = -1, dict[Statement, None]()
    while len(store) != before:
        before = len(store)
        for each in derivations():
            made = store.query(each.query)
            assert isinstance(made, ox.QueryTriples)
            quads = [ox.Quad(*triple) for triple in made]
            if each.makes == TYPE:
                types.update(((str(quad.subject), TYPE, str(quad.object)), None) for quad in quads)
            store.bulk_extend(quads)
    return list(types)


def _lines(statements: Sequence[Statement]) -> bytes:
    return "".join(f"{subject} {name} {value} .\n" for subject, name, value in statements).encode()
