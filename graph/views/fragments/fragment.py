"""One dataset as feeds give it: whole as the log has it, with what harvesters need beside it.

Why each thing is there is written beside it; ckanext-dcat and udata are the readers that it was written for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.terms import CG, DCAT, DCATAP, DCT, RDFS, TYPE, Statement, expand
from graph.views.batch import Version

DATASET = f"<{DCAT}Dataset>"
# What catalogue records are about, for readers that know no classes above others.
_RESOURCE = f"<{DCAT}Resource>"
ILLUSTRATIVE = (f"<{CG}factStatus>", f"<{CG}Illustrative>")

CATALOG = "catalog"
ILLUSTRATION = "illustration"
PROTECTED = "protected"
"""Values of the facets `feed` (the first two) and `access`."""

DCAT_AP = "dcat-ap"
HVD = "hvd"
"""Values of the facet `profile`: has what DCAT-AP 3.0.1 makes mandatory; is told to be of high value."""

PROFILES = (DCAT_AP, HVD)

_DISTRIBUTION = f"<{DCAT}distribution>"
_ACCESS_URL = f"<{DCAT}accessURL>"
_ACCESS_RIGHTS = f"<{DCT}accessRights>"
_DESCRIPTION = f"<{DCT}description>"
_HVD_CATEGORY = f"<{DCATAP}hvdCategory>"
_IDENTIFIER = f"<{DCT}identifier>"
_LICENCE = f"<{DCT}license>"
_TITLE = f"<{DCT}title>"
_MODIFIED = (f"<{DCT}modified>", f"<{DCT}issued>")
_DOMAINS = {f"<{CG}domain>", f"<{DCAT}theme>"}

_RIGHTS = "http://publications.europa.eu/resource/authority/access-right/"
_PROTECTED = {f"<{_RIGHTS}{name}>" for name in ("RESTRICTED", "NON_PUBLIC", "SENSITIVE", "CONFIDENTIAL")}

_AGENTS = """
    dct:publisher dct:creator dct:rightsHolder dct:contributor dga:hasDataHolder geodcatap:originator
    geodcatap:custodian geodcatap:processor geodcatap:distributor geodcatap:resourceProvider geodcatap:user
