"""What the front page tells of the graph: counted once for each state of it, and named for each reader."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from api.kinds import LEADING
from graph.knowledge import Knowledge
from graph.log.sources import OWN
from graph.views.conditions import Conditions

_READERS = 50
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


class KeptHome:
    """What is held, by audiences, for as long as nothing changes; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], tuple[int, Held]] = OrderedDict()

    def of(self, known: Knowledge, conditions: Conditions) -> Held:
        """Give what is held now."""
        sequence = known.views.sequence()
        with self._lock:
            kept = self._kept.get(known.audiences)
        if kept and kept[0] == sequence:
            return kept[1]
        made = _held(known, conditions)
        with self._lock:
            self._kept[known.audiences] = (sequence, made)
            self._kept.move_to_end(known.audiences)
            while len(self._kept) > _READERS:
                self._kept.popitem(last=False)
        return made


def _held(known: Knowledge, conditions: Conditions) -> Held:
    kinds = known.counts("kind")
    domains = known.counts("domain", filters=_DATASETS)
    by_domain = [
        (domain, known.counts("rung", filters={**_DATASETS, "domain": [domain]}, conditions=conditions), number)
        for domain, number in sorted(domains.items(), key=lambda each: (-each[1], each[0]))
    ]
    newest = known.newest(_CHANGED, source={OWN})
    addresses = known.addresses(newest)
    return Held(
        kinds,
        known.counts("source"),
        kinds.get("dataset", 0),
        known.counts("rung", filters=_DATASETS, conditions=conditions),
        by_domain,
        [iri for iri in newest if iri in addresses and addresses[iri][0] in LEADING],
    )
