"""The one way to an address that data or users name: http and https only, never to this machine or its neighbours.

An address is checked when it is connected to, on what its name stands for then, and connected to as it was checked; at
each redirect anew. Size, decompressed size, time and redirects have bounds; proxies and cookies are not known. What
comes is bytes: they are parsed in cages.
"""

from __future__ import annotations

import math
import socket
import ssl
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore

from graph.errors import AddressRefused, DeadlineReached, FetchFailed, InputTooLarge

Address = IPv4Address | IPv6Address

USER_AGENT = b"civigraph"
_REDIRECTS = (301, 302, 303, 307, 308)
_PIECE = 64 * 1024
_LONGEST = 2000
# How long a site may say nothing, within the time that it has in all.
_SILENT_SECONDS = 10.0


@dataclass(frozen=True)
class Caps:
    """What a fetch may take: bytes as sent and decompressed, seconds with all redirects, redirects.

    A chain of pages: how many, how many bytes of them all, decompressed.
    """

    bytes: int = 50 << 20
    plain_bytes: int = 50 << 20
    seconds: float = 30.0
    redirects: int = 5
    pages: int = 100
    all_bytes: int = 1 << 30


DEFAULT_CAPS = Caps()


@dataclass(frozen=True)
class Fetched:
    """What an address gave: where it was found in the end, its media type, its bytes; `redirects` led there."""

    address: str
    media_type: str
    content: bytes
    redirects: tuple[str, ...] = ()


# What IANA's registries of special-purpose addresses have, and `ipaddress` does not take for such: protocols' own
# addresses, AS112, relays of 6to4 and AMT, site-local ones, the 6bone, discard-only, documentation, segment routing.
_SPECIAL_4 = "192.0.0.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.175.48.0/24"
_SPECIAL_6 = """
    fec0::/10 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2620:4f:8000::/48 3ffe::/16 3fff::/20 5f00::/16
"""
_SPECIAL = [ip_network(each) for each in (*_SPECIAL_4.split(), *_SPECIAL_6.split())]


