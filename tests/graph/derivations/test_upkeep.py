"""Whatever happens to the records, what is derived step by step is what one derivation of everything makes."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pyoxigraph as ox
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from graph.derivations import update as update_module
from graph.derivations.derivation import derivations
from graph.log.log import Log
from graph.log.rows import MEMBERS, PUBLIC, Entry
from graph.records.record import Record
from graph.store.embedded import EmbeddedStore
from graph.terms import CC, CG, CV, DCAT, DCT, FOAF, ODRL, ORG, RDF, SCHEMA, SKOS, XSD, Statement, literal
from graph.views import triples as triples_module
from graph.views.batch import Batch
from graph.views.mentions import Mentions
from graph.views.triples import TriplesView, graph_name
from graph.views.view import World
from tests.graph.derivations.recomputed import by_oxigraph, by_rdflib, contents, is_private, mark_graph
from tests.graph.views.making import BASE, EX, TYPE, ex, record, scratch

AGREEMENT = f"{EX}closed-agreement"
AUDIENCES = (PUBLIC, PUBLIC, PUBLIC, MEMBERS, AGREEMENT)
WHOLE_SOURCE = "gamma"
SOURCES = ("alpha", "beta", WHOLE_SOURCE)
RIGHT = "http://publications.europa.eu/resource/authority/access-right/"
DATASETS, FILES, LICENCES = ("d1", "d2", "d3", "d4"), ("f1", "f2", "f3"), ("open", "closed", "other")
SERVICES, POLICIES, ACTORS = ("s1", "s2"), ("a1", "a2"), ("body", "firm")


def of(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(names).map(ex)


def terms(namespace: str, *names: str) -> st.SearchStrategy[str]:
    return st.sampled_from(names).map(lambda name: f"<{namespace}{name}>")


def price(text: str) -> str:
    return literal(text, datatype=f"{XSD}decimal")


# What each sort of thing may say: predicate -> values. Some values are wrong on purpose, some are derived elsewhere.
DATASET = {
    TYPE: terms(DCAT, "Dataset", "Dataset", "DatasetSeries", "Catalog"),
    f"<{DCT}accessRights>": terms(RIGHT, "PUBLIC", "PUBLIC", "RESTRICTED", "NON_PUBLIC"),
    f"<{DCT}license>": of(LICENCES),
    f"<{DCAT}distribution>": of(FILES),
    f"<{SCHEMA}isAccessibleForFree>": st.sampled_from(
        [literal(text, datatype=f"{XSD}boolean") for text in ("0", "true")]
    ),
    f"<{CG}domain>": terms(CG, "Water", "Energy"),
    f"<{DCAT}theme>": terms(CG, "Water"),
    f"<{CG}feeds>": of(SERVICES),
    f"<{CG}opennessStatus>": terms(CG, "Open", "Closed"),
}
FILE = {TYPE: terms(DCAT, "Distribution"), f"<{DCT}license>": of(LICENCES)}
LICENCE = {
    f"<{CC}permits>": terms(CC, "Distribution", "DerivativeWorks"),
    f"<{CC}prohibits>": terms(CC, "CommercialUse", "HighIncomeNationUse"),
    f"<{SKOS}exactMatch>": of(LICENCES),
    f"<{FOAF}page>": of(LICENCES),
}
SERVICE = {TYPE: terms(CG, "UrbanDataService"), f"<{CG}consumesDataset>": of((*DATASETS, "a1"))}
POLICY = {
    TYPE: st.sampled_from([f"<{CG}SharingAgreement>", f"<{ODRL}Offer>", f"<{ODRL}Agreement>", f"<{ODRL}Set>"]),
    f"<{ODRL}permission>": of(("r1", "r2")),
    f"<{CG}coversDataset>": of(DATASETS),
}
RULE = {
    f"<{ODRL}target>": of(DATASETS),
    f"<{ODRL}duty>": of(("duty",)),
    f"<{ODRL}constraint>": of(("limit", "aim")),
}
DUTY = {f"<{ODRL}action>": st.one_of(of(("paying",)), terms(ODRL, "inform", "attribute"))}
PAYING = {
    f"<{RDF}value>": terms(ODRL, "compensate"),
    f"<{ODRL}refinement>": of(("price",)),
}
CONSTRAINT = {
    f"<{ODRL}leftOperand>": terms(ODRL, "product", "purpose", "payAmount"),
    f"<{ODRL}operator>": terms(ODRL, "eq", "isA", "neq"),
    f"<{ODRL}rightOperand>": st.one_of(
        of(SERVICES), st.sampled_from([price("12.50"), price("012.5"), price("0"), literal("x")])
    ),
}
ACTOR = {
    TYPE: st.sampled_from(
        [
            f"<{FOAF}Agent>",
            f"<{ORG}Organization>",
            f"<{ORG}FormalOrganization>",
            f"<{CV}PublicOrganisation>",
            f"<{CG}GovernanceBody>",
            f"<{CG}CitizenCollective>",
        ]
    ),
    f"<{CG}controlledBy>": terms(CG, "PublicControl", "PrivateControl", "MixedControl"),
    f"<{ORG}classification>": terms(CG, "MixedEconomyCompany", "Association", "PrivateLaw"),
    f"<{CG}pole>": terms(CG, "Public", "Citizen"),
}
SORTS = (
    (DATASETS, DATASET),
    (DATASETS, DATASET),
    (FILES, FILE),
    (LICENCES, LICENCE),
    (LICENCES, LICENCE),
    (SERVICES, SERVICE),
    (POLICIES, POLICY),
    (("r1", "r2"), RULE),
    (("duty",), DUTY),
    (("paying",), PAYING),
    (("limit", "aim", "price"), CONSTRAINT),
    (ACTORS, ACTOR),
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record about one thing, which may speak about another too."""
    said: list[Statement] = []
    iri = None
    for _ in range(draw(st.integers(1, 2))):
        names, properties = draw(st.sampled_from(SORTS))
        name = draw(st.sampled_from(names))
        iri = iri or EX + name
        for predicate in draw(st.lists(st.sampled_from(sorted(properties)), min_size=1, max_size=6)):
            said.append((ex(name), predicate, draw(properties[predicate])))
    assert iri is not None
    return record(iri, said)


