"""Run in CKAN's environment: reads a catalogue as its DCAT harvester does, and prints what it took, as JSON.

`python read_ckan.py ADDRESS`: the harvester's way to a page (HEAD, then GET), ckanext-dcat's own parser, its paging.
"""

from __future__ import annotations

import json
import sys

import requests
from ckanext.dcat.processors import RDFParser
from rdflib import DCAT, DCTERMS, FOAF, URIRef

LIMIT = 50 * 1024 * 1024


def fetch(address: str) -> tuple[str, str]:
    """Get a page as `DCATHarvester._get_content_and_type` does."""
    session = requests.Session()
    head = session.head(address)
    if head.status_code in (400, 405):
        head = session.get(address, stream=True)
    head.raise_for_status()
    assert int(head.headers.get("content-length") or 0) <= LIMIT
    page = session.get(address, stream=True)
    content = b"".join(page.iter_content(chunk_size=1024)).decode("utf-8")
    return content, page.headers["content-type"].split(";")[0]


def main() -> None:
    """Read all pages."""
    here, kind, first, found, twice = sys.argv[1], None, None, {}, []
    while here:
        content, own = fetch(here)
        kind = kind or own
        first = first or content
        parser = RDFParser(profiles=["euro_dcat_ap_3"])
        parser.parse(content, _format=kind)
        for dataset in parser.datasets():
            extras = {each["key"]: each["value"] for each in dataset["extras"]}
            if extras["uri"] in found:
                twice.append(extras["uri"])
            found[extras["uri"]] = {
                "title": dataset["title"],
                "identifier": extras.get("identifier"),
                "publisher": extras.get("publisher_name"),
                "issued": extras.get("issued"),
                "modified": extras.get("modified"),
                "distributions": sorted(
                    (each.get("download_url") or each.get("access_url") or "", each.get("license") or "")
                    for each in dataset["resources"]
                ),
            }
        here = parser.next_page()
        assert not (here and content == first and len(found) > 10_000)
    json.dump({"datasets": found, "twice": twice}, sys.stdout)


if __name__ == "__main__":
    assert all((DCAT, DCTERMS, FOAF, URIRef))
    main()
