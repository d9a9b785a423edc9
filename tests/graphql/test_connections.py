"""Connections: pages by cursors, forward and backward."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from archive.models import Event, Topic
from tests.sql.test_differential import agree
from tests.support.graphql_client import code, data, post

pytestmark = pytest.mark.django_db
PAGE = "edges { cursor node { slug } } nodes { slug } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
LISTS = [
    ("events", ""), ("events", "orderBy: DATE_DESC,"), ("events", "orderBy: UPDATED_AT_DESC,"),
    ("speechActs", ""), ("bodies", 'kind: [STATE], orderBy: SLUG_DESC,'), ("appointments", ""),
]  # fmt: skip


def all_edges(field: str, filters: str) -> list[Any]:
    return list(data(f"{{ {field}({filters} first: 30) {{ {PAGE} }} }}")[field]["edges"])


@pytest.mark.parametrize(("field", "filters"), LISTS)
def test_page_before_or_after_a_cursor_is_a_slice_of_the_list(dossier: None, field: str, filters: str) -> None:
    edges = all_edges(field, filters)
    slugs = [edge["node"]["slug"] for edge in edges]
    low, high = edges[3]["cursor"], edges[9]["cursor"]
    for page, expected, before, after in (
        (f'first: 4, after: "{low}"', slugs[4:8], True, True),
        (f'last: 4, before: "{high}"', slugs[5:9], True, True),
        (f'last: 99, before: "{high}"', slugs[:9], False, True),
        (f'first: 99, after: "{low}", before: "{high}"', slugs[4:9], True, False),
        (f'last: 2, after: "{low}", before: "{high}"', slugs[7:9], True, True),
        (f'last: 99, after: "{low}", before: "{high}"', slugs[4:9], False, True),
        (f'first: 0, after: "{low}"', [], True, True),
        (f'last: 0, before: "{low}"', [], True, True),
        ("first: 0", [], False, True),
    ):
        query = f"{{ {field}({filters} {page}) {{ {PAGE} totalCount }} }}"
        agree(query, AnonymousUser())
        page_data = data(query)[field]
        assert [node["slug"] for node in page_data["nodes"]] == expected, page
        assert [edge["cursor"] for edge in page_data["edges"]] == [
            edge["cursor"] for edge in edges if edge["node"]["slug"] in expected
        ]
        info = page_data["pageInfo"]
        assert (info["hasPreviousPage"], info["hasNextPage"]) == (before, after), page


def test_added_and_removed_rows_do_not_shift_a_page(dossier: None) -> None:
    edges = all_edges("events", "")
    slugs = [edge["node"]["slug"] for edge in edges]
    query = f'{{ events(first: 3, after: "{edges[5]["cursor"]}") {{ nodes {{ slug }} }} }}'
    assert [node["slug"] for node in data(query)["events"]["nodes"]] == slugs[6:9]
    Event.objects.filter(slug__in=[slugs[0], slugs[5]]).update(status="withdrawn")
    Event(slug="0-first-of-all", name="First", classification="meeting", date="1901", status="published").save()
    assert [node["slug"] for node in data(query)["events"]["nodes"]] == slugs[6:9]


NESTED = '{ topic(slug: "export-controls") { events(PAGES) { totalCount ' + PAGE + " } } }"


def test_cursors_of_nested_connections(dossier: None) -> None:
    edges = data(NESTED.replace("PAGES", "first: 20"))["topic"]["events"]["edges"]
    assert len(edges) > 6
    for page, expected in (
        (f'last: 2, before: "{edges[5]["cursor"]}"', edges[3:5]),
        (f'first: 2, after: "{edges[2]["cursor"]}"', edges[3:5]),
        ("first: 0", []),
    ):
        query = NESTED.replace("PAGES", page)
        agree(query, AnonymousUser())
        assert data(query)["topic"]["events"]["edges"] == expected


def test_ties_are_broken_by_the_slug(dossier: None) -> None:
    for number in (3, 1, 2):
        Topic(slug=f"t{number}", name="0 the same", status="published").save()
    query = "{ topics(orderBy: NAME_ASC, first: 2) { " + PAGE + " } }"
    agree(query, AnonymousUser())
    assert [node["slug"] for node in data(query)["topics"]["nodes"]] == ["t1", "t2"]


@pytest.mark.parametrize(
    "cursor", ["junk", "", "W10", "bnVsbA", "e30", "W251bGxd", "A" * 5_000, "\u00e9", "WyJldmVudHMiXQ"]
)
def test_invalid_cursor_is_an_error_with_a_code(dossier: None, cursor: str) -> None:
    for argument in ("after", "before"):
        response = post(
            f"query ($c: String) {{ events({argument}: $c) {{ nodes {{ slug }} }} }}", variables={"c": cursor}
        )
        assert code(response) == "BAD_CURSOR"


def test_cursor_of_another_list_or_order_is_an_error(dossier: None) -> None:
    cursor = all_edges("events", "")[0]["cursor"]
    for field in (
        'statements(after: "%s")',
        'events(orderBy: SLUG_ASC, after: "%s")',
        'events(orderBy: DATE_DESC, after: "%s")',
    ):
        assert code(post("{ " + field % cursor + " { nodes { slug } } }")) == "BAD_CURSOR"


@pytest.mark.parametrize("page", ["first: -1", "last: 101", "first: 101", "first: 1, last: 1"])
def test_page_size_out_of_range_is_an_error(dossier: None, page: str) -> None:
    assert code(post(f"{{ events({page}) {{ nodes {{ slug }} }} }}")) == "BAD_INPUT"