def is_public(address: Address) -> bool:
    """Say whether an address is one of the internet at large, also where it stands inside another one."""
    if any(address in network for network in _SPECIAL):
        return False
    if isinstance(address, IPv6Address):
        inner = [each for each in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if each is not None]
        if not all(map(is_public, inner)):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def resolve(host: str, port: int) -> list[str]:
    """Ask what a name stands for. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Fetcher:
    """Fetches; safe to use from any thread.

    `allowed` decides on each address, `resolved` tells what a name stands for; both are for tests to replace.
    """

    def __init__(
        self,
        *,
        caps: Caps = DEFAULT_CAPS,
        allowed: Callable[[Address], bool] = is_public,
        resolved: Callable[[str, int], list[str]] = resolve,
    ) -> None:
        self._caps = caps
        self._allowed = allowed
        self._resolved = resolved

    def get(self, address: str, accept: str = "*/*", *, end: float | None = None) -> Fetched:
        """Fetch an address, following redirects; until `end` (`time.monotonic`) at most, where it is given.

        Raises AddressRefused, FetchFailed, InputTooLarge, DeadlineReached.
        """
        end = min(monotonic() + self._caps.seconds, math.inf if end is None else end)
        here, passed = checked(address), list[str]()
        backend = _Guarded(end, self._allowed, self._resolved)
        with httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=backend, max_keepalive_connections=0
        ) as pool:
            while True:
                found = self._one(pool, here, accept, end)
                if isinstance(found, Fetched):
                    return Fetched(found.address, found.media_type, found.content, tuple(passed))
                passed.append(here)
                if found in passed:
                    raise FetchFailed("its redirects lead in a circle", where=found)
                if len(passed) > self._caps.redirects:
                    raise FetchFailed(f"it redirects more than {self._caps.redirects} times", where=address)
                here = found

    def pages(
        self,
        address: str,
        following: Callable[[Fetched], str | None],
        accept: str = "*/*",
        *,
        end: float | None = None,
    ) -> Iterator[Fetched]:
        """Fetch a chain of pages; `following` reads the address of the next one from a page, None at the end.

        `end` as in `get`, for all of them. Raises what `get` raises, and FetchFailed for a chain that comes back to a
        page, or to the first one's content.
        """
        seen: set[str] = set()
        first: bytes | None = None
        here: str | None = address
        fetched = 0
        while here is not None:
            if here in seen:
                raise FetchFailed("a page leads back to one that was read before", where=here)
            if len(seen) >= self._caps.pages:
                raise InputTooLarge(f"there are more than {self._caps.pages} pages", where=address)
            seen.add(here)
            page = self.get(here, accept, end=end)
            fetched += len(page.content)
            if fetched > self._caps.all_bytes:
                raise InputTooLarge(f"its pages have more than {self._caps.all_bytes} bytes together", where=address)
            if first is not None and page.content == first:
                raise FetchFailed("a further page is the first one again", where=here)
            first = page.content if first is None else first
            yield page
            found = following(page)
            here = None if found is None else _joined(page.address, found)

    def _one(self, pool: httpcore.ConnectionPool, here: str, accept: str, end: float) -> Fetched | str:
        """Ask once: give what came, or the address that it redirects to."""
        headers = [(b"Accept", accept.encode()), (b"Accept-Encoding", b"gzip"), (b"User-Agent", USER_AGENT)]
        headers.append((b"Host", _host(here)))
        waits = dict.fromkeys(("connect", "read", "write", "pool"), _SILENT_SECONDS)
        try:
            with pool.stream("GET", here, headers=headers, extensions={"timeout": waits}) as response:
                known = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
                if response.status in _REDIRECTS and "location" in known:
                    return checked(urljoin(here, known["location"]))
                if response.status != 200:
                    raise FetchFailed(f"it answers {response.status}", where=here)
                content = self._body(response.iter_stream(), known, here, end)
                return Fetched(here, known.get("content-type", ""), content)
        except httpcore.TimeoutException:
            raise _late(here, end, self._caps.seconds) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError, ValueError) as error:
            raise FetchFailed(_why(error), where=here) from None

    def _body(self, pieces: Iterable[bytes], headers: dict[str, str], here: str, end: float) -> bytes:
        """Gather the body, decompressed, never more of it than the caps."""
        caps, coding = self._caps, headers.get("content-encoding", "identity").strip().lower()
        if coding not in {"identity", "gzip", "x-gzip", ""}:
            raise FetchFailed(f"its content coding {coding[:40]!r} was not asked for", where=here)
        stated = headers.get("content-length", "")
        if stated.isdigit() and int(stated) > caps.bytes:
            raise InputTooLarge(f"it has more than {caps.bytes} bytes", where=here)
        packed = zlib.decompressobj(wbits=31) if "gzip" in coding else None
        sent, found = 0, bytearray()
        for piece in pieces:
            sent += len(piece)
            if sent > caps.bytes:
                raise InputTooLarge(f"it has more than {caps.bytes} bytes", where=here)
            if monotonic() > end:
                raise _late(here, end, caps.seconds)
            found += piece if packed is None else self._unpacked(packed, piece, caps.plain_bytes - len(found), here)
            if len(found) > caps.plain_bytes:
                raise InputTooLarge(f"it has more than {caps.plain_bytes} bytes, decompressed", where=here)
        if packed is not None and not packed.eof:
            raise FetchFailed("its compressed body ends too early", where=here)
        return bytes(found)

    def _unpacked(self, packed: Any, piece: bytes, room: int, here: str) -> bytes:  # noqa: ANN401 (zlib names no type)
        try:
            plain: bytes = packed.decompress(piece, room + 1)
        except zlib.error:
            raise FetchFailed("its compressed body is broken", where=here) from None
        return plain


def checked(address: str) -> str:
    """Give an address that may be asked, without its fragment. Raises AddressRefused."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("it is no address", where=address[:_LONGEST]) from None
    if parts.scheme not in {"http", "https"} or not host or len(address) > _LONGEST:
        raise AddressRefused("only addresses that start with http:// or https:// are fetched", where=address[:_LONGEST])
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(
            "an address with a name and a password is not fetched", where=parts._replace(netloc=host).geturl()
        )
    try:
        name = host if ":" in host else host.encode("idna").decode()
    except UnicodeError:
        raise AddressRefused("its host is no name", where=address[:_LONGEST]) from None
    place = f"[{name}]" if ":" in name else name
    netloc = place if port is None else f"{place}:{port}"
    quoted = parts._replace(netloc=netloc, path=parts.path or "/", fragment="").geturl()
    return "".join(each if "!" <= each <= "~" else _escaped(each) for each in quoted)


