"""The portals by name, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from graph.errors import NotKnown
from graph.preflight.description import Description
from graph.preflight.portals import ckan, datajson, europe, fdp, google, udata
from graph.preflight.verdict import Reader, Rules, Verdict


@dataclass(frozen=True)
class Portal:
    """One portal: its name, what people call it, its rules, what reads as it does."""

    name: str
    title: str
    rules: Rules
    reader: Callable[[Description], Reader]


PORTALS = {
    module.NAME: Portal(module.NAME, module.TITLE, module.RULES, module.reader)
    for module in (ckan, udata, europe, google, fdp, datajson)
}


def portals(names: Sequence[str] = ()) -> list[Portal]:
    """Give the portals of these names, all where none is named. Raises NotKnown."""
    unknown = next((name for name in names if name not in PORTALS), None)
    if unknown is not None:
        raise NotKnown(f"no portal is called {unknown[:40]!r}", remedy=f"choose of {', '.join(PORTALS)}")
    return [PORTALS[name] for name in names or PORTALS]


def examine(told: Description, names: Sequence[str] = (), datasets: Sequence[str] | None = None) -> list[Verdict]:
    """Say what each portal makes of each dataset of a description, or of these. Raises NotKnown."""
    return list(examine_each(told, names, datasets))


def examine_each(
    told: Description, names: Sequence[str] = (), datasets: Sequence[str] | None = None
) -> Iterator[Verdict]:
    """Give the same one after the other. Raises NotKnown."""
    for portal in portals(names):
        read = portal.reader(told)
        yield from map(read, told.datasets if datasets is None else datasets)
