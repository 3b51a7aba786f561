"""Queries that show what can be asked: each a file of `queries/`, whose first lines are its words.

These are comment lines: `# fr:` and `# en:` give the title, `# fr comment:` and `# en comment:` what it tells,
`# keywords:` English words parted by commas. The competency questions join them with their default values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ontology import loader
from ontology.competency import LANGUAGES, Words, questions

# The order in which a reader meets them; the rest follows by name.
_FIRST = ("publishers", "services", "agreements", "openness", "licences", "recent")
_HEADER = re.compile(r"(?:# (?:fr|en|fr comment|en comment|keywords): .+\n)+")
_LINE = re.compile(r"# ([a-z ]+): (.+)\n")
_FORM = re.compile(r"^(SELECT|ASK|CONSTRUCT)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """An example: its name in addresses, its title and comment by language, its text, its form (`SELECT`, ...)."""

    name: str
    title: Words
    comment: Words
    keywords: tuple[str, ...]
    text: str

    @property
    def form(self) -> str:
        """SELECT, ASK or CONSTRUCT."""
        return _form_of(self.name, self.text)


@lru_cache(maxsize=1)
def example_queries() -> tuple[ExampleQuery, ...]:
    """Give the examples, those to begin with first. Raises ValueError where the words of one are not whole."""
    found = {name: read_example(name, text) for name, text in loader.queries("queries")}
    return tuple(found[name] for name in (*_FIRST, *sorted(found.keys() - set(_FIRST))))


@lru_cache(maxsize=1)
def question_queries() -> tuple[ExampleQuery, ...]:
    """Give the competency questions as examples, with their default values."""
    return tuple(_questions())


def _questions() -> Iterator[ExampleQuery]:
    for question in questions():
        name = f"question-{question.number}"
        keywords = ("competency question", *question.audience)
        yield ExampleQuery(name, question.words, question.reason, keywords, question.filled())


def read_example(name: str, text: str) -> ExampleQuery:
    """Read a query whose first lines are its words. Raises ValueError where these are not whole."""
    header = _HEADER.match(text)
    told = dict(_LINE.findall(header[0])) if header else {}
    needed = {*LANGUAGES, *(f"{language} comment" for language in LANGUAGES), "keywords"}
    if header is None or told.keys() != needed:
        raise ValueError(f"query {name}: its first lines are not {', '.join(sorted(needed))}")
    return ExampleQuery(
        name,
        {language: told[language] for language in LANGUAGES},
        {language: told[f"{language} comment"] for language in LANGUAGES},
        tuple(word.strip() for word in told["keywords"].split(",")),
        text[header.end() :],
    )


def _form_of(name: str, text: str) -> str:
    form = _FORM.search(text)
    if form is None:
        raise ValueError(f"query {name}: neither SELECT nor ASK nor CONSTRUCT begins a line")
    return form[1]
