"""A process that appends: it tells on its output what the log has acknowledged.

Run as `python -m tests.graph.log.appender ADDRESS SOURCE ENTRIES BATCH`.
"""

from __future__ import annotations

import os
import sys

from graph.log.log import Log
from tests.graph.log.entries import entry


def main(address: str, source: str, entries: int, batch: int) -> None:
    """Append so many entries of a source in batches; after each, print `first last count`."""
    with Log.open(address) as log:
        tell("ready")
        sys.stdin.readline()
        for start in range(0, entries, batch):
            numbers = range(start, min(start + batch, entries))
            made = [entry(f"{source}-{number}", f"Title of {number}", text="text " * 200) for number in numbers]
            done = log.append(made, agent=source, source=source)
            tell(f"{done.first} {done.last} {len(made)}")


def tell(line: str) -> None:
    """Write a line at once and in one piece."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
