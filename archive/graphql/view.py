"""GraphQL over HTTP: POST JSON, GET for queries; errors with ``extensions.code`` and never a stack trace."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from archive.graphql import limits
from archive.graphql.example import EXAMPLE
from archive.graphql.execution import run
from archive.public_version.marks import public_answer


class Unanswered(Exception):
    """A request that is not a GraphQL request: with a status and what to do."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        self.status, self.code, self.headers = status, code, headers
        super().__init__(message)


@method_decorator(csrf_exempt, name="dispatch")  # reads only: there is nothing to forge
class GraphQLView(View):
    """Answers one document a request; a browser gets a page to write queries in."""

    http_method_names = ("get", "post", "options", "head")

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _failed(
            405, "METHOD_NOT_ALLOWED", f"got {request.method}, expected POST (or GET for queries).", Allow="GET, POST"
        )

    def get(self, request: HttpRequest) -> HttpResponse:
        if "query" not in request.GET and "text/html" in request.META.get("HTTP_ACCEPT", ""):
            return render(request, "archive/graphiql.html", {"example": EXAMPLE})
        return self._answer(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            query, variables, operation = _asked(request)
            request.user = _user(request)
            answered = run(request, query, variables, operation)
        except Unanswered as error:
            return _failed(error.status, error.code, str(error), **error.headers)
        response = HttpResponse(answered.body, status=answered.status, content_type="application/json")
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return public_answer(response) if answered.is_complete else response


def _user(request: HttpRequest) -> Any:
    try:
        found = TokenAuthentication().authenticate(request)
    except AuthenticationFailed as error:
        message = "The token is not valid: get a new one at /api/v1/token/, or send none."
        raise Unanswered(401, "UNAUTHENTICATED", message, **{"WWW-Authenticate": "Token"}) from error
    return found[0] if found else request.user


def _asked(request: HttpRequest) -> tuple[str, dict[str, Any], str | None]:
    if request.method == "GET":
        data: Any = {key: request.GET[key] for key in ("query", "operationName", "variables") if key in request.GET}
        if data.get("variables"):
            data["variables"] = _json(data["variables"], "variables")
    else:
        if request.content_type not in ("application/json", "application/graphql-response+json"):
            raise Unanswered(
                415, "BAD_REQUEST", f"Content-Type: got '{request.content_type}', expected application/json."
            )
        try:
            raw = request.body
        except RequestDataTooBig as error:
            raise Unanswered(
                413, "LIMIT_EXCEEDED", f"The body is too large: at most {limits.MAX_BYTES} bytes."
            ) from error
        if len(raw) > limits.MAX_BYTES:
            raise Unanswered(
                413, "LIMIT_EXCEEDED", f"The body has {len(raw)} bytes, expected at most {limits.MAX_BYTES}."
            )
        data = _json(raw, "body")
    if not isinstance(data, dict):
        raise Unanswered(
            400, "BAD_REQUEST", "The body: got no JSON object, expected one with 'query'. Batches are not taken."
        )
    query, variables, operation = data.get("query"), data.get("variables") or {}, data.get("operationName") or None
    if not isinstance(query, str) or not query.strip():
        raise Unanswered(400, "BAD_REQUEST", "query: got none, expected the text of a GraphQL document.")
    if not isinstance(variables, dict) or not isinstance(operation, str | None):
        raise Unanswered(400, "BAD_REQUEST", "variables is a JSON object and operationName a string.")
    return query, variables, operation


def _json(text: Any, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unanswered(400, "BAD_REQUEST", f"{where}: got what is not JSON, expected a JSON object.") from error


def _failed(status: int, code: str, message: str, **headers: str) -> HttpResponse:
    return JsonResponse(
        {"errors": [{"message": message, "extensions": {"code": code}}]}, status=status, headers=headers
    )
