"""OAI-PMH 2.0 answers as XML: http://www.openarchives.org/OAI/openarchivesprotocol.html.

The records are the members of the feed of changes: the latest state of each dataset, those that were deleted for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.feeds import oai_dc
from graph.feeds.page import Told
from graph.feeds.texts import described
from graph.rendering import blocks
from graph.rendering.rdfxml import FOOT, attribute, content
from graph.terms import RDF
from graph.views.fragments.member import DELETE, Member

_NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
_SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
DCAT_AP, OAI_DC = "dcat_ap", "oai_dc"
FORMATS = (DCAT_AP, OAI_DC)


class OaiError(Exception):
    """What the protocol has an error for: its code and a sentence; it is answered with 200."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True)
class Listed:
    """A record to tell of: its latest activity, the sets it is in."""

    member: Member
    sets: tuple[str, ...]


@dataclass(frozen=True)
class Token:
    """Where a list goes on: the token, or '' at its end; how many records it has, and how many were told before."""

    text: str
    size: int
    cursor: int


def datestamp(time: str) -> str:
    """Give a time of the log in the granularity of seconds."""
    return f"{time[:19]}Z"


def envelope(base_url: str, date: str, arguments: Mapping[str, str], body: str) -> bytes:
    """Put a body in the envelope of all answers; the arguments are told unless they were wrong."""
    told = "".join(f' {name}="{attribute(value)}"' for name, value in sorted(arguments.items()))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OAI-PMH xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\n'
        f'    xsi:schemaLocation="{_NAMESPACE} {_SCHEMA}">\n'
        f"<responseDate>{date}</responseDate>\n<request{told}>{content(base_url)}</request>\n{body}</OAI-PMH>\n"
    ).encode()


def error(fault: OaiError) -> str:
    """Tell an error."""
    return f'<error code="{fault.code}">{content(fault.sentence)}</error>\n'


def identify(name: str, base_url: str, mail: str, earliest: str) -> str:
    """Say who answers."""
    return (
        f"<Identify>\n<repositoryName>{content(name)}</repositoryName>\n<baseURL>{content(base_url)}</baseURL>\n"
        f"<protocolVersion>2.0</protocolVersion>\n<adminEmail>{content(mail)}</adminEmail>\n"
        f"<earliestDatestamp>{earliest}</earliestDatestamp>\n<deletedRecord>persistent</deletedRecord>\n"
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity>\n</Identify>\n"
    )


def formats(schema: str) -> str:
    """List the formats; `schema` is the address of the schema of RDF/XML."""
    known = ((DCAT_AP, schema, RDF), (OAI_DC, oai_dc.SCHEMA, oai_dc.NAMESPACE))
    told = "".join(
        f"<metadataFormat>\n<metadataPrefix>{prefix}</metadataPrefix>\n<schema>{content(where)}</schema>\n"
        f"<metadataNamespace>{content(namespace)}</metadataNamespace>\n</metadataFormat>\n"
        for prefix, where, namespace in known
    )
    return f"<ListMetadataFormats>\n{told}</ListMetadataFormats>\n"


def sets(known: Iterable[tuple[str, str]]) -> str:
    """List the sets: specification and name."""
    told = "".join(
        f"<set>\n<setSpec>{content(spec)}</setSpec>\n<setName>{content(name)}</setName>\n</set>\n"
        for spec, name in known
    )
    return f"<ListSets>\n{told}</ListSets>\n"


def identifiers(listed: Sequence[Listed], token: Token | None) -> str:
    """List headers."""
    return f"<ListIdentifiers>\n{''.join(map(_header, listed))}{_token(token)}</ListIdentifiers>\n"


def records(verb: str, listed: Sequence[Listed], told: Told, prefix: str, token: Token | None = None) -> str:
    """List records, or give the one that was asked for."""
    metadata = _dublin_core(told) if prefix == OAI_DC else _rdf(told)
    made = "".join(f"<record>\n{_header(each)}{_metadata(metadata.get(each.member.iri))}</record>\n" for each in listed)
    return f"<{verb}>\n{made}{_token(token)}</{verb}>\n"


def _header(listed: Listed) -> str:
    member = listed.member
    status = ' status="deleted"' if member.activity == DELETE else ""
    specs = "".join(f"<setSpec>{content(spec)}</setSpec>\n" for spec in listed.sets)
    return (
        f"<header{status}>\n<identifier>{content(member.iri)}</identifier>\n"
        f"<datestamp>{datestamp(member.time)}</datestamp>\n{specs}</header>\n"
    )


def _metadata(text: str | None) -> str:
    return "" if text is None else f"<metadata>\n{text}</metadata>\n"


def _token(token: Token | None) -> str:
    if token is None:
        return ""
    return (
        f'<resumptionToken completeListSize="{token.size}" cursor="{token.cursor}">'
        f"{content(token.text)}</resumptionToken>\n"
    )


def _dublin_core(told: Told) -> dict[str, str]:
    return {dataset.iri: oai_dc.write(dataset) for dataset in described(told)}


def _rdf(told: Told) -> dict[str, str]:
    """Write each dataset with all that it names as RDF/XML."""
    return {
        dataset: blocks.rdfxml_head(used, declaration=False) + body + FOOT.decode()
        for dataset, body, used in told.bodies("rdfxml")
    }
