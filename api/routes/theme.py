"""The switch between light and dark: a form of every page's foot."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from api.languages import mark
from api.links import is_within
from api.pages.themes import AUTO, COOKIE
from api.problems import bad_request
from api.visit import OneVisit

routes = APIRouter()

_YEAR = 365 * 24 * 3600
Back = Annotated[str, Query(max_length=4000, description="Path and query of the page to go back to.")]


@routes.post("/theme", include_in_schema=False)
def theme(visit: OneVisit, to: Literal["auto", "light", "dark"] = "auto", back: Back = "") -> Response:
    """Remember how to display pages, in a cookie that says nothing else, and go back to the page."""
    target = back or visit.links.prefix
    if not is_within(target, visit.links.prefix):
        raise bad_request(mark("The parameter back takes a path of this site."))
    answer = RedirectResponse(target, 303)
    if to == AUTO:
        answer.delete_cookie(COOKIE, path=visit.links.prefix, samesite="lax", httponly=True)
    else:
        answer.set_cookie(COOKIE, to, max_age=_YEAR, path=visit.links.prefix, samesite="lax", httponly=True)
    return answer
