"""OAI-PMH 2.0: http://www.openarchives.org/OAI/openarchivesprotocol.html."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.feeds import MAIN, in_languages
from api.files import SCHEMAS
from api.languages import mark
from api.openapi import answers, parameter
from api.problems import bad_request
from api.server.bodies import form_of, read_body
from api.visit import OneVisit, Visit
from graph.feeds import oai
from graph.feeds.ldes import told_of
from graph.feeds.oai import FORMATS, Listed, OaiError, Token
from graph.log.rows import PUBLIC
from graph.views.fragments.fragment import HVD, PROTECTED
from graph.views.fragments.member import DELETE, Member
from graph.views.fragments.moment import Moment

routes = APIRouter()

XML = "text/xml"
_PAGE = 100
_NO_MAIL = "not-stated@example.invalid"
_LIST = {"metadataPrefix", "from", "until", "set"}
# Verb -> the arguments it needs, and those it may have.
_VERBS: dict[str, tuple[set[str], set[str]]] = {
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), {"resumptionToken"}),
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
    "ListIdentifiers": ({"metadataPrefix"}, _LIST | {"resumptionToken"}),
    "ListRecords": ({"metadataPrefix"}, _LIST | {"resumptionToken"}),
}
_PARAMETERS = [
    parameter(name, text)
    for name, text in (
        ("verb", f"One of {', '.join(_VERBS)}."),
        ("metadataPrefix", f"Format of the records: {', '.join(FORMATS)}."),
        ("identifier", "IRI of a dataset."),
        ("from", "Only what changed at or after this day or second."),
        ("until", "Only what changed at or before this day or second."),
        ("set", "One of the sets that ListSets names."),
        ("resumptionToken", "Where a list goes on."),
    )
]
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
_SOURCE = "source-"
_SET_NAMES = {
    PROTECTED: mark("Data that is shared under conditions or closed"),
    HVD: mark("High-value datasets"),
}
_SET_FACETS = {PROTECTED: ("access", PROTECTED), HVD: ("profile", HVD)}
SCHEMA = (SCHEMAS / "rdf.xsd").read_bytes()


@routes.get("/oai", **answers(XML, also=()), openapi_extra={"parameters": _PARAMETERS})
def get(visit: OneVisit) -> Response:
    """Answer a request of the protocol; its errors are answered with 200, as it wants them."""
    return _answer(visit, parse_qsl(visit.request.url.query, keep_blank_values=True))


async def _form(request: Request) -> list[tuple[str, str]]:
    return form_of(await read_body(request, request.app.state.site.settings.body_bytes))


_BODY = {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}, "required": True}


@routes.post("/oai", **answers(XML, also=()), openapi_extra={"requestBody": _BODY})
async def post(visit: OneVisit, form: Annotated[list[tuple[str, str]], Depends(_form)]) -> Response:
    """Answer the same, asked by a form."""
    return await run_in_threadpool(_answer, visit, form)


@routes.get("/oai/rdf.xsd", **answers("application/xml", also=()))
def schema(visit: OneVisit) -> Response:
    """Give the schema of records in DCAT-AP: any RDF/XML."""
    return Response(SCHEMA, headers={**visit.sequence, "Content-Type": "application/xml"})


def _answer(visit: Visit, pairs: list[tuple[str, str]]) -> Response:
    if len(pairs) > 20:
        raise bad_request(mark("An OAI-PMH request has fewer arguments."))
    base_url, date = visit.links.absolute("oai"), _now()
    told: Mapping[str, str] = {}
    try:
        arguments = _arguments(pairs)
        told = arguments
        with visit.site.public.catalog.reading.moment() as moment:
            body = _body(visit, moment, arguments)
    except OaiError as fault:
        body = oai.error(fault)
        if fault.code in {"badVerb", "badArgument"}:
            told = {}
    return Response(
        oai.envelope(base_url, date, told, body),
        headers={**visit.sequence, "Content-Type": f"{XML}; charset=utf-8", "Cache-Control": "no-cache"},
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _arguments(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Check what is asked. Raises OaiError."""
    given = dict(pairs)
    verb = given.get("verb", "")
    if verb not in _VERBS or sum(name == "verb" for name, _ in pairs) > 1:
        raise OaiError("badVerb", f"The argument verb is one of {', '.join(_VERBS)}, once.")
    needed, allowed = _VERBS[verb]
    if len(given) < len(pairs):
        raise OaiError("badArgument", "An argument stands more than once.")
    names = given.keys() - {"verb"}
    if unknown := names - needed - allowed:
        raise OaiError("badArgument", f"{verb} takes no argument {_shown(min(unknown))}.")
    if "resumptionToken" in names:
        if len(names) > 1:
            raise OaiError("badArgument", "A resumptionToken stands alone.")
    elif missing := needed - names:
        raise OaiError("badArgument", f"{verb} needs the argument {min(missing)}.")
    return given


