"""Errors speak the reader's language: each sentence of ours that may reach a page is translated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.error_words import SENTENCES, told
from api.languages import texts_in
from graph import errors
from tests.api.serving import Server

ROOT = Path(__file__).resolve().parents[2]
# What a worker breaks down over is told to nobody.
KINDS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and not issubclass(kind, errors.CageError)
}
RAISED = KINDS | {"wrong_parameter"}
# Where what a page shows is refused, by pattern below the repository.
SHOWN = (
    "graph/fetch.py",
    "graph/impact/*.py",
    "graph/preflight/examination.py",
    "graph/preflight/worker.py",
    "api/server/posted.py",
    "api/checks/*.py",
    "api/endpoint/shares.py",
    "api/routes/*.py",
)
FRENCH = texts_in("fr")


def sentences() -> Iterator[tuple[str, str]]:
    """Give each sentence that those modules raise, with something in its places, and where it stands."""
    for path in [found for pattern in SHOWN for found in sorted(ROOT.glob(pattern))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED:
                # The first argument of `wrong_parameter` is the parameter's name.
                given = node.args[1:] if getattr(node.func, "id", "") == "wrong_parameter" else node.args[:1]
                for argument in [*given, *(each.value for each in node.keywords if each.arg == "remedy")]:
                    if (text := written(argument)) is not None:
                        yield text, f"{path.name}:{node.lineno}"


def written(argument: ast.expr) -> str | None:
    """Give a text of the code with `x` in each of its places, None for what is worked out elsewhere."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.JoinedStr):
        parts = (str(each.value) if isinstance(each, ast.Constant) else "x" for each in argument.values)
        return "".join(parts)
    return None


def test_each_sentence_is_known_and_said_in_french() -> None:
    found = list(sentences())
    assert len(found) > 30
    assert [place for place in found if told(FRENCH, place[0]) == place[0]] == []


def test_no_sentence_is_taken_for_a_shorter_one() -> None:
    for sentence in SENTENCES:
        assert told(FRENCH, sentence) == FRENCH.text(sentence)


def test_what_is_no_sentence_of_ours_stays() -> None:
    assert told(FRENCH, "unexpected end of input") == "unexpected end of input"
    assert told(texts_in("en"), "it answers 404") == "it answers 404"


@pytest.mark.parametrize(("path", "said"), [
    ("what-if?change=remove&thing=http://example.org/none", "rien n’est décrit publiquement par cet IRI"),
    ("what-if?change=end&thing=http://example.org/none&value=soon", "ce n’est pas une date : "),
    ("findings?severity=bad", "l’une de ces valeurs : violation, warning, info"),
    ("findings?limit=many", "il faut un nombre entier"),
    ("findings?limit=0", "il faut au moins 1"),
    ("findings?rule=R99", "Le paramètre rule demande le numéro d’une règle : de R01 à R56."),
])  # fmt: skip
def test_a_french_page_tells_an_error_in_french(server: Server, path: str, said: str) -> None:
    answer = server.get(f"{path}&lang=fr", "text/html")
    assert 400 <= answer.status_code < 500
    assert said in answer.text.replace("\u00a0", " ").replace("\u202f", " ")
    problem = server.get(f"{path}&lang=fr", "application/json")
    assert said in problem.text.replace("\u00a0", " ").replace("\u202f", " ")
