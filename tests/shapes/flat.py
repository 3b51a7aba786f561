"""Agreements that are written flat, without ODRL rules: what they cover and authorise is read as it stands."""

from __future__ import annotations

import pyoxigraph as ox

FLAT = """
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix cg: <https://w3id.org/civigraph#> .
@prefix ar: <http://publications.europa.eu/resource/authority/access-right/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/id/> . @prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:lamps a dcat:Dataset ; dct:accessRights ar:RESTRICTED .
ex:night-walk a cg:UrbanDataService ; cg:operatedBy ex:walkers ; cg:consumesDataset ex:lamps ;
    adms:status cg:Operating .
ex:pact a odrl:Agreement ; odrl:assignee ex:walkers ; cg:coversDataset ex:lamps ; cg:authorises ex:night-walk ;
    dct:temporal ex:span .
ex:span dcat:startDate "2025-01-01"^^xsd:date .
"""
START = 'ex:span dcat:startDate "2025-01-01"^^xsd:date'
ENDED = 'ex:span dcat:startDate "2024-01-01"^^xsd:date ; dcat:endDate "2026-01-31"^^xsd:date'
NEXT = (
    f"{ENDED} . ex:pact2 a odrl:Agreement ; odrl:assignee ex:walkers ; cg:coversDataset ex:lamps ;"
    ' cg:authorises ex:night-walk ; dct:temporal ex:span2 . ex:span2 dcat:startDate "2026-02-01"^^xsd:date'
)
TAIL = FLAT[FLAT.index("adms:status cg:Operating") :]

# (what is exchanged, for what, which of R10, R15 and R19 wake)
VARIANTS = [
    ("", "", set()),
    ("cg:authorises ex:night-walk", "cg:authorises ex:day-walk", {"R15"}),
    ("cg:coversDataset ex:lamps", "cg:coversDataset ex:benches", {"R10", "R15"}),
    ("odrl:assignee ex:walkers", "odrl:assignee ex:runners", {"R15"}),
    ("ex:pact a odrl:Agreement", "ex:pact a odrl:Request", {"R10", "R15"}),
    ('"2025-01-01"', '"2026-09-01"', {"R10", "R15"}),
    ("; dct:temporal ex:span".replace("; ", ";\n    "), "", {"R10", "R15"}),
    ("cg:authorises ex:night-walk", "cg:authorises ex:night-walk ; odrl:permission ex:rule", {"R15"}),
    (START, ENDED, {"R10", "R19"}),
    ("adms:status cg:Operating .\nex:pact", "adms:status cg:Pilot .\nex:pact", set()),
    (TAIL, TAIL.replace("cg:Operating", "cg:Pilot").replace(START, ENDED), {"R10", "R15"}),
    (START, NEXT, set()),
    (START, NEXT.replace("ex:pact2 a odrl:Agreement", "ex:pact2 a odrl:Request"), {"R10", "R19"}),
    (START, NEXT.replace("cg:coversDataset ex:lamps", "cg:coversDataset ex:benches"), {"R10", "R19"}),
    (START, NEXT.replace("2026-02-01", "2026-09-01"), {"R10", "R19"}),
    (START, NEXT + ' . ex:span2 dcat:endDate "2026-05-01"^^xsd:date', {"R10", "R19"}),
    (START, NEXT.replace("dct:temporal ex:span2", "odrl:permission ex:rule ; dct:temporal ex:span2"), {"R19"}),
    ("cg:consumesDataset ex:lamps ;\n    adms:status cg:Operating", "adms:status cg:Operating", set()),
]  # fmt: skip


def variant(number: int) -> bytes:
    """Give the data of a variant as N-Triples, below an address of its own."""
    old, new, _ = VARIANTS[number]
    assert old in FLAT
    text = FLAT.replace(old, new, 1) if old else FLAT
    text = text.replace("<https://example.org/id/>", f"<https://example.org/id/flat/{number}/>")
    return "".join(f"{triple} .\n" for triple in ox.parse(text, format=ox.RdfFormat.TURTLE)).encode()
