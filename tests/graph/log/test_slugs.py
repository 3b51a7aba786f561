"""Slugs: what they are made of, that they stay, and that what is not public moves none that is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from graph.log.slugs import LENGTH, Slug, slug_of
from tests.graph.log.entries import AGREEMENT, entry, name


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("Position des bus en temps réel", "position-des-bus-en-temps-reel"),
        ("L'eau, l’été : 2019/2020", "l-eau-l-ete-2019-2020"),
        ("Œuvres & Ægir – Straße Łódź", "oeuvres-aegir-strasse-lodz"),
        ("ﬁn ² Ⅷ", "fin-2-viii"),
        ("İstanbul ISPARTA", "istanbul-isparta"),
        ("  --  ", "segment"),
        ("数据", "segment"),
        ("", "segment"),
    ],
)
def test_slugs_are_made_of_labels(label: str, slug: str) -> None:
    assert slug_of(label, "https://example.org/dataset/Segment") == slug


@pytest.mark.parametrize(
    ("iri", "slug"),
    [
        ("https://example.org/a/b/", "b"),
        ("https://example.org/x#Ville%20de%20Rennes", "ville-de-rennes"),
        ("https://example.org/?id=42", "42"),
        ("urn:uuid:6f1c", "6f1c"),
        ("https://example.org/%E6%95%B0", "x"),
    ],
)
def test_without_a_label_the_iri_names(iri: str, slug: str) -> None:
    assert slug_of("", iri) == slug


def test_a_long_label_is_cut_at_a_word() -> None:
    slug = slug_of("mot " * 60, "")
    assert slug == "-".join(["mot"] * 20)
    assert slug_of("a" * 200, "") == "a" * LENGTH
    assert slug_of("ab " * 26 + "cde", "") == "-".join(["ab"] * 26)
    assert slug_of("ab " * 26 + "cd", "") == "-".join([*["ab"] * 26, "cd"])


@given(st.text(), st.text())
def test_every_slug_is_one_segment_of_an_address(label: str, iri: str) -> None:
    slug = slug_of(label, iri)
    assert 0 < len(slug) <= LENGTH
    assert all(word and set(word) <= set("abcdefghijklmnopqrstuvwxyz0123456789") for word in slug.split("-"))


def test_equal_labels_are_numbered_in_the_order_of_the_log(log: Log) -> None:
    log.append([entry(1, "Arbres"), entry(2, "Arbres"), entry(3, "Arbres", kind="series")], agent="me", source="a")
    log.append([entry(6, "Arbres"), entry(5, "Arbres 2"), entry(4, "Arbres")], agent="me", source="b")
    addresses = log.slugs.addresses([name(number) for number in range(1, 8)])
    assert addresses == {
        name(1): ("dataset", "arbres"),
        name(2): ("dataset", "arbres-2"),
        name(3): ("series", "arbres"),
        name(4): ("dataset", "arbres-4"),
        name(5): ("dataset", "arbres-2-2"),
        name(6): ("dataset", "arbres-3"),
    }
    for iri, (kind, slug) in addresses.items():
        assert log.slugs.find(kind, slug) == Slug(iri, True, kind, slug)


def test_a_number_is_passed_over_where_a_label_has_it(log: Log) -> None:
    log.append([entry(1, "Arbres 2"), entry(2, "Arbres")], agent="me", source="a")
    log.append([entry(3, "Arbres")], agent="me", source="a")
    assert log.slugs.address(name(3)) == ("dataset", "arbres-3")
    log.append([entry(4, "Foo"), entry(5, "Foo"), entry(6, "Foo 2")], agent="me", source="a")
    assert [log.slugs.address(name(number)) for number in (4, 5, 6)] == [
        ("dataset", "foo"),
        ("dataset", "foo-2"),
        ("dataset", "foo-2-2"),
    ]


def test_a_rename_leaves_the_old_slug_behind(log: Log) -> None:
    log.append([entry(1, "Old")], agent="me", source="a")
    log.append([entry(1, "New")], agent="me", source="a")
    assert log.slugs.find("dataset", "old") == Slug(name(1), False, "dataset", "old")
    assert log.slugs.address(name(1)) == ("dataset", "new")
    # Reserved for ever: another entity of that name gets a number.
    log.append([entry(2, "Old")], agent="me", source="a")
    assert log.slugs.address(name(2)) == ("dataset", "old-2")
    log.append([entry(1, "New", kind="series")], agent="me", source="a")
    assert log.slugs.find("dataset", "new") == Slug(name(1), False, "dataset", "new")
    assert log.slugs.address(name(1)) == ("series", "new")


def test_a_name_that_comes_back_finds_its_slug_again(log: Log) -> None:
    for title in ("One", "Two", "One"):
        log.append([entry(1, title)], agent="me", source="a")
    assert log.slugs.address(name(1)) == ("dataset", "one")
    assert log.slugs.find("dataset", "two") == Slug(name(1), False, "dataset", "two")


def test_a_new_text_under_the_same_name_renames_nothing(log: Log) -> None:
    log.append([entry(1, "One"), entry(2, "One")], agent="me", source="a")
    log.append([entry(2, "One", text="More"), entry(1, "One", text="More")], agent="me", source="a")
    assert log.slugs.address(name(2)) == ("dataset", "one-2")


def test_the_first_source_names_what_several_describe(log: Log) -> None:
    log.append([entry(1, "Said by b")], agent="me", source="b")
    assert log.slugs.address(name(1)) == ("dataset", "said-by-b")
    log.append([entry(1, "Said by c")], agent="me", source="c")
    assert log.slugs.address(name(1)) == ("dataset", "said-by-b")
    log.append([entry(1, "Said by a")], agent="me", source="a")
    assert log.slugs.address(name(1)) == ("dataset", "said-by-a")
    log.retract("a", agent="me")
    assert log.slugs.address(name(1)) == ("dataset", "said-by-b")


def test_the_narrower_kind_wins_and_an_empty_label_says_nothing(log: Log) -> None:
    log.append([entry(1, "Stub", kind="other")], agent="me", source="a")
    log.append([entry(1, "Full", kind="dataset")], agent="me", source="b")
    assert log.slugs.address(name(1)) == ("dataset", "full")
    log.append([entry(2, "", kind="dataset")], agent="me", source="a")
    log.append([entry(2, "Named", kind="other")], agent="me", source="b")
    assert log.slugs.address(name(2)) == ("dataset", "named")


def test_what_went_away_keeps_its_slug_reserved(log: Log) -> None:
    log.append([entry(1, "Gone")], agent="me", source="a")
    log.retract("a", agent="me")
    assert log.slugs.address(name(1)) is None
    assert log.slugs.find("dataset", "gone") == Slug(name(1), False, "dataset", "gone")
    log.append([entry(2, "Gone")], agent="me", source="a")
    assert log.slugs.address(name(2)) == ("dataset", "gone-2")
    log.append([entry(1, "Gone")], agent="me", source="a")
    assert log.slugs.address(name(1)) == ("dataset", "gone")


def test_what_is_not_public_moves_no_public_slug(log: Log) -> None:
    log.append([entry(1, "Plan", audience=MEMBERS), entry(2, "Plan", audience=AGREEMENT)], agent="me", source="a")
    log.append([entry(3, "Plan")], agent="me", source="a")
    log.append([entry(3, "Secret plan", audience=MEMBERS)], agent="me", source="b")
    log.append([entry(4, "Plan")], agent="me", source="b")
    assert log.slugs.address(name(3)) == ("dataset", "plan")
    assert log.slugs.address(name(4)) == ("dataset", "plan-2")
    assert log.slugs.address(name(1)) is None
    assert log.slugs.find("dataset", "plan") == Slug(name(3), True, "dataset", "plan")


def test_each_audience_sees_the_names_it_may(log: Log) -> None:
    log.append([entry(1, "Members' name", audience=MEMBERS)], agent="me", source="b")
    log.append([entry(1, "Parties' name", audience=AGREEMENT)], agent="me", source="a")
    _, shared = log.slugs.address(name(1), (PUBLIC, MEMBERS)) or ("", "")
    _, agreed = log.slugs.address(name(1), (PUBLIC, AGREEMENT)) or ("", "")
    assert shared == "members-name--members"
    assert agreed.startswith("parties-name--")
    assert log.slugs.address(name(1), None) == ("dataset", shared)
    assert log.slugs.find("dataset", shared) is None
    assert log.slugs.find("dataset", shared, (PUBLIC, AGREEMENT)) is None
    assert log.slugs.find("dataset", agreed, None) == Slug(name(1), True, "dataset", agreed)
    log.append([entry(1, "Public name")], agent="me", source="c")
    assert log.slugs.address(name(1), None) == ("dataset", "public-name")


def test_one_address_means_one_entity_whoever_asks(log: Log) -> None:
    audiences = (PUBLIC, MEMBERS, AGREEMENT, "https://example.org/agreement/2")
    for number, audience in enumerate(audiences):
        log.append([entry(number, "Plan", audience=audience)], agent="me", source="a")
    slugs = [log.slugs.address(name(number), None) for number in range(len(audiences))]
    assert len(set(slugs)) == len(audiences)
    for number, address in enumerate(slugs):
        assert address is not None
        found = log.slugs.find(*address, audiences=None)
        assert found is not None
        assert found.iri == name(number)


def test_a_record_made_private_leaves_its_public_address(log: Log) -> None:
    log.append([entry(1, "Plan")], agent="me", source="a")
    log.append([entry(1, "Plan", audience=MEMBERS)], agent="me", source="a")
    assert log.slugs.address(name(1)) is None
    assert log.slugs.find("dataset", "plan") == Slug(name(1), False, "dataset", "plan")
    assert log.slugs.address(name(1), (PUBLIC, MEMBERS)) == ("dataset", "plan--members")


def test_many_of_one_name(log: Log) -> None:
    log.append([entry(number, "Sans titre") for number in range(2500)], agent="me", source="a")
    log.append([entry(9999, "Sans titre")], agent="me", source="a")
    addresses = log.slugs.addresses(name(number) for number in range(2500))
    assert len(set(addresses.values())) == 2500
    assert log.slugs.address(name(9999)) == ("dataset", "sans-titre-2501")
