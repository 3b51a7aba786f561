"""The sample: as much of each kind as it promises, facts each with a source, illustration apart and of no real body."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from graph import sample
from graph.errors import RecordRefused
from graph.gate import check
from graph.instance import Instance
from graph.log.log import Log
from graph.log.rows import PUBLIC
from graph.records.record import Record
from graph.terms import CG, DCAT, DCT, ELI, FOAF, ODRL, PROV, RDFS, SCHEMA, SKOS, TYPE, VCARD, parse_payload, value_of

BASE = "https://civigraph.example/"
ENTITIES = {
    *("dataset", "actor", "service", "agreement", "barrier", "body", "catalog", "project", "contract", "decision"),
    *("membership", "activity", "period", "place", "data-service", "licence"),
}
PROMISED = {
    **{"dataset": 120, "actor": 40, "service": 15, "agreement": 20, "barrier": 20, "body": 6, "contract": 5},
    **{"decision": 6, "membership": 18, "period": 12, "place": 6},
}
SOURCED, ILLUSTRATIVE = f"<{CG}Sourced>", f"<{CG}Illustrative>"


@cache
def facts() -> list[Record]:
    """Give the records of the facts."""
    return sample.records(sample.FACTS, BASE)


@cache
def illustration() -> list[Record]:
    """Give the records of the illustration."""
    return sample.records(sample.ILLUSTRATION, BASE)


def values(record: Record, predicate: str, *, whole: bool = False) -> list[str]:
    """Give the objects, as N-Triples texts, that the record's own subject (or any in it) has under a predicate."""
    own = f"<{record.iri}>"
    return [o for s, p, o in parse_payload(record.payload) if p == f"<{predicate}>" and (whole or s == own)]


def mixing(given: Iterable[Record]) -> set[str]:
    """Name the records that are, with their parts, neither wholly fact nor wholly illustration; documents aside.

    A fact has a source and an address of a fact; an illustration has none, an address of one, and says what it is.
    """
    return {record.iri for record in given if not _is_document(record) and not (_is_fact(record) or _is_shown(record))}


def _is_document(record: Record) -> bool:
    """Tell a cited source: it proves, and needs no proof."""
    return values(record, TYPE[1:-1]) == [f"<{FOAF}Document>"] and not values(record, f"{CG}factStatus")


def _is_fact(record: Record) -> bool:
    return (
        set(values(record, f"{CG}factStatus", whole=True)) == {SOURCED}
        and bool(values(record, f"{PROV}hadPrimarySource"))
        and record.iri.startswith(sample.ADDRESSES[sample.FACTS])
    )


def _is_shown(record: Record) -> bool:
    named = [
        value_of(text).value
        for predicate in (f"{DCT}title", f"{RDFS}label", f"{FOAF}name", f"{SKOS}prefLabel")
        for text in values(record, predicate)
    ]
    return (
        set(values(record, f"{CG}factStatus", whole=True)) == {ILLUSTRATIVE}
        and not values(record, f"{PROV}hadPrimarySource", whole=True)
        and record.iri.startswith(sample.ADDRESSES[sample.ILLUSTRATION])
        and bool(named)
        and all(name.startswith("[Illustration]") for name in named)
    )


def test_there_is_as_much_of_each_kind_as_promised() -> None:
    counted = Counter(record.kind for record in (*facts(), *illustration()))
    assert {kind: counted[kind] for kind, least in PROMISED.items() if counted[kind] < least} == {}
    assert counted.keys() >= ENTITIES
    assert Counter(record.kind for record in facts())["dataset"] <= 60


def test_every_record_has_a_kind_of_its_own() -> None:
    assert not [record.iri for record in (*facts(), *illustration()) if record.kind == "other"]


def test_every_record_passes_the_gate_and_has_a_label() -> None:
    assert check(facts()) == check(illustration()) == {}
    assert all(record.label for record in (*facts(), *illustration()))


def test_no_record_is_in_both_sources() -> None:
    assert not {record.iri for record in facts()} & {record.iri for record in illustration()}


def test_fact_and_illustration_never_mix() -> None:
    assert mixing(facts()) == mixing(illustration()) == set()
    assert all(_is_fact(record) or _is_document(record) for record in facts())
    assert all(_is_shown(record) for record in illustration())


