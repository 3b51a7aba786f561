"""What every test may ask for: the reference data, a scratch data directory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from graph import bundled

# Findings add rows to the log while a test counts its own: those who test findings turn them on.
os.environ.setdefault("CIVIGRAPH_FINDINGS", "false")
# A server that lives long enough would write files in the midst of what is compared.
os.environ.setdefault("CIVIGRAPH_DUMPS", "false")

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of read-only reference data: `CIVIGRAPH_SHARED`, else `../shared/data` beside the checkout."""
    folder = Path(os.environ.get("CIVIGRAPH_SHARED") or CHECKOUT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the reference data is not at {folder}; name its folder in CIVIGRAPH_SHARED")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _bundled_once() -> Iterator[None]:
    """Make the project's own records once a base: a thousand data folders of tests begin with the same ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundled, "records", cache(bundled.records))
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--slow`, which runs the tests that take minutes too."""
    parser.addoption("--slow", action="store_true", help="run the tests marked slow too")


def pytest_configure(config: pytest.Config) -> None:
    """Draw the same examples each time, and others each time with `--slow`.

    What must pass before a change is taken says something about that change; new faults are looked for beside it.
    """
    # How long an example takes says something about the machine.
    settings.register_profile("fixed", derandomize=True, deadline=None)
    settings.register_profile("new", deadline=None)
    settings.load_profile("new" if config.getoption("--slow") else "fixed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out unless they are asked for."""
    if config.getoption("--slow"):
        return
    mark = pytest.mark.skip(reason="slow; run by scripts/test-all")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(mark)
