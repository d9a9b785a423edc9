"""GraphQL requests over HTTP, for tests."""

from __future__ import annotations

from typing import Any

from django.test import Client

ADDRESS = "/graphql/"
RESPONSE = "application/graphql-response+json"


def post(query: Any = None, client: Client | None = None, accept: str = "", **members: Any) -> Any:
    """The response to a POST; ``members`` are further members of the JSON payload."""
    headers = {"Accept": accept} if accept else {}
    payload = {"query": query, **members} if query is not None else members
    return (client or Client()).post(ADDRESS, payload, content_type="application/json", headers=headers)


def get(client: Client | None = None, headers: dict[str, str] | None = None, **parameters: str) -> Any:
    return (client or Client()).get(ADDRESS, parameters, headers=headers or {})


def data(query: str, client: Client | None = None, **variables: Any) -> Any:
    """The data of a response without errors."""
    content = post(query, client, variables=variables).json()
    assert "errors" not in content, content
    return content["data"]


def code(response: Any) -> str:
    """The code of the response's first error."""
    return str(response.json()["errors"][0]["extensions"]["code"])
