"""RUDI's JSON: the figures of Rennes, and each field of the model."""

from __future__ import annotations

import copy
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.ingest.run import run_import
from graph.log.rows import MEMBERS, PUBLIC
from graph.terms import ADMS, CG, DCAT, DCT, FOAF, SPDX, TYPE, Statement
from tests.graph.ingest.conftest import Directory, opened, said_by

Writing = Callable[[str, str | bytes], Path]
EU = "http://publications.europa.eu/resource/authority/"
ODBL = "<http://opendatacommons.org/licenses/odbl/1.0/>"
LO1 = "<https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf>"
LO2 = "<https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf>"
BY_ND = "<https://creativecommons.org/licenses/by-nd/4.0/>"


class Said:
    """What a source says, to be asked."""

    def __init__(self, statements: set[Statement]) -> None:
        self.all = statements
        self._values: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        for subject, predicate, value in statements:
            self._values[predicate, subject].append(value)
            self._values[predicate, None].append(value)

    def __call__(self, predicate: str, subject: str | None = None) -> list[str]:
        """Give the values of a property, of one subject or of all."""
        return self._values[f"<{predicate}>", subject]

    def of_class(self, cls: str) -> set[str]:
        """Give the instances of a class."""
        return {s for s, p, o in self.all if p == TYPE and o == f"<{cls}>"}


