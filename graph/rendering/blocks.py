"""Statements written once in three syntaxes, as blocks that are put together into documents later.

A feed writes a dataset when it changes, not when it is asked for: a page is then the joining of what stands there. A
block says all that its statements say; which prefixes it uses is kept as the bits of a number, so that a document opens
with those that its blocks use.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from json.encoder import encode_basestring

from graph.rendering import rdfxml, turtle
from graph.rendering.grouping import group, prefixed
from graph.terms import PREFIXES, TYPE, Statement, value_of

_ORDER = sorted(PREFIXES)
_BITS = {prefix: 1 << place for place, prefix in enumerate(_ORDER)}
# SQLite keeps numbers of 63 bits.
assert len(_ORDER) < 63

FORMAT = blake2b(f"1 {PREFIXES}".encode(), digest_size=6).hexdigest()
"""What a kept block depends on beside its statements."""

_OPEN, _BETWEEN, _CLOSE = '{\n  "@context": ', ',\n  "@graph": [\n', "\n  ]\n}\n"


@dataclass(frozen=True, slots=True)
class Block:
    """Statements in Turtle, RDF/XML and JSON-LD.

    `used` are the prefixes that one of the three needs, `forbidden` those that would change the meaning of an IRI in
    JSON-LD, where `time:abc` is read as a prefixed name once `time` is a prefix.
    """

    turtle: str
    rdfxml: str
    jsonld: str
    used: int
    forbidden: int


EMPTY = Block("", "", "", 0, 0)


@dataclass(frozen=True, slots=True)
class _Name:
    """An IRI as each syntax writes it: in Turtle, by prefix in JSON-LD, as an XML element's name and its opening."""

    turtle: str
    short: str
    tag: str | None
    opening: str
    bits: int
    scheme: int


@lru_cache(maxsize=20_000)
def _name(text: str) -> _Name:
    """Write an IRI, given as N-Triples text."""
    iri = text[1:-1]
    used: set[str] = set()
    written = turtle.short(text, used)
    scheme = _BITS.get(iri.partition(":")[0], 0)
    short = iri
    cut = prefixed(iri)
    if cut is not None and not cut[1].startswith("//"):
        short = f"{cut[0]}:{cut[1]}"
        used.add(cut[0])
    tag = rdfxml.element(iri)
    opening = ""
    if tag is not None:
        prefix, namespace, local = tag
        if PREFIXES.get(prefix) == namespace:
            used.add(prefix)
        else:
            opening = f' xmlns:{prefix}="{rdfxml.attribute(namespace)}"'
        name = f"{prefix}:{local}"
    bits = sum(_BITS[prefix] for prefix in used)
    return _Name(written, short, None if tag is None else name, opening, bits, scheme)


@lru_cache(maxsize=20_000)
def _node(text: str) -> tuple[str, str, str, int, int]:
    """Write an IRI as an object: Turtle, the attribute of RDF/XML, JSON-LD, prefixes used, prefixes forbidden."""
    used: set[str] = set()
    written = turtle.short(text, used)
    iri = text[1:-1]
    bits = sum(_BITS[prefix] for prefix in used)
    scheme = _BITS.get(iri.partition(":")[0], 0)
    return written, f' rdf:resource="{rdfxml.attribute(iri)}"/>', f'{{"@id": "{iri}"}}', bits, scheme


def render(statements: Iterable[Statement], first: Sequence[str] = ()) -> Block:
    """Write statements as a block in the order that every document has; `first` names the subjects that open it."""
    return _Writer().write(group(statements, first))


