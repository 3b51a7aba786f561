"""Writing records over HTTP: who may write what, in whose name, and what is told of it.

A write is acknowledged when its row is on disk. Then the views are waited for, in bounds, so that whoever reads next
reads what was written; `Prefer: return=minimal` (RFC 7240) waits for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from fastapi import Response

from api.languages import mark
from api.links import term_path
from api.problems import bad_request, not_known, several_sources, token_needed
from api.visit import Visit
from api.writes.finding_changes import Beforehand, beforehand, finding_changes
from api.writes.preconditions import expected_states, tag_of
from api.writes.room import check_room
from graph.authority import is_audience, may_describe
from graph.errors import InputError, NameTaken, NotAllowed
from graph.log.log import Log
from graph.log.rows import PUBLIC, Appended, Entry, Head
from graph.log.slugs import is_slug, slug_of, spelled
from graph.log.sources import OWN
from graph.log.tokens import Role
from graph.records.record import Record
from graph.submission import records_of, single
from graph.terms import PREFIXES

CURATION = "curation"
"""The source in which curators and administrators write, unless they name another."""

# What `application/json` means here: JSON-LD with these words, and the project's prefixes.
JSON_WORDS = {
    "iri": "@id",
    "type": "@type",
    "value": "@value",
    "language": "@language",
    "datatype": "@type",
}


@dataclass(frozen=True)
class Place:
    """An address below /records, read or written by one visit; `audience`, `source` as the request names them."""

    visit: Visit
    kind: str
    slug: str
    audience: str | None = None
    source: str | None = None

    @cached_property
    def iri(self) -> str | None:
        """The IRI of what has this address now, as far as the caller may know; None for a new address."""
        known = self.visit.known.find(self.kind, self.slug)
        if known is None and self.audience not in (None, PUBLIC):
            known = self.visit.known.find(self.kind, spelled(self.slug, str(self.audience)))
        return known.iri if known else None

    @property
    def base(self) -> str:
        """The IRI that relative ones in a body are resolved against: `<>` is the thing itself."""
        return self.iri or f"{self.visit.site.instance.base}id/{self.kind}/{self.slug}"

    def heads(self) -> list[Head]:
        """The records of it that the caller may see, by source."""
        if self.iri is None:
            return []
        found = self.visit.known.log.heads(iri=self.iri, audiences=self.visit.caller.audiences)
        return [head for head in found if self.source in (None, head.source)]

    def head(self) -> Head:
        """The one record that is meant: of the named source, the caller's own, or the only one.

        Raises Problem: 404, or 300 where several sources tell of it.
        """
        heads = self.heads()
        if not heads:
            raise not_known()
        own = [head for head in heads if head.source == own_source(self.visit, make=False)]
        if len(heads) > 1 and not own:
            raise several_sources([head.source for head in heads])
        return (own or heads)[0]


def writer_of(visit: Visit) -> None:
    """Raise Problem (401) for who shows no token, NotAllowed for who may not write, DiskFull where there is no room."""
    if not visit.caller.signed_in:
        raise token_needed()
    if visit.caller.role is Role.MEMBER:
        raise NotAllowed("a member reads", remedy="ask for a steward's or a curator's token")
    check_room(visit.site.instance.path, visit.site.settings.disk_reserve)


def own_source(visit: Visit, *, make: bool = True) -> str:
    """Give the name of the source in which the caller writes; '' where it is not there and not to be made."""
    log, address = visit.known.log, own_address(visit)
    if make:
        name = CURATION if address != visit.caller.actor else f"actor-{slug_of('', address)}"
        return log.sources.ensure(name, address).name
    known = log.sources.at(address)
    return known.name if known else ""


def own_address(visit: Visit) -> str:
    """Give the address of the source in which the caller writes, be it there or not."""
    actor = visit.caller.actor
    is_actors = visit.caller.role is Role.STEWARD and actor is not None
    return str(actor) if is_actors else f"{visit.site.instance.base}id/{CURATION}"


def chosen_source(visit: Visit, named: str | None) -> str:
    """Give the source that is written in: the caller's own, or for who may write any record the one he names."""
    if named is None:
        return own_source(visit)
    if not visit.caller.sees_all and named != own_source(visit):
        raise NotAllowed("a steward writes in the source of its actor", remedy="leave the source out")
    if named == OWN:
        raise NotAllowed("the project's own records come with the software", remedy="write in another source")
    if visit.known.log.sources.get(named) is None:
        raise not_known(mark("There is no source of that name."))
    return named


