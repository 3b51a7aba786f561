"""An import that says on standard output what is acknowledged, so that a test can kill it and then ask for it."""

from __future__ import annotations

import sys
from functools import wraps
from pathlib import Path
from typing import Any

from graph.ingest.run import run_import
from graph.instance import Instance
from graph.log.log import Log


def report_appends() -> None:
    """Make every append of the log print its last sequence once it has returned, and never before."""
    append = Log.append

    @wraps(append)
    def reporting(self: Log, *arguments: Any, **options: Any) -> Any:
        appended = append(self, *arguments, **options)
        print("acknowledged", appended.last, flush=True)
        return appended

    Log.append = reporting  # type: ignore[method-assign]


def main(data: str, *files: str) -> None:
    """Import each file as a source of its own, then bring the views up to date."""
    report_appends()
    with Instance.open(Path(data), create=True) as instance:
        print("opened", flush=True)
        for file in files:
            run_import(instance, [Path(file)], source=Path(file).stem)
        print("imported", flush=True)
        instance.settle(instance.log.sequence())
        print("settled", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
