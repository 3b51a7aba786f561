"""Names for the blank nodes of one group of records, from owners down to what they own.

A canonical order is only worked out where it decides something: for nodes without owner, and for siblings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial

from graph.errors import UnnamableNodes
from graph.records.canonical import Canon, Key
from graph.records.names import genid, genid_digest, local_of, node_name
from graph.records.owners import Owners
from graph.terms import Statement

MAX_NODES = 1_000
"""A record may have so many blank nodes."""


class Naming:
    """Names for all blank nodes of a group; the statements are all that the run says in it.

    `names` holds the name of each node that has one, as N-Triples text.
    """

    def __init__(self, statements: list[Statement], owners: Owners) -> None:
        self.names: dict[str, str] = {}
        self._statements = [statement for statement in statements if statement[0][0] == "_" or statement[2][0] == "_"]
        self._owners = owners
        self._canon: Canon | None = None
        self._reasons: dict[str, str] = {}
        self._loose: set[str] = set()
        self._owned: dict[str, dict[str, str]] = defaultdict(dict)  # owner -> node -> the smallest property it owns by
        self._sort_out()
        self._refuse_crowds()
        self._name_loose()
        pending = [owner for owner in self._owned if owner[0] == "<" or owner in self.names]
        for owner in pending:
            self._name_owned(owner)
            pending += [node for node in self._owned[owner] if node in self._owned and node in self.names]

    def reason(self, node: str) -> str:
        """Say why a node has no name."""
        return self._reasons.get(node, "blank nodes under one that cannot be named")

    def _sort_out(self) -> None:
        """Tell nodes without owner from owned ones."""
        owner_of, owns_by = self._owners.owner_of, self._owners.owns_by
        last = ""
        for s, p, o in self._statements:
            if s[0] == "_" and s != last:
                last = s
                if owner_of(s) is None:
                    self._loose.add(s)
            if o[0] == "_":
                owner = owner_of(o)
                if owner is None:
                    self._loose.add(o)
                elif owner == s and owns_by(p, o):
                    held = self._owned[s]
                    held[o] = min(p, held.get(o, p))

    def _refuse_crowds(self) -> None:
        """Leave the nodes of a record that has too many of them without names."""
        if len(self._loose) + sum(map(len, self._owned.values())) <= MAX_NODES:
            return
        nodes = self._loose.union(*self._owned.values())
        roots = {node: self._owners.root_of(node) for node in nodes}
        crowds = Counter(roots.values())
        for node, root in roots.items():
            if crowds[root] > MAX_NODES:
                self._reasons[node] = f"more than {MAX_NODES} blank nodes in one record ({crowds[root]})"

    def _name_loose(self) -> None:
        """Name the nodes without owner by what they are; twins are counted on, over all groups of the run."""
        owners = self._owners
        keyed = [(key, node) for node in self._loose if (key := self._key(node))]
        for (colour, _, _), node in sorted(keyed):
            digest = genid_digest(owners.source, colour)
            name = partial(genid, owners.base, digest)
            owners.genids[digest] = self._name(node, name, owners.genids.get(digest, 0))

    def _name_owned(self, owner: str) -> None:
        """Name what one node owns, counting by local name: by property, then in canonical order."""
        siblings: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for node, predicate in self._owned[owner].items():
            siblings[local_of(predicate)].append((predicate, node))
        for local, members in siblings.items():
            name = partial(node_name, self.names.get(owner, owner), local)
            number = 0
            for node in self._in_order(members):
                number = self._name(node, name, number)

    def _in_order(self, members: list[tuple[str, str]]) -> list[str]:
        """Order siblings, given by property and node; an only one needs no canonical order."""
        if len(members) == 1 and members[0][1] not in self._reasons:
            return [members[0][1]]
        keyed = [(predicate, key, node) for predicate, node in members if (key := self._key(node))]
        return [node for _, _, node in sorted(keyed)]

    def _name(self, node: str, name: Callable[[int], str], number: int) -> int:
        """Give a node the next name that the run does not have already; give its number."""
        number += 1
        while self._owners.is_taken(free := name(number)):
            number += 1
        self.names[node] = free
        return number

    def _key(self, node: str) -> Key | None:
        """Give the canonical key of a node, None (and a reason kept) if it has none."""
        if node in self._reasons:
            return None
        if self._canon is None:
            self._canon = Canon(self._statements)
        try:
            return self._canon.key(node)
        except UnnamableNodes as error:
            self._reasons[node] = error.what
            return None
