"""What kind of thing a record describes, and which of its names is its label.

A kind is a word for people: it stands in addresses (`/{kind}/{slug}`), in facets and in headings. What is of several classes is of
the first kind in the order of `KINDS`, so the narrower stands before the broader: a governance body is an organisation too, a
catalogue is a dataset for DCAT 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.terms import (
    ADMS,
    CC,
    CG,
    CPSV,
    CV,
    DCAT,
    DCT,
    DCTYPE,
    DGA,
    DPV,
    DQV,
    ELI,
    FOAF,
    GEO,
    LOCN,
    ODRL,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SH,
    SKOS,
    SPDX,
    TIME,
    VCARD,
    Statement,
    value_of,
)

OTHER = "other"
"""The kind of what no class says more about."""

LABEL_LENGTH = 300
"""A longer label is cut there: it names a page and becomes a slug."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its segment in addresses, its classes (IRIs), its name in two languages, one and many."""

    name: str
    classes: tuple[str, ...]
    fr: str
    fr_many: str
    en: str
    en_many: str


def _kind(name: str, fr: str, fr_many: str, en: str, en_many: str, *classes: str) -> Kind:
    return Kind(name, classes, fr, fr_many, en, en_many)


KINDS: tuple[Kind, ...] = (
    # A series and a catalogue are datasets for DCAT 3 and are often typed both: the narrower says more.
    _kind("series", "série", "séries", "series", "series", f"{DCAT}DatasetSeries"),
    _kind("catalog", "catalogue", "catalogues", "catalogue", "catalogues", f"{DCAT}Catalog"),
    _kind(
        "dataset", "jeu de données", "jeux de données", "dataset", "datasets", f"{DCAT}Dataset", f"{DCTYPE}Dataset",
        f"{SCHEMA}Dataset",
    ),
    _kind("data-service", "service de données", "services de données", "data service", "data services", f"{DCAT}DataService"),
    _kind(
        "service", "service urbain", "services urbains", "urban service", "urban services", f"{CG}UrbanDataService",
        f"{CPSV}PublicService", f"{SCHEMA}Service",
    ),
    _kind(
        "agreement", "accord de partage", "accords de partage", "sharing agreement", "sharing agreements",
        f"{CG}SharingAgreement", f"{ODRL}Agreement", f"{ODRL}Offer", f"{ODRL}Request", f"{ODRL}Set", f"{ODRL}Policy",
    ),
    # Before actor: both are organisations.
    _kind("body", "instance de gouvernance", "instances de gouvernance", "governance body", "governance bodies", f"{CG}GovernanceBody"),
    _kind(
        "actor", "acteur", "acteurs", "actor", "actors", f"{FOAF}Agent", f"{FOAF}Organization", f"{FOAF}Group",
        f"{FOAF}Person", f"{ORG}Organization", f"{ORG}FormalOrganization", f"{ORG}OrganizationalUnit",
        f"{ORG}OrganizationalCollaboration", f"{CG}CitizenCollective", f"{CG}CommonsCommunity", f"{CV}PublicOrganisation",
        f"{DGA}PublicSectorBody", f"{DGA}PublicLawGovernedBody", f"{DGA}DataHolder", f"{DGA}DataUser",
        f"{DGA}DataCooperative", f"{DGA}DataAltruismOrganisation", f"{DPV}LegalEntity", f"{DPV}Organisation",
        f"{DPV}ForProfitOrganisation", f"{DPV}NonProfitOrganisation", f"{DPV}NonGovernmentalOrganisation",
        f"{DPV}AcademicScientificOrganisation", f"{DPV}GovernmentalOrganisation", f"{DPV}PublicAuthority", f"{DPV}Authority",
        f"{DPV}Citizen", f"{DCT}Agent", f"{PROV}Agent", f"{PROV}Organization", f"{PROV}Person", f"{SCHEMA}Organization",
        f"{SCHEMA}Person", f"{ODRL}Party", f"{ODRL}PartyCollection",
    ),
    # Before activity: a decision is a prov:Activity.
    _kind("decision", "décision", "décisions", "decision", "decisions", f"{CG}GovernanceDecision"),
    _kind("contract", "contrat de concession", "contrats de concession", "concession contract", "concession contracts",
          f"{CV}ServiceConcessionContract"),
    _kind("barrier", "frein", "freins", "barrier", "barriers", f"{CG}Barrier"),
    _kind("law", "texte de loi", "textes de loi", "law", "laws", f"{ELI}LegalResource", f"{ELI}LegalExpression"),
    _kind("licence", "licence", "licences", "licence", "licences", f"{DCT}LicenseDocument", f"{CC}License"),
    _kind("rights", "mention de droits", "mentions de droits", "rights statement", "rights statements", f"{DCT}RightsStatement"),
    _kind("distribution", "distribution", "distributions", "distribution", "distributions", f"{DCAT}Distribution"),
    _kind("catalog-record", "notice de catalogue", "notices de catalogue", "catalogue record", "catalogue records",
          f"{DCAT}CatalogRecord"),
    _kind("contact", "point de contact", "points de contact", "contact point", "contact points", f"{VCARD}Kind",
          f"{VCARD}Organization", f"{VCARD}Individual", f"{VCARD}Group", f"{VCARD}Contact", f"{VCARD}VCard"),
    _kind("place", "lieu", "lieux", "place", "places", f"{DCT}Location", f"{GEO}Feature", f"{SCHEMA}Place",
          f"{LOCN}Geometry", f"{GEO}Geometry", f"{LOCN}Address", f"{VCARD}Address"),
    _kind("rule", "règle", "règles", "rule", "rules", f"{ODRL}Permission", f"{ODRL}Prohibition", f"{ODRL}Duty",
          f"{ODRL}Obligation", f"{ODRL}Rule", f"{ODRL}Constraint", f"{ODRL}LogicalConstraint"),
    _kind("legal-effect", "effet juridique", "effets juridiques", "legal effect", "legal effects", f"{CG}LegalEffect"),
    _kind("period", "période", "périodes", "period", "periods", f"{DCT}PeriodOfTime", f"{CG}AccessStatusPeriod",
          f"{TIME}ProperInterval", f"{TIME}Interval"),
    _kind("membership", "siège", "sièges", "membership", "memberships", f"{ORG}Membership"),
    _kind("project", "projet", "projets", "project", "projects", f"{FOAF}Project", f"{SCHEMA}Project"),
    _kind("activity", "activité", "activités", "activity", "activities", f"{CG}DataReturn", f"{CG}AnonymisationActivity",
          f"{PROV}Activity", f"{ORG}ChangeEvent", f"{CG}EvaluationContext"),
    # Before concept: what defines a vocabulary may be a concept of it too.
    _kind("term", "terme", "termes", "term", "terms", f"{OWL}Class", f"{RDFS}Class", f"{OWL}ObjectProperty",
          f"{OWL}DatatypeProperty", f"{OWL}AnnotationProperty", f"{RDF}Property", f"{RDFS}Datatype", f"{OWL}Ontology"),
    _kind("shape", "forme", "formes", "shape", "shapes", f"{SH}NodeShape", f"{SH}PropertyShape", f"{SH}Shape"),
    _kind("scheme", "liste de codes", "listes de codes", "code list", "code lists", f"{SKOS}ConceptScheme"),
    _kind("concept", "notion", "notions", "concept", "concepts", f"{SKOS}Concept", f"{SKOS}Collection",
          f"{SKOS}OrderedCollection", f"{ORG}Role", f"{DCT}Frequency", f"{DCT}LinguisticSystem", f"{DCT}MediaType",
          f"{DCT}MediaTypeOrExtent", f"{DCT}FileFormat", f"{ODRL}Action"),
    _kind("standard", "norme", "normes", "standard", "standards", f"{DCT}Standard"),
    _kind("measurement", "mesure", "mesures", "measurement", "measurements", f"{DQV}QualityMeasurement",
          f"{DQV}QualityAnnotation"),
    _kind("relationship", "relation", "relations", "relationship", "relationships", f"{DCAT}Relationship",
          f"{PROV}Attribution"),
    _kind("identifier", "identifiant", "identifiants", "identifier", "identifiers", f"{ADMS}Identifier", f"{SPDX}Checksum"),
    _kind("quote", "citation", "citations", "quote", "quotes", f"{SCHEMA}Quotation"),
    _kind("document", "document", "documents", "document", "documents", f"{FOAF}Document", f"{FOAF}Page", f"{SCHEMA}Article",
          f"{SCHEMA}CreativeWork", f"{DCT}BibliographicResource", f"{DCT}ProvenanceStatement", f"{DCTYPE}Text",
          f"{SCHEMA}WebPage"),
    _kind(OTHER, "autre ressource", "autres ressources", "other resource", "other resources"),
)  # fmt: skip

