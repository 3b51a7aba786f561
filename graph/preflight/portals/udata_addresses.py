"""Addresses that udata takes for links, as its `uris.py` and `ssrf.py` decide it; no name is looked up here.

The domains of the highest level are those that it knows, IANA's at the end of October 2026.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from graph.preflight.description import is_blank

_SCHEMES = ("", "http", "https", "ftp", "ftps")
_BEGINNING = re.compile(r"(?:([a-z0-9.\-]*):)?//", re.I)
_LETTER = r"a-z0-9\u00a1-\uffff"
_LABEL = rf"[{_LETTER}_]+(?:-[{_LETTER}_]+)*(?<!_)"
_END = r"(?::\d{2,5})?(?:/|\?|$)"
_LOCAL = re.compile(rf"localhost(?:\.localdomain)?{_END}", re.I)
_FOUR = re.compile(rf"((?:\d{{0,3}}\.){{3}}\d{{0,3}}){_END}")
_SIX = re.compile(rf"\[([0-9a-f:]+)\]{_END}", re.I)
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.([{_LETTER}]{{2,}}){_END}", re.I)
_TRANSLATED = IPv6Network("64:ff9b::/96")


def is_web(address: str) -> bool:
    """Say whether an address is one that the portal takes for a link."""
    text = address.strip()
    begun = _BEGINNING.match(text)
    if is_blank(address) or begun is None or re.search(r"\s", text) or (begun[1] or "").lower() not in _SCHEMES:
        return False
    rest = text[begun.end() :]
    # What stands before the last @ after which a host may stand is taken for a name and password, wherever it is.
    after = [place + 1 for place, letter in enumerate(rest) if letter == "@" and place]
    hosts = (_is_host(rest, place) for place in (*reversed(after), 0))
    return next((fine for fine in hosts if fine is not None), False)


def _is_host(rest: str, place: int) -> bool | None:
    """Say whether what begins there is a host that is allowed, None where it is none."""
    if _LOCAL.match(rest, place):
        return False
    if number := _FOUR.match(rest, place) or _SIX.match(rest, place):
        return _is_public(number[1])
    if name := _NAME.match(rest, place):
        return _is_known(name[1])
    return None


def _is_known(domain: str) -> bool:
    """Say whether a domain of the highest level is known, as it stands: udata knows none in capitals."""
    try:
        return domain in _domains() or domain.encode("idna").decode() in _domains()
    except UnicodeError:
        return False


@cache
def _domains() -> frozenset[str]:
    return frozenset((files("graph.preflight.portals") / "udata_tlds.txt").read_text().split())


def _is_public(number: str) -> bool:
    """Say whether a number is an address of the internet at large, and no mask."""
    try:
        address = ip_address(number)
    except ValueError:
        return False
    whole, ones = int(address), 2**address.max_prefixlen - 1
    if not whole & (whole + 1) or not (ones ^ whole) & ((ones ^ whole) + 1):
        return False
    inner = _inner(address)
    site_local = isinstance(inner, IPv6Address) and inner.is_site_local
    closed = inner.is_multicast or inner.is_unspecified or inner.is_loopback or inner.is_link_local
    return not (closed or inner.is_reserved or inner.is_private or not inner.is_global or site_local)


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in _TRANSLATED else None
    return address.ipv4_mapped or address.sixtofour or translated or address
