"""Small random runs for the property tests of the split, and what the tests do with them."""

from collections.abc import Iterable, Sequence

import pyoxigraph as ox
from hypothesis import strategies as st

from graph.records.record import Record
from graph.records.split import Refusal, split
from graph.terms import CG, DCAT, DCT, FOAF, RDF, VCARD, Statement, parse_payload

BASE = "http://local/"
SOURCE = "rennes"

WHOLE = [f"<{DCAT}contactPoint>", f"<{VCARD}hasAddress>"]
NEVER = [f"<{DCT}publisher>", f"<{CG}feeds>"]
DEFAULT = [f"<{FOAF}page>", "<http://e/page>"]
TYPE = f"<{RDF}type>"
IRIS = [f"<http://e/{name}>" for name in ("a", "b", "c#x", "a#page-1", "a#contactPoint-1", "c#x.page-1")]
BLANKS = [f"_:b{number}" for number in range(7)]
TYPES = [f"<{FOAF}Agent>", f"<{VCARD}Kind>"]
VALUES = ['"x"', '"y"@fr', "<http://e/o>"]

links = st.tuples(
    st.sampled_from(IRIS + BLANKS), st.sampled_from(WHOLE + NEVER + DEFAULT), st.sampled_from(IRIS + BLANKS)
)
trees = st.tuples(st.sampled_from(IRIS[:2] + BLANKS), st.sampled_from(WHOLE + DEFAULT), st.sampled_from(BLANKS))
rings = st.tuples(st.sampled_from(BLANKS[:5]), st.sampled_from(NEVER[:1]), st.sampled_from(BLANKS[:5]))
values = st.tuples(st.sampled_from(IRIS + BLANKS), st.sampled_from(DEFAULT), st.sampled_from(VALUES))
types = st.tuples(st.sampled_from(IRIS + BLANKS), st.just(TYPE), st.sampled_from(TYPES))
runs = st.one_of(
    st.lists(st.one_of(links, values, types), max_size=18),
    st.lists(st.one_of(trees, trees, values, types), max_size=18),
    st.lists(st.one_of(rings, trees), max_size=14),
)


def split_all(statements: Iterable[Statement]) -> tuple[dict[str, Record], list[Refusal]]:
    """Split a run and check that no IRI comes twice."""
    return sort_out(split(statements, base=BASE, source=SOURCE))


def sort_out(results: Iterable[Record | Refusal]) -> tuple[dict[str, Record], list[Refusal]]:
    records: dict[str, Record] = {}
    refusals = []
    for result in results:
        if isinstance(result, Refusal):
            refusals.append(result)
        else:
            assert result.iri not in records
            records[result.iri] = result
    return records, refusals


def union(records: Iterable[Record]) -> list[Statement]:
    return [statement for record in records for statement in parse_payload(record.payload)]


def relabelled(statements: Sequence[Statement], labels: Sequence[str]) -> list[Statement]:
    """Give the nodes of `BLANKS` other labels."""
    new = dict(zip(BLANKS, labels, strict=True))
    return [(new.get(s, s), p, new.get(o, o)) for s, p, o in statements]


def canonical(statements: Iterable[Statement], blank: Iterable[str] = ()) -> set[str]:
    """Write statements with RDFC-1.0's labels, some IRIs taken for blank nodes: the oracle for isomorphism."""
    labels = {iri: f"_:n{number}" for number, iri in enumerate(blank)}
    lines = "".join(f"{labels.get(s, s)} {p} {labels.get(o, o)} .\n" for s, p, o in statements)
    dataset = ox.Dataset(ox.parse(lines.encode(), format=ox.RdfFormat.N_TRIPLES))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def iris_of(statements: Iterable[Statement]) -> set[str]:
    return {term for s, _, o in statements for term in (s, o) if term[0] == "<"}
