"""What a page tells of a thing that its datasets name: enough to name it, to reach it, to recognise it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from graph.records.kinds import best_label
from graph.rendering.blocks import Block, render
from graph.terms import CG, FOAF, ODRL, TYPE, Statement, expand, literal
from graph.views.fragments.fragment import AGENT, OWN_TYPES, RESOURCE_TYPES, misleads, own_types, statements_of

_TOLD = {
    f"<{prop}>"
    for prop in expand("""
        rdf:type rdfs:label skos:prefLabel skos:notation skos:inScheme dct:title dct:identifier dct:type foaf:name
        foaf:mbox foaf:homepage foaf:page vcard:fn vcard:hasEmail vcard:hasURL vcard:organization-name
        vcard:hasTelephone dcat:endpointURL dcat:endpointDescription dcat:startDate dcat:endDate dcat:bbox dcat:centroid
        locn:geometry dct:license dct:accessRights adms:schemaAgency org:classification dct:description
        dcat:contactPoint dcatap:applicableLegislation dcatap:hvdCategory cg:barrierKind cg:barrierStatus cg:reviewDate
        cg:legalGround dqv:value dqv:isMeasurementOf dct:publisher
    """)
}
# A description of these is a text for their own pages.
_UNTOLD_OF = {f"<{name}>" for name in expand("skos:Concept skos:ConceptScheme owl:Class rdf:Property")}
_DESCRIPTION = f"<{expand('dct:description')[0]}>"
_AGENT = f"<{FOAF}Agent>"
_AGENT_NAME = f"<{FOAF}name>"

# What is remembered has a bound in bytes: 40 MB of what is told, and about as much of how it is written.
_REMEMBERED, _LONGEST = 5_000, 8_000

FEEDS = "feeds"
COVERS = "covers"
POLICY = "policy"
"""How another thing is tied to a dataset: a service uses it, an agreement covers it, and covers nothing else."""

_CONSUMES = f"<{CG}consumesDataset>"
_POLICIES = {f"<{ODRL}Agreement>", f"<{ODRL}Offer>", f"<{CG}SharingAgreement>"}
_PERMISSION = f"<{ODRL}permission>"
_TARGET = f"<{ODRL}target>"


def brief(iri: str, statements: Iterable[Statement]) -> list[Statement]:
    """Tell what names an entity and how to reach it, and as much of the nodes it owns as that points at."""
    about: dict[str, list[Statement]] = {}
    for statement in statements:
        about.setdefault(statement[0], []).append(statement)
    queue, met = [f"<{iri}>"], set[str]()
    found = []
    while queue:
        subject = queue.pop()
        met.add(subject)
        types = {o for _, p, o in about.get(subject, ()) if p == TYPE}
        for statement in about.get(subject, ()):
            if statement[1] not in _TOLD or misleads(statement):
                continue
            if statement[1] == _DESCRIPTION and types & _UNTOLD_OF:
                continue
            found.append(statement)
            if statement[2] in about and statement[2] not in met:
                queue.append(statement[2])
    return found


def block_of(iri: str, text: bytes, roles: frozenset[str]) -> Block:
    """Write what is told of a part; short ones are remembered, since few actors and concepts make up most pages."""
    return _of_short(iri, text, roles) if len(text) <= _LONGEST else render(part_statements(iri, text, roles))


@lru_cache(maxsize=_REMEMBERED)
def _of_short(iri: str, text: bytes, roles: frozenset[str]) -> Block:
    return render(part_statements(iri, text, roles))


def part_statements(iri: str, text: bytes, roles: Iterable[str]) -> list[Statement]:
    """Give what is told of a part, typed by the roles it is named in.

    Who is named as an agent has the name that harvesters read, too; a nameless one is not called an agent, which must
    have a name.
    """
    subject, statements = f"<{iri}>", statements_of(text)
    for role in sorted(filter(None, roles)):
        if role == AGENT:
            statements += _as_agent(subject, statements)
        else:
            statements.append((subject, TYPE, f"<{expand(role)[0]}>"))
    return [*statements, *sorted(own_types(statements, OWN_TYPES | RESOURCE_TYPES) - set(statements))]


def _as_agent(subject: str, statements: Sequence[Statement]) -> list[Statement]:
    own = [(p, o) for s, p, o in statements if s == subject]
    name = best_label(own)
    if not name:
        return []
    named = any(prop == _AGENT_NAME for prop, _ in own)
    return [(subject, TYPE, _AGENT), *([] if named else [(subject, _AGENT_NAME, literal(name))])]


Tie = tuple[str, str]
"""The IRI of a dataset and how the thing is tied to it."""


def may_tie(payload: bytes) -> bool:
    """Say whether a record may tie itself to a dataset: most do not, which one glance tells."""
    return _CONSUMES.encode() in payload or _PERMISSION.encode() in payload


def ties(iri: str, statements: Sequence[Statement]) -> set[Tie]:
    """Give the datasets that a record ties itself to: a service by use, an agreement by what it permits."""
    subject = f"<{iri}>"
    found = {(o[1:-1], FEEDS) for s, p, o in statements if p == _CONSUMES and s == subject and o[0] == "<"}
    if any(p == _PERMISSION for _, p, _ in statements) and any(
        s == subject and p == TYPE and o in _POLICIES for s, p, o in statements
    ):
        rules = {o for s, p, o in statements if s == subject and p == _PERMISSION}
        covered = {o[1:-1] for s, p, o in statements if p == _TARGET and s in rules and o[0] == "<"}
        targets = {o for _, p, o in statements if p == _TARGET}
        found |= {(dataset, COVERS) for dataset in covered}
        if len(targets) == 1:
            found |= {(dataset, POLICY) for dataset in covered}
    return found
