"""The sample: facts on DataCités and Rennes, each with its source, and apart from them an invented illustration.

Two sources, so that a fact and an illustration never share one: each can be listed, left out or removed by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from graph.bundled import read
from graph.gate import check, refusal
from graph.instance import Instance
from graph.log.log import Log
from graph.log.rows import Appended, Entry
from graph.records.record import Record
from ontology import loader

FACTS = "sample-facts"
ILLUSTRATION = "sample-illustration"
ADDRESSES = {
    FACTS: "https://w3id.org/civigraph/sample/",
    ILLUSTRATION: "https://w3id.org/civigraph/illustration/",
}
AGENT = "sample"

Progress = Callable[[int, int], None]
"""Told how many records are done, of how many."""


def records(source: str, base: str) -> list[Record]:
    """Give the records of one of the two sources, in the order of their IRIs."""
    files = (
        (name, text)
        for name, text in loader.turtle("sample")
        if name.startswith("sample/illustration") == (source == ILLUSTRATION)
    )
    return read(files, base=base, source=source)


def load(instance: Instance, progress: Progress | None = None) -> Appended:
    """Bring both sources of the sample to what is shipped; a sample that is there already appends nothing.

    Raises RecordRefused, before anything is appended, where a shipped record does not pass the structure gate.
    """
    shipped = {source: records(source, instance.base) for source in ADDRESSES}
    for iri, violations in check([record for own in shipped.values() for record in own]).items():
        raise refusal(iri, violations)
    total, done, parts = sum(map(len, shipped.values())), 0, []
    for source, own in shipped.items():
        parts += _bring(instance.log, source, own)
        done += len(own)
        if progress is not None:
            progress(done, total)
    return _sum(parts)


def remove(instance: Instance) -> Appended:
    """Retract all that the sample said; what other sources say of the same things stays."""
    log = instance.log
    present = [source for address in ADDRESSES.values() if (source := log.sources.at(address)) is not None]
    parts = [log.retract(source.name, None, agent=AGENT) for source in present]
    return _sum(parts) if parts else Appended(log.sequence() + 1, log.sequence())


def _bring(log: Log, source: str, own: list[Record]) -> list[Appended]:
    """Make what the log holds of a source equal to these records."""
    name = log.sources.ensure(source, ADDRESSES[source]).name
    gone = {head.iri for head in log.heads(source=name)} - {record.iri for record in own}
    return [
        log.append((Entry(record) for record in own), agent=AGENT, source=name),
        log.retract(name, sorted(gone), agent=AGENT),
    ]


def _sum(parts: list[Appended]) -> Appended:
    """Add up what several calls appended, given in their order."""
    changing = [part for part in parts if part.first <= part.last]
    return Appended(
        first=changing[0].first if changing else parts[-1].first,
        last=parts[-1].last,
        created=sum(part.created for part in parts),
        replaced=sum(part.replaced for part in parts),
        deleted=sum(part.deleted for part in parts),
        unchanged=sum(part.unchanged for part in parts),
    )
