"""The address of a client: of the connection, or behind trusted proxies the hop of X-Forwarded-For that they vouch for.

A proxy appends the address of its own peer on the right, so only the right end of the field can be trusted; what stands
to the left of it was sent by the client. ``TRUSTED_PROXIES`` names the proxies, or counts them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
#: A client holds a whole /64 of IPv6: each of its addresses counts as the same one.
_IPV6_PREFIX = 64
#: More hops than any chain of proxies has; what stands to the left of them is not read.
_HOPS = 20


def client_address(meta: Mapping[str, Any]) -> str | None:
    """The client's address of a request's environment, an IPv6 one cut to its /64; None where there is none.

    A hop that is no address ends the search: the address to its right is the last that is known.
    """
    address = _parse(meta.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXIES:
        address = _forwarded(address, meta.get("HTTP_X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES)
    if address is None:
        return None
    if address.version == 4 or address.is_loopback:
        return str(address)
    return str(ip_network((address, _IPV6_PREFIX), strict=False).network_address)


def request_address(request: HttpRequest) -> str | None:
    """The client's address of a request, for django-axes."""
    return client_address(request.META)


def networks(address: str | None) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks around a client's address, as large as one provider's customer, and as one provider, may hold."""
    if (parsed := _parse(address or "")) is None:
        return ()
    prefixes = (24, 16) if parsed.version == 4 else (48, 32)
    return tuple(ip_network((parsed, prefix), strict=False) for prefix in prefixes)


def _forwarded(address: Address | None, forwarded: str, trusted: int | Sequence[Any]) -> Address | None:
    hops = [hop for hop in forwarded.rsplit(",", _HOPS)[-_HOPS:] if hop.strip()]
    if isinstance(trusted, int):
        hops = hops[-trusted:]
        return (_parse(hops[0]) if hops else None) or address
    while hops and _is_trusted(address, trusted):
        hop = _parse(hops.pop())
        if hop is None:
            break
        address = hop
    return address


def _is_trusted(address: Address | None, trusted: Sequence[Any]) -> bool:
    if address is None:  # a Unix socket has no address
        return "unix" in trusted
    return any(address in network for network in trusted if network != "unix")


def _parse(text: str) -> Address | None:
    """``192.0.2.1``, ``192.0.2.1:4711``, ``2001:db8::1``, ``[2001:db8::1]:4711``; IPv4 in IPv6 as IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@register(Tags.security, deploy=True)
def proxies_are_named(app_configs: object, **kwargs: object) -> list[Warning]:
    """Behind a proxy that is not named all clients share its address."""
    if not settings.BEHIND_PROXY or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "BEHIND_PROXY is true and TRUSTED_PROXIES is empty: all clients have the proxy's address, so that "
            "anybody's wrong passwords lock out others.",
            hint="Set TRUSTED_PROXIES to the proxy's address, such as 127.0.0.1, and let it send X-Forwarded-For.",
            id="chancery.W001",
        )
    ]
