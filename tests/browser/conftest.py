"""A real browser on the sample: Debian's Chromium, driven by Playwright, without any other host in reach."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from graph.instance import Instance
from graph.log.rows import Entry
from graph.sample import ILLUSTRATION, load, records
from tests.api.serving import BASE, Server, serving, settings
from tests.browser.hostile import spoiled

PATIENCE = 60_000
"""Milliseconds that anything in the browser may take: the machine may be busy with much else."""

DESKTOP = {"width": 1200, "height": 900}
PHONE = {"width": 390, "height": 800}

Opening = Callable[..., Any]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this machine."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium on this machine; scripts/setup says how to get it")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample, which no one client uses up."""
    folder: Path = tmp_path_factory.mktemp("browser") / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        load(instance)
        # The views are whole before the server starts: its first workers know all of it.
        with instance.hold() as holder:
            assert holder.wait_for(instance.log.sequence(), 300)
    with serving(settings(folder, query_client_seconds=0)) as running:
        yield running


@pytest.fixture(scope="session")
def spoiled_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the illustration with an attack in every text."""
    folder = tmp_path_factory.mktemp("spoiled") / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        entries = [Entry(each) for each in spoiled(records(ILLUSTRATION, BASE))]
        instance.log.append(entries, agent="test", source="attacks")
        with instance.hold(judging=True) as holder:
            assert holder.wait_for(instance.log.sequence(), 300)
    with serving(settings(folder, findings=True, query_client_seconds=0)) as running:
        yield running


@contextmanager
def opened(chromium: Browser, sample: Server, **given: Any) -> Iterator[tuple[Page, list[str]]]:
    """Open a window and gather what goes wrong in it: errors of scripts, breaches of the policy, other hosts."""
    context: BrowserContext = chromium.new_context(
        **{"base_url": sample.address, "viewport": DESKTOP, "locale": "en", **given}
    )
    context.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("console", lambda message: wrong.append(f"console: {message.text}") if message.type == "error" else None)
    page.on(
        "request", lambda request: wrong.append(f"asked {request.url}") if _elsewhere(request.url, sample) else None
    )
    try:
        yield page, wrong
    finally:
        context.close()


def _elsewhere(address: str, sample: Server) -> bool:
    return not address.startswith((sample.address, "data:", "blob:"))


@pytest.fixture
def window(chromium: Browser, sample: Server) -> Iterator[Opening]:
    """Open windows on the sample; in the end nothing went wrong in any, but for what is `forgiven`."""
    gathered: list[str] = []
    with ExitStack() as stack:

        def open_window(forgiven: str = "\0", **given: Any) -> Page:
            page, wrong = stack.enter_context(opened(chromium, sample, **given))
            stack.callback(lambda: gathered.extend(each for each in wrong if forgiven not in each))
            return page

        yield open_window
    assert gathered == []
