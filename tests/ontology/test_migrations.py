"""Terms that are given up: their successors are read from the ontology, and data are written in them."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.errors import ConfigurationError
from graph.terminology.migration import migrate, successors
from ontology import loader
from tests.ontology.turtle import CG

MIGRATIONS = Path(__file__).resolve().parents[2] / "ontology" / "migrations"
PREFIXES = b"""@prefix cg: <https://w3id.org/civigraph#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dct: <http://purl.org/dc/terms/> .
"""
GIVEN_UP = (
    PREFIXES
    + b"""cg:Lantern owl:deprecated true ; dct:isReplacedBy cg:Torch .
cg:Torch owl:deprecated true ; dct:isReplacedBy cg:Lamp .
cg:wattage owl:deprecated true ; dct:isReplacedBy cg:power .
cg:watts owl:deprecated true ; dct:isReplacedBy cg:unitOfPower .
cg:Kept owl:deprecated false ; dct:isReplacedBy cg:Lamp .
"""
)


def test_a_chain_of_successors_is_followed_to_its_end() -> None:
    assert successors([("x.ttl", GIVEN_UP)]) == {
        f"{CG}Lantern": f"{CG}Lamp",
        f"{CG}Torch": f"{CG}Lamp",
        f"{CG}wattage": f"{CG}power",
        f"{CG}watts": f"{CG}unitOfPower",
    }


@pytest.mark.parametrize(
    "text",
    [
        b"cg:A owl:deprecated true .",
        b"cg:A owl:deprecated true ; dct:isReplacedBy cg:B . cg:B owl:deprecated true ; dct:isReplacedBy cg:A .",
    ],
)
def test_a_chain_without_an_end_is_refused(text: bytes) -> None:
    with pytest.raises(ConfigurationError, match="nothing replaces it"):
        successors([("x.ttl", PREFIXES + text)])


def test_data_are_written_in_the_successors() -> None:
    """In each place where a term can stand; what only looks like a term in a text stays."""
    replacing = successors([("x.ttl", GIVEN_UP)])
    before = [
        ("<https://x.example/l>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", f"<{CG}Lantern>"),
        ("<https://x.example/l>", f"<{CG}wattage>", f'"60"^^<{CG}watts>'),
        (f"<{CG}Torch>", "<http://purl.org/dc/terms/title>", f'"about <{CG}Lantern>"'),
        ("<https://x.example/l>", "<http://purl.org/dc/terms/title>", f'"<{CG}Lantern>"@en'),
    ]
    assert list(migrate(before, replacing)) == [
        ("<https://x.example/l>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", f"<{CG}Lamp>"),
        ("<https://x.example/l>", f"<{CG}power>", f'"60"^^<{CG}unitOfPower>'),
        (f"<{CG}Lamp>", "<http://purl.org/dc/terms/title>", f'"about <{CG}Lantern>"'),
        ("<https://x.example/l>", "<http://purl.org/dc/terms/title>", f'"<{CG}Lantern>"@en'),
    ]


def test_every_term_that_the_ontology_gives_up_has_a_successor() -> None:
    assert all(
        new not in successors(loader.turtle(*loader.TERMS)) for new in successors(loader.turtle(*loader.TERMS)).values()
    )


def test_every_migration_query_gives_what_is_written_beside_it(tmp_path: Path) -> None:
    """Proven on a migration made here, then on those that ship."""
    folder = tmp_path / "9.9.9"
    folder.mkdir()
    (folder / "split.rq").write_text(
        "PREFIX e: <https://e.example/> CONSTRUCT { ?x e:first ?a ; e:last ?b }"
        ' WHERE { ?x e:name ?n BIND(STRBEFORE(?n, " ") AS ?a) BIND(STRAFTER(?n, " ") AS ?b) }'
    )
    (folder / "split.before.ttl").write_text('@prefix e: <https://e.example/> . e:x e:name "Ada Byron" .')
    (folder / "split.after.ttl").write_text('@prefix e: <https://e.example/> . e:x e:first "Ada" ; e:last "Byron" .')
    assert _unproven(tmp_path) == []
    (folder / "split.after.ttl").write_text('@prefix e: <https://e.example/> . e:x e:first "Ada" .')
    assert _unproven(tmp_path) == ["split.rq"]
    assert _unproven(MIGRATIONS) == []
    assert (MIGRATIONS / "README.md").is_file()


def _unproven(folder: Path) -> list[str]:
    """Name the queries whose answer on `before` is not `after`."""
    wrong = []
    for query in sorted(folder.glob("*/*.rq")):
        store = ox.Store()
        store.load(path=str(query.with_suffix(".before.ttl")), format=ox.RdfFormat.TURTLE)
        made = {str(triple) for triple in store.query(query.read_text(encoding="utf-8"))}
        after = query.with_suffix(".after.ttl").read_bytes()
        if made != {str(triple) for triple in ox.parse(after, format=ox.RdfFormat.TURTLE)}:
            wrong.append(query.name)
    return wrong