def _shown(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "?", text[:40])


def _body(visit: Visit, moment: Moment, arguments: Mapping[str, str]) -> str:
    verb = arguments["verb"]
    if verb == "Identify":
        contact = visit.site.settings.catalog_contact or ""
        mail = contact.removeprefix("mailto:") if contact.startswith("mailto:") else _NO_MAIL
        earliest = moment.earliest() or "1970-01-01T00:00:00.000000Z"
        name = in_languages(MAIN.title)["fr"]
        return oai.identify(name, visit.links.absolute("oai"), mail, oai.datestamp(earliest))
    if verb == "ListMetadataFormats":
        if (identifier := arguments.get("identifier")) is not None:
            _known(moment, identifier)
        return oai.formats(visit.links.absolute("oai/rdf.xsd"))
    if verb == "ListSets":
        if "resumptionToken" in arguments:
            raise OaiError("badResumptionToken", "The list of sets is given whole.")
        return oai.sets(_sets(moment))
    if verb == "GetRecord":
        _check_format(arguments["metadataPrefix"])
        member = _known(moment, arguments["identifier"])
        return oai.records(
            verb, _listed(moment, [member]), told_of([member], moment, (PUBLIC,)), arguments["metadataPrefix"]
        )
    wanted = _resumed(arguments["resumptionToken"]) if "resumptionToken" in arguments else _wanted(arguments)
    return _list(moment, verb, wanted)


def _known(moment: Moment, identifier: str) -> Member:
    member = moment.member(identifier)
    if member is None:
        raise OaiError("idDoesNotExist", "No dataset of the catalogue has this identifier.")
    return member


def _check_format(prefix: str) -> None:
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", f"The formats are {', '.join(FORMATS)}.")


@dataclass(frozen=True)
class Wanted:
    """Which records a list has, and where it goes on: after a public number, so many told before."""

    prefix: str
    since: str
    until: str
    set: str
    after: int = 0
    told: int = 0

    def token(self) -> str:
        """Write it as a resumption token."""
        values = [self.prefix, self.since, self.until, self.set, self.after, self.told]
        return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _wanted(arguments: Mapping[str, str]) -> Wanted:
    """Read which records are wanted. Raises OaiError."""
    _check_format(arguments["metadataPrefix"])
    since, until = arguments.get("from"), arguments.get("until")
    times = [each for each in (since, until) if each is not None]
    if any(not _is_time(each) for each in times) or len({len(each) for each in times}) > 1:
        raise OaiError(
            "badArgument", "from and until are both days (2026-01-31) or both seconds (2026-01-31T08:00:00Z)."
        )
    if since is not None and until is not None and since > until:
        raise OaiError("badArgument", "from lies after until.")
    begin = "" if since is None else since if len(since) == 10 else since[:-1]
    end = "~" if until is None else f"{until}T~" if len(until) == 10 else f"{until[:-1]}.~"
    return Wanted(arguments["metadataPrefix"], begin, end, arguments.get("set", ""))


