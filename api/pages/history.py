"""How what is said of a thing changed: its latest versions, what each added and took away, where it can be read."""

from __future__ import annotations

from dataclasses import dataclass

from api.languages import mark
from api.visit import Visit
from api.writes.mementos import Mementos
from graph.entities import Entity
from graph.versions import differences, versions_of

_SHOWN = 6
_CHANGES = {
    "created": mark("Described"),
    "replaced": mark("Changed"),
    "deleted": mark("Withdrawn"),
    "erased": mark("Erased"),
}


@dataclass(frozen=True)
class Past:
    """One version: its time (ISO 8601), what happened, how many statements came and went, its address if it has one."""

    time: str
    words: str
    added: int
    removed: int
    href: str | None


def history_of(visit: Visit, found: Entity, path: str) -> list[Past]:
    """Give the latest changes that the reader may see, the newest first; nothing where there was but one.

    `path` is the thing's kind and slug, with a slash between.
    """
    pasts = []
    for telling in found.tellings:
        versions = versions_of(visit.site.instance.log, telling.source, found.iri, visit.known.audiences)
        made = Mementos(visit.links, f"records/{path}", telling.source, versions)
        for version, difference in zip(versions, differences(versions), strict=True):
            href = made.memento(version) if version.payload is not None else None
            added, removed = len(difference.added), len(difference.removed)
            pasts.append(Past(version.time, _CHANGES[version.change], added, removed, href))
    pasts.sort(key=lambda past: past.time, reverse=True)
    return pasts[:_SHOWN] if len(pasts) > len(found.tellings) else []
