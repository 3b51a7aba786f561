"""The words of pre-flight: what verdicts and fields are called."""

from __future__ import annotations

from api.languages import Texts, mark
from graph.preflight.verdict import Effect, Verdict

EFFECTS = {
    Effect.STOPS: mark("ends the whole harvest"),
    Effect.DROPS: mark("dataset not taken"),
    Effect.LOSES: mark("lost"),
    Effect.CHANGES: mark("changed"),
    Effect.FAULTS: mark("told as a fault"),
}
FIELDS = {
    "title": mark("title"),
    "description": mark("description"),
    "identifier": mark("identifier"),
    "version": mark("version"),
    "keywords": mark("keywords"),
    "keyword": mark("keywords"),
    "issued": mark("date of issue"),
    "created": mark("date of creation"),
    "modified": mark("date of change"),
    "frequency": mark("frequency"),
    "publisher": mark("publisher"),
    "creator": mark("publisher"),
    "contact": mark("contact"),
    "contactPoint": mark("contact"),
    "contacts": mark("contacts"),
    "mail": mark("mail"),
    "licence": mark("licence"),
    "license": mark("licence"),
    "landing page": mark("page of the data"),
    "access rights": mark("access rights"),
    "accessLevel": mark("access rights"),
    "distributions": mark("distributions"),
    "distribution": mark("distributions"),
    "sizes": mark("sizes"),
    "checksums": mark("checksums"),
    "address": mark("address"),
    "media type": mark("media type"),
    "rights": mark("rights"),
    "language": mark("language"),
    "theme": mark("themes"),
    "distribution title": mark("title of a distribution"),
    "distribution identifier": mark("identifier of a distribution"),
    "distribution issued": mark("date of a distribution"),
    "rightsHolder": mark("rights holder"),
    "class": mark("class"),
}
"""Fields by the names that readers use; those of DCAT-AP that are not here stand as they are."""


def field_name(texts: Texts, name: str) -> str:
    """Call a field by its name for people."""
    return texts.text(FIELDS[name]) if name in FIELDS else name


def verdict_words(texts: Texts, verdict: Verdict) -> str:
    """Say in a few words what a portal makes of a dataset."""
    if any(remark.effect is Effect.STOPS for remark in verdict.remarks):
        return texts.text("takes nothing of the source")
    if not verdict.taken:
        return texts.text("does not take it")
    if not verdict.whole:
        return texts.text("takes it, not all of it")
    if verdict.remarks:
        return texts.text("takes it, with remarks")
    return texts.text("takes it whole")


def sign_of(verdict: Verdict) -> str:
    """Give the sign that stands before the words: `no`, `partly` or `yes`."""
    return "no" if not verdict.taken else "yes" if verdict.whole else "partly"
