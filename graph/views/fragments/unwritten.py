"""Datasets whose blocks are not written yet: on a long way they are left, and written when nothing waits.

Until then a page writes them itself, and gives the same bytes. In the table `state`, `unwritten` is a number of a row
behind which alone there may be some.
"""

from __future__ import annotations

import sqlite3

from graph.log.rows import PUBLIC
from graph.rendering.blocks import Block, render
from graph.views.fragments.fragment import statements_of

MANY = 500
"""So many changes together are a long way: to write their blocks would keep others waiting."""

_AT_ONCE = 20
"""So many are written together, a hundredth of a second of work: a change that comes just then waits for it."""

_FOUND = (
    "SELECT id, nt FROM fragments WHERE id > (SELECT value FROM state WHERE name = 'unwritten')"
    " AND audience = ? AND turtle IS NULL ORDER BY id LIMIT ?"
)
_NOTE = (
    "INSERT INTO state SELECT 'unwritten', coalesce(max(id), 0) FROM fragments WHERE true"
    " ON CONFLICT (name) DO UPDATE SET value = min(value, excluded.value)"
)
_WRITE = "UPDATE fragments SET used = ?, forbidden = ?, turtle = ?, rdfxml = ?, jsonld = ? WHERE id = ?"

Columns = tuple[int, int, str | None, str | None, str | None]


def note(database: sqlite3.Connection) -> None:
    """Note that the rows which are added next in this transaction have no blocks."""
    database.execute(_NOTE)


def write_some(database: sqlite3.Connection) -> bool:
    """Write the blocks of a few public datasets that have none; say whether there was anything to do."""
    if database.execute("SELECT 1 FROM state WHERE name = 'unwritten'").fetchone() is None:
        return False
    found = database.execute(_FOUND, (PUBLIC, _AT_ONCE)).fetchall()
    made = [(*columns(block_of(text)), number) for number, text in found]
    database.execute("BEGIN IMMEDIATE")
    try:
        database.executemany(_WRITE, made)
        if found:
            database.execute("UPDATE state SET value = ? WHERE name = 'unwritten'", (found[-1][0],))
        else:
            database.execute("DELETE FROM state WHERE name = 'unwritten'")
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
    return True


def block_of(text: bytes) -> Block:
    """Write the block of a dataset from the N-Triples that are kept of it."""
    return render(statements_of(text))


def columns(block: Block | None) -> Columns:
    """Give what the columns `used`, `forbidden`, `turtle`, `rdfxml`, `jsonld` have of a block."""
    if block is None:
        return 0, 0, None, None, None
    return block.used, block.forbidden, block.turtle, block.rdfxml, block.jsonld
