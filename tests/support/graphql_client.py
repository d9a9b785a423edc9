"""How the tests ask: over HTTP, as a client would."""

from __future__ import annotations

from typing import Any

from django.test import Client

ADDRESS = "/graphql/"
RESPONSE = "application/graphql-response+json"


def post(query: Any = None, client: Client | None = None, accept: str = "", **more: Any) -> Any:
    """The response to a POST; ``more`` are further members of the body."""
    headers = {"Accept": accept} if accept else {}
    body = {"query": query, **more} if query is not None else more
    return (client or Client()).post(ADDRESS, body, content_type="application/json", headers=headers)


def get(client: Client | None = None, headers: dict[str, str] | None = None, **parameters: str) -> Any:
    return (client or Client()).get(ADDRESS, parameters, headers=headers or {})


def data(query: str, client: Client | None = None, **variables: Any) -> Any:
    """The data of an answer without errors."""
    found = post(query, client, variables=variables).json()
    assert "errors" not in found, found
    return found["data"]


def code(response: Any) -> str:
    """The code of the answer's first error."""
    return str(response.json()["errors"][0]["extensions"]["code"])
