"""The triples view in the store's own terms, its graphs of audiences, what it says about an IRI."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from graph.terms import literal
from graph.views import triples as module
from graph.views.batch import Batch
from graph.views.view import World
from graph.views.views import Views
from tests.graph.views.crashing import crash
from tests.graph.views.making import (
    BASE,
    EX,
    NAME,
    PUBLISHER,
    TITLE,
    actor,
    dataset,
    ex,
    follow,
    integer,
    opened,
    put,
)

AGREEMENT = "http://example.org/agreements/1?x=é"


def lines(views: Views) -> list[str]:
    """What is said by the property of the tests, but for what the view says of itself."""
    return [line for line in views.triples.store.dump() if "/p>" in line and "/.well-known/void#" not in line]


def test_one_stored_triple_stays_until_both_texts_are_gone(log: Log, followed: Callable[[], Views]) -> None:
    """One record says "007", another 7: the store makes one triple of them."""
    put(log, "one", dataset("a", (ex("a"), ex("p"), integer("007"))))
    put(log, "two", dataset("a", (ex("a"), ex("p"), integer("7"))))
    stored = [f"{ex('a')} {ex('p')} {integer('7')}"]
    assert lines(followed()) == stored
    log.retract("one", agent="test")
    assert lines(followed()) == stored
    log.retract("two", agent="test")
    assert lines(followed()) == []


def test_new_lexical_form_of_the_same_value_keeps_the_triple(log: Log, followed: Callable[[], Views]) -> None:
    for lexical in ("007", "07", "7"):
        put(log, "one", dataset("a", (ex("a"), ex("p"), integer(lexical))))
        assert lines(followed()) == [f"{ex('a')} {ex('p')} {integer('7')}"]


def test_node_of_two_owners_keeps_what_one_still_says(log: Log, followed: Callable[[], Views]) -> None:
    shared = (ex("node"), ex("p"), literal("shared"))
    put(log, "one", dataset("a", shared), dataset("b", shared, (ex("node"), ex("p"), literal("b"))))
    assert len(lines(followed())) == 2
    log.retract("one", [f"{EX}b"], agent="test")
    assert lines(followed()) == [f'{ex("node")} {ex("p")} "shared"']


@pytest.mark.parametrize("other", ["a", "b"], ids=["of the same record", "of another record"])
def test_what_came_and_went_between_two_batches_leaves_nothing(
    log: Log, followed: Callable[[], Views], other: str
) -> None:
    """A batch is newer than its rows: it sees what later ones say about its subjects, and they may take it back."""
    shared = (ex("shared"), ex("p"), literal("stays"))
    put(log, "one", dataset("a", shared, (ex("a"), ex("p"), literal("old"))))
    put(log, "two", dataset("b", shared))
    views = followed()
    put(log, "one", dataset("a", shared, (ex("a"), ex("p"), literal("new"))))
    put(log, "two", dataset(other, shared, (ex("a"), ex("p"), literal("passing"))))
    views.apply(Batch(log.changes(views.sequence(), 1), log))
    log.retract("two", agent="test")
    followed()
    assert lines(views) == [f'{ex("a")} {ex("p")} "new"', f'{ex("shared")} {ex("p")} "stays"']


def test_bulk_load_and_step_by_step_give_the_same(log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(log, "one", *[dataset(f"d{number}", (ex("node"), ex("p"), integer(f"0{number % 7}"))) for number in range(40)])
    slow = opened(tmp_path / "slow")
    follow(slow, log)
    monkeypatch.setattr(module, "_LINES_WORTH_A_LOAD", 0)
    fast = opened(tmp_path / "fast")
    follow(fast, log, 15)
    assert fast.triples.store.dump() == slow.triples.store.dump()
    for views in (slow, fast):
        views.close()


def test_full_world_has_a_graph_an_audience(log: Log, tmp_path: Path) -> None:
    put(log, "one", dataset("a", (ex("a"), ex("p"), literal("open"))))
    put(log, "two", dataset("a", (ex("a"), ex("p"), literal("members"))), audience=MEMBERS)
    put(log, "three", dataset("a", (ex("a"), ex("p"), literal("parties"))), audience=AGREEMENT)
    views = opened(tmp_path / "full", World.FULL)
    follow(views, log)
    triples = views.triples
    assert str(triples.graph_of(PUBLIC)) == f"<{BASE}audience/public>"
    named = "http%3A%2F%2Fexample.org%2Fagreements%2F1%3Fx%3D%C3%A9"
    assert str(triples.graph_of(AGREEMENT)) == f"<{BASE}audience/{named}>"

    def seen(*audiences: str) -> set[str]:
        graphs = [triples.graph_of(audience) for audience in audiences]
        answer = triples.store.query(f"SELECT ?o WHERE {{ ?s {ex('p')} ?o }}", graphs=graphs)
        assert isinstance(answer, QuerySolutions)
        return {row["o"].value for row in answer}

    assert seen(PUBLIC) == {"open"}
    assert seen(PUBLIC, MEMBERS) == {"open", "members"}
    assert seen(AGREEMENT) == {"parties"}
    assert len(triples.describe(f"{EX}a", (PUBLIC, MEMBERS))) == 3
    put(log, "two", dataset("a", (ex("a"), ex("p"), literal("members"))))
    follow(views, log)
    assert (seen(PUBLIC), seen(MEMBERS)) == ({"open", "members"}, set())
    views.close()


def test_labels_incoming_and_owners(log: Log, followed: Callable[[], Views]) -> None:
    title, other = literal("Vélos", "fr"), literal("Bikes", "en")
    put(log, "one", actor("city", "Rennes"), dataset("b", (ex("b"), PUBLISHER, ex("city"))))
    put(
        log,
        "two",
        dataset("a", (ex("a"), PUBLISHER, ex("city")), (ex("a"), NAME, literal("worse")), (ex("a"), TITLE, other),
                (ex("a#distribution-1"), TITLE, title), title=title),
    )  # fmt: skip
    triples = followed().triples
    assert triples.labels([f"{EX}a", f"{EX}city", f"{EX}unknown"]) == {
        f"{EX}a": [("Bikes", "en"), ("Vélos", "fr")],
        f"{EX}city": [("Rennes", None)],
    }
    assert sorted(triples.incoming(f"{EX}city", 10)) == [(f"{EX}a", PUBLISHER[1:-1]), (f"{EX}b", PUBLISHER[1:-1])]
    assert len(triples.incoming(f"{EX}city", 1)) == 1
    assert triples.owners([f"{EX}a#distribution-1", f"{EX}a", f"{EX}unknown"]) == {f"{EX}a#distribution-1": f"{EX}a"}


@pytest.mark.parametrize("worth", [0, 20_000])
@pytest.mark.parametrize("point", range(8))
def test_stopped_at_any_write_it_finds_what_it_has_to_remove(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: int, worth: int
) -> None:
    monkeypatch.setattr(module, "_LINES_WORTH_A_LOAD", worth)
    node = (ex("a#distribution-1"), ex("p"), literal("old"))
    alone = (ex("alone"), ex("p"), literal("old"))
    put(log, "one", dataset("a", node, alone, (ex("gone"), ex("p"), literal("old"))), dataset("b", node))
    views = opened(tmp_path / "stopped")
    follow(views, log)
    put(log, "one", dataset("a", (ex("new"), ex("p"), literal("new"))))
    put(log, "one", dataset("c", (ex("gone"), ex("q"), literal("c"))))
    log.retract("one", [f"{EX}b"], agent="test")
    crash(views, log, point)
    assert views.triples.sequence() in (2, 5)
    follow(views, log)
    rebuilt = opened(tmp_path / "rebuilt")
    follow(rebuilt, log)
    assert views.triples.store.dump() == rebuilt.triples.store.dump()
    for each in (views, rebuilt):
        each.close()
