"""Faults planted in catalogues of a thousand and ten thousand datasets: all are found, and nothing else is."""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random

import pytest

from tests.shapes import judging
from tests.shapes.case import cases
from tests.shapes.planting import Planted, plant, sound


@cache
def judged(datasets: int) -> tuple[Planted, Counter[judging.Finding]]:
    """Plant, and judge."""
    planted = plant(datasets, seed=datasets)
    return planted, Counter(judging.judge(judging.loaded(planted.data)))


def test_a_sound_catalogue_has_no_finding() -> None:
    data = "".join(sound(120, Random(3))).encode()
    assert judging.judge(judging.loaded(data)) == []


def test_the_same_number_and_seed_give_the_same() -> None:
    assert plant(100, seed=4) == plant(100, seed=4)
    assert plant(100, seed=4).data != plant(100, seed=5).data


@pytest.mark.parametrize(
    "datasets",
    [1_000, 10_000, pytest.param(100_000, marks=pytest.mark.slow)],
)
def test_every_fault_is_found_and_nothing_else(datasets: int) -> None:
    planted, found = judged(datasets)
    expected = Counter(planted.expected)
    assert list((expected - found).items())[:5] == []
    assert list((found - expected).items())[:5] == []
    assert {finding.rule for finding in found} == {f"R{number:02}" for number in range(1, 57)}


@pytest.mark.parametrize("datasets", [1_000, 10_000])
def test_every_case_was_planted(datasets: int) -> None:
    planted, found = judged(datasets)
    assert set(planted.copies) == {case.address for case in cases() if not case.dated}
    assert len(found) >= 200
    assert planted.data.count(b"http://www.w3.org/ns/dcat#Dataset> .") >= datasets
