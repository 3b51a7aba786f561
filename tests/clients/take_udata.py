"""Run in udata's environment: what its DCAT harvester makes of crafted datasets, each served as a source of its own.

`python take_udata.py FOLDER`, with {"texts": name -> N-Triples, "licences": name -> title and addresses} as JSON on
standard input: prints name -> what came of it, as JSON. The one double is at the database's boundary: read_udata.py.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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
        json.dump({name: taken(f"{address}/{name}.nt", owner) for name in GIVEN["texts"]}, sys.stdout)


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
