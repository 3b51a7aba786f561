"""A canonical order of blank nodes: the same whatever their labels and the order of the statements.

Blank nodes that statements join form a component, which is ordered by itself:

1. Each node has a ground: its statements whose other end is an IRI or a literal, in both directions.
2. Leaves are cut off the component, layer by layer; each leaves the hash of what it was (its ground, its link, its own
   leaves) with its neighbour. A component without rings ends in one or two nodes, and equal hashes are interchangeable
   nodes, for sure (Aho, Hopcroft and Ullman 1974, section 3.2): twins need no limit.
3. What is left when no leaf is left, the core, is told apart by colour refinement: a node's new colour is the hash of
   its own and of its neighbours' colours, as long as that tells more nodes apart.
4. Where equal colours are left in rings, each node of the smallest class is singled out in turn and refinement goes on;
   of the orders that this leads to, the one with the smallest certificate is taken (McKay 1981).

See docs/decisions/0001-canonical-names.md for limits and for what else was tried.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256

from graph.errors import UnnamableNodes
from graph.terms import Statement

MAX_TIED = 6
"""So many nodes of a ring may look the same after refinement."""

MAX_CORE = 1_000
"""So many nodes may be left when a component has no more leaves."""

MAX_COMPARED = 5_000
"""So many nodes may be in all orders of one component that are compared."""

Key = tuple[str, int, int]
"""Colour, number of the component, place in it: equal colours are interchangeable nodes, the numbers only part them."""

Links = dict[str, dict[str, list[str]]]
"""Node -> neighbour -> the statements between the two, seen from the node: `>` or `<`, then the predicate."""


class Canon:
    """The canonical order of the blank nodes of some statements, worked out component by component when asked."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._ground: dict[str, list[str]] = defaultdict(list)
        self._links: Links = defaultdict(lambda: defaultdict(list))
        self._keys: dict[str, Key | UnnamableNodes] = {}
        self._components = 0
        for s, p, o in set(statements):
            if s[0] == "_":
                if o[0] != "_":
                    self._ground[s].append(f">{p} {o}")
                elif s == o:
                    self._ground[s].append(f"@{p}")
                else:
                    self._links[s][o].append(f">{p}")
                    self._links[o][s].append(f"<{p}")
            elif o[0] == "_":
                self._ground[o].append(f"<{p} {s}")

    def key(self, node: str) -> Key:
        """Give what a node is sorted by; the colour tells it from all others but its twins. Raises UnnamableNodes."""
        key = self._keys.get(node)
        if key is None:
            self._order(node)
            key = self._keys[node]
        if isinstance(key, UnnamableNodes):
            raise key
        return key

    def _order(self, start: str) -> None:
        """Work out the component of a node."""
        self._components += 1
        if start not in self._links:
            self._keys[start] = (self._ground_of(start), self._components, 0)
            return
        nodes = _reachable(start, self._links)
        try:
            component = _Component({node: self._ground_of(node) for node in nodes}, self._links)
        except UnnamableNodes as error:
            self._keys.update(dict.fromkeys(nodes, error))
            return
        for place, (node, colour) in enumerate(component.walk()):
            self._keys[node] = (colour, self._components, place)

    def _ground_of(self, node: str) -> str:
        return _hash(sorted(self._ground.get(node, ())))


