"""RDF terms as canonical N-Triples text: the only place that writes, checks and reads them.

A term is written `<http://…>`, `"text"`, `"text"@fr` or `"7"^^<http://…>`, always in the canonical form of RDF 1.2
N-Triples (https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples), which is what pyoxigraph's `str()` gives: two
terms are the same if and only if their texts are. Language tags are lower case: they are case-insensitive, and no
pyoxigraph reader keeps their case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal as OneOf

import pyoxigraph

from graph.errors import BadTerm

AS = "https://www.w3.org/ns/activitystreams#"
ADMS = "http://www.w3.org/ns/adms#"
CC = "http://creativecommons.org/ns#"
CG = "https://w3id.org/civigraph#"
CPSV = "http://purl.org/vocab/cpsv#"
CV = "http://data.europa.eu/m8g/"
DCAT = "http://www.w3.org/ns/dcat#"
DCATAP = "http://data.europa.eu/r5r/"
DCT = "http://purl.org/dc/terms/"
DCTYPE = "http://purl.org/dc/dcmitype/"
DC = "http://purl.org/dc/elements/1.1/"
DGA = "https://w3id.org/dpv/legal/eu/dga#"
DPV = "https://w3id.org/dpv#"
DQV = "http://www.w3.org/ns/dqv#"
ELI = "http://data.europa.eu/eli/ontology#"
FOAF = "http://xmlns.com/foaf/0.1/"
GDPR = "https://w3id.org/dpv/legal/eu/gdpr#"
GEO = "http://www.opengis.net/ont/geosparql#"
GEODCATAP = "http://data.europa.eu/930/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
LDES = "https://w3id.org/ldes#"
LDP = "http://www.w3.org/ns/ldp#"
LOCN = "http://www.w3.org/ns/locn#"
OA = "http://www.w3.org/ns/oa#"
ODRL = "http://www.w3.org/ns/odrl/2/"
ODRS = "http://schema.theodi.org/odrs#"
ORG = "http://www.w3.org/ns/org#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "http://schema.org/"
SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SPDX = "http://spdx.org/rdf/terms#"
TIME = "http://www.w3.org/2006/time#"
TREE = "https://w3id.org/tree#"
VANN = "http://purl.org/vocab/vann/"
VCARD = "http://www.w3.org/2006/vcard/ns#"
VOID = "http://rdfs.org/ns/void#"
VOID_EXT = "http://ldf.fi/void-ext#"
XSD = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: dict[str, str] = {
    "adms": ADMS,
    "as": AS,
    "cc": CC,
    "cg": CG,
    "cpsv": CPSV,
    "cv": CV,
    "dc": DC,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dct": DCT,
    "dctype": DCTYPE,
    "dga": DGA,
    "dpv": DPV,
    "dqv": DQV,
    "eli": ELI,
    "foaf": FOAF,
    "gdpr": GDPR,
    "geo": GEO,
    "geodcatap": GEODCATAP,
    "hydra": HYDRA,
    "ldes": LDES,
    "ldp": LDP,
    "locn": LOCN,
    "oa": OA,
    "odrl": ODRL,
    "odrs": ODRS,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sd": SD,
    "sh": SH,
    "skos": SKOS,
    "spdx": SPDX,
    "time": TIME,
    "tree": TREE,
    "vann": VANN,
    "vcard": VCARD,
    "void": VOID,
    "void-ext": VOID_EXT,
    "xsd": XSD,
}

Statement = tuple[str, str, str]
"""Subject, predicate and object, each an N-Triples text."""

TYPE = f"<{RDF}type>"
"""The predicate `rdf:type`, as N-Triples text."""

# The characters that canonical N-Triples escapes: C0 controls, DEL, and what XML 1.1 does not know as a character.
_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)} | {
    ord(raw): f"\\{letter}" for raw, letter in zip('\t\b\n\r\f"\\', 'tbnrf"\\', strict=True)
}
_UNESCAPES = dict(zip('tbnrf"\\', '\t\b\n\r\f"\\', strict=True))
_TO_ESCAPE = re.compile('[\x00-\x1f\x7f"\\\\\ud800-\udfff\ufffe\uffff]')
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile(r'\\(?:u([0-9A-F]{4})|([tbnrf"\\]))')

_IRI = r'<[a-zA-Z][^\x00-\x20<>"{}|^`\\]*+>'
_BLANK = r"_:[^\s<>\"\\]++"
_PLAIN = r'[^\x00-\x1f\x7f"\\\ud800-\udfff\ufffe\uffff]*+'
_CODE = r"u(?:000[0-7BEF]|001[0-9A-F]|007F|FFF[EF])"
_LEXICAL = rf'"{_PLAIN}(?:\\(?:[tbnrf"\\]|{_CODE}){_PLAIN})*+"'
_LANGUAGE = r"@[a-z]{1,8}(?:-[a-z0-9]{1,8})*+"
_LITERAL = rf"{_LEXICAL}(?:{_LANGUAGE}|\^\^(?!<{re.escape(XSD)}string>){_IRI})?"
_LINE = re.compile(rf"({_IRI}|{_BLANK}) ({_IRI}) ({_IRI}|{_BLANK}|{_LITERAL}) \.")
_IRI_ALONE = re.compile(_IRI)
_LITERAL_PARTS = re.compile(rf"({_LEXICAL})(?:@([a-z0-9-]+)|\^\^<([^>]+)>)?")


@dataclass(frozen=True, slots=True)
class Term:
    """A term taken apart: the IRI or the lexical form, and the language or datatype that its text names (else None)."""

    kind: OneOf["iri", "literal"]
    value: str
    language: str | None = None
    datatype: str | None = None

    def __str__(self) -> str:
        """The N-Triples text."""
        return iri(self.value) if self.kind == "iri" else literal(self.value, self.language, self.datatype)


@lru_cache(maxsize=2048)
def expand(names: str) -> tuple[str, ...]:
    """Write prefixed names, separated by white space, as IRIs: `dct:title foaf:name`. Raises BadTerm."""
    iris = []
    for name in names.split():
        prefix, _, local = name.partition(":")
        if prefix not in PREFIXES:
            raise BadTerm(f"no known prefix: {name!r}")
        iris.append(PREFIXES[prefix] + local)
    return tuple(iris)


def is_iri(text: str) -> bool:
    """Say whether a text is an absolute IRI in RFC 3987's characters: the check of the parser that reads it back."""
    try:
        pyoxigraph.NamedNode(text)
    except ValueError:  # UnicodeEncodeError, for lone surrogates, is one
        return False
    return True


