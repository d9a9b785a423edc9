"""Rate limits of clients without a login, in points per minute by the cost of requests."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.test import RequestFactory

from archive.cache.responses import mark_cacheable
from archive.middleware import rate_limit
from archive.middleware.public_reads import ResponseCacheMiddleware
from archive.middleware.rate_limit import RateLimiter, RateLimitMiddleware, client_key

READER = "203.0.113.9"


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The clock."""
    clock = SimpleNamespace(now=600.0)
    monkeypatch.setattr(rate_limit, "time", lambda: clock.now)
    return clock


class Desk:
    """The middleware, and statuses of what is sent to it."""

    def __init__(self, limit: int = 20, user: Any = None, status: int = 200, kind: str = "text/html") -> None:
        self.status, self.user, self.kind = status, user, kind
        self.middleware = RateLimitMiddleware(self._answer, RateLimiter(limit, is_shared=False))

    def _answer(self, request: Any) -> HttpResponse:
        request.user = self.user or SimpleNamespace(is_authenticated=False)
        return HttpResponse(status=self.status, content_type=self.kind)

    def send(self, path: str = "/", method: str = "GET", address: str = READER, **headers: str) -> HttpResponse:
        return self.middleware(RequestFactory(REMOTE_ADDR=address).generic(method, path, headers=headers))

    def statuses(self, count: int, *args: Any, **more: Any) -> list[int]:
        return [self.send(*args, **more).status_code for _ in range(count)]


def test_a_reader_waits_for_the_next_minute(moment: SimpleNamespace) -> None:
    desk = Desk()
    moment.now = 645.0
    assert desk.statuses(5) == [200] * 4 + [429]
    assert desk.send()["Retry-After"] == "15"
    moment.now = 660.0
    assert desk.send().status_code == 200


def test_each_address_counts_by_itself() -> None:
    desk = Desk()
    desk.statuses(5)
    assert desk.send(address="203.0.113.10").status_code == 200
    assert desk.statuses(5, address="2001:db8::1") == [200] * 4 + [429]
    assert desk.send(address="2001:db8::2").status_code == 429


@pytest.mark.parametrize(
    ("path", "method", "status", "granted"),
    [
        ("/", "GET", 200, 40), ("/", "GET", 304, 40), ("/api/v1/token/", "POST", 401, 2),
        ("/api/v1/tokens/", "GET", 200, 40), ("/admin/login/", "POST", 200, 2),
        ("/admin/login/", "GET", 200, 40), ("/graphql/", "POST", 200, 40),
    ],
)  # fmt: skip
def test_requests_cost_what_they_take(path: str, method: str, status: int, granted: int) -> None:
    statuses = Desk(200, status=status).statuses(granted + 1, path, method)
    assert statuses == [status] * granted + [429]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["/api/v1/token/", "/api/v1/tokens/"])
@pytest.mark.parametrize("is_authenticated", [False, True])
def test_each_password_that_the_api_hashes_costs_as_a_log_in(path: str, method: str, is_authenticated: bool) -> None:
    desk = Desk(200, SimpleNamespace(is_authenticated=is_authenticated))
    headers = {"authorization": "basic YTpi", "cookie": "sessionid=a"}
    assert desk.statuses(3, path, method, **headers) == [200, 200, 429]


class Computed:
    """The cache's middleware over a view that counts its calls."""

    def __init__(self, media_type: str) -> None:
        self.media_type, self.calls = media_type, 0
        cached = ResponseCacheMiddleware(self._view)
        self.limits = RateLimiter(1_000, is_shared=False)
        self.middleware = RateLimitMiddleware(cached, self.limits)

    def _view(self, request: Any) -> HttpResponse:
        self.calls += 1
        return mark_cacheable(HttpResponse(b"content", content_type=self.media_type, headers={"ETag": '"a"'}))

    def points(self, number: int, **headers: str) -> int:
        """What a request costs."""
        before = sum(self.limits.points.values())
        self.middleware(RequestFactory(REMOTE_ADDR=READER).get(f"/api/v1/?page={number}", headers=headers))
        return sum(self.limits.points.values()) - before


