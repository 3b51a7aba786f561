"""Kinds in their order of rank, labels in theirs."""

import random
import re

import pytest

from graph.records.kinds import KINDS, LABEL_LENGTH, OTHER, kind_of, label_of
from graph.terms import CG, DCAT, DCT, FOAF, ORG, OWL, PROV, SKOS, VCARD, is_iri

IRI = "http://e/a"


def label(*names: tuple[str, str]) -> str:
    statements = [(f"<{IRI}>", f"<{predicate}>", value) for predicate, value in names]
    found = {label_of(random.Random(seed).sample(statements, len(statements)), IRI) for seed in range(10)}
    (only,) = found  # whatever the order
    return only


def test_the_table_is_sound():
    names = [kind.name for kind in KINDS]
    assert len(names) == len(set(names))
    assert names[-1] == OTHER
    classes = [cls for kind in KINDS for cls in kind.classes]
    assert len(classes) == len(set(classes))
    assert all(map(is_iri, classes))
    for kind in KINDS:
        assert re.fullmatch("[a-z]+(-[a-z]+)*", kind.name)
        assert all((kind.fr, kind.fr_many, kind.en, kind.en_many))


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        ([], "other"),
        (["http://e/Unknown"], "other"),
        ([f"{DCAT}Dataset"], "dataset"),
        ([f"<{DCAT}Dataset>"], "dataset"),
        ([f"{DCAT}Dataset", f"{DCAT}DatasetSeries"], "series"),
        ([f"{DCAT}Catalog", f"{DCAT}Dataset"], "catalog"),
        ([f"{ORG}Organization", f"{CG}GovernanceBody", f"{FOAF}Agent"], "body"),
        ([f"{PROV}Activity", f"{CG}GovernanceDecision"], "decision"),
        ([f"{SKOS}Concept", f"{OWL}Class"], "term"),
        ([f"{VCARD}Organization", f"{FOAF}Organization"], "actor"),
        ([f"{VCARD}Organization"], "contact"),
    ],
)
def test_kind_of(types, kind):
    assert kind_of(types) == kind_of(reversed(types)) == kind


def test_every_class_has_its_kind():
    for kind in KINDS:
        for cls in kind.classes:
            assert kind_of([cls]) == kind_of([f"<{cls}>"]) == kind.name


def test_the_best_name_is_the_label():
    title, name, identifier = f"{DCT}title", f"{FOAF}name", f"{DCT}identifier"
    assert label() == ""
    assert label((title, '"b"'), (name, '"a"')) == "b"
    assert label((identifier, '"7"'), (name, '"a"')) == "a"
    assert label((identifier, '"7"')) == "7"
    assert label((title, '"d"@de'), (title, '"p"'), (title, '"e"@en-gb'), (title, '"f"@fr-ca')) == "f"
    assert label((title, '"d"@de'), (title, '"p"'), (title, '"e"@en')) == "e"
    assert label((title, '"d"@de'), (title, '"p"')) == "p"
    assert label((title, '"b"@fr'), (title, '"a"@fr'), (title, '"c"@fr')) == "a"
    assert label((title, "<http://e/o>"), (title, '" \\n"'), (name, '" a\\t b "')) == "a b"
    assert label((title, f'"{"x" * 999}"')) == "x" * LABEL_LENGTH


def test_the_label_is_of_the_iri_itself():
    assert label_of([("<http://e/b>", f"<{DCT}title>", '"b"')], IRI) == ""
