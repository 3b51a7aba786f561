"""The thirty questions over HTTP: what the query answers, in a sentence, a table, a picture, as data."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph
import pytest

from api.pictures.canvas import DARK, TONES, Canvas
from api.pictures.compositions import COMPOSITIONS
from api.questions.groups import GROUPS
from api.questions.tellings.table import TELLINGS
from graph.instance import Instance
from graph.sample import load
from ontology.competency import columns, questions
from ontology.picture_queries import picture_queries
from tests.api.pages.test_pages import Tags
from tests.api.serving import Server, serving, settings

HTML = "text/html"
NUMBERS = [question.number for question in questions()]
DRAWN = [f"questions/{number}" for number in NUMBERS if number in COMPOSITIONS]
DRAWN += [f"pictures/{name}" for name in picture_queries()]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample."""
    folder = tmp_path_factory.mktemp("questions") / "data"
    with Instance.open(folder, create=True, base="http://127.0.0.1:8000/") as instance:
        load(instance)
        # The views are whole before the server starts: its first workers know all of it.
        with instance.hold() as holder:
            assert holder.wait_for(instance.log.sequence(), 300)
    # Every question is asked from one address, within seconds.
    with serving(settings(folder, query_client_seconds=0)) as running:
        yield running


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a graph that has no data at all."""
    with serving(settings(tmp_path_factory.mktemp("nothing") / "data", query_client_seconds=0)) as running:
        yield running


def text_of(page: str) -> str:
    """Give what a page says, white space aside."""
    return " ".join(" ".join(Tags(page).text).split())


def test_every_question_stands_in_one_group_has_its_sentence_and_its_place_on_the_page(sample: Server) -> None:
    assert sorted(number for _, _, some in GROUPS for number in some) == NUMBERS
    assert sorted(TELLINGS) == NUMBERS
    for language in ("fr", "en"):
        page = Tags(sample.get(f"/questions?lang={language}", HTML).text)
        assert {f"/questions/{number}?lang={language}" for number in NUMBERS} <= set(page.hrefs())
        said = {text.strip() for text in page.text}
        assert {question.words[language] for question in questions()} <= said


def test_a_question_is_found_by_its_words(sample: Server) -> None:
    page = Tags(sample.get("/questions?q=LICENCES+combinaison&lang=fr", HTML).text)
    assert [href for href in page.hrefs() if re.search(r"/questions/\d", href)] == ["/questions/20?lang=fr"]
    assert "No question has these words." in sample.get("/questions?q=zeppelin", HTML).text


@pytest.mark.parametrize("number", NUMBERS)
def test_each_answer_is_that_of_the_query(sample: Server, number: str) -> None:
    question = next(each for each in questions() if each.number == number)
    rows = list(csv.reader(io.StringIO(sample.get(f"/questions/{number}.csv").text)))
    expected = question.expected.decode().splitlines()
    assert len(rows) == len(expected)
    page = sample.get(f"/questions/{number}", HTML)
    assert page.status_code == 200
    found = Tags(page.text)
    headings = [columns()[name]["en"] for name in question.columns]
    shown = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page.text)
    assert shown == [html.escape(each[:1].upper() + each[1:], quote=False) for each in headings]
    assert page.text.count("<tr>") == len(expected)
    # The query that is shown is the one that was asked, and one click puts it into the editor.
    assert question.filled() in html.unescape(page.text)
    editor = next(href for href in found.hrefs() if href.startswith(f"/sparql?example=question-{number}"))
    assert question.filled() in html.unescape(sample.get(editor, HTML).text)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_answer_is_told_in_a_sentence(sample: Server, nothing: Server, number: str) -> None:
    telling = TELLINGS[number]
    page = sample.get(f"/questions/{number}?lang=fr", HTML).text
    said = re.search(r'<p class="first">(.*?)</p>', page, re.DOTALL)
    assert said is not None
    assert "%(" not in page
    assert re.search(r"\d", said[1])
    # Where the graph knows nothing, the sentence says that there is none of it, and the page is whole.
    without = nothing.get(f"/questions/{number}?lang=en", HTML)
    assert without.status_code == 200
    assert "%(" not in without.text
    if number in {"02", "20"}:
        assert "The graph does not describe" in without.text
    else:
        assert telling.none in text_of(without.text)


def test_a_sentence_follows_the_number(sample: Server) -> None:
    assert "6 agreements end between these two days." in sample.get("/questions/13", HTML).text
    assert "1 agreement ends between these two days." in sample.get("/questions/13?horizon=2026-08-31", HTML).text
    assert "No agreement ends between these two days." in sample.get("/questions/13?horizon=2026-07-01", HTML).text
    french = sample.get("/questions/13?lang=fr", HTML).text
    assert "6 accords finissent entre ces deux dates." in french


def test_values_are_offered_kept_and_sent_on(sample: Server) -> None:
    stops = "https://w3id.org/civigraph/illustration/bus-stops"
    page = sample.get(f"/questions/02?root={stops}&lang=fr", HTML).text
    tags = Tags(page)
    chosen = [attrs for tag, attrs in tags.tags if tag == "option" and "selected" in attrs]
    assert [attrs["value"] for attrs in chosen] == [stops]
    assert sum(tag == "option" for tag, _ in tags.tags) > 20
    assert any(href.startswith("/questions/02.csv?root=https://w3id.org/") for href in tags.hrefs())
    narrowed = Tags(sample.get("/questions/02?find-root=v%C3%A9lo", HTML).text)
    assert 1 < sum(tag == "option" for tag, _ in narrowed.tags) < 20


def test_one_year_from_the_day_of_the_question(sample: Server) -> None:
    page = Tags(sample.get("/questions/13?today=2024-02-29", HTML).text)
    values = {
        attrs["name"]: attrs["value"] for tag, attrs in page.tags if tag == "input" and attrs.get("type") == "date"
    }
    assert values == {"today": "2024-02-29", "horizon": "2025-02-28"}


@pytest.mark.parametrize("address", DRAWN)
def test_each_picture_is_one_image_with_a_title(sample: Server, address: str) -> None:
    drawn = sample.get(f"/{address}.svg?lang=fr")
    assert drawn.headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(drawn.text)
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text
    assert desc is not None
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], desc.attrib["id"]]
    width, height = (float(each) for each in root.attrib["viewBox"].split()[2:])
    for element in root.iter():
        assert "style" not in element.attrib
        assert element.tag not in {f"{SVG}script", f"{SVG}a", f"{SVG}style"}
        for axis, most in (("x", width), ("y", height)):
            place = element.attrib.get(axis, "0")
            assert place.endswith("%") or -1 <= float(place) <= most, (element.tag, element.attrib)
    page = sample.get(f"/{address}?lang=fr", HTML).text
    assert '<svg viewBox="' in page
    assert 'id="table"' in page


@pytest.mark.parametrize("address", DRAWN)
def test_where_there_is_nothing_to_draw_the_page_says_so(nothing: Server, address: str) -> None:
    page = nothing.get(f"/{address}", HTML)
    assert page.status_code == 200
    if '<svg viewBox="' not in page.text:
        assert "There is nothing to draw" in page.text
        drawn = nothing.get(f"/{address}.svg")
        assert drawn.status_code == 200
        assert "There is nothing to draw yet." in ElementTree.fromstring(drawn.text).itertext()


def test_forms_of_an_answer_by_accept_and_suffix(sample: Server) -> None:
    for accept, sent in (
        ("application/json", "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/turtle", "text/turtle"),
        ("image/svg+xml", "image/svg+xml"),
        ("text/html,*/*;q=0.8", HTML),
    ):
        answer = sample.get("/questions/09", accept)
        assert answer.headers["content-type"].partition(";")[0] == sent
        assert "Accept" in answer.headers["vary"]
    for suffix in ("ttl", "jsonld", "rdf", "nt", "json", "csv", "xml", "tsv", "svg"):
        assert sample.get(f"/questions/09.{suffix}").status_code == 200


def test_an_answer_as_rdf_has_every_cell(sample: Server) -> None:
    space = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
    store = pyoxigraph.Store()
    store.load(sample.get("/questions/03.ttl").content, pyoxigraph.RdfFormat.TURTLE)
    query = f"""SELECT ?service ?inputs WHERE {{
        ?row <{space}binding> ?a, ?b . ?a <{space}variable> "service" ; <{space}value> ?service .
        ?b <{space}variable> "inputs" ; <{space}value> ?inputs }}"""
    found = {(row["service"].value, row["inputs"].value) for row in store.query(query)}
    rows = list(csv.DictReader(io.StringIO(sample.get("/questions/03.csv").text)))
    assert found == {(row["service"], row["inputs"]) for row in rows}


def test_a_value_cannot_leave_its_place(sample: Server) -> None:
    for sent in ("x:a> } UNION { ?s ?p ?o", 'x:a"', "x:a\n}", "javascript:alert(1)"):
        answer = sample.client.get(sample.address + "questions/02", params={"root": sent}, headers={"accept": HTML})
        assert answer.status_code in {200, 400}
        if answer.status_code == 200:
            assert "VALUES ?root { <javascript:alert(1)> }" in html.unescape(answer.text)
            assert not any(href.startswith("javascript:") for href in Tags(answer.text).hrefs())


def test_the_gallery_leads_to_pictures_that_are_there(sample: Server) -> None:
    page = Tags(sample.get("/pictures", HTML).text)
    dark = [attrs["srcset"] or "" for tag, attrs in page.tags if tag == "source"]
    images = [
        attrs["src"]
        for tag, attrs in page.tags
        if tag == "img" and ".svg?" in (attrs["src"] or "") and "icon" not in (attrs["src"] or "")
    ]
    assert len(images) == 8
    assert len(dark) == 8
    for image, other in zip(images, dark, strict=True):
        assert image is not None
        drawn, on_dark = sample.get(image), sample.get(html.unescape(other))
        assert drawn.status_code == on_dark.status_code == 200
        assert TONES["paper"] in drawn.text
        assert TONES["ink"] not in on_dark.text
        assert DARK["paper"] in on_dark.text


def test_columns_of_pictures_have_headings() -> None:
    from ontology import picture_queries as known

    for question in known.picture_queries().values():
        assert set(question.columns) <= set(known.columns())


def test_the_tones_are_those_of_the_page() -> None:
    tokens = (Path(__file__).parents[3] / "api/static/styles/tokens.css").read_text()
    found = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", tokens)
    pairs = {name: (light, dark) for name, light, dark in found}
    pairs |= {name: (colour, colour) for name, colour in re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", tokens)}
    pairs |= {"paper": pairs["surface"], "unknown": pairs["line"]}
    for place, tones in enumerate((TONES, DARK)):
        assert tones == {name: pairs[name][place] for name in TONES}


def test_a_picture_on_dark_paper_has_dark_tones_and_the_same_words() -> None:
    canvas = Canvas(200, 'fill="#ffffff"', "")
    canvas.rect(0, 0, 10, 10, "open", outline="ink")
    canvas.text(0, 20, 'fill="#ffffff"', halo=True)
    canvas.sign("rung-shared", 0, 0, tone="shared")
    light, dark = (canvas.svg("one", alone=True, dark=dark) for dark in (False, True))
    words, same = ([each.text for each in ElementTree.fromstring(drawn).iter()] for drawn in (light, dark))
    assert words == same
    colours = set(re.findall(r'(?:fill|stroke|color)="(#[0-9a-f]+)"', re.sub(r">[^<]+<", "><", dark)))
    assert colours <= set(DARK.values())
    assert {DARK["paper"], DARK["open"], DARK["ink"], DARK["shared"]} <= colours
