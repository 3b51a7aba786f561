"""Every string is translated, every translation is used, numbers and dates follow the language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from api.languages import FRENCH, catalogues, choose_language, texts_in
from tests.api.messages import extracted

_PLACE = re.compile(r"%\((\w+)\)s")


def test_the_french_catalogue_has_exactly_the_strings_of_the_site() -> None:
    known = {}
    for path in catalogues(FRENCH):
        with path.open("rb") as file:
            for message in read_po(file, locale=FRENCH):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    assert key not in known, f"translated twice: {key}"
                    known[key] = message
    used = extracted()
    assert len(used) > 100
    assert set(used) - set(known) == set(), "not translated"
    assert set(known) - set(used) == set(), "no longer used"
    for key, message in known.items():
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(texts), key
        assert not message.fuzzy, key
        for text in texts:
            assert set(_PLACE.findall(text)) == set(_PLACE.findall(used[key] or key)), key


def test_plurals() -> None:
    english, french = texts_in("en"), texts_in("fr")
    one, many = "%(number)s result", "%(number)s results"
    assert [english.plural(one, many, n) for n in (0, 1, 2)] == ["0 results", "1 result", "2 results"]
    assert [french.plural(one, many, n) for n in (0, 1, 2)] == ["0 résultat", "1 résultat", "2 résultats"]
    assert english.plural(one, many, 12345) == "12,345 results"
    assert french.plural(one, many, 12345) == "12\u202f345 résultats"


@pytest.mark.parametrize(("lexical", "english", "french"), [
    ("2019-03-05", "March 5, 2019", "5 mars 2019"),
    ("2021-05-07T10:30:00+00:00", "May 7, 2021, 10:30 UTC", "7 mai 2021, 10:30 UTC"),
    ("2021-05-07T10:30:00+02:00", "May 7, 2021, 10:30 +0200", "7 mai 2021, 10:30 +0200"),
    ("2021-05-07T10:30:00", "May 7, 2021, 10:30", "7 mai 2021, 10:30"),
    ("about 2019", "about 2019", "about 2019"),
    ("2019-13-45", "2019-13-45", "2019-13-45"),
    ("-0044-03-15", "-0044-03-15", "-0044-03-15"),
    ("", "", ""),
])  # fmt: skip
def test_dates_in_words(lexical: str, english: str, french: str) -> None:
    assert texts_in("en").date(lexical) == english
    assert texts_in("fr").date(lexical) == french


def test_a_language_that_is_asked_for_by_name_goes_first() -> None:
    assert choose_language("fr", "en") == "fr"
    assert choose_language("xx", "fr") == "fr"
    assert choose_language(None, None) == "en"


# Before the signs of two parts, and within guillemets (Imprimerie nationale): no line begins with them.
_BEFORE = {":": "\u00a0", "»": "\u00a0", ";": "\u202f", "!": "\u202f", "?": "\u202f"}
# A colon in a prefixed name or an address, and a question mark that begins a query, belong to what they stand in.
_SPACED = re.compile(r"(?P<space>.)(?P<sign>»|[:;!](?=\s|$)|\?(?=\s|$|»))|«(?P<inner>.)", re.DOTALL)


@pytest.mark.parametrize("path", catalogues(FRENCH), ids=lambda path: path.name)
def test_french_signs_have_their_space_and_no_line_breaks_there(path: Path) -> None:
    with path.open("rb") as file:
        for message in read_po(file, locale=FRENCH):
            texts = [message.string] if isinstance(message.string, str) else message.string
            for text in texts if message.id else ():
                for found in _SPACED.finditer(text):
                    wanted = "\u00a0" if found["inner"] else _BEFORE[found["sign"]]
                    assert (found["inner"] or found["space"]) == wanted, text
