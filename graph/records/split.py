"""Statements of a run in, records out.

`split` takes a run that fits into memory. A bigger one is read twice: `Owners.feed` sees all statements once, while
they are written to disk; after `Owners.settle`, whole groups (`Owners.group_of`) are read back and given to
`split_groups`. Both ways give the same records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.errors import BadTerm, UnnamableNodes
from graph.records.kinds import LABEL_RANKS, best_label, kind_of
from graph.records.naming import Naming
from graph.records.owners import Owners
from graph.records.record import Record
from graph.terms import TYPE, Statement

_WANTED = frozenset(LABEL_RANKS) | {TYPE}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that is left out, by its IRI (a blank node's label where it has none), and why."""

    iri: str
    reason: UnnamableNodes


def split(statements: Iterable[Statement], *, base: str, source: str) -> Iterator[Record | Refusal]:
    """Cut what a run says into records; blank nodes get IRIs.

    Terms are N-Triples texts in canonical form; blank nodes `_:label`, one label one node in the whole run. `base` is
    the base of local IRIs, with its final `/`; `source` the name of the source. Raises BadTerm.
    """
    held = list(statements)
    owners = Owners(base=base, source=source)
    owners.feed(held)
    owners.settle()
    yield from split_groups(held, owners)


def split_groups(statements: Iterable[Statement], owners: Owners) -> Iterator[Record | Refusal]:
    """Name and give the records of some groups; all that the run says in these groups must be among the statements."""
    groups: dict[int, list[Statement]] = defaultdict(list)
    last = ""
    take = groups[-1].append
    for statement in statements:
        if statement[0] != last:
            last = statement[0]
            take = groups[owners.group_of(last)].append
        take(statement)
    del groups[-1]
    for group, held in groups.items():
        if owners.has_blank_nodes(group):
            yield from _split_group(held, owners)
        else:
            yield _record(owners.root_of_group(group), held)


def _split_group(statements: list[Statement], owners: Owners) -> Iterator[Record | Refusal]:
    """Name the blank nodes of one group and give its records, in the order of their IRIs."""
    naming = Naming(statements, owners)
    names = naming.names
    records: dict[str, list[Statement]] = defaultdict(list)
    refused: dict[str, set[str]] = defaultdict(set)
    last = root = ""
    is_blank = False
    take = records[root].append
    for statement in statements:
        s, p, o = statement
        if s != last:
            last, root, is_blank = s, owners.root_of(s), s[0] == "_"
            take = records[root].append
        if not is_blank and o[0] != "_":
            take(statement)
            continue
        try:
            take((names[s] if is_blank else s, p, names[o] if o[0] == "_" else o))
        except KeyError as missing:
            refused[root].add(naming.reason(missing.args[0]))
            take(statement)
    del records[""]
    for iri, root in sorted((names.get(root, root), root) for root in records):
        if root in refused:
            label = iri[1:-1] if iri[0] == "<" else iri
            yield Refusal(label, UnnamableNodes(min(refused[root]), where=label))
        else:
            yield _record(iri, records[root])


def _record(root: str, statements: list[Statement]) -> Record:
    # What follows a term is no less than the space that ends it, so the lines are in order with or without their ends.
    lines = sorted(set(map(" ".join, statements)))
    text = " .\n".join(lines) + " .\n"
    if text.count("\n") != len(lines):
        raise BadTerm("a term with a line feed is not written in N-Triples", where=root[1:-1])
    if "--ltr .\n" in text or "--rtl .\n" in text:
        raise BadTerm("RDF 1.2 literals with a base direction are not taken", where=root[1:-1])
    told = [(p, o) for s, p, o in statements if p in _WANTED and s == root]
    kind = kind_of(o for p, o in told if p == TYPE)
    return Record(root[1:-1], kind, best_label(told), text.encode())