puts = st.tuples(st.just("put"), st.sampled_from(SOURCES), records(), st.sampled_from(AUDIENCES))
names = st.sampled_from(sorted({name for some, _ in SORTS for name in some}))
retracts = st.one_of(
    st.tuples(st.just("retract"), st.sampled_from(SOURCES), names),
    st.tuples(st.just("retract"), st.sampled_from(SOURCES[:2]), st.none()),
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple:
    """A record about one thing, and what a record that may be known says of it at the same time."""
    names, properties = draw(st.sampled_from(SORTS))
    name, other = draw(st.sampled_from(names)), draw(st.sampled_from(("open", "d1", "a1", "price")))
    said: dict[str, list[Statement]] = {name: [], other: []}
    for predicate in draw(st.lists(st.sampled_from(sorted(properties)), min_size=2, max_size=6)):
        said[draw(st.sampled_from((name, other)))].append((ex(name), predicate, draw(properties[predicate])))
    return "both", *(("put", WHOLE_SOURCE, record(EX + about, some), PUBLIC) for about, some in said.items() if some)


acts = st.one_of(puts, puts, puts, puts, pairs(), retracts)
# What happens to the log, then at which write the views are stopped, then what happens while they follow.
steps = st.tuples(
    st.lists(acts, min_size=1, max_size=6),
    st.none() | st.integers(0, 12),
    st.lists(acts, max_size=4),
)

# One whole agreement, offer and licence that random steps then change: chains this long rarely come about by chance.
WHOLE = (
    record(
        EX + "open",
        [
            (ex("open"), f"<{CC}permits>", f"<{CC}Distribution>"),
            (ex("open"), f"<{CC}permits>", f"<{CC}DerivativeWorks>"),
        ],
    ),
    record(
        EX + "d1",
        [
            (ex("d1"), TYPE, f"<{DCAT}Dataset>"),
            (ex("d1"), f"<{DCT}accessRights>", f"<{RIGHT}PUBLIC>"),
            (ex("d1"), f"<{DCAT}distribution>", ex("f1")),
            (ex("f1"), f"<{DCT}license>", ex("open")),
        ],
    ),
    record(EX + "a1", [(ex("a1"), TYPE, f"<{ODRL}Offer>"), (ex("a1"), f"<{ODRL}permission>", ex("r1"))]),
    record(
        EX + "r1",
        [
            (ex("r1"), f"<{ODRL}target>", ex("d1")),
            (ex("r1"), f"<{ODRL}duty>", ex("duty")),
            (ex("r1"), f"<{ODRL}constraint>", ex("limit")),
        ],
    ),
    record(EX + "duty", [(ex("duty"), f"<{ODRL}action>", ex("paying"))]),
    record(
        EX + "paying",
        [(ex("paying"), f"<{RDF}value>", f"<{ODRL}compensate>"), (ex("paying"), f"<{ODRL}refinement>", ex("price"))],
    ),
    record(
        EX + "price",
        [
            (ex("price"), f"<{ODRL}leftOperand>", f"<{ODRL}payAmount>"),
            (ex("price"), f"<{ODRL}operator>", f"<{ODRL}eq>"),
            (ex("price"), f"<{ODRL}rightOperand>", price("012.50")),
        ],
    ),
    record(
        EX + "limit",
        [
            (ex("limit"), f"<{ODRL}leftOperand>", f"<{ODRL}product>"),
            (ex("limit"), f"<{ODRL}operator>", f"<{ODRL}eq>"),
            (ex("limit"), f"<{ODRL}rightOperand>", ex("s1")),
        ],
    ),
)


class StoppedError(Exception):
    """The process ends here."""


def follow(
    view: TriplesView, log: Log, size: int, stop: int | None = None, meanwhile: list[tuple] | None = None
) -> bool:
    """Bring a view to the end of the log, or to its n-th write, at which its process ends; say whether it ended so.

    `meanwhile` is what happens to the log, act by act, each after a batch was read and before it is applied.
    """
    left = [stop]

    def counted(write):
        def call(*arguments):
            if left[0] is not None:
                if left[0] == 0:
                    raise StoppedError
                left[0] -= 1
            return write(*arguments)

        return call

    spots = [(EmbeddedStore, name) for name in ("begin", "load", "change", "sync")] + [(Mentions, "write")]
    patches = [patch.object(owner, name, counted(getattr(owner, name))) for owner, name in spots]
    for each in patches:
        each.start()
    try:
        while changes := log.changes(view.sequence(), size):
            batch = Batch(changes, log)
            if meanwhile:
                act(log, meanwhile.pop(0))
            view.apply(batch)
    except StoppedError:
        event("stopped")
        return True
    finally:
        for each in patches:
            each.stop()
    return False


def check(view: TriplesView, log: Log, derive=by_oxigraph) -> int:
    """Hold what a view has to what the heads of the log state and what follows from it; give how much follows."""
    stated: dict[str, set[ox.Triple]] = {}
    for head in log.heads():
        if view.world.holds(head.audience):
            graph = view.graph_of(head.audience)
            name = graph.value if isinstance(graph, ox.NamedNode) else ""
            payload = log.payload(head.sequence)
            memory = ox.Store()
            memory.load(payload, ox.RdfFormat.N_TRIPLES)
            stated.setdefault(name, set()).update(quad.triple for quad in memory)
    public = "" if view.world is World.PUBLIC else graph_name(BASE, PUBLIC)
    expected: dict[str, set[ox.Triple]] = {}
    everybody = stated.get(public, set())
    seen = everybody | derive(derivations(), everybody)
    follows = {public: seen - everybody}
    for name, triples in stated.items():
        if name != public:
            follows[name] = derive(derivations(), everybody | triples) - triples - seen
    for name in {public, *stated}:
        expected[name] = stated.get(name, set()) | follows[name]
        expected[mark_graph(name)] = follows[name]
    assert contents(view) == {name: triples for name, triples in expected.items() if triples}
    assert not view.store.unfinished()
    return sum(map(len, follows.values()))


def act(log: Log, step: tuple) -> None:
    if step[0] == "put":
        log.append([Entry(step[2], step[3])], agent="test", source=step[1])
    elif step[0] == "both":
        for each in step[1:]:
            act(log, each)
    else:
        log.retract(step[1], None if step[2] is None else [EX + step[2]], agent="test")


def run(done: list[tuple], size: int, bulk: bool, whole: str | None, derive=by_oxigraph) -> None:
    with (
        scratch() as folder,
        Log.open(Path(folder) / "log.sqlite") as log,
        patch.object(triples_module, "_LINES_WORTH_A_LOAD", 0 if bulk else 20_000),
        patch.object(update_module, "_TRIPLES_AN_UPDATE", 1 if bulk else 5_000),
    ):
        views = {world: TriplesView(world, Path(folder) / world, BASE) for world in World}
        if whole is not None:
            log.append([Entry(each, whole) for each in WHOLE], agent="test", source=WHOLE_SOURCE)
        for first, stop, meanwhile in done:
            for each in first:
                act(log, each)
            for (world, view), late in zip(views.items(), (meanwhile[::2], meanwhile[1::2]), strict=True):
                if follow(view, log, size, stop, late):
                    # A process that ended takes its memory along; the holder too opens views again after an error.
                    view.close()
                    views[world] = TriplesView(world, Path(folder) / world, BASE)
                elif stop is None:
                    event(f"derived: {min(check(view, log, derive), 5)}")
        for view in views.values():
            follow(view, log, size)
            check(view, log, derive)
            view.close()


SETTINGS = {"deadline": None, "suppress_health_check": list(HealthCheck)}


RESTRICTED = record(EX + "d1", [(ex("d1"), f"<{DCT}accessRights>", f"<{RIGHT}RESTRICTED>")])
COMES, GOES = ("put", "beta", RESTRICTED, PUBLIC), ("retract", "beta", None)


# What comes with later rows than the first batch has, and goes before they are applied: as they follow, or stopped.
@example([([COMES], None, [GOES])], 2, False, PUBLIC)
@example([([COMES], 4, []), ([GOES], None, [])], 2, False, PUBLIC)
@settings(max_examples=60, **SETTINGS)
@given(
    st.lists(steps, min_size=1, max_size=6),
    st.sampled_from([1, 2, 3, 5, 20]),
    st.booleans(),
    st.sampled_from([None, PUBLIC, PUBLIC, MEMBERS]),
)
def test_step_by_step_is_all_at_once(done: list[tuple], size: int, bulk: bool, whole: str | None) -> None:
    run(done, size, bulk, whole)


@settings(max_examples=8, **SETTINGS)
@given(st.lists(steps, min_size=1, max_size=2), st.booleans())
def test_another_engine_derives_the_same(done: list[tuple], bulk: bool) -> None:
    run(done, 10, bulk, PUBLIC, by_rdflib)


def test_private_graphs_are_seen_by_no_query() -> None:
    assert is_private(mark_graph(""))
