"""The stories of the sample: each notion is shown, each finding has its near miss, and no story contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.terms import CG, PREFIXES
from ontology import loader
from tests.ontology.turtle import triples

CHECKOUT = Path(__file__).resolve().parents[2]
AR = "http://publications.europa.eu/resource/authority/access-right/"
X = "https://w3id.org/civigraph/illustration/"
HEADER = "".join(
    f"PREFIX {prefix}: <{iri}>\n"
    for prefix, iri in {**PREFIXES, "ar": AR, "x": X, "licence": "https://creativecommons.org/licenses/"}.items()
)

# What is derived from the rules of a policy is written there and nowhere else.
VIEWS = ("coversDataset", "authorises", "agreedPurpose", "feeAmount", "feeds", "opennessStatus")


@cache
def notions() -> dict[str, str]:
    """Read what the sample is to show: a name and a graph pattern each."""
    text = Path(__file__).with_name("test_sample_notions.rq").read_text(encoding="utf-8")
    said = (part.partition("\n") for part in text.split("\n## ")[1:])
    return {name: "\n".join(line for line in body.splitlines() if line[:1] != "#") for name, _, body in said}


@cache
def store() -> ox.Store:
    """Hold the sample and the code lists as the files state them, nothing derived."""
    held = ox.Store()
    for _, triple in triples("sample", "vocabularies"):
        held.add(ox.Quad(triple.subject, triple.predicate, triple.object))
    return held


def ask(pattern: str, held: ox.Store) -> bool:
    """Tell whether a store has what matches a pattern."""
    return bool(held.query(f"{HEADER}ASK {{ {pattern} }}"))


def rows(query: str) -> Iterator[tuple[str, ...]]:
    """Give the rows of a SELECT over the sample, as values."""
    solutions = store().query(HEADER + query)
    assert isinstance(solutions, ox.QuerySolutions)
    for solution in solutions:
        yield tuple(term.value if term is not None else "" for term in solution)


@pytest.mark.parametrize("notion", notions())
def test_the_notion_is_shown(notion: str) -> None:
    assert ask(notions()[notion], store())
    assert not ask(notions()[notion], ox.Store())


def test_every_domain_is_seen_at_every_access_right() -> None:
    seen = set(rows("SELECT ?domain ?right { ?d a dcat:Dataset ; cg:domain ?domain ; dct:accessRights ?right }"))
    domains = {domain for (domain,) in rows("SELECT ?c { ?c skos:inScheme cg:DomainScheme }")}
    assert len(domains) == 4
    assert seen == {(domain, AR + right) for domain in domains for right in ("PUBLIC", "RESTRICTED", "NON_PUBLIC")}


def test_water_has_no_real_dataset_and_the_illustration_says_more_than_one() -> None:
    water = {d for (d,) in rows("SELECT ?d { ?d a dcat:Dataset ; cg:domain cg:Water }")}
    assert len(water) >= 10
    assert all(iri.startswith(X) for iri in water)


def test_every_family_of_barriers_and_every_status_is_seen() -> None:
    kinds = {k for (k,) in rows("SELECT ?k { ?b a cg:Barrier ; cg:barrierKind/skos:broader* ?k }")}
    families = {f for (f,) in rows("SELECT ?f { ?f skos:topConceptOf cg:BarrierKindScheme }")}
    assert len(families) == 6
    assert families <= kinds
    statuses = {s for (s,) in rows("SELECT ?s { ?b cg:barrierStatus ?s }")}
    assert statuses == {f"{CG}{name}" for name in ("Claimed", "Contested", "Upheld", "Lifted")}


def test_every_control_and_every_mixture_is_seen() -> None:
    """The pole of an invented actor is derived: what it is derived from is stated, the pole is not."""
    assert not list(rows(f"SELECT ?a {{ ?a cg:pole ?p FILTER(STRSTARTS(STR(?a), '{X}')) }}"))
    controls: dict[str, set[str]] = {}
    for actor, control in rows("SELECT ?a ?c { ?a cg:controlledBy ?c }"):
        controls.setdefault(actor, set()).add(control.removeprefix(CG).removesuffix("Control"))
    assert {frozenset(found) for found in controls.values()} >= {
        *(frozenset({name}) for name in ("Public", "Private", "Member")),
        *(frozenset({"Mixed", *pair}) for pair in (("Public", "Private"), ("Public", "Member"), ("Private", "Member"))),
    }
    holders = {holder for (holder,) in rows("SELECT ?h { ?d dga:hasDataHolder ?h }")}
    assert holders <= controls.keys()


def test_the_chain_of_derivations_has_four_steps_and_no_chain_a_ring() -> None:
    sources: dict[str, set[str]] = {}
    for made, source in rows("SELECT ?d ?s { ?d prov:wasDerivedFrom ?s }"):
        sources.setdefault(made, set()).add(source)

    def depth(dataset: str, above: tuple[str, ...] = ()) -> int:
        assert dataset not in above
        return max((1 + depth(source, (*above, dataset)) for source in sources.get(dataset, ())), default=0)

    assert max(map(depth, sources)) == 4
    assert depth(f"{X}renovation-figures") == 4


def test_policies_keep_to_the_profile() -> None:
    """Parties on the policy, targets in its rules, no view stated by hand, and the giver holds what is given."""
    assert not [name for name in VIEWS for _ in rows(f"SELECT ?a {{ ?a cg:{name} ?v }}")]
    assert not list(rows("SELECT ?a { ?a odrl:profile ?p ; odrl:target ?d }"))
    assert not list(rows("SELECT ?d { ?d odrl:hasPolicy ?a }"))
    policies = {a for (a,) in rows("SELECT ?a { ?a odrl:permission ?r }")}
    profiled = {a for (a,) in rows("SELECT ?a { ?a odrl:profile <https://w3id.org/civigraph> ; dct:temporal ?t }")}
    assert policies == profiled
    assert not list(
        rows(
            "SELECT ?r { ?a odrl:permission|odrl:prohibition|odrl:obligation ?r "
            "FILTER NOT EXISTS { ?r odrl:target ?d ; odrl:action ?x } }"
        )
    )
    given = "?a odrl:assigner ?g ; odrl:permission/odrl:target ?d FILTER NOT EXISTS { ?d dga:hasDataHolder ?g }"
    assert not list(rows(f"SELECT ?a ?d {{ {given} }}"))
    assert not list(rows("SELECT ?a { ?a odrl:assigner ?g ; odrl:assignee ?g }"))
    agreements = {a for (a,) in rows("SELECT ?a { ?a a odrl:Agreement }")}
    assert len(agreements) >= 20
    bound = {a for (a,) in rows("SELECT ?a { ?a odrl:assigner ?x ; odrl:assignee ?y ; dct:spatial ?t }")}
    assert agreements <= bound


def test_an_agreement_has_one_fee_at_most_in_euros() -> None:
    fees: dict[str, set[str]] = {}
    node = "odrl:permission/odrl:duty/odrl:action/odrl:refinement"
    for agreement, amount, unit in rows(f"SELECT ?a ?n ?u {{ ?a {node} ?c . ?c odrl:rightOperand ?n ; odrl:unit ?u }}"):
        assert unit == "http://publications.europa.eu/resource/authority/currency/EUR"
        fees.setdefault(agreement, set()).add(amount)
    assert {len(amounts) for amounts in fees.values()} == {1}
    assert {Decimal(amount) > 0 for amounts in fees.values() for amount in amounts} == {True, False}


def test_who_decides_sits_there() -> None:
    """Who agrees or dissents was present, and who was present has a seat; nobody both agrees and dissents."""
    present = set(rows("SELECT ?d ?a { ?d a cg:GovernanceDecision ; prov:wasAssociatedWith ?a }"))
    agreed, dissented = (set(rows(f"SELECT ?d ?a {{ ?d cg:{name} ?a }}")) for name in ("agreedBy", "dissentedBy"))
    assert agreed | dissented <= present
    assert not agreed & dissented
    assert len(dissented) == 1
    seated = "?d a cg:GovernanceDecision ; cg:decidedBy ?b . ?m org:organization ?b ; org:member ?a"
    assert present <= set(rows(f"SELECT ?d ?a {{ {seated} }}"))


def test_seats_are_of_the_college_of_their_member() -> None:
    """A member's control tells its college; a mixed member may take a seat of either of its own."""
    of_control = {"PublicControl": "PublicSeat", "PrivateControl": "PrivateSeat", "MemberControl": "CitizenSeat"}
    allowed = {
        (member, CG + of_control[control.removeprefix(CG)])
        for member, control in rows("SELECT ?a ?c { ?a cg:controlledBy ?c }")
        if control.removeprefix(CG) in of_control
    }
    seats = set(rows("SELECT ?a ?r { ?m org:member ?a ; org:role ?r FILTER(STRENDS(STR(?r), 'Seat')) }"))
    assert seats
    assert seats <= allowed


