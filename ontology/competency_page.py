"""The page of the competency questions, made from their files; `python -m ontology.competency_page` writes it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from ontology.competency import Parameter, Question, Words, columns, questions

OPENING = """# What people ask of the graph

<!-- Made by scripts/docs from ontology/questions; a test compares. Do not edit. -->

Thirty competency questions, in French and in English. Each is a folder of `ontology/questions`: the words
(`question.toml`), the query (`query.rq`) and the answer on the sample with the values below (`expected.tsv`, SPARQL 1.1
TSV). The queries run on Oxigraph and on rdflib, and read what is stated together with what is derived from it (poles,
rungs of openness, flat views of agreements). Tests compare every answer with one that plain Python works out from what
is stated alone, on the sample and on damaged copies of it.

A line `VALUES ?name { }` in a query is the place of a parameter; `ontology.competency.Question.filled` writes values
there, as single terms in N-Triples that `graph.terms` makes. No query asks what day it is: dates are parameters, and in
the sample they are those of its evaluation context. `scripts/questions` writes the answers anew after a change of a
query or of the sample; it writes none that the Python answer does not confirm, and what it wrote is read before it is
committed.
"""

_TERM = re.compile(r'<([^>]+)>|"((?:[^"\\]|\\.)*)".*')


def page() -> str:
    """Give the whole page as Markdown."""
    return "\n".join([OPENING, *(line for question in questions() for line in _question(question))])


def _question(question: Question) -> Iterator[str]:
    folder = f"../ontology/questions/{question.number}"
    yield f"## Q{question.number}. {question.words['en']}\n"
    yield f"*{question.words['fr']}*\n"
    yield f"{question.reason['en']} · *{question.reason['fr']}*\n"
    yield f"{_meaning(question.query)}\n"
    yield f"- For: {', '.join(question.audience)}"
    for parameter in question.parameters:
        told = f"{_both(parameter.label)} ({_kind(parameter)})"
        yield f"- `?{parameter.name}`: {told}; in the sample {_values(parameter)}"
    yield f"- Answer: {'; '.join(f'`?{name}` {_both(columns()[name])}' for name in question.columns)}"
    rows = len(question.expected.splitlines()) - 1
    size = "1 row" if rows == 1 else f"{rows} rows"
    yield f"- [Query]({folder}/query.rq), [answer on the sample]({folder}/expected.tsv) ({size})\n"


def _meaning(query: str) -> str:
    """Give the comment that opens a query: what exactly it means."""
    lines = []
    for line in query.splitlines():
        if not line.startswith("# "):
            break
        lines.append(line.removeprefix("# "))
    return " ".join(lines)


def _both(words: Words) -> str:
    return f"{words['en']}, *{words['fr']}*"


def _kind(parameter: Parameter) -> str:
    return f"one or more of kind {parameter.kind}" if parameter.many else parameter.kind


def _values(parameter: Parameter) -> str:
    return ", ".join(f"`{_TERM.sub(lambda term: term[1] or term[2], value)}`" for value in parameter.default)


if __name__ == "__main__":
    sys.stdout.write(page())
