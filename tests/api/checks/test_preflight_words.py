"""What pre-flight calls things: fields, and documents without a name."""

from __future__ import annotations

import re

import pyoxigraph as ox

from api.checks.preflight_words import FIELDS, heading_of
from api.languages import texts_in
from shapes import loader

PATH = ox.NamedNode("http://www.w3.org/ns/shacl#path")


def test_every_property_that_the_profile_looks_at_has_a_name_for_people() -> None:
    quads = ox.parse(loader.profile("dcat-ap"), format=ox.RdfFormat.TURTLE)
    looked_at = {
        quad.object.value for quad in quads if quad.predicate == PATH and isinstance(quad.object, ox.NamedNode)
    }
    assert len(looked_at) > 50
    assert {re.split("[/#]", path)[-1] for path in looked_at} - set(FIELDS) == set()


def test_a_document_without_a_name_is_called_in_the_language_of_the_page() -> None:
    assert heading_of(texts_in("fr"), "the text") == "Le texte"
    assert heading_of(texts_in("fr"), "the document") == "Le document"
    assert heading_of(texts_in("en"), "the text") == "The text"
    assert heading_of(texts_in("fr"), "mine.ttl") == "mine.ttl"
