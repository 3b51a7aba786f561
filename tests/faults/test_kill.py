"""Twenty times the power is cut: the log stays whole, nothing acknowledged is lost, the views resume rightly."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import sleep

import pytest

from benchmarks.generator import write
from graph.instance import Instance
from graph.log.log import Log
from graph.views.holder import Holder
from graph.views.view import World
from tests.processes import environment, served, started

IMPORTS_KILLED = 12
SERVERS_KILLED = 8
FILES = 4


def files(folder: Path, turn: int) -> list[Path]:
    """Write catalogues that overlap with those of other turns: some records are new, some replaced, some unchanged."""
    paths = []
    for number in range(FILES):
        path = folder / f"source-{number}.nt"
        write(path, 40 + 10 * (turn % 3), seed=100 * number + turn // 2)
        paths.append(path)
    return paths


def check(data: Path, acknowledged: int) -> None:
    """See that the log is whole and has what was acknowledged, and that the views follow it to what a rebuild makes."""
    with Log.open(data / "civigraph.sqlite") as log:
        log.verify(deep=True)
        assert log.sequence() >= acknowledged
    with Instance.open(data) as instance, instance.hold() as holder:
        assert holder.wait_for(instance.log.sequence(), 60)
        resumed = state(holder)
        holder.rebuild()
        assert state(holder) == resumed


def state(holder: Holder) -> Sequence[object]:
    """Give all that the views of the public world hold."""
    views = holder.views(World.PUBLIC)
    return (views.sequence(), views.triples.store.dump(), views.search.dump(), views.catalog.dump())


def acknowledged(output: str) -> int:
    """Give the last sequence that an import said was on disk; a line cut off by the kill says nothing."""
    lines = [line.split() for line in output.splitlines(keepends=True) if line.endswith("\n")]
    return max((int(words[1]) for words in lines if words[0] == "acknowledged"), default=0)


@pytest.mark.parametrize("turn", range(IMPORTS_KILLED))
def test_killed_import(kept: Path, turn: int) -> None:
    """The data folder lives through all turns; each is killed at another point of its work."""
    data, chance = kept / "data", random.Random(turn)
    # The points: while opening, after some append, after the last one (the views are being written).
    point = ("opened", "acknowledged", "acknowledged", "imported")[turn % 4]
    skipped = chance.randrange(FILES)
    command = [sys.executable, "-m", "tests.faults.importer", str(data), *map(str, files(kept, turn))]
    with subprocess.Popen(command, env=environment(data), stdout=subprocess.PIPE, text=True) as child:
        heard = ""
        for line in child.stdout:
            heard += line
            if line.startswith(point):
                if point == "acknowledged" and skipped:
                    skipped -= 1
                    continue
                break
        sleep(chance.uniform(0, 0.04))
        child.send_signal(signal.SIGKILL)
        heard += child.stdout.read()
        assert child.wait(30) == -signal.SIGKILL, "it ended before it could be killed"
    check(data, acknowledged(heard))


@pytest.mark.parametrize("turn", range(SERVERS_KILLED))
def test_killed_server(kept: Path, turn: int) -> None:
    """The server dies while it applies what another process imports; that process then does it itself."""
    data, chance = kept / "data", random.Random(1000 + turn)
    with served(data) as server:
        importing = started(data, "import", *map(str, files(kept, 50 + turn)), "--source", f"served-{turn % 3}")
        sleep(chance.uniform(0.2, 1.5))
        assert server.client.get("/health").status_code == 200
        server.kill()
        output, errors = importing.communicate(timeout=60)
        assert importing.returncode == 0, output + errors
    with Instance.open(data) as instance:
        assert instance.applied() == instance.log.sequence()
        last = instance.log.sequence()
    check(data, last)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all turns share: what one leaves behind the next begins with."""
    return tmp_path_factory.mktemp("killed")