def put(place: Place, content: bytes, media_type: str) -> Response:
    """Write one record at an address."""
    visit, log = place.visit, place.visit.known.log
    source = chosen_source(visit, place.source)
    record = single(_parsed(visit, content, media_type, place.base, source), place.kind)
    if place.iri not in (None, record.iri):
        raise NameTaken(f"that address belongs to <{place.iri}>", where=record.iri, remedy="choose another address")
    before = log.head(source, record.iri)
    entry = _entry(visit, record, source, place.audience, before, slug=_wish(place))
    standing = beforehand(visit, [entry.audience, before.audience if before else entry.audience])
    appended = log.append([entry], agent=visit.caller.name, source=source, expected=_expected(visit, record.iri))
    return _told(visit, appended, [entry], source, standing)


def put_many(visit: Visit, content: bytes, media_type: str, audience: str | None, named: str | None) -> Response:
    """Write every record that a body describes, all or none."""
    log, source = visit.known.log, chosen_source(visit, named)
    records = _parsed(visit, content, media_type, f"{visit.site.instance.base}id/", source)
    present = {head.iri: head for head in log.heads(iris=[record.iri for record in records], source=source)}
    entries = [_entry(visit, record, source, audience, present.get(record.iri)) for record in records]
    standing = beforehand(visit, [*(each.audience for each in entries), *(each.audience for each in present.values())])
    appended = log.append(entries, agent=visit.caller.name, source=source)
    return _told(visit, appended, entries, source, standing, many=True)


def delete(place: Place) -> Response:
    """Delete one record; what other sources say of the thing stays."""
    visit = place.visit
    source = chosen_source(visit, place.source)
    heads = [head for head in place.heads() if head.source == source]
    if not heads or place.iri is None:
        raise not_known()
    standing = beforehand(visit, [head.audience for head in heads])
    appended = visit.known.log.remove(source, place.iri, agent=visit.caller.name, expected=_expected(visit, place.iri))
    if _is_minimal(visit):
        return Response(status_code=204, headers=acknowledge(visit, appended))
    told: dict[str, object] = {"change": "deleted", "iri": place.iri, "source": source}
    return _json(200, {**told, **_findings(visit, appended, standing)}, acknowledge(visit, appended))


def _parsed(visit: Visit, content: bytes, media_type: str, base: str, source: str) -> list[Record]:
    """Read a body in a cage and cut it into records that the gate lets through."""
    if media_type.partition(";")[0].strip().lower() == "application/json":
        content, media_type = json_ld_of(content), "application/ld+json"
    upload = visit.site.uploads.get().parse(content, media_type, base=base, name="the body")
    return records_of(upload.statements, base=visit.site.instance.base, source=source)


def json_ld_of(content: bytes) -> bytes:
    """Put the documented JSON form into a JSON-LD document, unread: it is parsed in a cage like any other."""
    context = json.dumps({**PREFIXES, **JSON_WORDS}, separators=(",", ":")).encode()
    return b'{"@context":' + context + b',"@graph":' + content + b"}"


