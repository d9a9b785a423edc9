"""The field ``chain``: the same records and links as REST, with global ids and the records themselves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from graphql_relay import to_global_id

from archive.dates import PartialDate
from archive.models import Event, Relation

pytestmark = pytest.mark.django_db
DOCUMENT = """query ($type: ChainRecordType!, $slug: String!, $depth: Int, $direction: ChainDirection) {
  chain(type: $type, slug: $slug, depth: $depth, direction: $direction) {
    isTruncated
    nodes { id slug name date { text } distance direction record { __typename ... on Event { slug place } } }
    edges { from to kind outcome }
  }
}"""


def execute(document: str = DOCUMENT, **variables: Any) -> dict[str, Any]:
    body = json.dumps({"query": document, "variables": variables})
    return Client().post("/graphql/", body, content_type="application/json").json()


def global_id(text: str) -> str:
    name, _, slug = text.partition("/")
    return to_global_id(name.capitalize(), slug)


@pytest.mark.parametrize(
    ("collection", "slug"),
    [
        ("events", "2019-07-04-japan-export-curbs-take-effect"),
        ("statements", "2019-07-12-kim-you-geun-international-probe"),
    ],
)
@pytest.mark.parametrize("direction", [None, "before", "after"])
def test_it_has_the_records_and_links_of_rest(collection: str, slug: str, direction: str | None, dossier: None) -> None:
    params = {"depth": 2, **({"direction": direction} if direction else {})}
    rest = Client().get(f"/api/v1/{collection}/{slug}/chain/", params).json()
    variables = {"type": collection[:-1].upper(), "slug": slug, "depth": 2, "direction": (direction or "both").upper()}
    chain = execute(**variables)["data"]["chain"]
    assert chain["isTruncated"] is rest["truncated"]
    assert [(node["id"], node["distance"], node["direction"]) for node in chain["nodes"]] == [
        (global_id(node["id"]), node["distance"], node["direction"] and node["direction"].upper())
        for node in rest["nodes"]
    ]
    assert [tuple(edge.values()) for edge in chain["edges"]] == [
        (
            global_id(edge["from"]), global_id(edge["to"]), edge["kind"].upper(),
            edge["outcome"] and edge["outcome"].upper(),
        )
        for edge in rest["edges"]
    ]  # fmt: skip
    assert [node["record"]["__typename"].lower() for node in chain["nodes"]] == [node["type"] for node in rest["nodes"]]
    assert execute(**variables)["data"]["chain"] == chain


def test_nodes_give_the_related_records_of_a_record() -> None:
    first, second = (
        Event.objects.create(slug=slug, status="published", name=slug, classification="visit",
                             date=PartialDate.parse("2019"))
        for slug in "ab"
    )  # fmt: skip
    Relation.objects.create(from_event=second, to_event=first, kind="follows")
    document = """{ chain(type: EVENT, slug: "a") {
      nodes { record { ... on Event { relations { kind toEvent { slug } } } } } } }"""
    assert execute(document)["data"]["chain"]["nodes"] == [
        {"record": {"relations": []}},
        {"record": {"relations": [{"kind": "FOLLOWS", "toEvent": {"slug": "a"}}]}},
    ]


def test_a_record_that_is_not_is_not_found() -> None:
    Event.objects.create(slug="hidden", name="H", classification="visit", date=PartialDate.parse("2019"))
    for slug in ("hidden", "nothing"):
        answer = execute(type="EVENT", slug=slug)
        assert answer["data"] == {"chain": None}
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("depth", [0, 11, -1])
def test_a_depth_out_of_range_is_an_error(depth: int) -> None:
    answer = execute(type="EVENT", slug="a", depth=depth)
    assert answer["data"] == {"chain": None}
    assert answer["errors"][0]["extensions"]["errors"] == [
        {"field": "depth", "got": str(depth), "expected": "a number of links from 1 to 10"}
    ]


def test_a_list_of_each_record_exceeds_the_cost() -> None:
    document = """{ chain(type: EVENT, slug: "a") {
      nodes { record { ... on Event { statements { nodes { speaker { name } } } } } } } }"""
    [error] = execute(document)["errors"]
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
