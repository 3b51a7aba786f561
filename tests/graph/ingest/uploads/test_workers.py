"""Workers that die or lie are replaced; many documents are read at a time."""

from __future__ import annotations

import threading
from time import monotonic, sleep

import pytest

from graph.cages.zygote import Zygote
from graph.errors import (
    Overloaded,
    UnreadableFile,
)
from graph.ingest import uploads as module
from graph.ingest.uploads import Caps, Uploads
from tests.graph.ingest.uploads.sending import DOCUMENTS, MANY, SAID, TURTLE, parse


def test_too_many_at_a_time(both: Zygote) -> None:
    with Uploads(both, size=1, queue_seconds=0.1) as uploads:
        worker = uploads._pool.take(monotonic() + 10)
        with pytest.raises(Overloaded):
            parse(uploads, "")
        uploads._pool.give(worker, fit=True)
        assert parse(uploads, "").statements == []


def test_many_at_a_time(uploads: Uploads) -> None:
    """Each client gets its own document back, also those between whom others are refused."""
    wrong: list[object] = []

    def send(client: int) -> None:
        for number in range(15):
            said = f"<http://e/{client}> <http://e/p> {number} ."
            try:
                if number % 3 == 2:
                    with pytest.raises(UnreadableFile):
                        parse(uploads, said[:-1])
                elif parse(uploads, said).statements[0][0] != f"<http://e/{client}>":
                    wrong.append((client, number))
            except BaseException as error:
                wrong.append(error)

    threads = [threading.Thread(target=send, args=(client,)) for client in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# Workers that die, or lie


def test_a_worker_that_died_is_replaced(both: Zygote) -> None:
    with Uploads(both, size=1) as uploads:
        for _ in range(3):
            worker = uploads._pool.take(monotonic() + 10)
            uploads._pool.give(worker, fit=True)
            worker.kill()
            assert set(parse(uploads, DOCUMENTS[TURTLE]).statements) == SAID


def test_a_worker_that_dies_over_a_document_is_followed_by_another(uploads: Uploads) -> None:
    killed = []

    def kill() -> None:
        while not uploads._pool._busy:
            sleep(0.001)
        killed.append(next(iter(uploads._pool._busy)))
        killed[0].kill()

    thread = threading.Thread(target=kill)
    thread.start()
    assert len(parse(uploads, MANY, caps=Caps(seconds=60)).statements) == 150_000
    thread.join()
    assert killed[0].has_ended(5)


@pytest.mark.parametrize("entry", ["no_event", "no_statements", "no_text", "no_refusal", "no_end"])
def test_a_worker_that_lies_is_not_believed(both: Zygote, monkeypatch: pytest.MonkeyPatch, entry: str) -> None:
    monkeypatch.setattr(module, "ENTRY", f"tests.graph.ingest.nonsense:{entry}")
    with Uploads(both) as uploads, pytest.raises(UnreadableFile, match="broke down"):
        parse(uploads, "", caps=Caps(text_bytes=1 << 20))


def test_a_closed_pool_takes_nothing(both: Zygote) -> None:
    uploads = Uploads(both)
    parse(uploads, "")
    uploads.close()
    with pytest.raises(Overloaded, match="closing"):
        parse(uploads, "")
