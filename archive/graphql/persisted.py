"""Persisted documents: named by their hash instead of sent.

Usually a client registers its documents itself (automatic persisted queries): it asks by hash, is told that the hash is
not known, and sends hash and text once. Where ``PERSISTED_DOCUMENTS`` lists documents, only those are answered.
"""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings

from archive.graphql.request import GraphQLRequest, RequestError
from archive.lru import LRUCache

_MAX_LENGTH = 16_000
#: SHA-256 of a document -> its text, as clients registered them in this process; bounded by the characters of all.
_REGISTERED: LRUCache[str] = LRUCache(2_000_000)


class NotRegistered(RequestError):
    """Its message is what clients of automatic persisted queries look for."""

    def __init__(self) -> None:
        super().__init__(400, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")


def document_text(asked: GraphQLRequest) -> str:
    """The text of the document that was asked for. Raises Unanswered."""
    if settings.PERSISTED_DOCUMENTS is not None:
        return _listed_text(asked)
    if asked.document and asked.query:
        if asked.document != digest(asked.query):
            raise RequestError(400, "BAD_REQUEST", "extensions.persistedQuery: the hash is not the document's SHA-256.")
        return asked.query
    if not asked.document:
        return asked.query
    if (found := _REGISTERED.get(asked.document)) is None:
        raise NotRegistered
    return found


def register(asked: GraphQLRequest) -> None:
    """Keep a document that was sent with its hash and found valid."""
    if asked.document and asked.query and settings.PERSISTED_DOCUMENTS is None and len(asked.query) <= _MAX_LENGTH:
        _REGISTERED.set(asked.document, asked.query, len(asked.query))


def digest(query: str) -> str:
    return sha256(query.encode()).hexdigest()


def _listed_text(asked: GraphQLRequest) -> str:
    listed: dict[str, str] = settings.PERSISTED_DOCUMENTS
    found = listed.get(asked.document) if asked.document else asked.query
    if found is None or (asked.query and asked.query not in listed.values()):
        raise RequestError(
            403, "DOCUMENT_NOT_LISTED", "This archive answers listed documents only; ask its keepers to list yours."
        )
    return found
