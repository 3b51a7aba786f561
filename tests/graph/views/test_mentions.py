"""The index knows every record that mentions a subject, whatever the subject's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.views.mentions import Key, Mentions

# Names that own each other by form, that look so and do not, that hold the mark themselves.
NAMES = tuple(f"http://e/{name}" for name in ("a", "a#x", "a#x#1", "a#x-1", "ab", "ab#x", "#"))
names = st.sampled_from(NAMES)
keys = st.builds(Key, names, st.sampled_from("st"), st.sampled_from(["public", "members"]))
writes = st.lists(st.dictionaries(keys, st.frozensets(names, max_size=5), max_size=4), max_size=8)


@pytest.fixture
def mentions(tmp_path: Path) -> Iterator[Mentions]:
    opened = Mentions(tmp_path / "mentions.sqlite")
    yield opened
    opened.close()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes)
def test_is_what_was_written_last(mentions: Mentions, written: list[dict[Key, frozenset[str]]]) -> None:
    model = mentions.subjects(NAMES)
    for some in written:
        mentions.write(some)
        model |= some
    model = {key: subjects for key, subjects in model.items() if subjects}
    assert mentions.subjects(NAMES) == model
    for name in NAMES:
        holders = {key for key, subjects in model.items() if name in subjects}
        assert holders <= mentions.records([name])
        assert not holders or mentions.mentioned([name]) == {name}


def test_finds_no_more_than_it_must(mentions: Mentions) -> None:
    a, b = Key("http://e/a", "s", "public"), Key("http://e/b", "s", "public")
    mentions.write({a: {"http://e/a", "http://e/a#x", "u:shared"}, b: {"http://e/b", "u:shared"}})
    assert mentions.records(["http://e/a#x"]) == {a}
    assert mentions.records(["u:shared"]) == {a, b}
    assert mentions.records(["u:unknown", "http://e/c#x"]) == set()
    assert mentions.mentioned(["u:unknown", "http://e/c", "u:shared", "http://e/b"]) == {"u:shared", "http://e/b"}
