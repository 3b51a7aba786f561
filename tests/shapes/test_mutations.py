"""What wakes when a sound case loses one statement: held to a table that was read, so that no rule sleeps unseen."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from tests.shapes import mutations
from tests.shapes.judging import RULE, rule_of

# Contradictions between two things that are stated: whatever is taken away, none arises.
NEVER = {"R24", "R29", "R30", "R31", "R33", "R53"}


@cache
def kept() -> str:
    """Read the table that was committed."""
    return mutations.TABLE.read_text(encoding="utf-8")


def test_the_table_is_what_the_rules_do() -> None:
    """`python -m tests.shapes.mutations` writes it anew; read the difference."""
    now, then = mutations.table().splitlines(), kept().splitlines()
    assert [line for line in now if line not in set(then)] == []
    assert [line for line in then if line not in set(now)] == []


def test_every_rule_wakes_when_its_own_sound_case_is_damaged() -> None:
    woken = defaultdict(set)
    for case, _, _, _, shapes in mutations.rows(kept()):
        woken[case.partition("/")[0]] |= {rule_of(RULE + shape) for shape in shapes}
    asleep = {case.rule for case in mutations.damageable()} - {rule for rule, found in woken.items() if rule in found}
    assert asleep == NEVER


def test_what_nobody_can_do_without_wakes_its_rule() -> None:
    """A few lines read by a person: the loss of each is the plainest fault of its rule."""
    lines = {(case, subject, name): shapes for case, subject, name, _, shapes in mutations.rows(kept())}
    for place, shape in {
        ("R01/ok-public", "ex:stops", "dct:accessRights"): "R01-stated",
        ("R05/ok-reasoned", "ex:register-barrier", "cg:reviewDate"): "R05-review",
        ("R12/ok-three-seats", "ex:seat-residents", "org:member"): "R12-seats-elsewhere",
        ("R15/ok-covered", "ex:agreement-product", "odrl:rightOperand"): "R15-cover",
        ("R19/ok-followed", "ex:next-product", "odrl:rightOperand"): "R19-ended",
        ("R21/near-strategy", "ex:agreement", "odrl:conflict"): "R21-clash",
        ("R28/near-outside-the-scope", "ex:limited", "cg:shareAlikeLimitedTo"): "R28-terms",
        ("R35/near-mandated", "ex:stops", "cg:publicationMandatedBy"): "R35-open",
        ("R42/ok-returned", "ex:return", "prov:endedAtTime"): "R42-return",
        ("R45/ok-substitute", "ex:pipes", "cg:substitutableBy"): "R45-holder",
        ("R52/near-unit", "ex:grid", "org:unitOf"): "R52-same",
        ("R54/ok-one-record", "ex:notice", "foaf:primaryTopic"): "R54-record",
    }.items():
        assert shape in lines.get(place, set()), place
