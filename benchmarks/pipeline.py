"""The import that is measured: the pipeline of `civigraph import`, in a data folder that is there already."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter

from graph.ingest.run import run_import
from graph.instance import Instance


def main(path: str, folder: str) -> None:
    """Import a file into log and views and print the seconds it took, as JSON."""
    with Instance.open(Path(folder)) as instance:
        began = perf_counter()
        with instance.following():
            report = run_import(instance, [path], source="generated")
            appended = perf_counter()
            instance.settle(instance.log.sequence())
        ended = perf_counter()
    assert not report.failed
    print(json.dumps({"seconds": ended - began, "log": appended - began, "statements": report.total("kept")}))


if __name__ == "__main__":
    main(*sys.argv[1:])
