"""What cannot be read is refused by one error that says why and where; nothing elsewhere is read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import monotonic

import pytest

from graph.cages.zygote import Zygote
from graph.errors import (
    UnknownFormat,
    UnreadableFile,
)
from graph.ingest.uploads import Uploads
from graph.terms import XSD
from tests.graph.ingest.uploads.sending import BASE, DOCUMENTS, SAID, TURTLE, XMLNS, parse, refused

# What is wrong


@pytest.mark.parametrize(("media_type", "content", "line"), [
    (TURTLE, "@prefix e: <http://e/> .\ne:a e:p \"x\" .\n\ne:b e:p ;\n", 4),
    (TURTLE, "<http://e/a> a <http://e/T> .\n<http://e/b> a <http://a b> .", 2),
    ("application/n-triples", "<http://e/a> <http://e/p> <http://e/o> .\n<a> <b> <c> .\n", 2),
    ("application/rdf+xml", f"<rdf:RDF {XMLNS}>\n<rdf:Description>\n</rdf:RDF>", 3),
    ("application/ld+json", '{\n "@id": "http://e/a",\n}', 3),
])  # fmt: skip
def test_the_place_of_an_error(uploads: Uploads, media_type: str, content: str, line: int) -> None:
    error = refused(uploads, content, media_type, name="the body")
    assert isinstance(error, UnreadableFile)
    assert (error.line, error.where) == (line, "the body")
    assert error.column is not None


@pytest.mark.parametrize("media_type", DOCUMENTS)
def test_a_cut_document_is_refused(uploads: Uploads, media_type: str) -> None:
    assert isinstance(refused(uploads, DOCUMENTS[media_type][:-6], media_type), UnreadableFile)


def test_json_ld_is_read_as_strictly_as_the_rest(uploads: Uploads) -> None:
    """Its reader leaves out in silence what is no IRI."""
    error = refused(uploads, '{"@id": "http://e/a", "http://e/p": {"@id": "http://a b"}}', "application/ld+json")
    assert "http://a b" in error.what


@pytest.mark.parametrize("content", [
    "<http://e/a> <http://e/p> <<( <http://e/s> <http://e/p> <http://e/o> )>> .",
    '<http://e/a> <http://e/p> "x"@ar--rtl .',
])  # fmt: skip
def test_rdf_1_2_is_refused_by_name(uploads: Uploads, content: str) -> None:
    error = refused(uploads, f"\n{content}")
    assert isinstance(error, UnreadableFile)
    assert ("RDF 1.2" in error.what, error.line) == (True, 2)


def test_ill_typed_literals_stay_for_the_shapes_to_judge(uploads: Uploads) -> None:
    value = f'"32/13/2024"^^<{XSD}date>'
    assert parse(uploads, f"<http://e/a> <http://e/p> {value} .").statements[0][2] == value


# Nothing else is ever opened


@pytest.mark.parametrize("place", ["top", "array", "term", "node", "import"])
def test_contexts_elsewhere_are_refused_by_name(uploads: Uploads, place: str) -> None:
    address = "http://127.0.0.1:9/context.jsonld"
    document = {
        "top": {"@context": address},
        "array": [{"@context": ["https://schema.org", address]}],
        "term": {"@context": {"a": {"@id": "http://e/a", "@context": address}}},
        "node": {"@id": "http://x/", "http://e/p": {"@context": address, "name": "N"}},
        "import": {"@context": {"@version": 1.1, "@import": address}},
    }[place]
    error = refused(uploads, json.dumps(document), "application/ld+json")
    assert isinstance(error, UnknownFormat)
    assert address in error.what


def test_imports_of_ontologies_are_statements_and_no_more(uploads: Uploads) -> None:
    said = parse(uploads, f"<http://e/o> <http://www.w3.org/2002/07/owl#imports> <{BASE}other> .").statements
    assert said == [("<http://e/o>", "<http://www.w3.org/2002/07/owl#imports>", f"<{BASE}other>")]


@pytest.mark.parametrize("doctype", [
    '<!DOCTYPE r [ <!ENTITY x SYSTEM "file://{0}"> ]>', '<!DOCTYPE r SYSTEM "file://{0}">',
    '<!DOCTYPE r [ <!ENTITY % p SYSTEM "file://{0}"> %p; ]>',
])  # fmt: skip
def test_entities_bring_in_no_file(uploads: Uploads, tmp_path: Path, doctype: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    content = f'{doctype.format(secret)}<rdf:RDF {XMLNS}><e:T rdf:about="http://e/a" e:p="&x;"/></rdf:RDF>'
    error = refused(uploads, content, "application/rdf+xml")
    assert isinstance(error, UnreadableFile)
    assert "hush" not in str(error)


def test_workers_are_caged(uploads: Uploads) -> None:
    worker = uploads._pool.take(monotonic() + 10)
    uploads._pool.give(worker, fit=True)
    assert worker.cage in ("seccomp", "namespace")


def test_documents_leave_nothing_in_a_worker(both: Zygote) -> None:
    with Uploads(both, size=1) as uploads:
        seen = set()
        for _ in range(5):
            assert set(parse(uploads, DOCUMENTS[TURTLE]).statements) == SAID
            assert isinstance(refused(uploads, "<", "application/rdf+xml"), UnreadableFile)
            worker = uploads._pool.take(monotonic() + 10)
            seen.add((worker.pid, len(os.listdir(f"/proc/{worker.pid}/fd"))))
            uploads._pool.give(worker, fit=True)
        assert len(seen) == 1
