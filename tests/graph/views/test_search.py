"""Words are found whatever their accents, plurals and slips; facets count; names follow who bears them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import DataError
from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from graph.terms import DCT, literal
from graph.views.batch import Batch
from graph.views.search import SearchView
from graph.views.view import World
from graph.views.words import fold, raw_words
from tests.graph.views.making import (
    EX,
    LICENCE,
    PUBLISHER,
    actor,
    dataset,
    ex,
    follow,
    integer,
    opened,
    put,
    scratch,
)

DESCRIPTION = f"<{DCT}description>"


def iris(results) -> list[str]:
    return [hit.iri.removeprefix(EX) for hit in results.hits]


@pytest.fixture
def rennes(log, followed):
    put(
        log,
        "portal",
        dataset(
            "velos",
            (ex("velos"), PUBLISHER, ex("city")),
            (ex("velos"), LICENCE, ex("odbl")),
            (ex("velos"), DESCRIPTION, literal("Les données des stationnements de l'Hôtel de Ville", "fr")),
            (ex("velos#distribution-1"), ex("note"), literal("zyxwv fichier")),
            (ex("velos#distribution-1"), ex("size"), integer("007")),
            title=literal("Vélos en libre-service", "fr"),
        ),
        dataset(
            "water",
            (ex("water"), PUBLISHER, literal("Eau du Bassin")),
            (ex("water"), LICENCE, ex("lo")),
            (ex("water"), DESCRIPTION, literal("Pipes and leaking stations of the city", "en")),
            title=literal("Water networks", "en"),
        ),
        actor("city", "Ville de Rennes"),
    )
    return followed().search


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("vélos", ["velos"]),
        ("velo", ["velos"]),
        ("VELOS", ["velos"]),
        ("donnee", ["velos"]),
        ("données", ["velos"]),
        ("stationnement", ["velos"]),
        ("leak", ["water"]),
        ("network", ["water"]),
        ("hotel ville", ["velos"]),
        ("l'hôtel", ["velos"]),
        ("zyxwv", ["velos"]),
        ("007", ["velos"]),
        ("bassin", ["water"]),
        (f"{EX}water", ["water"]),
        ("rennes vélos", ["velos"]),
        ("vélos water", []),
    ],
)
def test_words_are_found(rennes, query: str, found: list[str]) -> None:
    results = rennes.search(query)
    assert iris(results) == found
    assert results.total == len(found)
    assert not results.loose


@pytest.mark.parametrize("query", ["stationemnt", "statoinement", "statoinements", "vélso", "resnnes", "libre-serv"])
def test_slips_and_beginnings_are_forgiven(rennes, query: str) -> None:
    results = rennes.search(query)
    assert "velos" in iris(results)
    assert results.loose


@pytest.mark.parametrize(
    "query", ['"', "AND (", "title:", "a/b\\", "*", "[", "~", '+-&|!(){}[]^"~*?:\\/', "\x00", "<", "é" * 5000]
)
def test_no_text_breaks_the_search(rennes, query: str) -> None:
    rennes.search(query)


def test_titles_count_more_than_other_texts(log: Log, followed) -> None:
    filler = literal("tram " * 3 + "mot " * 20)
    put(log, "s", dataset("a", (ex("a"), DESCRIPTION, filler), title=literal("Autre")))
    put(log, "s", dataset("b", title=literal("Tram")))
    assert iris(followed().search.search("tram")) == ["b", "a"]


def test_without_words_all_is_found_in_the_order_of_titles(rennes) -> None:
    assert iris(rennes.search("")) == ["velos", "city", "water"]
    assert iris(rennes.search("", offset=1, limit=1)) == ["city"]
    assert rennes.search("", limit=0).hits == []


def test_facets_count_and_filter(rennes) -> None:
    everything = rennes.search("")
    assert everything.facets["kind"] == [("dataset", 2), ("actor", 1)]
    assert everything.facets["publisher"] == [("Eau du Bassin", 1), ("Ville de Rennes", 1)]
    assert everything.facets["source"] == [("portal", 3)]
    filtered = rennes.search("", filters={"licence": [f"{EX}odbl"], "kind": ["dataset"]})
    assert iris(filtered) == ["velos"]
    # The facet's own filter hides none of its values; that of another one does.
    assert filtered.facets["licence"] == [(f"{EX}lo", 1), (f"{EX}odbl", 1)]
    assert filtered.facets["publisher"] == [("Ville de Rennes", 1)]
    both = rennes.search("", filters={"licence": [f"{EX}odbl", f"{EX}lo"]})
    assert both.total == 2


def test_filter_that_leaves_nothing_is_not_answered_loosely(rennes) -> None:
    results = rennes.search("vélos", filters={"licence": [f"{EX}lo"]})
    assert (results.total, results.loose) == (0, False)


def test_licence_of_distributions_stands_in(log: Log, followed) -> None:
    put(log, "s", dataset("a", (ex("a#distribution-1"), LICENCE, ex("odbl"))))
    assert followed().search.search("").facets["licence"] == [(f"{EX}odbl", 1)]


def test_hit_shows_title_in_the_language_and_marks_words(rennes) -> None:
    hit = rennes.search("stationnements", language="en").hits[0]
    assert (hit.title, hit.title_language, hit.kind) == ("Vélos en libre-service", "fr", "dataset")
    assert hit.snippet is not None
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.marks] == ["stationnements"]


def test_new_name_of_a_publisher_reaches_its_datasets(log: Log, followed, rennes) -> None:
    put(log, "portal", actor("city", "Rennes Métropole"))
    search = followed().search
    assert search.search("").facets["publisher"] == [("Eau du Bassin", 1), ("Rennes Métropole", 1)]
    assert iris(search.search("métropole")) == ["city", "velos"]
    log.retract("portal", [f"{EX}city"], agent="test")
    assert (f"{EX}city", 1) in followed().search.search("").facets["publisher"]


def test_what_waits_is_committed_before_who_shows_a_name_is_looked_for(log: Log, views) -> None:
    """While much waits there are few commits: a name that changes meanwhile must reach what waits too."""
    put(log, "s", dataset("a", (ex("a"), PUBLISHER, ex("city"))), actor("city", "Old"))
    first = Batch(log.changes(0), log, more=True)
    views.search.apply(first)
    assert (views.search.sequence(), views.search.position()) == (0, 2)
    assert views.search.search("").total == 0
    put(log, "s", actor("city", "New"))
    views.search.apply(Batch(log.changes(2), log, more=True))
    views.search.flush()
    assert views.search.sequence() == 3
    assert views.search.search("").facets["publisher"] == [("New", 1)]


def test_what_waits_is_lost_with_the_process_and_comes_again(log: Log, views, tmp_path) -> None:
    put(log, "s", dataset("a"))
    views.search.apply(Batch(log.changes(0), log, more=True))
    views.close()
    again = opened(tmp_path / "views")
    assert again.search.position() == 0
    follow(again, log)
    assert iris(again.search.search("")) == ["a"]
    again.close()


def test_what_sources_say_about_one_thing_is_one_hit(log: Log, followed) -> None:
    put(log, "one", dataset("a", title=literal("Arbres", "fr")))
    put(log, "two", dataset("a", title=literal("Trees", "en")))
    search = followed().search
    for query in ("arbre", "tree", "arbres trees"):
        assert iris(search.search(query)) == ["a"]
    assert search.search("").facets["source"] == [("one", 1), ("two", 1)]
    assert search.search("", language="en").hits[0].title == "Trees"


def test_each_audience_sees_its_own(log: Log, tmp_path) -> None:
    put(log, "open", dataset("a", (ex("a"), PUBLISHER, ex("p")), title=literal("Public tram")))
    put(log, "closed", dataset("b", title=literal("Secret tram")), actor("p", "Hidden Ltd"), audience=MEMBERS)
    for world in World:
        views = opened(tmp_path / "each", world)
        follow(views, log)
        search = views.search
        assert iris(search.search("tram")) == ["a"]
        assert search.search("secret").total == 0
        assert search.search("hidden").total == 0
        assert search.search("", audiences=(PUBLIC, MEMBERS)).total == (3 if world is World.FULL else 1)
        views.close()


def test_sorted_by_date_of_change(log: Log, followed) -> None:
    modified = f"<{DCT}modified>"
    dates = {"a": "2024-01-02", "b": "2025-01-01", "c": None}
    for name, date in dates.items():
        put(log, "s", dataset(name, *[(ex(name), modified, literal(date))] if date else []))
    assert iris(followed().search.search("", sort="modified")) == ["b", "a", "c"]


def test_damaged_index_is_told(log: Log, followed) -> None:
    put(log, "s", dataset("a"))
    views = followed()
    views.close()
    (views.folder / "search" / "meta.json").write_text("{")
    with pytest.raises(DataError):
        SearchView(World.PUBLIC, views.folder)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@settings(max_examples=25, deadline=None)
@given(st.lists(words, min_size=1, max_size=8))
def test_any_word_of_any_literal_finds_its_record(texts: list[str]) -> None:
    """Every literal survives search: also of an owned node, in any script."""
    with scratch() as folder, Log.open(f"{folder}/log.sqlite") as log:
        views = opened(Path(folder))
        said = [(ex("a#distribution-1"), ex(f"p{number}"), literal(text)) for number, text in enumerate(texts)]
        put(log, "s", dataset("a", *said), dataset("b"))
        follow(views, log)
        for word in {word for text in texts for word in raw_words(text)}:
            assert "a" in iris(views.search.search(word)), (word, fold(word))
        views.close()


@pytest.fixture
def alike(log, followed):
    """Thirty datasets that a word finds as well as each other, three that it finds better, told in a mixed order."""
    for number in (7, 3, 11, 1, 5, 9, 0, 8, 2, 10, 4, 6):
        names = [f"d{number:02}", f"e{number:02}"]
        put(log, f"s{number}", *(dataset(each, title=literal("Réseau de chaleur", "fr")) for each in names))
        if number % 4 == 1:
            put(log, f"s{number}b", dataset(f"z{number:02}", title=literal("Chaleur", "fr")))
    return followed().search


@pytest.mark.parametrize("limit", [1, 2, 5, 26, 40])
def test_pages_cut_what_is_found_where_hits_are_alike(alike, limit) -> None:
    whole = iris(alike.search("chaleur", limit=100))
    assert whole == [
        *sorted(each for each in whole if each[0] == "z"),
        *sorted(each for each in whole if each[0] != "z"),
    ]
    assert len(whole) == 27
    for offset in range(0, 30, limit):
        assert iris(alike.search("chaleur", offset=offset, limit=limit)) == whole[offset : offset + limit]
