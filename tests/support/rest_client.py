"""REST requests for tests, and the problems of their responses."""

from __future__ import annotations

import json
from typing import Any

from rest_framework.test import APIClient

ROOT = "/api/v1/"
STATEMENT = "2019-07-12-kim-you-geun-international-probe"
CURBS = "2019-07-04-japan-export-curbs-take-effect"


class RestClient:
    """Somebody who asks: anonymous, or a user by session."""

    def __init__(self, user: Any = None) -> None:
        self.client = APIClient()
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(ROOT + path, headers=headers)

    def send(self, method: str, path: str, body: Any, match: str | None = None, **headers: str) -> Any:
        """A write; what is not bytes is sent as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        values = {"content-type": "application/json", **headers, **({"if-match": match} if match else {})}
        kind = values.pop("content-type")
        return self.client.generic(method, ROOT + path, raw, content_type=kind, headers=values)


def result_slugs(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["slug"] for row in response.json()["results"]]


def problem(response: Any, status: int) -> dict[str, Any]:
    """The problem that the response holds, its form checked."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"] == "about:blank"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert all({"field", "got", "expected"} <= set(error) for error in body["errors"])
    return body


def error_of(response: Any, status: int) -> dict[str, str]:
    """The first of its errors."""
    errors = problem(response, status)["errors"]
    assert errors
    results: dict[str, str] = errors[0]
    return results
