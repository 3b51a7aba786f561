"""What a worker hands over: packed while it is still writing, read back whole, refused where it is cut."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from graph.errors import WorkerDied
from graph.ingest.recordfile import Packer, RecordWriter, read_records
from graph.log.log import Log
from graph.log.rows import Entry
from graph.records.record import Record

RECORDS = [
    Record(f"http://x/{number}", kind, f"É {number}", f'<http://x/{number}> <http://x/p> "é\\n{number}" .\n'.encode())
    for number, kind in enumerate(("dataset", "actor", "other", "licence", "dataset", "actor"))
]


def test_records_are_packed_while_others_are_written(tmp_path: Path) -> None:
    packer = Packer(tmp_path)
    with RecordWriter(tmp_path) as out:
        for number, record in enumerate(RECORDS):
            out.write(record, private=number == 1)
            if number % 2:
                packer.follow(out.ready())
    given = {record.iri: (record, private, packed) for record, private, packed in read_records(tmp_path)}
    assert [given[record.iri][0] for record in RECORDS] == RECORDS
    assert [given[record.iri][1] for record in RECORDS] == [False, True, False, False, False, False]
    assert [zlib.decompress(given[record.iri][2] or b"") for record in RECORDS] == [each.payload for each in RECORDS]


def test_what_was_not_packed_is_given_all_the_same(tmp_path: Path) -> None:
    packer = Packer(tmp_path)
    with RecordWriter(tmp_path) as out:
        for record in RECORDS[:2]:
            out.write(record, private=False)
        packer.follow(out.ready())
        for record in RECORDS[2:]:
            out.write(record, private=False)
    given = list(read_records(tmp_path))
    assert {record.iri: packed is not None for record, _, packed in given} == {
        record.iri: record in RECORDS[:2] for record in RECORDS
    }


def test_a_file_that_is_cut_is_refused(tmp_path: Path) -> None:
    with RecordWriter(tmp_path) as out:
        out.write(RECORDS[0], private=False)
        ready = out.ready()
    path = tmp_path / "other.records"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(WorkerDied):
        Packer(tmp_path).follow(ready)
    with pytest.raises(WorkerDied):
        list(read_records(tmp_path))


def test_the_log_keeps_no_packed_payload_but_the_record_s_own(tmp_path: Path) -> None:
    first, second, third = RECORDS[:3]
    entries = [
        Entry(first, packed=zlib.compress(first.payload, 9)),
        Entry(second, packed=zlib.compress(b"another")),
        Entry(third, packed=b""),
    ]
    with Log.open(tmp_path / "log.sqlite") as log:
        log.append(entries, agent="me", source="a")
        assert log.payloads((1, 2, 3)) == {1: first.payload, 2: second.payload, 3: third.payload}
        log.verify(deep=True)
