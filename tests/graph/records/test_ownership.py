"""Who lives in whose record: the table, and the rules that apply it, against a plain reading of them."""

import pytest
from hypothesis import given, settings

from graph.records.owners import Owners
from graph.records.ownership import INDEPENDENT, MARKS, Mark, mark_of
from graph.terms import CG, DCAT, DCT, FOAF, ODRL, ORG, PROV, RDF, SKOS, VCARD, Statement
from tests.graph.records.random_runs import BASE, DEFAULT, NEVER, SOURCE, TYPE, WHOLE, runs, split_all

CONTACT, PUBLISHER, PAGE = WHOLE[0], NEVER[0], DEFAULT[0]
A, B, C = "<http://e/a>", "<http://e/b>", "<http://e/c>"


def owners_of(statements: list[Statement]) -> Owners:
    owners = Owners(base=BASE, source=SOURCE)
    owners.feed(statements)
    owners.settle()
    return owners


def told(*nodes: str) -> list[Statement]:
    """Say something about nodes, so that they are described."""
    return [(node, "<http://e/says>", '"x"') for node in nodes]


def test_marks():
    for name in (f"{DCAT}distribution", f"{ODRL}permission", f"{VCARD}hasAddress", f"{PROV}qualifiedAttribution"):
        assert mark_of(f"<{name}>") is Mark.WHOLE
    for name in (f"{DCAT}dataset", f"{DCT}publisher", f"{ORG}member", f"{SKOS}broader", f"{CG}feeds", f"{RDF}type"):
        assert mark_of(f"<{name}>") is Mark.NEVER
    assert mark_of(f"<{CG}hasBarrier>") is mark_of(f"<{FOAF}page>") is Mark.DEFAULT
    assert Mark.DEFAULT not in MARKS.values()


def test_no_property_is_in_two_groups():
    from graph.records import ownership

    names = " ".join(ownership._WHOLE + ownership._NEVER).split()
    assert len(names) == len(set(names)) == len(MARKS)


@pytest.mark.parametrize("node", ["_:n", B])
def test_a_whole_property_owns_iris_and_blank_nodes(node):
    owners = owners_of([(A, CONTACT, node), *told(node)])
    assert owners.owner_of(node) == owners.root_of(node) == A


@pytest.mark.parametrize("node", ["_:n", B])
def test_a_never_property_owns_nothing(node):
    assert owners_of([(A, PUBLISHER, node), *told(node)]).owner_of(node) is None


def test_a_default_property_owns_blank_nodes_only():
    assert owners_of([(A, PAGE, "_:n"), *told("_:n")]).owner_of("_:n") == A
    assert owners_of([(A, PAGE, B), *told(B)]).owner_of(B) is None


@pytest.mark.parametrize("node", ["_:n", B])
def test_two_owners_are_none_two_properties_of_one_are_one(node):
    assert owners_of([(A, CONTACT, node), (C, CONTACT, node), *told(node)]).owner_of(node) is None
    assert owners_of([(A, CONTACT, node), (A, WHOLE[1], node), *told(node)]).owner_of(node) == A


def test_other_referrers_do_not_take_a_part_away():
    assert owners_of([(A, CONTACT, "_:n"), (C, PAGE, "_:n"), (C, PUBLISHER, "_:n")]).owner_of("_:n") == A
    assert owners_of([(A, PAGE, "_:n"), (C, PUBLISHER, "_:n")]).owner_of("_:n") == A
    assert owners_of([(A, PAGE, "_:n"), (C, PAGE, "_:n")]).owner_of("_:n") is None


@pytest.mark.parametrize("cls", [f"<{DCAT}Dataset>", f"<{FOAF}Agent>", f"<{CG}Barrier>"])
def test_what_has_an_iri_and_a_class_of_its_own_is_owned_by_nobody(cls):
    assert cls in INDEPENDENT
    assert owners_of([(A, CONTACT, B), (B, TYPE, cls)]).owner_of(B) is None
    assert owners_of([(A, CONTACT, "_:n"), ("_:n", TYPE, cls)]).owner_of("_:n") == A


