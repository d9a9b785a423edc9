"""How much is asked of the archive: told to who has the token, and never about whom or what."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings

from archive.middleware.metrics import MetricsMiddleware
from tests.support import filter_records as make

pytestmark = pytest.mark.django_db
TOKEN = "a-token-for-prometheus"
ON = override_settings(METRICS=True, METRICS_TOKEN=TOKEN)


def exposition(client: Client) -> str:
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    return response.content.decode()


@override_settings(METRICS=False, METRICS_TOKEN="")
def test_without_a_token_set_there_are_no_metrics(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    with pytest.raises(MiddlewareNotUsed):
        MetricsMiddleware(lambda request: HttpResponse())


@ON
@pytest.mark.parametrize("text", ["", "Bearer", "Bearer other", TOKEN, f"Token {TOKEN}", "Bearer ümlaut"])
def test_metrics_need_the_token(client: Client, text: str) -> None:
    response = client.get("/metrics", headers={"Authorization": text})
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert b"django_http" not in response.content


@override_settings(METRICS=True, METRICS_TOKEN="")
def test_metrics_need_no_token_with_debug(client: Client) -> None:
    assert client.get("/metrics").status_code == 200


@ON
def test_answers_are_counted_by_view_method_and_status() -> None:
    client = Client()
    before, address = _count(exposition(client), "rest:events-list", "GET", 200), "/api/v1/events/"
    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 200
    after = exposition(client)
    assert _count(after, "rest:events-list", "GET", 200) == before + 2
    assert 'django_http_requests_latency_seconds_by_view_method_count{method="GET",view="rest:events-list"}' in after


def _count(text: str, view: str, method: str, status: int) -> float:
    name = "django_http_responses_total_by_status_view_method_total"
    labels = f'{{method="{method}",status="{status}",view="{view}"}}'
    match = re.search(rf"^{name}{re.escape(labels)} (\S+)$", text, re.MULTILINE)
    return float(match[1]) if match else 0.0


@ON
def test_no_slug_parameter_or_odd_method_becomes_a_label() -> None:
    make.event("a-secret-draft", status="draft")
    client = Client()
    for address in ("/events/a-secret-draft/", "/api/v1/events/a-secret-draft/", "/api/v1/events/?q=a-secret-draft"):
        client.get(address)
    client.generic("A-SECRET-METHOD", "/api/v1/events/")
    assert "secret" not in exposition(client).lower()


@ON
def test_the_number_of_metrics_is_bounded() -> None:
    """Whoever asks for a thousand addresses leaves no thousand measures."""
    middleware = MetricsMiddleware(lambda request: HttpResponse(status=404))
    for number in range(50):
        request: Any = RequestFactory().generic(f"M{number}", f"/nothing-{number}/")
        middleware(request)
    assert set(middleware.metrics._labelled) == {("none", "other", 404)}


@ON
@override_settings(ARCHIVE_PUBLIC=False)
def test_metrics_of_a_private_archive_need_the_token_only() -> None:
    assert "django_http" in exposition(Client())
