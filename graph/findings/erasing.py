"""What is erased is erased from findings too: reports of the checker may name a thing, or quote what it said.

A text is quoted where it is the value or the node that something was found on, or stands in what was filled into a
message: the rules' own words, and what a report says of itself, are nobody's. Numbers, dates and the like are no texts:
they are the same in what nobody asked to erase.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from graph.governance.compiling.messages import PLACEHOLDER
from graph.governance.rules.rulebook import rulebook
from graph.log.log import Log
from graph.log.rows import Row
from graph.log.sources import CHECKER
from graph.terms import CG, SH, XSD, iri, parse_payload, value_of

_ROWS_AT_ONCE = 5_000
_QUOTING = frozenset({iri(f"{SH}value"), iri(f"{SH}focusNode"), iri(f"{CG}reportOn")})
_MESSAGE = iri(f"{SH}resultMessage")
_TEXTS = frozenset({"string", "normalizedString", "token", "anyURI"})


def erase_all(log: Log, iri: str, sources: Sequence[str], *, agent: str) -> int:
    """Erase what some sources said about an IRI, with every report that names it or quotes it; give the last row.

    The checker judges anew afterwards, and tells what it still finds. Raises NotKnown where a source said nothing.
    """
    quoted = {
        text for source in sources for row in log.history(source, iri) if row.payload for text in texts_of(row.payload)
    }
    reports = sorted({row.iri for row in _reports(log) if row.payload and tells(row.payload, iri, quoted)})
    last = max(log.erase(source, iri, agent=agent) for source in sources)
    return max([last, *(log.erase(CHECKER, report, agent=agent) for report in reports)])


def _reports(log: Log) -> Iterator[Row]:
    """Give every row that the checker wrote, a bounded number at a time."""
    last = log.sequence()
    for start in range(0, last, _ROWS_AT_ONCE):
        yield from log.told(CHECKER, start, min(last, start + _ROWS_AT_ONCE))


def texts_of(payload: bytes) -> Iterator[str]:
    """Give the texts of a record: of literals with a language, and of those whose type is a text or somebody's own."""
    for _, _, value in parse_payload(payload):
        if value.startswith('"'):
            term = value_of(value)
            if term.value and (term.language or term.datatype is None or _is_textual(term.datatype)):
                yield term.value


def _is_textual(datatype: str) -> bool:
    return not datatype.startswith(XSD) or datatype.removeprefix(XSD) in _TEXTS


def tells(payload: bytes, iri: str, quoted: Collection[str]) -> bool:
    """Say whether a report names a thing or a node of it, or quotes one of some texts."""
    if any(each in payload for each in (f"<{iri}>".encode(), f"<{iri}#".encode())):
        return True
    for _, prop, value in parse_payload(payload):
        if prop in _QUOTING and value.startswith('"') and value_of(value).value in quoted:
            return True
        if prop == _MESSAGE and any(_stands_in(text, value_of(value).value) for text in (iri, *quoted)):
            return True
    return False


def _stands_in(text: str, message: str) -> bool:
    """Say whether a text stands in a message as words that the rules did not write."""
    if text not in message:
        return False
    whole = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
    return whole.search(message) is not None and any(map(whole.search, _filled_in(message)))


def _filled_in(message: str) -> Sequence[str]:
    """Give what was filled into a message; all of it where no rule of today writes it so."""
    match = next((found for each in _templates() if (found := each.fullmatch(message))), None)
    return [message] if match is None else match.groups()


@cache
def _templates() -> list[re.Pattern[str]]:
    """Give the messages of the rules, the most telling first, with a group for whatever is filled in."""
    told = [check.message for rule in rulebook().rules for check in rule.checks]
    told += [rule.publicly.message for rule in rulebook().rules if rule.publicly]
    parts = [PLACEHOLDER.split(text)[::2] for text in {text for words in told for text in words.values()}]
    parts.sort(key=lambda each: -sum(map(len, each)))
    return [re.compile("(.*)".join(map(re.escape, each)), re.DOTALL) for each in parts]
