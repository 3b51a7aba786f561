"""What one process serves: the open instance, its views, and the caged workers that answer outside queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from hashlib import blake2b
from importlib.metadata import version
from secrets import token_bytes

from api.checks.examiner import Examiner
from api.checks.validator import Validator
from api.checks.workers import Workers
from api.dumping import daily_dumps
from api.endpoint.answer_cache import AnswerCache
from api.endpoint.engine import engine, remote_store
from api.endpoint.kept_descriptions import KeptDescriptions
from api.identity import Caller, Identities
from api.kept import Kept
from api.later import Later
from api.own_writes import OwnWrites
from api.pages.home_page import Held, held
from api.pages.plain_licences import licences_of
from api.ready import ReadyBody
from api.recent import Recent
from api.searching.standing import standing_of
from api.sequences import Sequences
from api.settings import Settings
from graph.cages.limits import Limits
from graph.cages.zygote import Zygote
from graph.findings.dated import MOST, Dated
from graph.findings.parties import Beside
from graph.ingest import uploads as uploads_module
from graph.ingest.uploads import Uploads
from graph.instance import Instance
from graph.knowledge import Knowledge
from graph.reading.vocabulary import Vocabularies, Vocabulary
from graph.reasoning.licences import Licences
from graph.store.fairness.rules import Fairness
from graph.store.remote import pool as remote_pool
from graph.store.remote.pool import EnginePool
from graph.store.workers import PRELOAD, QueryPool
from graph.views.conditions import Conditions
from graph.views.holder import Holder
from graph.views.view import World
from graph.views.views import Views

_SOON_JUDGED = 5_000
_PATIENCE = 30.0


def _found(made: Dated | Beside) -> int:
    return len(made.found)


@dataclass(frozen=True)
class Site:
    """What the routes answer from."""

    settings: Settings
    instance: Instance
    holder: Holder
    pool: QueryPool | EnginePool
    vocabularies: Vocabularies
    sequences: Sequences
    answers: AnswerCache
    identities: Identities
    restricted: Later[QueryPool | EnginePool]
    uploads: Later[Uploads]
    validator: Validator
    examiner: Examiner
    identity: str
    """What no other graph and no other software shares: an answer's ETag is made with it."""
    us_datasets: ReadyBody
    """The datasets of `/data.json`."""
    descriptions: KeptDescriptions = field(default_factory=KeptDescriptions)
    standing: Kept[Conditions] = field(default_factory=lambda: Kept(standing_of))
    dates: Recent[tuple[str, tuple[str, ...], int, date], Dated] = field(
        default_factory=lambda: Recent(16, MOST, _found)
    )
    """Findings at supposed dates, by world, agreements of parties, state of the graph and date."""
    parties: Recent[tuple[tuple[str, ...], int], Beside] = field(default_factory=lambda: Recent(64, MOST, _found))
    """What agreements change in findings, by these and the state of the graph."""
    own_writes: OwnWrites = field(default_factory=OwnWrites)
    held: Kept[Held] = field(default_factory=lambda: Kept(held))
    licences: Kept[Licences] = field(default_factory=lambda: Kept(licences_of))

    @property
    def public(self) -> Views:
        """The views of the public world."""
        return self.holder.public

    def known_to(self, caller: Caller) -> Knowledge:
        """Give what a caller may know: the public world, or what of the full one is for him."""
        world = World.FULL if caller.signed_in else World.PUBLIC
        return Knowledge(self.instance.log, self.holder.views(world), caller.audiences)

    @property
    def vocabulary(self) -> Vocabulary:
        """The terms of the ontology as the log has them now."""
        return self.vocabularies.now()


class OwnUploads(Uploads):
    """The workers that read what is sent to be written, with a zygote of their own."""

    def __init__(self, *, allow_network: bool) -> None:
        self._zygote = Zygote(uploads_module.PRELOAD)
        super().__init__(self._zygote, allow_network=allow_network)

    def close(self) -> None:
        """End every worker, and what they came from."""
        super().close()
        self._zygote.close()


