"""Who a request comes from, as far as shares are counted."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

_OWN_BITS = 64
# Each request asks for its client's name several times, and one client asks often.
_KEPT = 1024


def client_of(request: Request) -> str:
    """Name the client: its IPv4 address, or the /64 of its IPv6 address, which one household or machine has to itself.

    The server has already put in place what trusted proxies say (the setting `proxies`).
    """
    return name_of(request.client.host) if request.client else ""


@lru_cache(_KEPT)
def name_of(address: str) -> str:
    """Give the name that all addresses of one client share; what is no address is its own name."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((found, _OWN_BITS), strict=False))
