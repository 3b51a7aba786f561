"""The feed of changes as a Linked Data Event Stream of activities, each with its dataset in a graph of its own.

https://w3id.org/ldes/specification, https://w3id.org/tree/specification, https://semiceu.github.io/LDES-DCAT-AP-feeds/.
One activity a dataset is kept, the latest: a follower who has read to the end reads on from there, and one who begins
late misses nothing that still holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.feeds.catalogue import Catalogue
from graph.feeds.page import Told
from graph.rendering import blocks
from graph.rendering.blocks import render
from graph.terms import AS, DCT, LDES, TREE, TYPE, XSD, Statement, iri, literal
from graph.views.fragments.member import DELETE, Member
from graph.views.fragments.moment import Moment
from graph.views.fragments.part import part_statements

_PUBLISHED = f"<{AS}published>"
_OBJECT = f"<{AS}object>"


@dataclass(frozen=True)
class Stream:
    """One page of the stream: the catalogue it tells of, its own address, those of the first and the next (or None).

    `plain` is the address that the stream itself and its activities are named after.
    """

    catalogue: Catalogue
    plain: str
    here: str
    first: str
    next: str | None
    members: Sequence[Member]

    def activity(self, member: Member) -> str:
        """Give the IRI of an activity: where it is told."""
        return f"{self.plain}?after={member.number - 1}#activity-{member.number}"


def told_of(members: Sequence[Member], moment: Moment, audiences: tuple[str, ...]) -> Told:
    """Give the datasets that activities are about, as they are now."""
    iris = [member.iri for member in members if member.activity != DELETE]
    return Told(moment, audiences, moment.keys(iris, audiences))


def head(stream: Stream) -> Iterator[Statement]:
    """Describe the stream, the page, and each activity on it."""
    events, here = iri(f"{stream.plain}#stream"), iri(stream.here)
    yield events, TYPE, f"<{LDES}EventStream>"
    yield events, f"<{LDES}timestampPath>", _PUBLISHED
    yield events, f"<{LDES}versionOfPath>", _OBJECT
    yield events, f"<{TREE}view>", iri(stream.first)
    for language, title in stream.catalogue.titles.items():
        yield events, f"<{DCT}title>", literal(title, language)
    yield events, f"<{DCT}license>", iri(stream.catalogue.licence)
    yield here, TYPE, f"<{TREE}Node>"
    yield from _retention(stream)
    for member in stream.members:
        activity = iri(stream.activity(member))
        yield events, f"<{TREE}member>", activity
        yield activity, TYPE, f"<{AS}{member.activity}>"
        yield activity, _OBJECT, iri(member.iri)
        yield activity, _PUBLISHED, literal(member.time, datatype=f"{XSD}dateTime")
    if stream.next is not None:
        relation = iri(f"{stream.here}#next")
        yield here, f"<{TREE}relation>", relation
        yield relation, TYPE, f"<{TREE}GreaterThanOrEqualToRelation>"
        yield relation, f"<{TREE}node>", iri(stream.next)
        yield relation, f"<{TREE}path>", _PUBLISHED
        yield relation, f"<{TREE}value>", literal(stream.members[-1].time, datatype=f"{XSD}dateTime")


def _retention(stream: Stream) -> Iterator[Statement]:
    """Say that the latest activity of each dataset is kept, for ever, and no other."""
    policy = iri(f"{stream.plain}#retention")
    yield iri(stream.first), f"<{LDES}retentionPolicy>", policy
    yield policy, TYPE, f"<{LDES}LatestVersionSubset>"
    yield policy, f"<{LDES}amount>", literal("1", datatype=f"{XSD}integer")
    yield policy, f"<{LDES}versionKey>", _OBJECT


def trig(stream: Stream, told: Told) -> bytes:
    """Write a page as TriG."""
    opening = render(head(stream), [iri(f"{stream.plain}#stream"), iri(stream.here)])
    activities = {member.iri: stream.activity(member) for member in stream.members}
    graphs, used = [], opening.used
    for dataset, body, bits in told.bodies("turtle"):
        used |= bits
        graphs.append(f"<{activities[dataset]}> {{\n{body}}}\n")
    return "\n".join([blocks.turtle_head(used), opening.turtle, *graphs]).encode()


def nquads(stream: Stream, told: Told) -> bytes:
    """Write a page as N-Quads, sorted."""
    lines = [f"{s} {p} {o} .\n" for s, p, o in head(stream)]
    activities = {member.iri: stream.activity(member) for member in stream.members}
    for key, parts, ties in told.each():
        (fragment,) = told.moment.fragments([key])
        statements = [*fragment.statements, *ties]
        for part, roles in parts:
            statements += part_statements(part.iri, part.text, roles)
        lines += [f"{s} {p} {o} <{activities[key.iri]}> .\n" for s, p, o in statements]
    return "".join(sorted(set(lines))).encode()
