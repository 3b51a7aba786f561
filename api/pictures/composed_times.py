"""Answers along time: stretches from beginning to end, and what there was at the end of each year."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence

from api.pictures.canvas import Canvas
from api.pictures.legend import Meaning
from api.pictures.material import ACCESS, Material, day_of
from api.pictures.timeline import Stretch, draw_timeline
from api.pictures.years import draw_years
from api.questions.solutions import Row, number_of
from graph.terms import CG, ODRL

_STRETCHES = 40


def _stretches(material: Material, rows: Iterable[Row], columns: tuple[str, str, str], sign: str) -> list[Stretch]:
    """Give a stretch for each row, by its columns for the thing, its beginning and its end."""
    thing, start, end = columns
    found: dict[str, Stretch] = {}
    for row in rows:
        began = day_of(row, start)
        if began is None or thing not in row:
            continue
        ended = day_of(row, end)
        label = material.cell(row, thing)
        days = [material.texts.date(day.isoformat()) for day in (began, ended) if day]
        found.setdefault(row[thing].value, Stretch(label, began, ended, sign, f"{label}: {' → '.join(days)}"))
    return list(found.values())[:_STRETCHES]


def timeline(material: Material) -> Canvas:
    """Agreements and barriers from when they began to when they ended or end."""
    rows, today = material.found.rows, material.day("today")
    columns = ("thing", "start", "end")
    agreements = [row for row in rows if row["class"].value == f"{ODRL}Agreement"]
    barriers = [row for row in rows if row["class"].value == f"{CG}Barrier"]
    groups = [
        (
            material.texts.text("Agreements"),
            _stretches(material, agreements, columns, "kind-agreement"),
        ),
        (material.texts.text("Barriers"), _stretches(material, barriers, columns, "kind-barrier")),
    ]
    return _drawn_times(material, groups, today)


def ending(material: Material) -> Canvas:
    """Agreements from the day of the question to their end."""
    today = material.day("today")
    rows = [{**row, "start": row["end"]} for row in material.found.rows if "end" in row]
    some = _stretches(material, rows, ("agreement", "start", "end"), "kind-agreement")
    since = [Stretch(each.label, today, each.end, each.sign, each.tip) for each in some]
    return _drawn_times(material, [(material.texts.text("Agreements"), since)], today)


def fallen(material: Material) -> Canvas | None:
    """Barriers from when they stood to when they fell."""
    some = _stretches(material, material.found.rows, ("barrier", "from", "until"), "kind-barrier")
    if not some:
        return None
    today = max(each.end or each.start for each in some)
    return _drawn_times(material, [(material.texts.text("Barriers"), some)], today)


def _drawn_times(material: Material, groups: Sequence[tuple[str, Sequence[Stretch]]], today: datetime.date) -> Canvas:
    shown = sum(len(some) for _, some in groups)
    label = material.texts.date(today.isoformat())
    description = material.described(shown, max(shown, len(set(material.found.values("thing")))))
    canvas = draw_timeline(material.title, description, groups=groups, today=today, today_label=label)
    canvas.caption = material.texts.text("What is over by that day is paler; an arrow has no end on record.")
    return canvas


def opening(material: Material) -> Canvas:
    """By domain and year, the statuses that held at the end of the year."""
    this_year = material.day("today").year
    meanings = {iri: Meaning(tone, material.texts.text(word), f"rung-{tone}") for iri, (tone, word) in ACCESS.items()}
    counts: dict[str, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for row in material.found.rows:
        start = int(number_of(row, "fromYear"))
        end = int(number_of(row, "untilYear")) if "untilYear" in row else this_year + 1
        for year in range(max(start, this_year - 25), min(end, this_year + 1)):
            counts[material.cell(row, "domain")][year][row["access"].value] += int(number_of(row, "datasets"))
    panels = sorted(counts.items())
    return draw_years(material.title, material.comment, panels, meanings, material.number)