def test_owners_of_owners():
    owners = owners_of([(A, CONTACT, B), (B, PAGE, "_:n"), ("_:n", CONTACT, C), *told(C)])
    assert {owners.root_of(node) for node in (A, B, "_:n", C)} == {A}
    assert len({owners.group_of(node) for node in (A, B, "_:n", C)}) == 1


def test_a_cycle_of_owners_is_cut_and_what_hangs_under_it_still_hangs():
    owners = owners_of([(A, CONTACT, B), (B, CONTACT, "_:n"), ("_:n", CONTACT, A), ("_:n", PAGE, "_:m"), *told("_:m")])
    assert [owners.owner_of(node) for node in (A, B, "_:n", "_:m")] == [None, None, None, "_:n"]
    assert owners_of([(A, CONTACT, A)]).owner_of(A) is None


def test_a_node_is_no_owner_of_itself():
    assert owners_of([("_:n", PAGE, "_:n"), (A, PAGE, "_:n")]).owner_of("_:n") == A


def test_an_iri_that_its_referrer_s_name_begins_is_owned_like_a_blank_node():
    for name in ("<http://e/a#page-1>", "<http://e/a#page-12>"):
        assert owners_of([(A, PAGE, name), *told(name)]).owner_of(name) == A
    for name in ("<http://e/a#other-1>", "<http://e/a#page-01>", "<http://e/a#page-x1>", "<http://e/ab#page-1>"):
        assert owners_of([(A, PAGE, name), *told(name)]).owner_of(name) is None
    assert owners_of([(A, PUBLISHER, "<http://e/a#publisher-1>"), *told("<http://e/a#publisher-1>")]).owner_of(
        "<http://e/a#publisher-1>"
    ) is None  # fmt: skip


def test_records_tied_by_a_blank_node_are_one_group_others_are_not():
    owners = owners_of([(A, PAGE, "_:n"), (B, PAGE, "_:n"), *told("_:n", C)])
    assert owners.group_of(A) == owners.group_of(B) == owners.group_of("_:n") != owners.group_of(C)


def plain_roots(run: list[Statement]) -> dict[str, str]:
    """Read the rules again, slowly: each subject to the subject whose record it lives in."""
    subjects = {s for s, _, _ in run}
    owner: dict[str, str] = {}
    for node in subjects:
        by_whole = {s for s, p, o in run if o == node != s and p in WHOLE}
        by_default = {s for s, p, o in run if o == node != s and p in DEFAULT}
        named = {s for s, p, o in run if o == node and p not in NEVER and node in CHILDREN.get((s, p), ())}
        if node[0] == "_":
            candidates = by_whole or by_default
        else:
            independent = any((node, TYPE, cls) in run for cls in INDEPENDENT)
            candidates = named | (set() if independent else by_whole)
        if len(candidates) == 1:
            (owner[node],) = candidates
    in_cycle = {node for node in owner if node in climb(node, owner)[1:]}
    owner = {node: up for node, up in owner.items() if node not in in_cycle}
    return {node: climb(node, owner)[-1] for node in subjects}


CHILDREN = {
    (A, DEFAULT[0]): ["<http://e/a#page-1>"],
    (A, DEFAULT[1]): ["<http://e/a#page-1>"],
    (A, CONTACT): ["<http://e/a#contactPoint-1>"],
    ("<http://e/c#x>", DEFAULT[0]): ["<http://e/c#x.page-1>"],
    ("<http://e/c#x>", DEFAULT[1]): ["<http://e/c#x.page-1>"],
}


def climb(node: str, owner: dict[str, str]) -> list[str]:
    path = [node]
    while path[-1] in owner and len(path) <= len(owner) + 1:
        path.append(owner[path[-1]])
    return path


@given(runs)
@settings(max_examples=500, deadline=None)
def test_roots_are_what_the_rules_say(run):
    owners = owners_of(run)
    expected = plain_roots(run)
    assert {node: owners.root_of(node) for node in expected} == expected
    records, refusals = split_all(run)
    assert len(records) + len(refusals) == len(set(expected.values()))
