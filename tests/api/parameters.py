"""The parameters of a route, also those that it leaves to what it depends on."""

from __future__ import annotations

from typing import Any

from fastapi import params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute


def in_path(route: APIRoute) -> list[Any]:
    """Give the fields that stand in the path."""
    return [field for field in get_flat_params(route.dependant) if isinstance(field.field_info, params.Path)]


def in_query(route: APIRoute) -> list[Any]:
    """Give the fields that stand in the query."""
    return [field for field in get_flat_params(route.dependant) if isinstance(field.field_info, params.Query)]
