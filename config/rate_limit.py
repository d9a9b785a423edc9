"""Rate limits for clients without a login, by what their requests cost, in each minute.

``RATE_LIMIT`` is how many points an address has a minute. A cached answer costs one point, one that must be made five,
and a log-in, whose password takes a quarter of a second to hash, a hundred. Processes with a shared cache add up what
they counted; they look there once for each twentieth of the limit, so that a cached answer does not wait for Redis.
"""

from __future__ import annotations

import logging
from functools import cache as cached
from time import time
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from archive.web.errors import too_many
from config.client_address import client_address

CACHED, MADE, LOG_IN = 1, 5, 100
_MINUTE = 60
#: Clients that are counted at once; what is beyond them is not limited until the next minute.
_CLIENTS = 100_000
_LOG_INS = ("/api/v1/token/", "/api/v1/tokens/", "/admin/login/")
#: What watches the service, and files that need no thought.
_FREE = ("/static/", "/livez", "/readyz", "/metrics")
log = logging.getLogger(__name__)


class RateLimiter:
    """Points by client within the present minute. Threads may lose a count to each other, which is no harm."""

    def __init__(self, limit: int, is_shared: bool) -> None:
        self.limit, self.is_shared = limit, is_shared
        self.minute = 0
        self.points: dict[str, int] = {}
        #: What the shared cache has not got yet.
        self.pending: dict[str, int] = {}

    def seconds_to_wait(self, client: str) -> int:
        """Until the next minute where the client has used up this one's points; else 0."""
        self._turn()
        if self.points.get(client, 0) < self.limit:
            return 0
        return _MINUTE - int(time()) % _MINUTE

    def add(self, client: str, points: int) -> None:
        self._turn()
        if client not in self.points and len(self.points) >= _CLIENTS:
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

    def _turn(self) -> None:
        if (minute := int(time()) // _MINUTE) != self.minute:
            self.minute, self.points, self.pending = minute, {}, {}


@cached
def limiter() -> RateLimiter | None:
    """The limiter of this process; None where there is no limit."""
    return RateLimiter(settings.RATE_LIMIT, settings.CACHE_IS_SHARED) if settings.RATE_LIMIT else None


def client(meta: Any) -> str:
    """What a request is counted by; empty for this machine itself, which may be a proxy that is not named.

    Requests with credentials are counted apart, and only where they turn out to be nobody's: those of readers at the
    same address do not close it to editors.
    """
    address = client_address(meta)
    if address is None or address.startswith("127.") or address == "::1":
        return ""
    return f"{'login' if _has_credentials(meta) else 'reader'}:{address}"


class RateLimitMiddleware:
    """Answers 429 with Retry-After where a client has used up its points."""

    def __init__(self, get_response: Any, limits: RateLimiter | None = None) -> None:
        found = limits or limiter()
        if found is None:
            raise MiddlewareNotUsed
        self.get_response, self.limits = get_response, found

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(_FREE) or not (name := client(request.META)):
            return self.get_response(request)  # type: ignore[no-any-return]
        if seconds := self.limits.seconds_to_wait(name):
            remedy = f"Too many requests from your address. Wait {seconds} seconds, and send fewer a minute."
            return too_many(request, seconds, remedy)
        response: HttpResponse = self.get_response(request)
        if request.method in ("POST", "DELETE") and request.path_info.startswith(_LOG_INS):
            self.limits.add(name, LOG_IN)
        elif not _is_known(request):
            self.limits.add(name, CACHED if response.status_code == 304 else MADE)
        return response


def _has_credentials(meta: Any) -> bool:
    return "HTTP_AUTHORIZATION" in meta or settings.SESSION_COOKIE_NAME in meta.get("HTTP_COOKIE", "")


def _is_known(request: Any) -> bool:
    """Whether a user sent it."""
    if not _has_credentials(request.META) or not hasattr(request, "user"):
        return False
    try:
        return bool(request.user.is_authenticated)
    except Error:  # the database is away, which the answer said
        return False