def test_history_has_no_gap_and_ends_where_the_dataset_is() -> None:
    """A period ends on the day on which the next one begins; the last has no end and is the access right of today."""
    periods: dict[str, list[tuple[str, str, str]]] = {}
    for dataset, *period in rows(
        "SELECT ?d ?b ?e ?s { ?p cg:about ?d ; cg:status ?s ; dcat:startDate ?b OPTIONAL { ?p dcat:endDate ?e } }"
    ):
        periods.setdefault(dataset, []).append((period[0], period[1], period[2]))
    stated = rows("SELECT ?d ?r { ?d a dcat:Dataset ; dct:accessRights ?r }")
    rights = {row[0]: row[1] for row in stated}
    assert len(periods) >= 10
    for dataset, found in periods.items():
        found.sort()
        assert [end for _, end, _ in found] == [*(start for start, _, _ in found[1:]), ""]
        assert found[-1][2] == rights[dataset]


def test_barriers_are_lifted_when_they_end_and_only_then() -> None:
    barriers = list(
        rows("SELECT ?b ?s ?e { ?b a cg:Barrier ; cg:barrierStatus ?s OPTIONAL { ?b prov:endedAtTime ?e } }")
    )
    assert len(barriers) >= 20
    assert all((status == f"{CG}Lifted") == bool(end) for _, status, end in barriers)
    assert not list(
        rows("SELECT ?b { ?b a cg:Barrier ; prov:startedAtTime ?s ; prov:endedAtTime ?e FILTER(?s >= ?e) }")
    )
    elsewhere = "?d a dcat:Dataset ; cg:hasBarrier ?b FILTER NOT EXISTS { ?b cg:about ?d }"
    assert not list(rows(f"SELECT ?d {{ {elsewhere} }}"))


def test_no_closed_dataset_of_the_illustration_lacks_a_barrier() -> None:
    assert not list(rows("SELECT ?d { ?d dct:accessRights ar:NON_PUBLIC FILTER NOT EXISTS { ?d cg:hasBarrier ?b } }"))


def test_personal_data_are_never_public() -> None:
    assert not list(rows("SELECT ?d { ?d dct:accessRights ar:PUBLIC ; dpv:hasPersonalData ?p }"))


@pytest.mark.parametrize("page", ["docs/sample.md", "docs/fr/echantillon.md"])
def test_every_story_is_explained(page: str) -> None:
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    stories = [Path(name).name for name, _ in loader.turtle("sample")]
    assert len(stories) >= 20
    assert not [story for story in stories if f"`{story}`" not in text]


def test_every_story_opens_with_what_it_tells() -> None:
    for name, text in loader.turtle("sample"):
        lines = text.decode().split("\n\n")
        assert any(part.startswith("# ") and len(part) > 30 for part in lines[:4]), name
