"""Global ids: they name a record by its slug, and tell nothing of how many rows there are."""

from __future__ import annotations

from base64 import b64decode
from itertools import pairwise

import pytest
from django.db import connection
from graphql_relay import to_global_id
from hypothesis import given
from hypothesis import strategies as st

from archive.models import Citation, Topic
from archive.sql.opaque_ids import opaque_id, opaque_id_sql, primary_key
from tests.support.graphql_client import data

pytestmark = pytest.mark.django_db


@given(st.integers(1, 2**40 - 1))
def test_an_opaque_number_leads_back_to_its_primary_key(number: int) -> None:
    assert primary_key(opaque_id(number)) == number
    assert 0 <= opaque_id(number) < 2**40


def test_the_database_makes_the_same_opaque_numbers() -> None:
    numbers = [1, 2, 3, 1023, 2**20 - 1, 2**20, 2**20 + 1, 123_456_789, 2**40 - 1]
    with connection.cursor() as cursor:
        for number in numbers:
            column = f"CAST({number} AS bigint)"
            cursor.execute(f"SELECT {opaque_id_sql(column)}", [])
            assert cursor.fetchone()[0] == opaque_id(number)


def test_opaque_numbers_of_neighbours_are_no_neighbours() -> None:
    numbers = [opaque_id(number) for number in range(1, 1001)]
    steps = {after - before for before, after in pairwise(numbers)}
    assert len(set(numbers)) == 1000
    assert len(steps) > 990


def test_the_id_of_a_record_is_its_slug(dossier: None) -> None:
    found = data('{ topic(slug: "gsomia") { id } }')["topic"]["id"]
    assert b64decode(found).decode() == "Topic:gsomia"
    assert data("query ($id: ID!) { node(id: $id) { id ... on Topic { name } } }", id=found)["node"]["name"]


def test_the_id_of_a_part_is_not_its_primary_key_and_leads_back(dossier: None) -> None:
    citations = data("{ events(first: 5) { nodes { citations { id locator } } } }")["events"]["nodes"]
    ids = [citation["id"] for event in citations for citation in event["citations"]]
    numbers = {b64decode(one).decode().removeprefix("Citation:") for one in ids}
    assert numbers & {str(key) for key in Citation.objects.values_list("pk", flat=True)} == set()
    again = data("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)["nodes"]
    assert [node["id"] for node in again] == ids


@pytest.mark.parametrize(
    "local", ["", "25", "nope", "a\x00b", "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"), "9" * 40, "-1"]
)
@pytest.mark.parametrize("kind", ["Topic", "Citation", "Query", "", "PartialDate"])
def test_ids_of_no_record_are_null(dossier: None, kind: str, local: str) -> None:
    assert not Topic.objects.filter(slug=local.replace("\x00", "")).exists()
    assert data("query ($id: ID!) { node(id: $id) { id } }", id=to_global_id(kind, local)) == {"node": None}