def _entry(
    visit: Visit, record: Record, source: str, audience: str | None, before: Head | None, *, slug: str | None = None
) -> Entry:
    """Make an entry of a record that the caller may write for that audience."""
    caller, log = visit.caller, visit.known.log
    chosen = audience or (before.audience if before else PUBLIC)
    if not caller.sees_all:
        if not all(
            visit.site.identities.may_see(caller, each) for each in {chosen, before.audience if before else chosen}
        ):
            raise NotAllowed("that audience is not yours to write for", where=record.iri)
        if caller.actor is None or not may_describe(log, record, caller.actor, source):
            raise NotAllowed(
                "a steward describes what its actor holds",
                where=record.iri,
                remedy="name the actor as its holder or publisher; what others describe must name it already",
            )
    if not is_audience(log, chosen):
        raise InputError(
            f"{chosen!r} is no audience", where=record.iri, remedy="use public, members or the IRI of an agreement"
        )
    return Entry(record, chosen, slug=slug)


def _wish(place: Place) -> str:
    """Give the slug that the address asks for, without the mark of its audience."""
    slug = place.slug.partition("--")[0]
    if not is_slug(slug):
        raise bad_request(mark("The last part of the address takes words of a-z and 0-9 parted by single dashes."))
    return slug


def _expected(visit: Visit, iri: str) -> dict[str, Collection[str] | None]:
    states = expected_states(visit.request)
    return {} if isinstance(states, bool) else {iri: states}


def _is_minimal(visit: Visit) -> bool:
    wishes = visit.request.headers.get("prefer", "").lower().replace(" ", "").split(",")
    return "return=minimal" in wishes


def acknowledge(visit: Visit, appended: Appended) -> dict[str, str]:
    """Let the views follow, and give the header that tells of what changes whoever sends it back knows."""
    site = visit.site
    site.holder.notify()
    site.own_writes.note(visit.caller.name, appended.last)
    return {"Civigraph-Sequence": str(site.sequences.public_at(appended.last))}


def _findings(visit: Visit, appended: Appended, standing: Beforehand) -> dict[str, object]:
    """Wait, in bounds, until the change can be read, and tell which findings it opened and cleared."""
    return {"findings": finding_changes(visit, appended, standing)}


def _told(
    visit: Visit,
    appended: Appended,
    entries: Sequence[Entry],
    source: str,
    standing: Beforehand,
    *,
    many: bool = False,
) -> Response:
    """Tell what was written."""
    headers = acknowledge(visit, appended)
    log = visit.known.log
    heads = {head.iri: head for head in log.heads(iris=[entry.record.iri for entry in entries], source=source)}
    records = [_record(visit, log, entry, source, heads.get(entry.record.iri)) for entry in entries]
    created = appended.created > 0 and not many
    if not many:
        headers["ETag"] = str(records[0]["etag"])
        headers["Content-Location"] = str(records[0]["record"])
        if created:
            headers["Location"] = str(records[0]["record"])
    status = 201 if created else 200
    if _is_minimal(visit):
        return Response(
            status_code=201 if created else 204, headers={**headers, "Preference-Applied": "return=minimal"}
        )
    counts = {"created": appended.created, "replaced": appended.replaced, "unchanged": appended.unchanged}
    if many:
        return _json(status, {**counts, "records": records, **_findings(visit, appended, standing)}, headers)
    change = next((name for name, number in counts.items() if number), "unchanged")
    return _json(status, {"change": change, **records[0], **_findings(visit, appended, standing)}, headers)


def _record(visit: Visit, log: Log, entry: Entry, source: str, head: Head | None) -> dict[str, object]:
    iri = entry.record.iri
    kind, slug = log.slugs.address(iri, (entry.audience,)) or (entry.record.kind, "")
    page = term_path(iri) or f"{kind}/{slug}"
    return {
        "iri": iri,
        "kind": kind,
        "source": source,
        "audience": entry.audience,
        "etag": tag_of(head.state) if head else "",
        "record": visit.links.file(f"records/{kind}/{slug}"),
        "page": visit.links.file(page),
    }


def _json(status: int, body: dict[str, object], headers: dict[str, str]) -> Response:
    text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    return Response(text, status, {**headers, "Cache-Control": "no-store"}, media_type="application/json")
