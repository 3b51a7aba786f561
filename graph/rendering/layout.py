"""One layout for Turtle that people edit, so that a difference between two versions of a file is one of meaning.

Subjects stand in the order of their names, after an ontology or a code list; properties in one order; objects sorted;
blank nodes in place. Comments before the first statement are kept as they are; a comment further down has no place in
a sorted file and is refused: what it says belongs to the graph. Syntax: https://www.w3.org/TR/turtle/.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from graph.errors import ConfigurationError
from graph.terms import OWL, RDF, SKOS, XSD, expand

WIDTH = 120

Node = ox.NamedNode | ox.BlankNode
Properties = dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]

_FIRST = expand(
    """rdf:type sh:targetClass sh:targetNode sh:targetSubjectsOf sh:path rdfs:subClassOf owl:equivalentClass
    rdfs:subPropertyOf owl:inverseOf rdfs:domain rdfs:range skos:inScheme skos:topConceptOf skos:notation skos:broader
    skos:prefLabel rdfs:label skos:altLabel dct:title dct:identifier skos:definition dct:description skos:scopeNote
    skos:example"""
)
_LAST = expand("dct:source rdfs:isDefinedBy")
_RANKS = {name: rank for rank, name in enumerate(_FIRST)} | {name: 1000 + rank for rank, name in enumerate(_LAST)}
_OPENING = {f"{OWL}Ontology", f"{SKOS}ConceptScheme"}
_LANGUAGES = {"fr": 0, "en": 1}
_PLAIN = {
    f"{XSD}boolean": re.compile(r"true|false"),
    f"{XSD}integer": re.compile(r"[+-]?[0-9]+"),
    f"{XSD}decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
}
_LOCAL = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)?\Z")
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"""|"(?:[^"\\\n]|\\.)*"|<[^>\s]*>|(?P<comment>#[^\n]*)|(?P<directive>@prefix|@base)|'
    r"(?P<stop>\.(?=\s|$))|[^\s\"<#]+?(?=[\s\"<#]|\.\s|\.$|$)",
    re.DOTALL,
)


def lay_out(text: bytes, *, where: str) -> bytes:
    """Write a Turtle file anew, with the prefixes it uses and the comments that open it.

    Raises ConfigurationError where it cannot be parsed, or would lose a comment or the identity of a blank node.
    """
    try:
        parser = ox.parse(text, format=ox.RdfFormat.TURTLE)
        triples = list(parser)
    except SyntaxError as error:
        raise ConfigurationError(f"not Turtle: {error}", where=where) from error
    opening = _opening_comments(text.decode(), where)
    body = _Body(triples, parser.prefixes, where)
    blocks = list(body.blocks())
    heads = "".join(f"@prefix {name}: <{body.prefixes[name]}> .\n" for name in sorted(body.used))
    parts = [heads, *([opening + "\n"] if opening else []), *(f"{block} .\n" for block in blocks)]
    return "\n".join(parts).encode()


def _opening_comments(text: str, where: str) -> str:
    """Give the comment lines before the first statement; refuse any other."""
    kept: list[str] = []
    in_directive = body = False
    for token in _TOKEN.finditer(text):
        if comment := token["comment"]:
            if body:
                line = text.count("\n", 0, token.start()) + 1
                raise ConfigurationError(
                    "a comment among the statements has no place in a sorted file",
                    where=f"{where}, line {line}",
                    remedy="move it above the first statement, or say it in the graph (skos:scopeNote)",
                )
            kept.append(comment.rstrip())
        elif token["directive"]:
            in_directive = True
        elif in_directive:
            in_directive = not token["stop"]
        else:
            body = True
    return "\n".join(kept)


