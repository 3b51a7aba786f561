"""Documents in every syntax that say the same, and how tests send them."""

from __future__ import annotations

import json

import pytest

from graph.errors import (
    CivigraphError,
)
from graph.ingest.uploads import DEFAULT_CAPS, Caps, Upload, Uploads
from graph.terms import RDF

BASE = "http://base.example/"
TURTLE = "text/turtle"
XMLNS = f'xmlns:rdf="{RDF}" xmlns:e="http://e/"'
SAID = {("<http://e/a>", "<http://e/p>", '"x"@fr'), ("<http://e/a>", "<http://e/q>", f"<{BASE}rel>")}
DOCUMENTS = {
    "text/turtle": '@prefix e: <http://e/> . e:a e:p "x"@fr ; e:q <rel> .',
    "application/n-triples": f'<http://e/a> <http://e/p> "x"@fr .\n<http://e/a> <http://e/q> <{BASE}rel> .\n',
    "application/n-quads": f'<http://e/a> <http://e/p> "x"@fr <http://e/g> .\n'
    f"<http://e/a> <http://e/q> <{BASE}rel> .\n",
    "application/trig": 'PREFIX e: <http://e/> e:g { e:a e:p "x"@fr } e:a e:q <rel> .',
    "text/n3": '@prefix e: <http://e/> . e:a e:p "x"@fr ; e:q <rel> .',
    "application/rdf+xml": f'<rdf:RDF {XMLNS}><rdf:Description rdf:about="http://e/a"><e:p xml:lang="fr">x</e:p>'
    '<e:q rdf:resource="rel"/></rdf:Description></rdf:RDF>',
    "application/ld+json": json.dumps({
        "@context": {"q": {"@id": "http://e/q", "@type": "@id"}},
        "@id": "http://e/a", "http://e/p": {"@value": "x", "@language": "fr"}, "q": "rel",
    }),
}  # fmt: skip
DOCUMENTS |= {
    "application/x-turtle": DOCUMENTS["text/turtle"],
    "text/rdf+n3": DOCUMENTS["text/n3"],
    "application/xml": DOCUMENTS["application/rdf+xml"],
    "text/xml": DOCUMENTS["application/rdf+xml"],
    "application/json": DOCUMENTS["application/ld+json"],
}
MANY = b"".join(b'<http://e/%d> <http://e/p> "%d" .\n' % (n, n) for n in range(150_000))


def parse(
    uploads: Uploads, content: str | bytes, media_type: str = TURTLE, caps: Caps = DEFAULT_CAPS, **more: str
) -> Upload:
    document = content.encode() if isinstance(content, str) else content
    return uploads.parse(document, media_type, base=BASE, caps=caps, **more)


def refused(
    uploads: Uploads, content: str | bytes, media_type: str = TURTLE, caps: Caps = DEFAULT_CAPS, **more: str
) -> CivigraphError:
    """Give the error that a document is refused with; the next document finds a worker that reads it."""
    with pytest.raises(CivigraphError) as caught:
        parse(uploads, content, media_type, caps, **more)
    assert caught.value.what
    assert caught.value.where
    assert set(parse(uploads, DOCUMENTS[TURTLE]).statements) == SAID
    return caught.value
