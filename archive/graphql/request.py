"""GraphQL requests, GET and POST, as the GraphQL-over-HTTP specification defines them: parameters, document and user.

A request may name a persisted document by its hash or id instead of sending its text. By default clients register
documents themselves (automatic persisted queries): a request with an unknown hash gets PERSISTED_QUERY_NOT_FOUND, and
the client then sends hash and text once. If ``PERSISTED_DOCUMENTS`` lists documents, only those are executed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from archive.accounts import two_factor
from archive.graphql import limits
from archive.lru import LRUCache

JSON_MEDIA_TYPE, RESPONSE_MEDIA_TYPE = "application/json", "application/graphql-response+json"
_DECODER = msgspec.json.Decoder()
_MEMBERS = ("query", "variables", "operationName", "extensions", "documentId")
#: Values of Sec-Fetch-Site for requests from the archive's own pages, and for an address typed by the user.
_SAME_ORIGIN = ("same-origin", "none")
#: Longest document, in characters, that is registered.
_MAX_REGISTERED_LENGTH = 16_000
#: Text of each document that clients registered in this process, by its SHA-256. Bounded by total characters.
_REGISTERED: LRUCache[str] = LRUCache(2_000_000)


class RequestError(Exception):
    """A request that is refused before execution: HTTP status, error code and message, and response headers."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        self.status, self.code, self.headers = status, code, headers
        super().__init__(message)