def iri(text: str) -> str:
    """Write an IRI as N-Triples text. Raises BadTerm."""
    try:
        return f"<{pyoxigraph.NamedNode(text).value}>"
    except ValueError as error:
        raise BadTerm(f"not an absolute IRI: {text!r}", remedy=str(error)) from None


def literal(lexical: str, language: str | None = None, datatype: str | None = None) -> str:
    """Write a literal as N-Triples text, with at most one of a BCP 47 tag and the IRI of a datatype. Raises BadTerm.

    The lexical form is kept as it is ("007" stays "007"); the tag becomes lower case; `xsd:string` is not written.
    """
    if _TO_ESCAPE.search(lexical):
        if _SURROGATE.search(lexical):
            raise BadTerm(f"not a Unicode text (lone surrogate): {lexical[:80]!r}")
        lexical = lexical.translate(_ESCAPES)
    if language is not None:
        if datatype not in (None, f"{RDF}langString"):
            raise BadTerm(f"a literal with language {language!r} has no datatype {datatype!r}")
        return f'"{lexical}"@{_language(language)}'
    if datatype is None or datatype == f"{XSD}string":
        return f'"{lexical}"'
    if datatype in (f"{RDF}langString", f"{RDF}dirLangString"):
        raise BadTerm(f"a literal of datatype {datatype} needs a language tag")
    return f'"{lexical}"^^{_datatype(datatype)}'


@lru_cache(maxsize=1024)
def _language(tag: str) -> str:
    try:
        written = pyoxigraph.Literal("", language=tag).language
    except ValueError as error:
        raise BadTerm(f"not a language tag: {tag!r}", remedy=str(error)) from None
    assert written is not None
    return written


_datatype = lru_cache(maxsize=1024)(iri)


def parse_line(line: str) -> Statement:
    """Read one canonical N-Triples line, without its end of line, blank nodes allowed. Raises BadTerm."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise BadTerm(f"not a canonical N-Triples statement: {line[:200]!r}")
    subject, predicate, value = match.groups()
    return subject, predicate, value


def parse_payload(payload: bytes) -> list[Statement]:
    """Read a record's payload: canonical N-Triples, UTF-8, `\\n` after each line, no blank nodes. Raises BadTerm."""
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        raise BadTerm(f"not UTF-8: {error}") from None
    if not text:
        return []
    if text[-1] != "\n":
        raise BadTerm("the last statement of the payload is not ended by a line feed")
    statements = [parse_line(line) for line in text[:-1].split("\n")]
    for subject, _, value in statements:
        if subject[0] == "_" or value[0] == "_":
            raise BadTerm("a record has no blank nodes", where=subject)
    return statements


def value_of(text: str) -> Term:
    """Take an IRI or a literal in canonical N-Triples text apart. Raises BadTerm (for a blank node too)."""
    if _IRI_ALONE.fullmatch(text):
        return Term("iri", text[1:-1])
    match = _LITERAL_PARTS.fullmatch(text)
    if match is None:
        raise BadTerm(f"not an IRI or a literal in canonical N-Triples: {text[:200]!r}")
    lexical, language, datatype = match.groups()
    return Term("literal", _unescape(lexical[1:-1]), language, datatype)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else _UNESCAPES[match[2]], text)


def local_name(iri: str) -> str:
    """What follows the last `#`, `/` or `:` of an IRI that something follows: `title` of `http://purl.org/dc/terms/title`."""
    return re.split(r"[#/:]", iri.rstrip("#/:"))[-1]
