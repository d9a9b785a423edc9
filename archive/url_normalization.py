"""Normalized addresses of documents on the web, for comparison."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

#: Beginnings of query parameters by which other sites mark how a reader came to a page.
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "ref_src")


def is_tracking_parameter(name: str) -> bool:
    """Whether a query parameter of an address says nothing of the page, only how a reader came to it."""
    return name.lower().startswith(_TRACKING)


def normalized_url(url: str) -> str | None:
    """Host, path and sorted query of an HTTP address, without tracking parameters; None for other texts."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if not host or parts.scheme.lower() not in ("http", "https"):
        return None
    params = [(name, value) for name, value in parse_qsl(parts.query, True) if not is_tracking_parameter(name)]
    query = f"?{urlencode(sorted(params))}" if params else ""
    return f"{host}{parts.path.rstrip('/')}{query}"
