"""What the command line shows: data on standard output, everything else on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from unicodedata import category

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

messages = Console(stderr=True, highlight=False, soft_wrap=True)

PATIENCE = 1.0
"""Seconds before a bar is drawn: what is over sooner needs none."""

PLAIN_EVERY = 10.0
"""Seconds between plain lines where there is no terminal to draw on."""

_UNSEEN = "\N{REPLACEMENT CHARACTER}"

Advance = Callable[[str, float, float | None], None]
"""Told what is done now, how much of it is done, and how much there is (None: unknown)."""


def say(text: str, style: str | None = None) -> None:
    """Tell the person something, without reading markup into it."""
    messages.print(printable(text), style=style, markup=False)


def fail(text: str) -> None:
    """Tell the person what went wrong."""
    messages.print(Text.assemble(("error: ", "bold red"), printable(text)))


def printable(text: str) -> str:
    """Write text so that a terminal reads no control characters from it; spaces of any width are none."""
    return "".join(each if each.isprintable() or each == "\n" or category(each) == "Zs" else _UNSEEN for each in text)


@contextmanager
def progress(title: str, patience: float = PATIENCE) -> Iterator[Advance]:
    """Show how far something has come once it lasts: a bar on a terminal, else now and then a plain line."""
    with _bar(title, patience) if messages.is_terminal else _lines(title) as advance:
        yield advance


@contextmanager
def _bar(title: str, patience: float) -> Iterator[Advance]:
    """Draw a bar for each thing that is done, none before it has lasted a while."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    bars = Progress(*columns, console=messages, transient=True)
    began = monotonic()
    tasks: dict[str, TaskID] = {}

    def advance(what: str, done: float, total: float | None) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(f"{title}: {what}" if what else title, total=total)
        bars.update(tasks[what], completed=done, total=total)
        if not bars.live.is_started and monotonic() - began >= patience:
            bars.start()

    try:
        yield advance
    finally:
        bars.stop()


@contextmanager
def _lines(title: str) -> Iterator[Advance]:
    """Write a line now and then."""
    last = monotonic()

    def advance(what: str, done: float, total: float | None) -> None:
        nonlocal last
        if monotonic() - last > PLAIN_EVERY:
            last = monotonic()
            share = f"{done:,.0f}" + (f" of {total:,.0f}" if total else "")
            print(f"{title}: {what} {share}", file=sys.stderr, flush=True)

    yield advance
