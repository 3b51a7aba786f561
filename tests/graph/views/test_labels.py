"""Names kept in memory: each read once, and never one from before a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from graph.derivations.update import News
from graph.log.log import Log
from graph.store.embedded import EmbeddedStore
from graph.store.store import Graph
from graph.terms import DCT, literal
from graph.views.labels import Labels
from graph.views.views import Views
from tests.graph.views.making import EX, TITLE, dataset, ex, put

GRAPH = DefaultGraph()
IRIS = [f"{EX}{name}" for name in "abc"]
PREDICATES = [NamedNode(f"{DCT}title"), NamedNode("http://xmlns.com/foaf/0.1/name"), NamedNode(f"{DCT}date")]
quads = st.builds(
    lambda iri, predicate, text, language: Quad(NamedNode(iri), predicate, Literal(text, language=language), GRAPH),
    st.sampled_from(IRIS),
    st.sampled_from(PREDICATES),
    st.sampled_from(["Eau", "Énergie"]),
    st.sampled_from(["fr", "en"]),
)


class Watched(EmbeddedStore):
    """A store that counts the looks at names."""

    looks = 0

    def values(self, subject: str, predicate: NamedNode, graph: Graph) -> Iterator[Quad]:
        """As the store does."""
        self.looks += 1
        return super().values(subject, predicate, graph)


@pytest.fixture
def store(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "triples")


def title(name: str, text: str) -> Quad:
    return Quad(NamedNode(f"{EX}{name}"), PREDICATES[0], Literal(text), GRAPH)


def rename(store: EmbeddedStore, labels: Labels, removed: set[Quad], added: set[Quad]) -> None:
    """Change the store as a view does."""
    with labels.changing(lambda: News(list(removed), list(added))):
        store.change(removed, added, 1)


def test_a_name_is_read_once(store: Watched) -> None:
    store.change((), {title("a", "Eau")}, 1)
    labels = Labels(store)
    first = labels.of(IRIS, [GRAPH])
    assert first == {f"{EX}a": [("Eau", None)]}
    looks = store.looks
    assert labels.of(IRIS, [GRAPH]) == first
    assert store.looks == looks


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sets(quads, max_size=3), st.sets(quads, max_size=3)), max_size=5))
def test_names_are_those_of_the_store_after_any_changes(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[set[Quad], set[Quad]]]
) -> None:
    store = EmbeddedStore(tmp_path_factory.mktemp("store") / "triples")
    labels = Labels(store, most=4)
    for removed, added in changes:
        rename(store, labels, removed, added)
        assert labels.of(IRIS, [GRAPH]) == Labels(store).of(IRIS, [GRAPH])
    store.close()


def test_what_is_read_during_a_change_is_not_kept(store: Watched) -> None:
    old, new = title("a", "Eau"), title("a", "Énergie")
    store.change((), {old}, 1)
    labels = Labels(store)
    with labels.changing(lambda: News([old], [new])):
        assert labels.of(IRIS, [GRAPH]) == {f"{EX}a": [("Eau", None)]}
        store.change({old}, {new}, 2)
        assert labels.of(IRIS, [GRAPH]) == {f"{EX}a": [("Énergie", None)]}
    assert labels.of(IRIS, [GRAPH]) == {f"{EX}a": [("Énergie", None)]}


def test_what_was_read_before_a_change_and_comes_late_is_not_kept(store: Watched) -> None:
    """A reader that is slower than a whole change."""
    old, new = title("a", "Eau"), title("a", "Énergie")
    store.change((), {old}, 1)

    class Late(Watched):
        def values(self, subject: str, predicate: NamedNode, graph: Graph) -> Iterator[Quad]:
            found = list(super().values(subject, predicate, graph))
            if found == [old]:
                rename(self, labels, {old}, {new})
            return iter(found)

    store.__class__ = Late
    labels = Labels(store)
    assert labels.of([f"{EX}a"], [GRAPH]) == {f"{EX}a": [("Eau", None)]}
    assert labels.of([f"{EX}a"], [GRAPH]) == {f"{EX}a": [("Énergie", None)]}


@pytest.mark.parametrize("news", [lambda: None, lambda: News(whole=True)])
def test_all_is_read_again_where_nobody_knows_what_changed(store: Watched, news: Callable[[], News | None]) -> None:
    labels = Labels(store)
    assert labels.of(IRIS, [GRAPH]) == {}
    with labels.changing(news):
        store.change((), {title("a", "Eau")}, 1)
    assert labels.of(IRIS, [GRAPH]) == {f"{EX}a": [("Eau", None)]}


def fail(store: EmbeddedStore) -> None:
    """Change a store and come to no good end."""
    store.change((), {title("a", "Eau")}, 1)
    raise ZeroDivisionError


def test_nothing_is_trusted_after_an_error(store: Watched) -> None:
    labels = Labels(store)
    labels.of(IRIS, [GRAPH])
    with pytest.raises(ZeroDivisionError), labels.changing(News):
        fail(store)
    assert labels.of(IRIS, [GRAPH]) == {f"{EX}a": [("Eau", None)]}


def test_a_view_that_follows_tells_the_new_name(log: Log, followed: Callable[[], Views]) -> None:
    for text in ("Eau", "Énergie", "Chaleur"):
        put(log, "one", dataset("a", (ex("a"), TITLE, literal(text))))
        assert followed().triples.labels([f"{EX}a"]) == {f"{EX}a": [(text, None)]}