def _is_time(text: str) -> bool:
    if not (_DAY.match(text) or _SECOND.match(text)):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _resumed(token: str) -> Wanted:
    """Read a resumption token. Raises OaiError."""
    try:
        values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        prefix, since, until, name, after, told = values
        wanted = Wanted(str(prefix), str(since), str(until), str(name), int(after), int(told))
    except (ValueError, TypeError):
        raise OaiError("badResumptionToken", "The token is not one of this service.") from None
    if wanted.prefix not in FORMATS or not 0 <= wanted.after < 1 << 53 or not 0 <= wanted.told < 1 << 53:
        raise OaiError("badResumptionToken", "The token is not one of this service.")
    return wanted


def _list(moment: Moment, verb: str, wanted: Wanted) -> str:
    """Give a page of a list. Raises OaiError where it would be empty."""
    found = list(_members(moment, wanted, _PAGE + 1))
    if not found:
        raise OaiError("noRecordsMatch", "No record fits.")
    members, more = found[:_PAGE], len(found) > _PAGE
    token = None
    if more or wanted.told:
        following = Wanted(
            wanted.prefix, wanted.since, wanted.until, wanted.set, members[-1].number, wanted.told + len(members)
        )
        # Those of a set are not counted beforehand; the count then is of all that may be in it.
        size = max(moment.count_members(wanted.since, wanted.until), following.told)
        token = Token(following.token() if more else "", size, wanted.told)
    listed = _listed(moment, members)
    if verb == "ListIdentifiers":
        return oai.identifiers(listed, token)
    return oai.records(verb, listed, told_of(members, moment, (PUBLIC,)), wanted.prefix, token)


def _members(moment: Moment, wanted: Wanted, limit: int) -> Iterator[Member]:
    """Read the records of a list, from where it goes on."""
    after, left = wanted.after, limit
    source = _source_of(wanted.set)
    facet = _SET_FACETS.get(wanted.set)
    if wanted.set and source is None and facet is None:
        return
    while left > 0:
        if source is not None:
            found = moment.members_of(source, after, limit, wanted.since, wanted.until)
        else:
            found = moment.members(after, limit, wanted.since, wanted.until)
        facets = moment.facets_of([member.iri for member in found]) if facet else {}
        for member in found:
            # Which sets what is deleted was in, nobody knows any more: all are told of it.
            if facet is None or member.activity == DELETE or facet in facets.get(member.iri, ()):
                yield member
                left -= 1
                if not left:
                    return
        if len(found) < limit:
            return
        after = found[-1].number


def _listed(moment: Moment, members: list[Member]) -> list[Listed]:
    """Tell the sets of each record."""
    facets = moment.facets_of([member.iri for member in members])
    found = []
    for member in members:
        mine = facets.get(member.iri, ())
        specs = [_SOURCE + _encoded(source) for source in member.sources]
        specs += [name for name, facet in _SET_FACETS.items() if facet in mine]
        found.append(Listed(member, tuple(specs)))
    return found


def _sets(moment: Moment) -> Iterator[tuple[str, str]]:
    """Give every set: one a source, and those of what is protected or of high value."""
    for source, _ in moment.values("source"):
        yield _SOURCE + _encoded(source), source
    for name, title in _SET_NAMES.items():
        yield name, in_languages(title)["fr"]


def _encoded(source: str) -> str:
    """Write a name in the characters that the protocol allows in a set's."""
    return quote(source, safe="").replace("%", "!")


def _source_of(spec: str) -> str | None:
    """Give the source that a set is of, None for another set."""
    if not spec.startswith(_SOURCE):
        return None
    raw = re.sub(r"!([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), spec.removeprefix(_SOURCE))
    try:
        return raw.encode("latin-1").decode()
    except UnicodeError:
        return raw
