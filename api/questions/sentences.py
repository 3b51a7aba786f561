"""The answer to a question as sentences, with the things that they name linked."""

from __future__ import annotations

from api.pages.plain_words import Sentence, Writer
from api.questions.counting import Also, Telling
from api.questions.solutions import Solutions
from api.questions.tellings.table import TELLINGS


def told(number: str, found: Solutions, writer: Writer) -> list[Sentence]:
    """Answer a question by its number: first what was asked, then what is worth knowing besides."""
    telling = TELLINGS[number]
    counted = telling.count(found)
    first = writer.plural(*telling.some, counted) if counted else writer.say(telling.none)
    further = [_also(each, found, writer) for each in telling.also if each.count(found)]
    return [first, *further]


def named(number: str, found: Solutions) -> set[str]:
    """Give the IRIs that the sentences name."""
    rows = [each.row(found) for each in TELLINGS[number].also if each.row]
    return found.iris([row for row in rows if row])


def is_empty(number: str, found: Solutions) -> bool:
    """Say whether what was asked for is nowhere."""
    telling: Telling = TELLINGS[number]
    return not telling.count(found)


def _also(also: Also, found: Solutions, writer: Writer) -> Sentence:
    row = also.row(found) if also.row else None
    places = {name: writer.value(str(row[name])) for name in also.named if name in row} if row else {}
    if len(places) < len(also.named):
        return ()
    one, many = also.words
    return writer.plural(one, many, also.count(found), **places)
