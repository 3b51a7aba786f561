"""Results of queries compared as the W3C's tests ask: solutions by multiset, graphs by isomorphism, literals by value.

By value, since the store under test keeps numbers, booleans and times in their canonical form and says so.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Store

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"

_INTEGERS = {
    XSD + name
    for name in (
        "integer", "nonPositiveInteger", "negativeInteger", "long", "int", "short", "byte", "nonNegativeInteger",
        "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "positiveInteger",
    )
}  # fmt: skip

Row = Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """A result: a boolean, rows of terms by variable, or triples; terms as text, `_:…` for blank nodes."""

    boolean: bool | None = None
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    triples: frozenset[tuple[str, str, str]] | None = None
    variables: frozenset[str] = frozenset()
    ordered: bool = False


def read_result(body: bytes, media_type: str, *, base: str = "") -> Result:
    """Read a body by its media type; a graph of the result set vocabulary is read as what it describes."""
    table = QueryResultsFormat.from_media_type(media_type)
    if table is not None:
        return _of_table(pyoxigraph.parse_query_results(io.BytesIO(body), format=table))
    syntax = RdfFormat.from_media_type(media_type)
    assert syntax is not None, media_type
    store = Store()
    store.load(body, syntax, base_iri=base or None)
    described = next(store.quads_for_pattern(None, NamedNode(f"{RDF}type"), NamedNode(f"{RS}ResultSet")), None)
    if described is not None and isinstance(described.subject, NamedNode | BlankNode):
        return _of_description(store, described.subject)
    triples = {(_text(quad.subject), _text(quad.predicate), _text(quad.object)) for quad in store}
    return Result(triples=frozenset(triples))


def read_cells(body: bytes) -> Result:
    """Read CSV, which tells no kinds of terms: its cells by column, since SELECT * sets no order of columns."""
    table = list(csv.DictReader(io.StringIO(body.decode())))
    rows = tuple(tuple(sorted((name, cell) for name, cell in row.items() if cell)) for row in table)
    return Result(rows=rows, variables=frozenset(next(csv.reader(io.StringIO(body.decode())))))


def of_evaluation(found: QuerySolutions | QueryBoolean | pyoxigraph.QueryTriples) -> Result:
    """Take what pyoxigraph itself answers."""
    if isinstance(found, QuerySolutions | QueryBoolean):
        return _of_table(found)
    return Result(triples=frozenset((_text(t.subject), _text(t.predicate), _text(t.object)) for t in found))


def same(expected: Result, found: Result) -> bool:
    """Say whether two results are the same, blank nodes by whatever name."""
    if expected.boolean is not None or found.boolean is not None:
        return expected.boolean == found.boolean
    if (expected.triples is None) != (found.triples is None):
        return False
    if expected.triples is not None and found.triples is not None:
        return _isomorphic(sorted(expected.triples), sorted(found.triples))
    if expected.variables != found.variables:
        return False
    numbered = expected.ordered
    return _isomorphic(_flat(expected.rows, numbered=numbered), _flat(found.rows, numbered=numbered))


def _flat(rows: Iterable[Sequence[tuple[str, str]]], *, numbered: bool) -> list[tuple[str, ...]]:
    made = []
    for number, row in enumerate(rows):
        made.append((*((str(number),) if numbered else ()), *(part for pair in row for part in pair)))
    return sorted(made)


def _of_table(found: QuerySolutions | QueryBoolean) -> Result:
    if isinstance(found, QueryBoolean):
        return Result(boolean=bool(found))
    names = [variable.value for variable in found.variables]
    rows = []
    for solution in found:
        pairs = [(name, solution[name]) for name in names]
        rows.append(tuple(sorted((name, _text(term)) for name, term in pairs if term is not None)))
    return Result(rows=tuple(rows), variables=frozenset(names))


def _of_description(store: Store, result: NamedNode | BlankNode) -> Result:
    """Read a result set described in RDF (the vocabulary that the first tests of 2005 used)."""

    def objects(subject: object, name: str) -> list[NamedNode | BlankNode | Literal]:
        assert isinstance(subject, NamedNode | BlankNode)
        found = store.quads_for_pattern(subject, NamedNode(RS + name), None)
        return [quad.object for quad in found if not isinstance(quad.object, pyoxigraph.Triple)]

    rows = [
        tuple(
            sorted(
                (objects(binding, "variable")[0].value, _text(objects(binding, "value")[0]))
                for binding in objects(solution, "binding")
            )
        )
        for solution in objects(result, "solution")
    ]
    return Result(rows=tuple(rows), variables=frozenset(name.value for name in objects(result, "resultVariable")))


def _text(term: object) -> str:
    """Write a term so that equal values are equal texts."""
    if not isinstance(term, Literal) or term.language is not None:
        return str(term)
    return f'"{_value(term.value, term.datatype.value)}"^^{term.datatype}'


def _value(lexical: str, datatype: str) -> str:
    try:
        if datatype in _INTEGERS:
            return str(int(lexical))
        if datatype == f"{XSD}decimal":
            return format(Decimal(lexical).normalize(), "f")
        if datatype in {f"{XSD}double", f"{XSD}float"}:
            return repr(float(lexical))
        if datatype == f"{XSD}boolean":
            return {"1": "true", "0": "false"}.get(lexical, lexical)
        if datatype in {f"{XSD}dateTime", f"{XSD}time"}:
            return re.sub(r"(\.\d*?)0*(?=[Z+-]|$)", lambda match: match[1].rstrip("."), lexical)
    except (ValueError, InvalidOperation):
        pass
    return lexical


def _isomorphic(left: Sequence[tuple[str, ...]], right: Sequence[tuple[str, ...]]) -> bool:
    """Compare two multisets of tuples up to the names of the blank nodes in them."""
    if len(left) != len(right):
        return False
    if Counter(map(_shape, left)) != Counter(map(_shape, right)):
        return False
    return _match(list(left), list(right), {}, {})


def _match(
    left: list[tuple[str, ...]], right: list[tuple[str, ...]], forth: dict[str, str], back: dict[str, str]
) -> bool:
    """Pair the tuples off one by one, taking back what leads nowhere; the tests' results are small."""
    if not left:
        return not right
    # What has most of its blank nodes named already leaves the least to try.
    best = min(range(len(left)), key=lambda i: sum(_blank(each) and each not in forth for each in left[i]))
    one, rest = left[best], left[:best] + left[best + 1 :]
    for index, other in enumerate(right):
        pairing = _paired(one, other, forth, back)
        if pairing is not None:
            others = right[:index] + right[index + 1 :]
            if not pairing:
                return _match(rest, others, forth, back)
            if _match(rest, others, {**forth, **pairing}, {**back, **{b: a for a, b in pairing.items()}}):
                return True
    return False


def _paired(
    one: tuple[str, ...], other: tuple[str, ...], forth: Mapping[str, str], back: Mapping[str, str]
) -> dict[str, str] | None:
    """Give the new pairs of blank nodes that make two tuples equal; None where nothing can."""
    if len(one) != len(other):
        return None
    new: dict[str, str] = {}
    for a, b in zip(one, other, strict=True):
        if not (_blank(a) and _blank(b)):
            if a != b:
                return None
        elif forth.get(a, new.get(a, b)) != b or back.get(b, a) != a:
            return None
        elif a not in forth:
            if any(known == b and name != a for name, known in new.items()):
                return None
            new[a] = b
    return new


def _shape(row: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("_:" if _blank(each) else each for each in row)


def _blank(text: str) -> bool:
    return text.startswith("_:")