def _joined(page: str, found: str) -> str:
    """Give the address that a page names. Raises AddressRefused for what is none."""
    try:
        return urljoin(page, found)
    except ValueError:
        raise AddressRefused(f"its next page is at no address: {found[:100]!r}", where=page) from None


def _escaped(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "replace"))


def _host(address: str) -> bytes:
    return urlsplit(address).netloc.encode("ascii")


def _why(error: Exception) -> str:
    """Say why a site could not be asked, without the words and numbers of this machine's libraries."""
    if isinstance(error, _NoHost):
        return str(error)
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "its certificate cannot be trusted"
    if isinstance(error, httpcore.ConnectError):
        return "it takes no connection"
    if isinstance(error, httpcore.ProtocolError | ValueError):
        return "it speaks no HTTP that is understood"
    return "the connection broke off"


def _late(here: str, end: float, seconds: float) -> DeadlineReached | FetchFailed:
    """Tell a site that is slow from one that says nothing."""
    if monotonic() >= end:
        return DeadlineReached(f"it was not there within {seconds:g} s", where=here)
    return FetchFailed(f"it says nothing for {_SILENT_SECONDS:g} s", where=here)


class _NoHost(httpcore.ConnectError):
    """A name that stands for nothing."""


class _Guarded(httpcore.NetworkBackend):
    """Connects to what a name stands for now, if that may be reached, and lets nothing go on beyond the deadline."""

    def __init__(
        self, end: float, allowed: Callable[[Address], bool], resolved: Callable[[str, int], list[str]]
    ) -> None:
        self._end = end
        self._allowed = allowed
        self._resolved = resolved
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,  # noqa: ANN401 (as the base class has it)
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers. Raises AddressRefused where one of them may not be reached."""
        found = self._addresses(host, port)
        for address in found:
            # All of them: a name that stands for a public and a private address is meant to mislead.
            if not self._allowed(address):
                raise AddressRefused(f"{host} is no address of the public internet", where=f"{host}:{port}")
        failure: httpcore.NetworkError | httpcore.TimeoutException | None = None
        for address in found:
            try:
                stream = self._plain.connect_tcp(str(address), port, timeout=_left(self._end, timeout))
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                failure = error
            else:
                return _Bounded(stream, self._end)
        raise failure or _NoHost(f"{host} is not known")

    def connect_unix_socket(self, *_: object, **__: object) -> httpcore.NetworkStream:
        """Never: no address names one."""
        raise AddressRefused("sockets of this machine are not fetched")

    def sleep(self, seconds: float) -> None:
        """Wait, as retries would; there are none."""
        self._plain.sleep(seconds)

    def _addresses(self, host: str, port: int) -> list[Address]:
        """Ask what a name stands for, for no longer than there is time."""
        asking = ThreadPoolExecutor(1, thread_name_prefix="resolve")
        try:
            found = asking.submit(self._resolved, host, port).result(_left(self._end, _SILENT_SECONDS))
            return [ip_address(each.partition("%")[0]) for each in found]
        except Late:
            raise httpcore.ConnectTimeout(f"nobody tells what {host} stands for") from None
        except (OSError, UnicodeError):
            raise _NoHost(f"{host} is not known") from None
        finally:
            asking.shutdown(wait=False, cancel_futures=True)


class _Bounded(httpcore.NetworkStream):
    """A connection that ends at the deadline, however slowly it speaks, in its head too."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream = stream
        self._end = end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is."""
        return self._stream.read(min(max_bytes, _PIECE), timeout=_left(self._end, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all."""
        self._stream.write(buffer, timeout=_left(self._end, timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Go on encrypted, the certificate checked against the name that was asked for."""
        inner = self._stream.start_tls(ssl_context, server_hostname, timeout=_left(self._end, timeout))
        return _Bounded(inner, self._end)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 (as the base class has it)
        """Tell of the connection."""
        return self._stream.get_extra_info(info)


def _left(end: float, timeout: float | None) -> float:
    """Give how long may be waited. Raises ReadTimeout where the time is over."""
    left = end - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the deadline is over")
    return left if timeout is None else min(left, timeout)
