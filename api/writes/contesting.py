"""A note that contests a finding, written by a form: a record of the actor who contests it.

A browser sends no token by itself, so the form has a field for it: what another site makes a browser send holds none.
Where something between browser and server adds a token to every request, the browser must say that the form is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlsplit

from api.checks.party_findings import audience_of, findings_of
from api.languages import LANGUAGES, mark
from api.problems import Problem, not_known, wrong_parameter
from api.visit import Visit
from api.writes.finding_changes import followed
from api.writes.writing import acknowledge, own_address, own_source, writer_of
from graph.authority import may_describe
from graph.errors import NotAllowed
from graph.findings.notes import note_record
from graph.findings.reading import Findings, Known
from graph.log.clock import now
from graph.log.rows import Entry

MOST_TEXT = 2000
FIELDS = {
    "iri": {"type": "string", "description": "Address of the finding."},
    "text": {"type": "string", "maxLength": MOST_TEXT, "description": "Why it is contested."},
    "language": {"type": "string", "enum": list(LANGUAGES)},
    "token": {"type": "string", "description": "The token, where the request shows none in its head."},
}


async def contester(visit: Visit, fields: Mapping[str, str]) -> Visit:
    """Say who sends a form: the bearer of the token in it, or in the head of a request from a page of this site.

    Raises Problem (401, 403, 429).
    """
    if visit.caller.signed_in:
        if not _is_own_page(visit):
            raise Problem(403, "elsewhere", mark("The form was sent from a page of another site"))
        return visit
    token = fields.get("token", "").strip()
    caller = await visit.site.identities.identify([f"Bearer {token}"] if token else [])
    return Visit(visit.request, caller)


def _is_own_page(visit: Visit) -> bool:
    """Say whether a browser sends it from here (Fetch Metadata, else Origin); what is no browser sends neither."""
    headers = visit.request.headers
    if (site := headers.get("sec-fetch-site")) is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin)[:2] == urlsplit(visit.links.root)[:2]


def seen_finding(visit: Visit, iri: str) -> tuple[Findings, Known] | None:
    """Give a finding by its address with the world it holds in: the reader's, or the public one."""
    known = findings_of(visit)
    for findings in (known,) if known.world == "public" else (known, known.of_world("public")):
        if (found := findings.one(iri)) is not None:
            return findings, found
    return None


def contest(visit: Visit, fields: Mapping[str, str]) -> None:
    """Write the note, in the place of what the same source said of the finding before, and wait until it can be read.

    A note is for those who may see what it is about.

    Raises Problem (401, 404, 422), NotAllowed, DiskFull, LimitReached.
    """
    writer_of(visit)
    found = seen_finding(visit, fields.get("iri", ""))
    if found is None:
        raise not_known()
    findings, finding = found
    text, language = fields.get("text", "").strip(), fields.get("language", "")
    if not text or len(text) > MOST_TEXT:
        raise wrong_parameter("text", visit.texts.text("Say why, in at most %(most)s characters.", most=MOST_TEXT))
    if language not in LANGUAGES:
        raise wrong_parameter("language", f"one of {', '.join(LANGUAGES)}")
    if finding.cleared is not None:
        raise wrong_parameter("iri", visit.texts.text("It has cleared: there is nothing to contest."))
    _write(visit, finding.iri, text, language, audience_of(visit, findings, finding.iri))


def _write(visit: Visit, finding: str, text: str, language: str, audience: str) -> None:
    site, caller = visit.site, visit.caller
    log, own = site.instance.log, f"{own_address(visit)} {finding}"
    name = f"{site.instance.base}id/note/{sha256(own.encode()).hexdigest()[:20]}"
    record = note_record(name, finding, text, actor=caller.actor, language=language, time=now())
    if not caller.sees_all:
        # Before the source is made: who may not write leaves none behind.
        source = own_source(visit, make=False)
        if caller.actor is None or not may_describe(log, record, caller.actor, source):
            raise NotAllowed("that note is not yours to write", where=name)
    appended = log.append([Entry(record, audience)], agent=caller.name, source=own_source(visit))
    acknowledge(visit, appended)
    followed(visit, appended.last)
