"""Routes whose GET answers HEAD too, so that it cannot be forgotten: harvesters ask HEAD first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Response

Handler = TypeVar("Handler", bound=Callable[..., Any])


class Routes(APIRouter):
    """A router for pages and feeds. The server drops the body of a HEAD answer and keeps its Content-Length."""

    def __init__(self) -> None:
        super().__init__(default_response_class=Response)

    def reads(self, path: str, *, told: bool = True) -> Callable[[Handler], Handler]:
        """Answer GET and HEAD at a path; `told` says whether the API's description names it."""

        def register(handler: Handler) -> Handler:
            self.add_api_route(path, handler, methods=["GET"], include_in_schema=told)
            # A route of its own: one operation of two methods would have one id twice.
            self.add_api_route(path, handler, methods=["HEAD"], include_in_schema=False)
            return handler

        return register
