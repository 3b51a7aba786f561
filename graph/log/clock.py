"""The time as the log writes it: UTC, ISO 8601, microseconds; texts compare as the moments do."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Give the present moment, as in `2026-01-31T08:15:00.000000Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
