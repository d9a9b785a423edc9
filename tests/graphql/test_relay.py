"""Global ids: they contain the slug of a record, and do not reveal the number of rows."""

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
def test_opaque_number_is_reversible(number: int) -> None:
    assert primary_key(opaque_id(number)) == number
    assert 0 <= opaque_id(number) < 2**40


def test_sql_computes_the_same_opaque_numbers() -> None:
    numbers = [1, 2, 3, 1023, 2**20 - 1, 2**20, 2**20 + 1, 123_456_789, 2**40 - 1]
    with connection.cursor() as cursor:
        for number in numbers:
            column = f"CAST({number} AS bigint)"
            cursor.execute(f"SELECT {opaque_id_sql(column)}", [])
            assert cursor.fetchone()[0] == opaque_id(number)


def test_opaque_numbers_of_consecutive_keys_are_not_consecutive() -> None:
    numbers = [opaque_id(number) for number in range(1, 1001)]
    steps = {after - before for before, after in pairwise(numbers)}
    assert len(set(numbers)) == 1000
    assert len(steps) > 990


def test_global_id_of_a_record_contains_its_slug(dossier: None) -> None:
    global_id = data('{ topic(slug: "gsomia") { id } }')["topic"]["id"]
    assert b64decode(global_id).decode() == "Topic:gsomia"
    assert data("query ($id: ID!) { node(id: $id) { id ... on Topic { name } } }", id=global_id)["node"]["name"]


def test_global_id_of_a_part_hides_its_primary_key_and_resolves(dossier: None) -> None:
    citations = data("{ events(first: 5) { nodes { citations { id locator } } } }")["events"]["nodes"]
    ids = [citation["id"] for event in citations for citation in event["citations"]]
    numbers = {b64decode(global_id).decode().removeprefix("Citation:") for global_id in ids}
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
