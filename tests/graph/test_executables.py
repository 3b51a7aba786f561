"""The example queries: each has its words, is found where editors look, runs, and finds something on the sample."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from graph import executables, sample
from graph.derivations.derivation import derivations
from graph.instance import Instance
from graph.store.store import TripleStore
from graph.terms import PREFIXES
from ontology import competency
from ontology.example_queries import ExampleQuery, read_example

# The queries of an editor, written as its own source has them, but for the names of variables.
EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    SELECT DISTINCT ?iri ?comment ?query
    WHERE { ?iri a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct ?query . }"""
DECLARED = """PREFIX sh: <http://www.w3.org/ns/shacl#>
    SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix }"""
COMPLETION = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX void-ext: <http://ldf.fi/void-ext#>
    SELECT DISTINCT ?class ?property ?datatype WHERE {
      ?cp void:class ?class ; void:propertyPartition ?pp . ?pp void:property ?property .
      OPTIONAL { ?pp void-ext:datatypePartition [ void-ext:datatype ?datatype ] } }"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TripleStore]:
    """The public triples of an instance with the sample."""
    with Instance.open(tmp_path_factory.mktemp("sample") / "data", create=True) as instance:
        sample.load(instance)
        with instance.hold() as holder:
            assert holder.wait_for(instance.log.sequence(), 120)
            yield holder.public.triples.store


def ask(store: TripleStore, query: str) -> list[tuple[str, ...]]:
    answer = store.query(query, graphs=[ox.DefaultGraph()])
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(value.value if value is not None else "" for value in row) for row in answer]


@pytest.mark.parametrize("query", executables.executables(), ids=lambda query: query.name)
def test_every_example_finds_something(store: TripleStore, query: ExampleQuery) -> None:
    answer = store.query(query.text, graphs=[ox.DefaultGraph()])
    form = {"SELECT": ox.QuerySolutions, "ASK": ox.QueryBoolean, "CONSTRUCT": ox.QueryTriples}[query.form]
    assert isinstance(answer, form)
    assert bool(answer) if isinstance(answer, ox.QueryBoolean) else next(answer)


@pytest.mark.parametrize("query", executables.executables(), ids=lambda query: query.name)
def test_every_example_has_words_and_known_prefixes(query: ExampleQuery) -> None:
    assert all(query.title[language] and query.comment[language] for language in competency.LANGUAGES)
    assert query.title["fr"] != query.title["en"]
    assert query.keywords
    for line in query.text.splitlines():
        if line.startswith("PREFIX"):
            _, prefix, namespace = line.split()
            assert PREFIXES.get(prefix[:-1], namespace[1:-1]) == namespace[1:-1]


def test_editors_find_examples_prefixes_and_completions(store: TripleStore) -> None:
    told = {(iri, query) for iri, _, query in ask(store, EXAMPLES)}
    assert told == {(executables.iri_of(query), query.text) for query in executables.executables()}
    assert dict(ask(store, DECLARED)) == PREFIXES
    completions = ask(store, COMPLETION)
    dataset, title = f"{PREFIXES['dcat']}Dataset", f"{PREFIXES['dct']}title"
    assert (dataset, title, f"{PREFIXES['rdf']}langString") in completions


def test_every_derivation_is_told_and_is_no_example(store: TripleStore) -> None:
    told = ask(store, "SELECT ?d ?p { ?d <https://w3id.org/civigraph#derives> ?p }")
    assert {(executables.DERIVATIONS + each.name, each.makes[1:-1]) for each in derivations()} == set(told)
    assert not {iri for iri, _ in told} & {iri for iri, _, _ in ask(store, EXAMPLES)}


@pytest.mark.parametrize("lacking", ["fr", "en comment", "keywords"])
def test_an_example_without_its_words_is_refused(lacking: str) -> None:
    text = "# fr: a\n# en: b\n# fr comment: c\n# en comment: d\n# keywords: e, f\nASK {}\n"
    assert read_example("whole", text).keywords == ("e", "f")
    with pytest.raises(ValueError, match="broken"):
        read_example("broken", "".join(line for line in text.splitlines(True) if not line.startswith(f"# {lacking}:")))
