"""The fields of the search index, and how a document is written into them."""

from __future__ import annotations

import tantivy

from graph.views.documents import FACETS, MARKS, Document, for_stemmers, for_words
from graph.views.words import STEMMERS, WORD_TOKENIZER


def schema() -> tantivy.Schema:
    """One field a stemmer and one for folded words, twice: for all texts, and for titles alone."""
    builder = tantivy.SchemaBuilder()
    for name in ("iri", "audience"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("state", "publisher_iri"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*FACETS, *MARKS, "title_key", "modified_key"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for prefix in ("", "title_"):
        for language in STEMMERS:
            builder.add_text_field(f"{prefix}{language}", tokenizer_name=language, index_option="freq")
        builder.add_text_field(f"{prefix}word", tokenizer_name=WORD_TOKENIZER, index_option="freq")
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def written(made: Document) -> tantivy.Document:
    """Write a document's fields."""
    doc = tantivy.Document()
    doc.add_text("state", "record")
    doc.add_text("iri", made.iri)
    doc.add_text("audience", made.audience)
    doc.add_text("title_key", made.title_key)
    doc.add_text("modified_key", made.modified_key)
    for name, values in (*made.facets.items(), *made.marks.items(), ("publisher_iri", made.publisher_iris)):
        for value in values:
            doc.add_text(name, value)
    for prefix, texts in (("", made.texts), ("title_", made.titles)):
        for language, text in for_stemmers(texts).items():
            doc.add_text(f"{prefix}{language}", text)
        doc.add_text(f"{prefix}word", for_words(texts))
    doc.add_bytes("stored", made.stored)
    return doc