class _Writer:
    """Writes one block, and notes which prefixes it needs and which it forbids."""

    def __init__(self) -> None:
        self.used = 0
        self.forbidden = 0

    def write(self, grouped: dict[str, dict[str, list[str]]]) -> Block:
        """Write every subject."""
        turtles, xmls, jsons = [], [], []
        for subject, properties in grouped.items():
            lines, elements, members = self._properties(properties)
            written, _, _, bits, scheme = _node(subject)
            self.used |= bits
            self.forbidden |= scheme
            iri = subject[1:-1]
            turtles.append(f"{written} {lines} .\n")
            xmls.append(f'  <rdf:Description rdf:about="{rdfxml.attribute(iri)}">\n{elements}  </rdf:Description>\n')
            jsons.append(f'    {{\n      "@id": "{iri}"{members}\n    }}')
        return Block("\n".join(turtles), "".join(xmls), ",\n".join(jsons), self.used, self.forbidden)

    def _properties(self, properties: dict[str, list[str]]) -> tuple[str, str, str]:
        """Write what is said about one subject in each syntax."""
        lines, elements, members = [], [], []
        for prop, values in properties.items():
            name = _name(prop)
            self.used |= name.bits
            types = prop == TYPE
            texts, objects, classes = [], [], []
            for value in values:
                if value[0] == "<":
                    written, attribute, node, bits, scheme = _node(value)
                    texts.append(written)
                    if types:
                        cls = _name(value)
                        bits |= cls.bits
                        classes.append(f'"{cls.short}"')
                        if cls.short != value[1:-1]:
                            scheme = 0
                    else:
                        objects.append(node)
                    self.used |= bits
                    self.forbidden |= scheme
                    elements.append(self._element(name, prop, attribute))
                else:
                    text, content, member = self._literal(value)
                    texts.append(text)
                    objects.append(member)
                    elements.append(self._element(name, prop, content))
            word = "a" if types else name.turtle
            lines.append(f"{word} {texts[0]}" if len(texts) == 1 else f"{word}\n        " + " ,\n        ".join(texts))
            if classes:
                members.append(f',\n      "@type": {_one_or_all(classes)}')
            if objects:
                if name.short == prop[1:-1]:
                    self.forbidden |= name.scheme
                members.append(f',\n      "{name.short}": {_one_or_all(objects)}')
        return " ;\n    ".join(lines), "".join(elements), "".join(members)

    @staticmethod
    def _element(name: _Name, prop: str, content: str) -> str:
        """Write one property element; `content` is what follows its name, its end tag left out where it has one."""
        if name.tag is None:
            return rdfxml.unsayable(prop)
        if content.endswith("/>"):
            return f"    <{name.tag}{name.opening}{content}\n"
        return f"    <{name.tag}{name.opening}{content}</{name.tag}>\n"

    def _literal(self, text: str) -> tuple[str, str, str]:
        """Write a literal; the escapes of canonical N-Triples are escapes of JSON too, with the same meaning."""
        end = text.rindex('"') + 1
        quoted, mark = text[:end], text[end:]
        content = _xml(quoted)
        if not mark:
            return text, f">{content}", quoted
        if mark[0] == "@":
            language = mark[1:]
            return text, f' xml:lang="{language}">{content}', f'{{"@language": "{language}", "@value": {quoted}}}'
        datatype = mark[2:]
        name = _name(datatype)
        self.used |= name.bits
        if name.short == datatype[1:-1]:
            self.forbidden |= name.scheme
        return (
            f"{quoted}^^{name.turtle}",
            f' rdf:datatype="{rdfxml.attribute(datatype[1:-1])}">{content}',
            f'{{"@type": "{name.short}", "@value": {quoted}}}',
        )


def _xml(quoted: str) -> str:
    """Write the lexical form of a quoted N-Triples text as XML's character data."""
    if "\\" in quoted:
        return rdfxml.content(value_of(quoted).value)
    return rdfxml.content(quoted[1:-1])


def _one_or_all(texts: Sequence[str]) -> str:
    """Write a single value by itself, several as an array."""
    if len(texts) == 1:
        return texts[0]
    return "[\n        " + ",\n        ".join(texts) + "\n      ]"


def bits(*names: str) -> int:
    """Give the bits of prefixes."""
    return sum(_BITS[name] for name in names)


def prefixes(used: int) -> list[str]:
    """Name the prefixes of a number's bits."""
    return [prefix for prefix in _ORDER if used & _BITS[prefix]]


def turtle_document(bodies: Sequence[str], used: int) -> bytes:
    """Put Turtle together; the same is TriG and N3."""
    return f"{turtle_head(used)}\n{turtle_body(bodies)}".encode()


def turtle_head(used: int) -> str:
    """Declare the prefixes."""
    return "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in prefixes(used))


def turtle_body(bodies: Sequence[str]) -> str:
    """Put blocks of Turtle below each other."""
    return "\n".join(filter(None, bodies))


def rdfxml_document(bodies: Sequence[str], used: int) -> bytes:
    """Put RDF/XML together."""
    return (rdfxml_head(used) + "".join(bodies) + rdfxml.FOOT.decode()).encode()


def rdfxml_head(used: int, *, declaration: bool = True) -> str:
    """Open a document that uses these prefixes."""
    names = {"rdf": PREFIXES["rdf"], **{prefix: PREFIXES[prefix] for prefix in prefixes(used)}}
    spaces = "".join(f'\n    xmlns:{prefix}="{rdfxml.attribute(name)}"' for prefix, name in sorted(names.items()))
    opening = '<?xml version="1.0" encoding="utf-8"?>\n' if declaration else ""
    return f"{opening}<rdf:RDF{spaces}>\n"


def jsonld_document(bodies: Sequence[str], used: int) -> bytes:
    """Put JSON-LD together, its context in the document."""
    return f"{jsonld_head(used)}{JSONLD_BETWEEN.join(filter(None, bodies))}{JSONLD_FOOT}".encode()


def jsonld_head(used: int) -> str:
    """Open a document with the context of these prefixes."""
    members = ",\n".join(f'    "{prefix}": {encode_basestring(PREFIXES[prefix])}' for prefix in prefixes(used))
    context = f"{{\n{members}\n  }}" if members else "{}"
    return f"{_OPEN}{context}{_BETWEEN}"


JSONLD_BETWEEN = ",\n"
JSONLD_FOOT = _CLOSE
"""What stands between two blocks of JSON-LD, and what closes their document."""
