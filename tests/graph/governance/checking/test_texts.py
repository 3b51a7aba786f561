"""The texts of a graph in pieces: nothing lost, no subject apart, none too long."""

from __future__ import annotations

from collections import Counter
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.governance.checking import texts

LINES = st.builds("<s{}> <p{}> <o{}> .\n".format, st.integers(0, 9), st.integers(0, 2), st.integers(0, 9))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(LINES).map("".join), max_size=4), st.sampled_from([None, {"<p1>"}, {"<p0>", "<p2>"}]))
def test_pieces(monkeypatch: pytest.MonkeyPatch, given_texts: list[str], wanted: set[str] | None) -> None:
    most = 200
    monkeypatch.setattr(texts, "PIECE_BYTES", most)
    names = None if wanted is None else frozenset(wanted)
    pieces = [
        each.splitlines(keepends=True) for each in texts.in_pieces((each.encode() for each in given_texts), names)
    ]
    lines = [line for text in given_texts for line in text.splitlines(keepends=True)]
    kept = Counter(line for line in lines if wanted is None or line.split()[1] in wanted)
    assert sum(map(Counter, pieces), Counter[str]()) == kept
    places: dict[str, set[int]] = {}
    for place, piece in enumerate(pieces):
        for line in piece:
            places.setdefault(line.split()[0], set()).add(place)
        # A part alone may be longer than a piece: what is said of a subject is in it whole.
        parts = {crc32(line.split()[0].encode()) % texts._PARTS for line in piece}
        assert sum(map(len, piece)) <= most or len(parts) == 1
    assert all(len(each) == 1 for each in places.values())
