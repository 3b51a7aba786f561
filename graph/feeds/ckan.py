"""A dataset as CKAN's action API gives a package: https://docs.ckan.org/en/latest/api/."""

from __future__ import annotations

import re
import unicodedata
from uuid import NAMESPACE_URL, uuid5

from graph.feeds.dcat_us import Json, format_of, media_type_of
from graph.feeds.texts import Described

_NOT_A_NAME = re.compile(r"[^a-z0-9_-]+")


def id_of(iri: str) -> str:
    """Give the id of what has an IRI: the same for ever, whatever it is called."""
    return str(uuid5(NAMESPACE_URL, iri))


def name_of(text: str) -> str:
    """Make a name of a text, in the characters that CKAN allows."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_A_NAME.sub("-", plain).strip("-")[:100]


def package(dataset: Described, name: str, page: str) -> Json:
    """Write one dataset; `name` is the end of its page's address, `page` that address."""
    publisher = next(iter(dataset.iris("dct:publisher")), None)
    return {
        "id": id_of(dataset.iri),
        "name": name,
        "type": "dataset",
        "state": "active",
        "private": False,
        "title": dataset.first("dct:title") or dataset.iri,
        "notes": dataset.first("dct:description") or "",
        "url": next(iter(dataset.iris("dcat:landingPage")), page),
        "license_id": None,
        "license_url": next(iter(dataset.iris("dct:license")), None),
        "license_title": next(iter(dataset.names("dct:license")), None),
        "metadata_modified": dataset.key.changed.rstrip("Z"),
        "organization": None if publisher is None else organization(publisher, dataset.name(publisher)),
        "owner_org": None if publisher is None else id_of(publisher),
        "tags": [{"name": word, "display_name": word} for word in dict.fromkeys(dataset.texts("dcat:keyword"))],
        "extras": _extras(dataset),
        "resources": [_resource(dataset, node, place) for place, node in enumerate(dataset.iris("dcat:distribution"))],
        "num_resources": len(dataset.iris("dcat:distribution")),
        "num_tags": len(set(dataset.texts("dcat:keyword"))),
    }


def organization(iri: str, name: str | None) -> Json:
    """Write who publishes."""
    return {
        "id": id_of(iri),
        "name": name_of(name or iri) or id_of(iri),
        "title": name or iri,
        "type": "organization",
        "state": "active",
        "is_organization": True,
    }


def _extras(dataset: Described) -> list[Json]:
    """Give what a package has no field for, under the names that ckanext-dcat uses."""
    values = {
        "uri": dataset.iri,
        "guid": dataset.iri,
        "identifier": dataset.first("dct:identifier"),
        "issued": dataset.first("dct:issued"),
        "modified": dataset.first("dct:modified"),
        "access_rights": next(iter(dataset.iris("dct:accessRights")), None),
        "frequency": next((each.value for each in dataset.values("dct:accrualPeriodicity")), None),
        "publisher_name": next(iter(dataset.names("dct:publisher")), None),
        "publisher_uri": next(iter(dataset.iris("dct:publisher")), None),
    }
    return [{"key": key, "value": value} for key, value in values.items() if value]


def _resource(dataset: Described, node: str, place: int) -> Json:
    download = next(iter(dataset.iris("dcat:downloadURL", node)), None)
    access = next(iter(dataset.iris("dcat:accessURL", node)), None)
    size = dataset.first("dcat:byteSize", node)
    return {
        "id": id_of(node),
        "position": place,
        "state": "active",
        "url": download or access or "",
        "name": dataset.first("dct:title", node) or "",
        "description": dataset.first("dct:description", node) or "",
        "format": format_of(dataset, node) or "",
        "mimetype": media_type_of(dataset, node),
        "size": int(size) if size and size.isdigit() else None,
        "uri": node,
    }
