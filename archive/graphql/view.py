"""The query that the browser page opens with, and the README shows."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from archive.cache.store import mark_cacheable
from archive.graphql import persisted
from archive.graphql.errors import error_entry
from archive.graphql.executor import GraphQLResponse, execute_query
from archive.graphql.request import JSON_MEDIA_TYPE, RESPONSE_MEDIA_TYPE, RequestError, authenticate, parse_request
from archive.media_types import preferred

EXAMPLE_QUERY = """{
  statement(slug: "2019-07-12-kim-you-geun-international-probe") {
    speaker { name names { text script } }
    capacities { office { name body { name } } }
    speechActs { kind text condition addressees { name } }
    about {
      ... on Measure { slug inForce { text earliest latest } }
      ... on Event { slug date { text } }
    }
  }
}
"""


class GraphQLView(View):
    """Answers one document a request; a browser gets a page to write queries in."""

    http_method_names = ("get", "post", "options", "head")

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._failed(
            request, 405, "METHOD_NOT_ALLOWED", f"got {request.method}, expected POST (or GET for queries).",
            Allow="GET, HEAD, POST",
        )  # fmt: skip

    def get(self, request: HttpRequest) -> HttpResponse:
        if _wants_page(request):
            return _page(request)
        return self.post(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            if _media_type(request) is None:
                raise RequestError(
                    406, "NOT_ACCEPTABLE", f"Accept: expected {RESPONSE_MEDIA_TYPE} or {JSON_MEDIA_TYPE}."
                )
            found = parse_request(request)
            text = persisted.document_text(found)
            request.user = authenticate(request)
            answer = execute_query(request, text, found.variables, found.operation)
        except persisted.NotRegistered as error:
            return _respond(request, GraphQLResponse(_error_content(error.code, str(error)), error.status))
        except RequestError as error:
            return self._failed(request, error.status, error.code, str(error), **error.headers)
        if answer.status == 200:
            persisted.register(found)
        response = _respond(request, answer)
        # Who sends hash and text wants the document registered here, by this process too.
        registers = bool(found.document and found.query)
        return mark_cacheable(response) if answer.is_complete and not registers else response

    def _failed(self, request: HttpRequest, status: int, code: str, message: str, **headers: str) -> HttpResponse:
        media = _media_type(request) or JSON_MEDIA_TYPE
        return HttpResponse(
            _error_content(code, message), status=status, content_type=f"{media}; charset=utf-8",
            headers={"Vary": "Accept", "Cache-Control": "no-store", **headers},
        )  # fmt: skip


def _error_content(code: str, message: str) -> bytes:
    return json.dumps({"errors": [error_entry(message, code)]}).encode()


def _media_type(request: HttpRequest) -> str | None:
    """The answer's media type: plain JSON for who does not say."""
    return preferred(request.META.get("HTTP_ACCEPT", "*/*"), (JSON_MEDIA_TYPE, RESPONSE_MEDIA_TYPE))


@csp_update({"font-src": ["'self'", "data:"]})  # GraphiQL's style has its fonts in it
def _page(request: HttpRequest) -> HttpResponse:
    return render(request, "archive/graphiql.html", {"example": EXAMPLE_QUERY})


def _wants_page(request: HttpRequest) -> bool:
    if {"query", "documentId", "extensions"} & set(request.GET) or settings.PERSISTED_DOCUMENTS is not None:
        return False
    return (
        preferred(request.META.get("HTTP_ACCEPT", "*/*"), (JSON_MEDIA_TYPE, RESPONSE_MEDIA_TYPE, "text/html"))
        == "text/html"
    )


def _respond(request: HttpRequest, answer: GraphQLResponse) -> HttpResponse:
    media = _media_type(request) or JSON_MEDIA_TYPE
    # In plain JSON a 4xx may come from anything on the way, so the specification keeps 200 for what the archive says.
    status = 200 if answer.status == 400 and media == JSON_MEDIA_TYPE else answer.status
    headers = {"Vary": "Accept, Authorization, Cookie"}
    if request.method == "POST" or answer.status != 200:
        headers["Cache-Control"] = "no-store"
        if answer.status == 503:
            headers["Retry-After"] = "5"
        return HttpResponse(answer.body, status=status, content_type=f"{media}; charset=utf-8", headers=headers)
    public = settings.ARCHIVE_PUBLIC and not request.user.is_authenticated
    # no-cache: a cache may keep it, and asks before it serves it, so that no answer is stale.
    headers["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    headers["ETag"] = tag = f'"{sha256(media.encode() + answer.body).hexdigest()[:20]}"'
    if tag in _if_none_match(request):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(answer.body, status=status, content_type=f"{media}; charset=utf-8", headers=headers)


def _if_none_match(request: HttpRequest) -> list[str]:
    given = request.META.get("HTTP_IF_NONE_MATCH", "")
    return [part.strip().removeprefix("W/") for part in given.split(",")]
