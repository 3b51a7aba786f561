"""What search counts as a rung or a pole is what the derivations say, for the sample and for what changes."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph
import pytest

from graph import sample
from graph.instance import Instance
from graph.knowledge import Knowledge
from graph.log.rows import Entry
from graph.reading.standing import standing
from graph.records.record import Record
from graph.records.split import split
from graph.views.holder import Holder

BASE = "http://127.0.0.1:8000/"
PREFIXES = """
PREFIX cc: <http://creativecommons.org/ns#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>
PREFIX schema: <http://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX ar: <http://publications.europa.eu/resource/authority/access-right/>
PREFIX ex: <http://example.org/>
"""
# Each way in which a dataset can be, or just not be, open.
CASES = """
ex:free a cc:License ; cc:permits cc:Distribution, cc:DerivativeWorks ; skos:exactMatch ex:free-elsewhere .
ex:not-for-sale a cc:License ; cc:permits cc:Distribution, cc:DerivativeWorks ; cc:prohibits cc:CommercialUse .
ex:open a dcat:Dataset ; dct:accessRights ar:PUBLIC ; dct:license ex:free .
ex:open-elsewhere a dcat:Dataset ; dct:accessRights ar:PUBLIC ; dct:license ex:free-elsewhere .
ex:by-file a dcat:Dataset ; dct:accessRights ar:PUBLIC ; dcat:distribution ex:by-file-1 .
ex:by-file-1 a dcat:Distribution ; dct:license ex:free .
ex:one-bare a dcat:Dataset ; dct:accessRights ar:PUBLIC ; dcat:distribution ex:one-bare-1, ex:one-bare-2 .
ex:one-bare-1 a dcat:Distribution ; dct:license ex:free .
ex:one-bare-2 a dcat:Distribution ; dct:title "bare" .
ex:bare-but-own a dcat:Dataset ; dct:accessRights ar:PUBLIC ; dct:license ex:free ;
  dcat:distribution ex:bare-but-own-1 .
ex:bare-but-own-1 a dcat:Distribution ; dct:title "bare" .
ex:nothing a dcat:Dataset ; dct:accessRights ar:PUBLIC .
ex:sold a dcat:Dataset ; dct:accessRights ar:PUBLIC ; dct:license ex:not-for-sale .
ex:both a dcat:Dataset ; dct:accessRights ar:PUBLIC ; dct:license ex:free ; dcat:distribution ex:both-1 .
ex:both-1 a dcat:Distribution ; dct:license ex:not-for-sale .
ex:unknown a dcat:Dataset ; dct:accessRights ar:PUBLIC ; dct:license ex:nobody-described-it .
ex:charged a dcat:Dataset ; dct:accessRights ar:PUBLIC ; dct:license ex:free ; schema:isAccessibleForFree false .
ex:asked a dcat:Dataset ; dct:accessRights ar:PUBLIC ; dct:license ex:free .
ex:offer a odrl:Offer ; odrl:permission ex:rule .
ex:rule odrl:target ex:asked ; odrl:action odrl:use ; odrl:duty ex:duty .
ex:duty odrl:action odrl:inform .
ex:shared a dcat:Dataset ; dct:accessRights ar:RESTRICTED .
ex:kept a dcat:Dataset ; dct:accessRights ar:SENSITIVE .
ex:two a dcat:Dataset ; dct:accessRights ar:PUBLIC, ar:NON_PUBLIC ; dct:license ex:free .
ex:silent a dcat:Dataset .
"""


def tell(instance: Instance, turtle: str) -> None:
    parsed = pyoxigraph.parse((PREFIXES + turtle).encode(), format=pyoxigraph.RdfFormat.TURTLE)
    statements = [(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in parsed]
    records = [each for each in split(statements, base=BASE, source="cases") if isinstance(each, Record)]
    instance.log.append([Entry(record, "public") for record in records], agent="test", source="cases")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Instance, Holder]]:
    with Instance.open(tmp_path_factory.mktemp("standing") / "data", create=True, base=BASE) as instance:
        sample.load(instance)
        tell(instance, CASES)
        with instance.hold() as holder:
            assert holder.wait_for(instance.log.sequence(), 120)
            yield instance, holder


def derived(known: Knowledge, prop: str) -> set[tuple[str, str]]:
    """(thing, concept) as the derivation has it."""
    found = known.triples.query(f"SELECT ?thing ?concept {{ ?thing <https://w3id.org/civigraph#{prop}> ?concept }}")
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return {(row["thing"].value, row["concept"].value) for row in found}


def searched(known: Knowledge, facet: str, kinds: list[str]) -> set[tuple[str, str]]:
    """(thing, concept) as a search with that filter finds it; the counts are those of what is found."""
    conditions = standing(known.triples, known.views.search)
    pairs = set()
    counted = dict(known.search("", filters={"kind": kinds}, limit=0, conditions=conditions).facets[facet])
    for concept, condition in conditions[facet].items():
        found = known.search("", filters={"kind": kinds, facet: [concept]}, limit=10_000, conditions=conditions)
        assert counted.get(concept, 0) == found.total == len(found.hits)
        for hit in found.hits:
            assert condition.holds({**hit.facets, **hit.marks, "iri": [hit.iri]})
            pairs.add((hit.iri, concept))
    return pairs


def test_rungs_are_those_that_are_derived(held: tuple[Instance, Holder]) -> None:
    instance, holder = held
    known = Knowledge(instance.log, holder.public)
    rungs = derived(known, "opennessStatus")
    assert searched(known, "rung", ["dataset", "series", "catalog"]) == rungs
    mine = {(iri.removeprefix("http://example.org/"), concept.rpartition("#")[2]) for iri, concept in rungs}
    assert {name for name, rung in mine if rung == "Open"} >= {
        "open",
        "open-elsewhere",
        "by-file",
        "bare-but-own",
        "two",
    }
    assert {name for name, rung in mine if rung == "PublicNotOpen"} >= {
        *("one-bare", "nothing", "sold", "both", "unknown", "charged", "asked"),
    }
    assert len({rung for _, rung in mine}) == 4


def test_poles_of_actors_are_those_that_are_derived(held: tuple[Instance, Holder]) -> None:
    instance, holder = held
    known = Knowledge(instance.log, holder.public)
    kinds = ["actor", "body"]
    derived_ones = {(iri, pole) for iri, pole in derived(known, "pole") if known.address(iri)}
    of_kind = {(iri, pole) for iri, pole in derived_ones if known.address(iri)[0] in kinds}  # type: ignore[index]
    assert of_kind
    assert searched(known, "pole", kinds) >= of_kind


def test_what_changes_in_another_record_is_counted_anew(held: tuple[Instance, Holder]) -> None:
    instance, holder = held
    tell(instance, "ex:nobody-described-it a cc:License ; cc:permits cc:Distribution, cc:DerivativeWorks .")
    assert holder.wait_for(instance.log.sequence(), 120)
    known = Knowledge(instance.log, holder.public)
    assert searched(known, "rung", ["dataset", "series", "catalog"]) == derived(known, "opennessStatus")
    assert ("http://example.org/unknown", "https://w3id.org/civigraph#Open") in derived(known, "opennessStatus")
