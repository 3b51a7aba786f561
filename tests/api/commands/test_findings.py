"""Findings on the command line: brought up to date, filtered, in each form; the date moves them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.findings.evaluation import move
from graph.instance import Instance
from graph.log.rows import Entry
from tests.api.test_cli import failed
from tests.graph.findings.watching import BASE, TODAY, case_records
from tests.processes import civigraph


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which a rule is broken at one date."""
    made = tmp_path_factory.mktemp("findings") / "data"
    with Instance.open(made, create=True, base=BASE) as instance:
        move(instance.log, instance.base, TODAY)
        records = [*case_records("R10/ok-in-force"), *case_records("R52/bad-eight-digits", "numbers")]
        instance.log.append([Entry(each) for each in records], agent="test", source="cases")
    return made


def told(folder: Path, *arguments: str) -> str:
    """What the command prints, in a machine's time."""
    done = civigraph(folder, "findings", *arguments, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_findings_are_filtered_in_every_form(folder: Path) -> None:
    everything = json.loads(told(folder, "--format", "json"))
    (wrong,) = [each for each in everything if each["rule"] == "R52"]
    some = [
        "--rule",
        "r52",
        "--family",
        wrong["family"].lower(),
        "--severity",
        wrong["severity"],
        "--focus",
        wrong["focus"],
    ]
    assert json.loads(told(folder, *some, "--class", "contradiction", "--format", "json")) == [wrong]
    rows = list(csv.DictReader(io.StringIO(told(folder, "--format", "csv"))))
    assert {row["finding"] for row in rows} == {each["finding"] for each in everything}
    results = ox.NamedNode("http://www.w3.org/ns/shacl#ValidationResult")
    quads = ox.parse(told(folder, "--format", "turtle", "--rule", "R52").encode(), format=ox.RdfFormat.TURTLE)
    assert [str(quad.subject) for quad in quads if quad.object == results] == [f"<{wrong['finding']}>"]
    assert wrong["messages"]["fr"] in told(folder, "--rule", "R52", "--language", "fr")


def test_the_date_moves_them(folder: Path) -> None:
    assert told(folder, "--rule", "R10") == ""
    moved = civigraph(folder, "tick", "--date", "2046-01-01", timeout=600)
    assert moved.returncode == 0, moved.stderr
    assert told(folder, "--rule", "R10").startswith("R10")


@pytest.mark.parametrize(("option", "value", "code", "said"), [
    ("--severity", "bad", 2, "violation"),
    ("--rule", "R99", 2, "R01 to R56"),
    ("--family", "Z", 2, "A, B, C"),
    ("--since", "yesterday", 2, "no date such as 2026-06-30"),
    ("--actor", "http://example.org/nobody", 1, "nothing is publicly described as http://example.org/nobody"),
    ("--focus", "no IRI", 1, "nothing is publicly described as no IRI"),
    ("--domain", "domain/none", 1, "nothing is publicly described as domain/none"),
])  # fmt: skip
def test_what_is_no_filter_is_told(folder: Path, option: str, value: str, code: int, said: str) -> None:
    refused = failed(civigraph(folder, "findings", option, value, timeout=600), code)
    assert said in re.sub(r"[\s│]+", " ", refused)


def test_what_is_known_may_be_asked_about_though_nothing_is_found_on_it(folder: Path) -> None:
    sound = next(focus for focus in described(folder) if not told(folder, "--focus", focus, "--status", "any"))
    assert told(folder, "--focus", f"{sound}#node-1", "--status", "any") == ""
    assert told(folder, "--since", "2999-01-01") == told(folder, "--since", "29990101") == ""


def described(folder: Path) -> list[str]:
    """What the cases describe."""
    with Instance.open(folder) as instance:
        return [head.iri for head in instance.log.heads(source="cases")]
