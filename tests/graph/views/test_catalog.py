"""One fragment a dataset, in the log's texts, in the byte order of IRIs, with what feeds need beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC
from graph.terms import CG, DCAT, DCT, literal
from graph.views.catalog import CatalogView, Fragment
from graph.views.fragments.selection import Selection
from graph.views.view import World
from graph.views.views import Views
from tests.graph.views.making import (
    DATASET,
    DISTRIBUTION,
    EX,
    LICENCE,
    TYPE,
    actor,
    dataset,
    ex,
    follow,
    integer,
    opened,
    put,
    record,
)

ALL = Selection()
IDENTIFIER = f"<{DCT}identifier>"
MODIFIED, ISSUED = f"<{DCT}modified>", f"<{DCT}issued>"


def names(fragments: list[Fragment]) -> list[str]:
    return [fragment.iri.removeprefix(EX) for fragment in fragments]


def said(catalog: CatalogView, name: str) -> set[tuple[str, str, str]]:
    fragment = catalog.fragment(EX + name)
    assert fragment is not None
    return set(fragment.statements)


def test_only_datasets_have_a_fragment(log: Log, followed: Callable[[], Views]) -> None:
    series = record(f"{EX}s", [(ex("s"), TYPE, DATASET), (ex("s"), TYPE, f"<{DCAT}DatasetSeries>")])
    put(log, "s", dataset("a"), actor("b", "B"), series)
    catalog = followed().catalog
    assert (catalog.count(), names(catalog.page(None, 10))) == (1, ["a"])
    assert catalog.fragment(f"{EX}s") is None


def test_pages_follow_the_byte_order(log: Log, followed: Callable[[], Views]) -> None:
    # Neither a language's order nor that of UTF-16: the last two change places there.
    order = ["A", "B", "a", "b10", "b2", "\u00e9", "\uff5e", "\U00010000"]
    put(log, "s", *map(dataset, order))
    catalog = followed().catalog
    assert names(catalog.page(None, 100)) == order
    walked: list[str] = []
    after = None
    while page := catalog.page(after, 3):
        walked += names(page)
        after = page[-1].iri
    assert walked == order
    with catalog.reading.moment() as moment:
        numbered = [[key.iri.removeprefix(EX) for key in moment.numbered(ALL, number, 3)] for number in (1, 2, 3, 4)]
        assert numbered == [order[:3], order[3:6], order[6:], []]
        assert moment.before(ALL, f"{EX}b2", 2) == [f"{EX}a", f"{EX}b10"]
        assert moment.before(ALL, None, 2) == [f"{EX}\uff5e", f"{EX}\U00010000"]


def test_fragment_keeps_the_texts_of_the_log(log: Log, followed: Callable[[], Views]) -> None:
    made = dataset("a", (ex("a"), ex("p"), integer("007")), (ex("a"), IDENTIFIER, literal("x")))
    put(log, "s", made)
    fragment = followed().catalog.fragment(f"{EX}a")
    assert fragment is not None
    more = f"<{EX}a> {TYPE} <{DCAT}Resource> .\n".encode()
    assert fragment.text == b"".join(sorted([*made.payload.splitlines(keepends=True), more]))


def test_identifier_stands_in_where_the_source_has_none(log: Log, followed: Callable[[], Views]) -> None:
    stated = (ex("b"), IDENTIFIER, literal("b-1"))
    put(log, "s", dataset("a"), dataset("b", stated))
    catalog = followed().catalog
    assert (ex("a"), IDENTIFIER, literal(f"{EX}a")) in said(catalog, "a")
    assert {each for each in said(catalog, "b") if each[1] == IDENTIFIER} == {stated}


def test_licence_reaches_the_other_side(log: Log, followed: Callable[[], Views]) -> None:
    def two(name: str) -> list[tuple[str, str, str]]:
        return [(ex(name), DISTRIBUTION, ex(f"{name}#{number}")) for number in (1, 2)]

    put(
        log,
        "s",
        dataset("down", *two("down"), (ex("down"), LICENCE, ex("l")), (ex("down#1"), LICENCE, ex("own"))),
        dataset("up", *two("up"), *[(ex(f"up#{n}"), LICENCE, ex("l")) for n in (1, 2)]),
        dataset("mixed", *two("mixed"), (ex("mixed#1"), LICENCE, ex("l")), (ex("mixed#2"), LICENCE, ex("m"))),
        dataset("half", *two("half"), (ex("half#1"), LICENCE, ex("l"))),
        dataset("none"),
    )
    catalog = followed().catalog

    def licences(name: str) -> set[tuple[str, str]]:
        return {(s.removeprefix(f"<{EX}{name}"), o) for s, p, o in said(catalog, name) if p == LICENCE}

    assert licences("down") == {(">", ex("l")), ("#1>", ex("own")), ("#2>", ex("l"))}
    assert licences("up") == {(">", ex("l")), ("#1>", ex("l")), ("#2>", ex("l"))}
    assert licences("mixed") == {("#1>", ex("l")), ("#2>", ex("m"))}
    assert licences("half") == {("#1>", ex("l"))}
    assert licences("none") == set()


def test_sources_are_put_together_and_taken_apart(log: Log, followed: Callable[[], Views]) -> None:
    put(log, "one", dataset("a", (ex("a"), ex("p"), integer("007"))))
    put(log, "two", record(f"{EX}a", [(ex("a"), ex("p"), integer("7"))]))
    values = {o for _, p, o in said(followed().catalog, "a") if p == ex("p")}
    assert values == {integer("007"), integer("7")}
    log.retract("one", agent="test")
    # What is left is said by a source that does not call it a dataset.
    assert followed().catalog.count() == 0


def test_date_of_change_is_the_newest(log: Log, followed: Callable[[], Views]) -> None:
    put(
        log,
        "s",
        dataset("a", (ex("a"), MODIFIED, literal("2024-05-01")), (ex("a"), MODIFIED, literal("2023-01-01"))),
        dataset("b", (ex("b"), ISSUED, literal("2025-01-01T00:00:00")), (ex("b#1"), MODIFIED, literal("2030"))),
        dataset("c"),
    )
    catalog = followed().catalog
    assert [fragment.modified for fragment in catalog.page(None, 9)] == ["2024-05-01", "2025-01-01T00:00:00", None]


def test_audiences_are_kept_apart(log: Log, tmp_path: Path) -> None:
    put(log, "open", dataset("a"))
    put(log, "closed", dataset("a", (ex("a"), ex("p"), literal("secret"))), dataset("b"), audience=MEMBERS)
    views = opened(tmp_path / "full", World.FULL)
    follow(views, log)
    both = (PUBLIC, MEMBERS)
    assert (views.catalog.count(), views.catalog.count(both)) == (1, 2)
    assert names(views.catalog.page(None, 9)) == ["a"]
    assert names(views.catalog.page(None, 9, both)) == ["a", "b"]
    merged = views.catalog.fragment(f"{EX}a", both)
    assert merged is not None
    assert b"secret" in merged.text
    views.close()


def touched(views: Views) -> str:
    """When the catalog says that it last changed."""
    with views.catalog.reading.moment() as moment:
        return moment.touched


def test_what_is_not_public_changes_no_date(log: Log, followed: Callable[[], Views], tmp_path: Path) -> None:
    put(log, "open", dataset("a"))
    last = put(log, "open", dataset("b"))
    before = touched(followed())
    assert before == log.rows(last - 1)[0].time
    put(log, "closed", dataset("a", (ex("a"), ex("p"), literal("secret"))), audience=MEMBERS)
    assert touched(followed()) == before
    log.retract("closed", [f"{EX}a"], agent="test")
    assert touched(followed()) == before
    for size in (1, 2, 4):
        other = opened(tmp_path / str(size))
        follow(other, log, size)
        assert touched(other) == before
        other.close()
    gone = log.retract("open", [f"{EX}a"], agent="test").last
    assert touched(followed()) == log.rows(gone - 1)[0].time > before


def test_illustrations_are_told_apart(log: Log, followed: Callable[[], Views]) -> None:
    put(log, "s", dataset("a"), dataset("b", (ex("b"), f"<{CG}factStatus>", f"<{CG}Illustrative>")))
    catalog = followed().catalog
    assert names(catalog.page(None, 9, illustrative=False)) == ["a"]
    assert names(catalog.page(None, 9, illustrative=True)) == ["b"]
    assert [catalog.count(illustrative=which) for which in (None, False, True)] == [2, 1, 1]
