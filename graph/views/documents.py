"""What search knows of a record: one document for what all sources tell one audience about one IRI."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from graph.records.kinds import KINDS, LABEL_RANKS
from graph.terms import CG, DC, DCAT, DCT, DGA, ODRL, RDFS, SCHEMA, SKOS, value_of
from graph.views.batch import Version
from graph.views.words import STEMMERS, fold

_LAST = chr(0x10FFFF)
"""Sorts after every title."""

FACETS = ("kind", "access", "licence", "publisher", "theme", "domain", "territory", "source")
"""What readers narrow by: counted, and shown with a hit."""

MARKS = ("any_licence", "party", "hindrance")
"""What conditions ask for (`conditions.py`): every licence that is named, who holds or runs the thing, what stands
against openness in the record itself."""

UNLICENSED, CHARGED = "unlicensed", "charged"
"""The hindrances: something of the dataset has no licence; it states that it is not free of charge."""

_RANKS = {kind.name: rank for rank, kind in enumerate(KINDS)}
_DESCRIPTIONS = (
    f"{DCT}description", f"{DCT}abstract", f"{RDFS}comment", f"{SKOS}definition", f"{SKOS}scopeNote",
    f"{DC}description", f"{SCHEMA}description",
)  # fmt: skip
_MODIFIED, _ISSUED, _LICENCE = f"<{DCT}modified>", f"<{DCT}issued>", f"<{DCT}license>"
_SNIPPET_LENGTH = 1_000
# Kinds of which a pole is told.
_PARTIES = {"actor", "body"}

# What the record's own statements are for; other literals are text to be found, other IRIs nothing.
_TITLE, _DESCRIPTION = "title", "description"
_USES = {
    **dict.fromkeys(LABEL_RANKS, _TITLE),
    **{f"<{name}>": _DESCRIPTION for name in _DESCRIPTIONS},
    f"<{DCT}accessRights>": "access",
    _LICENCE: "licence",
    f"<{DCAT}theme>": "theme",
    f"<{CG}domain>": "domain",
    f"<{DCT}spatial>": "territory",
    f"<{DCT}publisher>": "publisher",
    f"<{DGA}hasDataHolder>": "holder",
    **{f"<{name}>": "runs" for name in (f"{CG}operatedBy", f"{ODRL}assigner", f"{ODRL}assignee", f"{CG}statedBy")},
    f"<{DCAT}distribution>": "distribution",
    f"<{SCHEMA}isAccessibleForFree>": "free",
    _MODIFIED: _MODIFIED,
    _ISSUED: _ISSUED,
}

Text = tuple[str, str | None]
"""A literal's lexical form and its language: None where it has no tag, `NO_LANGUAGE` where it has a datatype."""

# BCP 47's tag for what is in no language: dates, numbers and addresses are found by their words, and have no stems.
NO_LANGUAGE = "zxx"


@dataclass(slots=True)
class Described:
    """What the statements of some versions say.

    `own`: the record's own by their use; every literal; the licences of owned nodes, together and by node.
    """

    own: dict[str, set[Text]] = field(default_factory=dict)
    texts: set[Text] = field(default_factory=set)
    other_licences: set[str] = field(default_factory=set)
    licensed: dict[str, set[str]] = field(default_factory=dict)

    def values(self, use: str) -> list[str]:
        """IRIs and lexical forms of the record's own statements of a use, sorted."""
        some = self.own.get(use)
        return sorted({value for value, _ in some}) if some else []

    def in_order(self, use: str) -> list[Text]:
        """Texts of the record's own statements of a use, the preferred languages first."""
        texts = ((text, None if tag == NO_LANGUAGE else tag) for text, tag in self.own.get(use, ()))
        return sorted(texts, key=_by_language)


@dataclass(frozen=True, slots=True)
class Document:
    """The fields of one document; `stored` is what a hit shows, as JSON."""

    iri: str
    audience: str
    facets: dict[str, list[str]]
    marks: dict[str, list[str]]
    publisher_iris: list[str]
    title_key: str
    modified_key: str
    titles: list[Text]
    texts: list[Text]
    stored: bytes