def _edited(record: Record, old: str, new: str) -> Record:
    payload = record.payload.decode().replace(old, new)
    assert payload.encode() != record.payload
    return Record(record.iri, record.kind, record.label, payload.encode())


def test_what_mixes_them_is_found() -> None:
    fact = next(record for record in facts() if record.kind == "dataset")
    shown = next(record for record in illustration() if record.kind == "dataset")
    marks = [
        _edited(fact, SOURCED, ILLUSTRATIVE),
        _edited(fact, f"<{PROV}hadPrimarySource>", f"<{DCT}references>"),
        Record(fact.iri, "dataset", "", fact.payload + f"<{fact.iri}#x> <{CG}factStatus> {ILLUSTRATIVE} .\n".encode()),
        Record(shown.iri, "dataset", "", shown.payload + f"<{shown.iri}> <{CG}factStatus> {SOURCED} .\n".encode()),
        _edited(shown, ILLUSTRATIVE, SOURCED),
        _edited(shown, '"[Illustration] ', '"'),
        Record(f"{sample.ADDRESSES[sample.FACTS]}x", "dataset", "", shown.payload),
    ]
    assert all(mixing([record]) for record in marks)
    # The gate alone turns away all that does not take two records, or an address, to see.
    assert all(check([record]) for record in (marks[0], marks[1], marks[3], marks[4], marks[5]))


# What an illustration may point to: terms, codes, laws, licences, itself. Never a fact, never a body.
OUTSIDE = (
    *(CG, ELI, DCAT, DCT, "http://www.w3.org/", "https://w3id.org/dpv", "http://xmlns.com/foaf/0.1/"),
    *("http://publications.europa.eu/resource/authority/", "http://data.europa.eu/", "http://purl.org/adms/"),
    *("https://www.legifrance.gouv.fr/codes/", "https://www.etalab.gouv.fr/", "http://opendatacommons.org/"),
    *("https://creativecommons.org/", "http://creativecommons.org/ns#", "https://valclair.example/"),
    *(sample.ADDRESSES[sample.ILLUSTRATION], "mailto:donnees@valclair.example"),
)


def crossing(given: Iterable[Record]) -> set[tuple[str, str]]:
    """Give the references, subject and object, that lead from fact to illustration or from illustration to the world.

    An illustration may have a real place as its setting and nothing more.
    """
    fact, shown = (f"<{sample.ADDRESSES[source]}" for source in (sample.FACTS, sample.ILLUSTRATION))
    found = set()
    for record in given:
        for subject, predicate, value in parse_payload(record.payload):
            if subject.startswith(shown):
                setting = predicate == f"<{DCT}spatial>" and value.startswith(f"{fact}place-")
                outside = value[0] == "<" and not value[1:].startswith(OUTSIDE) and value != f"<{CG[:-1]}>"
                crosses = outside and not setting
            else:
                crosses = value.startswith(shown)
            if crosses:
                found.add((subject[1:-1], value[1:-1]))
    return found


def test_no_reference_leads_from_fact_to_illustration_or_back() -> None:
    assert not crossing((*facts(), *illustration()))


def test_a_reference_that_crosses_is_found() -> None:
    fact, shown = f"{sample.ADDRESSES[sample.FACTS]}x", f"{sample.ADDRESSES[sample.ILLUSTRATION]}x"
    real = "https://w3id.org/civigraph/sample/enedis"

    def said(subject: str, predicate: str, value: str) -> Record:
        return Record(subject, "agreement", "", f"<{subject}> <{predicate}> <{value}> .\n".encode())

    assert crossing([said(shown, f"{ODRL}assigner", real)]) == {(shown, real)}
    assert crossing([said(shown, f"{ODRL}assigner", "https://www.enedis.fr/")])
    assert crossing([said(fact, f"{DCT}relation", shown)]) == {(fact, shown)}
    assert crossing([said(shown, f"{DCT}spatial", real)])
    assert not crossing([said(shown, f"{DCT}spatial", f"{sample.ADDRESSES[sample.FACTS]}place-rennes-metropole")])


def test_the_illustration_names_no_real_body() -> None:
    real = {record.label for record in facts() if record.kind in {"actor", "body"}}
    for record in illustration():
        for subject, _, value in parse_payload(record.payload):
            assert subject.startswith(f"<{sample.ADDRESSES[sample.ILLUSTRATION]}")
            term = value_of(value)
            if term.kind == "literal":
                assert not [name for name in real if re.search(rf"\b{re.escape(name)}\b", term.value)], term.value


