"""What is kept of answers is bounded, of one state, and told apart by all that an answer depends on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from api.endpoint.answer_cache import AnswerCache, Asked, KeptAnswer
from api.sequences import Sequences
from api.server.compression import compress, compress_pieces, takes_gzip
from graph.instance import Instance
from graph.store.formats import QueryFormat
from tests.api.serving import BASE, tell

ASKED = Asked("public", "ASK {}", (None, None), QueryFormat.JSON)


def answer(size: int, sequence: int = 1) -> KeptAnswer:
    """An answer of this size and state."""
    return KeptAnswer(b"x" * size, sequence)


def test_whatever_an_answer_depends_on_tells_it_apart() -> None:
    others = [
        replace(ASKED, world="members"),
        replace(ASKED, query="ASK { }"),
        replace(ASKED, graphs=(("http://a/",), None)),
        replace(ASKED, graphs=(None, ("http://a/",))),
        replace(ASKED, graphs=(("http://a/", "http://b/"), None)),
        replace(ASKED, graphs=(("http://a/",), ("http://b/",))),
        replace(ASKED, graphs=(("http://a/ http://b/",), None)),
        replace(ASKED, format=QueryFormat.XML),
    ]
    digests = {each.digest("1") for each in [ASKED, *others]} | {ASKED.digest("2")}
    assert len(digests) == len(others) + 2
    assert replace(ASKED).digest("1") == ASKED.digest("1")


def test_what_is_kept_fits_the_room() -> None:
    cache = AnswerCache(160_000)
    assert cache.largest == 9000
    assert not cache.put("large", answer(9001))
    for number in range(100):
        assert cache.put(str(number), answer(9000))
        assert cache.get("0") == answer(9000)  # asked for each time, so never the one to go
    kept = [number for number in range(100) if cache.get(str(number))]
    assert kept == [0, *range(85, 100)]
    assert len(kept) * 10_000 <= cache.room


def test_small_answers_count_too() -> None:
    cache = AnswerCache(160_000)
    for number in range(1000):
        cache.put(str(number), answer(0))
    assert sum(cache.get(str(number)) is not None for number in range(1000)) == 160


def test_only_the_newest_state_is_kept() -> None:
    cache = AnswerCache(160_000)
    cache.put("one", answer(10, 1))
    assert cache.put("two", answer(10, 2))
    assert cache.get("one") is None
    assert not cache.put("late", answer(10, 1))
    assert cache.get("late") is None
    assert cache.get("two") == answer(10, 2)
    for number in range(100):
        cache.put(str(number), answer(9000, number))
    assert cache.get("98") is None


def test_no_room_keeps_nothing() -> None:
    assert not AnswerCache(0).put("one", answer(0))


@pytest.mark.parametrize(("header", "welcome"), [
    ("gzip", True), ("GZip", True), ("x-gzip", True), ("br;q=1.0, gzip;q=0.8, *;q=0.1", True), ("*", True),
    ("deflate, *;q=0.5", True), ("gzip ; q=0.001", True), (None, False), ("", False), ("identity", False),
    ("br", False), ("gzip;q=0", False), ("gzip;q=0.0, *", False), ("*;q=0", False), ("gzip;q=nonsense", False),
])  # fmt: skip
def test_who_takes_gzip(header: str | None, welcome: bool) -> None:
    assert takes_gzip(header) == welcome


def test_the_same_bytes_compress_to_the_same() -> None:
    body = bytes(range(256)) * 1000
    assert compress(body) == b"".join(compress_pieces(iter([body[:1000], b"", body[1000:]])))
    assert len(compress(body)) < len(body) / 10


def test_sequences_are_turned_into_each_other(tmp_path: Path) -> None:
    with Instance.open(tmp_path / "data", create=True, base=BASE) as instance:
        for number, audience in enumerate(("public", "members", "members", "public", "members", "public", "public")):
            name = f"<http://e/{number}> a <http://www.w3.org/ns/dcat#Dataset> ."
            tell(instance, name, str(number), audience)
        rows = instance.log.changes(0, 10_000)
        public = {row.sequence: row.public_sequence for row in rows}
        sequences = Sequences(instance.log)
        assert sequences.public_at(0) == sequences.first_with(0) == 0
        last = list(public)[-10:]
        assert {row: sequences.public_at(row) for row in last} == {row: public[row] for row in last}
        wanted = {1, 2, len(rows) // 2, *(public[row] for row in last)}
        firsts = {each: min(row for row in public if public[row] >= each) for each in wanted}
        assert {each: sequences.first_with(each) for each in wanted} == firsts
        assert len({public[row] for row in last}) < len(last)
