"""Answers as what hangs together: flows from holder to service, territories within each other."""

from __future__ import annotations

from collections import defaultdict

from api.languages import mark
from api.pictures.canvas import Canvas
from api.pictures.flows import Flow, draw_flows
from api.pictures.legend import Meaning
from api.pictures.material import Material
from api.pictures.nested import draw_nested, nest
from api.questions.solutions import number_of


def flows(material: Material) -> Canvas:
    """From holder to dataset to service, coloured by the rung of the dataset."""
    first: dict[tuple[str, str], Meaning] = {}
    then: dict[tuple[str, str], Meaning] = {}
    poles: dict[str, set[str]] = defaultdict(set)
    unknown = ""
    labels = {unknown: material.texts.text("Holder not known")}
    for row in material.found.rows:
        dataset, service, rung = row["dataset"].value, row["service"].value, material.rung(row)
        holder = row["holder"].value if "holder" in row else unknown
        if "pole" in row:
            poles[holder].add(row["pole"].value)
        first[holder, dataset] = then[dataset, service] = rung
        for key in (holder, dataset, service):
            labels.setdefault(key, material.label(key))
    datasets = {dataset: rung for (_, dataset), rung in first.items()}
    services = {service for _, service in then}

    def signs(key: str) -> tuple[str, str]:
        if key in datasets:
            rung = datasets[key]
            return (rung.sign or "rung-unknown", "edge" if rung.tone == "unknown" else rung.tone)
        if key in services:
            return ("kind-service", "ink")
        pole = material.pole(next(iter(poles[key]), "")) if len(poles[key]) <= 1 else Meaning("ink", "", "kind-actor")
        return (pole.sign, pole.tone)

    used = {meaning.tone for meaning in first.values()}
    canvas = draw_flows(
        material.title,
        material.comment,
        heads=[material.texts.text(word) for word in (mark("Holders"), mark("Datasets"), mark("Urban services"))],
        steps=[[Flow(source, target, meaning) for (source, target), meaning in some.items()] for some in (first, then)],
        labels=labels,
        signs=signs,
        legend=[meaning for meaning in material.rungs if meaning.tone in used],
    )
    canvas.caption = material.texts.text("A band has the rung of its dataset, a holder the sign of its pole.")
    return canvas


def territories(material: Material) -> Canvas:
    """Territories within each other, with how much is said to be about each."""
    named: dict[str, tuple[str, int, int]] = {}
    within: dict[str, list[str]] = defaultdict(list)
    for row in material.found.rows:
        if "place" not in row:
            continue
        key = row["place"].value
        named[key] = (material.label(key), int(number_of(row, "datasets")), int(number_of(row, "services")))
        if "within" in row:
            within[key].append(row["within"].value)
    legend = [
        ("kind-dataset", material.texts.text("Datasets")),
        ("kind-service", material.texts.text("Urban services")),
    ]
    canvas = draw_nested(material.title, material.comment, nest(named, within), legend, material.number)
    canvas.caption = material.texts.text(
        "A scheme, no map: what stands in a box lies in that territory. The darker, the more datasets."
    )
    return canvas
