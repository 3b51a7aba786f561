"""The parts of an entity's page, in order, and the properties that stand in each, in order."""

from __future__ import annotations

from api.languages import mark
from graph.terms import CC, CG, DCAT, DPV, ELI, FOAF, ODRL, ORG, VCARD, expand

ABOUT = mark("About")
ACCESS = mark("Access and terms")
ACTORS = mark("Who is involved")
DATA = mark("The data")
LINKS = mark("Services and sharing")
TIME_AND_PLACE = mark("Time and place")
MORE = mark("More")

_PROPERTIES: dict[str, str] = {
    ABOUT: """
        dct:description dct:abstract rdfs:comment skos:definition skos:scopeNote skos:altLabel
        schema:description schema:abstract dcat:theme dcat:keyword cg:domain cg:statedTheme cg:pole
        cg:status dct:subject dct:type dct:language dct:alternative cg:statedLanguage
    """,
    ACCESS: """
        dct:accessRights cg:opennessStatus dct:license dct:rights cg:statedLicence cg:hasBarrier
        cg:barrierKind cg:barrierStatus cg:reviewDate cg:feeAmount dcatap:applicableLegislation
        dcatap:hvdCategory cg:legalGround cg:publicationMandatedBy cg:meetsHvdLicence cg:conditionsDefinedBy
        odrl:permission odrl:prohibition odrl:obligation odrl:duty odrl:target odrl:action odrl:constraint
    """,
    ACTORS: """
        dct:publisher dga:hasDataHolder dct:creator dct:rightsHolder dct:contributor geodcatap:originator
        geodcatap:custodian geodcatap:processor geodcatap:distributor geodcatap:resourceProvider
        geodcatap:user cg:operatedBy cg:controlledBy cg:statedBy cg:decidedBy cg:agreedBy cg:dissentedBy
        cv:hasCompetentAuthority cv:hasContractingAuthority cv:hasEconomicOperator odrl:assigner
        odrl:assignee org:member org:memberOf org:unitOf org:organization org:role org:classification
        dcat:contactPoint prov:qualifiedAttribution
    """,
    DATA: """
        dcat:distribution dcat:landingPage dcat:accessService dcat:servesDataset dcat:dataset dcat:service
        dcat:accessURL dcat:downloadURL dcat:endpointURL dcat:endpointDescription dcat:mediaType dct:format
        dct:conformsTo cg:statedFormat dcat:byteSize dcat:compressFormat dcat:packageFormat dcat:inSeries
        foaf:page foaf:homepage
    """,
    LINKS: """
        cg:consumesDataset cg:feeds cg:needsDataset cg:producedThrough cg:coversDataset cg:authorises
        cg:agreedPurpose cg:concerns cg:substitutableBy cg:deliveredTo dct:relation dct:hasPart dct:isPartOf
        dct:source dct:requires dct:isReferencedBy dct:references prov:wasDerivedFrom prov:wasGeneratedBy
        skos:broader skos:narrower skos:related skos:exactMatch skos:closeMatch skos:inScheme adms:sample
        odrs:compatibleWith
    """,
    TIME_AND_PLACE: """
        dct:issued dct:created dct:modified dct:accrualPeriodicity dct:temporal dct:spatial
        cg:statedFrequency dcat:startDate dcat:endDate dcat:temporalResolution
        dcat:spatialResolutionInMeters dcat:bbox locn:geometry locn:geographicName cg:spatialMesh
    """,
}

# Where a property stands that the lists do not name, by its namespace.
_NAMESPACES = (
    (ODRL, ACCESS),
    (CC, ACCESS),
    (ELI, ACCESS),
    (DPV, ACCESS),
    (ORG, ACTORS),
    (VCARD, ACTORS),
    (FOAF, ACTORS),
    (DCAT, DATA),
    (CG, LINKS),
)

SECTIONS = (ABOUT, ACCESS, ACTORS, DATA, LINKS, TIME_AND_PLACE, MORE)
_PLACES: dict[str, tuple[int, int]] = {
    prop: (SECTIONS.index(section), place)
    for section, properties in _PROPERTIES.items()
    for place, prop in enumerate(expand(properties))
}
LAST = 1000
"""The place of a property that the lists do not name."""


def place_of(prop: str) -> tuple[int, int]:
    """Give the section of a property and its place in there."""
    known = _PLACES.get(prop)
    if known:
        return known
    section = next((section for namespace, section in _NAMESPACES if prop.startswith(namespace)), MORE)
    return SECTIONS.index(section), LAST
