"""A long crawl while records change: what lived through it is not missed nor doubled; followers end with the log."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from graph.instance import Instance
from graph.log.rows import MEMBERS, PUBLIC
from graph.terms import AS, DCAT, HYDRA, TREE
from tests.api.serving import BASE, Server, follow, serving, settings, tell

TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
OAI = "{http://www.openarchives.org/OAI/2.0/}"


def dataset(number: int, title: str) -> str:
    """A dataset in Turtle."""
    return (
        f'<http://example.org/d/{number:05}> a <{DCAT}Dataset> ; <http://purl.org/dc/terms/title> "{title}"@fr ;'
        f' <http://purl.org/dc/terms/identifier> "{number}" .'
    )


class Editor(threading.Thread):
    """Creates, edits, deletes and hides datasets until it is told to stop; `touched` are those it made or took away."""

    def __init__(self, instance: Instance, many: int) -> None:
        super().__init__(daemon=True)
        self.instance = instance
        self.many = many
        self.touched: set[str] = set()
        self.done = threading.Event()
        self.turns = 0

    def run(self) -> None:
        """Change something again and again."""
        chance = random.Random(7)
        while not self.done.is_set():
            self.turns += 1
            number = chance.randrange(2 * self.many)
            iri = f"http://example.org/d/{number:05}"
            action = chance.choice(("edit", "create", "delete", "hide"))
            if action == "edit":
                # Only what is there and stays: it has lived through.
                number = chance.randrange(0, self.many, 2)
                if f"http://example.org/d/{number:05}" not in self.touched:
                    tell(self.instance, dataset(number, f"Tour {self.turns}"), "many")
                continue
            if number < self.many and number % 2 == 0:
                continue
            self.touched.add(iri)
            if action == "create":
                tell(self.instance, dataset(number, "Neuf"), "many")
            elif action == "hide":
                tell(self.instance, dataset(number, "Caché"), "many", MEMBERS)
            else:
                self.instance.log.retract("many", [iri], agent="test")


def crawl(server: Server) -> list[str]:
    """Follow hydra's links to the end; every dataset in the order of the pages."""
    found: list[str] = []
    here: str | None = server.address + "catalog.nt"
    while here:
        page = list(ox.parse(server.client.get(here).content, format=ox.RdfFormat.N_TRIPLES))
        found += [q.subject.value for q in page if q.predicate == TYPE and q.object.value == f"{DCAT}Dataset"]
        here = next((q.object.value for q in page if q.predicate.value == f"{HYDRA}next"), None)
    return found


class Follower:
    """Keeps what `/feed` and `/oai` tell, each from where it last ended."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.feed: dict[str, str | None] = {}
        self.oai: dict[str, str | None] = {}
        self.here = server.address + "feed.nq"
        self.since = ""

    def read_feed(self) -> None:
        """Read the stream on from the last page."""
        while True:
            page = list(ox.parse(self.server.client.get(self.here).content, format=ox.RdfFormat.N_QUADS))
            default = [quad for quad in page if quad.graph_name == ox.DefaultGraph()]
            order = [quad for quad in default if quad.predicate.value == f"{AS}object"]
            order.sort(key=lambda quad: int(quad.subject.value.rpartition("-")[2]))
            kinds = {quad.subject.value: quad.object.value for quad in default if quad.predicate == TYPE}
            titles = {
                (quad.graph_name.value, quad.subject.value): quad.object.value
                for quad in page
                if quad.predicate.value.endswith("terms/title") and quad.graph_name != ox.DefaultGraph()
            }
            for quad in order:
                gone = kinds[quad.subject.value] == f"{AS}Delete"
                about = quad.object.value
                self.feed[about] = None if gone else titles.get((quad.subject.value, about))
            following = [quad.object.value for quad in default if quad.predicate.value == f"{TREE}node"]
            if not following:
                return
            self.here = following[0]

    def read_oai(self) -> None:
        """Harvest what changed since the last time, that second included."""
        wanted = f"verb=ListRecords&metadataPrefix=oai_dc{f'&from={self.since}' if self.since else ''}"
        while wanted:
            root = ElementTree.fromstring(self.server.client.get(f"{self.server.address}oai?{wanted}").content)
            for record in root.iter(f"{OAI}record"):
                header = record.find(f"{OAI}header")
                assert header is not None
                iri = str(header.findtext(f"{OAI}identifier"))
                self.since = max(self.since, str(header.findtext(f"{OAI}datestamp")))
                title = record.find(".//{http://purl.org/dc/elements/1.1/}title")
                self.oai[iri] = None if header.get("status") == "deleted" or title is None else title.text
            token = root.findtext(f".//{OAI}resumptionToken")
            wanted = f"verb=ListRecords&resumptionToken={token}" if token else ""


def present(instance: Instance) -> dict[str, str]:
    """The public datasets and their titles, as the log has them."""
    heads = list(instance.log.heads(kind="dataset", audiences=[PUBLIC]))
    payloads = instance.log.payloads([head.sequence for head in heads])
    return {head.iri: payloads[head.sequence].decode().split('title> "')[1].split('"')[0] for head in heads}


@pytest.mark.parametrize("many", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_a_crawl_while_records_change(tmp_path: Path, many: int) -> None:
    folder = tmp_path / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        tell(instance, "\n".join(dataset(number, "Ancien") for number in range(many)), "many")
        with serving(settings(folder)) as server:
            follower = Follower(server)
            editor = Editor(instance, many)
            editor.start()
            found = crawl(server)
            follower.read_feed()
            follower.read_oai()
            editor.done.set()
            editor.join()
            assert editor.turns > 3
            lived = {f"http://example.org/d/{number:05}" for number in range(many)} - editor.touched
            assert len(found) == len(set(found))
            assert lived <= set(found)
            follow(server)
            expected = present(instance)
            assert sorted(crawl(server)) == sorted(expected)
            follower.read_feed()
            follower.read_oai()
            assert {iri: title for iri, title in follower.feed.items() if title is not None} == expected
            assert {iri: title for iri, title in follower.oai.items() if title is not None} == expected
