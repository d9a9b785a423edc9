"""Persisted documents: requests that name a document by its hash or id instead of sending its text.

By default clients register documents themselves (automatic persisted queries): a request with an unknown hash gets
PERSISTED_QUERY_NOT_FOUND, and the client then sends hash and text once. If ``PERSISTED_DOCUMENTS`` lists documents,
only those are executed.
"""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings

from archive.graphql.request import GraphQLRequest, RequestError
from archive.lru import LRUCache

#: Longest document, in characters, that is registered.
_MAX_LENGTH = 16_000
#: Text of each document that clients registered in this process, by its SHA-256. Bounded by total characters.
_REGISTERED: LRUCache[str] = LRUCache(2_000_000)


class NotRegistered(RequestError):
    """A hash that is not registered. Clients of automatic persisted queries recognize it by its message."""

    def __init__(self) -> None:
        super().__init__(400, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")


def document_text(request: GraphQLRequest) -> str:
    """The text of the document to execute. Raises RequestError."""
    if settings.PERSISTED_DOCUMENTS is not None:
        return _listed_text(request)
    if is_registration(request):
        if request.document_id != digest(request.query):
            message = "extensions.persistedQuery: the hash is not the document's SHA-256."
            raise RequestError(400, "BAD_REQUEST", message)
        return request.query
    if not request.document_id:
        return request.query
    if (text := _REGISTERED.get(request.document_id)) is None:
        raise NotRegistered
    return text


def is_registration(request: GraphQLRequest) -> bool:
    """Whether the request has a document and its hash. Each process must execute it, so it is not cached."""
    return bool(request.document_id and request.query)


def register(request: GraphQLRequest) -> None:
    """Register a valid document that was sent with its hash."""
    if settings.PERSISTED_DOCUMENTS is not None or len(request.query) > _MAX_LENGTH:
        return
    if is_registration(request):
        _REGISTERED.set(request.document_id, request.query, len(request.query))


def digest(query: str) -> str:
    return sha256(query.encode()).hexdigest()


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
