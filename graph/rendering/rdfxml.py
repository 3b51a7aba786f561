"""RDF/XML: https://www.w3.org/TR/rdf-syntax-grammar/."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from graph.rendering.grouping import BLANK, group, term
from graph.terms import PREFIXES, RDF, Statement

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_SPLIT = re.compile(r"(?P<namespace>.+?)(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)\Z", re.DOTALL)
# What the Char production of XML 1.0 leaves out: no document can hold it, not even as a reference.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Most texts stand as they are: none of these characters is in them.
_TO_ESCAPE = re.compile("[&<>\r]|" + _NO_XML.pattern)
_TO_ESCAPE_IN_ATTRIBUTES = re.compile('[&<>"\t\n\r]|' + _NO_XML.pattern)
# Section 7.2.5: the names of RDF's own syntax are no property elements, and rdf:li would be counted.
_RESERVED = {
    RDF + name for name in ("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li")
}
_ENTITIES = {"\r": "&#13;"}

HEAD = f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF xmlns:rdf="{RDF}">\n'.encode()
FOOT = b"</rdf:RDF>\n"
"""What opens and what ends a document of pieces."""

_NAMESPACES = {namespace: prefix for prefix, namespace in sorted(PREFIXES.items(), reverse=True)}


def write(statements: Iterable[Statement], first: Sequence[str] = ()) -> bytes:
    """Write the statements, one `rdf:Description` a subject.

    Two things RDF/XML cannot say: a property whose IRI ends in no XML name is left out and named in a comment; a
    character that XML forbids becomes U+FFFD. The other syntaxes carry both.
    """
    names: dict[str, str] = {RDF: "rdf"}
    blocks = [_description(subject, properties, names) for subject, properties in group(statements, first).items()]
    head = "".join(f"\n    xmlns:{prefix}={quoteattr(namespace)}" for namespace, prefix in sorted(names.items()))
    return (f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF{head}>\n' + "".join(blocks) + "</rdf:RDF>\n").encode()


def piece(statements: Iterable[Statement]) -> bytes:
    """Write the statements as descriptions that stand between `HEAD` and `FOOT`, each with the namespaces it needs.

    For a document that is written piece by piece: its root cannot know yet which namespaces come.
    """
    blocks = []
    for subject, properties in group(statements).items():
        names: dict[str, str] = {RDF: "rdf"}
        block = _description(subject, properties, names)
        needed = "".join(f" xmlns:{prefix}={quoteattr(name)}" for name, prefix in sorted(names.items()) if name != RDF)
        blocks.append(block.replace("<rdf:Description", f"<rdf:Description{needed}", 1))
    return "".join(blocks).encode()


def _description(subject: str, properties: dict[str, list[str]], names: dict[str, str]) -> str:
    """Write all that is said about one subject."""
    lines = [_property(prop, value, names) for prop, values in properties.items() for value in values]
    name = f"nodeID={_node(subject)}" if subject.startswith(BLANK) else f"about={quoteattr(subject[1:-1])}"
    return f"  <rdf:Description rdf:{name}>\n{''.join(lines)}  </rdf:Description>\n"


def _node(text: str) -> str:
    """Write the label of a blank node, which is a plain name."""
    return quoteattr(text.removeprefix(BLANK))


def _property(prop: str, value: str, names: dict[str, str]) -> str:
    """Write one statement as a property element."""
    tag = _tag(term(prop).value, names)
    if tag is None:
        return unsayable(prop)
    if value.startswith(BLANK):
        return f"    <{tag} rdf:nodeID={_node(value)}/>\n"
    what = term(value)
    if what.kind == "iri":
        return f"    <{tag} rdf:resource={quoteattr(what.value)}/>\n"
    mark = ""
    if what.language:
        mark = f" xml:lang={quoteattr(what.language)}"
    elif what.datatype:
        mark = f" rdf:datatype={quoteattr(what.datatype)}"
    return f"    <{tag}{mark}>{content(what.value)}</{tag}>\n"


def _tag(iri: str, names: dict[str, str]) -> str | None:
    """Give the element name of a property and note its namespace; None where the IRI ends in no XML name."""
    cut = element(iri)
    if cut is None:
        return None
    prefix, namespace, name = cut
    known = _NAMESPACES.get(namespace) == prefix
    return f"{names.setdefault(namespace, prefix if known else f'ns{len(names)}')}:{name}"


def element(iri: str) -> tuple[str, str, str] | None:
    """Cut a property's IRI into prefix (`ns` where none is known), namespace and XML name; None if there is none."""
    if iri in _RESERVED:
        return None
    for namespace in (iri[: iri.rfind(mark) + 1] for mark in "#/" if mark in iri):
        if namespace in _NAMESPACES and _NAME.match(iri[len(namespace) :]):
            return _NAMESPACES[namespace], namespace, iri[len(namespace) :]
    cut = _SPLIT.match(iri)
    return None if cut is None else ("ns", cut["namespace"], cut["name"])


def unsayable(prop: str) -> str:
    """Name a property that RDF/XML cannot say, in a comment."""
    return f"    <!-- not sayable in RDF/XML: {prop.replace('--', '-%2D')} -->\n"


def content(text: str) -> str:
    """Write a text as character data; what XML forbids becomes U+FFFD."""
    if _TO_ESCAPE.search(text) is None:
        return text
    return escape(_NO_XML.sub(chr(0xFFFD), text), _ENTITIES)


def attribute(text: str) -> str:
    """Write a text between the double quotes of an attribute."""
    if _TO_ESCAPE_IN_ATTRIBUTES.search(text) is None:
        return text
    return escape(_NO_XML.sub(chr(0xFFFD), text), {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", **_ENTITIES})