def test_the_illustration_is_listed_in_its_own_catalogue() -> None:
    """It is titled as fictional, and lists all datasets and interfaces of the illustration and nothing else."""
    (catalogue,) = (record for record in illustration() if record.kind == "catalog")
    assert all(re.search("fictif|Fictional", text) for text in values(catalogue, f"{DCT}title"))
    for predicate, kind in ((f"{DCAT}dataset", "dataset"), (f"{DCAT}service", "data-service")):
        assert sorted(values(catalogue, predicate)) == sorted(
            f"<{record.iri}>" for record in illustration() if record.kind == kind
        )
    assert not [record.iri for record in facts() if values(record, f"{DCAT}dataset")]


def test_every_source_of_a_fact_is_described() -> None:
    cited = {source for record in facts() for source in values(record, f"{PROV}hadPrimarySource")}
    own = {record.iri for record in facts() if record.kind == "document"}
    from graph import bundled

    described = {f"<{iri}>" for iri in own | {record.iri for record in bundled.records(BASE)}}
    assert cited
    assert not cited - described


def test_the_real_datasets_state_neither_access_nor_distribution() -> None:
    """None is recorded where they were read, and none is invented."""
    real = [record for record in facts() if record.kind == "dataset"]
    assert 10 <= len(real) <= 60
    for record in real:
        assert not values(record, f"{DCT}accessRights")
        assert not values(record, f"{DCAT}distribution")
        assert values(record, f"{DCT}license")
        assert values(record, f"{DCT}creator")


def test_the_real_datasets_are_as_recorded(shared_data: Path) -> None:
    import json

    fixture = json.loads((shared_data / "catalogues/fr-rennes-rudi/datarennes_meta.json").read_text(encoding="utf-8"))
    by_id = {entry["global_id"]: entry for entry in fixture}
    names = {
        f"<{record.iri}>": value_of(values(record, f"{FOAF}name")[0]).value
        for record in facts()
        if record.kind == "actor"
    }
    for record in (record for record in facts() if record.kind == "dataset"):
        entry = by_id[value_of(values(record, f"{DCT}identifier")[0]).value]
        assert value_of(values(record, f"{DCT}title")[0]).value == entry["resource_title"]
        assert names[values(record, f"{DCT}creator")[0]] == entry["producer"]["organization_name"]
        assert value_of(values(record, f"{CG}statedTheme")[0]).value == entry["theme"]
        assert value_of(values(record, f"{DCT}modified")[0]).value == entry["dataset_dates"]["updated"]
        licence = entry["access_condition"]["licence"]
        stated = {value_of(text).value for text in values(record, f"{CG}statedLicence")}
        assert stated <= {
            licence.get("licence_label"),
            licence.get("custom_licence_uri"),
            *(label["text"] for label in licence.get("custom_licence_label", ())),
        }


def test_no_agreement_binds_a_real_body() -> None:
    assert not [record for record in facts() if record.kind in {"agreement", "contract"}]


def test_quotes_are_in_our_own_words() -> None:
    quotes = [record for record in facts() if f"<{SCHEMA}Quotation>" in values(record, TYPE[1:-1])]
    assert len(quotes) >= 3
    for quote in quotes:
        assert not values(quote, f"{SCHEMA}text")
        assert values(quote, f"{DCT}creator")
        assert values(quote, f"{DCT}isReferencedBy")


def untranslated(record: Record, predicates: Iterable[str]) -> set[tuple[str, str]]:
    """Give the subjects in a record, its parts too, that have texts under a predicate, but not one in each language."""
    said: dict[tuple[str, str], list[str | None]] = {}
    for subject, predicate, value in parse_payload(record.payload):
        if predicate[1:-1] in predicates:
            said.setdefault((subject, predicate), []).append(value_of(value).language)
    return {key for key, languages in said.items() if sorted(map(str, languages)) != ["en", "fr"]}


