"""A document may take so much and no more."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from time import monotonic

import pytest

from graph.cages.limits import Limits
from graph.cages.zygote import Zygote
from graph.errors import (
    DeadlineReached,
    InputTooLarge,
    LimitReached,
    MemoryReached,
)
from graph.ingest.uploads import Caps, Uploads
from tests.graph.ingest.uploads.sending import BASE, DOCUMENTS, MANY, SAID, TURTLE, parse

# Limits


def test_caps(uploads: Uploads) -> None:
    caps = Caps(bytes=1000, plain_bytes=2000, statements=3, text_bytes=500)
    four = b"<http://a> <http://b> 1, 2, 3, 4 ."
    assert len(parse(uploads, four[:-3] + b"4 .", caps=replace(caps, statements=4)).statements) == 4
    for content, encoding, said in [
        (four, "", "more than 3 statements"),
        (b"#" * 1001, "", "more than 1000 bytes"),
        (gzip.compress(b"#" * 2001), "gzip", "more than 2000 bytes"),
        (f"@prefix p: <http://{'x' * 200}/> . p: p: p: .".encode(), "", "more than 500 bytes"),
    ]:
        with pytest.raises(InputTooLarge, match=said):
            parse(uploads, content, caps=caps, encoding=encoding)


def test_deadline(uploads: Uploads) -> None:
    with pytest.raises(DeadlineReached, match=r"0\.05 s") as caught:
        parse(uploads, MANY, caps=Caps(seconds=0.05))
    assert caught.value.remedy
    assert len(parse(uploads, MANY, caps=Caps(seconds=60)).statements) == 150_000


def test_memory(both: Zygote) -> None:
    document = json.dumps([{"@context": "https://schema.org"}] * 100_000)
    with Uploads(both, limits=Limits(memory_bytes=256 << 20)) as small:
        with pytest.raises(MemoryReached, match="more memory than a worker may use"):
            parse(small, document, "application/ld+json", Caps(seconds=60))
        assert set(parse(small, DOCUMENTS[TURTLE]).statements) == SAID


def test_cancelled(uploads: Uploads) -> None:
    with pytest.raises(LimitReached, match="cancelled"):
        uploads.parse(MANY, TURTLE, base=BASE, cancelled=_after(0.12))


def _after(seconds: float):
    end = monotonic() + seconds
    return lambda: monotonic() > end
