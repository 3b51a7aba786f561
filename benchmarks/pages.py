"""Pages at the server: search, things, the front page, as a browser asks for them, one after another.

A catalogue is imported and served by the real command. What counts is the time from the request to the last byte, of
which the 95th percentile is held to a bound; the processor's time is told beside it, since other work on the machine
changes it little. Each answer is looked at: a search finds what it should, a page has the title of its thing.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import quantiles
from urllib.parse import quote, urlsplit

from benchmarks.generator import BASE, write
from benchmarks.settled import write_blocks
from benchmarks.sides import site
from graph.ingest.run import run_import
from graph.instance import Instance

BOUNDS = {"search": 60.0, "thing": 80.0, "home": 100.0}
"""Milliseconds that the slowest twentieth may begin at."""

HEAVIEST = 150_000
"""Bytes of a page as it is sent."""

_HEADERS = {"Accept": "text/html", "Accept-Encoding": "gzip", "Accept-Language": "fr"}
_WORDS = (
    "reseaux",
    "fuites",
    "consommation",
    "captages",
    "chaleur",
    "velos",
    "horaires",
    "naissances",
    "ecoles",
    "secteur+12",
)
_NARROWED = ("", "&kind=dataset", "&kind=dataset&rung=open", "&kind=dataset&sort=modified", "&pole=public", "&page=3")

Get = Callable[[str], tuple[float, bytes, int]]


@contextmanager
def browser(address: str) -> Iterator[Get]:
    """Ask over one connection: gives milliseconds, the body, and its bytes as they were sent."""
    parts = urlsplit(address)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)

    def get(path: str) -> tuple[float, bytes, int]:
        start = time.perf_counter()
        connection.request("GET", path, headers=_HEADERS)
        answer = connection.getresponse()
        sent = answer.read()
        taken = (time.perf_counter() - start) * 1000
        if answer.status == http.HTTPStatus.SEE_OTHER:
            return get(urlsplit(answer.headers["Location"])._replace(scheme="", netloc="", fragment="").geturl())
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path} answered {answer.status}: {sent[:300]!r}")
        body = gzip.decompress(sent) if answer.headers["Content-Encoding"] == "gzip" else sent
        return taken, body, len(sent)

    try:
        yield get
    finally:
        connection.close()


def asked(datasets: int, times: int) -> dict[str, list[str]]:
    """Give the paths of each sort of page, the same for the same numbers."""
    random = Random(7)
    searches = [f"/search?q={random.choice(_WORDS)}{random.choice(_NARROWED)}" for _ in range(times)]
    things = [f"{BASE}dataset/{random.randrange(datasets)}" for _ in range(times)]
    # Where a page leads to a 303, both requests would count: the address of the page is looked up before.
    return {"search": searches, "thing": [f"/entity?iri={quote(iri)}" for iri in things], "home": ["/"] * times}


def measured(get: Get, paths: Sequence[str], processor: Callable[[], float]) -> tuple[float, float, float, int]:
    """Ask for pages; give the median and the 95th percentile in ms, the processor's ms of one, the most bytes."""
    before, taken, heaviest = processor(), [], 0
    for path in paths:
        milliseconds, body, sent = get(path)
        assert b"</html>" in body, path
        taken.append(milliseconds)
        heaviest = max(heaviest, sent)
    spent = (processor() - before) * 1000 / len(paths)
    cuts = quantiles(taken, n=20)
    return cuts[9], cuts[18], spent, heaviest


def run(data: Path, datasets: int, times: int) -> bool:
    """Serve and measure; say whether all is within bounds."""
    within = True
    settings = {"findings": "false", "dumps": "false", "query_client_seconds": 0}
    with site(data, **settings) as (address, processor), browser(address) as get:
        for name, paths in asked(datasets, times).items():
            for path in paths[:3]:
                get(path)
            middle, slow, spent, heaviest = measured(get, paths, processor)
            good = slow <= BOUNDS[name] and heaviest <= HEAVIEST
            within = within and good
            told = f"median {middle:6.1f} ms, p95 {slow:6.1f} ms (at most {BOUNDS[name]:.0f})"
            print(f"{name:7} {told}, processor {spent:6.1f} ms, {heaviest:,} bytes{'' if good else '  OUT OF BOUNDS'}")
    return within


def main() -> None:
    """Import, or take a folder that is there, and measure; end with 1 where something is out of bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("datasets", nargs="?", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument(
        "--data", type=Path, help="folder that such a catalogue is kept in, and made in where it is new"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        data = given.data or Path(name) / "data"
        if not data.exists():
            write(Path(name) / "catalogue.nt", given.datasets)
            with Instance.open(data, create=True) as instance, instance.following():
                run_import(instance, [Path(name) / "catalogue.nt"], source="benchmark", agent="benchmark")
                instance.settle(instance.log.sequence())
            write_blocks(data)
        within = run(data, given.datasets, given.times)
    sys.exit(not within)


if __name__ == "__main__":
    main()
