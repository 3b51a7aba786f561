"""A process of its own that holds the views of a data directory: `python -m tests.graph.views.holding DIR`."""

from __future__ import annotations

import sys
from pathlib import Path

from graph.instance import Instance


def main() -> None:
    """Hold until the input ends; say so on the output."""
    with Instance.open(Path(sys.argv[1])) as instance, instance.hold():
        print("holding", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
