"""The tables of the log's database: the log itself, its heads, and the operational tables beside it.

Why each is as it is: `docs/decisions/0002-log.md`. `FORMAT` is raised whenever a table changes its meaning.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

FORMAT = 1

# Bytewise order on every database, so that paging by key and the choice between equals never depend on a locale.
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite makes only INTEGER PRIMARY KEY the row's own number, and PostgreSQL's integer ends at two thousand million.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()

log = Table(
    "log",
    metadata,
    Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
    Column("public_sequence", _NUMBER, nullable=False),
    Column("time", _TEXT, nullable=False),
    Column("agent", _TEXT, nullable=False),
    Column("source", _TEXT, nullable=False),
    Column("run", _NUMBER),
    Column("operation", _TEXT, nullable=False),
    Column("iri", _TEXT, nullable=False),
    Column("kind", _TEXT, nullable=False),
    Column("audience", _TEXT, nullable=False),
    Column("previous_audience", _TEXT),
    Column("payload", LargeBinary),
    Column("salt", LargeBinary),
    Column("digest", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Index("log_iri", "iri", "source", "sequence"),
)

# Ordered by sequence, like the log: what is appended goes to the end of table and indexes, and who reads all heads
# reads the log from front to back. Only the index by IRI is written all over.
heads = Table(
    "heads",
    metadata,
    Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
    Column("iri", _TEXT, nullable=False),
    Column("source", _TEXT, nullable=False),
    Column("kind", _TEXT, nullable=False),
    Column("audience", _TEXT, nullable=False),
    Column("label", _TEXT, nullable=False),
    Column("content_digest", LargeBinary, nullable=False),
    Index("heads_iri", "iri", "source", unique=True),
    Index("heads_source", "source", "sequence"),
    Index("heads_kind", "kind", "sequence"),
    Index("heads_audience", "audience", "sequence"),
)

instance = Table(
    "instance",
    metadata,
    Column("key", _TEXT, primary_key=True),
    Column("value", _TEXT, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("name", _TEXT, primary_key=True),
    Column("address", _TEXT, nullable=False, unique=True),
    Column("audience", _TEXT, nullable=False),
    Column("created", _TEXT, nullable=False),
    Column("title", _TEXT),
)

runs = Table(
    "runs",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("source", _TEXT, nullable=False),
    Column("agent", _TEXT, nullable=False),
    Column("started", _TEXT, nullable=False),
    Column("finished", _TEXT),
    Column("status", _TEXT, nullable=False),
    Column("counts", _TEXT, nullable=False),
    Index("runs_source", "source", "id"),
    sqlite_autoincrement=True,
)

run_lines = Table(
    "run_lines",
    metadata,
    Column("run", _NUMBER, ForeignKey("runs.id"), primary_key=True),
    Column("number", _NUMBER, primary_key=True),
    Column("where", _TEXT, nullable=False),
    Column("what", _TEXT, nullable=False),
    Column("why", _TEXT, nullable=False),
    Column("kept", _TEXT),
    sqlite_with_rowid=False,
)

slugs = Table(
    "slugs",
    metadata,
    Column("world", _TEXT, primary_key=True),
    Column("kind", _TEXT, primary_key=True),
    Column("slug", _TEXT, primary_key=True),
    # The slug that was wished for, which this one is but for its number and the mark of its world.
    Column("stem", _TEXT, nullable=False),
    # The highest number that was ever put behind this slug for those who came later.
    Column("highest", _NUMBER, nullable=False),
    Column("iri", _TEXT, nullable=False),
    Column("current", Boolean, nullable=False),
    Index("slugs_iri", "iri", "world"),
    sqlite_with_rowid=False,
)

tokens = Table(
    "tokens",
    metadata,
    Column("name", _TEXT, primary_key=True),
    Column("role", _TEXT, nullable=False),
    Column("actor", _TEXT),
    Column("hash", _TEXT, nullable=False, unique=True),
    Column("created", _TEXT, nullable=False),
    Column("expires", _TEXT),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", _TEXT, primary_key=True),
    Column("token", _TEXT, ForeignKey("tokens.name"), nullable=False),
    Column("created", _TEXT, nullable=False),
    Column("expires", _TEXT, nullable=False),
)
