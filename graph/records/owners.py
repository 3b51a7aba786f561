"""Who owns whom in a run: the ownership table applied to everything that the run says.

One pass over all statements keeps subjects, classes that count and owning edges as small integers, so that a run that
does not fit into memory can be written to disk meanwhile, then be read back group by group: a group is a record, or
several that have to be named together because blank nodes tie them.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterable, Iterator

from graph.errors import BadTerm
from graph.records.names import genid_prefix, is_node_name
from graph.records.ownership import INDEPENDENT, MARKS, Mark
from graph.terms import TYPE, Statement

_NONE = -1
_MANY = -2
_OPEN = -3

_DESCRIBED = 1
_INDEPENDENT = 2

# The names that this project gives to nodes end in a number or a hexadecimal digest: one glance rules most IRIs out.
_LAST = frozenset("0123456789abcdef")


class Owners:
    """Feed it all statements of a run, settle it, then ask.

    `base` is the base of local IRIs, with its final `/`; `source` the name of the source that the run is of.
    """

    def __init__(self, *, base: str, source: str) -> None:
        self.base = base
        self.source = source
        self.genids: dict[str, int] = {}  # digest of nodes without owner -> the last number given
        self._genid = genid_prefix(base)
        self._numbers: dict[str, int] = {}  # each subject and each object that may be owned -> its number
        self._texts: list[str] = []
        self._flags = bytearray()
        self._whole = array("i")  # the owner by a property marked WHOLE, _NONE or _MANY
        self._plain = array("i")  # the same by a default property for a blank node, by its very name for an IRI
        self._ties = array("i")  # union-find over what must be named together
        self._names: set[str] = set()  # IRIs of the run that read like our names, and have no number
        self._owner = array("i")
        self._root = array("i")
        self._blank_groups = bytearray()

    def feed(self, statements: Iterable[Statement]) -> None:
        """Take in statements, in any order, each once or more often. Raises BadTerm, for triple terms too."""
        marks, whole, never = MARKS.get, Mark.WHOLE, Mark.NEVER
        flags, genid = self._flags, self._genid
        last, subject = "", _NONE
        for s, p, o in statements:
            if s != last:
                last, subject = s, self._subject(s)
            first = o[:1]
            if first == '"':
                continue
            if first == "<":
                if p == TYPE and o in INDEPENDENT:
                    flags[subject] |= _INDEPENDENT
                if marks(p) is whole and o != s:
                    _note(self._whole, self._number(o), subject)
                if o[-2] in _LAST and ("#" in o or o.startswith(genid)):
                    self._note_name(subject, s, p, o)
                if o[1] == "<":
                    raise _triple_term(o)
            elif first == "_":
                node = self._number(o)
                if node != subject:
                    mark = marks(p)
                    if mark is not never:
                        _note(self._whole if mark is whole else self._plain, node, subject)
                    self._tie(node, subject)
            else:
                raise BadTerm(f"not an N-Triples term: {o[:200]!r}")

    def _subject(self, text: str) -> int:
        if text[:1] not in ("<", "_"):
            raise BadTerm(f"not the subject of a statement: {text[:200]!r}")
        if text[:2] == "<<":
            raise _triple_term(text)
        number = self._number(text)
        self._flags[number] |= _DESCRIBED
        return number

    def _number(self, text: str) -> int:
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = len(self._texts)
            self._texts.append(text)
            self._flags.append(0)
            self._whole.append(_NONE)
            self._plain.append(_NONE)
            self._ties.append(number)
        return number

    def _note_name(self, subject: int, s: str, p: str, o: str) -> None:
        """Keep an IRI that reads like a name of ours: no node may get it, and what was blank is still owned as it was.

        So an export that is read back gives the records that it was made from.
        """
        mark = MARKS.get(p)
        if mark is not Mark.NEVER and is_node_name(s, p, o):
            self._plain[self._number(o)] = subject
        elif mark is None and o != s and self._was_blank(o):
            _note(self._plain, self._number(o), subject)
        elif o not in self._numbers:
            self._names.add(o)

    def _was_blank(self, text: str) -> bool:
        """Say whether a term is a blank node, or the name of one without owner."""
        return text[0] == "_" or (text.startswith(self._genid) and "#" not in text)

    def _tie(self, one: int, other: int) -> None:
        one, other = self._find(one), self._find(other)
        if one != other:
            self._ties[max(one, other)] = min(one, other)

    def _find(self, node: int) -> int:
        ties = self._ties
        while (up := ties[node]) != node:
            ties[node] = node = ties[up]
        return node

    def settle(self) -> None:
        """Decide who owns whom; no statement is taken in after it."""
        self._owner = array("i", map(self._decide, range(len(self._texts))))
        self._root = self._climb()
        self._blank_groups = bytearray(len(self._texts))
        for node, owner in enumerate(self._owner):
            if owner != _NONE:
                self._tie(node, owner)
        for node, text in enumerate(self._texts):
            group = self._ties[node] = self._find(node)
            if text[0] == "_":
                self._blank_groups[group] = 1

    def _decide(self, node: int) -> int:
        """Give a node's one owner, or _NONE.

        A blank node has the one owner by a WHOLE property, or else the one that refers to it by a default property. An
        IRI has the one owner by a WHOLE property, if nothing makes it independent, or the one that its name tells.
        """
        whole, plain = self._whole[node], self._plain[node]
        if self._was_blank(self._texts[node]):
            owner = plain if whole == _NONE else whole
            return owner if owner >= 0 else _NONE
        if not self._flags[node] & _DESCRIBED:
            return _NONE
        if self._flags[node] & _INDEPENDENT or whole == _NONE:
            return plain
        return whole if whole >= 0 and plain in (_NONE, whole) else _NONE

    def _climb(self) -> array[int]:
        """Give each node its root: the last of its owners; every node of a cycle of owners becomes one."""
        owner = self._owner
        root = array("i", [_NONE]) * len(owner)
        for start in range(len(owner)):
            node, path = start, []
            while node != _NONE and root[node] == _NONE:
                root[node] = _OPEN
                path.append(node)
                node = owner[node]
            if node != _NONE and root[node] == _OPEN:
                for member in path[path.index(node) :]:
                    owner[member] = _NONE
            for member in reversed(path):
                root[member] = member if owner[member] == _NONE else root[owner[member]]
        return root

    def dump(self) -> bytes:
        """Write down what was settled, for another process of ours on this machine."""
        tables = [bytes(table) for table in (self._whole, self._ties, self._owner, self._root, self._blank_groups)]
        return marshal.dumps((self.base, self.source, self._texts, self._names, tables))

    @classmethod
    def load(cls, dumped: bytes) -> Owners:
        """Read what `dump` wrote, nothing else: it answers as that one does, and can be fed no more."""
        base, source, texts, names, tables = marshal.loads(dumped)  # noqa: S302
        owners = cls(base=base, source=source)
        owners._texts, owners._names = texts, names
        owners._numbers = {text: number for number, text in enumerate(texts)}
        owners._whole, owners._ties, owners._owner, owners._root = (array("i", table) for table in tables[:4])
        owners._blank_groups = bytearray(tables[4])
        return owners

    def nameless_groups(self) -> Iterator[int]:
        """Give the groups that have a record without a name of its own: their numbers depend on one another."""
        for node, text in enumerate(self._texts):
            if text[0] == "_" and self._root[node] == node:
                yield self._ties[node]

    def group_of(self, subject: str) -> int:
        """Give the number of the group in which a subject is named; a group is what `split_groups` needs whole."""
        return self._ties[self._numbers[subject]]

    def root_of(self, node: str) -> str:
        """Give the subject in whose record a subject or a blank node lives."""
        return self._texts[self._root[self._numbers[node]]]

    def owner_of(self, node: str) -> str | None:
        """Give the owner of a subject or blank node, None for a record of its own."""
        owner = self._owner[self._numbers[node]]
        return None if owner == _NONE else self._texts[owner]

    def owns_by(self, predicate: str, node: str) -> bool:
        """Say whether the owner of a blank node owns it by this property."""
        mark = MARKS.get(predicate)
        return mark is Mark.WHOLE if self._whole[self._numbers[node]] != _NONE else mark is None

    def has_blank_nodes(self, group: int) -> bool:
        """Say whether any blank node belongs to a group."""
        return self._blank_groups[group] == 1

    def root_of_group(self, group: int) -> str:
        """Give the one record of a group without blank nodes."""
        return self._texts[self._root[group]]

    def is_taken(self, name: str) -> bool:
        """Say whether the run has this IRI already, so that no node may get it."""
        return name in self._numbers or name in self._names


def _note(owners: array[int], node: int, owner: int) -> None:
    present = owners[node]
    if present == _NONE:
        owners[node] = owner
    elif present != owner:
        owners[node] = _MANY


def _triple_term(text: str) -> BadTerm:
    return BadTerm("RDF 1.2 triple terms are not taken", where=text[:200], remedy="describe the statement as a node")
