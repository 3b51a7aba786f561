"""What is found in ten copies of a catalogue is ten times what is found in one, and what all share once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox

from benchmarks.copies import multiplied, multiply
from benchmarks.validators import DATA, civigraph
from shapes import loader

TEXT = """<https://catalogue.example/dataset/1> a <http://www.w3.org/ns/dcat#Dataset> ;
  <http://purl.org/dc/terms/title> "Arbres" .
<https://example.org/id/R1> a <http://www.w3.org/ns/dcat#Dataset> ;
  <http://purl.org/dc/terms/relation> <https://example.org/id/R2> ."""


def test_what_is_found_in_copies(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.mkdir()
    ox.serialize((quad.triple for quad in ox.parse(TEXT, ox.RdfFormat.TURTLE)), one / DATA, ox.RdfFormat.N_TRIPLES)
    (one / "dcat-ap.ttl").write_bytes(loader.profile("dcat-ap"))
    multiply(one, tmp_path / "three", 3)
    found, more = (civigraph(tmp_path / name, ["dcat-ap"], "memory").found for name in ("one", "three"))
    assert multiplied(found, 3) == more
    shared = sum(count for (focus, *_), count in found.items() if "catalogue" not in focus)
    assert 0 < shared < found.total()
    assert more.total() == 3 * (found.total() - shared) + shared
    assert {focus for focus, *_ in more} >= {f"<https://catalogue{number}.example/dataset/1>" for number in ("", 1, 2)}


def test_rows_of_one_place_are_not_multiplied() -> None:
    row = ("<https://example.org/id/R1>", "", "", "", "")
    assert multiplied(Counter({row: 2}), 10) == {row: 2}
