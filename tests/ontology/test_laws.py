"""The laws as data: each says what it does, in which article, to whom, on which data, in two languages."""

from __future__ import annotations

import pytest

from tests.ontology.turtle import CG, RDFS, SKOS, languages, subjects, triples

DCT = "http://purl.org/dc/terms/"
EU = "http://data.europa.eu/eli/"
CODES = "https://www.legifrance.gouv.fr/codes/id/"

# The twelve, with the sorts of effect that each must have here.
TWELVE = {
    f"{EU}dir/2019/1024/oj": {"AllowsReuse", "LimitsFee", "ForbidsExclusivity"},
    f"{EU}reg_impl/2023/138/oj": {"ObligesOpening", "SetsTerms"},
    f"{EU}reg/2022/868/oj": {"AllowsSharing", "ForbidsExclusivity", "ForbidsUse"},
    f"{EU}reg/2023/2854/oj": {"ObligesSharing"},
    f"{EU}reg/2016/679/oj": {"ForbidsOpening", "ForbidsUse", "SetsTerms"},
    f"{EU}dir/2007/2/oj": {"ObligesOpening", "ObligesSharing", "AllowsRestriction"},
    f"{EU}reg_del/2017/1926/oj": {"ObligesSharing", "SetsTerms"},
    "https://www.legifrance.gouv.fr/eli/loi/2016/10/7/ECFI1524250L/jo/texte": {"ObligesOpening", "ObligesSharing"},
    f"{CODES}LEGITEXT000037701019/": {"ObligesSharing", "AllowsRestriction", "AllowsReuse"},
    f"{CODES}LEGITEXT000023983208/": {"ObligesSharing", "AllowsRestriction"},
    f"{CODES}LEGITEXT000023086525/": {"ObligesOpening"},
    f"{CODES}LEGITEXT000031366350/": {"ObligesOpening", "ForbidsOpening", "SetsTerms"},
}


def effects() -> dict[str, dict[str, set[str]]]:
    """Give what is said of every effect, by its address and property."""
    found: dict[str, dict[str, set[str]]] = {
        iri: {} for iri in subjects(triples("vocabularies"), of=f"{CG}LegalEffect")
    }
    for _, triple in triples("vocabularies"):
        if triple.subject.value in found:
            found[triple.subject.value].setdefault(triple.predicate.value, set()).add(triple.object.value)
    return found


@pytest.mark.parametrize("law", sorted(TWELVE))
def test_each_law_has_its_effects(law: str) -> None:
    assert law in subjects(triples("vocabularies"), of="http://data.europa.eu/eli/ontology#LegalResource")
    kinds = {
        kind.removeprefix(CG)
        for effect in effects().values()
        if effect[f"{CG}effectOf"] == {law}
        for kind in effect[f"{CG}effectKind"]
    }
    assert kinds == TWELVE[law]


def test_every_effect_is_complete_and_speaks_two_languages() -> None:
    statements = triples("vocabularies")
    labels, texts = languages(statements, f"{RDFS}label"), languages(statements, f"{DCT}description")
    assert len(effects()) >= 35
    for iri, effect in effects().items():
        assert labels[iri] == texts[iri] == {"fr", "en"}, iri
        for name in ("effectOf", "effectKind", "article", "addressee", "dataKind"):
            assert len(effect[CG + name]) == 1, (iri, name)


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("effectKind", "LegalEffectScheme"),
        ("addressee", "AddresseeScheme"),
        ("inFavourOf", "AddresseeScheme"),
        ("dataKind", "DataKindScheme"),
        ("domain", "DomainScheme"),
    ],
)
def test_what_effects_name_is_in_its_list_and_the_list_is_used(name: str, scheme: str) -> None:
    listed = {
        triple.subject.value
        for _, triple in triples("vocabularies")
        if triple.predicate.value == f"{SKOS}inScheme" and triple.object.value == CG + scheme
    }
    used = {value for effect in effects().values() for value in effect.get(CG + name, ())}
    assert used
    assert used <= listed


def test_every_kind_of_effect_and_of_data_is_the_matter_of_some_law() -> None:
    for name, scheme in (("effectKind", "LegalEffectScheme"), ("dataKind", "DataKindScheme")):
        listed = {
            triple.subject.value
            for _, triple in triples("vocabularies")
            if triple.predicate.value == f"{SKOS}inScheme" and triple.object.value == CG + scheme
        }
        assert listed == {value for effect in effects().values() for value in effect[CG + name]}


def test_a_law_that_went_into_a_code_names_it() -> None:
    changes = {
        (triple.subject.value, triple.object.value)
        for _, triple in triples("vocabularies")
        if triple.predicate.value == "http://data.europa.eu/eli/ontology#changes"
    }
    assert {code for _, code in changes} == {f"{CODES}LEGITEXT000023983208/", f"{CODES}LEGITEXT000023086525/"}
