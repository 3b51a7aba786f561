"""What others look for at addresses of theirs: data.json, the map of the site, what robots may read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import chain
from xml.sax.saxutils import escape

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from api.feeds import MAIN
from api.openapi import JSON, answers
from api.problems import not_known
from api.server.documents import document, names_tag
from api.server.streaming import StreamedFile
from api.visit import OneVisit, Visit
from graph.feeds.dcat_us import CONFORMS_TO, DESCRIBED_BY, record
from graph.feeds.page import Told
from graph.feeds.texts import Described, described
from graph.log.rows import PUBLIC
from graph.views.fragments.moment import Key
from graph.views.fragments.selection import Selection

routes = APIRouter()

CATALOG = Selection((PUBLIC,), MAIN.facets)
XML, TEXT = "application/xml", "text/plain"
_A_READ = 200
_A_PIECE = 1 << 18
_ADDRESSES_A_MAP = 10_000
"""The protocol allows 50,000 and 50 MB."""


def every_dataset(visit: Visit) -> Iterator[Described]:
    """Give every public dataset with all that it names, some at a time."""
    reading = visit.site.public.catalog.reading
    after: str | None = None
    while True:
        with reading.moment() as moment:
            keys = moment.page(CATALOG, after, _A_READ)
            read = list(described(Told(moment, (PUBLIC,), keys)))
        yield from read
        if len(keys) < _A_READ:
            return
        after = keys[-1].iri


@routes.get("/data.json", **answers(JSON, also=(304,)))
def data_json(visit: OneVisit) -> Response:
    """Give the whole catalogue as DCAT-US 1.1 has it, in one file."""
    opening = {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@id": visit.links.absolute("data.json"),
        "@type": "dcat:Catalog",
        "conformsTo": CONFORMS_TO,
        "describedBy": DESCRIBED_BY,
    }
    head = json.dumps(opening, indent=1)[:-2].encode() + b',\n "dataset": ['
    version = f"{visit.site.holder.public_sequence()}-{visit.site.identity}"
    tag = f'"{blake2b(head + version.encode(), digest_size=16).hexdigest()}"'
    # Weak: it is read in several moments, between which something may change.
    headers = {**visit.sequence, "ETag": f"W/{tag}", "Cache-Control": "no-cache"}
    if names_tag(visit.request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = JSON
    kept = visit.site.us_datasets.find(version)
    if kept is None:
        return StreamingResponse(chain([head], visit.site.us_datasets.make(version, _records(visit))), headers=headers)
    headers["Content-Length"] = str(len(head) + os.fstat(kept.fileno()).st_size)
    return StreamedFile(chain([head], iter(lambda: kept.read(_A_PIECE), b"")), kept, headers)


def _records(visit: Visit) -> Callable[[], Iterator[bytes]]:
    """Write each dataset as DCAT-US has it, and what closes the list."""

    def pieces() -> Iterator[bytes]:
        some, between = list[bytes](), b"\n"
        for each in every_dataset(visit):
            some.append(between + json.dumps(record(each), ensure_ascii=False).encode())
            between = b",\n"
            if len(some) >= _A_READ:
                yield b"".join(some)
                some = []
        yield b"".join(some) + b"\n]}\n"

    return pieces


@routes.get("/robots.txt", **answers(TEXT))
def robots(visit: OneVisit) -> Response:
    """Let robots read pages and feeds, not ask queries without end."""
    lines = [
        "User-agent: *",
        f"Disallow: {visit.links.prefix}sparql?",
        f"Disallow: {visit.links.prefix}search?",
        f"Disallow: {visit.links.prefix}incoming?",
        f"Sitemap: {visit.links.absolute('sitemap.xml')}",
    ]
    return document(visit.request, ("\n".join(lines) + "\n").encode(), TEXT, headers=visit.sequence)


@routes.get("/sitemap.xml", **answers(XML))
def sitemap(visit: OneVisit) -> Response:
    """Name the maps of the site, ten thousand datasets each."""
    total = visit.site.public.catalog.reading.count(CATALOG)
    maps = range(1, max(1, -(-total // _ADDRESSES_A_MAP)) + 1)
    places = "".join(
        f"<sitemap><loc>{escape(visit.links.absolute(f'sitemap-{number}.xml'))}</loc></sitemap>\n" for number in maps
    )
    return _xml(visit, f'<sitemapindex xmlns="{_SITEMAP}">\n{places}</sitemapindex>\n')


@routes.get("/sitemap-{number}.xml", **answers(XML, also=(304, 404)))
def one_sitemap(visit: OneVisit, number: int) -> Response:
    """Give the addresses of datasets' pages, each with the day on which it last changed."""
    with visit.site.public.catalog.reading.moment() as moment:
        keys = moment.numbered(CATALOG, number, _ADDRESSES_A_MAP) if 0 < number < 1_000_000 else []
    if not keys and number != 1:
        raise not_known()
    known = visit.site.instance.log.slugs.addresses([key.iri for key in keys])
    places = "".join(_place(visit, key, known.get(key.iri)) for key in keys)
    return _xml(visit, f'<urlset xmlns="{_SITEMAP}">\n{places}</urlset>\n')


_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _place(visit: Visit, key: Key, address: tuple[str, str] | None) -> str:
    if address is None:
        return ""
    where = escape(visit.links.absolute("/".join(address)))
    return f"<url><loc>{where}</loc><lastmod>{key.changed[:10]}</lastmod></url>\n"


def _xml(visit: Visit, text: str) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return document(visit.request, body, XML, headers=visit.sequence)