class _Component:
    """One component: `ground` holds its nodes, `links` at least what is between them. Raises UnnamableNodes."""

    def __init__(self, ground: dict[str, str], links: Links) -> None:
        self._links = links
        self._colours = ground
        self._leaves: dict[str, list[tuple[str, str]]] = defaultdict(list)  # node -> the leaves cut off it, by hash
        core = self._cut_leaves()
        if len(core) > MAX_CORE:
            raise UnnamableNodes(f"{len(core)} blank nodes in rings; at most {MAX_CORE} can be ordered")
        self._core = {node: [other for other in links[node] if other in core] for node in core}
        colours = self._colours = self._refine({node: self._with_leaves(node) for node in core})
        self._certificate = _hash(sorted(colours.values()))
        self._order = sorted(core, key=colours.__getitem__)
        self._compared = 0
        if len(core) > 2 and len(set(colours.values())) < len(core):
            self._settle_ties(colours)

    def _cut_leaves(self) -> set[str]:
        """Cut leaves off until one node, two neighbours or rings are left."""
        left = set(self._colours)
        degrees = {node: len(self._links[node]) for node in left}
        layer = [node for node, degree in degrees.items() if degree == 1]
        while layer and len(left) > 2:
            left.difference_update(layer)
            following = []
            for node in layer:
                trunk = next(other for other in self._links[node] if other in left)
                links = sorted(self._links[node][trunk])
                self._leaves[trunk].append((_hash(["leaf", self._with_leaves(node), *links]), node))
                degrees[trunk] -= 1
                if degrees[trunk] == 1:
                    following.append(trunk)
            layer = following
        return left

    def _with_leaves(self, node: str) -> str:
        if node not in self._leaves:
            return self._colours[node]
        self._leaves[node].sort(key=lambda leaf: leaf[0])  # twins stay as they come: either order is the same graph
        return _hash(["trunk", self._colours[node], *(colour for colour, _ in self._leaves[node])])

    def _refine(self, colours: dict[str, str]) -> dict[str, str]:
        """Refine the colours of the core until a round tells no more nodes apart."""
        while True:
            before = len(set(colours.values()))
            colours = {node: self._refined(node, colours) for node in self._core}
            if len(set(colours.values())) == before:
                return colours

    def _refined(self, node: str, colours: dict[str, str]) -> str:
        links = self._links[node]
        around = sorted("\n".join((colours[other], *sorted(links[other]))) for other in self._core[node])
        return _hash(["ring", colours[node], *around])

    def _settle_ties(self, colours: dict[str, str]) -> None:
        """Order the tied nodes of rings; what tells rings of the same colours apart goes into the certificate."""
        tied = max(Counter(colours.values()).values())
        if tied > MAX_TIED:
            raise UnnamableNodes(f"more than {MAX_TIED} indistinguishable blank nodes ({tied})")
        self._certificate, singled = min(self._orders(colours), key=lambda order: order[0])
        self._order = sorted(singled, key=singled.__getitem__)

    def _orders(self, colours: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
        """Single out each node of the smallest class in turn, as long as there are ties; give the orders this leads to.

        An order comes as its certificate and its colours, all distinct. Colours encode their neighbours, so equal
        certificates show that the nodes singled out are interchangeable: the later one leads to nothing new.
        """
        members = _smallest_class(colours)
        if not members:
            return [(self._count(colours), colours)]
        found: list[tuple[str, dict[str, str]]] = []
        for node in members:
            singled = self._single_out(node, colours)
            if found and self._first_certificate(singled) in {certificate for certificate, _ in found}:
                continue
            found += self._orders(singled)
        return found

    def _first_certificate(self, colours: dict[str, str]) -> str:
        while members := _smallest_class(colours):
            colours = self._single_out(members[0], colours)
        return self._count(colours)

    def _single_out(self, node: str, colours: dict[str, str]) -> dict[str, str]:
        return self._refine({**colours, node: _hash(["single", colours[node]])})

    def _count(self, colours: dict[str, str]) -> str:
        """Give the certificate of an order, as long as not too many were compared."""
        self._compared += len(colours)
        if self._compared > MAX_COMPARED:
            raise UnnamableNodes(f"blank nodes in rings with too many orders to compare ({len(colours)} nodes)")
        return _hash(sorted(colours.values()))

    def walk(self) -> Iterator[tuple[str, str]]:
        """Give every node with its final colour: the core in order, after each node its leaves."""
        stack = [(node, _hash([self._certificate, self._colours[node]])) for node in reversed(self._order)]
        while stack:
            node, colour = stack.pop()
            yield node, colour
            stack += [(leaf, _hash([colour, mark])) for mark, leaf in reversed(self._leaves.get(node, ()))]


def _reachable(start: str, links: Links) -> list[str]:
    seen, pending = {start}, [start]
    for node in pending:
        fresh = [other for other in links[node] if other not in seen]
        seen.update(fresh)
        pending += fresh
    return pending


def _smallest_class(colours: dict[str, str]) -> list[str]:
    """Give the nodes of the smallest class of more than one; of several, of that with the smallest colour."""
    classes = defaultdict(list)
    for node, colour in colours.items():
        classes[colour].append(node)
    tied = [(len(members), colour) for colour, members in classes.items() if len(members) > 1]
    return classes[min(tied)[1]] if tied else []


def _hash(parts: Iterable[str]) -> str:
    """Hash texts without line feeds; the lines of what is hashed are in the order given."""
    return sha256("\n".join(parts).encode()).hexdigest()
