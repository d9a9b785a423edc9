"""Questions for the front desk, and how to ask an application without a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

EVENT = "2019-07-04-japan-export-curbs-take-effect"
QUERY = "query Q($slug: String!) { event(slug: $slug) { name date { text } statements(first: 3) { nodes { slug } } } }"
#: Path with query, and what is posted.
Call = tuple[str, Any]
GOOD: list[Call] = [
    ("/api/v1/events/", None),
    ("/api/v1/events/?limit=1", None),
    ("/api/v1/events/?limit=2&count=true&order_by=-date&fields=slug,name&q=export", None),
    ("/api/v1/events/?date=2019-07&topic=export-controls&topic=", None),
    ("/api/v1/statements/?limit=3&fields=slug,speaker&speaker=kim-you-geun", None),
    (f"/api/v1/events/{EVENT}/", None),
    (f"/api/v1/events/{EVENT}/?fields=slug&include=citations", None),
    ("/graphql/", {"query": QUERY, "variables": {"slug": EVENT}}),
    ("/graphql/", {"query": QUERY, "variables": {"slug": EVENT}, "operationName": "Q"}),
    ("/graphql/", {"query": "{ events(first: 20) { nodes { slug name summary } } }", "variables": None}),
    ("/api/v1/events/?format=json&limit=1", None),
]
OTHERS: list[Call] = [
    ("/graphql/", {"query": QUERY, "variables": {"slug": "nothing"}, "operationName": "Q"}),
    ("/", None),
    ("/api/v1/", None),
    ("/api/v1/events/?limit=0", None),
    ("/api/v1/events/?limit=1&limit=2", None),
    ("/api/v1/events/?nonsense=1", None),
    ("/api/v1/events/?topic=exports", None),
    ("/api/v1/events/?cursor=nonsense", None),
    ("/api/v1/events/?date=never", None),
    ("/api/v1/events/?format=csv", None),
    ("/api/v1/events/?q=%ff", None),
    ("/api/v1/events/nothing/", None),
    (f"/api/v1/events/{EVENT}/history/", None),
    (f"/api/v1/events/{EVENT}/?limit=1", None),
    (f"/api/v1/events/{EVENT}/?fields=nmae", None),
    ("/api/v1/events", None),
    ("/api/v1/events//", None),
    ("/api/v1/events/\n", None),
    (f"/api/v1/events/{EVENT}//", None),
    ("//api/v1/events/", None),
    ("/api/v1/nothing/", None),
    ("/api/v1/events/no\x00thing/", None),
    ("/api/v1/events/?=1", None),
    ("/api/v1/officials/%EC%9C%A0/", None),
    ("/graphql/", {"query": "{ nothing }"}),
    ("/graphql/", {"query": QUERY}),
    ("/graphql/", {"query": QUERY, "variables": {"slug": EVENT}, "other": 1}),
    ("/graphql/", {"query": QUERY, "variables": 3}),
    ("/graphql/", {"query": "{ __schema { queryType { name } } }"}),
    ("/graphql/", [1]),
]


class Watched:
    """Django, with the number of its calls."""

    def __init__(self) -> None:
        self.django, self.calls = WSGIHandler(), 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.calls += 1
        return self.django(environ, start_response)


def call_application(application: Callable[..., Any], call: Call, **fields: str) -> tuple[str, dict[str, str], bytes]:
    path, _, query = call[0].partition("?")
    body = b"" if call[1] is None else json.dumps(call[1]).encode()
    environ = {
        "REQUEST_METHOD": "GET" if call[1] is None else "POST", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "HTTP_HOST": "testserver", "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body), "CONTENT_TYPE": "application/json" if body else "",
        "CONTENT_LENGTH": str(len(body)) if body else "", **fields,
    }  # fmt: skip
    environ = {name: value for name, value in environ.items() if value is not None}
    messages: list[Any] = []
    # As Django's test client does: a test's transaction lives in the connection.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        sent = b"".join(application(environ, lambda status, headers: messages.append((status, headers))))
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
    [(status, headers)] = messages
    assert len({name for name, _ in headers}) == len(headers)
    return status, dict(headers), sent