# A class is looked up by its IRI and by the IRI's N-Triples text: the split must not cut brackets off three million times.
_RANKS: dict[str, int] = {
    written: rank for rank, kind in enumerate(KINDS) for cls in kind.classes for written in (cls, f"<{cls}>")
}


def kind_of(types: Iterable[str]) -> str:
    """Name the kind of what is of these classes, given as IRIs or as their N-Triples texts; `other` where none is known."""
    return KINDS[min((_RANKS.get(cls, len(KINDS) - 1) for cls in types), default=len(KINDS) - 1)].name


# The best name first; an identifier is better than nothing.
_LABEL_PROPERTIES = (
    f"{DCT}title",
    f"{SKOS}prefLabel",
    f"{FOAF}name",
    f"{VCARD}fn",
    f"{ELI}title_short",
    f"{ELI}title",
    f"{RDFS}label",
    f"{SCHEMA}name",
    f"{VCARD}organization-name",
    f"{LOCN}geographicName",
    "http://purl.org/dc/elements/1.1/title",
    f"{SKOS}altLabel",
    f"{SKOS}notation",
    f"{DCT}identifier",
)
LABEL_RANKS: dict[str, int] = {f"<{name}>": rank for rank, name in enumerate(_LABEL_PROPERTIES)}
"""The predicates that name their subject, as N-Triples texts, to their rank: 0 is the best."""

_LANGUAGE_RANKS = {"fr": 0, "en": 1, None: 2}


def label_of(statements: Iterable[Statement], iri: str) -> str:
    """Choose the label of an IRI: the best property, French before English before no language before others; '' if none.

    A draw goes to the smallest text, so the order of the statements does not matter.
    """
    subject = f"<{iri}>"
    return best_label((predicate, value) for about, predicate, value in statements if about == subject)


def best_label(names: Iterable[tuple[str, str]]) -> str:
    """Choose among pairs of predicate and object, N-Triples texts about one subject, as `label_of` does."""
    best: tuple[int, int, str] | None = None
    for predicate, value in names:
        rank = LABEL_RANKS.get(predicate)
        if rank is None or value[0] != '"' or (best is not None and rank > best[0]):
            continue
        term = value_of(value)
        text = " ".join(term.value.split())[:LABEL_LENGTH].rstrip()
        language = term.language and term.language.split("-", 1)[0]
        key = (rank, _LANGUAGE_RANKS.get(language, 3), text)
        if text and (best is None or key < best):
            best = key
    return best[2] if best else ""
