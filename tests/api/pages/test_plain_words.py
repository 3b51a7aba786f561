"""Entities in plain words: agreements read from ODRL, the facts of each kind, in French and English, nothing lost."""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest

from api.pages.odrl_words import ACTIONS, LEFT_OPERANDS, OPERATORS
from api.pages.term_pages import MODULES
from graph import bundled, sample
from graph.ingest.run import run_import
from graph.instance import Instance
from graph.reading.agreements import COMPENSATE, INFORM
from graph.records.kinds import LABEL_RANKS
from graph.records.record import Record
from graph.terms import ODRL, PREFIXES, RDF, TYPE, parse_payload, value_of
from tests.api.serving import BASE, Server, serving, settings, tell

HTML = "text/html"
LANGUAGES = ("fr", "en")
OWN = Path(__file__).parent / "plain" / "agreements.ttl"
_A_KIND = 3
_IRI = re.compile(r"\b(?:https?|urn):[^\s<>\"]+[^\s<>\".,;:)’]")
_PREFIXED = re.compile(rf"\b(?:{'|'.join(PREFIXES)}):[A-Za-z][A-Za-z0-9]+")


class Sentences(HTMLParser):
    """Reads a page as a person sees it: the sentences in plain words, one a list, and the text of all links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sentences: list[str] = []
        self.text: list[str] = []
        self._plain = self._main = self._heading = False
        self._aside = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._main |= tag == "main"
        self._aside += tag == "aside"
        if tag == "section":
            self._plain = False
        self._heading = tag in {"h2", "h3"} or (self._heading and tag not in {"p", "li"})
        if tag in {"p", "li"} and self._plain:
            self.sentences.append("")

    def handle_endtag(self, tag: str) -> None:
        self._main &= tag != "main"
        self._aside -= tag == "aside"

    def handle_data(self, data: str) -> None:
        if data in {"In plain words", "En clair"}:
            self._plain = True
        elif self._plain and not self._heading and self.sentences and data.strip():
            self.sentences[-1] += data
        if self._main and not self._aside:
            self.text.append(data)


def read(server: Server, iri: str, language: str) -> str:
    """Follow an IRI to its page in a language."""
    led = server.client.get(server.address + "entity", params={"iri": iri}, headers={"accept": HTML})
    assert led.status_code == 303, iri
    address = led.headers["location"].partition("#")[0]
    return server.get(address, HTML, accept_language=language).text


def said(server: Server, name: str, language: str) -> list[str]:
    """Give the sentences on the page of one of the test's own things."""
    page = Sentences(read(server, f"http://example.org/{name}", language))
    return [" ".join(each.split()) for each in page.sentences if each.strip()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over agreements of every form."""
    folder = tmp_path_factory.mktemp("plain") / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        tell(instance, OWN.read_text(), "plain")
    with serving(settings(folder)) as running:
        yield running


AGREEMENT = {
    "fr": [
        "Entre Rennes Fictive, qui accorde, et Atelier Données, qui reçoit.",
        "En vigueur du 1er janvier 2026 au 31 décembre 2027.",
        "Rennes Fictive permet à Atelier Données d’utiliser Comptages, pour le service Rues calmes, pour la finalité "
        "« lutter contre le changement climatique », sur le territoire d’Îlot central, si le nombre d’usages est "
        "d’au plus 5\u202f000, jusqu’au 31 décembre 2027, pour 1\u202f200\u00a0€ versés à Fonds commun.",
        "En contrepartie, Atelier Données doit citer la source de ces données.",
        "À défaut : supprimer Comptages.",
        "Rennes Fictive interdit à Atelier Données de vendre Comptages.",
        "Si cela est fait malgré tout : informer Conseil de la donnée.",
        "Rennes Fictive interdit à Atelier Données de faire « fooBar » avec Comptages.",
        "Atelier Données doit supprimer Comptages, si le temps écoulé est d’au moins 1 an et 6 mois.",
        "Conditions définies par Conseil de la donnée.",
        "Décision : Décision 12.",
        "Pour : Rennes Fictive.",
        "Contre : Atelier Données.",
        "Remplace Premier accord.",
    ],
    "en": [
        "Between Rennes Fictive, who grants, and Data Workshop, who receives.",
        "In force from January 1, 2026 to December 31, 2027.",
        "Rennes Fictive permits Data Workshop to use Counts, for the service Calm streets, for the purpose “combat "
        "climate change”, in Central block, if the number of uses is at most 5,000, until December 31, 2027, for "
        "€1,200 paid to Common fund.",
        "In return, Data Workshop must name the source of these data.",
        "Failing that: delete Counts.",
        "Rennes Fictive forbids Data Workshop to sell Counts.",
        "Should it be done all the same: inform Data council.",
        "Rennes Fictive forbids Data Workshop to do “fooBar” with Counts.",
        "Data Workshop must delete Counts, if the time passed is at least 1 year and 6 months.",
        "The terms were defined by Data council.",
        "Decision: Decision 12.",
        "Agreed: Rennes Fictive.",
        "Dissented: Data Workshop.",
        "It takes the place of First agreement.",
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_agreement_reads_as_sentences(server: Server, language: str) -> None:
    wanted = [" ".join(each.split()) for each in AGREEMENT[language]]
    found = said(server, "agreement", language)
    # Rules of one sort stand in the order of the names that they were given, which nothing fixes.
    assert sorted(found) == sorted(wanted)
    assert found[:3] == wanted[:3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_term_without_words_is_marked(server: Server, language: str) -> None:
    page = read(server, "http://example.org/agreement", language)
    assert '<span class="unworded" title="http://example.org/vocabulary#fooBar">fooBar</span>' in page


OTHERS = {
    "before": {
        "(after September 1, 2025 and until December 31, 2025)", "or", "before May 1, 2025",
        "combine Counts and Noise with other data", "read Counts and Noise",
        "Its place was taken by Agreement on counts.",
    },
    "void": {"The rules permit and forbid one and the same thing and do not say which prevails"},
    "settled": {"Where rules clash, what is forbidden prevails."},
    "offer": {
        "Standing offer of Rennes Fictive: whoever accepts these terms may rely on them.",
        "Rennes Fictive permits anyone to distribute Noise, free of charge.",
    },
    "nobody": {"No one may do anything with any data."},
    "everybody": {"Anyone may do anything with any data."},
    "ring": {"Anyone may use any data.", "In return, it is required to delete these data."},
    "decision": {"Data council decided on Agreement on counts on January 1, 2026.", "Dissented: Data Workshop."},
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_other_forms_of_agreements(server: Server, name: str) -> None:
    text = " ".join(said(server, name, "en"))
    for words in OTHERS[name]:
        assert words in text


def test_only_a_clash_without_a_strategy_is_void(server: Server) -> None:
    for name in ("settled", "agreement", "before"):
        assert not any("void" in each for each in said(server, name, "en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["agreement", "before", "void", "offer", "ring"])
def test_every_statement_of_the_rules_stays_on_the_page(server: Server, name: str, language: str) -> None:
    page = html.unescape(read(server, f"http://example.org/{name}", language))
    stated = server.get(f"/entity?iri=http://example.org/{name}", HTML).headers["location"]
    nodes = server.get(f"{stated}.nt").text.splitlines()
    assert len(nodes) >= 4
    for line in nodes:
        subject, prop, value = line[:-2].split(" ", 2)
        term = value_of(value)
        assert f'title="{prop[1:-1]}"' in page or f"<{prop[1:-1]}>" in LABEL_RANKS, line
        if term.kind == "literal":
            assert term.value in page, line
        elif not term.value.startswith(f"http://example.org/{name}#") and prop != TYPE:
            assert term.value in page or linked(server, page, term.value, language), line
        assert subject


def linked(server: Server, page: str, iri: str, language: str) -> bool:
    """Say whether a page links to the page that an IRI leads to."""
    led = server.client.get(server.address + "entity", params={"iri": iri}, headers={"accept-language": language})
    return f'href="{led.headers.get("location", "")}"' in page


def test_words_for_every_action_operator_and_left_operand(shared_data: Path) -> None:
    """Of the vocabulary itself, of the sample, and of the policies of another project's test suite."""
    used = defaultdict(set)
    kinds = {f"{ODRL}Action": "action", f"{ODRL}LeftOperand": "leftOperand", f"{ODRL}Operator": "operator"}
    vocabulary = shared_data / "odrl" / "w3c-poe" / "vocab" / "ODRL22.ttl"
    suite = sorted((shared_data / "odrl" / "solidlab-odrl-test-suite" / "policies").glob("*.ttl"))
    assert len(suite) >= 20
    for file in (vocabulary, *suite):
        for triple in ox.parse(path=file, format=ox.RdfFormat.TURTLE):
            if not isinstance(triple.object, ox.NamedNode):
                continue
            if str(triple.predicate) == TYPE and triple.object.value in kinds:
                used[kinds[triple.object.value]].add(triple.subject.value)
            elif triple.predicate.value.startswith(ODRL):
                used[triple.predicate.value.removeprefix(ODRL)].add(triple.object.value)
    for record in shipped():
        for _, prop, value in parse_payload(record.payload):
            used[prop[1:-1].removeprefix(ODRL).replace(f"{RDF}value", "action")].add(value[1:-1])
    actions = {iri for iri in used["action"] if iri.startswith("http") and "#" not in iri.removeprefix(ODRL)}
    # Deprecated parts of the vocabulary, which nothing here or in the suite uses.
    unused = {f"{ODRL}{name}" for name in ("adHocShare", "extractChar", "extractPage", "extractWord", "pay")}
    assert len(used["leftOperand"]) > 30
    assert len(used["operator"]) == 12
    assert len(actions) > 40
    worded = {*ACTIONS, COMPENSATE, INFORM}  # What is paid and who is informed make sentences of their own.
    assert {iri for iri in actions if iri.startswith(ODRL)} - worded - unused == set()
    assert used["leftOperand"] - set(LEFT_OPERANDS) == set()
    assert used["operator"] - set(OPERATORS) == set()


def shipped() -> list[Record]:
    """Give the records of the sample."""
    return [record for source in sample.ADDRESSES for record in sample.records(source, BASE)]


@pytest.fixture(scope="module")
def labels() -> dict[str, set[str | None]]:
    """In which languages the ontology and the sample name each IRI."""
    found: dict[str, set[str | None]] = defaultdict(set)
    for record in (*bundled.records(BASE), *shipped()):
        for subject, prop, value in parse_payload(record.payload):
            if prop in LABEL_RANKS and value[0] == '"':
                found[subject[1:-1]].add(value_of(value).language)
    return found


def vocabulary_of(records: list[bytes]) -> set[str]:
    """Give the properties and classes that records use."""
    used = set()
    for payload in records:
        for _, prop, value in parse_payload(payload):
            used |= {prop[1:-1], *([value[1:-1]] if prop == TYPE else [])}
    return used


def test_every_property_and_class_of_the_sample_has_words(labels: dict[str, set[str | None]]) -> None:
    used = vocabulary_of([record.payload for record in shipped()])
    assert len(used) > 100
    assert sorted(iri for iri in used if not labels[iri] >= set(LANGUAGES)) == []


def test_every_property_and_class_of_the_rennes_import_has_words(
    shared_data: Path, tmp_path: Path, labels: dict[str, set[str | None]]
) -> None:
    file = shared_data / "catalogues" / "fr-rennes-rudi" / "datarennes_meta.json"
    number = len(json.loads(file.read_text(encoding="utf-8")))
    with Instance.open(tmp_path / "data", create=True) as instance:
        assert not run_import(instance, [file], source="rennes").failed
        heads = list(instance.log.heads(source="rennes"))
        payloads = instance.log.payloads([head.sequence for head in heads])
    assert len(payloads) >= number
    used = vocabulary_of(list(payloads.values()))
    assert len(used) > 30
    assert sorted(iri for iri in used if not labels[iri] >= set(LANGUAGES)) == []


@pytest.fixture(scope="module")
def sample_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample."""
    folder = tmp_path_factory.mktemp("sample") / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        sample.load(instance)
    with serving(settings(folder)) as running:
        yield running


def some_of_each_kind() -> list[Record]:
    """Give a few records of each kind in the sample, all agreements."""
    found: dict[str, list[Record]] = defaultdict(list)
    for record in shipped():
        found[record.kind].append(record)
    return [record for kind, records in found.items() for record in records[: None if kind == "agreement" else _A_KIND]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_every_kind_show_words_and_no_iri_that_has_a_name(
    sample_server: Server, labels: dict[str, set[str | None]], language: str
) -> None:
    raw = []
    records = some_of_each_kind()
    assert len({record.kind for record in records}) > 20
    for record in records:
        text = " ".join(Sentences(read(sample_server, record.iri, language)).text)
        raw += [(record.iri, each) for each in _IRI.findall(text) if labels.get(each)]
        raw += [(record.iri, each) for each in _PREFIXED.findall(text)]
    assert raw == []


SENTENCED = {
    "agreement", "barrier", "decision", "contract", "period", "dataset", "service", "data-service", "body",
    "membership", "actor", "activity",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_with_a_story_tell_it_in_sentences(sample_server: Server, language: str) -> None:
    told: dict[str, int] = defaultdict(int)
    for record in some_of_each_kind():
        sentences = Sentences(read(sample_server, record.iri, language)).sentences
        told[record.kind] = max(told[record.kind], len(sentences))
        assert not any("%(" in each for each in sentences)
        if record.kind == "agreement":
            # Who, until when, and at least one rule.
            assert len(sentences) >= 3, record.iri
    assert {kind for kind in SENTENCED if not told[kind]} == set()


@pytest.mark.parametrize(("iri", "french", "english"), [
    (
        "http://data.europa.eu/eli/reg/2023/2854/oj",
        "À qui il s’adresse : détenteurs de données.",
        "Whom it addresses: data holders.",
    ),
    (
        "http://opendatacommons.org/licenses/odbl/1.0/",
        "Sur la liste des licences que les administrations françaises peuvent choisir sans homologation.",
        "On the list of licences that French administrations may choose without asking.",
    ),
    (
        "https://w3id.org/civigraph/effect/concession-data",
        "Code de la commande publique (articles L3131-2 à L3131-4), article L3131-2 : oblige à partager.",
        "French public procurement code (articles L3131-2 to L3131-4), article L3131-2: obliges sharing.",
    ),
])  # fmt: skip
def test_laws_effects_and_licences_in_words(server: Server, iri: str, french: str, english: str) -> None:
    for language, words in (("fr", french), ("en", english)):
        sentences = [" ".join(each.split()) for each in Sentences(read(server, iri, language)).sentences]
        assert words in sentences


def test_the_policies_of_another_project_are_readable(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    suite = sorted((shared_data / "odrl" / "solidlab-odrl-test-suite" / "policies").glob("*.ttl"))
    folder = tmp_path_factory.mktemp("suite") / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        for number, file in enumerate(suite):
            tell(instance, file.read_text(), f"suite-{number}")
        policies = sorted(head.iri for head in instance.log.heads(kind="agreement"))
    assert len(policies) >= 15
    with serving(settings(folder)) as running:
        for policy in policies:
            for language in LANGUAGES:
                page = read(running, policy, language)
                assert len(Sentences(page).sentences) >= 1, policy
                assert 'class="unworded"' not in page, policy


def test_every_module_of_the_ontology_has_a_name() -> None:
    from ontology import loader

    names = {name.partition("/")[2].removesuffix(".ttl") for name, _ in loader.turtle("modules")}
    assert names == set(MODULES)
