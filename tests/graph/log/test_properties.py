"""Whatever is done to a log: its heads are the model's, it verifies, and no byte can be changed in silence."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from graph.errors import LogBroken
from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC, Entry, Operation
from graph.log.slugs import slug_of
from tests.graph.log.entries import AGREEMENT, entry, name

AUDIENCES = (PUBLIC, MEMBERS, AGREEMENT)
SOURCES = ("a", "b", "c")

numbers = st.integers(0, 4)
sources = st.sampled_from(SOURCES)
entries = st.builds(
    entry,
    numbers,
    st.sampled_from(["", "Plan", "Plan 2", "Été", "plan"]),
    audience=st.sampled_from(AUDIENCES),
    kind=st.sampled_from(["dataset", "series", "other"]),
    text=st.sampled_from(["", "x", "long " * 500]),
)


class Appending(RuleBasedStateMachine):
    """The log beside a dictionary."""

    address: str | Path

    def __init__(self) -> None:
        super().__init__()
        self.log = Log.open(self.new_address())
        self.heads: dict[tuple[str, str], Entry] = {}
        self.operations: list[tuple[str, str, str]] = []
        self.public = 0
        self.erased: set[tuple[str, str]] = set()
        self.held: dict[tuple[str, str, str], str] = {}

    @staticmethod
    def new_address() -> str | Path:
        raise NotImplementedError

    def _note(self, operation: Operation, source: str, iri: str, *audiences: str | None) -> None:
        self.operations.append((operation.value, source, iri))
        self.public += PUBLIC in audiences

    @rule(source=sources, batch=st.lists(entries, max_size=6))
    def append(self, source: str, batch: list[Entry]) -> None:
        for each in batch:
            before = self.heads.get((each.record.iri, source))
            if before is None or (before.record.payload, before.record.kind, before.audience) != (
                each.record.payload, each.record.kind, each.audience,
            ):  # fmt: skip
                operation = Operation.REPLACE if before else Operation.CREATE
                self.heads.pop((each.record.iri, source), None)  # the newest stands last
                self._note(operation, source, each.record.iri, each.audience, before.audience if before else None)
            self.heads[each.record.iri, source] = each
        done = self.log.append(batch, agent="me", source=source)
        assert done.last == len(self.operations)

    @rule(source=sources, chosen=st.none() | st.lists(numbers, max_size=3))
    def retract(self, source: str, chosen: list[int] | None) -> None:
        iris = [iri for iri, said in self.heads if said == source] if chosen is None else [name(n) for n in chosen]
        for iri in dict.fromkeys(iris):
            before = self.heads.pop((iri, source), None)
            if before:
                self._note(Operation.DELETE, source, iri, before.audience)
        self.log.retract(source, None if chosen is None else iris, agent="me")

    @precondition(lambda self: self.operations)
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        _, source, iri = data.draw(st.sampled_from(self.operations))
        last = self.log.history(source, iri)[-1]
        if last.operation != Operation.ERASE:
            self._note(Operation.ERASE, source, iri, last.audience)
        self.heads.pop((iri, source), None)
        self.erased.add((source, iri))
        self.log.erase(source, iri, agent="me")
        assert all(row.payload is None for row in self.log.history(source, iri))

    @invariant()
    def heads_are_the_models(self) -> None:
        found = {(head.iri, head.source): head for head in self.log.heads()}
        assert {key: (head.kind, head.audience, head.label) for key, head in found.items()} == {
            key: (each.record.kind, each.audience, each.record.label) for key, each in self.heads.items()
        }
        payloads = self.log.payloads(head.sequence for head in found.values())
        assert {key: payloads[head.sequence] for key, head in found.items()} == {
            key: each.record.payload for key, each in self.heads.items()
        }

    @invariant()
    def rows_are_the_operations(self) -> None:
        rows = self.log.rows()
        assert [(row.operation.value, row.source, row.iri) for row in rows] == self.operations
        assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
        assert self.log.public_sequence() == self.public

    @invariant()
    def it_verifies(self) -> None:
        self.log.verify(deep=True)

    @invariant()
    def slugs_follow_the_heads(self) -> None:
        kinds = ["series", "dataset", "other"]
        for world in AUDIENCES:
            addresses = self.log.slugs.addresses((name(n) for n in range(5)), (world,))
            for number in range(5):
                said = [
                    (kinds.index(each.record.kind), source, each.record)
                    for (iri, source), each in self.heads.items()
                    if iri == name(number) and each.audience == world
                ]
                assert (name(number) in addresses) == bool(said)
                if said:
                    said.sort(key=lambda each: each[:2])
                    label = next((record.label for *_, record in said if record.label), "")
                    kind, slug = addresses[name(number)]
                    assert kind == said[0][2].kind
                    assert slug.startswith(slug_of(label, name(number)))
                    assert ("--" in slug) == (world != PUBLIC)
            assert len(set(addresses.values())) == len(addresses)

    @invariant()
    def a_slug_is_never_anothers(self) -> None:
        for world in AUDIENCES:
            for iri, (kind, slug) in self.log.slugs.addresses((name(n) for n in range(5)), (world,)).items():
                assert self.held.setdefault((world, kind, slug), iri) == iri or self._was_erased(world, kind, slug)
                self.held[world, kind, slug] = iri

    def _was_erased(self, world: str, kind: str, slug: str) -> bool:
        return self.held[world, kind, slug] in {iri for _, iri in self.erased}

    def teardown(self) -> None:
        self.log.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_log_does_what_a_dictionary_does(kind: str, new_address: Callable[[str], str | Path]) -> None:
    class Here(Appending):
        @staticmethod
        def new_address() -> str | Path:
            return new_address(kind)

    examples = 40 if kind == "sqlite" else 8
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_chain_is_what_its_description_says(log: Log) -> None:
    """The chain, made again from the documentation alone."""
    log.append(
        [entry(1, 'Été \u2028 \x7f\t"\\'), entry(2, audience=AGREEMENT)],
        agent="J\u00e9r\u00f4me \U0001f6b2",
        source="a",
        run=12,
    )
    log.append([entry(1, audience=MEMBERS)], agent="me", source="a")
    log.erase("a", name(2), agent="me")
    with log._database.read() as connection:
        rows = connection.exec_driver_sql(f"SELECT {', '.join(COLUMNS)} FROM log ORDER BY sequence").all()
    chain = hashlib.sha256(b"https://w3id.org/civigraph#log").digest()
    for *header, payload, salt, digest, written in rows:
        if payload is not None:
            assert len(salt) == 16
            assert digest == hashlib.sha256(bytes(salt) + zlib.decompress(payload)).digest()
        text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
        chain = hashlib.sha256(chain + text + bytes(digest)).digest()
        assert chain == written
    assert len(rows) == 4


@contextmanager
def tampered(original: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """Give a copy of a log's file and a plain connection to it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "civigraph.sqlite"
        shutil.copy(original, copy)
        connection = sqlite3.connect(copy, isolation_level=None)
        try:
            yield copy, connection
        finally:
            connection.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with each kind of row, closed."""
    file = tmp_path_factory.mktemp("log") / "civigraph.sqlite"
    with Log.open(file) as log:
        log.append([entry(1, "A"), entry(2, "B"), entry(3, "C", audience=MEMBERS)], agent="me", source="a", run=1)
        log.append([entry(1, "A2"), entry(2, "B", audience=AGREEMENT)], agent="me", source="a")
        log.append([entry(1, "Z")], agent="me", source="b")
        log.retract("a", [name(3)], agent="me")
        log.erase("a", name(1), agent="me")
        log.append([entry(4, "D")], agent="me", source="a")
        assert [row.operation for row in log.rows()] == ["create"] * 3 + ["replace"] * 2 + [
            "create",
            "delete",
            "erase",
            "create",
        ]
        log.verify(deep=True)
    return file


COLUMNS = (
    "sequence", "public_sequence", "time", "agent", "source", "run", "operation", "iri", "kind", "audience",
    "previous_audience", "payload", "salt", "digest", "chain",
)  # fmt: skip


def _other(column: str, value: object) -> object:
    """Give another value that the column could hold."""
    if value is None:
        return {"payload": b"", "salt": b"", "run": 5}.get(column, "public")
    if isinstance(value, int):
        return value + 100
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    return f"{value}x"


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("sequence", range(1, 10))
def test_each_column_of_each_row_is_guarded(written: Path, column: str, sequence: int) -> None:
    with tampered(written) as (file, connection):
        value = connection.execute(f"SELECT {column} FROM log WHERE sequence = ?", (sequence,)).fetchone()[0]
        new = _other(column, value)
        connection.execute(f"UPDATE log SET {column} = ? WHERE sequence = ?", (new, sequence))
        # Without its erasure, the first row that it covered is the first that does not hold.
        broken = 1 if sequence == 8 and column in {"source", "operation", "iri"} else sequence
        with Log.open(file) as log, pytest.raises(LogBroken, match=rf"row {broken}\b"):
            log.verify()


@pytest.mark.parametrize("sequence", [2, 5, 6, 9])
def test_a_payload_that_nothing_erased_must_be_there(written: Path, sequence: int) -> None:
    with tampered(written) as (file, connection):
        connection.execute("UPDATE log SET payload = NULL, salt = NULL WHERE sequence = ?", (sequence,))
        with Log.open(file) as log, pytest.raises(LogBroken, match=rf"row {sequence} has lost its payload"):
            log.verify()


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM log WHERE sequence = 9",
        "DELETE FROM heads WHERE source = 'b'",
        "UPDATE heads SET audience = 'public' WHERE audience <> 'public'",
        "UPDATE heads SET kind = 'series' WHERE source = 'b'",
        "UPDATE heads SET sequence = 2 WHERE sequence = 5",
        "UPDATE heads SET content_digest = zeroblob(32) WHERE source = 'b'",
        "INSERT INTO heads SELECT sequence + 100, iri || 'x', source, kind, audience, label, content_digest FROM heads",
    ],
)
def test_heads_that_differ_from_the_log_are_found(written: Path, change: str) -> None:
    with tampered(written) as (file, connection):
        assert connection.execute(change).rowcount > 0
        with Log.open(file) as log:
            log.verify()
            with pytest.raises(LogBroken):
                log.verify(deep=True)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM log WHERE sequence = 1",
        "DELETE FROM log WHERE sequence = 4",
        "UPDATE log SET sequence = -1 WHERE sequence = 1",
        "UPDATE log SET sequence = CASE sequence WHEN 4 THEN -5 ELSE -4 END WHERE sequence IN (4, 5);"
        "UPDATE log SET sequence = -sequence WHERE sequence < 0",
    ],
)
def test_rows_cannot_be_taken_away_or_moved(written: Path, change: str) -> None:
    with tampered(written) as (file, connection):
        connection.executescript(change)
        with Log.open(file) as log, pytest.raises(LogBroken):
            log.verify()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_of_a_payload_can_be_changed_in_silence(written: Path, data: st.DataObject) -> None:
    """What is packed may be packed otherwise; what is read may not be another text."""
    with tampered(written) as (file, connection):
        stored = dict(connection.execute("SELECT sequence, payload FROM log WHERE payload IS NOT NULL"))
        sequence = data.draw(st.sampled_from(sorted(stored)))
        packed = bytearray(stored[sequence])
        place = data.draw(st.integers(0, len(packed) - 1))
        packed[place] ^= data.draw(st.integers(1, 255))
        connection.execute("UPDATE log SET payload = ? WHERE sequence = ?", (bytes(packed), sequence))
        with Log.open(file) as log:
            broken = _broken(log)
            if broken is None:
                assert log.payload(sequence) == zlib.decompress(stored[sequence])
            else:
                assert f"row {sequence} " in broken


def _broken(log: Log) -> str | None:
    try:
        log.verify()
    except LogBroken as error:
        return str(error)
    return None


@pytest.mark.parametrize("change", ["payload || x'00'", "substr(payload, 1, length(payload) - 1)"])
def test_a_payload_that_is_longer_or_cut_is_found(written: Path, change: str) -> None:
    with tampered(written) as (file, connection):
        # Cast, because SQLite's concatenation makes a text of two blobs.
        connection.execute(f"UPDATE log SET payload = CAST({change} AS BLOB) WHERE sequence = 2")
        with Log.open(file) as log, pytest.raises(LogBroken, match="row 2 has a payload that is cut or followed"):
            log.verify()
