"""Answers as bars: one column of things, others of numbers, rungs or poles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from api.pictures.bars import Bar, Part, draw_bars
from api.pictures.canvas import Canvas
from api.pictures.legend import Meaning
from api.pictures.material import ACCESS, Material
from api.questions.solutions import Row, number_of

Composition = Callable[[Material], Canvas | None]

# A picture shows the largest so many; the table beside it has all.
_BARS = 20


def split_bars(label: str, *parts: tuple[str, Meaning]) -> Composition:
    """Compose bars, one a row, of the numbers in some columns."""

    def compose_bars(material: Material) -> Canvas:
        meanings = [(column, _worded(material, meaning)) for column, meaning in parts]
        bars = [
            Bar(
                material.cell(row, label),
                tuple(Part(number_of(row, column), meaning) for column, meaning in meanings),
            )
            for row in material.found.rows
        ]
        caption = material.by(label, *(column for column, _ in parts))
        return _bars(material, [bar for bar in bars if bar.total], [meaning for _, meaning in meanings], caption)

    return compose_bars


def _bars(material: Material, bars: Sequence[Bar], legend: Sequence[Meaning], caption: str = "") -> Canvas:
    """Draw the longest bars of all."""
    shown = sorted(bars, key=lambda bar: -bar.total)[:_BARS]
    description = material.described(len(shown), len(bars))
    canvas = draw_bars(material.title, description, shown, legend, material.number)
    canvas.caption = caption
    return canvas


def _worded(material: Material, meaning: Meaning) -> Meaning:
    word = material.texts.text(meaning.word) if meaning.word else ""
    return Meaning(meaning.tone, word, meaning.sign, meaning.depth)


def counted(label: str, counted: str) -> Composition:
    """Compose bars of how many different things a column has for each thing of another one."""

    def compose_bars(material: Material) -> Canvas:
        some: dict[str, set[str]] = defaultdict(set)
        for row in material.found.rows:
            if counted in row:
                some[material.cell(row, label)].add(row[counted].value)
        plain = Meaning("ink", "", depth=0.8)
        bars = [Bar(name, (Part(len(each), plain),)) for name, each in some.items()]
        return _bars(material, bars, [plain], material.by(label, counted))

    return compose_bars


def at_stake(material: Material) -> Canvas | None:
    """By holder, the services that would stop."""
    stopping = [row for row in material.found.rows if "stops" in row and row["stops"].value == "true"]
    return counted("holder", "service")(replace(material, found=material.found.only(stopping)))


def ladder(material: Material) -> Canvas:
    """The rungs of each domain."""
    by_domain: dict[str, dict[Meaning, float]] = defaultdict(lambda: defaultdict(float))
    for row in material.found.rows:
        by_domain[material.cell(row, "domain")][material.rung(row)] += number_of(row, "datasets")
    bars = [
        Bar(name, tuple(Part(some.get(rung, 0), rung) for rung in material.rungs)) for name, some in by_domain.items()
    ]
    return _bars(material, bars, material.rungs, material.by("domain", "datasets"))


def shares(material: Material) -> Canvas:
    """By domain, the holders that make up the share, each a part of the bar, the largest the darkest."""
    by_domain: dict[str, list[Row]] = defaultdict(list)
    for row in material.found.rows:
        by_domain[material.cell(row, "domain")].append(row)
    bars = []
    for name, rows in by_domain.items():
        parts = [
            Part(
                number_of(row, "uses"),
                Meaning("ink", material.cell(row, "holder"), depth=max(0.85 - 0.12 * place, 0.2)),
            )
            for place, row in enumerate(rows)
        ]
        rest = number_of(rows[-1], "total") - number_of(rows[-1], "cumulative")
        others = material.texts.text("All others")
        bars.append(Bar(name, (*parts, Part(max(rest, 0), Meaning("line", others)))))
    return _bars(material, bars, [], material.by("domain", "uses", "holder"))


def balance(material: Material) -> Canvas:
    given = Meaning("ink", material.texts.text("Datasets given"), depth=0.85)
    received = Meaning("ink", material.texts.text("Datasets received"), depth=0.35)
    bars = [
        Bar(
            material.cell(row, "actor"),
            (Part(number_of(row, "given"), given), Part(number_of(row, "received"), received)),
        )
        for row in material.found.rows
    ]
    return _bars(material, bars, [given, received])


def statuses(material: Material) -> Canvas:
    """How many datasets had each status on a day."""
    counts: dict[str, int] = defaultdict(int)
    for row in material.found.rows:
        counts[row["status"].value] += 1
    bars = []
    for iri, (tone, word) in reversed(ACCESS.items()):
        meaning = Meaning(tone, material.texts.text(word), f"rung-{tone}")
        bars.append(Bar(meaning.word, (Part(counts.get(iri, 0), meaning),)))
    return _bars(material, [bar for bar in bars if bar.total], [], material.heading("datasets"))