def test_texts_are_in_french_and_english() -> None:
    """All that is said is said twice; names, and titles of real datasets, are as they are."""
    texts = (f"{DCT}description", f"{RDFS}label", f"{SKOS}prefLabel", f"{SKOS}editorialNote", f"{SKOS}definition")
    names = (f"{DCT}title", f"{FOAF}name", f"{ELI}title", f"{VCARD}fn", f"{CG}shareAlikeScope")
    assert not set().union(*(untranslated(record, texts) for record in facts()))
    assert not set().union(*(untranslated(record, (*texts, *names)) for record in illustration()))
    titled = (record for record in facts() if record.kind != "dataset")
    assert not set().union(*(untranslated(record, (f"{DCT}title",)) for record in titled))


def test_every_part_of_an_illustration_that_has_a_name_says_so() -> None:
    names = {f"<{iri}>" for iri in (f"{DCT}title", f"{RDFS}label", f"{FOAF}name", f"{SKOS}prefLabel", f"{VCARD}fn")}
    named = [
        value_of(value).value
        for record in illustration()
        for _, predicate, value in parse_payload(record.payload)
        if predicate in names
    ]
    assert len(named) > 500
    assert all(name.startswith("[Illustration] ") for name in named)


def _dangling() -> Iterator[tuple[str, str]]:
    known = {record.iri for record in (*facts(), *illustration())}
    for record in (*facts(), *illustration()):
        for _, _, value in parse_payload(record.payload):
            if value.startswith(tuple(f"<{address}" for address in sample.ADDRESSES.values())):
                yield record.iri, value[1:-1].split("#")[0]
    assert known


def test_nothing_points_to_what_is_not_there() -> None:
    known = {record.iri for record in (*facts(), *illustration())}
    parts = {s[1:-1] for record in (*facts(), *illustration()) for s, _, _ in parse_payload(record.payload)}
    assert not {pair for pair in _dangling() if pair[1] not in known | parts}


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    """Open an empty instance."""
    with Instance.open(tmp_path / "data", create=True) as opened:
        yield opened


def _held(log: Log, source: str) -> set[str]:
    return {head.iri for head in log.heads(source=source)}


def test_load_appends_once_and_remove_takes_it_away(instance: Instance) -> None:
    before = instance.log.sequence()
    told: list[tuple[int, int]] = []
    loaded = sample.load(instance, progress=lambda done, total: told.append((done, total)))
    count = len(facts()) + len(illustration())
    assert (loaded.first, loaded.last, loaded.created) == (before + 1, before + count, count)
    assert told[-1] == (count, count)
    assert all(earlier < later for earlier, later in pairwise(done for done, _ in told))

    again = sample.load(instance)
    assert (again.created, again.replaced, again.deleted, again.unchanged) == (0, 0, 0, count)
    assert instance.log.sequence() == loaded.last == again.last

    removed = sample.remove(instance)
    assert removed.deleted == count
    assert not _held(instance.log, sample.FACTS) | _held(instance.log, sample.ILLUSTRATION)
    assert sample.remove(instance).deleted == 0
    assert sample.load(instance).created == count


def test_remove_where_it_never_was(instance: Instance) -> None:
    before = instance.log.sequence()
    assert sample.remove(instance).deleted == 0
    assert instance.log.sequence() == before


def test_the_two_sources_are_apart_and_public(instance: Instance) -> None:
    sample.load(instance)
    assert _held(instance.log, sample.FACTS) == {record.iri for record in facts()}
    assert _held(instance.log, sample.ILLUSTRATION) == {record.iri for record in illustration()}
    assert {head.audience for head in instance.log.heads()} == {PUBLIC}


def test_a_record_that_is_no_longer_shipped_goes(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.load(instance)
    gone = facts()[0]
    shipped = sample.records
    monkeypatch.setattr(
        sample, "records", lambda source, base: [record for record in shipped(source, base) if record.iri != gone.iri]
    )
    assert sample.load(instance).deleted == 1
    assert gone.iri not in _held(instance.log, sample.FACTS)


def test_a_broken_sample_is_refused_whole(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    before = instance.log.sequence()
    nameless = Record(f"{BASE}d", "dataset", "", f"<{BASE}d> {TYPE} <{DCAT}Dataset> .\n".encode())
    monkeypatch.setattr(sample, "records", lambda source, base: [nameless])
    with pytest.raises(RecordRefused, match="title"):
        sample.load(instance)
    assert instance.log.sequence() == before
