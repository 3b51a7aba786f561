"""The ontology's style: one layout, shapes that it keeps, and shapes that find each sort of flaw when it is planted."""

# ruff: noqa: E501  (one flaw a line reads as a table)

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.namespace import SH

from graph.errors import ConfigurationError
from graph.rendering.layout import lay_out
from graph.terminology import check
from graph.terminology.style import flaws
from shapes import loader as shapes_loader

PREFIXES = """@prefix cg: <https://w3id.org/civigraph#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
HEADER = """<https://w3id.org/civigraph> a owl:Ontology ; owl:versionInfo "1.2.3" ; dct:license <https://l.example/> ;
    owl:versionIRI <https://w3id.org/civigraph/1.2.3> .
"""
CLASS = """cg:Lamp a owl:Class ; rdfs:label "Lampe"@fr , "Lamp"@en ; skos:definition "Elle éclaire."@fr , "It gives light."@en ;
    skos:example "Celle-ci."@fr , "This one."@en ; dct:source <https://s.example/> ; rdfs:isDefinedBy <https://w3id.org/civigraph> .
"""
PROPERTY = """cg:lights a owl:ObjectProperty ; rdfs:label "éclaire"@fr , "lights"@en ; skos:definition "Éclaire."@fr , "Lights."@en ;
    skos:example "La rue."@fr , "The street."@en ; dct:source <https://s.example/> ; rdfs:isDefinedBy <https://w3id.org/civigraph> .
"""
CODES = """cg:Hues a skos:ConceptScheme ; skos:prefLabel "Teintes"@fr , "Hues"@en ; rdfs:label "Teintes"@fr , "Hues"@en ;
    skos:definition "Teintes."@fr , "Hues."@en ; dct:source <https://s.example/> ; rdfs:isDefinedBy <https://w3id.org/civigraph> .
cg:Warm a skos:Concept ; skos:inScheme cg:Hues ; skos:prefLabel "Chaude"@fr , "Warm"@en ; rdfs:label "Chaude"@fr , "Warm"@en ;
    skos:definition "Chaude."@fr , "Warm."@en ; dct:source <https://s.example/> ; rdfs:isDefinedBy <https://w3id.org/civigraph> .
"""
SOUND = PREFIXES + HEADER + CLASS + PROPERTY + CODES
GIVEN_UP = (
    SOUND
    + """cg:Lantern a owl:Class ; rdfs:label "Lanterne"@fr , "Lantern"@en ; skos:definition "Lampe."@fr , "Lamp."@en ;
    skos:example "Une."@fr , "One."@en ; dct:source <https://s.example/> ; rdfs:isDefinedBy <https://w3id.org/civigraph> ;
    owl:deprecated true ; dct:isReplacedBy cg:Lamp ; skos:changeNote "Même chose."@fr , "The same."@en .
