"""What a request asks, read from GET or POST as GraphQL over HTTP has it; anything else is refused with a remedy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from archive.graphql import limits

JSON_MEDIA_TYPE, RESPONSE_MEDIA_TYPE = "application/json", "application/graphql-response+json"
_DECODER = msgspec.json.Decoder()
_MEMBERS = ("query", "variables", "operationName", "extensions", "documentId")


class RequestError(Exception):
    """A request that is not run: with a status, a code and what to do."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        self.status, self.code, self.headers = status, code, headers
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The parameters of a request. ``document`` is the id of a persisted document, empty if none is named."""

    query: str
    variables: dict[str, Any]
    operation: str | None
    document: str


def parse_request(request: HttpRequest) -> GraphQLRequest:
    """Raises Unanswered."""
    data = _read_get(request) if request.method in ("GET", "HEAD") else _read_post(request)
    query = _member(data, "query", str, "the text of a GraphQL document") or ""
    variables = _member(data, "variables", dict, "a JSON object") or {}
    operation = _member(data, "operationName", str, "a string") or None
    extensions = _member(data, "extensions", dict, "a JSON object") or {}
    document = _member(data, "documentId", str, "a string") or _persisted_hash(extensions)
    if len(query) > limits.MAX_BYTES:
        raise _too_large(len(query))
    if not query.strip() and not document:
        raise RequestError(400, "BAD_REQUEST", "query: got none, expected the text of a GraphQL document.")
    return GraphQLRequest(query, variables, operation, document)


def _read_get(request: HttpRequest) -> dict[str, Any]:
    data: dict[str, Any] = {key: request.GET[key] for key in _MEMBERS if key in request.GET}
    for key in ("variables", "extensions"):
        if data.get(key):
            data[key] = _decode_json(data[key], key)
    return data


def _read_post(request: HttpRequest) -> dict[str, Any]:
    # A form of another site can send text/plain and url-encoded bodies without asking first, JSON it can't.
    if request.content_type != JSON_MEDIA_TYPE:
        raise RequestError(
            415,
            "BAD_REQUEST",
            f"Content-Type: got '{request.content_type}', expected {JSON_MEDIA_TYPE}.",
            Accept=JSON_MEDIA_TYPE,
        )
    try:
        raw = request.body
    except RequestDataTooBig as error:
        raise _too_large(int(request.META.get("CONTENT_LENGTH") or 0)) from error
    if len(raw) > limits.MAX_BYTES:
        raise _too_large(len(raw))
    data = _decode_json(raw, "body")
    if isinstance(data, list):
        raise RequestError(
            400, "BATCHING_NOT_SUPPORTED",
            "body: got a list, expected one JSON object. Batches are not taken: ask for several fields at once.",
        )  # fmt: skip
    if not isinstance(data, dict):
        raise RequestError(400, "BAD_REQUEST", "body: got no JSON object, expected one with 'query'.")
    return data


def _member(data: dict[str, Any], key: str, kind: type, expected: str) -> Any:
    value = data.get(key)
    if value is not None and not isinstance(value, kind):
        raise RequestError(400, "BAD_REQUEST", f"{key}: got {json.dumps(value)[:64]}, expected {expected}.")
    return value


def _persisted_hash(extensions: dict[str, Any]) -> str:
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return ""
    found = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version", 1) == 1 else None
    if not isinstance(found, str) or not found:
        raise RequestError(
            400, "BAD_REQUEST", 'extensions.persistedQuery: expected {"version": 1, "sha256Hash": "<64 hex digits>"}.'
        )
    return found


def _decode_json(text: Any, where: str) -> Any:
    try:
        # Not by Python's reader, which takes NaN for a number, and half of a surrogate pair for text.
        return _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise RequestError(
            400, "BAD_REQUEST", f"{where}: got what is not JSON in UTF-8, expected a JSON object."
        ) from error


def _too_large(size: int) -> RequestError:
    return RequestError(
        413, "LIMIT_EXCEEDED", f"body: got {size} bytes, expected at most {limits.MAX_BYTES}. Ask for less."
    )


#: What browsers send with requests from the archive's own pages, or that somebody typed into the address bar.
_SAME_ORIGIN = ("same-origin", "none")


def authenticate(request: HttpRequest) -> Any:
    """The user of the token, else of the session. Raises Unanswered for a bad token.

    A request that another site makes a browser send is answered as the public's: the session's drafts must not
    show by the time or the size of an answer either. The origins of ``CORS_ALLOWED_ORIGINS`` may use the session.
    """
    try:
        found = TokenAuthentication().authenticate(request) if "HTTP_AUTHORIZATION" in request.META else None
    except (AuthenticationFailed, UnicodeDecodeError) as error:
        message = "The token is not valid: get a new one at /api/v1/token/, or send none."
        raise RequestError(401, "UNAUTHENTICATED", message, **{"WWW-Authenticate": "Token"}) from error
    if found:
        return found[0]
    is_own = request.META.get("HTTP_SEC_FETCH_SITE", "same-origin") in _SAME_ORIGIN
    if not is_own and request.META.get("HTTP_ORIGIN") not in settings.CORS_ALLOWED_ORIGINS:
        return AnonymousUser()
    return request.user
