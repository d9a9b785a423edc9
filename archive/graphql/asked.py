"""What a request asks, read from GET or POST as GraphQL over HTTP has it; anything else is refused with a remedy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from archive.graphql import limits

JSON, RESPONSE = "application/json", "application/graphql-response+json"
_DECODER = msgspec.json.Decoder()
_KEYS = ("query", "variables", "operationName", "extensions", "documentId")


class Unanswered(Exception):
    """A request that is not run: with a status, a code and what to do."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        self.status, self.code, self.headers = status, code, headers
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a request. ``document`` is the id of a persisted document, empty if none is named."""

    query: str
    variables: dict[str, Any]
    operation: str | None
    document: str


def read(request: HttpRequest) -> Asked:
    """Raises Unanswered."""
    data = _of_get(request) if request.method in ("GET", "HEAD") else _of_post(request)
    query = _one(data, "query", str, "the text of a GraphQL document") or ""
    variables = _one(data, "variables", dict, "a JSON object") or {}
    operation = _one(data, "operationName", str, "a string") or None
    extensions = _one(data, "extensions", dict, "a JSON object") or {}
    document = _one(data, "documentId", str, "a string") or _hash(extensions)
    if len(query) > limits.MAX_BYTES:
        raise _too_large(len(query))
    if not query.strip() and not document:
        raise Unanswered(400, "BAD_REQUEST", "query: got none, expected the text of a GraphQL document.")
    return Asked(query, variables, operation, document)


def _of_get(request: HttpRequest) -> dict[str, Any]:
    data: dict[str, Any] = {key: request.GET[key] for key in _KEYS if key in request.GET}
    for key in ("variables", "extensions"):
        if data.get(key):
            data[key] = _json(data[key], key)
    return data


def _of_post(request: HttpRequest) -> dict[str, Any]:
    # A form of another site can send text/plain and url-encoded bodies without asking first, JSON it can't.
    if request.content_type != JSON:
        raise Unanswered(
            415, "BAD_REQUEST", f"Content-Type: got '{request.content_type}', expected {JSON}.", Accept=JSON
        )
    try:
        raw = request.body
    except RequestDataTooBig as error:
        raise _too_large(int(request.META.get("CONTENT_LENGTH") or 0)) from error
    if len(raw) > limits.MAX_BYTES:
        raise _too_large(len(raw))
    data = _json(raw, "body")
    if isinstance(data, list):
        raise Unanswered(
            400, "BATCHING_NOT_SUPPORTED",
            "body: got a list, expected one JSON object. Batches are not taken: ask for several fields at once.",
        )  # fmt: skip
    if not isinstance(data, dict):
        raise Unanswered(400, "BAD_REQUEST", "body: got no JSON object, expected one with 'query'.")
    return data


def _one(data: dict[str, Any], key: str, kind: type, expected: str) -> Any:
    value = data.get(key)
    if value is not None and not isinstance(value, kind):
        raise Unanswered(400, "BAD_REQUEST", f"{key}: got {json.dumps(value)[:64]}, expected {expected}.")
    return value


def _hash(extensions: dict[str, Any]) -> str:
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return ""
    found = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version", 1) == 1 else None
    if not isinstance(found, str) or not found:
        raise Unanswered(
            400, "BAD_REQUEST", 'extensions.persistedQuery: expected {"version": 1, "sha256Hash": "<64 hex digits>"}.'
        )
    return found


def _json(text: Any, where: str) -> Any:
    try:
        # Not by Python's reader, which takes NaN for a number, and half of a surrogate pair for text.
        return _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Unanswered(
            400, "BAD_REQUEST", f"{where}: got what is not JSON in UTF-8, expected a JSON object."
        ) from error


def _too_large(size: int) -> Unanswered:
    return Unanswered(
        413, "LIMIT_EXCEEDED", f"body: got {size} bytes, expected at most {limits.MAX_BYTES}. Ask for less."
    )
