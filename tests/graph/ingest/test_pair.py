"""A big run is split by two workers: its records, its report and its losses are those of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import WorkerDied
from graph.ingest import pair
from graph.ingest.ntriples import statements_of
from graph.ingest.run import run_import
from graph.records.record import Record
from graph.records.split import split
from graph.terms import DCAT, DCT, TYPE
from tests.graph.ingest.conftest import Directory

pytestmark = pytest.mark.slow

# Three segments of the spool and a bit, which is what two workers share.
SUBJECTS = 110_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three statements of each subject; at both ends what has no name, what is said twice, and what has no title."""
    lines = []
    for number in range(SUBJECTS):
        subject = f"<http://example.org/{number}>"
        lines += [
            f'{subject} <{DCT}description> "Number {number}" .\n',
            f"{subject} <{DCT}relation> <http://example.org/{(number * 7) % SUBJECTS}> .\n",
            f'{subject} <{DCT}identifier> "{number}" .\n',
        ]
    ends = [
        f'_:nameless{{0}} <{DCT}description> "nobody" .\n',
        f'<http://example.org/{{0}}> <{DCT}identifier> "{{0}}" .\n',
        f"<http://example.org/untitled-{{0}}> {TYPE} <{DCAT}Dataset> .\n",
        f'<http://example.org/long> <{DCT}identifier> "{{0}}" .\n',
    ]
    first, last = ([end.format(number) for end in ends] for number in (0, SUBJECTS - 1))
    path = tmp_path / "big.nt"
    path.write_text("".join([*lines[:3], *first, *lines[3:], *last]))
    return path


def test_two_workers_do_what_one_does(instance: Directory, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    begin = pair.Second.__init__
    monkeypatch.setattr(pair.Second, "__init__", lambda self, *given: (started.append(self), begin(self, *given))[1])
    report = run_import(instance, [file], source="big").files[0]
    assert len(started) == 1
    assert started[0].done > SUBJECTS
    expected = {
        record.iri: record
        for record in split(
            statements_of(file.read_text()[:-3].replace(" .\n", "\n") + "\n"), base=instance.base, source="big"
        )
        if isinstance(record, Record) and "untitled" not in record.iri
    }
    found = {head.iri: instance.log.payload(head.sequence) for head in instance.log.heads(source="big")}
    assert found == {iri: record.payload for iri, record in expected.items()}
    assert (report.records, report.accepted) == (len(expected) + 2, len(expected))
    assert (report.statements, report.statements - report.kept) == (3 * SUBJECTS + 8, 2)
    told = [line.what for line in report.lines]
    assert sum("the record is refused" in what for what in told) == 2
    assert any(what.startswith("2 statements that the file makes more than once") for what in told)


def test_nothing_is_appended_where_the_second_worker_dies(
    instance: Directory, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = pair.Second.__init__

    def killed(self: pair.Second, *given: object) -> None:
        begin(self, *given)  # type: ignore[arg-type]
        self._worker.kill()

    monkeypatch.setattr(pair.Second, "__init__", killed)
    report = run_import(instance, [file], source="big").files[0]
    assert isinstance(report.refused_whole, WorkerDied)
    assert not list(instance.log.heads(source="big"))
