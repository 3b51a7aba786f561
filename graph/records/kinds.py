"""What kind of thing a record describes, and which of its names is its label.

A kind is a word for people: it stands in addresses (`/{kind}/{slug}`), in facets and in headings. What is of several
classes is of the first kind in the order of `KINDS`, so the narrower stands before the broader: a governance body is
an organisation too, a catalogue is a dataset for DCAT 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.terms import Statement, expand, value_of

OTHER = "other"
"""The kind of what no class says more about."""

UNLISTED = frozenset({"report"})
"""Kinds that say something of the graph and not of the city: no search, no export, no list of records has them."""

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


def _kind(name: str, fr: tuple[str, str], en: tuple[str, str], classes: str = "") -> Kind:
    return Kind(name, expand(classes), *fr, *en)


KINDS: tuple[Kind, ...] = (
    # A series and a catalogue are datasets for DCAT 3 and are often typed both: the narrower says more.
    _kind("series", ("série", "séries"), ("series", "series"), "dcat:DatasetSeries"),
    _kind("catalog", ("catalogue", "catalogues"), ("catalogue", "catalogues"), "dcat:Catalog"),
    _kind(
        "dataset",
        ("jeu de données", "jeux de données"),
        ("dataset", "datasets"),
        "dcat:Dataset dctype:Dataset schema:Dataset",
    ),
    _kind(
        "data-service",
        ("service de données", "services de données"),
        ("data service", "data services"),
        "dcat:DataService",
    ),
    _kind(
        "service",
        ("service urbain", "services urbains"),
        ("urban service", "urban services"),
        "cg:UrbanDataService cpsv:PublicService schema:Service",
    ),
    _kind(
        "agreement",
        ("accord de partage", "accords de partage"),
        ("sharing agreement", "sharing agreements"),
        "cg:SharingAgreement odrl:Agreement odrl:Offer odrl:Request odrl:Set odrl:Policy",
    ),
    # Before actor: both are organisations.
    _kind(
        "body",
        ("instance de gouvernance", "instances de gouvernance"),
        ("governance body", "governance bodies"),
        "cg:GovernanceBody",
    ),
    _kind(
        "actor",
        ("acteur", "acteurs"),
        ("actor", "actors"),
        """foaf:Agent foaf:Organization foaf:Group foaf:Person
        org:Organization org:FormalOrganization org:OrganizationalUnit org:OrganizationalCollaboration
        cg:CitizenCollective cg:CommonsCommunity cv:PublicOrganisation
        dga:PublicSectorBody dga:PublicLawGovernedBody dga:DataHolder dga:DataUser dga:DataCooperative
        dga:DataAltruismOrganisation
        dpv:Entity dpv:LegalEntity dpv:Organisation dpv:ForProfitOrganisation dpv:NonProfitOrganisation
        dpv:NonGovernmentalOrganisation dpv:AcademicScientificOrganisation dpv:GovernmentalOrganisation
        dpv:PublicAuthority dpv:Authority dpv:Citizen
        dct:Agent prov:Agent prov:Organization prov:Person schema:Organization schema:Person
        odrl:Party odrl:PartyCollection""",
    ),
    # Before activity: a decision is a prov:Activity.
    _kind("decision", ("décision", "décisions"), ("decision", "decisions"), "cg:GovernanceDecision"),
    _kind(
        "contract",
        ("contrat de concession", "contrats de concession"),
        ("concession contract", "concession contracts"),
        "cv:ServiceConcessionContract",
    ),
    _kind("barrier", ("frein", "freins"), ("barrier", "barriers"), "cg:Barrier"),
    _kind("law", ("texte de loi", "textes de loi"), ("law", "laws"), "eli:LegalResource eli:LegalExpression"),
    _kind(
        "licence",
        ("licence", "licences"),
        ("licence", "licences"),
        "dct:LicenseDocument cc:License cg:CustomLicence",
    ),
    _kind(
        "rights",
        ("mention de droits", "mentions de droits"),
        ("rights statement", "rights statements"),
        "dct:RightsStatement",
    ),
    _kind("distribution", ("distribution", "distributions"), ("distribution", "distributions"), "dcat:Distribution"),
    _kind(
        "catalog-record",
        ("notice de catalogue", "notices de catalogue"),
        ("catalogue record", "catalogue records"),
        "dcat:CatalogRecord",
    ),
    _kind(
        "contact",
        ("point de contact", "points de contact"),
        ("contact point", "contact points"),
        "vcard:Kind vcard:Organization vcard:Individual vcard:Group vcard:Contact vcard:VCard schema:ContactPoint",
    ),
    _kind(
        "place",
        ("lieu", "lieux"),
        ("place", "places"),
        "dct:Location geo:Feature schema:Place locn:Geometry geo:Geometry locn:Address vcard:Address",
    ),
    _kind(
        "rule",
        ("règle", "règles"),
        ("rule", "rules"),
        """odrl:Permission odrl:Prohibition odrl:Duty odrl:Obligation odrl:Rule odrl:Constraint
        odrl:LogicalConstraint""",
    ),
    _kind(
        "legal-effect",
        ("effet juridique", "effets juridiques"),
        ("legal effect", "legal effects"),
        "cg:LegalEffect",
    ),
    _kind(
        "period",
        ("période", "périodes"),
        ("period", "periods"),
        "dct:PeriodOfTime cg:AccessStatusPeriod time:ProperInterval time:Interval",
    ),
    _kind("membership", ("siège", "sièges"), ("membership", "memberships"), "org:Membership"),
    _kind("project", ("projet", "projets"), ("project", "projects"), "foaf:Project schema:Project"),
    _kind(
        "activity",
        ("activité", "activités"),
        ("activity", "activities"),
        "cg:DataReturn cg:AnonymisationActivity cg:EvaluationContext prov:Activity dpv:Process org:ChangeEvent",
    ),
    # Before concept: what defines a vocabulary may be a concept of it too.
    _kind(
        "term",
        ("terme", "termes"),
        ("term", "terms"),
        """owl:Class rdfs:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty rdf:Property
        rdfs:Datatype owl:Ontology dqv:Metric""",
    ),
    _kind("shape", ("forme", "formes"), ("shape", "shapes"), "sh:NodeShape sh:PropertyShape sh:Shape"),
    _kind(
        "query",
        ("requête d’exemple", "requêtes d’exemple"),
        ("example query", "example queries"),
        "sh:SPARQLExecutable sh:SPARQLSelectExecutable sh:SPARQLAskExecutable sh:SPARQLConstructExecutable",
    ),
    _kind("scheme", ("liste de codes", "listes de codes"), ("code list", "code lists"), "skos:ConceptScheme"),
    _kind(
        "concept",
        ("notion", "notions"),
        ("concept", "concepts"),
        """skos:Concept skos:Collection skos:OrderedCollection org:Role odrl:Action
        dct:Frequency dct:LinguisticSystem dct:MediaType dct:MediaTypeOrExtent dct:FileFormat""",
    ),
    _kind("standard", ("norme", "normes"), ("standard", "standards"), "dct:Standard"),
    # Before measurement: a report on a dataset holds one.
    _kind("report", ("constat", "constats"), ("finding", "findings"), "sh:ValidationReport sh:ValidationResult"),
    _kind("note", ("note", "notes"), ("note", "notes"), "oa:Annotation"),
    _kind(
        "measurement",
        ("mesure", "mesures"),
        ("measurement", "measurements"),
        "dqv:QualityMeasurement dqv:QualityAnnotation",
    ),
    _kind(
        "relationship",
        ("relation", "relations"),
        ("relationship", "relationships"),
        "dcat:Relationship prov:Attribution prov:Derivation cg:LicenceCompatibility",
    ),
    _kind(
        "identifier",
        ("identifiant", "identifiants"),
        ("identifier", "identifiers"),
        "adms:Identifier spdx:Checksum",
    ),
    _kind("quote", ("citation", "citations"), ("quote", "quotes"), "schema:Quotation"),
    _kind("claim", ("affirmation", "affirmations"), ("claim", "claims"), "schema:Claim"),
    _kind(
        "gap",
        ("lacune de connaissance", "lacunes de connaissance"),
        ("knowledge gap", "knowledge gaps"),
        "cg:KnowledgeGap",
    ),
    _kind("event", ("événement", "événements"), ("event", "events"), "schema:Event"),
    _kind(
        "document",
        ("document", "documents"),
        ("document", "documents"),
        """foaf:Document cg:ProducedWork schema:Article schema:WebPage schema:CreativeWork dct:BibliographicResource
        dct:ProvenanceStatement dctype:Text""",
    ),
    _kind(OTHER, ("autre ressource", "autres ressources"), ("other resource", "other resources")),
)

# A class is looked up by its IRI and by the IRI's N-Triples text, so that no one cuts brackets off a million times.
_RANKS: dict[str, int] = {
    written: rank for rank, kind in enumerate(KINDS) for cls in kind.classes for written in (cls, f"<{cls}>")
}


def kind_of(types: Iterable[str]) -> str:
    """Name the kind of what has these classes (IRIs, or their N-Triples texts); `other` where none is known."""
    return KINDS[min((_RANKS.get(cls, len(KINDS) - 1) for cls in types), default=len(KINDS) - 1)].name


# The best name first; an identifier is better than nothing.
_LABEL_PROPERTIES = expand(
    """dct:title skos:prefLabel foaf:name vcard:fn eli:title_short eli:title rdfs:label schema:name
    vcard:organization-name locn:geographicName dc:title skos:altLabel skos:notation dct:identifier"""
)
LABEL_RANKS: dict[str, int] = {f"<{name}>": rank for rank, name in enumerate(_LABEL_PROPERTIES)}
"""The predicates that name their subject, as N-Triples texts, to their rank: 0 is the best."""

_LANGUAGE_RANKS = {"fr": 0, "en": 1, None: 2}


def label_of(statements: Iterable[Statement], iri: str) -> str:
    """Choose the label of an IRI: the best property, then French, English, no language, others; '' if none.

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
