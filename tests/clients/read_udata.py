"""Run in udata's environment: harvests a catalogue by its DCAT backend, unmodified, and prints what it keeps, as JSON.

`python read_udata.py ADDRESS FOLDER LICENCES TIMES`. The one double is at the database's boundary:
mongomock in the place of MongoDB.
"""

from __future__ import annotations

import json
import os
import sys

import mongoengine.connection
import mongomock

mongoengine.connection.MongoClient = mongomock.MongoClient

from udata.app import create_app, standalone  # noqa: E402
from udata.settings import Defaults, Testing  # noqa: E402

LICENCES = json.loads(sys.argv[3])
TIMES = int(sys.argv[4])


class Settings(Testing):
    """What a test of udata's own sets."""

    MONGODB_HOST = "mongodb://localhost:27017/udata"
    HARVESTER_BACKENDS = ["dcat"]  # noqa: RUF012
    SECRET_KEY = "x" * 40
    SERVER_NAME = "127.0.0.1:7000"
    CELERY_BROKER_URL = "memory://"
    CELERY_RESULT_BACKEND = "cache+memory://"
    FS_ROOT = sys.argv[2]
    # The illustration's addresses lie where none can be real.
    URLS_ALLOWED_TLDS = Defaults.URLS_ALLOWED_TLDS | {"example"}


def main() -> None:
    """Harvest so many times; a second may double nothing."""
    app = standalone(create_app("udata.settings.Defaults", override=Settings, init_logging=lambda app: None))
    with app.app_context():
        from udata.core.dataservices.models import Dataservice
        from udata.core.dataset.models import Dataset, License
        from udata.core.user.models import User
        from udata.harvest.backends.dcat import DcatBackend
        from udata.harvest.models import HarvestSource

        License(id="notspecified", title="License not specified").save()
        for number, address in enumerate(LICENCES):
            License(id=f"l{number}", title=f"Licence {number}", url=address).save()
        owner = User(email="h@example.org", first_name="H", last_name="H", active=True, fs_uniquifier="1")
        owner.save()
        source = HarvestSource(name="t", url=sys.argv[1], backend="dcat", owner=owner, autoarchive=True)
        source.save()
        jobs = [DcatBackend(source).harvest() for _ in range(TIMES)]
        json.dump(
            {
                "jobs": [
                    {
                        "status": job.status,
                        "errors": [str(each.message) for each in job.errors],
                        "items": [
                            (item.remote_id, item.status, [str(each.message) for each in item.errors])
                            for item in job.items
                        ],
                    }
                    for job in jobs
                ],
                "datasets": [
                    {
                        "uri": each.harvest.uri,
                        "title": each.title,
                        "identifier": each.harvest.dct_identifier,
                        "licence": each.license.url if each.license else None,
                        "contacts": sorted((contact.role, contact.name or "") for contact in each.contact_points or ()),
                        "issued": each.harvest.issued_at and each.harvest.issued_at.isoformat(),
                        "modified": each.harvest.modified_at and each.harvest.modified_at.isoformat(),
                        "distributions": sorted(resource.url for resource in each.resources),
                    }
                    for each in Dataset.objects
                ],
                "services": sorted(each.title for each in Dataservice.objects),
            },
            sys.stdout,
        )


if __name__ == "__main__":
    main()
    # Taking apart what stands in for the database takes longer than all the rest.
    sys.stdout.flush()
    os._exit(0)
