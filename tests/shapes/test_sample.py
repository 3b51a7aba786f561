"""The bundled sample judged: what is found in its facts, what in its illustration; neither changes the other."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pyoxigraph as ox
import pytest

from ontology import loader
from tests.shapes import judging
from tests.shapes.judging import Finding

FACTS = "<https://w3id.org/civigraph/sample/"
ILLUSTRATION = "<https://w3id.org/civigraph/illustration/"

# The facts restate a real file as it is: who holds or publishes a dataset, whom to write to and what its access right
# is, it does not say; where a label and an address name two licences, it contradicts itself. Nothing is
# invented to mend that.
IN_FACTS = {
    "R01-stated": 60, "R50-holder": 60, "R50-publisher": 60, "R51-point": 60, "R54-unlisted": 60, "R49-use": 60,
    "R33-label": 8, "R50-name": 1, "R50-pole": 8, "R52-double": 1,
    "R46-operator": 2, "R46-purpose": 1, "R46-status": 1, "R46-territory": 1, "R47": 1, "R49-fed": 2,
}  # fmt: skip
IN_ILLUSTRATION = {
    "R03-licence": 3, "R04-ground": 12, "R06-late": 4, "R09-law": 2, "R10": 5, "R12-seats": 4, "R12-seats-elsewhere": 8,
    "R13-end": 2, "R13-fee": 1, "R15-cover": 1, "R17-purpose": 1, "R18-place": 3, "R19-ended": 1, "R20-end": 5,
    "R21-clash": 1, "R22-exclusive": 1, "R23-fee": 1, "R28-terms": 12, "R30-source": 1, "R31-pair": 1, "R32-source": 14,
    "R37-end": 1,
    "R37-recipient": 1, "R37-withdrawal": 1, "R38-party": 11, "R40-api": 2, "R40-bulk-advised": 1, "R40-law": 1,
    "R40-licence": 1, "R41-api-contact": 1, "R41-api-page": 3, "R41-file-law": 1, "R42-return": 2, "R43-format": 2,
    "R45-holder": 4, "R47": 1, "R48-return": 13, "R49-fed": 1, "R49-use": 18, "R50-producer": 75, "R51-point": 71,
}  # fmt: skip
# The stories of the illustration: each is told to be found, so its finding is named. (shape, focus, value)
STORIES = [
    ("R03-licence", "bus-drawings", "https://creativecommons.org/licenses/by-nd/4.0/"),
    ("R06-late", "barrier-housing", None),
    ("R12-seats", "scooter-agreement-old", f"{judging.CG}Citizen"),
    ("R15-cover", "cycle-safety", "cycle-accidents"),
    ("R17-purpose", "footfall", "https://w3id.org/dpv#CommercialPurpose"),
    ("R18-place", "brumeval-traffic", "place-brumeval"),
    ("R19-ended", "heat-agreement", "heat-plan"),
    ("R20-end", "school-agreement", None),
    ("R21-clash", "diagnoses-agreement", "http://www.w3.org/ns/odrl/2/derive"),
    ("R22-exclusive", "bays-agreement", "loading-bays"),
    ("R23-fee", "parking-app-agreement", "parking-delivery-agreement"),
    ("R28-terms", "isolation-index", "vulnerability-index"),
    ("R30-source", "cycle-tiles", "cycle-map"),
    ("R31-pair", "flood-atlas", None),
    ("R40-licence", "companies", "http://opendatacommons.org/licenses/odbl/1.0/"),
    ("R40-api", "water-quality", None),
    ("R41-api-page", "rain-gauges", "rain-api"),
    ("R42-return", "sewer-concession", "sewer-flows"),
    ("R45-holder", "street-space", "scooter-parking"),
    ("R48-return", "footfall", "university"),
    ("R49-fed", "night-bus", None),
]
# What stands close to a story and is sound.
QUIET = [
    ("R15", "renovation-advice"),
    ("R19", "energy-agreement"),
    ("R21", "energy-agreement"),
    ("R42", "heat-concession"),
    ("R40", "traffic-loops"),
    ("R34", "survey-results"),
    ("R35", "survey-results"),
]


def judged(*, facts: bool = True, illustration: bool = True) -> list[Finding]:
    """Judge the sample, or one part of it, at the date that the illustration states."""
    lines = [
        f"{triple} .\n"
        for name, text in loader.turtle("sample")
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        if (illustration if "illustration" in name else facts)
    ]
    context = b"" if illustration else judging.CONTEXT
    return judging.judge(judging.loaded("".join(lines).encode(), context=context))


@cache
def whole() -> tuple[Finding, ...]:
    """Judge both parts together, as a reader has them."""
    return tuple(judged())


def test_every_finding_is_of_a_fact_or_of_the_illustration() -> None:
    assert all(finding.focus.startswith((FACTS, ILLUSTRATION)) for finding in whole())
    assert not [finding for finding in whole() if finding.rule == "R56"]


@pytest.mark.parametrize(
    ("part", "expected"), [(FACTS, IN_FACTS), (ILLUSTRATION, IN_ILLUSTRATION)], ids=("facts", "illustration")
)
def test_the_findings_are_those_that_are_known(part: str, expected: dict[str, int]) -> None:
    assert Counter(finding.shape for finding in whole() if finding.focus.startswith(part)) == expected


@pytest.mark.parametrize(("shape", "focus", "value"), STORIES)
def test_what_a_story_was_told_for_is_found(shape: str, focus: str, value: str | None) -> None:
    found = [each for each in whole() if each.shape == shape and each.focus == f"{ILLUSTRATION}{focus}>"]
    assert found
    if value is not None:
        whole_value = f"<{value}>" if ":" in value else f"{ILLUSTRATION}{value}>"
        assert whole_value in {each.value for each in found}


@pytest.mark.parametrize(("rule", "focus"), QUIET)
def test_what_stands_close_to_a_story_is_quiet(rule: str, focus: str) -> None:
    assert not [each for each in whole() if each.rule == rule and each.focus == f"{ILLUSTRATION}{focus}>"]


def test_facts_and_illustration_do_not_change_each_other() -> None:
    """Judged apart, each draws what it draws in company."""
    for part, alone in ((FACTS, judged(illustration=False)), (ILLUSTRATION, judged(facts=False))):
        together = [each for each in whole() if each.focus.startswith(part)]
        assert Counter(map(_plain, alone)) == Counter(map(_plain, together))


def _plain(finding: Finding) -> tuple[str, ...]:
    """Leave out the names of blank nodes, which are new at each reading."""
    value = "_:" if finding.value.startswith("_:") else finding.value
    return finding.shape, finding.focus, value, finding.severity


def test_the_examples_of_the_ontology_are_judged_too() -> None:
    """They show terms, not sound governance; no rule may stumble over them."""
    lines = [
        f"{triple} .\n"
        for _, text in loader.turtle("examples")
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    ]
    assert {finding.rule for finding in judging.judge(judging.loaded("".join(lines).encode()))} >= {"R01", "R51"}
