"""A blank ``order_by`` is ignored by REST, pages and export, like other blank filters."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.support import api_clients
from tests.support import filter_records as make

pytestmark = pytest.mark.django_db
BLANKS = [[""], ["  "], ["", " "]]


@pytest.fixture(autouse=True)
def events(db: None) -> None:
    """By name, slug and time of entry they have another order than by date."""
    for slug, day in (("a", "2019-07-03"), ("b", "2019-07-01"), ("c", "2019-07-02")):
        make.event(slug, day, name=slug)


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_order_is_the_default_order(client: Client, blank: list[str]) -> None:
    params = {"order_by": blank}
    assert api_clients.by_filterset("events", params, make.NOBODY).slugs == ["b", "c", "a"]
    for as_usual in (False, True):
        assert api_clients.by_rest("events", params, client, as_usual).slugs == ["b", "c", "a"]
    assert api_clients.by_page("events", params, client)[0] == ["b", "c", "a"]


@pytest.mark.parametrize("blank", ["order_by=", "order_by=%20", "order_by", "order_by=&order_by=date"])
def test_cursors_continue_a_list_with_a_blank_order(client: Client, blank: str) -> None:
    first = client.get(f"/api/v1/events/?{blank}&limit=2").json()
    assert [row["slug"] for row in first["results"]] == ["b", "c"]
    assert [row["slug"] for row in client.get(first["next"]).json()["results"]] == ["a"]


def test_an_order_next_to_a_blank_one_is_kept_on_the_next_page(client: Client) -> None:
    first = client.get("/api/v1/events/?order_by=&order_by=-name&limit=2").json()
    assert [row["slug"] for row in first["results"]] == ["c", "b"]
    assert [row["slug"] for row in client.get(first["next"]).json()["results"]] == ["a"]


def test_a_feed_keeps_its_own_default(client: Client) -> None:
    by_default = client.get("/api/v1/events/?format=atom").content.decode()
    ids = by_default.split("<id>")[2:]
    for blank in ("", "%20"):
        blank_order = client.get(f"/api/v1/events/?format=atom&order_by={blank}").content.decode()
        assert blank_order.split("<id>")[2:] == ids


def test_openapi_allows_a_blank_order(client: Client) -> None:
    described = json.loads(client.get("/api/v1/openapi.json").content)
    parameters: list[dict[str, Any]] = described["paths"]["/api/v1/events/"]["get"]["parameters"]
    allowed = {parameter["name"] for parameter in parameters if parameter.get("allowEmptyValue")}
    assert allowed == {"classification", "format", "order_by", "relation"}


def test_graphql_refuses_a_blank_order_with_the_orders(client: Client) -> None:
    def post_order(order: Any) -> Any:
        query = "query($order: EventOrderBy) { events(orderBy: $order) { nodes { slug } } }"
        body = json.dumps({"query": query, "variables": {"order": order}})
        return client.post("/graphql/", body, content_type="application/json")

    assert [row["slug"] for row in post_order(None).json()["data"]["events"]["nodes"]] == ["b", "c", "a"]
    refused = post_order("")
    assert "EventOrderBy" in refused.json()["errors"][0]["message"]
    assert "data" not in refused.json()


def test_an_export_has_no_order_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="unrecognized arguments: --order_by="):
        call_command("export", str(tmp_path / "out"), "--order_by=", stdout=StringIO())
