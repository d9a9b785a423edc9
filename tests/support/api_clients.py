"""The same list request by FilterSet, REST, GraphQL (compiled and by graphql-core) and web pages."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from unittest import mock

from django.test import Client
from graphene.utils.str_converters import to_camel_case, to_snake_case
from graphql import get_named_type

from archive import pagination
from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS, filter_types
from archive.graphql.enums import order_name
from archive.graphql.schema import ROOTS, schema
from archive.rest import requests
from tests.reference import orm_reads
from tests.reference.graphql_core import execute_document

Params = dict[str, list[str]]
SCHEMA = schema.graphql_schema
#: As many as GraphQL gives of a list at once; every door gets this limit.
MOST = 100


class Answer:
    """Slugs in order, or the problems with the question."""

    def __init__(self, slugs: list[str] | None, problems: list[dict[str, str]] | None = None) -> None:
        self.slugs, self.problems = slugs, problems

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and (self.slugs, self.problems) == (other.slugs, other.problems)

    def __repr__(self) -> str:
        return f"{len(self.slugs)} records: {self.slugs}" if self.slugs is not None else f"refused: {self.problems}"


def by_filterset(kind: str, params: Params, user: Any) -> Answer:
    filterset = FILTERSETS[kind](params, user)
    try:
        rows = filterset.result().order_by(*pagination.ordering(filterset.order))
        return Answer(list(rows.values_list("slug", flat=True)[:MOST]))
    except ArchiveError as error:
        return Answer(None, [problem.as_dict() for problem in error.problems])


def by_rest(kind: str, params: Params, client: Client, as_usual: bool = False) -> Answer:
    """``as_usual``: by the serializers, over Django's records, of which only the slugs are rendered."""
    parameters = {**params, "limit": MOST}
    if as_usual:
        with mock.patch.object(requests, "list_json", orm_reads.list_json):
            response = client.get(f"/api/v1/{kind}/", {**parameters, "fields": "slug"})
    else:
        response = client.get(f"/api/v1/{kind}/", parameters)
    data = response.json()
    if response.status_code == 200:
        return Answer([row["slug"] for row in data["results"]])
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json"), response.content
    return Answer(None, data["errors"])


def question(kind: str, params: Params) -> tuple[str, dict[str, Any]]:
    """A GraphQL document with a variable for each filter, and their values."""
    root = to_camel_case(ROOTS[kind][1])
    arguments = SCHEMA.query_type.fields[root].args
    names = {name: to_camel_case(name) for name in params}
    declared = ", ".join(f"${camel}: {arguments[camel].type}" for camel in names.values())
    value = "".join(f", {camel}: ${camel}" for camel in names.values())
    variables = {camel: filter_variable(kind, name, params[name]) for name, camel in names.items()}
    head = f"query({declared})" if declared else "query"
    return f"{head} {{ {root}(first: {MOST}{value}) {{ nodes {{ slug }} }} }}", variables


def filter_variable(kind: str, name: str, texts: list[str]) -> Any:
    """The texts as GraphQL writes them: enums by the members' names, claims as booleans, one value without a list."""
    declared = FILTERSETS[kind].base_filters[name]
    values: list[Any] = [text for text in texts if text.strip()]
    if not values:  # an empty list would match nothing; blank texts are as if not given
        return [""] if says_it_itself(kind, name) is False and declared.many else None
    if isinstance(declared, filter_types.OrderFilter):
        values = [order_name(text.strip()) for text in values]
    if isinstance(declared, filter_types.ChoicesFilter):
        members = {str(member.value): member.name for member in declared.vocabulary}
        values = [members.get(text, text) for text in values]
    if isinstance(declared, filter_types.BooleanFilter):
        words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        values = [words.get(text.strip().lower(), text) for text in values]
    if declared.many:
        return values
    return values[0] if len(values) == 1 else values or None


def says_it_itself(kind: str, name: str) -> bool:
    """Whether GraphQL's own types refuse what the filter would (enums and booleans)."""
    field = SCHEMA.query_type.fields[to_camel_case(ROOTS[kind][1])]
    return get_named_type(field.args[to_camel_case(name)].type).name not in ("String", "ID", "EDTF", "DateTime")


def by_graphql(kind: str, params: Params, client: Client) -> Answer:
    """Over HTTP, by the one statement where that answers."""
    document, variables = question(kind, params)
    response = client.post(
        "/graphql/", json.dumps({"query": document, "variables": variables}), content_type="application/json"
    )
    return _read(kind, response.json())


def by_graphql_as_usual(kind: str, params: Params, user: Any) -> Answer:
    """By graphql-core, over prefetched records."""
    document, variables = question(kind, params)
    return _read(kind, execute_document(document, variables, None, user))


def _read(kind: str, expected: dict[str, Any]) -> Answer:
    if "errors" in expected:
        assert not (expected.get("data") or {}).get(to_camel_case(ROOTS[kind][1]))
        assert expected["errors"][0]["extensions"]["code"] == "BAD_INPUT", expected["errors"]
        problems = expected["errors"][0]["extensions"].get("errors", [])
        return Answer(None, [problem | {"field": to_snake_case(problem["field"])} for problem in problems])
    return Answer([row["slug"] for row in expected["data"][to_camel_case(ROOTS[kind][1])]["nodes"]])


#: Lists that a page shows with their filters: its address, and how it links to the records.
PAGES = {
    "events": ("/", r'href="/events/([^/"?]+)/"'),
    "speech-acts": ("/speech-acts/", r'<td class="what">.*?href="/statements/([^/"?]+)/#act-(\d+)"'),
}


def by_page(kind: str, params: Params, client: Client) -> tuple[list[str] | None, list[str]]:
    """The slugs that the page's list links to, in order; and the sentences that say what is wrong."""
    address, linked = PAGES[kind]
    response = client.get(address, params)
    text = response.content.decode()
    if response.status_code == 400:
        return None, [html.unescape(match) for match in re.findall(r'<p role="alert"[^>]*>(.*?)</p>', text, re.DOTALL)]
    assert response.status_code == 200
    # The front page has the list of the drawn timeline's marks too, above that of the events.
    items = re.findall(r'<ol class="timeline by-year">(.*?)</ol>', text, re.DOTALL)
    items = items or re.findall(r'<table class="ledger">(.*?)</table>', text, re.DOTALL)
    results = re.findall(linked, "".join(items))
    return ["-".join(item) if isinstance(item, tuple) else item for item in results], []