"""
)


def found(text: str) -> set[tuple[str, str]]:
    """Give the flaws as pairs: local name of the term, message in English."""
    return {
        (flaw.term.removeprefix("https://w3id.org/civigraph").lstrip("#"), flaw.message_en)
        for flaw in flaws([("x.ttl", text.encode())])
    }


def test_the_ontology_keeps_its_own_style() -> None:
    assert check.check_style() == []


def test_what_is_sound_has_no_flaw() -> None:
    assert found(SOUND) == found(GIVEN_UP) == set()


@pytest.mark.parametrize(
    ("old", "new", "term", "words"),
    [
        ('"Lampe"@fr , ', "", "Lamp", "one label in French"),
        ('"Lampe"@fr', '"Lampe"@fr , "Luminaire"@fr', "Lamp", "one label in French"),
        ('"Lampe"@fr', '"lampe"@fr', "Lamp", "label of a class begins with a capital"),
        (' , "It gives light."@en', "", "Lamp", "one definition in English"),
        ('"This one."@en', '"Celle-là."@fr', "Lamp", "example in English"),
        ("dct:source <https://s.example/>", 'dct:source "somewhere"', "Lamp", "what it is drawn from"),
        ("cg:Lamp a owl:Class", "cg:lamp a owl:Class", "lamp", "class begins with a capital letter"),
        ("cg:lights a", "cg:Lights a", "Lights", "property begins with a small letter"),
        ("cg:lights a", "cg:runsService a", "runsService", "keyword SERVICE"),
        ("cg:Warm a", "cg:warm a", "", "code of the ontology begins with a capital"),
        ("cg:Warm a", "cg:WarmService a", "", "does not end in “Service”"),
        ("skos:inScheme cg:Hues", "skos:inScheme cg:Lamp", "Warm", "one list, and it is described"),
        ("skos:inScheme cg:Hues", "skos:inScheme cg:Hues ; skos:broader cg:Warm", "", "broader than itself"),
        ("cg:lights a owl:ObjectProperty", "cg:lights a owl:ObjectProperty ; rdfs:range cg:Street", "", "named and not defined"),
        ("cg:Lamp a owl:Class", "cg:Lamp a owl:Class ; rdfs:subClassOf cg:Lamp", "", "broader than itself"),
        ('owl:versionInfo "1.2.3"', 'owl:versionInfo "next"', "", "three numbers"),
        ("owl:versionIRI <https://w3id.org/civigraph/1.2.3>", "rdfs:seeAlso <https://x.example/>", "", "has an address"),
        ("dct:isReplacedBy cg:Lamp ; ", "", "Lantern", "names what replaces it"),
        ("dct:isReplacedBy cg:Lamp", "dct:isReplacedBy cg:Torch", "", "named and not defined"),
        ("dct:isReplacedBy cg:Lamp", "dct:isReplacedBy <https://x.example/Torch>", "Lantern", "replaces a term that is given up is described"),
        ("dct:isReplacedBy cg:Lamp", "dct:isReplacedBy cg:Lantern", "Lantern", "not given up itself"),
        ("owl:deprecated true", "owl:deprecated false", "Lantern", "owl:deprecated true"),
        (' , "The same."@en', "", "Lantern", "says why, in English"),
        ("cg:lights a owl:ObjectProperty", "cg:lights a owl:ObjectProperty ; rdfs:range cg:Lantern", "Lantern", "used no more"),
    ],
)  # fmt: skip
def test_every_sort_of_flaw_is_found(old: str, new: str, term: str, words: str) -> None:
    assert old in GIVEN_UP
    planted = GIVEN_UP.replace(old, new, 1)
    assert [message for name, message in found(planted) if name == term and words in message], found(planted)


def test_every_message_of_the_shapes_is_in_french_and_english() -> None:
    graph = Graph()
    for _, text in shapes_loader.ontology():
        graph.parse(data=text, format="turtle")
    speaking = set(graph.subjects(SH.message))
    assert len(speaking) >= 35
    for shape in speaking:
        assert {text.language for text in graph.objects(shape, SH.message)} == {"fr", "en"}, shape
    reported = set(graph.objects(None, SH.property)) | set(graph.objects(None, SH.sparql))
    assert reported <= speaking


def test_every_file_is_in_the_one_layout() -> None:
    """`scripts/format-ontology` writes them so."""
    assert check.check_layout() == []
    assert len(check.authored()) >= 55


@pytest.mark.parametrize("name", [name for name, _ in check.authored()])
def test_the_layout_changes_no_meaning(name: str) -> None:
    text = dict(check.authored())[name]
    blocks = [block for block in text.strip().split(b"\n\n") if not block.startswith(b"#")]
    mixed = b"\n".join([blocks[0], *reversed(blocks[1:])])
    again = lay_out(mixed, where=name)
    assert again.strip().split(b"\n\n") == blocks
    assert _canonical(again) == _canonical(text)


def _canonical(text: bytes) -> set[str]:
    """Give the statements with canonical names of blank nodes."""
    dataset = ox.Dataset(ox.Quad(*triple) for triple in ox.parse(text, format=ox.RdfFormat.TURTLE))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def test_layout_keeps_opening_comments_and_sorts_the_rest() -> None:
    text = b"""# Why this file.
@prefix b: <https://b.example/> .
@prefix a: <https://a.example/> .
# On two lines, with a <#> and a "#".
b:two a:says "x # no comment" , "z"@en , "y"@fr , 1 , 2.5 , true . b:one a:has [ a:p ( b:x "l1\\nl2" ) ] ; a a:Thing .
"""
    assert (
        lay_out(text, where="x").decode()
        == '''@prefix a: <https://a.example/> .
@prefix b: <https://b.example/> .

# Why this file.
# On two lines, with a <#> and a "#".

b:one a a:Thing ;
    a:has [ a:p ( b:x """l1
l2""" ) ] .

b:two a:says "y"@fr , "z"@en , 1 , 2.5 , true , "x # no comment" .
'''
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"<https://a.example/> a <https://b.example/> .\n# here\n", "comment among the statements"),
        (b"_:x <https://b.example/> _:y . <https://a.example/> <https://b.example/> _:y .", "used twice"),
        (b"<https://a.example/> a .", "not Turtle"),
    ],
)
def test_layout_refuses_what_it_would_lose(text: bytes, what: str) -> None:
    with pytest.raises(ConfigurationError, match=what):
        lay_out(text, where="x.ttl")
