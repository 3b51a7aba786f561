"""One page of a feed: complete in itself, put together from what the catalog view keeps written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b

from graph.feeds.catalogue import Catalogue, Paging, described, listed, listed_as, paged
from graph.rendering import blocks
from graph.rendering.blocks import Block, render
from graph.rendering.syntaxes import Syntax
from graph.terms import CG, DCAT, ODRL, Statement
from graph.views.fragments.fragment import Fragment, lines_of
from graph.views.fragments.moment import Key, Moment, Part, Tied
from graph.views.fragments.part import COVERS, FEEDS, POLICY, block_of, part_statements

DEPTH = 3
"""Steps from a dataset to what is described on its page: its contact, the licence of its service, the type of that."""

_DISTRIBUTION = f"<{DCAT}distribution>"
_HAS_POLICY = f"<{ODRL}hasPolicy>"


@dataclass(frozen=True)
class Told:
    """Datasets with all that they name, at one moment."""

    moment: Moment
    audiences: tuple[str, ...]
    keys: Sequence[Key]
    extra: Sequence[str] = ()

    @cached_property
    def ties(self) -> list[Tied]:
        """The services and agreements that are tied to the datasets."""
        return self.moment.ties([key.iri for key in self.keys], self.audiences)

    @cached_property
    def parts(self) -> list[Role]:
        """What the datasets name and do not describe themselves, with its roles, sorted."""
        named, found = self._named
        listed = {key.iri for key in self.keys}
        return _in_roles({iri: roles for iri, roles in named.items() if iri not in listed}, found)

    def each(self) -> Iterator[tuple[Key, list[Role], list[Statement]]]:
        """Give each dataset with the parts that it names, at any distance, and what ties others to it."""
        _, found = self._named
        ties: dict[str, list[Tied]] = {}
        for tied in self.ties:
            ties.setdefault(tied.iri, []).append(tied)
        for key in self.keys:
            mine = ties.get(key.iri, [])
            named: dict[str, set[str]] = {}
            new = [*key.references, *(f" {tied.other}" for tied in mine)]
            for _ in range(DEPTH):
                fresh = [iri for role, iri in map(_cut, new) if _note(named, role, iri) and iri in found]
                new = [ref for iri in fresh for ref in found[iri].references]
            named.pop(key.iri, None)
            yield key, _in_roles(named, found), self._tied(mine)

    def bodies(self, syntax: str) -> Iterator[tuple[str, str, int]]:
        """Give each dataset with all that it names in one syntax: IRI, text, the prefixes it uses."""
        texts = self.moment.written(self.keys, syntax)
        for (key, parts, ties), kept in zip(self.each(), texts, strict=True):
            text, used, _ = kept
            made = [] if text is not None else self.moment.blocks([key])
            made += [render(ties)] if ties else []
            made += [block_of(part.iri, part.text, roles) for part, roles in parts]
            for block in made:
                used |= block.used
            bodies = [text or "", *(getattr(block, syntax) for block in made)]
            yield key.iri, blocks.turtle_body(bodies) if syntax == "turtle" else "".join(bodies), used

    @cached_property
    def _named(self) -> tuple[dict[str, set[str]], dict[str, Part]]:
        """What is named, with its roles; what of it is told anything about."""
        named: dict[str, set[str]] = {}
        found: dict[str, Part] = {}
        new = [*self.extra, *(ref for key in self.keys for ref in key.references), *(f" {t.other}" for t in self.ties)]
        for _ in range(DEPTH):
            fresh = [iri for role, iri in map(_cut, dict.fromkeys(new)) if _note(named, role, iri)]
            if not fresh:
                break
            read = self.moment.parts(fresh, self.audiences)
            found |= read
            new = [ref for part in read.values() for ref in part.references]
        return named, found

    def digest(self) -> bytes:
        """Digest all that is told; it changes when, and only when, something of it does."""
        made = blake2b(digest_size=16)
        for key in self.keys:
            made.update(f"{key.iri} {key.changed}\n".encode() + key.digest)
        for tied in self.ties:
            made.update(f"{tied.iri} {tied.tie} {tied.other}\n".encode())
        for part, roles in self.parts:
            made.update(f"{part.iri} {sorted(roles)}\n".encode() + part.digest)
        return made.digest()

    def statements(self) -> Iterator[Statement]:
        """Give all that is told."""
        for fragment in self.moment.fragments(self.keys):
            yield from fragment.statements
        yield from self._tied(self.ties)
        for part, roles in self.parts:
            yield from part_statements(part.iri, part.text, roles)

    def written(self, syntax: str) -> Iterator[tuple[str, int, int]]:
        """Give all that is told in one syntax (`turtle`, `rdfxml`, `jsonld`), with the prefixes used and forbidden."""
        kept = self.moment.written(self.keys, syntax)
        missing = iter(
            self.moment.blocks([key for key, (text, _, _) in zip(self.keys, kept, strict=True) if text is None])
        )
        for text, used, forbidden in kept:
            if text is None:
                block = next(missing)
                yield getattr(block, syntax), block.used, block.forbidden
            else:
                yield text, used, forbidden
        made = [_block(tuple(self.tied()))] if self.ties else []
        made += [block_of(part.iri, part.text, roles) for part, roles in self.parts]
        for block in made:
            yield getattr(block, syntax), block.used, block.forbidden

    def tied(self) -> list[Statement]:
        """Give what ties services and agreements to the datasets."""
        return self._tied(self.ties)

    def _tied(self, ties: Sequence[Tied]) -> list[Statement]:
        """Give what ties services and agreements to some of the datasets."""

        def fragments(iris: Collection[str]) -> Iterable[Fragment]:
            return self.moment.fragments([key for key in self.keys if key.iri in iris])

        return tied_statements(ties, fragments)


def tied_statements(
    ties: Sequence[Tied], fragments: Callable[[Collection[str]], Iterable[Fragment]]
) -> list[Statement]:
    """Give what ties services and agreements to datasets; `fragments` gives those of some datasets by their IRIs."""
    found = [statement for tied in ties for statement in _tie(tied)]
    policies = _policies(ties)
    if policies:
        for fragment in fragments(policies.keys()):
            found += _with_policy(fragment, policies[fragment.iri])
    return found


Role = tuple[Part, frozenset[str]]
"""A part and the roles that it is named in."""


def _cut(reference: str) -> tuple[str, str]:
    """Cut a reference into role and IRI."""
    role, _, iri = reference.partition(" ")
    return role, iri


def _note(named: dict[str, set[str]], role: str, iri: str) -> bool:
    """Note a role; say whether the IRI is named for the first time."""
    if iri in named:
        named[iri].add(role)
        return False
    named[iri] = {role}
    return True


def _in_roles(named: Mapping[str, set[str]], found: Mapping[str, Part]) -> list[Role]:
    """Give the parts that anything is told about, be it only what they are."""
    return [
        (found.get(iri) or Part(iri, b"", (), b""), frozenset(named[iri]))
        for iri in sorted(named)
        if iri in found or any(named[iri])
    ]


def _tie(tied: Tied) -> Iterator[Statement]:
    if tied.tie == FEEDS:
        yield f"<{tied.iri}>", f"<{CG}feeds>", f"<{tied.other}>"
    elif tied.tie == COVERS:
        # odrl:hasPolicy would make the dataset the target of each of its rules.
        yield f"<{tied.other}>", f"<{CG}coversDataset>", f"<{tied.iri}>"


def _policies(ties: Iterable[Tied]) -> dict[str, str]:
    """Give the one policy of each dataset that has but one which is about nothing else."""
    found: dict[str, set[str]] = {}
    for tied in ties:
        if tied.tie == POLICY:
            found.setdefault(tied.iri, set()).add(tied.other)
    return {iri: others.pop() for iri, others in found.items() if len(others) == 1}


def _with_policy(fragment: Fragment, policy: str) -> Iterator[Statement]:
    """Link the policy where DCAT-AP has a place for it: once on a distribution."""
    statements = fragment.statements
    stated = {s for s, p, _ in statements if p == _HAS_POLICY}
    for s, p, o in statements:
        if p == _DISTRIBUTION and s == f"<{fragment.iri}>" and o[0] == "<" and o not in stated:
            yield o, _HAS_POLICY, f"<{policy}>"


@dataclass(frozen=True)
class Page:
    """A page of a catalogue, to be written in any syntax; `record_of` begins the IRIs of its catalogue records."""

    catalogue: Catalogue
    paging: Paging
    told: Told
    record_of: str

    @property
    def changed(self) -> str:
        """When the newest of its datasets last changed; '' for an empty page."""
        return max((key.changed for key in self.told.keys), default="")

    def tag(self, *further: str) -> str:
        """Digest what the page depends on, `further` included, without writing it."""
        made = blake2b(self.told.digest(), digest_size=16)
        made.update(repr((self.catalogue, self.paging, self.record_of, blocks.FORMAT, further)).encode())
        return made.hexdigest()

    def head(self) -> Iterator[Statement]:
        """Give what the page says beside its datasets and what these name."""
        yield from described(self.catalogue)
        yield from paged(self.catalogue.iri, self.paging)
        yield from listed(self.catalogue.iri, self.told.keys, self.record_of)

    def statements(self) -> list[Statement]:
        """Give all that the page says."""
        return [*self.head(), *self.told.statements()]

    def write(self, syntax: Syntax) -> bytes:
        """Write the page."""
        if syntax.block is None:
            return lines_of(self.statements())
        pieces = [*self._head(syntax.block), *self.told.written(syntax.block)]
        used = forbidden = 0
        for _, some, against in pieces:
            used |= some
            forbidden |= against
        if syntax.block == "jsonld" and used & forbidden:
            # A prefix would change the meaning of an IRI: it stays out, which only the writer of the whole can see.
            return syntax.write(self.statements(), [f"<{self.catalogue.iri}>", f"<{self.paging.here}>"])
        return document(syntax.block, [text for text, _, _ in pieces], used)

    def _head(self, syntax: str) -> Iterator[tuple[str, int, int]]:
        opening = [*described(self.catalogue), *paged(self.catalogue.iri, self.paging)]
        block = render(opening, [f"<{self.catalogue.iri}>", f"<{self.paging.here}>"])
        yield getattr(block, syntax), block.used, block.forbidden
        yield *listed_as(syntax, self.catalogue.iri, self.told.keys, self.record_of), 0


@lru_cache(maxsize=20_000)
def _block(statements: tuple[Statement, ...]) -> Block:
    """Write a few statements; remembered, since the same ties come on the same pages."""
    return render(statements)


def document(syntax: str, bodies: Sequence[str], used: int) -> bytes:
    """Put bodies of one syntax together as a document."""
    if syntax == "turtle":
        return blocks.turtle_document(bodies, used)
    if syntax == "rdfxml":
        return blocks.rdfxml_document(bodies, used)
    return blocks.jsonld_document(bodies, used)
