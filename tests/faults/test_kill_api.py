"""Killed under four writers over HTTP: what was acknowledged is there, nothing is half there, views are as anew."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from api.tokens import new_token
from graph.instance import LOG_FILE, Instance
from graph.log.log import Log
from graph.log.rows import MEMBERS, Entry
from graph.log.tokens import Role
from graph.terms import parse_payload
from graph.views.holder import Holder
from graph.views.view import World
from tests.api.serving import BASE, records
from tests.faults.writers import EX, Writer, Written, described
from tests.graph.findings.watching import Watched
from tests.processes import served

WRITERS = 4
SETTINGS = {"query_workers": 1, "access_log": "off", "disk_reserve": 0}


def prepared(folder: Path) -> str:
    """Make a data folder with a curator's token, and one record that makes the full world."""
    token, hash = new_token("curator")
    with Instance.open(folder, create=True, base=BASE) as instance:
        instance.log.tokens.add("curator", Role.CURATOR, hash)
        made = records(described(f"{EX}hidden", 0), "hidden")
        instance.log.append([Entry(each, MEMBERS) for each in made], agent="test", source="hidden")
        instance.settle()
    return token


def check(folder: Path, written: Sequence[Written]) -> None:
    """See that the log holds whole what was acknowledged, and nothing else than what was sent."""
    with Log.open(folder / LOG_FILE) as log:
        log.verify(deep=True)
        for mine in written:
            for thing, may_be in mine.sent.items():
                number = number_of(log, EX + thing)
                allowed = may_be | ({mine.known[thing]} if thing in mine.known else {None})
                assert number in allowed, f"{thing} is {number} and should be one of {allowed}"
                # What is seen is kept: an unanswered write that came through is known from now on.
                mine.known[thing] = number
                mine.sent[thing] = {number}


def number_of(log: Log, iri: str) -> int | None:
    """The number that a record carries in each of its statements, None where it is not there."""
    head = log.head("curation", iri)
    if head is None:
        return None
    texts = [value for _, prop, value in parse_payload(log.payload(head.sequence) or b"") if value.startswith('"')]
    numbers = {int(re.sub(r"\D", "", text)) for text in texts}
    assert len(texts) == 3, "half a record"
    assert len(numbers) == 1, "two halves of records"
    return numbers.pop()


def state(holder: Holder) -> list[object]:
    """All that the views of both worlds hold."""
    found: list[object] = []
    for world in World:
        views = holder.views(world)
        found += [views.triples.store.dump(), views.search.dump(), views.catalog.dump(), views.sequence()]
        found.append(views.findings.dump())
    return found


@pytest.mark.parametrize(("kills", "writes"), [(2, 20), pytest.param(100, 51, marks=pytest.mark.slow)])
def test_killed_under_four_writers(tmp_path: Path, kills: int, writes: int) -> None:
    folder = tmp_path / "data"
    token = prepared(folder)
    written = [Written() for _ in range(WRITERS)]
    luck = random.Random(kills)
    wanted = writes * kills
    for turn in range(kills):
        with served(folder, wait=300, **SETTINGS) as server:
            writers = [
                Writer(server.address, token, f"writer-{number}", mine, 1_000_000 * turn)
                for number, mine in enumerate(written)
            ]
            for writer in writers:
                writer.start()
            until = monotonic() + 600
            # At any moment after so many as make the wanted number in all.
            while sum(mine.acknowledged for mine in written) < wanted * (turn + 1) // kills and monotonic() < until:
                sleep(0.005)
            sleep(luck.uniform(0, 0.05))
            server.kill()
            for writer in writers:
                writer.stop.set()
                writer.join(60)
        check(folder, written)
    assert sum(mine.acknowledged for mine in written) >= wanted
    assert not [status for mine in written for status in mine.refused]
    with Instance.open(folder) as instance, instance.hold(judging=True) as holder:
        watched = Watched(instance, holder)
        watched.settle()
        for world in watched.worlds():
            assert watched.kept(world) == watched.full(world) != set(), world
        resumed = state(holder)
        holder.rebuild()
        # What is judged anew says what was told: it adds no row.
        watched.settle()
        assert state(holder) == resumed


