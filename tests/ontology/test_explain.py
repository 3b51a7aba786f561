"""The commands `civigraph ontology check` and `explain`, and what they are made of."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from graph.errors import NotKnown
from graph.terminology import check, explain, reasoner
from graph.terminology.style import Flaw
from tests.ontology.turtle import CG


def run(*arguments: str) -> Result:
    """Run `civigraph ontology …`."""
    return CliRunner().invoke(app, ["ontology", *arguments])


@pytest.mark.parametrize(("start", "end"), [("", ""), ("cg:", ""), (CG, ""), (f"<{CG}", ">")])
def test_a_term_is_found_under_each_of_its_names(start: str, end: str) -> None:
    found = explain.explain(f"{start}consumesDataset{end}", "fr")
    assert found.iri == f"{CG}consumesDataset"
    assert found.label == "utilise le jeu de données"
    assert "http://purl.org/dc/terms/relation" in found.broader
    assert found.described_in == ("alignments/catalogue.ttl", "modules/services.ttl")
    assert dict(found.used)["ontology/examples/concession.ttl"] == 1


def test_a_class_tells_what_is_inferred_and_what_shapes_ask_of_it() -> None:
    found = explain.explain("cg:CitizenCollective")
    assert "http://xmlns.com/foaf/0.1/Agent" in found.broader
    assert "shapes/structure/actors.ttl" in dict(found.used)
    assert found.definition.startswith("A group of citizens")


def test_a_reused_class_tells_what_of_ours_is_under_it() -> None:
    found = explain.explain("org:Organization")
    assert f"{CG}GovernanceBody" in found.narrower
    assert found.label == "Organisation"


def test_a_list_tells_its_codes_and_a_code_its_matches() -> None:
    assert f"{CG}Water" in explain.explain("cg:DomainScheme").narrower
    assert ("broad", "http://publications.europa.eu/resource/authority/data-theme/ENVI") in explain.explain(
        "Water"
    ).matches


@pytest.mark.parametrize(
    ("name", "near"), [("pol", "cg:pole"), ("cg:Bariier", "cg:Barrier"), ("dcat:Datset", "dcat:Dataset")]
)
def test_an_unknown_term_names_what_is_near(name: str, near: str) -> None:
    with pytest.raises(NotKnown, match=near):
        explain.explain(name)


def test_an_unknown_prefix_is_told() -> None:
    with pytest.raises(NotKnown, match="no such prefix"):
        explain.explain("no where:thing")


def test_the_command_explains_in_each_language() -> None:
    english, french = run("explain", "feeds"), run("explain", "feeds", "--language", "fr")
    assert english.exit_code == french.exit_code == 0
    assert "cg:feeds  feeds" in english.output
    assert "used in: ontology/" in english.output
    assert "cg:feeds  alimente" in french.output
    assert "définition: Service que le jeu de données alimente" in french.output


def test_a_language_that_is_not_spoken_is_refused() -> None:
    assert run("explain", "feeds", "--language", "de").exit_code == 2


def test_the_check_ends_well_and_says_what_it_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "check_style", list)
    monkeypatch.setattr(reasoner, "missing", lambda: "there is no java")
    done = run("check")
    assert done.exit_code == 0
    assert "layout: sound" in done.output
    assert "reasoning: not run, there is no java" in done.output


def test_the_check_ends_with_1_and_tells_each_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    x = "https://x.example/"
    contradiction = check.Contradiction(f"{x}a", (f"{x}B", f"{x}C"), ("stated", "has p"))
    reasoning = check.Reasoning(reasoner.Reasoned(False, (f"{x}Never",), {}), (contradiction,), ("+ a\tb",))
    flaw = Flaw(f"{x}t", "v", "Il manque un mot.", "A word is missing.")
    monkeypatch.setattr(check, "check_layout", lambda: ["ontology/modules/x.ttl"])
    monkeypatch.setattr(check, "check_style", lambda: [flaw])
    monkeypatch.setattr(check, "check_reasoning", lambda: reasoning)
    monkeypatch.setattr(reasoner, "missing", lambda: "")
    done = run("check", "--language", "fr")
    assert done.exit_code == 1
    for words in (
        "ontology/modules/x.ttl is not in the one layout",
        "https://x.example/t: Il manque un mot. v",
        "https://x.example/Never can have no instance",
        "contradicts the ontology",
        "https://x.example/a is https://x.example/B (stated) and https://x.example/C (has p)",
        "differs from ontology/inferred.tsv: + a\tb",
    ):
        assert words in done.output