class _Body:
    """The statements of a file, by subject, and the prefixes that writing them has used so far."""

    def __init__(self, triples: list[ox.Triple], prefixes: Mapping[str, str], where: str) -> None:
        self.prefixes = dict(prefixes)
        self.used: set[str] = set()
        self._subjects: dict[Node, Properties] = {}
        for triple in dict.fromkeys(triples):
            if isinstance(triple.subject, ox.Triple) or isinstance(triple.object, ox.Triple):
                raise ConfigurationError("triple terms are not used here", where=where)
            self._subjects.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
        named = Counter(triple.object for triple in triples if isinstance(triple.object, ox.BlankNode))
        if any(count > 1 for count in named.values()):
            raise ConfigurationError("a blank node is used twice", where=where, remedy="give it an address")
        self._nested = set(named)

    def blocks(self) -> Iterator[str]:
        """Write each subject that stands for itself; an unnamed one after the named."""
        roots = [subject for subject in self._subjects if subject not in self._nested]
        named = sorted((each for each in roots if isinstance(each, ox.NamedNode)), key=self._place)
        for subject in named:
            yield self._block(self._iri(subject.value), self._subjects[subject])
        yield from sorted(self._block("[]", self._subjects[each]) for each in roots if isinstance(each, ox.BlankNode))

    def _place(self, subject: ox.NamedNode) -> tuple[bool, str]:
        types = {term.value for term in self._subjects[subject].get(f"{RDF}type", [])}
        return (not types & _OPENING, subject.value)

    def _block(self, name: str, properties: Properties, indent: str = "    ") -> str:
        ordered = sorted(properties, key=lambda each: (_RANKS.get(each, 500), each))
        return f"{name} " + f" ;\n{indent}".join(self._property(each, properties[each], indent) for each in ordered)

    def _property(self, name: str, values: list[ox.NamedNode | ox.BlankNode | ox.Literal], indent: str) -> str:
        written = "a" if name == f"{RDF}type" else self._iri(name)
        texts = [text for _, text in sorted((_order(value), self._term(value, indent)) for value in values)]
        line = f"{written} {' , '.join(texts)}"
        if len(texts) == 1 or ("\n" not in line and len(indent) + len(line) <= WIDTH - 2):
            return line
        return f"{written} " + f" ,\n{indent}    ".join(texts)

    def _term(self, term: ox.NamedNode | ox.BlankNode | ox.Literal, indent: str) -> str:
        if isinstance(term, ox.NamedNode):
            return self._iri(term.value)
        if isinstance(term, ox.Literal):
            return self._literal(term)
        properties = self._subjects.get(term, {})
        if f"{RDF}first" in properties:
            return self._list(term, indent)
        if not properties:
            return "[]"
        spread = self._block("[", properties, indent + "    ") + " ]"
        flat = spread if '"""' in spread else re.sub(r"\n *", " ", spread)  # only such a text has line ends of its own
        return flat if len(flat) <= WIDTH // 2 else spread

    def _list(self, head: Node, indent: str) -> str:
        """Write an RDF list; a node with more than first and rest would lose it and is no list."""
        members = []
        while isinstance(head, ox.BlankNode):
            properties = self._subjects[head]
            members.append(self._term(properties[f"{RDF}first"][0], indent))
            (rest,) = properties[f"{RDF}rest"]
            assert isinstance(rest, ox.NamedNode | ox.BlankNode)
            head = rest
        return f"( {' '.join(members)} )"

    def _literal(self, literal: ox.Literal) -> str:
        text, datatype = literal.value, literal.datatype.value
        if (plain := _PLAIN.get(datatype)) and plain.fullmatch(text):
            return text
        quoted = _quote(text)
        if literal.language:
            return f"{quoted}@{literal.language}"
        return quoted if datatype == f"{XSD}string" else f"{quoted}^^{self._iri(datatype)}"

    def _iri(self, iri: str) -> str:
        fitting = [(len(space), name) for name, space in self.prefixes.items() if iri.startswith(space)]
        for length, name in sorted(fitting, reverse=True):
            if _LOCAL.match(iri[length:]):
                self.used.add(name)
                return f"{name}:{iri[length:]}"
        return f"<{iri}>"


def _order(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> tuple[int, int, str, str]:
    """Sort addresses first, then texts in French, in English, in others, then nodes without a name by how they read."""
    if isinstance(term, ox.NamedNode):
        return 0, 0, "", term.value
    if isinstance(term, ox.Literal):
        language = term.language or ""
        return 1, _LANGUAGES.get(language, 2), language, term.value
    return 2, 0, "", ""


def _quote(text: str) -> str:
    """Quote a text; on several lines where it has several."""
    escaped = text.replace("\\", "\\\\").replace("\r", "\\r")
    if "\n" in text:
        return (
            '"""'
            + escaped.replace('"""', '\\"\\"\\"').removesuffix('"')
            + ('\\"' if text.endswith('"') else "")
            + '"""'
        )
    return '"' + escaped.replace('"', '\\"').replace("\t", "\\t") + '"'
