"""What errors say, in the language of who reads them: the graph and the framework speak English only.

Each sentence that a page may show stands here as a template. What is no sentence of ours (where a parser stumbled in a
text) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from api.languages import ENGLISH, Texts, mark

SENTENCES = (
    # Addresses that are fetched.
    mark("%(host)s is no address of the public internet"),
    mark("%(host)s is not known"),
    mark("a further page is the first one again"),
    mark("a page leads back to one that was read before"),
    mark("an address with a name and a password is not fetched"),
    mark("it answers %(status)s"),
    mark("it has more than %(number)s bytes"),
    mark("it has more than %(number)s bytes, decompressed"),
    mark("it is no address"),
    mark("it redirects more than %(number)s times"),
    mark("it says nothing for %(seconds)s s"),
    mark("it speaks no HTTP that is understood"),
    mark("it takes no connection"),
    mark("it was not there within %(seconds)s s"),
    mark("its certificate cannot be trusted"),
    mark("its compressed body ends too early"),
    mark("its compressed body is broken"),
    mark("its content coding %(coding)s was not asked for"),
    mark("its host is no name"),
    mark("its next page has no address"),
    mark("its next page is at no address: %(why)s"),
    mark("its pages have more than %(number)s bytes together"),
    mark("its pages have more than %(number)s statements together"),
    mark("its pages state more than %(number)s characters together"),
    mark("its pages were not read in time, %(number)s were begun"),
    mark("its redirects lead in a circle"),
    mark("name it by its address"),
    mark("only addresses that start with http:// or https:// are fetched"),
    mark("send the description itself"),
    mark("sockets of this machine are not fetched"),
    mark("the connection broke off"),
    mark("there are more than %(number)s pages"),
    mark("this site fetches no addresses"),
    # Documents that are sent, and their turn.
    mark("another document of yours is being checked"),
    mark("choose its syntax"),
    mark("documents are no longer checked: the service is closing"),
    mark("it has %(number)s datasets, more than the %(most)s that are told"),
    mark("it has more than %(number)s statements"),
    mark("its syntax cannot be seen"),
    mark("its statements have more than %(number)s characters"),
    mark("its verdicts are more than %(number)s bytes"),
    mark("the examination was cancelled"),
    mark("send it as UTF-8"),
    mark("send it in parts"),
    mark("send one after the other"),
    mark("send one of %(known)s"),
    mark("the charset %(charset)s is not read"),
    mark("too many documents are being checked"),
    mark("try again in some seconds"),
    mark("what examines it broke down over it, twice"),
    # What is supposed.
    mark("ask on the command line"),
    mark("it states no term whose end could be another"),
    mark("it was not worked out in %(seconds)s s"),
    mark("more would go with it than can be told at once"),
    mark("not a date: %(value)s"),
    mark("not an access right: %(value)s"),
    mark("not the IRI of a licence: %(value)s"),
    mark("not the IRI of a thing: %(value)s"),
    mark("nothing is publicly described by that IRI"),
    mark("suppose a smaller change, or ask on the command line, where more time can be given"),
    mark("that is no licence whose terms are known here"),
    mark("the change touches more than can be worked out in %(seconds)s s"),
    mark("too much is worked out at the moment"),
    mark("write it as 2026-06-30"),
    mark("/search?kind=licence lists those that are"),
    # Findings that are contested.
    mark("speak with those who are party to all of them"),
    mark("the finding follows from several agreements together, and a note would be for the parties of one"),
    # Parameters.
    mark("%(value)s is no date: write 2026-06-30"),
    mark("%(value)s is none of %(known)s"),
    mark("a number is needed"),
    mark("a whole number is needed"),
    mark("an absolute IRI is needed"),
    mark("at least %(number)s is needed"),
    mark("at most %(number)s characters are taken"),
    mark("at most %(number)s is taken"),
    mark("it is missing"),
    mark("one of %(known)s"),
    mark("true or false is needed"),
    mark("what it says cannot be taken"),
)

# Our words for what the framework refuses (https://docs.pydantic.dev/latest/errors/validation_errors/).
_REFUSALS = {
    "missing": "it is missing",
    "int_parsing": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "float_parsing": "a number is needed",
    "bool_parsing": "true or false is needed",
    "greater_than_equal": "at least %(ge)s is needed",
    "less_than_equal": "at most %(le)s is taken",
    "string_too_long": "at most %(max_length)s characters are taken",
    "literal_error": "one of %(known)s",
}
_PLACE = re.compile(r"%\((\w+)\)s")


def refusal(error: Mapping[str, Any]) -> str:
    """Say why the framework refuses a parameter, in English; `error` is one of its `errors()`."""
    context = dict(error.get("ctx") or {})
    context["known"] = ", ".join(re.findall(r"'([^']+)'", str(context.get("expected", ""))))
    return _REFUSALS.get(error["type"], "what it says cannot be taken") % context


def told(texts: Texts, sentence: str) -> str:
    """Say a sentence of an error in a language; one that is not known here stays as it is."""
    if texts.language == ENGLISH:
        return sentence
    for template, pattern in _patterns():
        if (found := pattern.fullmatch(sentence)) is not None:
            return texts.text(template, **found.groupdict())
    return sentence


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give what each template looks like once it is filled in: the longest first, since it says most."""
    made = []
    for template in sorted(SENTENCES, key=len, reverse=True):
        words = _PLACE.split(template)
        text = "".join(re.escape(part) if n % 2 == 0 else f"(?P<{part}>.+?)" for n, part in enumerate(words))
        made.append((template, re.compile(text, re.DOTALL)))
    return tuple(made)
