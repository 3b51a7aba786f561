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
    UniqueConstraint,
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

heads = Table(
    "heads",
    metadata,
    Column("iri", _TEXT, primary_key=True),
    Column("source", _TEXT, primary_key=True),
    Column("sequence", _NUMBER, nullable=False),
    Column("kind", _TEXT, nullable=False),
    Column("audience", _TEXT, nullable=False),
    Column("label", _TEXT, nullable=False),
    Column("content_digest", LargeBinary, nullable=False),
    Index("heads_source", "source", "iri"),
    Index("heads_kind", "kind", "iri", "source"),
    Index("heads_audience", "audience", "iri", "source"),
    sqlite_with_rowid=False,
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
    Column("stem", _TEXT, nullable=False),
    Column("number", _NUMBER, nullable=False),
    Column("iri", _TEXT, nullable=False),
    Column("current", Boolean, nullable=False),
    UniqueConstraint("world", "kind", "stem", "number", name="slugs_stem"),
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
