"""What is erased is gone from what the checker wrote about it, and what is still found is told anew."""

from __future__ import annotations

from pathlib import Path

from graph.findings.erasing import erase_all
from graph.findings.reading import Filter
from tests.graph.findings.watching import Watched, case_records, watched

CASE = "R52/bad-eight-digits"
WRONG = b'"'


def payloads(kept: Watched) -> bytes:
    """Everything that the log holds."""
    return b"".join(row.payload or b"" for row in kept.log.rows(limit=1_000_000))


def test_a_report_that_quotes_what_is_erased_goes_with_it(tmp_path: Path) -> None:
    records = case_records(CASE)
    with watched(tmp_path / "data") as kept:
        kept.put(records)
        kept.put(case_records("R01/bad-silent", "https://example.net/other/"), source="others")
        kept.settle()
        (found,) = kept.worlds()["public"][0].all(Filter(rule="R52"))
        value, focus = found.found.value.encode(), found.found.focus.strip("<>")
        assert value.startswith(WRONG)
        # Said by the record, and quoted by the report.
        assert payloads(kept).count(value) >= 2
        others = kept.worlds()["public"][0].total(Filter(rule="R01"))
        assert others

        erase_all(kept.log, focus, ["cases"], agent="test")
        kept.settle()
        assert value not in payloads(kept)
        kept.log.verify(deep=True)
        findings = kept.worlds()["public"][0]
        assert (findings.total(Filter(rule="R52")), findings.total(Filter(rule="R01"))) == (0, others)
        assert kept.kept("public") == kept.full("public")
