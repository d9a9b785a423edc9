"""GraphQL over HTTP: which answer with which status, media type and headers; errors always with ``extensions.code``."""

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
from archive.graphql import asked, persisted
from archive.graphql.asked import JSON, RESPONSE, Unanswered
from archive.graphql.asker import asker
from archive.graphql.errors import plain
from archive.graphql.example import EXAMPLE
from archive.graphql.execution import Answer, run
from archive.media_types import preferred


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
                raise Unanswered(406, "NOT_ACCEPTABLE", f"Accept: expected {RESPONSE} or {JSON}.")
            found = asked.read(request)
            text = persisted.text(found)
            request.user = asker(request)
            answer = run(request, text, found.variables, found.operation)
        except persisted.NotRegistered as error:
            return _respond(request, Answer(_body(error.code, str(error)), error.status))
        except Unanswered as error:
            return self._failed(request, error.status, error.code, str(error), **error.headers)
        if answer.status == 200:
            persisted.register(found)
        response = _respond(request, answer)
        # Who sends hash and text wants the document registered here, by this process too.
        registers = bool(found.document and found.query)
        return mark_cacheable(response) if answer.is_complete and not registers else response

    def _failed(self, request: HttpRequest, status: int, code: str, message: str, **headers: str) -> HttpResponse:
        media = _media_type(request) or JSON
        return HttpResponse(
            _body(code, message), status=status, content_type=f"{media}; charset=utf-8",
            headers={"Vary": "Accept", "Cache-Control": "no-store", **headers},
        )  # fmt: skip


def _body(code: str, message: str) -> bytes:
    return json.dumps({"errors": [plain(message, code)]}).encode()


def _media_type(request: HttpRequest) -> str | None:
    """The answer's media type: plain JSON for who does not say."""
    return preferred(request.META.get("HTTP_ACCEPT", "*/*"), (JSON, RESPONSE))


@csp_update({"font-src": ["'self'", "data:"]})  # GraphiQL's style has its fonts in it
def _page(request: HttpRequest) -> HttpResponse:
    return render(request, "archive/graphiql.html", {"example": EXAMPLE})


def _wants_page(request: HttpRequest) -> bool:
    if {"query", "documentId", "extensions"} & set(request.GET) or settings.PERSISTED_DOCUMENTS is not None:
        return False
    return preferred(request.META.get("HTTP_ACCEPT", "*/*"), (JSON, RESPONSE, "text/html")) == "text/html"


def _respond(request: HttpRequest, answer: Answer) -> HttpResponse:
    media = _media_type(request) or JSON
    # In plain JSON a 4xx may come from anything on the way, so the specification keeps 200 for what the archive says.
    status = 200 if answer.status == 400 and media == JSON else answer.status
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
    if tag in _known(request):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(answer.body, status=status, content_type=f"{media}; charset=utf-8", headers=headers)


def _known(request: HttpRequest) -> list[str]:
    given = request.META.get("HTTP_IF_NONE_MATCH", "")
    return [part.strip().removeprefix("W/") for part in given.split(",")]
