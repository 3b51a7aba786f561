"""Nothing that is not public is reached, by whatever name or redirect."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from graph.errors import AddressRefused, FetchFailed
from graph.fetch import Fetcher, checked, is_public
from tests.graph.fetch.sites import INSIDE, OUTSIDE, Site, fetcher, may, redirect, text


@pytest.mark.parametrize("address", [
    "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "http://", "//example.org/", "example.org",
    "http://user:word@example.org/", "http://[::1", "http://example.org:99999/", "data:text/turtle,x", "",
    "http://" + "a" * 3000, "http://a..b/", "unix:///var/run/docker.sock",
])  # fmt: skip
def test_what_is_no_address_to_fetch(address: str) -> None:
    with pytest.raises(AddressRefused):
        Fetcher().get(address)


@pytest.mark.parametrize(("address", "written"), [
    ("http://Bücher.example/é?q=é", "http://xn--bcher-kva.example/%C3%A9?q=%C3%A9"),
    ("HTTPS://example.org", "https://example.org/"),
    ("http://[2606:4700::1111]:8080/x#y", "http://[2606:4700::1111]:8080/x"),
])  # fmt: skip
def test_addresses_as_they_are_asked(address: str, written: str) -> None:
    assert checked(address) == written


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::", "::1", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1",
    "fec0::1", "feff::1", "192.88.99.1", "192.0.0.9", "192.31.196.1", "192.52.193.1", "192.175.48.1", "64:ff9b:1::1",
    "100::1", "100:0:0:1::1", "2001:1::1", "2001:20::1", "2620:4f:8000::1", "3ffe::1", "3fff::1", "5f00::1", "2002::",
    "4000::1", "::ffff:0:127.0.0.1", "2002:c058:6301::", "::ffff:192.88.99.1",
])  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "192.0.1.1", "2606:4700::1111", "2a01:cb00::1"])
def test_addresses_that_are(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_not_reached_by_any_of_its_names(canary: Site, host: str) -> None:
    with pytest.raises((AddressRefused, FetchFailed)):
        Fetcher().get(f"http://{host}:{canary.port}/")
    assert canary.visits == []


def test_a_redirect_to_this_machine_is_not_followed(site: Site, canary: Site) -> None:
    site.answers["/a"] = redirect(f"{canary.address}/")
    with pytest.raises(AddressRefused, match="no address of the public internet"):
        fetcher().get(f"{site.address}/a")
    assert canary.visits == []


@pytest.mark.parametrize("to", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://a:b@127.0.0.2/"])
def test_a_redirect_to_another_scheme_is_not_followed(site: Site, to: str) -> None:
    site.answers["/a"] = redirect(to)
    with pytest.raises(AddressRefused):
        fetcher().get(f"{site.address}/a")


def test_redirects_in_a_circle(site: Site) -> None:
    site.answers |= {"/a": redirect("/b"), "/b": redirect("/a")}
    with pytest.raises(FetchFailed, match="circle"):
        fetcher().get(f"{site.address}/a")


def test_redirects_without_end(site: Site) -> None:
    for number in range(20):
        site.answers[f"/{number}"] = redirect(f"/{number + 1}")
    with pytest.raises(FetchFailed, match="more than 5 times"):
        fetcher().get(f"{site.address}/0")
    assert len(site.visits) == 6


def test_a_name_that_stands_for_another_address_the_second_time(site: Site, canary: Site) -> None:
    """What was looked at is what is connected to; a further connection looks again."""
    site.answers["/a"] = redirect(f"http://moving.example:{canary.port}/")
    told = iter([[OUTSIDE], [INSIDE]])
    with pytest.raises(AddressRefused):
        Fetcher(allowed=may, resolved=lambda _host, _port: next(told)).get(f"http://moving.example:{site.port}/a")
    assert (site.visits, canary.visits) == (["/a"], [])


def test_a_name_that_stands_for_both(site: Site, canary: Site) -> None:
    with pytest.raises(AddressRefused):
        Fetcher(allowed=may, resolved=lambda _host, _port: [OUTSIDE, INSIDE]).get(f"http://both.example:{site.port}/")
    assert (site.visits, canary.visits) == ([], [])


def test_nobody_is_asked_by_way_of_a_proxy(site: Site, canary: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, canary.address)
    site.answers["/a"] = text("x")
    fetcher().get(f"{site.address}/a")
    assert canary.visits == []