class NotRegisteredError(RequestError):
    """The hash of no registered document. Clients of automatic persisted queries recognize it by its message."""

    def __init__(self) -> None:
        super().__init__(400, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The parameters of a request. ``document_id`` is the id of a persisted document, or empty."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None
    document_id: str

    @property
    def is_registration(self) -> bool:
        """Whether it has a document and its hash. Each process must execute it, so it is not cached."""
        return bool(self.document_id and self.query)


def parse_request(request: HttpRequest) -> GraphQLRequest:
    """The parameters in the query string or the JSON payload. Raises RequestError."""
    if request.method in ("GET", "HEAD"):
        return _parse_members(_read_query_string(request))
    try:
        payload = request.body if request.content_type == JSON_MEDIA_TYPE else b""
    except RequestDataTooBig as error:
        raise _too_large(int(request.META.get("CONTENT_LENGTH") or 0)) from error
    return parse_payload(payload, str(request.content_type))


def parse_payload(payload: bytes, content_type: str) -> GraphQLRequest:
    """The parameters in the payload of a POST; ``content_type`` is without parameters. Raises RequestError."""
    # Forms of other sites can send text/plain and url-encoded payloads without a CORS preflight, but not JSON.
    if content_type != JSON_MEDIA_TYPE:
        message = f"Content-Type: got '{content_type}', expected {JSON_MEDIA_TYPE}."
        raise RequestError(415, "BAD_REQUEST", message, Accept=JSON_MEDIA_TYPE)
    if len(payload) > limits.MAX_BYTES:
        raise _too_large(len(payload))
    members = _decode_json(payload, "body")
    if isinstance(members, list):
        raise RequestError(
            400, "BATCHING_NOT_SUPPORTED",
            "body: got a list, expected one JSON object. Batches are not supported: ask for several fields at once.",
        )  # fmt: skip
    if not isinstance(members, dict):
        raise RequestError(400, "BAD_REQUEST", "body: got no JSON object, expected one with 'query'.")
    return _parse_members(members)


def document_text(request: GraphQLRequest) -> str:
    """The text of the document to execute. Raises RequestError."""
    if settings.PERSISTED_DOCUMENTS is not None:
        return _listed_text(request)
    if request.is_registration:
        if request.document_id != document_hash(request.query):
            message = "extensions.persistedQuery: the hash is not the document's SHA-256."
            raise RequestError(400, "BAD_REQUEST", message)
        return request.query
    if not request.document_id:
        return request.query
    if (text := _REGISTERED.get(request.document_id)) is None:
        raise NotRegisteredError
    return text


def register(request: GraphQLRequest) -> None:
    """Register a valid document that was sent with its hash."""
    if settings.PERSISTED_DOCUMENTS is not None or len(request.query) > _MAX_REGISTERED_LENGTH:
        return
    if request.is_registration:
        _REGISTERED.set(request.document_id, request.query, len(request.query))


def document_hash(query: str) -> str:
    """The hash by which clients name a document."""
    return sha256(query.encode()).hexdigest()


def authenticate(request: HttpRequest) -> Any:
    """The user of the token, else of the session. Raises RequestError for an invalid token.

    A cross-site request that a browser sends is executed as anonymous, so that neither the time nor the size of its
    response depends on drafts that the session may see. Origins in ``CORS_ALLOWED_ORIGINS`` may use the session.
    """
    try:
        credentials = TokenAuthentication().authenticate(request) if "HTTP_AUTHORIZATION" in request.META else None
    except (AuthenticationFailed, UnicodeDecodeError) as error:
        message = "The token is not valid: get a new one at /api/v1/token/, or send none."
        raise RequestError(401, "UNAUTHENTICATED", message, **{"WWW-Authenticate": "Token"}) from error
    if credentials:
        if two_factor.lacks_required_app(credentials[0]):
            raise RequestError(401, "UNAUTHENTICATED", two_factor.APP_REQUIRED, **{"WWW-Authenticate": "Token"})
        return credentials[0]
    is_same_origin = request.META.get("HTTP_SEC_FETCH_SITE", "same-origin") in _SAME_ORIGIN
    if not is_same_origin and request.META.get("HTTP_ORIGIN") not in settings.CORS_ALLOWED_ORIGINS:
        return AnonymousUser()
    return request.user


def _parse_members(members: dict[str, Any]) -> GraphQLRequest:
    query = _member(members, "query", str, "the text of a GraphQL document") or ""
    variables = _member(members, "variables", dict, "a JSON object") or {}
    operation_name = _member(members, "operationName", str, "a string") or None
    extensions = _member(members, "extensions", dict, "a JSON object") or {}
    document_id = _member(members, "documentId", str, "a string") or _persisted_hash(extensions)
    if len(query) > limits.MAX_BYTES:
        raise _too_large(len(query))
    if not query.strip() and not document_id:
        raise RequestError(400, "BAD_REQUEST", "query: got none, expected the text of a GraphQL document.")
    return GraphQLRequest(query, variables, operation_name, document_id)


def _read_query_string(request: HttpRequest) -> dict[str, Any]:
    members: dict[str, Any] = {name: request.GET[name] for name in _MEMBERS if name in request.GET}
    for name in ("variables", "extensions"):
        if name in members and not members[name].strip():
            del members[name]
        elif name in members:
            members[name] = _decode_json(members[name], name)
    return members


def _member(members: dict[str, Any], name: str, type_: type, expected: str) -> Any:
    value = members.get(name)
    if value is not None and not isinstance(value, type_):
        raise RequestError(400, "BAD_REQUEST", f"{name}: got {json.dumps(value)[:64]}, expected {expected}.")
    return value


def _persisted_hash(extensions: dict[str, Any]) -> str:
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return ""
    is_version_1 = isinstance(persisted, dict) and persisted.get("version", 1) == 1
    name = persisted.get("sha256Hash") if is_version_1 else None
    if not isinstance(name, str) or not name:
        raise RequestError(
            400, "BAD_REQUEST", 'extensions.persistedQuery: expected {"version": 1, "sha256Hash": "<64 hex digits>"}.'
        )
    return name.lower()


def _decode_json(text: str | bytes, where: str) -> Any:
    try:
        # msgspec, because Python's json module accepts NaN and unpaired surrogates.
        return _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise RequestError(
            400, "BAD_REQUEST", f"{where}: got invalid JSON, expected a JSON object in UTF-8."
        ) from error


def _listed_text(request: GraphQLRequest) -> str:
    listed: dict[str, str] = settings.PERSISTED_DOCUMENTS or {}
    text = listed.get(request.document_id) if request.document_id else request.query
    if text is None or (request.query and request.query not in listed.values()):
        raise RequestError(
            403,
            "DOCUMENT_NOT_LISTED",
            "This archive executes listed documents only; ask its administrators to list yours.",
        )
    return text


def _too_large(size: int) -> RequestError:
    return RequestError(
        413, "LIMIT_EXCEEDED", f"body: got {size} bytes, expected at most {limits.MAX_BYTES}. Ask for less."
    )
