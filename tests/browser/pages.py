"""A page of every template, on the sample or on what is made of it, by their addresses below the site's."""

from __future__ import annotations

from urllib.parse import quote

from tests.api.serving import Server

ILLUSTRATION = "https://w3id.org/civigraph/illustration/"
_TITLE = "http://purl.org/dc/terms/publisher"


def entity(name: str) -> str:
    """The page of a thing of the illustration."""
    return f"entity?iri={ILLUSTRATION}{name}"


THINGS = (
    *("bike-trips", "flood-model", "flood-warning", "cycle-safety", "energy-agreement", "metropole", "sewer-company"),
    *("energy-assembly", "barrier-heat", "place-port", "sewer-concession", "decision"),
)

TEMPLATES: dict[str, tuple[str, ...]] = {
    "home.html": ("",),
    "search.html": ("search?q=velo", "search?q=zzzzqqq&rung=open", "search?kind=dataset&sort=modified&page=2"),
    "entity.html": tuple(entity(name) for name in THINGS),
    "mentioned.html": ("entity?iri=https://valclair.example/renovation-programme",),
    "incoming.html": (f"incoming?iri={ILLUSTRATION}metropole&property={_TITLE}",),
    "neighbours.html": (f"neighbours?iri={ILLUSTRATION}bike-trips",),
    "questions.html": ("questions", "questions?q=zeppelin"),
    "answer.html": (
        "questions/02",
        "questions/09",
        "questions/13",
        "questions/20",
        "pictures/flows",
        "pictures/timeline",
    ),
    "embed.html": ("questions/09?embed=1",),
    "pictures.html": ("pictures",),
    "what_if.html": (
        *("what-if", "what-if?q=zeppelin", f"what-if?thing={ILLUSTRATION}sewer-company"),
        f"what-if?thing={ILLUSTRATION}sewer-company&change=remove",
    ),
    "findings.html": ("findings", "findings?rule=R50&status=any"),
    "finding.html": ("finding?iri={finding}", "entity?iri={report}"),
    "rules.html": ("rules",),
    "rule.html": ("rules/R15",),
    "ontology.html": ("ns",),
    "term.html": ("ns/Barrier", "ns/consumesDataset"),
    "glossary.html": ("glossary",),
    "catalog.html": ("catalog",),
    "sparql.html": ("sparql",),
    "validate.html": ("validate",),
    "preflight.html": ("preflight", f"preflight?dataset={ILLUSTRATION}flood-model"),
    "problem.html": ("nothing/here",),
}
"""Template -> pages that it writes. Those that write no page by themselves are in `PIECES`."""

PIECES = {
    "base.html": "the frame of all pages",
    "suggestions.html": "the items of a list",
    "report_file.html": "a file that the command line writes",
}


def address_at(server: Server, address: str) -> str:
    """Fill in a finding that this server has, or its report, where an address has a place for one."""
    if "{" not in address:
        return address
    found = server.get("findings.json?limit=1").json()["findings"]
    return address.format(**{name: quote(found[0][name], safe="") for name in ("finding", "report")})
