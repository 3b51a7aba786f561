"""Google Dataset Search: reads the schema.org description in a dataset's page, which this site writes from DCAT.

https://developers.google.com/search/docs/appearance/structured-data/dataset: a dataset needs a name and a description
of 50 to 5000 characters, a download its address; the rest is recommended.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from graph.feeds import schema_org
from graph.preflight.description import Description, text_of
from graph.preflight.rules import rules_of
from graph.preflight.verdict import Reader, Reading, Verdict

NAME, TITLE = "google", "Google Dataset Search"
SHORTEST, LONGEST = 50, 5000


RULES = rules_of("google")


def reader(told: Description) -> Reader:
    """Give what reads the datasets of a description as this portal does."""
    return partial(_read, told)


def page_data(told: Description, dataset: str) -> dict[str, Any]:
    """Give what the page of a dataset would hold for search engines."""
    if (made := told.pages.get(dataset)) is not None:
        return made
    address = text_of(dataset)
    return schema_org.dataset(told.described(dataset), address, address, "")


def _read(told: Description, dataset: str) -> Verdict:
    reading, made = Reading(NAME, RULES, told, dataset), page_data(told, dataset)
    _title(reading, made)
    _description(reading, made)
    _downloads(reading, made)
    for field, rule in (("license", "no-licence"), ("creator", "no-creator")):
        if field not in made:
            reading.remark(rule, field)
    return reading.done()


def _title(reading: Reading, made: dict[str, Any]) -> None:
    stated = reading.told.texts(reading.dataset, "dct:title")
    if not any(stated):
        reading.remark("no-title", "title")
    reading.compare("title", stated, [made["name"]], lost="one-language", partly="one-language")


def _description(reading: Reading, made: dict[str, Any]) -> None:
    shown = made["description"]
    stated = reading.told.texts(reading.dataset, "dct:description")
    reading.show("description", [shown])
    if len(shown) < SHORTEST:
        reading.remark("description-short", "description", value=shown)
    elif any(len(text) > LONGEST and text.startswith(shown) for text in stated):
        reading.remark("description-long", "description")
    elif any(text and text not in shown for text in stated):
        reading.remark("one-language", "description")


def _downloads(reading: Reading, made: dict[str, Any]) -> None:
    links = {each["@id"]: each.get("contentUrl") for each in made.get("distribution", ())}
    reading.show("distributions", links.values())
    for node in reading.told.values(reading.dataset, "dcat:distribution"):
        if not links.get(text_of(node)):
            reading.remark("no-address", "distributions", node=node)
