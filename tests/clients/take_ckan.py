"""Run in CKAN's environment: what ckanext-dcat's parser makes of crafted datasets, and CKAN's schema of it.

`python take_ckan.py`, with name -> N-Triples as JSON on standard input: prints name -> what came of it, as JSON. What
the harvester does beside is done as its `gather_stage` does it: a title that it cannot read ends the gathering.
"""

from __future__ import annotations

import json
import sys

from ckan.lib.navl.dictization_functions import validate
from ckan.logic.schema import default_create_package_schema, default_tags_schema
from ckan.plugins import toolkit
from ckanext.dcat.processors import RDFParser

toolkit.config["ckan.locale_default"] = "fr"
EXTRAS = {
    "identifier": "identifier",
    "issued": "issued",
    "modified": "modified",
    "frequency": "frequency",
    "publisher_name": "publisher",
    "contact_name": "contact",
    "contact_email": "mail",
    "access_rights": "access rights",
}
FIELDS = {
    "title": "title",
    "notes": "description",
    "version": "version",
    "url": "landing page",
    "license_id": "licence",
}


def main() -> None:
    """Take each."""
    json.dump({name: taken(text) for name, text in json.load(sys.stdin).items()}, sys.stdout)


def taken(text: str) -> dict[str, object]:
    """Take one dataset: whether it was, and what CKAN has of it."""
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(text, _format="nt")
    (found,) = parser.datasets()
    extras = {each["key"]: each["value"] for each in found["extras"]}
    shown = {field: [extras[key]] for key, field in EXTRAS.items() if extras.get(key)}
    shown |= {field: [found[key]] for key, field in FIELDS.items() if found.get(key)}
    shown["keywords"] = [tag["name"] for tag in found["tags"]]
    shown["distributions"] = [each["url"] for each in found["resources"] if each["url"]]
    shown["sizes"] = [str(each["size"]) for each in found["resources"] if each.get("size") is not None]
    try:
        assert found["title"]
    except KeyError:
        return {"outcome": "stops", "shown": shown}
    return {"outcome": "drops" if refused(found) else "taken", "shown": {k: v for k, v in shown.items() if v}}


def refused(found: dict[str, object]) -> bool:
    """Say whether the schema of `package_create` refuses keywords or version; the rest of it asks the database."""
    for tag in found["tags"]:
        if validate(dict(tag), default_tags_schema(), {"model": None, "session": None})[1]:
            return True
    whole = default_create_package_schema()
    version = {"version": whole["version"]}
    return bool(validate({"version": found.get("version", "")}, version, {"model": None, "session": None})[1])


if __name__ == "__main__":
    main()
