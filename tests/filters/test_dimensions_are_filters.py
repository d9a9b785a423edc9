"""Each dimension of counts is a filter of the list: a value that was counted finds as many records."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.http import urlencode
from django.utils.module_loading import import_string

from archive.registry import COLLECTIONS
from tests.support.rest_client import RestClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

DIMENSIONS = [
    (name, dimension)
    for name, collection in COLLECTIONS.items()
    for dimension in import_string(str(collection.filterset)).dimensions()
]


def read(path: str, **params: str) -> Any:
    response = RestClient().get(f"{path}?{urlencode(params)}")
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize(("collection", "dimension"), DIMENSIONS)
def test_a_counted_value_finds_as_many_records(collection: str, dimension: str) -> None:
    unit = import_string(str(COLLECTIONS[collection].filterset)).dimensions()[dimension].unit
    spans = {"spans": "certain", **({} if unit in ("decade", "year") else {"date": "2019/2020"})} if unit else {}
    table = read(f"{collection}/counts/", by=dimension, limit="20", **spans)
    rows: list[dict[str, Any]] = [row for row in table["counts"] if row["keys"][0]["kind"] == "value"]
    for row in rows[:: max(1, len(rows) // 4)]:
        key = row["keys"][0]
        period = {"date": f"{key['earliest']}/{key['latest']}", "certain": "true"}
        filters = period if unit else {dimension: key["value"]}
        assert read(f"{collection}/", count="true", limit="1", **filters)["count"] == row["count"], (key, filters)


def test_dates_of_appointments_are_those_of_their_start() -> None:
    started = read("appointments/", date="2019-02-28", certain="true", fields="start")["results"]
    assert [row["start"]["text"] for row in started] == ["2019-02-28"] * 3
    assert read("appointments/", date_after="2030")["results"] == []
    assert read("appointments/", date_before="1990", certain="true")["results"] == []
