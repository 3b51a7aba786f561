"""Names of nodes: read back as what they were made from, and never anything but an IRI."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.records.names import genid, genid_digest, is_node_name, local_of, node_name
from graph.terms import is_iri

owners = st.sampled_from(["<http://e/a>", "<http://e/a#b>", "<http://e/a#b-1.c-2>", "<urn:x>", "<http://e/?q=1>"])
predicates = st.sampled_from(
    ["<http://e/p>", "<http://e/é>", "<http://e/a#b-c_d>", "<http://e/a.b>", "<http://e/%20/>"]
)


@given(owners, predicates, st.integers(1, 2000))
@settings(deadline=None)
def test_a_name_tells_owner_and_property(owner, predicate, number):
    name = node_name(owner, local_of(predicate), number)
    assert is_iri(name[1:-1])
    assert name.count("#") == 1
    assert is_node_name(owner, predicate, name)
    assert not is_node_name(name, predicate, name)
    assert not is_node_name(owner, "<http://e/another>", name)


@given(owners, owners, predicates, predicates, st.integers(1, 9))
@settings(deadline=None)
def test_two_owners_give_no_name_twice(one, other, p, q, number):
    same = (one, local_of(p)) == (other, local_of(q))
    assert (node_name(one, local_of(p), number) == node_name(other, local_of(q), number)) == same


@pytest.mark.parametrize(
    ("predicate", "local"),
    [("<http://e/a#title>", "title"), ("<http://e/é>", "node"), ("<http://e/a.b>", "ab"), ("<urn:x-y_z>", "x-y_z")],
)
def test_local_names_are_reduced(predicate, local):
    assert local_of(predicate) == local


def test_a_node_without_owner():
    digest = genid_digest("rennes", "colour")
    assert genid("http://e/", digest, 1) == f"<http://e/.well-known/genid/{digest}>"
    assert genid("http://e/", digest, 3) == f"<http://e/.well-known/genid/{digest}-3>"
    assert len(digest) == 20
    assert digest != genid_digest("paris", "colour")
