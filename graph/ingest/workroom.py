"""The folder in which a run works: gone when it ends, and swept up by the next import where it was killed."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

_PREFIX = "import-"


@contextmanager
def workroom(parent: Path) -> Iterator[Path]:
    """Give an empty folder in `parent`, held by a lock as long as this process works in it."""
    parent.mkdir(parents=True, exist_ok=True)
    with _lock(parent / "import.lock", wait=True):
        # Nobody makes a folder meanwhile, so one without holder is one whose process is dead.
        _sweep(parent)
        folder = Path(mkdtemp(prefix=_PREFIX, dir=parent))
        held = ExitStack()
        held.enter_context(_lock(folder / "lock"))
    with held:
        try:
            yield folder
        finally:
            rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*/"):
        try:
            with _lock(folder / "lock"):
                rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            continue


@contextmanager
def _lock(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock file; raises BlockingIOError where another process does and `wait` is false."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