def document(versions: Sequence[Version], name_of: Callable[[str], str]) -> Document:
    """Make the document of versions that share IRI and audience; `name_of` gives the name of an IRI, '' for none."""
    head = versions[0].head
    said = _described(head.iri, versions)
    names = {iri: name_of(iri) for iri in said.values("publisher") if _is_iri(iri)}
    kind = min((version.head.kind for version in versions), key=lambda kind: _RANKS.get(kind, len(_RANKS)))
    titles = said.in_order(_TITLE)
    modified = max(said.values(_MODIFIED) or said.values(_ISSUED), default="")
    facets = {
        "kind": [kind],
        "access": said.values("access"),
        "licence": said.values("licence") or sorted(said.other_licences),
        "publisher": sorted({names.get(value) or value for value in said.values("publisher")}),
        "theme": said.values("theme"),
        "domain": said.values("domain"),
        "territory": [value for value in said.values("territory") if _is_iri(value)],
        "source": sorted({version.head.source for version in versions}),
    }
    marks = _marks(head.iri, kind, said)
    stored = {
        "titles": titles,
        "descriptions": [(text[:_SNIPPET_LENGTH], tag) for text, tag in said.in_order(_DESCRIPTION)],
        "facets": facets,
        "marks": marks,
        "names": names,
        "modified": modified,
    }
    return Document(
        iri=head.iri,
        audience=head.audience,
        facets=facets,
        marks=marks,
        publisher_iris=list(names),
        title_key=f"{fold(titles[0][0]) if titles else _LAST} {head.iri}",
        modified_key=f"{modified or '0'} {head.iri}",
        titles=titles,
        texts=[*said.texts, *((name, None) for name in names.values() if name)],
        stored=json.dumps(stored, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def _marks(iri: str, kind: str, said: Described) -> dict[str, list[str]]:
    """What conditions ask for, as `ontology/derivations/openness.rq` and `pole.rq` read the record."""
    own, distributions = said.values("licence"), said.values("distribution")
    named = [said.licensed.get(each, set()) for each in distributions]
    hindrances = []
    if not own and (not distributions or not all(named)):
        hindrances.append(UNLICENSED)
    if any(value in {"false", "0"} for value in said.values("free")):
        hindrances.append(CHARGED)
    parties = said.values("holder") or said.values("publisher")
    return {
        "any_licence": sorted({*own, *(licence for some in named for licence in some)}),
        "party": sorted({*parties, *said.values("runs"), *([iri] if kind in _PARTIES else [])}),
        "hindrance": hindrances,
    }


def _described(iri: str, versions: Iterable[Version]) -> Described:
    """Sort what the versions say by use."""
    said = Described()
    subject = f"<{iri}>"
    own, texts = said.own, said.texts
    for version in versions:
        for s, p, o in version.statements:
            if o[0] == '"':
                text = _text(o)
                texts.add(text)
            else:
                text = o[1:-1], None
            if s == subject:
                if (use := _USES.get(p)) is not None:
                    if use in own:
                        own[use].add(text)
                    else:
                        own[use] = {text}
            elif p == _LICENCE:
                said.other_licences.add(text[0])
                said.licensed.setdefault(s[1:-1], set()).add(text[0])
    # A name that is none, or a date: an IRI where a text belongs.
    for use in (_TITLE, _DESCRIPTION, _MODIFIED, _ISSUED):
        if use in own:
            own[use] &= texts
    return said


@lru_cache(maxsize=50_000)
def _text(written: str) -> Text:
    """The value of a literal's N-Triples text, with its language."""
    if "\\" in written:
        term = value_of(written)
        return term.value, term.language or (NO_LANGUAGE if term.datatype else None)
    # Without escapes the last quote ends the lexical form. Asked for millions of literals, value_of is too slow.
    end = written.rindex('"')
    mark = written[end + 1 : end + 2]
    return written[1:end], NO_LANGUAGE if mark == "^" else written[end + 2 :] or None


def _is_iri(value: str) -> bool:
    return ":" in value and " " not in value


def _by_language(text: Text) -> tuple[int, str, str]:
    """French before English before no language before others, as labels are chosen everywhere."""
    rank = {"fr": 0, "en": 1, "": 2}.get((text[1] or "").split("-", 1)[0], 3)
    return rank, text[1] or "", text[0]


def publishers(versions: Iterable[Version]) -> set[str]:
    """The IRIs that stand as publisher anywhere in these versions."""
    predicate = b" <http://purl.org/dc/terms/publisher> <"
    found = set()
    for version in versions:
        start = version.payload.find(predicate)
        while start >= 0:
            end = version.payload.index(b">", start + len(predicate))
            found.add(version.payload[start + len(predicate) : end].decode())
            start = version.payload.find(predicate, end)
    return found


def for_stemmers(texts: Iterable[Text]) -> dict[str, str]:
    """What each language's stemmer reads: the texts of its language and those of a language that has no stemmer."""
    read: dict[str, list[str]] = {language: [] for language in STEMMERS}
    for text, tag in texts:
        language = tag.split("-", 1)[0] if tag else ""
        if language != NO_LANGUAGE:
            for each in (language,) if language in STEMMERS else STEMMERS:
                read[each].append(text)
    return {language: "\n".join(some) for language, some in read.items()}


def for_words(texts: Iterable[Text]) -> str:
    """The folded words of all texts, parted by blanks."""
    return fold("\n".join(text for text, _ in texts))
