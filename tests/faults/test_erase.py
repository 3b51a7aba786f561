"""What is erased is gone from every file of the data folder, also of a server that runs and answers from it."""

from __future__ import annotations

from pathlib import Path
from time import monotonic, sleep

from graph.instance import Instance
from graph.log.log import Log
from graph.log.rows import MEMBERS
from tests.api.serving import BASE, tell
from tests.processes import civigraph, served

EX = "http://example.org/"
# Two words, of which no index of words and no block of a file keeps less than one.
MARKS = (b"Quetzalcoatlus", b"Quetzalcoatlus".lower(), b"quetzalcoatlu")
PUBLIC = '<%sdino> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "Quetzalcoatlus %d"@fr .'


def traces(folder: Path) -> list[str]:
    """The files in which a word of the record is found."""
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and any(mark in path.read_bytes() for mark in MARKS):
                found.append(str(path.relative_to(folder)))
        except FileNotFoundError:
            continue  # a snapshot that was given back meanwhile
    return found


def test_erased_while_it_is_served(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        for number in range(2):
            tell(instance, PUBLIC % (EX, number), "told")
        tell(instance, PUBLIC % (EX, 7), "hidden", MEMBERS)
        tell(instance, PUBLIC.replace("Quetzalcoatlus", "Fourmi").replace("dino", "ant") % (EX, 0), "told")
        instance.settle()
    with served(folder, query_workers=2, access_log="off") as server:
        query = f"/sparql?query=SELECT ?t {{ <{EX}dino> ?p ?t }}"
        assert "Quetzalcoatlus" in server.client.get(query, headers={"accept": "text/csv"}).text
        assert "Quetzalcoatlus" in server.client.get("/search?q=quetzalcoatlus").text
        places = traces(folder)
        assert any(place.startswith("views/public") for place in places), places
        assert any(place.startswith("views/snapshots") for place in places), places
        erased = civigraph(folder, "erase", f"{EX}dino", "--yes", timeout=300)
        assert erased.returncode == 0, erased.stderr
        end = monotonic() + 120
        # Workers that still have an old snapshot give it back in a moment.
        while traces(folder) and monotonic() < end:
            sleep(0.2)
        assert traces(folder) == []
        assert "Quetzalcoatlus" not in server.client.get(query, headers={"accept": "text/csv"}).text
        assert "Fourmi" in server.client.get("/search?q=fourmi").text
        assert server.client.get("/health").json()["status"] == "ok"
    with Log.open(folder / "civigraph.sqlite") as log:
        log.verify(deep=True)


def test_erased_while_nobody_serves(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        tell(instance, PUBLIC % (EX, 1), "told")
        instance.settle()
        assert traces(folder)
    assert civigraph(folder, "erase", f"{EX}dino", "--yes", timeout=300).returncode == 0
    assert traces(folder) == []
    with Instance.open(folder) as instance:
        instance.log.verify(deep=True)
        with instance.hold() as holder:
            assert holder.wait_for(instance.log.sequence(), 60)