@pytest.mark.django_db
@pytest.mark.parametrize(("media_type", "points"), [("image/png", 50), ("application/json", 5)])
def test_any_etag_does_not_make_a_computed_response_cheap(settings: Any, media_type: str, points: int) -> None:
    settings.ANSWER_CACHE_BYTES = 1_000_000
    computed = Computed(media_type)
    assert [computed.points(number, if_none_match="*") for number in range(3)] == [points] * 3
    assert computed.calls == 3
    assert [computed.points(0), computed.points(0, if_none_match="*")] == [1, 1]
    assert computed.calls == 3


def test_a_picture_costs_as_much_as_ten_pages() -> None:
    assert Desk(200, kind="image/png").statuses(5, "/timeline.png") == [200] * 4 + [429]


@pytest.mark.parametrize(
    ("path", "kind", "expected"),
    [("/", "text/html; charset=utf-8", "Too many requests"),
     ("/ko/", "text/html; charset=utf-8", "요청이 너무 많습니다"),
     ("/api/v1/events/", "application/problem+json", '"status": 429'),
     ("/graphql/", "application/json", "RATE_LIMITED")],
)  # fmt: skip
def test_each_door_says_so_in_its_form(path: str, kind: str, expected: str) -> None:
    desk = Desk(1)
    desk.send(path)
    refused = desk.send(path)
    assert (refused.status_code, refused["Content-Type"], refused["Retry-After"]) == (429, kind, "60")
    assert expected in refused.content.decode()


@pytest.mark.parametrize(
    "more", [{"address": "127.0.0.1"}, {"address": "::1"}, {"path": "/livez"}, {"path": "/static/a.css"}]
)
def test_loopback_and_monitoring_have_no_limit(more: Any) -> None:
    assert set(Desk(1).statuses(5, **more)) == {200}


def test_a_user_has_no_limit_and_junk_credentials_do() -> None:
    user = SimpleNamespace(is_authenticated=True)
    assert set(Desk(1, user).statuses(5, authorization="Token a")) == {200}
    assert set(Desk(1, user).statuses(5, cookie="sessionid=a")) == {200}
    assert Desk(10).statuses(3, authorization="Token junk") == [200, 200, 429]
    assert Desk(10).statuses(3, cookie="sessionid=junk") == [200, 200, 429]


def test_readers_do_not_close_an_address_to_its_editors() -> None:
    desk = Desk(1)
    desk.statuses(3)
    desk.user = SimpleNamespace(is_authenticated=True)
    assert desk.send(authorization="Token a").status_code == 200


def test_processes_with_a_shared_cache_count_together() -> None:
    caches["default"].clear()
    first, second = RateLimiter(100, is_shared=True), RateLimiter(100, is_shared=True)
    for limits in (first, second) * 10:
        limits.add("reader:a", 5)
    assert second.points["reader:a"] == 100
    assert second.seconds_to_wait("reader:a") == 60


def test_no_limit_costs_nothing(settings: Any) -> None:
    settings.RATE_LIMIT = 0
    rate_limit.limiter.cache_clear()
    with pytest.raises(MiddlewareNotUsed):
        RateLimitMiddleware(lambda request: None)


def test_clients_beyond_the_bound_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "_MAX_CLIENTS", 2)
    limits = RateLimiter(1, is_shared=False)
    for name in "abc":
        limits.add(name, 1)
    assert [limits.seconds_to_wait(name) > 0 for name in "abc"] == [True, True, False]


def test_a_client_is_its_address_behind_a_trusted_proxy(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    meta = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": READER}
    assert client_key(meta) == f"reader:{READER}"


@pytest.mark.parametrize("path", ["/api/v1/token/", "/api/v1/tokens/", "/api/v1/tokens/a/", "/admin/login/"])
def test_a_deletion_of_tokens_counts_as_a_log_in(path: str) -> None:
    limit = rate_limit.LOG_IN + 1
    log_in, read = (Desk(limit).statuses(3, path, method=method) for method in ("DELETE", "GET"))
    assert log_in == [200, 200, 429]
    assert read == [200, 200, 200]
