"""Rate limits for clients without a login, by what their requests cost, in each minute.

``RATE_LIMIT`` is the number of points that an address has per minute. A cached response costs 1 point, a computed one
5, a picture, which takes a processor for half a second, 50, and a login, whose password takes a quarter of a second to
hash, 100. Processes with a shared cache add up their counts there, once for each twentieth of the limit, so that a
cached response does not wait for Redis.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cache as cached
from time import time

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext
from redis.exceptions import RedisError

from archive.middleware.client_address import client_address
from archive.page_language import path_language
from archive.web.errors import too_many_requests

CACHED, COMPUTED, PICTURE, LOG_IN = 1, 5, 50, 100
_MINUTE = 60
#: Clients counted at a time; further clients are not limited until the next minute.
_MAX_CLIENTS = 100_000
_LOGIN_PATHS = ("/api/v1/token/", "/api/v1/tokens/", "/admin/login/")
#: Monitoring and static files.
_EXEMPT_PATHS = ("/static/", "/livez", "/readyz", "/metrics")
log = logging.getLogger(__name__)


class RateLimiter:
    """Points by client in the current minute. Counts are approximate: threads may overwrite each other's."""

    def __init__(self, limit: int, is_shared: bool) -> None:
        self.limit, self.is_shared = limit, is_shared
        self.minute = 0
        self.points: dict[str, int] = {}
        #: Points not yet added to the shared cache.
        self.pending: dict[str, int] = {}

    def seconds_to_wait(self, client: str) -> int:
        """Seconds until the next minute if the client has used up its points; else 0."""
        self._start_minute()
        if self.points.get(client, 0) < self.limit:
            return 0
        return _MINUTE - int(time()) % _MINUTE

    def add(self, client: str, points: int) -> None:
        self._start_minute()
        if client not in self.points and len(self.points) >= _MAX_CLIENTS:
            return
        self.points[client] = self.points.get(client, 0) + points
        if self.is_shared:
            pending = self.pending[client] = self.pending.get(client, 0) + points
            if pending * 20 >= self.limit:
                self._share(client, pending)

    def _share(self, client: str, pending: int) -> None:
        key = f"rate-limit:{self.minute}:{client}"
        try:
            caches["default"].add(key, 0, 2 * _MINUTE)
            self.points[client] = caches["default"].incr(key, pending)
            self.pending[client] = 0
        except (RedisError, OSError, ValueError) as error:
            log.warning("The shared cache does not answer: %s", error)

    def _start_minute(self) -> None:
        if (minute := int(time()) // _MINUTE) != self.minute:
            self.minute, self.points, self.pending = minute, {}, {}


@cached
def limiter() -> RateLimiter | None:
    """The limiter of this process; None where there is no limit."""
    return RateLimiter(settings.RATE_LIMIT, settings.CACHE_IS_SHARED) if settings.RATE_LIMIT else None


def client_key(meta: Mapping[str, str]) -> str:
    """The key under which a request is counted; empty for loopback addresses, which may be an unlisted proxy.

    Requests with credentials are counted apart, and only when they turn out to be invalid, so that readers at an
    address do not lock out its editors.
    """
    address = client_address(meta)
    if address is None or address.startswith("127.") or address == "::1":
        return ""
    return f"{'login' if _has_credentials(meta) else 'reader'}:{address}"


class RateLimitMiddleware:
    """Answers 429 with Retry-After when a client has used up its points."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse], limits: RateLimiter | None = None) -> None:
        limits = limits or limiter()
        if limits is None:
            raise MiddlewareNotUsed
        self.get_response, self.limits = get_response, limits

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(_EXEMPT_PATHS) or not (client := client_key(request.META)):
            return self.get_response(request)  # type: ignore[no-any-return]
        if seconds := self.limits.seconds_to_wait(client):
            with translation.override(path_language(request.path_info)):
                remedy = gettext(
                    "Too many requests from your address. Wait {seconds} seconds, and send fewer a minute."
                ).format(seconds=seconds)
                return too_many_requests(request, seconds, remedy)
        response: HttpResponse = self.get_response(request)
        if _is_log_in(request):
            self.limits.add(client, LOG_IN)
        elif not _is_authenticated(request):
            self.limits.add(client, _cost(response))
        return response


def _cost(response: HttpResponse) -> int:
    """The points of a response; a 304 that was computed costs as much as the response that it stands for."""
    if getattr(response, "is_from_cache", False):
        return CACHED
    media_type = getattr(response, "computed_type", response.get("Content-Type"))
    return PICTURE if media_type == "image/png" else COMPUTED


def _is_log_in(request: HttpRequest) -> bool:
    """Whether a password is hashed: at log-ins, and wherever the API reads one from the request."""
    if not request.path_info.startswith(_LOGIN_PATHS):
        return False
    return request.method in ("POST", "DELETE") or request.META.get("HTTP_AUTHORIZATION", "").lower().startswith(
        "basic"
    )


def _has_credentials(meta: Mapping[str, str]) -> bool:
    return "HTTP_AUTHORIZATION" in meta or settings.SESSION_COOKIE_NAME in meta.get("HTTP_COOKIE", "")


def _is_authenticated(request: HttpRequest) -> bool:
    """Whether an authenticated user sent the request."""
    if not _has_credentials(request.META) or not hasattr(request, "user"):
        return False
    try:
        return bool(request.user.is_authenticated)
    except Error:  # the database is away, as the response says
        return False
