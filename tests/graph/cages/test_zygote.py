"""Workers start, answer, end within their limits, and say why they ended; nothing is left behind."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic, sleep

import pytest

from graph.cages.limits import Limits
from graph.cages.zygote import Zygote
from graph.errors import CageError, CageUnavailable, DeadlineReached, MemoryReached, WorkerDied
from tests.graph.cages.conftest import ENTRIES


def _is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not, but is one of ours that nobody reaped."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def _wait_gone(pids: list[int], seconds: float = 5.0) -> list[int]:
    end = monotonic() + seconds
    while (left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]) and monotonic() < end:
        sleep(0.01)
    return left


def test_a_worker_answers(zygote):
    with zygote.spawn(f"{ENTRIES}:echo") as worker:
        worker.send({"é": [1, None]}, b"\x00\xff" * 300_000)
        assert worker.receive(5) == ({"é": [1, None]}, b"\x00\xff" * 300_000)


def test_workers_start_within_milliseconds(zygote):
    times = []
    for _ in range(10):
        start = monotonic()
        with zygote.spawn(f"{ENTRIES}:echo"):
            times.append(monotonic() - start)
    # Measured: 2 ms; an exec of Python with its imports takes 60.
    assert statistics.median(times) < 0.2


def test_a_worker_inherits_nothing(zygote, monkeypatch, tmp_path):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("CIVIGRAPH_SECRET", "x")
    with Zygote([ENTRIES]) as fresh, (tmp_path / "secret").open("w") as open_file:
        os.set_inheritable(open_file.fileno(), True)
        with fresh.spawn(f"{ENTRIES}:state", Limits(memory_bytes=1 << 30, cpu_seconds=7, niceness=3)) as worker:
            found, _ = worker.receive(5)
    assert not {"HTTP_PROXY", "CIVIGRAPH_SECRET", "HOME"} & set(found["environment"])
    assert found["environment"]["MALLOC_ARENA_MAX"] == "2"
    assert "glibc.malloc.hugetlb=1" in found["environment"]["GLIBC_TUNABLES"]
    # 0 and 1 are nothing, 2 the pipe for last words, 3 the channel; 4 is the listing itself.
    assert found["descriptors"] == [0, 1, 2, 3, 4]
    assert found["status"]["NoNewPrivs"] == "1"
    assert found["status"]["Seccomp"] == "2"
    assert found["limits"]["RLIMIT_AS"] == [1 << 30, 1 << 30]
    assert found["limits"]["RLIMIT_CORE"] == [0, 0]
    assert found["limits"]["RLIMIT_CPU"] == [7, 8]
    assert found["limits"]["nice"][0] == os.nice(0) + 3


@pytest.mark.parametrize(
    ("entry", "error", "words"),
    [
        ("eat", MemoryReached, "memory"),
        ("abort_for_memory", MemoryReached, "memory"),
        ("abort", WorkerDied, "SIGABRT"),
        ("overflow", WorkerDied, "SIGSEGV"),
        ("raise_error", WorkerDied, "a bug of ours"),
        ("garble", WorkerDied, "protocol"),
    ],
)
def test_a_worker_that_ends_tells_why(zygote, entry, error, words):
    with (
        zygote.spawn(f"{ENTRIES}:{entry}", Limits(memory_bytes=1 << 30)) as worker,
        pytest.raises(error, match=words),
    ):
        worker.receive(20)
    assert not _wait_gone([worker.pid])


def test_a_late_answer_is_a_deadline_and_the_worker_is_killed(zygote):
    with zygote.spawn(f"{ENTRIES}:sleep") as worker:
        worker.send({})
        with pytest.raises(DeadlineReached):
            worker.receive(0.2)
        assert worker.has_ended(5)


def test_a_worker_that_does_not_read_is_a_deadline(zygote):
    with zygote.spawn(f"{ENTRIES}:deaf") as worker:
        with pytest.raises(DeadlineReached):
            worker.send({}, bytes(4 << 20), timeout=0.2)
        assert worker.has_ended(5)


def test_processor_time_is_limited(zygote):
    with (
        zygote.spawn(f"{ENTRIES}:spin", Limits(cpu_seconds=1)) as worker,
        pytest.raises(DeadlineReached, match="processor"),
    ):
        worker.receive(30)


def test_files_are_limited(zygote, tmp_path):
    with zygote.spawn(f"{ENTRIES}:write_file", Limits(file_bytes=1 << 20)) as worker:
        worker.send({"path": str(tmp_path / "big")})
        assert worker.receive(5)[0] == {"errno": 27}
    assert (tmp_path / "big").stat().st_size <= 1 << 20


def test_a_flood_of_last_words_blocks_nobody(zygote):
    with zygote.spawn(f"{ENTRIES}:flood") as worker:
        assert worker.receive(5)[0] == {"done": True}


def test_a_worker_is_killed_from_another_thread(zygote):
    with zygote.spawn(f"{ENTRIES}:sleep") as worker:
        threading.Timer(0.1, worker.kill).start()
        with pytest.raises(WorkerDied, match="SIGKILL"):
            worker.receive(20)


def test_who_waits_hears_at_once_what_a_worker_is_killed_for(zygote):
    """However long the worker takes to end: here it is not even told."""
    with zygote.spawn(f"{ENTRIES}:deaf") as worker:
        worker.signal = lambda number: None
        reason = MemoryReached("too much together")
        threading.Timer(0.1, worker.kill, [reason]).start()
        with pytest.raises(MemoryReached) as told:
            worker.receive(60)
        assert told.value is reason
        assert not worker.has_ended()
        del worker.signal


def test_a_worker_that_dies_of_memory_and_takes_its_time_is_told_so(zygote):
    with zygote.spawn(f"{ENTRIES}:dying_of_memory") as worker:
        sleep(0.3)
        with pytest.raises(MemoryReached):
            worker.receive(0.5)


def test_what_a_worker_uses_is_seen_of_all_its_threads(zygote):
    with zygote.spawn(f"{ENTRIES}:threaded") as worker:
        assert worker.receive(20)[0] == {"held": 64 << 20}
        assert 64 << 20 < worker.resident() < 256 << 20
        end = monotonic() + 30
        while worker.processor_time() < 0.3 and monotonic() < end:
            sleep(0.02)
        assert worker.processor_time() >= 0.3
        worker.renice(19)
        threads = [int(name) for name in os.listdir(f"/proc/{worker.pid}/task")]
        assert len(threads) == 3
        assert {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads} == {19}
        worker.kill()
        assert worker.has_ended(20)
        worker.renice(19)
        assert (worker.processor_time(), worker.resident()) == (0, 0)


def test_closing_twice_and_killing_after_harm_nobody(zygote):
    worker = zygote.spawn(f"{ENTRIES}:echo")
    worker.close()
    worker.close()
    worker.kill()
    assert worker.has_ended()


def test_many_threads_spawn_at_once(zygote):
    answers = []

    def ask(number: int) -> None:
        with zygote.spawn(f"{ENTRIES}:echo") as worker:
            worker.send({"n": number})
            answers.append(worker.receive(10)[0]["n"])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(16))


def test_a_killed_zygote_is_started_again(zygote):
    with Zygote([ENTRIES]) as fresh:
        worker = fresh.spawn(f"{ENTRIES}:echo")
        first = fresh.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        with pytest.raises(WorkerDied):
            worker.receive(5)
        worker.close()
        with fresh.spawn(f"{ENTRIES}:echo") as again:
            again.send({"n": 2})
            assert again.receive(5)[0] == {"n": 2}
        assert fresh.pid != first


def test_closing_the_zygote_ends_its_workers():
    zygote = Zygote([ENTRIES])
    workers = [zygote.spawn(f"{ENTRIES}:{entry}") for entry in ("echo", "spin", "deaf")]
    pids = [worker.pid for worker in workers] + [zygote.pid]
    zygote.close()
    assert not _wait_gone(pids)
    for worker in workers:
        worker.close()
    with pytest.raises(CageError, match="closed"):
        zygote.spawn(f"{ENTRIES}:echo")


def test_an_abandoned_worker_leaves_no_zombie(zygote):
    worker = zygote.spawn(f"{ENTRIES}:raise_error")
    assert worker.has_ended(5)
    # Nobody asked for its status yet: the zygote reaped it by itself.
    assert not _wait_gone([worker.pid])
    worker.close()


def test_a_zygote_that_cannot_import_says_so():
    with (
        Zygote(["tests.graph.cages.no_such_module"]) as broken,
        pytest.raises(CageUnavailable, match="no_such_module"),
    ):
        broken.spawn(f"{ENTRIES}:echo")


PARENT = """
import sys, time
from graph.cages.zygote import Zygote
zygote = Zygote(["tests.graph.cages.entries"])
workers = [zygote.spawn("tests.graph.cages.entries:" + entry) for entry in ("echo", "spin")]
print(zygote.pid, *(worker.pid for worker in workers), flush=True)
time.sleep(60)
"""


def test_a_killed_parent_takes_all_with_it():
    """The server is killed: its zygote sees the socket close, the kernel kills the workers."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 3
        assert all(_is_alive(pid) for pid in pids)
        parent.kill()
    # Reaped by whoever adopts orphans, which may be slow: not running is what counts.
    end = monotonic() + 5
    while any(_is_alive(pid) for pid in pids) and monotonic() < end:
        sleep(0.01)
    assert not any(_is_alive(pid) for pid in pids)
