"""What search knows of a record: one document for what all sources tell one audience about one IRI."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from graph.records.kinds import KINDS, LABEL_RANKS
from graph.terms import DC, DCAT, DCT, RDFS, SCHEMA, SKOS, Term, value_of
from graph.views.batch import Version
from graph.views.words import STEMMERS, fold

FACETS = ("kind", "access", "licence", "publisher", "theme", "source")

_RANKS = {kind.name: rank for rank, kind in enumerate(KINDS)}
_DESCRIPTIONS = frozenset(
    f"<{name}>"
    for name in (
        f"{DCT}description", f"{DCT}abstract", f"{RDFS}comment", f"{SKOS}definition", f"{SKOS}scopeNote", f"{DC}description",
        f"{SCHEMA}description",
    )
)  # fmt: skip
_PROPERTIES = {
    f"<{DCT}accessRights>": "access",
    f"<{DCT}license>": "licence",
    f"<{DCAT}theme>": "theme",
    f"<{DCT}publisher>": "publisher",
}
_DISTRIBUTION = f"<{DCAT}distribution>"
_MODIFIED = (f"<{DCT}modified>", f"<{DCT}issued>")
_SNIPPET_LENGTH = 1_000

Text = tuple[str, str | None]
"""A literal's lexical form and its language, None without one."""


@dataclass(slots=True)
class Described:
    """What the statements of some versions say, sorted into what search needs."""

    titles: set[Text] = field(default_factory=set)
    descriptions: set[Text] = field(default_factory=set)
    texts: set[Text] = field(default_factory=set)
    access: set[str] = field(default_factory=set)
    licence: set[str] = field(default_factory=set)
    theme: set[str] = field(default_factory=set)
    publisher: set[str] = field(default_factory=set)
    other_licences: set[str] = field(default_factory=set)
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The fields of one document; `stored` is what a hit shows, as JSON."""

    iri: str
    audience: str
    facets: dict[str, list[str]]
    publisher_iris: list[str]
    title_key: str
    modified_key: str
    titles: list[Text]
    texts: list[Text]
    stored: bytes


def document(versions: Sequence[Version], name_of: Callable[[str], str]) -> Document:
    """Make the document of versions that share IRI and audience; `name_of` gives the name of an IRI, '' if none is known."""
    head = versions[0].head
    said = _described(head.iri, versions)
    names = {iri: name_of(iri) for iri in sorted(said.publisher) if _is_iri(iri)}
    publishers = sorted({names.get(value) or value for value in said.publisher})
    kind = min((version.head.kind for version in versions), key=lambda kind: _RANKS.get(kind, len(_RANKS)))
    titles = sorted(said.titles, key=_by_language)
    facets = {
        "kind": [kind],
        "access": sorted(said.access),
        "licence": sorted(said.licence or said.other_licences),
        "publisher": publishers,
        "theme": sorted(said.theme),
        "source": sorted({version.head.source for version in versions}),
    }
    stored = {
        "titles": titles,
        "descriptions": [(text[:_SNIPPET_LENGTH], tag) for text, tag in sorted(said.descriptions, key=_by_language)],
        "facets": facets,
        "names": names,
        "modified": said.modified,
    }
    return Document(
        iri=head.iri,
        audience=head.audience,
        facets=facets,
        publisher_iris=sorted(names),
        title_key=f"{' '.join(fold(titles[0][0])) if titles else chr(0x10FFFF)} {head.iri}",
        modified_key=f"{said.modified or '0'} {head.iri}",
        titles=titles,
        texts=sorted(
            said.titles | said.descriptions | said.texts | {(name, None) for name in names.values() if name}, key=_by_language
        ),
        stored=json.dumps(stored, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def _described(iri: str, versions: Iterable[Version]) -> Described:
    """Sort what the versions say; the licences of distributions stand apart, for where the record itself has none."""
    said = Described()
    subject = f"<{iri}>"
    dates: dict[str, list[str]] = {}
    for version in versions:
        for s, p, o in version.statements:
            if o[0] == '"':
                _sort_literal(said, s == subject, p, _literal(o))
            if s == subject:
                if (name := _PROPERTIES.get(p)) is not None:
                    getattr(said, name).add(_literal(o).value)
                elif p in _MODIFIED and o[0] == '"':
                    dates.setdefault(p, []).append(_literal(o).value)
            elif _PROPERTIES.get(p) == "licence":
                said.other_licences.add(_literal(o).value)
    said.modified = next((max(dates[p]) for p in _MODIFIED if p in dates), "")
    return said


def _sort_literal(said: Described, own: bool, predicate: str, value: Term) -> None:
    """Put a literal where it counts: every one is found, names and descriptions of the record itself count more."""
    text = (value.value, value.language)
    if own and predicate in LABEL_RANKS:
        said.titles.add(text)
    elif own and predicate in _DESCRIPTIONS:
        said.descriptions.add(text)
    else:
        said.texts.add(text)


_literal = lru_cache(maxsize=50_000)(value_of)


def _is_iri(value: str) -> bool:
    return ":" in value and " " not in value


def _by_language(text: Text) -> tuple[int, str, str]:
    """French before English before no language before others, as labels are chosen everywhere."""
    rank = {"fr": 0, "en": 1, "": 2}.get((text[1] or "").split("-", 1)[0], 3)
    return rank, text[1] or "", text[0]


def for_stemmer(texts: Iterable[Text], language: str) -> str:
    """The texts that a language's stemmer reads: those of the language and those of none that has a stemmer."""
    return "\n".join(
        text for text, tag in texts if (base := (tag or "").split("-", 1)[0]) == language or base not in STEMMERS
    )


def for_words(texts: Iterable[Text]) -> str:
    """The folded words of all texts, parted by blanks."""
    return " ".join(word for text, _ in texts for word in fold(text))