"""
AGENT = "foaf:Agent"
AGENT_PROPERTIES = {f"<{prop}>" for prop in expand(_AGENTS)}
"""Who is named by these is an agent, whatever its own description calls it."""

# What these point at is described on the same page, since a reader of one page has no other, and typed as their ranges
# say, since strict readers look at classes and know no ranges.
_ROLES = {
    AGENT: _AGENTS,
    "vcard:Kind": "dcat:contactPoint",
    "skos:Concept": """dcat:theme dcatap:availability dcatap:hvdCategory adms:status dct:type cg:domain cg:barrierKind
        cg:barrierStatus cg:spatialMesh""",
    "dct:MediaType": "dcat:mediaType dcat:compressFormat dcat:packageFormat",
    "dct:MediaTypeOrExtent": "dct:format",
    "dcat:DataService": "dcat:accessService",
    "dct:LinguisticSystem": "dct:language",
    "dct:Frequency": "dct:accrualPeriodicity",
    "dct:LicenseDocument": "dct:license",
    "dct:RightsStatement": "dct:accessRights dct:rights",
    "dct:Location": "dct:spatial",
    "dct:Standard": "dct:conformsTo",
    "eli:LegalResource": "dcatap:applicableLegislation cg:legalGround",
    "dct:ProvenanceStatement": "dct:provenance",
    "odrl:Policy": "odrl:hasPolicy",
    "prov:Activity": "prov:wasGeneratedBy",
    "spdx:ChecksumAlgorithm": "spdx:algorithm",
    "": "dct:subject cg:hasBarrier dqv:hasQualityMeasurement dqv:isMeasurementOf adms:identifier dct:temporal",
}
_ROLE_OF = {f"<{prop}>": role for role, props in _ROLES.items() for prop in expand(props)}
# Of these, nearly each dataset has its own: the type stands in its fragment.
OWN_TYPES = {
    f"<{prop}>": f"<{expand(cls)[0]}>"
    for cls, props in {
        "dcat:Distribution": "dcat:distribution adms:sample",
        "foaf:Document": "foaf:page dcat:landingPage",
        "vcard:Kind": "dcat:contactPoint",
        "dct:PeriodOfTime": "dct:temporal",
        "adms:Identifier": "adms:identifier",
        "spdx:Checksum": "spdx:checksum",
    }.items()
    for prop in expand(props)
}
# The shapes of HVD 3.0.0 ask for the class of all things there: whatever has an address is one.
RESOURCE_TYPES = {
    f"<{prop}>": f"<{RDFS}Resource>"
    for prop in expand("dcat:accessURL dcat:endpointURL dcat:endpointDescription vcard:hasEmail vcard:hasURL")
}
# A stub of one of these types would be harvested as a dataset of its own, or end the harvest for want of a title.
_HARVESTED_TYPES = {f"<{name}>" for name in expand("dcat:Dataset dcat:DatasetSeries dcat:Catalog")}

# Portals show addresses of a feed as links; one of these would act in the browser of whoever follows it.
_ACTING = re.compile(r"<(?:javascript|vbscript|data|blob|file):", re.IGNORECASE)
_BEGINS_ACTING = frozenset("jvdbfJVDBF")

Facet = tuple[str, str]
"""Name and value of what feeds can be narrowed by."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What feeds say about one dataset.

    `text` is N-Triples in the log's own texts, sorted, one statement a line; `modified` the newest `dct:modified` (else
    `dct:issued`) as the source wrote it, None where there is neither.
    """

    iri: str
    modified: str | None
    text: bytes

    @property
    def statements(self) -> list[Statement]:
        """The statements of the fragment as N-Triples texts."""
        return statements_of(self.text)


def statements_of(text: bytes) -> list[Statement]:
    """Read canonical N-Triples without blank nodes."""
    lines = text.decode().split("\n")
    return [(s, p, rest[:-2]) for s, p, rest in (line.split(" ", 2) for line in lines if line)]


def lines_of(statements: Iterable[Statement]) -> bytes:
    """Write statements as sorted N-Triples, each once."""
    return "".join(sorted({f"{s} {p} {o} .\n" for s, p, o in statements})).encode()


def told(iri: str, versions: Sequence[Version]) -> list[Statement]:
    """Give what the sources say about a dataset, with what feeds need beside it."""
    subject = f"<{iri}>"
    known = [
        each
        for version in versions
        for each in version.statements
        # Asked here too, since most are literals and a call costs more.
        if each[2][0] != "<" or not misleads(each, subject)
    ]
    high_value = any(s == subject and p == _HVD_CATEGORY for s, p, _ in known)
    types = own_types(known, OWN_TYPES | RESOURCE_TYPES if high_value else OWN_TYPES)
    types |= {(subject, TYPE, DATASET), (subject, TYPE, _RESOURCE)}
    return [*known, *sorted(types), *_identifier(subject, known), *_licences(subject, known)]


def own_types(statements: Iterable[Statement], classes: Mapping[str, str]) -> set[Statement]:
    """Give the types of what these properties point at."""
    return {(o, TYPE, classes[p]) for _, p, o in statements if p in classes and o[0] == "<"}


def misleads(statement: Statement, listed: str = "") -> bool:
    """Say whether a reader would make of a statement what it does not mean: a stub harvested, a script run."""
    subject, prop, value = statement
    if value[0] != "<":
        return False
    if prop == TYPE and value in _HARVESTED_TYPES and subject != listed:
        return True
    return value[1] in _BEGINS_ACTING and _ACTING.match(value) is not None


def _identifier(subject: str, statements: Sequence[Statement]) -> Iterator[Statement]:
    """The IRI as `dct:identifier` where the source states none: harvesters drop a dataset without one."""
    if not any(s == subject and p == _IDENTIFIER for s, p, _ in statements):
        yield subject, _IDENTIFIER, f'"{subject[1:-1]}"'


def _licences(subject: str, statements: Sequence[Statement]) -> Iterator[Statement]:
    """The licence on both sides: CKAN reads the distribution's, udata the dataset's first."""
    stated: dict[str, set[str]] = {}
    for s, p, o in statements:
        if p == _LICENCE:
            stated.setdefault(s, set()).add(o)
    if not stated:
        return
    distributions = {o for s, p, o in statements if p == _DISTRIBUTION and s == subject and o[0] == "<"}
    own = stated.get(subject, set())
    if own:
        yield from ((d, _LICENCE, licence) for d in distributions if d not in stated for licence in own)
    elif distributions and distributions <= stated.keys():
        common = {frozenset(stated[d]) for d in distributions}
        if len(common) == 1:
            yield from ((subject, _LICENCE, licence) for licence in common.pop())


def modified(iri: str, statements: Sequence[Statement]) -> str | None:
    """Give the newest date of change that is stated: ISO 8601 texts sort as their dates do."""
    subject = f"<{iri}>"
    stated = [(p, o) for s, p, o in statements if p in _MODIFIED and s == subject and o[0] == '"']
    for predicate in _MODIFIED:
        dates = [o[1 : o.rindex('"')] for p, o in stated if p == predicate]
        if dates:
            return max(dates)
    return None


def is_illustrative(iri: str, statements: Iterable[Statement]) -> bool:
    """Say whether any source marks a dataset as invented."""
    return (f"<{iri}>", *ILLUSTRATIVE) in statements


def references(statements: Iterable[Statement]) -> list[str]:
    """Give what a page has to describe with these statements: `role IRI` each, sorted; a role is a class or nothing."""
    return sorted({f"{_ROLE_OF[p]} {o[1:-1]}" for _, p, o in statements if p in _ROLE_OF and o[0] == "<"})


def facets(iri: str, statements: Sequence[Statement], sources: Iterable[str]) -> list[Facet]:
    """Give all that feeds can be narrowed to this dataset by, sorted."""
    subject = f"<{iri}>"
    found: set[Facet] = {("source", source) for source in sources}
    own: dict[str, set[str]] = {}
    for s, p, o in statements:
        if s == subject:
            own.setdefault(p, set()).add(o)
    for prop, values in own.items():
        name = "actor" if prop in AGENT_PROPERTIES else "domain" if prop in _DOMAINS else None
        if name:
            found.update((name, value[1:-1]) for value in values if value[0] == "<")
    found.add(("feed", ILLUSTRATION if ILLUSTRATIVE[1] in own.get(ILLUSTRATIVE[0], ()) else CATALOG))
    if own.get(_ACCESS_RIGHTS, set()) & _PROTECTED:
        found.add(("access", PROTECTED))
    if _HVD_CATEGORY in own:
        found.add(("profile", HVD))
    if _has_what_is_mandatory(own, statements):
        found.add(("profile", DCAT_AP))
    return sorted(found)


def _has_what_is_mandatory(own: dict[str, set[str]], statements: Sequence[Statement]) -> bool:
    """Say whether title and description are there, and for each distribution the way to it."""
    if not {_TITLE, _DESCRIPTION} <= own.keys():
        return False
    reached = {s for s, p, _ in statements if p == _ACCESS_URL}
    return own.get(_DISTRIBUTION, set()) <= reached
