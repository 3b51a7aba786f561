"""Whatever the order of statements and the labels of blank nodes, a run gives the same records."""

import random

import pyoxigraph as ox
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph.errors import BadTerm
from graph.records.owners import Owners
from graph.records.split import split, split_groups
from graph.terms import Statement, parse_payload
from tests.graph.records.random_runs import (
    BASE,
    BLANKS,
    SOURCE,
    canonical,
    iris_of,
    relabelled,
    runs,
    sort_out,
    split_all,
    union,
)

PREFIXES = """
@prefix : <http://e/> . @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix cg: <https://w3id.org/civigraph#> . @prefix odrl: <http://www.w3.org/ns/odrl/2/> .
"""


def statements_of(turtle: str) -> list[Statement]:
    quads = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    return [(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads]


def payloads(turtle: str) -> dict[str, list[str]]:
    """Split a run; give each record's lines, with the prefix `http://e/` cut off its IRIs."""
    records, refusals = split_all(statements_of(turtle))
    assert not refusals
    return {
        iri.removeprefix("http://e/"): record.payload.decode().replace("<http://e/", "<").splitlines()
        for iri, record in records.items()
    }


@given(runs, st.randoms(use_true_random=False), st.permutations(BLANKS))
@settings(max_examples=300, deadline=None)
def test_order_labels_and_doubles_change_nothing(run, randoms, labels):
    records, refusals = split_all(run)
    changed = relabelled(run, labels) + randoms.choices(relabelled(run, labels), k=3) if run else []
    randoms.shuffle(changed)
    again, also_refused = split_all(changed)
    assert again == records
    assert len(also_refused) == len(refusals)
    assert sorted(r.iri for r in refusals if r.iri[0] != "_") == sorted(r.iri for r in also_refused if r.iri[0] != "_")


@given(runs)
@settings(max_examples=300, deadline=None)
def test_nothing_is_lost_or_invented(run):
    records, refusals = split_all(run)
    assume(not refusals)
    told = union(records.values())
    named = iris_of(told) - iris_of(run)
    assert len(told) == len(set(run))
    assert canonical(told, named) == canonical(set(run))


@given(runs)
@settings(max_examples=300, deadline=None)
def test_splitting_the_output_changes_nothing(run):
    records, refusals = split_all(run)
    assume(not refusals)
    assert split_all(union(records.values())) == (records, [])


@given(runs, st.integers(1, 5), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_group_by_group_gives_the_same(run, buckets, randoms):
    owners = Owners(base=BASE, source=SOURCE)
    owners.feed(run[::2])
    owners.feed(run[1::2])
    owners.settle()
    spool: list[list[Statement]] = [[] for _ in range(buckets)]
    for statement in run:
        spool[owners.group_of(statement[0]) % buckets].append(statement)
    randoms.shuffle(spool)
    records, refusals = sort_out(result for bucket in spool for result in split_groups(bucket, owners))
    expected, expected_refusals = split_all(run)
    assert records == expected
    assert len(refusals) == len(expected_refusals)


def test_a_payload_is_canonical():
    (record,) = split_all(statements_of(':a :p "b", "a", "\\n", "é"@FR ; :o :a .'))[0].values()
    lines = record.payload.splitlines(keepends=True)
    assert lines == sorted(set(lines))
    assert all(line.endswith(b" .\n") for line in lines)
    assert len(parse_payload(record.payload)) == 5


def test_a_dataset_with_its_parts():
    found = payloads("""
        :d a dcat:Dataset ; dct:title "D" ; dct:publisher :p ; dcat:distribution :d1, [ dcat:accessURL :u ] ;
           dcat:contactPoint [ vcard:fn "c" ; vcard:hasAddress [ vcard:locality "Rennes" ] ] .
        :p a foaf:Agent ; foaf:name "P" .
        :d1 a dcat:Distribution .
    """)
    assert set(found) == {"d", "p"}
    assert [line.split()[0] for line in found["d"] if not line.startswith("<d> ")] == [
        "<d#contactPoint-1.hasAddress-1>",
        "<d#contactPoint-1>",
        "<d#contactPoint-1>",
        "<d#distribution-1>",
        "<d1>",
    ]


def test_kind_and_label_are_the_root_s():
    records, _ = split_all(statements_of(':d a dcat:Dataset ; dct:title "D"@en, "Données"@fr ; :p [ dct:title "A" ] .'))
    (record,) = records.values()
    assert (record.kind, record.label) == ("dataset", "Données")


def test_equal_siblings_stay_two_and_twins_need_no_limit():
    found = payloads(
        ":d dcat:contactPoint " + ", ".join(20 * ['[ vcard:fn "c" ; vcard:hasAddress [ vcard:x 1 ] ]']) + " ."
    )
    assert set(found) == {"d"}
    assert len(found["d"]) == 20 * 4
    names = {line.split()[0] for line in found["d"]}
    assert names == {"<d>"} | {f"<d#contactPoint-{n}{s}>" for n in range(1, 21) for s in ("", ".hasAddress-1")}
    for number in range(1, 21):
        link = [
            line for line in found["d"] if line.startswith(f"<d#contactPoint-{number}> ") and "hasAddress-1>" in line
        ]
        assert f"<d#contactPoint-{number}.hasAddress-1> ." in link[0]


def test_siblings_are_counted_by_property_then_by_content():
    found = payloads(":d :b [ :x 2 ], [ :x 1 ] ; :a [ :x 3 ] ; <http://e/z/a> [ :x 4 ] .")
    values = {line.split()[0]: line.split('"')[1] for line in found["d"] if "<x>" in line}
    assert values["<d#a-1>"] == "3"  # http://e/a comes before http://e/z/a
    assert values["<d#a-2>"] == "4"
    assert {values["<d#b-1>"], values["<d#b-2>"]} == {"1", "2"}


def test_a_name_that_the_run_has_already_is_skipped():
    found = payloads(":d foaf:page [ :x 1 ] . :other :refers <http://e/d#page-1> .")
    assert any(line.startswith("<d#page-2> ") for line in found["d"])


def test_nodes_without_owner_are_named_by_content_and_twins_counted():
    records, _ = split_all(
        statements_of('[] a foaf:Agent ; foaf:name "A" . [] a foaf:Agent ; foaf:name "A" . [] :x 1 .')
    )
    names = sorted(records)
    assert all(name.startswith("http://local/.well-known/genid/") for name in names)
    assert len(names) == 3
    twin = next(name for name in names if name.endswith("-2"))
    assert records[twin].label == records[twin.removesuffix("-2")].label == "A"
    others, _ = sort_out(split(statements_of("[] :x 1 ."), base=BASE, source="another"))
    assert not set(others) & set(names)


def test_a_genid_that_the_run_has_already_is_skipped():
    records, _ = split_all(statements_of("[] :x 1 ."))
    (name,) = records
    both, _ = split_all([*statements_of("[] :x 1 ."), *union(records.values())])
    assert set(both) == {name, f"{name}-2"}


def test_paired_twins_stay_paired():
    """Two equal nodes, each with its own equal friend: names must not cross the pairs."""
    pair = '[] :id "x" ; dct:publisher [ :id "y" ; dct:creator [ :id "z" ] ] .'
    records, _ = split_all(statements_of(pair + pair + pair))
    for record in records.values():
        for _, _, o in parse_payload(record.payload):
            if "genid" in o:
                assert o.partition("-")[2][:-1].partition("-")[2] == record.iri.partition("-")[2].partition("-")[2]


def test_a_node_that_is_only_referred_to_is_named_but_no_record():
    found = payloads(":d foaf:page [] ; dct:publisher [] .")
    assert set(found) == {"d"}
    assert found["d"][1] == "<d> <http://xmlns.com/foaf/0.1/page> <d#page-1> ."
    assert "/.well-known/genid/" in found["d"][0]


def clique(size: int, marker: str = "") -> str:
    nodes = [f"_:{marker}{n}" for n in range(size)]
    return "".join(f"{one} :knows {other} .\n" for one in nodes for other in nodes if one != other)


def test_rings_within_the_limit_are_named_above_it_refused():
    for size in (3, 4, 5, 6):
        records, refusals = split_all(statements_of(clique(size)))
        assert (len(records), refusals) == (size, [])
    records, refusals = split_all(statements_of(clique(7, "k") + clique(5, "f") + ":a :p _:f1 ."))
    assert len(records) == 5 + 1
    assert len(refusals) == 7
    # One node of seven is told apart by what refers to it: six are left.
    records, refusals = split_all(statements_of(clique(7) + ":a :p _:1 ."))
    assert (len(records), refusals) == (8, [])


def test_records_that_mention_a_refused_ring_are_refused_the_others_go_on():
    records, refusals = split_all(
        statements_of(clique(7) + ":a :p " + ", ".join(f"_:{n}" for n in range(7)) + " . :b :p 1 .")
    )
    assert set(records) == {"http://e/b"}
    assert len(refusals) == 8
    assert "http://e/a" in {refusal.iri for refusal in refusals}
    assert {refusal.reason.what for refusal in refusals} == {"more than 6 indistinguishable blank nodes (7)"}


def test_too_many_blank_nodes_in_a_record():
    crowd = "".join(f":d :p [ :n {n} ] .\n" for n in range(1000))
    assert len(split_all(statements_of(crowd))[0]) == 1
    records, (refusal,) = split_all(statements_of(crowd + ":d :p [ :n 1000 ] . :e :p 1 ."))
    assert set(records) == {"http://e/e"}
    assert refusal.iri == "http://e/d"
    assert refusal.reason.what == "more than 1000 blank nodes in one record (1001)"


def test_a_long_list_is_no_ring():
    found = payloads(":d :list (" + " ".join(map(str, range(300))) + ") .")
    assert len(found["d"]) == 601


def test_blank_nodes_of_two_records_are_named_together():
    """A blank catalogue with blank datasets: every node is a record, and its name does not depend on the order."""
    turtle = (
        "[] a dcat:Catalog ; dcat:dataset "
        + ", ".join(f'[ a dcat:Dataset ; dct:title "{n % 3}" ]' for n in range(9))
        + " ."
    )
    run = statements_of(turtle)
    records, _ = split_all(run)
    assert len(records) == 10
    random.Random(1).shuffle(run)
    assert split_all(run)[0] == records


@pytest.mark.parametrize(
    "statement",
    [
        ("<http://e/s>", "<http://e/p>", "<<( <http://e/s> <http://e/p> <http://e/o> )>>"),
        ("<< <http://e/s> <http://e/p> <http://e/o> >>", "<http://e/p>", "<http://e/o>"),
        ("<http://e/s>", "<http://e/p>", '"a"@en--ltr'),
        ("<http://e/s>", "<http://e/p>", '"a\nb"'),
        ("<http://e/s>", "<http://e/p>", "o"),
        ('"s"', "<http://e/p>", "<http://e/o>"),
    ],
)
def test_what_is_no_statement_of_rdf_1_1_is_refused_by_name(statement):
    with pytest.raises(BadTerm) as refused:
        list(split([statement], base=BASE, source=SOURCE))
    if "<<" in "".join(statement) or "--" in statement[2]:
        assert "RDF 1.2" in refused.value.what


def test_no_statements_no_records():
    assert split_all([]) == ({}, [])
