"""The spool: whatever goes to disk comes back in whole groups, and a file that fails leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from graph.errors import UnreadableFile
from graph.ingest.parse import batches_of
from graph.ingest.spool import Piece, Share, Spool
from graph.records.owners import Owners
from graph.records.record import Record
from graph.records.split import split, split_groups
from graph.terms import DCAT, DCT, TYPE, Statement

BASE = "http://127.0.0.1:8000/"


def catalogue(datasets: int, *, name: str = "d") -> list[Statement]:
    """Make datasets with a distribution, a blank period, a shared blank licence and a publisher."""
    out: list[Statement] = []
    for number in range(datasets):
        this, medium, period = f"<http://x/{name}{number}>", f"<http://x/{name}{number}/m>", f"_:{name}{number}"
        out += [
            (this, TYPE, f"<{DCAT}Dataset>"),
            (this, f"<{DCT}title>", f'"Dataset {number} é\\n"@fr'),
            (this, f"<{DCAT}distribution>", medium),
            (medium, TYPE, f"<{DCAT}Distribution>"),
            (this, f"<{DCT}temporal>", period),
            (period, f"<{DCAT}startDate>", f'"{1900 + number}"'),
            (this, f"<{DCT}publisher>", f"<http://x/p{number % 3}>"),
            (f"<http://x/p{number % 3}>", f"<{DCT}title>", f'"Publisher {number % 3}"'),
            (medium, f"<{DCT}license>", f"_:{name}licence{number % 5}"),
            (f"_:{name}licence{number % 5}", f"<{DCT}title>", f'"Licence {number % 5} of {name}"'),
        ]
    return out


def records_of(spool: Spool) -> dict[str, Record]:
    """Split what a spool gives back."""
    found: dict[str, Record] = {}
    spool.settle()
    gather(spool.bundles(), spool.owners, found)
    return found


def gather(bundles: Iterator[list[Piece]], owners: Owners, found: dict[str, Record]) -> None:
    """Split bundles; no record comes twice."""
    for bundle in bundles:
        statements = [statement for piece in bundle for statement in piece.statements]
        for record in split_groups(statements, owners):
            assert isinstance(record, Record)
            assert record.iri not in found
            found[record.iri] = record


def at_once(statements: list[Statement]) -> dict[str, Record]:
    """Split in one go, in memory."""
    return {record.iri: record for record in split(statements, base=BASE, source="s") if isinstance(record, Record)}


@given(st.randoms(use_true_random=False), st.integers(1, 40), st.integers(0, 300), st.integers(5, 120))
def test_disk_gives_what_memory_gives(random: Random, datasets: int, memory: int, segment: int) -> None:
    statements = catalogue(datasets)
    random.shuffle(statements)
    with (
        TemporaryDirectory() as folder,
        Spool(Path(folder), base=BASE, source="s", memory=memory, segment=segment) as spool,
    ):
        cut = random.randint(0, len(statements))
        spool.take(0, [statements[:cut]])
        spool.take(1, batches_of(statements[cut:]))
        assert records_of(spool) == at_once(statements)


def nameless(count: int) -> list[Statement]:
    """Make records without a name, two by two the same."""
    return [(f"_:n{number}", f"<{DCT}title>", f'"Nameless {number // 2}"') for number in range(count)]


@given(st.randoms(use_true_random=False), st.integers(1, 40), st.integers(5, 60))
def test_two_processes_give_what_one_gives(random: Random, datasets: int, segment: int) -> None:
    statements = catalogue(datasets) + nameless(6)
    random.shuffle(statements)
    with (
        patch("graph.ingest.spool._BUFFER", 7),
        TemporaryDirectory() as folder,
        Spool(Path(folder), base=BASE, source="s", memory=0, segment=segment) as spool,
    ):
        spool.take(0, batches_of(statements))
        spool.settle()
        found: dict[str, Record] = {}

        def second() -> None:
            with Share(Path(folder)) as share:
                assert share.private == {"http://x/d0"}
                gather(share.bundles(), share.owners, found)

        shared = spool.share({"http://x/d0"})
        event(f"shared: {shared}")
        gather(spool.bundles(second if shared else None), spool.owners, found)
        assert found == at_once(statements)


@pytest.mark.parametrize("memory", [0, 30, 10_000])
@pytest.mark.parametrize("good_first", [True, False])
def test_a_file_that_fails_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: int, good_first: bool
) -> None:
    monkeypatch.setattr("graph.ingest.spool._BUFFER", 7)
    good = catalogue(9)

    def failing() -> Iterator[list[Statement]]:
        yield catalogue(20, name="bad")
        # It claims what the other file says: the claim must be forgotten with it.
        yield [("<http://x/thief>", f"<{DCAT}distribution>", "<http://x/d0/m>")]
        raise UnreadableFile("cut")

    with Spool(tmp_path, base=BASE, source="s", memory=memory, segment=25) as spool:
        if good_first:
            spool.take(0, [good[:40], good[40:]])
        with pytest.raises(UnreadableFile):
            spool.take(1, failing())
        if not good_first:
            spool.take(0, [good[:40], good[40:]])
        spool.take(2, [catalogue(3, name="more")])
        assert records_of(spool) == at_once(good + catalogue(3, name="more"))


def test_nothing_taken(tmp_path: Path) -> None:
    with Spool(tmp_path, base=BASE, source="s") as spool:
        assert records_of(spool) == {}
