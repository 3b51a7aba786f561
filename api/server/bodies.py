"""Reading the body of a request: counted while it streams, and forms taken apart by hand under the same cap."""

from __future__ import annotations

from collections import Counter
from typing import get_origin
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.routing import APIRoute

from api.languages import mark
from api.problems import bad_request, body_too_large

# A form of more fields than any endpoint here takes only costs time.
_FIELDS = 100


async def read_body(request: Request, limit: int) -> bytes:
    """Read the body, at most `limit` bytes whatever Content-Length says. Raises Problem (413)."""
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > limit:
        raise body_too_large(limit)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise body_too_large(limit)
    return bytes(body)


def _single(route: APIRoute) -> frozenset[str]:
    """The parameters of a route, and of what it depends on, that take one value."""
    waiting, found = [route.dependant], set()
    while waiting:
        each = waiting.pop()
        waiting += each.dependencies
        found |= {field.alias for field in each.query_params if get_origin(field.field_info.annotation) is not list}
    return frozenset(found)


def check_repeats(request: Request) -> None:
    """Raise Problem (400) where a parameter that takes one value is given several: nobody knows which one was meant."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    several = {name for name, times in given.items() if times > 1}
    route = request.scope.get("route")
    if several and isinstance(route, APIRoute) and (repeated := sorted(several & _single(route))):
        raise bad_request(mark("The parameter %(name)s stands more than once."), name=repeated[0])


def text_of(body: bytes) -> str:
    """Give the body as text. Raises Problem (400) where it is not UTF-8."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise bad_request(
            mark("The body is not UTF-8: byte %(place)s begins no character."), place=error.start + 1
        ) from None


def form_of(body: bytes) -> list[tuple[str, str]]:
    """Take an `application/x-www-form-urlencoded` body apart. Raises Problem (400)."""
    return fields_of(text_of(body))


def fields_of(text: str) -> list[tuple[str, str]]:
    """Take a urlencoded text apart, query string or form. Raises Problem (400): not UTF-8, or too many fields."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError:
        raise bad_request(mark("A parameter is not UTF-8.")) from None
    except ValueError:
        raise bad_request(mark("There are more than %(limit)s parameters."), limit=_FIELDS) from None
