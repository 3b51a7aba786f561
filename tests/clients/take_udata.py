"""Run in udata's environment: what its DCAT harvester makes of crafted datasets, each served as a source of its own.

`python take_udata.py FOLDER`, with {"texts": name -> N-Triples, "licences": name -> title and addresses} as JSON on
standard input: prints name -> what came of it, as JSON. The one double is at the database's boundary: read_udata.py.
With {"values": kind -> values} besides: prints for each what udata's own functions for that kind make of it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import bson
import mongoengine.connection
import mongomock

mongoengine.connection.MongoClient = mongomock.MongoClient

from udata.app import create_app, standalone  # noqa: E402
from udata.settings import Defaults, Testing  # noqa: E402

GIVEN = json.load(sys.stdin)


class Settings(Testing):
    """What a portal in French sets."""

    MONGODB_HOST = "mongodb://localhost:27017/udata"
    HARVESTER_BACKENDS = ["dcat"]  # noqa: RUF012
    SECRET_KEY = "x" * 40
    SERVER_NAME = "127.0.0.1:7000"
    CELERY_BROKER_URL = "memory://"
    CELERY_RESULT_BACKEND = "cache+memory://"
    FS_ROOT = sys.argv[1]
    DEFAULT_LANGUAGE = "fr"
    URLS_ALLOWED_TLDS = Defaults.URLS_ALLOWED_TLDS | {"example"}


class Site(BaseHTTPRequestHandler):
    """Serves each text at its name."""

    def do_GET(self) -> None:
        """Give it."""
        body = GIVEN["texts"][self.path.removeprefix("/").removesuffix(".nt")].encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/n-triples")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Harvest each."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = standalone(create_app("udata.settings.Defaults", override=Settings, init_logging=lambda app: None))
    with app.app_context():
        from udata.core.dataset.models import License
        from udata.core.user.models import User

        License(id="notspecified", title="License not specified").save()
        for name, (title, *addresses) in GIVEN["licences"].items():
            License(id=name, title=title, url=addresses[0], alternate_urls=addresses[1:]).save()
        owner = User(email="h@example.org", first_name="H", last_name="H", active=True, fs_uniquifier="1")
        owner.save()
        address = f"http://127.0.0.1:{server.server_port}"
        told = {name: taken(f"{address}/{name}.nt", owner) for name in GIVEN["texts"]}
        if "values" in GIVEN:
            told = {"values": {kind: list(map(MADE[kind], values)) for kind, values in GIVEN["values"].items()}}
        json.dump(told, sys.stdout)


def is_web(address: str) -> bool:
    """Say whether it takes an address for a link; as its defaults are, but for names that it would look up."""
    from udata import uris

    try:
        uris.validate(address, local=False, private=False, resolve=False, tlds=Defaults.URLS_ALLOWED_TLDS)
    except uris.ValidationError:
        return False
    return True


def stated(literal: str) -> object:
    """Read a literal of N-Triples as it reads the value of a property."""
    from rdflib import Graph, URIRef
    from udata.rdf import rdf_value

    graph = Graph().parse(data=f"<urn:s> <urn:p> {literal} .", format="nt")
    return rdf_value(graph.resource(URIRef("urn:s")), URIRef("urn:p"))


def modified(literal: str) -> str | None:
    """Read a date as it reads one of change: the day, nothing, or `breaks`."""
    from udata.utils import safe_harvest_datetime

    try:
        return day(safe_harvest_datetime(stated(literal), "modified", refuse_future=True))
    except (TypeError, OverflowError):
        return "breaks"


def issued(literal: str) -> str | None:
    """Read a date as it reads one of issue."""
    from mongoengine.errors import ValidationError
    from udata.core.dataset.models import HarvestDatasetMetadata

    kept = HarvestDatasetMetadata()
    kept.issued_at = stated(literal)
    try:
        kept.validate()
    except ValidationError:
        return "breaks"
    made = bson.decode(bson.encode(kept.to_mongo()))
    return day(made.get("issued_at"))


def is_size(literal: str) -> bool:
    """Say whether it takes a size, and the database the number."""
    from mongoengine.errors import ValidationError
    from udata.core.dataset.models import Resource

    made = Resource(title="x", url="https://data.gouv.fr/x")
    made.filesize = stated(literal)
    try:
        made.validate()
        bson.encode(made.to_mongo())
    except (ValidationError, OverflowError):
        return False
    return True


def tag(keyword: str) -> str:
    """Write a keyword as its tags are."""
    from udata.tags import normalize

    return normalize(keyword)


def licence(text: str) -> str | None:
    """Guess a licence."""
    from udata.core.dataset.models import License

    return getattr(License.guess(text), "id", None)


def is_markup(text: str) -> bool:
    """Say whether it takes a text for HTML."""
    from udata.rdf import is_html

    return is_html(text)


MADE = {
    "addresses": is_web,
    "modified": modified,
    "issued": issued,
    "sizes": is_size,
    "keywords": tag,
    "licences": licence,
    "texts": is_markup,
}


def taken(address: str, owner: object) -> dict[str, object]:
    """Take one dataset: whether it was, and what the portal has of it."""
    from udata.core.dataset.models import Dataset
    from udata.harvest.backends.dcat import DcatBackend
    from udata.harvest.models import HarvestSource

    source = HarvestSource(name=address, url=address, backend="dcat", owner=owner)
    source.save()
    job = DcatBackend(source).harvest()
    done = [item for item in job.items if item.status == "done"]
    why = [str(error.message) for item in job.items for error in item.errors] + [str(e.message) for e in job.errors]
    if not done:
        return {"outcome": "drops", "shown": {}, "why": why}
    found = Dataset.objects.get(id=done[0].dataset.id)
    shown = {
        "title": [found.title],
        "description": [found.description],
        "identifier": [found.harvest.dct_identifier],
        "keywords": sorted(found.tags),
        "created": [day(found.harvest.created_at)],
        "issued": [day(found.harvest.issued_at)],
        "modified": [day(found.harvest.modified_at)],
        "frequency": [found.frequency.value if found.frequency else None],
        "contacts": sorted(f"{each.role}: {each.name or ''}" for each in found.contact_points or ()),
        "distributions": sorted(each.url for each in found.resources),
        "checksums": [each.checksum.value for each in found.resources if each.checksum],
        "licence": [found.license.id if found.license.id != "notspecified" else None],
    }
    shown = {name: [text for text in texts if text] for name, texts in shown.items()}
    return {"outcome": "taken", "shown": {name: texts for name, texts in shown.items() if texts}, "why": why}


def day(moment: object) -> str | None:
    """Give the day of a moment."""
    return moment and moment.date().isoformat()  # type: ignore[attr-defined, return-value]


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
