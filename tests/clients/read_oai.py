"""Run in an environment of its own: takes everything by two OAI-PMH clients, and prints what they took, as JSON."""

from __future__ import annotations

import json
import sys

from lxml import etree
from oaipmh_scythe import Scythe
from sickle import Sickle

ADDRESS = sys.argv[1]
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"


def by_sickle(prefix: str, **given: str) -> dict[str, object]:
    """Take records: identifier -> its metadata as text, None where it is deleted."""
    records = Sickle(ADDRESS).ListRecords(metadataPrefix=prefix, ignore_deleted=False, **given)
    found = {}
    for record in records:
        if record.header.deleted:
            found[record.header.identifier] = None
        elif prefix == "oai_dc":
            found[record.header.identifier] = record.metadata
        else:
            found[record.header.identifier] = etree.tostring(record.xml.find(f".//{RDF}")).decode()
    return found


def by_scythe() -> dict[str, object]:
    """The same by another client."""
    with Scythe(ADDRESS) as client:
        records = client.list_records(metadata_prefix="oai_dc", ignore_deleted=False)
        return {each.header.identifier: None if each.header.deleted else each.get_metadata() for each in records}


def main() -> None:
    """Take everything by each."""
    client = Sickle(ADDRESS)
    json.dump(
        {
            "name": client.Identify().repositoryName,
            "formats": sorted(each.metadataPrefix for each in client.ListMetadataFormats()),
            "sets": sorted(each.setSpec for each in client.ListSets()),
            "identifiers": [each.identifier for each in client.ListIdentifiers(metadataPrefix="dcat_ap")],
            "dcat_ap": by_sickle("dcat_ap"),
            "oai_dc": by_sickle("oai_dc"),
            "scythe": by_scythe(),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
