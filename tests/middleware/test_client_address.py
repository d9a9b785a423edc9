"""The client's address: that of the connection, or that which trusted proxies forward."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from archive.middleware.client_address import client_address, proxies_are_named
from config import env

LOCAL = (ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def address(remote: str, forwarded: str | None = None) -> str | None:
    return client_address({"REMOTE_ADDR": remote} | ({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}))


@pytest.mark.parametrize("forwarded", [None, "", "198.51.100.7", "127.0.0.1, 198.51.100.7", "junk"])
def test_without_a_trusted_proxy_the_field_is_ignored(settings: Any, forwarded: str | None) -> None:
    settings.TRUSTED_PROXIES = ()
    assert address("203.0.113.9", forwarded) == "203.0.113.9"


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "192.0.2.1, 198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "192.0.2.1,198.51.100.7,10.1.2.3", "198.51.100.7"),
        ("127.0.0.1", " 198.51.100.7 , 10.1.2.3 ", "198.51.100.7"),
        ("127.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("127.0.0.1", '"[2001:db8:1:2:3:4:5:6]:4711"', "2001:db8:1:2::"),
        ("127.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("fd00::1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("127.0.0.1", "198.51.100.7, unknown", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, unknown, 10.0.0.1", "10.0.0.1"),
        ("127.0.0.1", "198.51.100.7, ' OR 1=1 --", "127.0.0.1"),
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),
        ("203.0.113.9", "127.0.0.1", "203.0.113.9"),
        ("", "198.51.100.7", None),
    ],
)
def test_the_right_most_hop_that_no_proxy_is(
    settings: Any, remote: str, forwarded: str | None, expected: str | None
) -> None:
    settings.TRUSTED_PROXIES = LOCAL
    assert address(remote, forwarded) == expected


@pytest.mark.parametrize(
    ("count", "forwarded", "expected"),
    [
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "192.0.2.1, 198.51.100.7", "198.51.100.7"),
        (2, "192.0.2.1, 198.51.100.7, 203.0.113.5", "198.51.100.7"),
        (2, "198.51.100.7", "198.51.100.7"),
        (1, None, "172.16.0.1"),
        (1, "junk", "172.16.0.1"),
        (1, "2001:db8::1, " * 2000 + "198.51.100.7", "198.51.100.7"),
    ],
)
def test_a_number_of_proxies_counts_hops_from_the_right(
    settings: Any, count: int, forwarded: str | None, expected: str
) -> None:
    settings.TRUSTED_PROXIES = count
    assert address("172.16.0.1", forwarded) == expected


def test_the_peer_of_a_unix_socket_is_trusted_where_it_is_named(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ("unix",)
    assert address("", "192.0.2.1, 198.51.100.7") == "198.51.100.7"


@pytest.mark.parametrize(("remote", "expected"), [("2001:db8:1:2:3::4", "2001:db8:1:2::"), ("::1", "::1"), ("x", None)])
def test_an_ipv6_client_is_its_network_of_64_bits(settings: Any, remote: str, expected: str | None) -> None:
    settings.TRUSTED_PROXIES = ()
    assert address(remote) == expected


def test_the_setting_takes_a_number_or_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    for text, expected in [
        ("", ()), ("0", 0), ("2", 2), ("127.0.0.1, 10.0.0.0/8, unix", (*LOCAL[:2], "unix")),
    ]:  # fmt: skip
        monkeypatch.setenv("TRUSTED_PROXIES", text)
        assert env.proxies("TRUSTED_PROXIES") == expected


@pytest.mark.parametrize("text", ["nginx", "-1", "1,2,x", "10.0.0.0/33", "10.0.0.1/8"])
def test_the_setting_says_what_it_takes(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", text)
    with pytest.raises(ImproperlyConfigured, match="expected a number of proxies, or addresses"):
        env.proxies("TRUSTED_PROXIES")


@pytest.mark.parametrize(("behind", "trusted", "warned"), [(True, (), True), (True, 1, False), (False, (), False)])
def test_a_proxy_that_is_not_named_is_warned_of(settings: Any, behind: bool, trusted: Any, warned: bool) -> None:
    settings.BEHIND_PROXY, settings.TRUSTED_PROXIES = behind, trusted
    assert [warning.id for warning in proxies_are_named(None)] == ["chancery.W001"] * warned
