"""The competency questions: what people ask of the graph, each a folder of `questions/` with words, query and answer.

A query is complete but for its parameters: where it needs one it has the line `VALUES ?name { }`, valid SPARQL that
matches nothing. `Question.filled` writes the values into these lines. They come as N-Triples texts of single terms,
which `graph.terms` writes and which are looked at once more here, so that no value can end the line it stands in.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

LANGUAGES = ("fr", "en")

_PLACE = re.compile(r"^( *)VALUES \?(\w+) \{ \}$", re.MULTILINE)
_TERM = re.compile(r'<[^\x00-\x20<>"{}|^`\\]+>|"(?:[^"\\\n\r]|\\.)*"(?:@[a-zA-Z0-9-]+|\^\^<[^\x00-\x20<>"{}|^`\\]+>)?')

Words = Mapping[str, str]
"""A text in each language: language -> text."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question lets the asker choose: `kind` is a kind of record, else `date` or `percentage`.

    `default` are N-Triples texts; `many` says that several values may be given at once.
    """

    name: str
    label: Words
    kind: str
    default: tuple[str, ...]
    many: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A competency question. `expected` is its answer on the sample with the default values, as SPARQL 1.1 TSV."""

    number: str
    audience: tuple[str, ...]
    words: Words
    reason: Words
    parameters: tuple[Parameter, ...]
    query: str
    expected: bytes

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of the answer, in order."""
        return _columns(self.query)

    def filled(self, values: Mapping[str, Sequence[str]] | None = None) -> str:
        """Write the query with values, by parameter; where none is given, the default stands.

        Values are N-Triples texts as `graph.terms` writes them. Raises ValueError for a parameter that the question
        does not have, for a text that is not one term, and for more or fewer values than the parameter takes.
        """
        chosen = {parameter.name: tuple(parameter.default) for parameter in self.parameters}
        for name, given in (values or {}).items():
            if name not in chosen:
                raise ValueError(f"question {self.number} has no parameter {name!r}")
            chosen[name] = tuple(given)
        for parameter in self.parameters:
            _check(parameter, chosen[parameter.name])
        return _PLACE.sub(lambda line: f"{line[1]}VALUES ?{line[2]} {{ {' '.join(chosen[line[2]])} }}", self.query)


def _check(parameter: Parameter, values: tuple[str, ...]) -> None:
    if len(values) != 1 and not (values and parameter.many):
        raise ValueError(f"parameter {parameter.name!r} takes {'values' if parameter.many else 'one value'}")
    for value in values:
        if _TERM.fullmatch(value) is None:
            raise ValueError(f"not one term in N-Triples: {value!r}")


@lru_cache(maxsize=1)
def questions() -> tuple[Question, ...]:
    """Give the thirty questions, in the order of their numbers."""
    folders = (entry for entry in (files("ontology") / "questions").iterdir() if entry.is_dir())
    return tuple(_read(folder) for folder in sorted(folders, key=lambda entry: entry.name) if folder.name.isdigit())


@lru_cache(maxsize=1)
def columns() -> Mapping[str, Words]:
    """Give the heading of every column that answers have: name -> text in each language."""
    return tomllib.loads((files("ontology") / "questions" / "columns.toml").read_text(encoding="utf-8"))


def _read(folder: Traversable) -> Question:
    told = tomllib.loads((folder / "question.toml").read_text(encoding="utf-8"))
    query = (folder / "query.rq").read_text(encoding="utf-8")
    answer = folder / "expected.tsv"
    parameters = tuple(
        Parameter(each["name"], each["label"], each["kind"], tuple(each["default"]), each.get("many", False))
        for each in told.get("parameters", ())
    )
    marked = {name for _, name in _PLACE.findall(query)}
    if marked != {parameter.name for parameter in parameters}:
        raise ValueError(f"question {folder.name}: words and query do not have the same parameters")
    return Question(
        number=folder.name,
        audience=tuple(told["audience"]),
        words={language: told["question"][language] for language in LANGUAGES},
        reason={language: told["reason"][language] for language in LANGUAGES},
        parameters=parameters,
        query=query,
        expected=answer.read_bytes() if answer.is_file() else b"",
    )


def _columns(query: str) -> tuple[str, ...]:
    """Read the names that the outermost SELECT projects."""
    text = re.sub(r"#[^\n<>]*$", "", query, flags=re.MULTILINE)
    head = text[text.index("SELECT") : text.index("WHERE")]
    head = re.sub(r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))* AS (\?\w+)\)", r"\1", head)
    return tuple(re.findall(r"\?(\w+)", head))
