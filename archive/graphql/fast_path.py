"""GraphQL POST requests of anonymous clients, executed from the WSGI middleware without a Django request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from archive.graphql.executor import PreparedOperation, cached_operation
from archive.graphql.request import RequestError, document_text, parse_payload

_ANONYMOUS = AnonymousUser()


@dataclass(frozen=True, slots=True)
class FastQuery:
    """An operation that is in the cache, with the variables of this request."""

    operation: PreparedOperation
    variables: dict[str, Any]

    @property
    def view(self) -> str:
        return "graphql:graphql"

    header_key = view

    def answer(self) -> tuple[bytes, str, bool]:
        """The response's content, an empty ETag, and whether it may be cached. Raises as ``execute`` does."""
        response = self.operation.execute(self.variables, _ANONYMOUS)
        return response.content, "", response.is_complete


def parse(payload: bytes, content_type: str) -> FastQuery | None:
    """The operation that a POST asks for; None for new documents, for registrations and for invalid requests."""
    try:
        request = parse_payload(payload, content_type)
        text = document_text(request)
    except RequestError:
        return None
    if request.is_registration:
        return None
    operation = cached_operation(text, request.operation_name)
    return None if operation is None else FastQuery(operation, request.variables)
