"""What it takes to parse a document that is sent, in a worker that stands ready, against the engine in this process."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from itertools import islice
from statistics import median
from time import perf_counter

from pyoxigraph import RdfFormat, parse

from benchmarks.generator import BASE, statements
from graph.cages.zygote import Zygote
from graph.ingest.uploads import PRELOAD, Caps, Uploads
from graph.store.workers import PRELOAD as QUERY_PRELOAD

MOST_SECONDS = 0.03
"""What a small document may take at the median."""

SMALL = 30
_SIZES = (SMALL, 3_000, 100_000)
_CAPS = Caps(bytes=64 << 20, plain_bytes=64 << 20, text_bytes=128 << 20, seconds=60)


def timed(work: Callable[[], int], expected: int, rounds: int) -> list[float]:
    """Do a work again and again; give the seconds, in order of size."""
    seconds = []
    for _ in range(rounds):
        began = perf_counter()
        assert work() == expected
        seconds.append(perf_counter() - began)
    return sorted(seconds)


def measure(uploads: Uploads, size: int) -> float:
    """Parse so many statements on both sides, print a line, and give our median in seconds."""
    document = "".join(islice(statements(size // 30 + 10), size)).encode()
    rounds = max(5, 6_000 // size)
    ours = timed(lambda: len(uploads.parse(document, "text/turtle", base=BASE, caps=_CAPS).statements), size, rounds)
    alone = timed(lambda: sum(1 for _ in parse(document, format=RdfFormat.TURTLE, base_iri=BASE)), size, rounds)
    print(
        f"{size:>10,} {len(document):>11,} {median(alone) * 1000:>9.2f} {median(ours) * 1000:>9.2f} "
        f"{ours[-1] * 1000:>9.2f}",
        flush=True,
    )
    return median(ours)


def main() -> None:
    """Measure each size; end with 1 when a small document takes too long."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print("statements       bytes  alone ms   sent ms    max ms")
    with Zygote((*QUERY_PRELOAD, *PRELOAD)) as zygote, Uploads(zygote) as uploads:
        medians = {size: measure(uploads, size) for size in _SIZES}
    sys.exit(medians[SMALL] > MOST_SECONDS)


if __name__ == "__main__":
    main()
