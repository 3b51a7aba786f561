"""What the pictures of the whole graph are drawn from: each a file of `pictures/`, in the form of the examples.

They are questions as the competency questions are, and are filled in the same way. Each is bounded by itself, so that a
picture of a large graph shows what is largest in it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from ontology import competency, loader
from ontology.competency import Parameter, Question, Words
from ontology.example_queries import read_example

NAMES = ("flows", "opening", "reciprocity", "timeline", "territories")
"""The pictures that have a query of their own, in the order in which a reader meets them."""

_TODAY = Parameter(
    "today",
    {"fr": "à la date du", "en": "as of"},
    "date",
    ('"2026-06-30"^^<http://www.w3.org/2001/XMLSchema#date>',),
    False,
)


@lru_cache(maxsize=1)
def picture_queries() -> Mapping[str, Question]:
    """Give the question that each picture answers, by its name."""
    found = {name: _question(name, text) for name, text in loader.queries("pictures")}
    return {name: found[name] for name in NAMES}


def _question(name: str, text: str) -> Question:
    example = read_example(name, text)
    parameters = (_TODAY,) if re.search(r"VALUES \?today \{ \}", example.text) else ()
    return Question(name, (), example.title, example.comment, parameters, example.text, b"")


@lru_cache(maxsize=1)
def columns() -> Mapping[str, Words]:
    """Give the heading of every column that questions and pictures have."""
    own = tomllib.loads((files("ontology") / "pictures" / "columns.toml").read_text(encoding="utf-8"))
    return {**competency.columns(), **{name: words for name, words in own.items() if name not in competency.columns()}}