@pytest.mark.slow
def test_each_write_over_http_is_synced_before_it_is_acknowledged(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    if subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let strace look")
    folder, trace = tmp_path / "data", tmp_path / "trace"
    token = prepared(folder)
    with served(folder, **SETTINGS) as server:
        calls = "trace=fsync,fdatasync,sendto,write"
        command = [strace, "-f", "-y", "-p", str(server.process.pid), "-o", str(trace), "-e", calls]
        looker = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            end = monotonic() + 60
            while not trace.exists() or not trace.stat().st_size:
                server.client.get("/health")
                assert monotonic() < end, "strace sees nothing"
            done = 20
            for number in range(done):
                told = {"content-type": "text/turtle", "prefer": "return=minimal"}
                answer = server.client.put(
                    "/records/dataset/synced",
                    content=described(f"{EX}synced", number),
                    headers={**told, "authorization": f"Bearer {token}"},
                )
                assert answer.status_code in {201, 204}
        finally:
            looker.send_signal(signal.SIGINT)
            looker.wait(30)
    synced, acknowledged = 0, 0
    waiting: set[str] = set()
    for line in trace.read_text(errors="replace").splitlines():
        thread = line.split()[0]
        if re.search(rf"f(data)?sync\(\d+<[^>]*{LOG_FILE}-wal>", line):
            # A call that others interrupt in the trace is done where it is told to go on.
            waiting.add(thread)
        if thread in waiting and re.search(r"sync(\(\d+<[^>]*>\)| resumed>\)) += 0", line):
            waiting.remove(thread)
            synced += 1
        elif re.search(r'"HTTP/1\.1 20[14] ', line):
            acknowledged += 1
            assert synced >= acknowledged, line
    assert acknowledged == done


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_refuses_writes_and_nothing_else(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        _fill(disk)
    finally:
        subprocess.run(["umount", str(disk)], check=True, capture_output=True)


def _fill(disk: Path) -> None:
    folder = disk / "data"
    token = prepared(folder)
    with served(folder, **{**SETTINGS, "disk_reserve": 4_000_000}) as server:

        def put(number: int) -> httpx.Response:
            return server.client.put(
                f"/records/dataset/{number}",
                content=described(f"{EX}{number}", number),
                headers={"authorization": f"Bearer {token}", "content-type": "text/turtle"},
            )

        assert put(1).status_code == 201
        ballast = disk / "ballast"
        # Piece by piece: the views write beside it.
        with ballast.open("wb") as file:
            while os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize > 2_000_000:
                file.write(b"\0" * 65536)
                file.flush()
        for number in range(2, 12):
            refused = put(number)
            assert refused.status_code == 507
            assert refused.headers["content-type"].startswith(("application/problem+json", "text/html"))
            assert server.client.get("/dataset/1").status_code == 200
            assert server.client.get("/search?q=titre").status_code == 200
            assert server.client.get("/sparql?query=ASK{?s ?p ?o}", headers={"accept": "text/csv"}).text == "true"
        # Full to the last byte: what the views write fails, and heals by itself.
        with contextlib.suppress(OSError), ballast.open("ab", buffering=0) as file:
            while True:
                file.write(b"\0" * 65536)
        assert put(20).status_code == 507
        assert server.client.get("/dataset/1").status_code == 200
        ballast.unlink()
        assert put(21).status_code == 201
        # The page is read from the log, the query from views that have to be opened again first.
        query = f"/sparql?query=ASK{{<{EX}21> ?p ?o}}"
        end = monotonic() + 300
        while server.client.get(query, headers={"accept": "text/csv"}).text != "true" and monotonic() < end:
            sleep(0.2)
        assert server.client.get(query, headers={"accept": "text/csv"}).text == "true"
        assert server.client.get("/dataset/21").status_code == 200
        assert server.client.get("/health").json()["status"] == "ok"
