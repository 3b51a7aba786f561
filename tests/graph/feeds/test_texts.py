"""What is read of datasets for formats of few fields, and what is remembered of it."""

from __future__ import annotations

from graph.feeds import texts
from graph.feeds.texts import describe
from graph.terms import literal
from graph.views.fragments import part
from graph.views.fragments.fragment import lines_of
from graph.views.fragments.moment import Key
from graph.views.fragments.part import block_of, part_statements

THING = "http://example.org/thing"
TITLE = "<http://purl.org/dc/terms/title>"


def test_long_texts_are_read_and_not_remembered() -> None:
    for cached in (texts._short_term, texts._of_short, part._of_short):
        cached.cache_clear()
    long, short = literal("x" * 100_000, None, None), literal("kurz", None, None)
    key = Key(THING, "", b"", (), (), 0)
    read = describe(key, [(f"<{THING}>", TITLE, long), (f"<{THING}>", TITLE, short)])
    assert {len(text) for text in read.texts("dct:title")} == {4, 100_000}
    assert texts._short_term.cache_info().currsize == 1
    for value, size in ((long, 0), (short, 1)):
        text = lines_of([(f"<{THING}>", TITLE, value)])
        (values,) = texts._terms_of(THING, text, frozenset()).values()
        assert {str(each) for each in values[TITLE[1:-1]]} == {value}
        assert value.strip('"') in block_of(THING, text, frozenset()).turtle
        assert part_statements(THING, text, ())
        assert texts._of_short.cache_info().currsize == part._of_short.cache_info().currsize == size


def test_only_texts_are_names() -> None:
    title = "<http://x.example/%zz>"  # as a document may have it, and no parser of ours
    read = describe(Key(THING, "", b"", (), (), 0), [(f"<{THING}>", TITLE, title)])
    assert read.name(THING) is None
    assert read.names("dct:title") == ["http://x.example/%zz"]
