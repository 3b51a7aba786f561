"""Look-up in the code tables: a code, a label or an address as written, to the IRI that it means.

Each scheme is one `.tsv` file beside this module: first column the IRI, then columns of alternatives separated by `|`.
IRIs of the EU authority tables are those of https://op.europa.eu/en/web/eu-vocabularies; a licence has the address that
its own steward gives.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from graph.terms import CG, DCAT, DCT, Statement, iri, is_iri, value_of

ACCESS_RIGHT = "http://publications.europa.eu/resource/authority/access-right/"
IANA = "https://www.iana.org/assignments/media-types/"

# https://www.iana.org/assignments/top-level-media-types
_MEDIA_TYPE = re.compile(
    r"(application|audio|font|haptics|image|message|model|multipart|text|video)/[a-z0-9][a-z0-9!#$&^_.+-]*"
)
_NOT_WORD = re.compile(r"[\W_]+")
_ADDRESS_START = re.compile(r"^https?://(www\.)?", re.IGNORECASE)


def fold(text: str) -> str:
    """Fold case, accents, punctuation and, in an address, what names no page: `https`, `www.`, a last slash."""
    decomposed = unicodedata.normalize("NFKD", _ADDRESS_START.sub("", text.strip()))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", plain.casefold()).strip()


def rows(scheme: str) -> list[dict[str, str]]:
    """Read a table as it stands: `licences`, `frequencies`, `themes`, `formats`, `languages` or `access-rights`."""
    text = files("graph.ingest.codes").joinpath(f"{scheme}.tsv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def table(scheme: str) -> Mapping[str, str]:
    """Map each folded code, label and address of a scheme, and each of its IRIs, to the IRI."""
    found: dict[str, str] = {}
    for row in rows(scheme):
        for column in ("iri", "code", "labels", "addresses", "media_types"):
            for written in (row.get(column) or "").split("|"):
                if written:
                    found.setdefault(fold(written), row["iri"])
    return found


def licence(text: str) -> str | None:
    """Find the licence that a code, a label or an address means; None where no row says it."""
    return table("licences").get(fold(text))


def frequency(text: str) -> str | None:
    """Find the EU frequency."""
    return table("frequencies").get(fold(text))


def theme(text: str) -> str | None:
    """Find the EU data theme."""
    return table("themes").get(fold(text))


def language(text: str) -> str | None:
    """Find the EU language; of a tag with subtags (`fr-FR`) the first subtag decides."""
    return table("languages").get(fold(text)) or table("languages").get(fold(re.split("[-_]", text)[0]))


def access_right(text: str) -> str | None:
    """Find the EU access right."""
    return table("access-rights").get(fold(text))


def file_type(text: str) -> str | None:
    """Find the EU file type of a media type, an extension or a name, whatever parameters follow (`; charset=utf-8`)."""
    return table("formats").get(fold(text.partition(";")[0].lstrip(". ")))


def media_type(text: str) -> str | None:
    """Find the IANA media type's IRI of a media type, or of a name that the formats table knows one for."""
    plain = text.partition(";")[0].strip().lower()
    if _MEDIA_TYPE.fullmatch(plain):
        return IANA + plain
    return _media_types().get(fold(plain))


@cache
def _media_types() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in rows("formats"):
        if row["media_types"]:
            for written in (row["iri"], row["code"], *row["labels"].split("|")):
                found.setdefault(fold(written), IANA + row["media_types"].split("|")[0])
    return found


def domain(theme_iri: str) -> str | None:
    """Name the domain (`cg:Energy`, `cg:Mobility`, …) that an EU data theme lies in, None where it says none."""
    return next((row["domain"] for row in rows("themes") if row["iri"] == theme_iri and row["domain"]), None)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How literals of one property are mapped: the table's name in reports, the look-up, the original's property."""

    name: str
    find: Callable[[str], str | None]
    stated: str


SCHEMES: Mapping[str, Scheme] = {
    f"<{DCT}license>": Scheme("licences", licence, f"<{CG}statedLicence>"),
    f"<{DCT}accrualPeriodicity>": Scheme("frequencies", frequency, f"<{CG}statedFrequency>"),
    f"<{DCAT}theme>": Scheme("themes", theme, f"<{CG}statedTheme>"),
    f"<{DCT}format>": Scheme("formats", file_type, f"<{CG}statedFormat>"),
    f"<{DCAT}mediaType>": Scheme("formats", media_type, f"<{CG}statedFormat>"),
    f"<{DCT}language>": Scheme("languages", language, f"<{CG}statedLanguage>"),
    f"<{DCT}accessRights>": Scheme("access-rights", access_right, f"<{CG}statedAccessRights>"),
}
"""The properties that want an IRI, as N-Triples texts."""


def map_literal(subject: str, predicate: str, value: str) -> tuple[Statement, Statement] | None:
    """Map a literal where an IRI is expected: the mapped statement, and the original under another property.

    The value is an N-Triples text. None where no table knows it: then it stays as it is. The original never stays
    beside the IRI on the same property.
    """
    scheme = SCHEMES.get(predicate)
    if scheme is None or value[0] != '"':
        return None
    meant = _meant(predicate, value_of(value).value)
    return None if meant is None else ((subject, predicate, meant), (subject, scheme.stated, value))


@lru_cache(maxsize=4096)  # bounded: the texts come from outside
def _meant(predicate: str, text: str) -> str | None:
    found = SCHEMES[predicate].find(text)
    # An address that no table has is an IRI all the same, written as text.
    found = text.strip() if found is None and _ADDRESS_START.match(text.strip()) else found
    return iri(found) if found is not None and is_iri(found) else None