@pytest.fixture(scope="module")
def rennes(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Said:
    """What the records of Rennes say."""
    file = shared_data / "catalogues" / "fr-rennes-rudi" / "datarennes_meta.json"
    with opened(tmp_path_factory.mktemp("rennes") / "data") as instance:
        report = run_import(instance, [file], source="rudi")
        assert not report.failed
        assert report.files[0].format == "RUDI JSON"
        assert report.files[0].accepted == report.files[0].records == report.files[0].created
        assert sum(1 for _ in instance.log.heads(source="rudi", kind="dataset")) == 387
        return Said(said_by(instance, "rudi"))


def test_datasets_and_producers_of_rennes(rennes: Said) -> None:
    datasets = rennes.of_class(f"{DCAT}Dataset")
    assert len(datasets) == len({value for name in datasets for value in rennes(f"{DCT}identifier", name)}) == 387
    names = {s: o for s, p, o in rennes.all if p == f"<{FOAF}name>"}
    producers = Counter(names[actor] for name in datasets for actor in rennes(f"{DCT}publisher", name))
    assert producers.most_common(3) == [('"Ville de Rennes"', 147), ('"Rennes Métropole"', 115), ('"STAR"', 34)]
    assert sum(producers.values()) == 387


def test_licences_of_rennes(rennes: Said) -> None:
    datasets = rennes.of_class(f"{DCAT}Dataset")
    custom = rennes.of_class(f"{CG}CustomLicence")
    stated = [licence for name in datasets for licence in rennes(f"{DCT}license", name)]
    counted = Counter("custom" if licence in custom else licence for licence in stated)
    assert counted == {ODBL: 323, LO1: 20, LO2: 11, BY_ND: 5, "custom": 28}
    assert all(rennes(f"{CG}statedLicence", name) for name in datasets)


def test_distributions_of_rennes(rennes: Said) -> None:
    datasets = rennes.of_class(f"{DCAT}Dataset")
    assert sum(not rennes(f"{DCAT}distribution", name) for name in datasets) == 56
    media = rennes.of_class(f"{DCAT}Distribution")
    assert len(media) == 331
    for medium in media:
        assert len(rennes(f"{DCT}license", medium)) == len(rennes(f"{DCAT}downloadURL", medium)) == 1
        assert rennes(f"{DCT}format", medium) == [f"<{EU}file-type/JSON>"]
        assert rennes(f"{SPDX}checksum", medium)


def test_every_text_of_rennes_is_there(rennes: Said, shared_data: Path) -> None:
    """Fields about the description alone (`metadata_info`, `storage_status`, `collection_tag`) are told as left out."""
    document = json.loads((shared_data / "catalogues" / "fr-rennes-rudi" / "datarennes_meta.json").read_bytes())
    texts = " \n".join(json.loads(o[: o.rindex('"') + 1]) for _, _, o in rennes.all if o[0] == '"')
    iris = {o for _, _, o in rennes.all if o[0] == "<"}

    def walk(value: Any, key: str) -> None:
        if isinstance(value, dict):
            for name, each in value.items():
                if name not in (
                    "metadata_info",
                    "storage_status",
                    "collection_tag",
                    "lang",
                    "licence_type",
                    "media_type",
                ):
                    walk(each, name)
        elif isinstance(value, list):
            for each in value:
                walk(each, key)
        elif isinstance(value, str) and key not in ("algo", "contact_id"):
            text = value.removeprefix("charset=")
            assert text in texts or f"<{text}>" in iris or f"<mailto:{text}>" in iris, (key, value)

    walk(document, "")


RECORD: dict[str, Any] = {
    "global_id": "11111111-1111-4111-8111-111111111111",
    "resource_title": "Essai",
    "synopsis": [{"lang": "fr", "text": "Court"}],
    "summary": [{"lang": "fr", "text": "Long"}, {"lang": "en", "text": "Lengthy"}],
    "theme": "Réseaux, Energie",
    "keywords": ["chaleur"],
    "producer": {"organization_id": "p 1", "organization_name": "Producteur"},
    "contacts": [{"contact_id": "c1", "contact_name": "Contact", "email": "a@b.example"}],
    "resource_languages": ["fr", "en"],
    "dataset_dates": {"created": "2020-01-01T00:00:00Z", "published": "2020-01-02T00:00:00Z", "updated": "hier"},
    "local_id": "local",
    "doi": "10.1/x",
    "storage_status": "online",
    "temporal_spread": {"start_date": "2019-01-01T00:00:00Z"},
    "geography": {
        "bounding_box": {"west_longitude": -2, "east_longitude": -1, "south_latitude": 47, "north_latitude": 48},
    },
    "available_formats": [
        {
            "media_type": "FILE", "media_id": "m1", "media_name": "f.csv", "file_type": "text/csv; charset=utf-8",
            "file_size": 12, "connector": {"url": "https://files.example/f.csv"},
            "checksum": {"algo": "SHA-256", "hash": "ab"},
        },
        {"media_type": "SERVICE", "media_id": "m2", "connector": {"url": "no address"}},
        None,
    ],
    "access_condition": {
        "confidentiality": {"restricted_access": True, "gdpr_sensitive": True},
        "licence": {
            "licence_type": "CUSTOM",
            "custom_licence_label": [{"lang": "fr", "text": "Licence ODbL 1.0\nhttps://terms.example/"}],
            "custom_licence_uri": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        },
        "usage_constraint": [{"lang": "fr", "text": "Citer"}],
    },
    "metadata_info": {"api_version": "1.2.0", "metadata_dates": {"created": "2021-01-01T00:00:00Z"}},
}  # fmt: skip


def test_fields_of_the_model(instance: Directory, write: Writing) -> None:
    report = run_import(instance, [write("one.json", json.dumps(RECORD))], source="s")
    said = Said(said_by(instance, "s"))
    dataset = f"<{instance.base}id/rudi/dataset/{RECORD['global_id']}>"
    assert said(f"{DCT}title", dataset) == ['"Essai"@fr']
    assert sorted(said(f"{DCT}description", dataset)) == ['"Lengthy"@en', '"Long"@fr']
    assert said(f"{DCT}abstract", dataset) == ['"Court"@fr']
    assert said(f"{DCAT}theme", dataset) == [f"<{EU}data-theme/ENER>"]
    assert said(f"{CG}statedTheme", dataset) == ['"Réseaux, Energie"']
    assert said(f"{CG}domain", dataset) == [f"<{CG}Energy>"]
    assert sorted(said(f"{DCT}language", dataset)) == [f"<{EU}language/ENG>", f"<{EU}language/FRA>"]
    assert said(f"{DCT}publisher", dataset) == [f"<{instance.base}id/rudi/organization/p%201>"]
    assert said(f"{DCT}accessRights", dataset) == [f"<{EU}access-right/RESTRICTED>"]
    assert len(said(f"{DCT}issued", dataset)) == 1
    assert said(f"{DCT}modified", dataset) == []
    assert len(said(f"{ADMS}identifier", dataset)) == 2
    media = said(f"{DCAT}distribution", dataset)
    assert len(media) == 2
    file = f"<{instance.base}id/rudi/media/m1>"
    assert said(f"{DCAT}mediaType", file) == ["<https://www.iana.org/assignments/media-types/text/csv>"]
    assert said(f"{DCT}format", file) == [f"<{EU}file-type/CSV>"]
    assert said(f"{CG}statedFormat", file) == ['"text/csv; charset=utf-8"']
    told = {(line.what, line.why) for line in report.files[0].lines}
    assert any("hier" in what for what, _ in told)
    assert any("no address" in what for what, _ in told)
    assert any("storage_status" in what for what, _ in told)


def test_custom_licence_is_not_taken_for_what_it_is_named_after(instance: Directory, write: Writing) -> None:
    run_import(instance, [write("one.json", json.dumps([RECORD]))], source="s")
    said = Said(said_by(instance, "s"))
    (licence,) = said.of_class(f"{CG}CustomLicence")
    assert set(said(f"{DCT}license")) == {licence}
    assert said(f"{DCT}title", licence) == ['"Licence ODbL 1.0"@fr']
    assert said(f"{FOAF}page", licence) == ["<https://terms.example/>"]
    assert said(f"{CG}statedLicence") == ['"Licence ODbL 1.0\\nhttps://terms.example/"@fr']


@pytest.mark.parametrize(
    "mark", [{"private": True}, {"metadata_info": {"metadata_dates": {"deleted": "2024-01-01T00:00:00Z"}}}]
)
def test_private_description_is_never_public_by_default(
    instance: Directory, write: Writing, mark: dict[str, Any]
) -> None:
    shared, hidden = copy.deepcopy(RECORD), copy.deepcopy(RECORD)
    hidden |= {"global_id": "22222222-2222-4222-8222-222222222222", "local_id": "hidden", **mark}
    hidden["producer"] = {"organization_id": "p2", "organization_name": "Caché"}
    hidden["available_formats"] = []
    file = write("two.json", json.dumps([shared, hidden]))
    report = run_import(instance, [file], source="s")
    audiences = {
        head.iri.removeprefix(f"{instance.base}id/rudi/"): head.audience for head in instance.log.heads(source="s")
    }
    assert audiences["dataset/22222222-2222-4222-8222-222222222222"] == MEMBERS
    assert audiences["organization/p2"] == MEMBERS
    assert audiences["organization/p%201"] == audiences[f"dataset/{RECORD['global_id']}"] == PUBLIC
    assert not any("22222222" in str(statement) for statement in said_by(instance, "s", PUBLIC))
    assert any(
        "does not show this description" in line.why and line.kept == "all of it, for members"
        for line in report.files[0].lines
    )
    agreement = "http://example.org/agreement"
    run_import(instance, [file], source="s", audience=agreement)
    assert {head.audience for head in instance.log.heads(source="s")} == {agreement}


def test_restricted_data_has_a_public_description(instance: Directory, write: Writing) -> None:
    run_import(instance, [write("one.json", json.dumps(RECORD))], source="s")
    assert {head.audience for head in instance.log.heads(source="s")} == {PUBLIC}


@pytest.mark.parametrize("change", [{"global_id": " "}, {"global_id": 7}])
def test_record_without_identifier_is_told(instance: Directory, write: Writing, change: dict[str, Any]) -> None:
    report = run_import(instance, [write("a.json", json.dumps([RECORD, {**RECORD, **change}]))], source="s")
    assert not report.failed
    assert any(line.where == "a.json, description 2" for line in report.files[0].lines)


@pytest.mark.parametrize("field", sorted(set(RECORD) - {"global_id", "resource_title"}))
@pytest.mark.parametrize("value", [None, "", [], {}, 7, "text", [None], [7], {"x": 1}, True])
def test_fields_of_another_type_end_nothing(field: str, value: object) -> None:
    from graph.ingest.description import Account
    from graph.ingest.rudi import map_rudi

    record = {**RECORD, field: value}
    account = Account("http://127.0.0.1:8000/", "rudi", "a.json")
    assert len(list(map_rudi([record], account))) > 5
