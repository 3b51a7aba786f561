"""`civigraph route` and `civigraph licences` on the sample: in text and JSON, beside a server and without one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.serving import serving, settings
from tests.api.test_cli import failed
from tests.processes import civigraph

ILLUSTRATION = "https://w3id.org/civigraph/illustration/"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("routes") / "data"
    assert civigraph(folder, "init").returncode == 0
    assert civigraph(folder, "sample", "load").returncode == 0
    return folder


def test_routes_of_a_service(sample: Path) -> None:
    told = civigraph(sample, "route", f"{ILLUSTRATION}energy-coach")
    assert "No legal route is on record." in told.stdout
    assert "it is void: it both permits and forbids one thing" in told.stdout
    assert "Cooperative Watts-Communs runs the service and holds the data." in told.stdout
    french = civigraph(sample, "route", f"{ILLUSTRATION}energy-coach", "--language", "fr")
    assert "Aucun fondement légal n’est connu." in french.stdout


def test_one_route_at_a_date(sample: Path) -> None:
    names = (f"{ILLUSTRATION}street-space", f"{ILLUSTRATION}scooter-parking")
    (now,) = json.loads(civigraph(sample, "route", *names, "--format", "json", "--at", "2026-06-30").stdout)
    assert (now["fragile"], now["ends"], now["lacking"]) == (True, "2026-09-30", False)
    (later,) = json.loads(civigraph(sample, "route", *names, "--format", "json", "--at", "2026-10-01").stdout)
    assert later["lacking"]
    assert later["nearMisses"][0]["wants"] == [{"why": "ended", "about": ["2026-09-30"]}]


def test_licences_of_one_and_of_several(sample: Path) -> None:
    told = civigraph(sample, "licences", f"{ILLUSTRATION}flood-atlas").stdout
    assert "No licence keeps both what Open Database License (ODbL) 1.0 and what CC BY-SA 4.0" in told
    both = [f"{ILLUSTRATION}bus-stops", f"{ILLUSTRATION}bus-timetables"]
    found = json.loads(civigraph(sample, "licences", *both, "--format", "json").stdout)
    assert found["derivative"]["lawful"] == ["http://opendatacommons.org/licenses/odbl/1.0/"]
    assert len(found["collection"]["lawful"]) > 20


def test_wrong_calls_are_told(sample: Path) -> None:
    unknown = failed(civigraph(sample, "route", "service/energy-coatch"))
    assert "nothing is publicly described as service/energy-coatch" in unknown
    assert "page: service/illustration-" in unknown
    wrong = failed(civigraph(sample, "route", f"{ILLUSTRATION}bus-stops"))
    assert f"{ILLUSTRATION}bus-stops is a dataset, and an urban service is asked for" in wrong
    assert "is an urban service, and a dataset is" in failed(
        civigraph(sample, "licences", f"{ILLUSTRATION}energy-coach")
    )
    assert "is no date" in failed(civigraph(sample, "route", f"{ILLUSTRATION}energy-coach", "--at", "soon"), 2)
    assert "is none of" in failed(civigraph(sample, "licences", f"{ILLUSTRATION}bus-stops", "--format", "xml"), 2)


def test_what_is_supposed_is_supposed_of_what_can_change_so(sample: Path) -> None:
    coach = f"{ILLUSTRATION}energy-coach"
    assert f"{coach} is an urban service, and a sharing agreement is asked for" in failed(
        civigraph(sample, "what-if", "end", coach, "--value", "2027-01-01")
    )
    assert "remove needs a thing" in failed(civigraph(sample, "what-if", "remove"), 2)


def test_while_a_server_holds_the_folder(sample: Path) -> None:
    alone = civigraph(sample, "route", f"{ILLUSTRATION}energy-coach").stdout
    with serving(settings(sample)):
        assert civigraph(sample, "route", f"{ILLUSTRATION}energy-coach").stdout == alone
