"""Things that a command is about: named by IRI or by the address of their page, and of the right kind."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

from graph.errors import InputError, NotKnown

if TYPE_CHECKING:
    from graph.instance import Instance

SERVICES = ("service", "data-service")
DATASETS = ("dataset", "series", "catalog")

_LOOKED_THROUGH = 5_000
_NAMED = 3


def public_iri(instance: Instance, text: str, kinds: Collection[str] = ()) -> str:
    """Give the IRI of a thing that is publicly described, named by it or by its address as service/bus-planner.

    `kinds` are those that it may be of, the one to name first; empty for any. Raises NotKnown, and InputError for
    what is of another kind; both name a few that there are.
    """
    from graph.log.rows import PUBLIC
    from graph.terms import is_iri

    kind, slash, slug = text.strip("/").partition("/")
    found = instance.log.slugs.find(kind, slug, [PUBLIC]) if slash else None
    iri = found.iri if found is not None else text
    known = [head.kind for head in instance.log.heads(iris=[iri], audiences=[PUBLIC])] if is_iri(iri) else []
    if not known:
        raise NotKnown(f"nothing is publicly described as {text}", remedy=_remedy(instance, text, kinds))
    if kinds and not set(kinds) & set(known):
        what = f"{text} is {_a(known[0])}, and {_a(next(iter(kinds)))} is asked for"
        raise InputError(what, remedy=_remedy(instance, text, kinds))
    return iri


def _a(kind: str) -> str:
    """Name one thing of a kind."""
    from graph.records.kinds import KINDS, OTHER

    name = next((each.en for each in KINDS if each.name == kind and kind != OTHER), "thing of another kind")
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _remedy(instance: Instance, text: str, kinds: Collection[str]) -> str:
    """Say how things are named, and name some: those whose address looks like what was given, else the first ones."""
    from graph.log.rows import PUBLIC

    how = "give its IRI, or the address of its page"
    wanted = next(iter(kinds), text.partition("/")[0])
    heads = islice(instance.log.heads(kind=wanted, audiences=[PUBLIC]), _LOOKED_THROUGH)
    pages = instance.log.slugs.addresses([head.iri for head in heads], [PUBLIC])
    slugs = {iri: slug for iri, (kind, slug) in pages.items() if kind == wanted}
    names = {**{slug: slug for slug in slugs.values()}, **{_last(iri): slug for iri, slug in slugs.items()}}
    close = [names[name] for name in get_close_matches(_last(text).lower(), names, n=_NAMED)]
    close = list(dict.fromkeys(close)) or sorted(slugs.values())[:_NAMED]
    named = ", ".join(f"{wanted}/{slug}" for slug in close)
    return f"{how}: {named}" if named else f"{how}, as service/bus-planner"


def _last(text: str) -> str:
    """Give what stands behind the last slash or number sign of an address."""
    return text.replace("#", "/").rpartition("/")[2]
