"""What is said beforehand of crafted datasets, and what each portal's own reader then did with them.

CKAN's and udata's readers are run. data.europa.eu has the official shapes of DCAT-AP, data.gov the official schema of
its harvester; what Google and the index of FAIR Data Points do is only described, and done here as it is described.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import rdflib
from rdflib import DCAT, RDF, RDFS, XSD, URIRef

from graph.feeds import dcat_us
from graph.preflight.dates import read_date
from graph.preflight.description import Description, python_of
from graph.preflight.portals.google import page_data
from graph.preflight.portals.table import PORTALS, examine
from graph.preflight.portals.udata import has_tags, is_whole_number
from graph.preflight.portals.udata_addresses import is_web
from graph.preflight.portals.udata_licences import licence_of
from graph.preflight.portals.udata_lists import LICENCES
from graph.preflight.tags import in_latin, tag_of
from graph.preflight.verdict import Effect, Reading, Verdict
from tests.clients import odd_values
from tests.clients.crafted import CRAFTED, lines, node_of, statements
from tests.clients.readers import asked
from tests.graph.governance.compiling import oracle
from tests.graph.governance.compiling.w3c import plain

# Fields that both the reader and the description name alike, so that what was stated can be looked for.
PLAIN = {
    "title": "dct:title",
    "description": "dct:description",
    "identifier": "dct:identifier",
}


@cache
def told(name: str) -> Description:
    """Read a crafted dataset."""
    return Description(statements(name))


def verdict(portal: str, name: str) -> Verdict:
    """Say beforehand what a portal makes of it."""
    (found,) = examine(told(name), [portal], [node_of(name)])
    return found


def outcome(found: Verdict) -> str:
    """Say in a word what was said beforehand."""
    effects = {remark.effect for remark in found.remarks}
    return "stops" if Effect.STOPS in effects else "drops" if Effect.DROPS in effects else "taken"


def test_there_are_sixty_and_each_rule_is_met() -> None:
    assert len(CRAFTED) >= 60
    for portal in PORTALS.values():
        met = {remark.rule for name in CRAFTED for remark in verdict(portal.name, name).remarks}
        assert set(portal.rules) - met <= NOT_CRAFTED.get(portal.name, set()), portal.name


# Two datasets at a time, none with an address, how a source is handed over: these have tests of their own.
NOT_CRAFTED = {
    "udata": {"same-identifier", "media-type", "redirected", "stopped"},
    "ckan": {"no-identity", "media-type", "stopped"},
}


def compared(portal: str, taken: dict[str, dict[str, Any]]) -> None:
    """Compare what was said beforehand with what a reader did."""
    assert set(taken) == set(CRAFTED)
    for name, did in taken.items():
        said = verdict(portal, name)
        assert outcome(said) == did["outcome"], (name, did.get("why"))
        if did["outcome"] != "taken":
            continue
        unsaid = {remark.field for remark in said.remarks if remark.rule in UNFORESEEN}
        unsaid |= {remark.field for remark in said.remarks if remark.rule == "date-misread"} - set(said.shown)
        for field in (set(said.shown) | set(did["shown"])) - unsaid:
            assert sorted(said.shown.get(field, ())) == sorted(did["shown"].get(field, ())), (name, field)
        remarked = {remark.field for remark in said.remarks if remark.effect is not Effect.FAULTS}
        for field, prop in PLAIN.items():
            stated = {text.strip() for text in told(name).texts(node_of(name), prop)}
            lost = not stated <= {text.strip() for text in did["shown"].get(field, ())}
            assert lost == (field in remarked), (name, field)


# That something else is shown is foreseen, not what: Markdown made of HTML, words in other letters. So it is with dates
# that the day of the harvest completes.
UNFORESEEN = {"markup", "keyword-script"}


@pytest.mark.slow
def test_ckan(clients: Path) -> None:
    compared("ckan", asked(clients, "ckan", "take_ckan.py", given=json.dumps({name: lines(name) for name in CRAFTED})))


@pytest.mark.slow
def test_udata(clients: Path, tmp_path: Path) -> None:
    given = json.dumps({"texts": {name: lines(name) for name in CRAFTED}, "licences": LICENCES})
    compared("udata", asked(clients, "udata", "take_udata.py", str(tmp_path / "files"), given=given))


UNSEEN = {"checksum-odd"}
"""Our checker of texts looks at the datatype of xsd:hexBinary, not at the form of the value."""


@pytest.mark.slow
def test_europe_by_the_official_shapes(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    shapes = rdflib.Graph().parse(shared_data / "vocab" / "dcat-ap" / "3.0.1" / "shacl" / "dcat-ap-SHACL.ttl")
    for name in CRAFTED:
        if name in UNSEEN or any(term.startswith("_:") for term in told(name).about):
            continue  # pySHACL would give blank nodes other names
        data = rdflib.Graph().parse(data=lines(name), format="nt")
        found = {
            (plain(focus).strip("<>"), str(path).strip("<>").rpartition("/")[2].rpartition("#")[2])
            for focus, path, *_ in oracle.by_pyshacl(data, shapes)
            if "catalogue" not in focus
        }
        remarks = verdict("data.europa.eu", name).remarks
        assert found == {(remark.node.strip("<>"), remark.field) for remark in remarks}, name


def test_data_gov_by_its_schema(shared_data: Path) -> None:
    file = shared_data / "vocab" / "dcat-us" / "pod_schema" / "non-federal-v1.1" / "dataset-non-federal.json"
    schema = jsonschema_rs.Draft4Validator(json.loads(file.read_text()))
    for name in CRAFTED:
        record = dcat_us.record(told(name).described(node_of(name)))
        wrong = {
            error.instance_path[0] if error.instance_path else _missing(error.message)
            for error in schema.iter_errors(record)
        }
        said = verdict("datajson", name)
        assert {remark.field for remark in said.remarks if remark.effect is Effect.DROPS} == wrong, name


def _missing(message: str) -> str:
    """Give the property that a message says is required."""
    return (*message.split('"'), "")[1]


def test_google_as_it_describes_it() -> None:
    for name in CRAFTED:
        page = page_data(told(name), node_of(name))
        assert page["@type"] == "Dataset"
        assert page["name"]
        listed = 50 <= len(page["description"]) <= 5000
        said = verdict("google", name)
        assert said.taken == listed, name
        links = [each for each in page.get("distribution", ()) if each.get("contentUrl")]
        assert len(said.shown.get("distributions", ())) == len(links)
        lost = any(remark.rule == "no-address" for remark in said.remarks)
        assert lost == (len(links) < len(told(name).values(node_of(name), "dcat:distribution"))), name


def test_fdp_as_it_walks() -> None:
    for name in CRAFTED:
        graph = rdflib.Graph().parse(data=lines(name), format="nt")
        node = URIRef(node_of(name)[1:-1])
        met = _walked(graph, list(graph.subjects(RDF.type, DCAT.Catalog)) or [node])
        said = verdict("fdp", name)
        assert said.taken == (node in met), name
        if said.taken:
            files = {each for each in graph.objects(node, DCAT.distribution) if each in met}
            assert sorted(said.shown.get("distributions", ())) == sorted(map(str, files)), name


def _walked(graph: rdflib.Graph, start: list[Any]) -> set[Any]:
    """Go on from each thing that has an address: by its container, else by what its class leads on by."""
    contains = URIRef("http://www.w3.org/ns/ldp#contains")
    met: set[Any] = set()
    new = [each for each in start if _asked(each)]
    while new:
        here = new.pop()
        met.add(here)
        further = list(graph.objects(here, contains))
        further = further or [*graph.objects(here, DCAT.dataset), *graph.objects(here, DCAT.distribution)]
        new += [each for each in further if each not in met and _asked(each)]
    return met


def _asked(node: Any) -> bool:
    return isinstance(node, URIRef) and str(node).startswith(("http://", "https://"))


def test_two_datasets_of_one_identifier_and_one_without_an_address() -> None:
    both = Description(
        [*statements("sound"), *[(s, p, o.replace("velos-listed", "velos-sound")) for s, p, o in statements("listed")]]
    )
    found = examine(both, ["udata"])
    assert [each.taken for each in found] == [True, False]
    assert "same-identifier" in {remark.rule for remark in found[1].remarks}
    blank = Description([(s.replace(node_of("sound"), "_:me"), p, o) for s, p, o in statements("sound")])
    (said,) = examine(blank, ["ckan"])
    assert said.taken
    assert "no-identity" in {remark.rule for remark in said.remarks}
    (said,) = examine(blank, ["fdp"])
    assert not said.taken


def test_what_no_parser_takes_for_an_address_ends_nothing() -> None:
    bad = "<http://data.metropole.fr/%zz>"
    told = Description(
        [
            (s, p, bad if o == "<https://data.metropole.fr/velos.csv>" else o)
            for s, p, o in [*statements("no-description"), (bad, "<http://purl.org/dc/terms/title>", '"x"')]
        ]
    )
    found = {each.portal: each for each in examine(told, (), [node_of("no-description")])}
    sound = verdict("data.europa.eu", "no-description").remarks
    assert list(found) == list(PORTALS)
    assert found["data.europa.eu"].remarks == sound


# What breaks readers that take it for what it ought to be.
ODD = [
    '"https://[x"', '"//[x"', "<http://x.fr/%zz>", "<http://[x>", '"inf"', '"nan"', '"1e999"', '""', '"\\u0000"', '"²"',
    f'"{"9" * 5000}"', f'"{"9" * 5000}"^^<{XSD.integer}>', f'"1E999999999"^^<{XSD.decimal}>', f'"NaN"^^<{XSD.double}>',
    '"2024-99-99"', f'"0001-01-01T00:00:00+23:00"^^<{XSD.dateTime}>', '"99999999999999999999"', '"2024-05-06 CEST"',
    "<mailto:>", "<urn:x>", "<http://x.fr:99999999/>", '"http://\u2100.fr/"', '"http://x.fr:ab/"', "_:odd",
]  # fmt: skip


@pytest.mark.parametrize("portal", sorted(set(PORTALS) - {"data.europa.eu"}))
def test_whatever_stands_in_a_field_a_portal_has_a_verdict(portal: str) -> None:
    stated = statements("checksum")
    for place, (s, p, _) in enumerate(stated):
        for odd in ODD:
            given = [*stated[:place], (s, p, odd), *stated[place + 1 :], ("_:odd", f"<{RDFS.label}>", '"x"')]
            (found,) = examine(Description(given), [portal], [node_of("checksum")])
            assert found.portal == portal


def test_a_remark_is_made_once_and_a_thousand_take_no_longer_each() -> None:
    reading = Reading("udata", PORTALS["udata"].rules, Description([]), "<urn:x>")
    for _ in range(2):
        for number in range(3):
            reading.remark("no-address", "distributions", node=f"<urn:{number}>")
    assert len(reading.done().remarks) == 3

    def compared(number: int) -> int:
        """Count how often remarks are compared with each other."""
        met = Reading("udata", PORTALS["udata"].rules, Description([]), "<urn:x>")
        counted = 0

        class Name(str):
            def __eq__(self, other: object) -> bool:
                nonlocal counted
                counted += 1
                return str.__eq__(self, other)

            __hash__ = str.__hash__

        for each in range(number):
            met.remark("no-address", "distributions", node=Name(f"<urn:{each}>"))
        return counted

    assert compared(2000) < 2000


# Each takes hours where what was read before is read again at every place: that it ends is what is tested.
@pytest.mark.parametrize(("portal", "prop", "text", "rules"), [
    ("udata", "description", f'"{"<a " * 300_000}"', set()),
    ("udata", "description", f'"{"<!-- " * 300_000}"', set()),
    ("datajson", "hasEmail", f"<mailto:a@{'.' * 600_000}!>", {"mail"}),
    ("datajson", "hasEmail", f"<mailto:a@{'.' * 600_000}>", set()),
])  # fmt: skip
def test_long_texts_are_read_in_one_go(portal: str, prop: str, text: str, rules: set[str]) -> None:
    stated = [(s, p, text if p.endswith((f"/{prop}>", f"#{prop}>")) else o) for s, p, o in statements("sound")]
    (found,) = examine(Description(stated), [portal], [node_of("sound")])
    assert {remark.rule for remark in found.remarks} == rules


@pytest.mark.slow
def test_udata_value_by_value(clients: Path, tmp_path: Path) -> None:
    values = {
        "addresses": odd_values.ADDRESSES,
        "modified": odd_values.LITERALS,
        "issued": odd_values.LITERALS,
        "sizes": odd_values.LITERALS,
        "keywords": odd_values.KEYWORDS,
        "licences": odd_values.LICENCES,
        "texts": odd_values.TEXTS,
    }
    given = json.dumps({"texts": {}, "licences": LICENCES, "values": values})
    made = asked(clients, "udata", "take_udata.py", str(tmp_path / "files"), given=given)["values"]
    for kind, of_kind in values.items():
        did = dict(zip(of_kind, made[kind], strict=True))
        said = {value: OURS[kind](value) for value in of_kind}
        assert all(did[value] for value, ours in said.items() if ours == OF_THE_PORTAL), kind
        assert {value: ours for value, ours in said.items() if ours not in {did[value], OF_THE_PORTAL}} == {}, kind


OF_THE_PORTAL = "of the portal"
"""What is told to be read, and not as what: days that the harvest completes, words written in other letters."""


def _day(literal: str, *, modified: bool) -> str | None:
    value = python_of(literal)
    read = read_date(value)
    if not value or (read.moment is None and modified and not read.breaks):
        return None
    if read.moment is None:
        return "breaks"
    if modified and read.is_later(datetime.now(UTC)):
        return None
    if read.completed:
        return OF_THE_PORTAL
    return read.local_day if modified else read.day


def _tag(keyword: str) -> str:
    tag = tag_of(keyword)
    return OF_THE_PORTAL if not in_latin(keyword) else tag[:96] if len(tag) >= 3 else ""


OURS: dict[str, Callable[[str], Any]] = {
    "addresses": is_web,
    "modified": partial(_day, modified=True),
    "issued": partial(_day, modified=False),
    "sizes": lambda literal: not python_of(literal) or is_whole_number(python_of(literal)),
    "keywords": _tag,
    "licences": licence_of,
    "texts": has_tags,
}
"""What is said beforehand of a value, as udata's functions say it."""


@pytest.mark.parametrize("text", odd_values.COMPLETED)
def test_a_date_that_the_day_of_the_harvest_completes_is_told_so(text: str) -> None:
    for now in (datetime(2026, 3, 31, tzinfo=UTC), datetime(2024, 2, 29, 23, 59, tzinfo=UTC)):
        read = read_date(text, now)
        assert read.completed
        assert not read.exact
        assert read.day == read.local_day == ""


@pytest.mark.parametrize(("text", "exact"), [
    ("2024-05-06", True), ("2024/05/06", True), ("15/04/2024", True), ("May 6, 2024", True), ("20240506", True),
    ("06/05/2024", False), ("24-05-06", False), ("05.04.2024", False), ("06/06/2024", True),
])  # fmt: skip
def test_a_date_that_may_be_read_in_two_ways_is_not_exact(text: str, exact: bool) -> None:
    assert read_date(text).exact is exact
