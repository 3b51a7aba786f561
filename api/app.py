"""The application: its lifespan opens the site, its routes answer from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib.metadata import version
from urllib.parse import urlsplit

from anyio import CapacityLimiter
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api import problems
from api.checks.workers import MOST_CLIENTS
from api.installation import check_installation
from api.openapi import describe
from api.routes import (
    catalog,
    ckan,
    description,
    dumps,
    elsewhere,
    entities,
    feed,
    finding,
    findings,
    glossary,
    health,
    home,
    incoming,
    neighbours,
    oai,
    pictures,
    preflight,
    questions,
    records,
    rules,
    search,
    sparql,
    spreadsheet,
    static,
    terms,
    theme,
    validate,
    versions,
    what_if,
)
from api.server.access_log import AccessLog, RequestIds
from api.server.heads import HeadAsGet
from api.server.limits import Limits
from api.server.prefix import UnderPrefix
from api.server.privacy import PrivateAnswers
from api.server.security import SecurityHeaders
from api.server.sharing import OpenToAll
from api.settings import Settings
from api.site import fairness, open_site
from api.visit import problem_page

# Each is tried in this order: questions first, which are the quickest to answer, and the entities' addresses last,
# which are the broadest.
_ROUTES = (
    *(sparql, home, search, questions, pictures, what_if, catalog, feed, oai, dumps, elsewhere, ckan, terms, rules),
    *(validate, preflight, findings, finding, description, spreadsheet, health, glossary, static, theme),
    *(incoming, neighbours, records, versions, entities),
)


def create_app(settings: Settings) -> FastAPI:
    """Make the application; nothing is opened before it starts.

    Raises ConfigurationError where another distribution stands in the place of our packages. Starting raises what
    `open_site` raises.
    """
    check_installation()

    log = AccessLog(settings.access_log, settings.access_log_client)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        site = open_site(settings)
        app.state.query_threads = ThreadPoolExecutor(fairness(settings).inside, "query")
        app.state.check_threads = CapacityLimiter(MOST_CLIENTS)
        app.state.site = await run_in_threadpool(site.__enter__)
        try:
            log.start()
            yield
        finally:
            await run_in_threadpool(site.__exit__, None, None, None)
            # Who still waits there was told by the pool, which is closed.
            app.state.query_threads.shutdown(wait=False)
            await run_in_threadpool(log.stop)

    app = FastAPI(
        title="Civigraph",
        description="Who holds which urban data, under which terms, feeding which services.",
        version=version("civigraph"),
        lifespan=lifespan,
        # Their pages load scripts from other hosts; /openapi.json stays.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.problem_page = problem_page
    app.state.access_log = log
    problems.install(app)
    describe(app)
    for module in _ROUTES:
        # As routes of the application itself, so that they can be listed: for the reference, and for Allow.
        app.router.routes.extend(module.routes.routes)
    # From the innermost to the outermost.
    app.add_middleware(
        Limits,
        head_bytes=settings.head_bytes,
        body_bytes=settings.body_bytes,
        body_deadline=settings.body_deadline,
        larger={"/validate": settings.validate_bytes, "/preflight": settings.validate_bytes},
    )
    app.add_middleware(PrivateAnswers)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(OpenToAll)
    app.add_middleware(HeadAsGet)
    if settings.base_url:
        app.add_middleware(UnderPrefix, prefix=urlsplit(settings.base_url).path.rstrip("/"))
    app.add_middleware(RequestIds, log=log)
    return app
