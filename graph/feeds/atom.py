"""The newest changes as an Atom feed (RFC 4287), paged (RFC 5005), with what was deleted (RFC 6721)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.rendering.rdfxml import attribute, content
from graph.views.fragments.member import DELETE, Member

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"


@dataclass(frozen=True)
class Titled:
    """What an entry says of a dataset: its title, a summary (or None), the address of its page."""

    title: str
    summary: str | None
    page: str


@dataclass(frozen=True)
class AtomPage:
    """One page: the feed's own texts, the addresses of this page, the first, the next (None: no more), of the site."""

    title: str
    author: str
    licence: str
    here: str
    first: str
    next: str | None
    site: str
    updated: str
    language: str


def write(page: AtomPage, members: Sequence[Member], titled: Mapping[str, Titled]) -> bytes:
    """Write a page; a member without title is told as deleted."""
    links = {"self": page.here, "first": page.first, "next": page.next, "alternate": page.site, "license": page.licence}
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="{ATOM}" xmlns:at="{TOMBSTONES}" xml:lang="{page.language}">',
        f"  <id>{content(page.first)}</id>",
        f"  <title>{content(page.title)}</title>",
        f"  <updated>{content(page.updated)}</updated>",
        f"  <author><name>{content(page.author)}</name></author>",
        *(f'  <link rel="{rel}" href="{attribute(href)}"/>' for rel, href in links.items() if href),
    ]
    for member in members:
        about = titled.get(member.iri)
        lines += _gone(member) if member.activity == DELETE or about is None else _entry(member, about)
    return ("\n".join([*lines, "</feed>"]) + "\n").encode()


def _gone(member: Member) -> list[str]:
    return [f'  <at:deleted-entry ref="{attribute(member.iri)}" when="{member.time}"/>']


def _entry(member: Member, about: Titled) -> list[str]:
    summary = [] if about.summary is None else [f"    <summary>{content(about.summary)}</summary>"]
    return [
        "  <entry>",
        f"    <id>{content(member.iri)}</id>",
        f"    <title>{content(about.title)}</title>",
        f"    <updated>{member.time}</updated>",
        f'    <link rel="alternate" href="{attribute(about.page)}"/>',
        f'    <category term="{member.activity}"/>',
        *summary,
        "  </entry>",
    ]