@contextmanager
def open_site(settings: Settings) -> Iterator[Site]:
    """Open the data folder, made where there is none, and hold its views.

    Raises ViewsHeld where another process holds them, CageUnavailable where this machine cannot cage queries.
    """
    with ExitStack() as opened:
        instance = opened.enter_context(
            Instance.open(
                settings.data, create=True, base=settings.base, log_url=settings.log_url, engine=engine(settings)
            )
        )
        holder = opened.enter_context(instance.hold(judging=settings.findings))
        zygote = opened.enter_context(Zygote(PRELOAD if settings.store_url is None else remote_pool.PRELOAD))
        pool = _pool(settings, instance, holder, zygote)
        opened.callback(pool.close)
        pool.wait_ready()
        # No worker of it ever answers an anonymous query.
        restricted = opened.enter_context(Later(lambda: _ready(_pool(settings, instance, holder, zygote, World.FULL))))
        uploads = opened.enter_context(Later[Uploads](lambda: OwnUploads(allow_network=settings.query_network)))
        workers = opened.enter_context(Workers(allow_network=settings.query_network))
        validator = Validator(seconds=settings.validate_deadline, workers=workers)
        examiner = Examiner(seconds=settings.validate_deadline, workers=workers, fetches=settings.preflight_fetch)
        if settings.dumps:
            opened.enter_context(daily_dumps(settings, instance, holder))
        if settings.findings and instance.log.sequence() < _SOON_JUDGED:
            # So short a way that the first answer can know it.
            holder.wait_for_findings(timeout=_PATIENCE)
            holder.wait_for(instance.log.sequence(), _PATIENCE)
        yield Site(
            settings,
            instance,
            holder,
            pool,
            Vocabularies(instance.log),
            Sequences(instance.log),
            AnswerCache(settings.answer_cache_bytes),
            Identities(instance.log),
            restricted,
            uploads,
            validator,
            examiner,
            _identity(instance),
            ReadyBody(instance.tmp, "data-json"),
        )


def _pool(
    settings: Settings, instance: Instance, holder: Holder, zygote: Zygote, world: World = World.PUBLIC
) -> QueryPool | EnginePool:
    """Give what answers outside queries: caged workers on snapshots, or the engine, asked by way of caged workers."""
    limits, rules = Limits(memory_bytes=settings.query_memory), fairness(settings)
    # Those who show tokens are few.
    size = settings.query_workers if world is World.PUBLIC else max(1, settings.query_workers // 4)
    tmp, network = instance.tmp, settings.query_network
    if settings.store_url is None:
        return QueryPool(
            zygote, holder.snapshots(world), size=size, rules=rules, limits=limits, folder=tmp, allow_network=network
        )
    store = partial(remote_store, holder, world)
    return EnginePool(zygote, store, size=size, rules=rules, limits=limits, folder=tmp, allow_network=network)


def _ready(pool: QueryPool | EnginePool) -> QueryPool | EnginePool:
    """Wait for the first worker of a pool."""
    try:
        pool.wait_ready()
    except BaseException:
        pool.close()
        raise
    return pool


def _identity(instance: Instance) -> str:
    """Digest the beginning of the log, which is salted, and the software that reads it."""
    start = instance.log.rows(limit=1)
    software = "".join(f"{name} {version(name)} " for name in ("civigraph", "pyoxigraph"))
    return blake2b(software.encode() + (start[0].chain if start else token_bytes(16)), digest_size=16).hexdigest()


def fairness(settings: Settings) -> Fairness:
    """Give the rules of the lanes that the operator set."""
    rules = Fairness(
        slow_after=settings.query_slow_after,
        slow_held=settings.query_slow_held,
        memory=settings.query_memory_together,
        client_running=settings.query_client_running,
        client_seconds=settings.query_client_seconds,
    )
    return rules if settings.query_slow_running is None else replace(rules, slow_running=settings.query_slow_running)
