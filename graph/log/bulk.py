"""Many rows in one statement, handed to the driver as they are.

SQLAlchemy makes the statement, once; its handling of each value of each row costs more than SQLite's own insert, so
there the rows pass it by. A row is a tuple in the order of the table's columns, of values that every driver takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

Row = tuple[Any, ...]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Add rows; none is fine."""
    _execute(connection, table, (), rows)


def put_rows(connection: Connection, table: Table, rows: Sequence[Row], *, key: tuple[str, ...]) -> None:
    """Add rows; one that has the (unique) key of another takes its place."""
    _execute(connection, table, key, rows)


def _execute(connection: Connection, table: Table, key: tuple[str, ...], rows: Sequence[Row]) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_text(table, key), list(rows))
    else:
        names = table.c.keys()
        connection.execute(_statement(table, key, "postgresql"), [dict(zip(names, row, strict=True)) for row in rows])


@cache
def _text(table: Table, key: tuple[str, ...]) -> str:
    return str(_statement(table, key, "sqlite").compile(dialect=sqlite.dialect()))


@cache
def _statement(table: Table, key: tuple[str, ...], dialect: str) -> Insert:
    if not key:
        return insert(table)
    statement = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    others = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=others)
