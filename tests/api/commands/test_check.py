"""The command that checks the graph, as people and scripts meet it: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from graph.instance import Instance
from tests.api.serving import BASE, tell
from tests.processes import civigraph, served
from tests.shapes.case import cases

CASE = next(case for case in cases() if case.address == "R15/bad-other-service")
SECRET = '<http://example.org/secret> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "S" .'


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose public part breaks R15, and whose other part would break more."""
    path = tmp_path_factory.mktemp("check") / "data"
    with Instance.open(path, create=True, base=BASE) as instance:
        tell(instance, CASE.data.decode(), "case")
        tell(instance, SECRET, "secret", "members")
    return path


def run(data: Path, *options: str | Path) -> Result:
    """Run the command in this process: to start one for each call would take a minute."""
    return CliRunner().invoke(app, ["check", "--data", str(data), *map(str, options)])


def found(data: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Give how a check ends, and its report."""
    ended = run(data, "--format", "json", "--at", "2026-06-30", *options)
    return ended.exit_code, json.loads(ended.stdout)


def test_findings_end_with_1(filled: Path) -> None:
    code, report = found(filled)
    assert code == 1
    broken = [each["focus"]["value"] for each in report["findings"] if each["rule"] == "R15"]
    assert broken == ["https://example.org/id/atlas"]
    assert "secret" not in json.dumps(report)


def test_one_rule_alone(filled: Path) -> None:
    code, report = found(filled, "--rule", "r15")
    assert code == 1
    assert [rule["identifier"] for rule in report["rules"]] == ["R15"]
    code, report = found(filled, "--rule", "R56", "--rule", "R02")
    assert code == 0
    assert report["conforms"] is True


def test_a_folder_that_is_served_is_checked_too(filled: Path) -> None:
    alone = found(filled)
    with served(filled):
        ended = civigraph(filled, "check", "--format", "json", "--at", "2026-06-30")
    assert (ended.returncode, json.loads(ended.stdout)) == alone


def test_at_another_date_other_things_are_found(filled: Path) -> None:
    """The agreement ends with 2028, so that a later date lacks it, and nothing is stored."""
    later = run(filled, "--format", "json", "--at", "2029-06-30", "--rule", "R10")
    assert json.loads(later.stdout)["findings"]
    assert json.loads(later.stdout)["date"] == "2029-06-30"
    assert found(filled, "--rule", "R10")[1]["findings"] == []


def test_text_for_people(filled: Path) -> None:
    ended = run(filled, "--rule", "R15", "--language", "fr", "--at", "2026-06-30")
    assert ended.exit_code == 1
    assert "Un accord couvre ce service" in ended.stdout
    assert "non un avis juridique" in ended.stdout
    assert "Atlas d’Exemple" in ended.stdout


BEGINNINGS = {
    "turtle": "@prefix",
    "csv": "rule,",
    "spreadsheet": "\ufeff",
    "html": "<!doctype html>",
    "text": "Governance",
}


@pytest.mark.parametrize(("form", "begins"), BEGINNINGS.items())
def test_every_format_to_a_file(filled: Path, tmp_path: Path, form: str, begins: str) -> None:
    path = tmp_path / "report"
    ended = run(filled, "--rule", "R15", "--format", form, "--output", path)
    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert path.read_text().startswith(begins)
    assert list(tmp_path.iterdir()) == [path]


def test_profiles(filled: Path) -> None:
    code, report = found(filled, "--profile", "dcat-ap")
    assert code == 1
    assert report["profile"]["name"] == "dcat-ap"
    code, report = found(filled, "--profile", "hvd")
    assert (code, report["findings"]) == (0, []), "nothing here is of high value"


def test_the_way_of_each_constraint(tmp_path: Path) -> None:
    ended = run(tmp_path / "none", "--explain", "--rule", "R53")
    assert ended.exit_code == 0
    assert {line.split()[0] for line in ended.stdout.splitlines()[1:]} == {"R53-future", "R53-order", "R53-period"}
    assert "a query may read any record" in ended.stdout
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("options", [
    ("--rule", "R99"), ("--at", "tomorrow"), ("--profile", "none"), ("--format", "pdf"), ("--language", "de"),
    ("--rule", "R15", "--profile", "hvd"),
])  # fmt: skip
def test_a_wrong_call_ends_with_2(filled: Path, options: tuple[str, ...]) -> None:
    ended = run(filled, *options)
    assert ended.exit_code == 2
    assert ended.stdout == ""
    assert options[0] in ended.stderr


def test_what_cannot_be_checked_ends_with_2(tmp_path: Path) -> None:
    ended = civigraph(tmp_path / "none", "check")
    assert ended.returncode == 2
    assert "there is no data directory" in ended.stderr
    assert ended.stdout == ""
