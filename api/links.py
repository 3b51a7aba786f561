"""The only maker of addresses: links within the site (with its path prefix), absolute ones, safe ones outwards."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, urlsplit

from fastapi import Request

from api.languages import mark
from api.problems import bad_request
from graph.terms import CG

# RFC 3986 3.2.2 without what no public site has: names of letters, digits, dots, dashes; IPv6 in brackets; a port.
_HOST = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?\Z")
_TERM = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z")
_OUTWARD = {"http", "https", "mailto"}

Parameters = Iterable[tuple[str, str]]


class Links:
    """Makes the addresses that one request's answer needs.

    `base_url` is the site's public address, closed by a slash; without it, the request tells scheme, host and prefix.
    Pages are linked by path, so that they work under any name; feeds name absolute addresses.
    """

    def __init__(self, request: Request, base_url: str | None, language: str | None) -> None:
        self._request = request
        self._base_url = base_url
        self._kept: Parameters = [("lang", language)] if language else []
        prefix = urlsplit(base_url).path if base_url else str(request.scope.get("root_path", "")) + "/"
        self.prefix = prefix if prefix.startswith("/") else f"/{prefix}"

    @property
    def root(self) -> str:
        """The public address of the site. Raises Problem (400) where the request's Host names none."""
        if self._base_url:
            return self._base_url
        host = self._request.headers.get("host", "")
        if not _HOST.match(host):
            raise bad_request(mark("The Host header names no host."))
        return f"{self._request.url.scheme}://{host}{self.prefix}"

    @property
    def path(self) -> str:
        """The path that was asked for, below the prefix, without its leading slash."""
        whole = str(self._request.scope["path"])
        below = whole[len(self.prefix) :] if whole.startswith(self.prefix) else whole.lstrip("/")
        return quote(below, safe="/:@!$&'()*+,;=~-._")

    def page(self, path: str = "", parameters: Parameters = ()) -> str:
        """Link a place of the site, keeping the language that the reader chose."""
        return f"{self.prefix}{quote(path, safe=_PATH)}{_query([*parameters, *self._kept])}"

    def file(self, path: str, parameters: Parameters = ()) -> str:
        """Link what has no language: data, style, feeds."""
        return f"{self.prefix}{quote(path, safe=_PATH)}{_query(parameters)}"

    def absolute(self, path: str = "", parameters: Parameters = ()) -> str:
        """Give the absolute address of a place of the site."""
        return f"{self.root}{quote(path, safe=_PATH)}{_query(parameters)}"

    def node(self, iri: str) -> str:
        """Link the page of whatever has this IRI."""
        return self.page("entity", [("iri", iri)])

    @property
    def here(self) -> str:
        """Link this same page as it was asked for."""
        return f"{self.prefix}{self.path}{_query(self._request.query_params.multi_items())}"

    def in_language(self, language: str) -> str:
        """Link this same page in another language."""
        kept = [(name, value) for name, value in self._request.query_params.multi_items() if name != "lang"]
        return f"{self.prefix}{self.path}{_query([*kept, ('lang', language)])}"


_PATH = "/:@!$&'()*+,;=~-._"


def term_path(iri: str) -> str | None:
    """Give the one path of a term of the project's namespace, `ns/Barrier`, or of the ontology itself; else None."""
    if iri == CG.removesuffix("#"):
        return "ns"
    name = iri.removeprefix(CG)
    return f"ns/{name}" if iri.startswith(CG) and _TERM.match(name) else None


def is_within(address: str, prefix: str) -> bool:
    """Say whether an address is a path below the prefix, so that to go there does not leave the site.

    Browsers read `//` and `/\\` as the beginning of a host, and skip control characters.
    """
    second = address[1:2]
    return address.startswith(prefix) and second not in {"/", "\\"} and address.isprintable()


def outward(iri: str) -> str | None:
    """Give the address that a page may link to, None for any scheme but http, https and mailto."""
    try:
        scheme = urlsplit(iri).scheme.lower()
    except ValueError:
        return None
    return iri if scheme in _OUTWARD else None


def _query(parameters: Parameters) -> str:
    """Write a query string, nothing where there are no parameters."""
    text = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in parameters)
    return f"?{text}" if text else ""


@lru_cache(maxsize=2_000)
def _quoted(text: str) -> str:
    """Quote a name or a value: a page of results writes some two hundred addresses with the same few of them."""
    return quote(text, safe="/:@!$'()*,;~-._")
