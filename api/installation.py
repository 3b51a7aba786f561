"""Refuse to start where another distribution stands in the place of one of the project's packages."""

from __future__ import annotations

from civigraph import REMEDY, clashes
from graph.errors import ConfigurationError


def check_installation() -> None:
    """Raise ConfigurationError, with each clash, when a package that would be imported is not ours."""
    found = clashes()
    if found:
        raise ConfigurationError(f"civigraph cannot start: {'; '.join(found)}", remedy=REMEDY)
