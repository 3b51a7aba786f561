"""What is fixed about this instance: the base of its local IRIs, the format of its tables."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, select

from graph.errors import ConfigurationError
from graph.log.bulk import put_rows
from graph.log.database import Database
from graph.log.schema import FORMAT, instance, metadata

BASE = "base"
ERASED = "erased"
"""The row of the last erasure: whoever keeps files that were made before makes them anew."""
_FORMAT = "format"
# Local IRIs hold the base, and IRIs are kept for ever; the format is this module's own.
_FIXED = {BASE, _FORMAT}


class Instance:
    """Values by key, in the log's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """Give a value, None where none is set."""
        with self._database.read() as connection:
            return _get(connection, key)

    def set(self, key: str, value: str) -> None:
        """Set a value; raises ConfigurationError where it is one that is fixed once it is set, and differs."""
        with self._database.write() as connection:
            present = _get(connection, key)
            if key in _FIXED and present not in (None, value):
                raise ConfigurationError(
                    f"the {key} of this instance is {present} and cannot become {value}",
                    where=self._database.name,
                    remedy="make another instance and import into it" if key == BASE else "",
                )
            if present != value:
                put_rows(connection, instance, [(key, value)], key=("key",))


def prepare(database: Database) -> None:
    """Make the tables where there are none; raises ConfigurationError where a newer Civigraph has made them."""
    # Who only reads a log that is there waits for no writer.
    with database.read() as connection:
        present = _format(connection)
    if present is None:
        with database.write() as connection:
            metadata.create_all(connection)
            put_rows(connection, instance, [(_FORMAT, str(FORMAT))], key=("key",))
    elif present > FORMAT:
        raise ConfigurationError(
            f"the log is in format {present}, this Civigraph knows up to format {FORMAT}",
            where=database.name,
            remedy="update Civigraph",
        )


def _format(connection: Connection) -> int | None:
    """Give the format of the tables; they are made with their format in one transaction, or not at all."""
    if not inspect(connection).has_table(instance.name):
        return None
    return int(_get(connection, _FORMAT) or 0)


def _get(connection: Connection, key: str) -> str | None:
    return connection.execute(select(instance.c.value).where(instance.c.key == key)).scalar_one_or_none()
