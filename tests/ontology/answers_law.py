"""Licences, laws and duties: questions 18 to 22. Worked out in plain Python."""

from __future__ import annotations

from tests.ontology.answer import Answer, Row, Values, answers, or_none
from tests.ontology.world import AR, Cell, World, iri


@answers("18")
def not_returned(world: World, _: Values) -> Answer:
    rows, essential = set(), set()
    for contract in world.all("cv:ServiceConcessionContract"):
        excused = any(
            world.out(each, "dct:description") and world.out(each, "foaf:page")
            for each in world.out(contract, "cg:dataClauseExemption")
        )
        authorities = world.out(contract, "cv:hasContractingAuthority")
        for service in world.out(contract, "cg:concerns"):
            for dataset in world.into("cg:producedThrough", service):
                holders = world.out(dataset, "dga:hasDataHolder")
                for operator in world.out(contract, "cv:hasEconomicOperator") & holders:
                    if True in world.out(dataset, "cg:essentialToOperation"):
                        essential |= {(contract, each, operator, dataset) for each in authorities}
        for row in [row for row in essential if row[0] == contract]:
            held = row[1] in world.out(row[3], "dga:hasDataHolder")
            if not held and not excused and not is_returned(world, row[3], row[1]):
                rows.add(row)
    return Answer(rows, essential, rows)


def is_returned(world: World, dataset: Cell, authority: Cell) -> bool:
    """Say whether a dataset was handed to an authority."""
    return any(
        authority in world.out(each, "cg:deliveredTo") and world.out(each, "prov:endedAtTime")
        for each in world.into("prov:used", dataset) & world.all("cg:DataReturn")
    )


def unkept(world: World, source: Cell, derived: Cell) -> set[Cell]:
    """Give what a licence of a source asks and a licence of what is derived does not keep."""
    permits, derivation = world.out(source, "cc:permits"), iri("cc:DerivativeWorks")
    broken: set[Cell] = {derivation} if permits and derivation not in permits else set()
    if source == derived or derived in world.out(source, "odrs:compatibleWith"):
        return broken
    asked = world.out(source, "cc:requires") | world.out(source, "cc:prohibits")
    kept = world.out(derived, "cc:requires") | world.out(derived, "cc:prohibits")
    return broken | (asked - kept) | (asked & {iri("cc:ShareAlike")})


@answers("19")
def licence_conflicts(world: World, _: Values) -> Answer:
    looked_at = {
        (derived, source, to, start)
        for derived in world.all("dcat:Dataset")
        for source in world.sources(derived)
        for to in world.licences(derived)
        for start in world.licences(source)
    }
    rows = {
        (derived, source, to, start, term)
        for derived, source, to, start in looked_at
        for term in unkept(world, start, to)
        if term != iri("cc:ShareAlike") or in_scope(world, start, source, derived)
    }
    return Answer(rows, looked_at, {row[:4] for row in rows})


def in_scope(world: World, licence: Cell, source: Cell, derived: Cell) -> bool:
    """Say whether the share-alike of a licence extends to a derived dataset, as far as its stated limits tell."""
    compared = {
        "SameNature": ("cg:domain", "cg:dataKind"),
        "SameGranularity": ("cg:spatialMesh",),
        "SameExtent": ("dct:spatial",),
    }
    for limit, names in compared.items():
        if iri(f"cg:{limit}") in world.out(licence, "cg:shareAlikeLimitedTo"):
            for name in names:
                here, there = world.out(source, name), world.out(derived, name)
                if here and there and not here & there:
                    return False
    return True


@answers("20")
def licences_for_a_combination(world: World, values: Values) -> Answer:
    licences = {each for each in world.all("cc:License") if iri("cc:Distribution") in world.out(each, "cc:permits")}
    used: list[set[Cell]] = [
        world.licences(each) for source in values["source"] for each in {source} | world.sources(source)
    ]
    known = all(
        some and all(iri("cc:DerivativeWorks") in world.out(each, "cc:permits") for each in some) for some in used
    )
    kept = {lx for lx in licences if known and not any(unkept(world, each, lx) for some in used for each in some)}
    return Answer({(licence,) for licence in kept}, licences, kept)


@answers("21")
def high_value(world: World, _: Values) -> Answer:
    regulation = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
    datasets = {each for each in world.with_any("dcatap:hvdCategory") if each in world.all("dcat:Dataset")}
    rows = set()
    for dataset in datasets:
        files = world.out(dataset, "dcat:distribution")
        right = [any(True in world.out(x, "cg:meetsHvdLicence") for x in world.out(f, "dct:license")) for f in files]
        interfaces = {each for each in world.into("dcat:servesDataset", dataset) if world.out(each, "dcat:endpointURL")}
        rows.add(
            (
                dataset,
                world.is_public(dataset),
                bool(right) and all(right),
                bool(interfaces),
                bool(world.out(dataset, "dcat:distribution", "dcat:downloadURL")),
                regulation in world.out(dataset, "dcatap:applicableLegislation"),
            )
        )
    return Answer(rows, {row[0] for row in rows}, {row[0] for row in rows if not all(row[1:])})


OPENING = {iri(f"cg:{name}") for name in ("ObligesOpening", "ObligesSharing", "AllowsSharing", "AllowsReuse")}


@answers("22")
def legal_map(world: World, _: Values) -> Answer:
    looked_at = {
        (law, dataset, right)
        for dataset in world.all("dcat:Dataset")
        for law in world.out(dataset, "dcatap:applicableLegislation")
        for right in world.out(dataset, "dct:accessRights")
    }
    kept = {row for row in looked_at if row[2] != f"{AR}PUBLIC"}
    rows: set[Row] = set()
    for law, dataset, right in kept:
        effects = {
            (effect, kind, favoured)
            for effect in world.into("cg:effectOf", law) & world.all("cg:LegalEffect")
            if applies(world, effect, dataset)
            for kind in world.out(effect, "cg:effectKind") & OPENING
            for favoured in or_none(world.out(effect, "cg:inFavourOf"))
        }
        rows |= {(law, dataset, right, *effect) for effect in effects or {(None, None, None)}}
    return Answer(rows, looked_at, kept)


def applies(world: World, effect: Cell, dataset: Cell) -> bool:
    """Say whether the effect of a law bears on a dataset, as far as domain, kind and addressee tell."""
    domains, kinds = world.out(effect, "cg:domain"), world.out(effect, "cg:dataKind")
    known = world.out(dataset, "cg:dataKind")
    addressees = world.out(effect, "cg:addressee")
    sorts = addressees & world.all("skos:Concept")
    return (
        (not domains or bool(domains & world.out(dataset, "cg:domain")))
        and (not kinds or not known or bool(kinds & known))
        and (not addressees or bool(sorts) or bool(addressees & world.out(dataset, "dga:hasDataHolder")))
    )
