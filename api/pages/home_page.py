"""What the front page tells of the graph: counted once for each state of it, and named for each reader."""

from __future__ import annotations

from dataclasses import dataclass

from api.pages.kinds import LEADING
from api.searching.standing import standing_of
from graph.knowledge import Knowledge
from graph.log.sources import CHECKER, OWN

_CHANGED = 60
_DATASETS = {"kind": ["dataset"]}


@dataclass(frozen=True)
class Held:
    """What a reader's graph holds: counts by kind and source, rungs of all datasets and by domain, what changed last.

    `domains` are (IRI, count by rung, datasets in all); `changed` are IRIs, the newest first.
    """

    kinds: dict[str, int]
    sources: dict[str, int]
    datasets: int
    rungs: dict[str, int]
    domains: list[tuple[str, dict[str, int], int]]
    changed: list[str]


def held(known: Knowledge) -> Held:
    """Count what a reader's graph holds."""
    conditions = standing_of(known)
    kinds = known.counts("kind")
    domains = known.counts("domain", filters=_DATASETS)
    by_domain = [
        (domain, known.counts("rung", filters={**_DATASETS, "domain": [domain]}, conditions=conditions), number)
        for domain, number in sorted(domains.items(), key=lambda each: (-each[1], each[0]))
    ]
    newest = known.newest(_CHANGED, source={OWN, CHECKER})
    addresses = known.addresses(newest)
    return Held(
        kinds,
        known.counts("source"),
        kinds.get("dataset", 0),
        known.counts("rung", filters=_DATASETS, conditions=conditions),
        by_domain,
        [iri for iri in newest if iri in addresses and addresses[iri][0] in LEADING],
    )
