"""The GraphQL endpoint: HTTP status, media type and headers of responses, and the GraphiQL page."""

from __future__ import annotations

import json
from hashlib import sha256

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from archive.cache.responses import mark_cacheable, matches_etag, not_modified
from archive.graphql.errors import error_entry
from archive.graphql.executor import GraphQLResponse, execute_query
from archive.graphql.request import (
    JSON_MEDIA_TYPE,
    RESPONSE_MEDIA_TYPE,
    NotRegisteredError,
    RequestError,
    authenticate,
    document_text,
    parse_request,
    register,
)
from archive.media_types import preferred

#: Shown in GraphiQL at first, and in the README.
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
    """Executes one document per request; browsers get the GraphiQL page."""

    http_method_names = ("get", "post", "options", "head")

    def http_method_not_allowed(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self._error_response(
            request, 405, "METHOD_NOT_ALLOWED", f"got {request.method}, expected POST (or GET for queries).",
            Allow="GET, HEAD, POST",
        )  # fmt: skip

    def options(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return HttpResponse(status=204, headers={"Allow": "GET, HEAD, POST, OPTIONS"})

    def get(self, request: HttpRequest) -> HttpResponse:
        if _is_page_request(request):
            return _graphiql(request)  # type: ignore[no-any-return]
        return self.post(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            if _media_type(request) is None:
                message = f"Accept: expected {RESPONSE_MEDIA_TYPE} or {JSON_MEDIA_TYPE}."
                raise RequestError(406, "NOT_ACCEPTABLE", message)
            parsed = parse_request(request)
            text = document_text(parsed)
            request.user = authenticate(request)
            result = execute_query(request, text, parsed.variables, parsed.operation_name)
        except NotRegisteredError as error:
            return _respond(request, GraphQLResponse(_error_content(error.code, str(error)), error.status))
        except RequestError as error:
            return self._error_response(request, error.status, error.code, str(error), **error.headers)
        if result.status == 200:
            register(parsed)
        response = _respond(request, result)
        is_cacheable = result.is_complete and not parsed.is_registration
        return mark_cacheable(response) if is_cacheable else response

    def _error_response(
        self, request: HttpRequest, status: int, code: str, message: str, **headers: str
    ) -> HttpResponse:
        media_type = _media_type(request) or JSON_MEDIA_TYPE
        return HttpResponse(
            _error_content(code, message), status=status, content_type=f"{media_type}; charset=utf-8",
            headers={"Vary": "Accept", "Cache-Control": "no-store", **headers},
        )  # fmt: skip


def _error_content(code: str, message: str) -> bytes:
    return json.dumps({"errors": [error_entry(message, code)]}).encode()


def _media_type(request: HttpRequest) -> str | None:
    """The response's media type, by default application/json; None if the Accept header excludes both."""
    return preferred(request.META.get("HTTP_ACCEPT", "*/*"), (JSON_MEDIA_TYPE, RESPONSE_MEDIA_TYPE))


@csp_update({"font-src": ["'self'", "data:"]})  # GraphiQL's style sheet embeds its fonts
def _graphiql(request: HttpRequest) -> HttpResponse:
    return render(request, "archive/graphiql.html", {"example": EXAMPLE_QUERY})


def _is_page_request(request: HttpRequest) -> bool:
    if {"query", "documentId", "extensions"} & set(request.GET) or settings.PERSISTED_DOCUMENTS is not None:
        return False
    media_types = (JSON_MEDIA_TYPE, RESPONSE_MEDIA_TYPE, "text/html")
    return preferred(request.META.get("HTTP_ACCEPT", "*/*"), media_types) == "text/html"


def _respond(request: HttpRequest, result: GraphQLResponse) -> HttpResponse:
    media_type = _media_type(request) or JSON_MEDIA_TYPE
    content_type = f"{media_type}; charset=utf-8"
    # In application/json a 4xx may come from a proxy, so GraphQL over HTTP keeps 200 for the server's own errors.
    status = 200 if result.status == 400 and media_type == JSON_MEDIA_TYPE else result.status
    headers = {"Vary": "Accept, Authorization, Cookie"}
    if request.method == "POST" or result.status != 200:
        headers["Cache-Control"] = "no-store"
        if result.retry_after:
            headers["Retry-After"] = str(result.retry_after)
        return HttpResponse(result.content, status=status, content_type=content_type, headers=headers)
    is_public = settings.ARCHIVE_PUBLIC and not request.user.is_authenticated
    # no-cache: caches may store the response and must revalidate it before each use.
    headers["Cache-Control"] = "public, no-cache" if is_public else "private, no-cache"
    headers["ETag"] = etag = f'"{sha256(media_type.encode() + result.content).hexdigest()[:20]}"'
    response = HttpResponse(result.content, status=status, content_type=content_type, headers=headers)
    is_known = matches_etag(request.META.get("HTTP_IF_NONE_MATCH", ""), etag)
    return not_modified(response) if is_known else response


@csrf_exempt
def redirect_to_endpoint(request: HttpRequest) -> HttpResponse:
    """The 308 of the address without its last slash: the client sends the same method and body again."""
    query = request.META.get("QUERY_STRING", "")
    address = f"{reverse('graphql:graphql')}{'?' if query else ''}{query}"
    return HttpResponsePermanentRedirect(address, preserve_request=True)
