"""What import is measured against: pyoxigraph alone loads the same file into a store on disk."""

from __future__ import annotations

import json
import sys
from time import perf_counter

from pyoxigraph import RdfFormat, Store


def main(path: str, folder: str) -> None:
    """Load a file and print the seconds it took and the number of statements, as JSON."""
    began = perf_counter()
    store = Store(folder)
    store.bulk_load(path=path, format=RdfFormat.N_TRIPLES)
    store.flush()
    seconds = perf_counter() - began
    print(json.dumps({"seconds": seconds, "statements": len(store)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
