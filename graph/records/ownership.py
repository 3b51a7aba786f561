"""The table that says which properties own their object.

An owned node has no life of its own: it lives in its owner's record, is replaced and deleted with it. Three marks:

- WHOLE: the object is a part of the subject, be it an IRI or a blank node.
- NEVER: the object leads its own life, even as a blank node: actors, datasets, services, agreements, other records.
- default, any other property: a blank node with one referrer lives under it, an IRI does not.

`graph.records.owners` applies the table to what a run says. `INDEPENDENT` names the kinds that are records of their own
as soon as they have an IRI, whatever refers to them.
"""

from __future__ import annotations

from enum import Enum

from graph.records.kinds import KINDS
from graph.terms import expand


class Mark(Enum):
    """What a property does with its object."""

    WHOLE = "whole"
    NEVER = "never"
    DEFAULT = "default"


_WHOLE = (
    # Parts of a description in DCAT, DCAT-AP and their companions.
    """dcat:distribution adms:sample dcat:contactPoint dct:temporal adms:identifier spdx:checksum
    schema:distribution schema:contactPoint schema:temporalCoverage""",
    # Qualified relations: the node exists only to say more about one link.
    """dcat:qualifiedRelation prov:qualifiedAttribution prov:qualifiedAssociation prov:qualifiedDerivation
    prov:qualifiedGeneration prov:qualifiedUsage prov:qualifiedDelegation prov:qualifiedInfluence""",
    # Measures of this very dataset.
    "dqv:hasQualityMeasurement dqv:hasQualityAnnotation",
    # Cards, addresses, geometries.
    """vcard:hasAddress vcard:hasTelephone vcard:hasEmail vcard:hasGeo vcard:hasName locn:address locn:geometry
    geo:hasGeometry geo:hasDefaultGeometry geo:hasBoundingBox geo:hasCentroid org:siteAddress schema:address
    schema:geo""",
    # Ends of an interval of OWL-Time.
    "time:hasBeginning time:hasEnd time:inDateTime",
    # The rules of a policy, and what refines them.
    """odrl:permission odrl:prohibition odrl:obligation odrl:duty odrl:remedy odrl:consequence odrl:failure
    odrl:constraint odrl:refinement odrl:and odrl:or odrl:xone odrl:andSequence""",
)

_NEVER = (
    # A class is no part of its instance.
    "rdf:type",
    # What a catalogue lists: each is harvested, changed and deleted by itself.
    """dcat:dataset dcat:record dcat:catalog dcat:service dcat:resource dcat:themeTaxonomy dcat:inCatalog void:subset
    foaf:primaryTopic foaf:isPrimaryTopicOf schema:dataset schema:mainEntity schema:includedInDataCatalog
    hydra:member hydra:collection""",
    # Data services and series.
    """dcat:servesDataset dcat:accessService dcat:inSeries dcat:seriesMember dcat:prev dcat:next dcat:first dcat:last
    dcat:hasVersion dcat:isVersionOf dcat:hasCurrentVersion dcat:previousVersion adms:prev adms:next adms:last""",
    # Links between resources in DCMI terms, PROV and others.
    """dct:hasPart dct:isPartOf dct:relation dct:source dct:replaces dct:isReplacedBy dct:requires dct:isRequiredBy
    dct:references dct:isReferencedBy dct:hasVersion dct:isVersionOf dct:hasFormat dct:isFormatOf
    prov:wasDerivedFrom prov:wasRevisionOf prov:hadPrimarySource prov:wasQuotedFrom prov:alternateOf
    prov:specializationOf prov:used prov:generated prov:wasInformedBy prov:wasInfluencedBy prov:entity prov:hadMember
    owl:sameAs rdfs:seeAlso rdfs:isDefinedBy owl:imports""",
    # Actors and the roles that they play.
    """dct:publisher dct:creator dct:contributor dct:rightsHolder dct:mediator dct:audience dc:publisher dc:creator
    dc:contributor geodcatap:custodian geodcatap:originator geodcatap:processor geodcatap:distributor
    geodcatap:resourceProvider geodcatap:user geodcatap:principalInvestigator
    dga:hasDataHolder dga:hasDataUser dpv:hasEntity dpv:hasDataController dpv:hasDataProcessor dpv:hasRecipient
    foaf:maker foaf:member foaf:knows prov:agent prov:wasAttributedTo prov:wasAssociatedWith prov:actedOnBehalfOf
    schema:publisher schema:creator schema:author schema:provider schema:copyrightHolder schema:funder
    cv:hasContractingAuthority cv:hasEconomicOperator cv:hasCompetentAuthority""",
    # Bodies and who sits in them.
    """org:member org:organization org:memberOf org:hasMember org:unitOf org:hasUnit org:subOrganizationOf
    org:hasSubOrganization org:headOf org:linkedTo org:linkedFrom""",
    # Agreements, their parties and what they are about; rules are parts (above), policies are not.
    """odrl:assigner odrl:assignee odrl:target odrl:output odrl:informedParty odrl:compensatedParty
    odrl:consentingParty odrl:trackedParty odrl:attributedParty odrl:contractedParty odrl:partOf odrl:hasPolicy
    odrl:inheritFrom odrl:profile""",
    # Concepts lead their own life in their scheme.
    """skos:inScheme skos:topConceptOf skos:hasTopConcept skos:broader skos:narrower skos:related
    skos:broaderTransitive skos:narrowerTransitive skos:member skos:exactMatch skos:closeMatch skos:broadMatch
    skos:narrowMatch skos:relatedMatch""",
    # Laws and contracts.
    "dcatap:applicableLegislation cv:establishedUnder cpsv:hasLegalResource cpsv:follows",
    # The project's own links between records. cg:hasBarrier is not here: a blank barrier lives in its dataset.
    """cg:consumesDataset cg:needsDataset cg:feeds cg:producedThrough cg:operatedBy cg:missionUnder cg:coversDataset
    cg:authorises cg:conditionsDefinedBy cg:substitutableBy cg:deliveredTo cg:concerns cg:about cg:statedBy
    cg:decidedBy cg:liftedBy cg:legalGround cg:publicationMandatedBy cg:generalInterestGround cg:controlledBy
    cg:pole cg:domain cg:spatialMesh cg:opennessStatus cg:status cg:factStatus cg:barrierKind cg:barrierStatus""",
)

MARKS: dict[str, Mark] = {
    f"<{iri}>": mark
    for mark, groups in ((Mark.WHOLE, _WHOLE), (Mark.NEVER, _NEVER))
    for iri in expand(" ".join(groups))
}
"""Predicates, as N-Triples texts, to their mark; what is not in it is DEFAULT."""

_INDEPENDENT_KINDS = {
    *("series", "catalog", "dataset", "data-service", "service", "agreement"),
    *("body", "actor", "decision", "contract", "barrier", "law"),
}

INDEPENDENT: frozenset[str] = frozenset(
    f"<{cls}>" for kind in KINDS if kind.name in _INDEPENDENT_KINDS for cls in kind.classes
)
"""Classes, as N-Triples texts, whose instances with an IRI are owned by nobody.

A source may name an organisation as `dcat:contactPoint`, or a dataset as `adms:sample`: hidden in the record of what
refers to it, it would have no page and would vanish with that. A blank node of such a class has no handle but its
referrer, so there the property decides.
"""


def mark_of(predicate: str) -> Mark:
    """Give the mark of a property, given as N-Triples text."""
    return MARKS.get(predicate, Mark.DEFAULT)
