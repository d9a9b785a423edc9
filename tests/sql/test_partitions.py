"""A list that is read in partitions has the rows of its filter, in the same order, on every page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q
from django.test import Client

from archive.filters import FILTERSETS
from archive.filters.prepared_query import prepare
from archive.lru import clear_caches
from archive.models import Body, Event
from archive.sql import query_tree, semi_joins
from archive.sql.compiler import Compiler
from archive.sql.partitions import Partition
from tests.support import api_clients, filter_cases
from tests.support.page_walks import walked

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
NOBODY = AnonymousUser()
SEMI_JOINS = [(kind, name) for kind, name in filter_cases.filters() if hasattr(FILTERSETS[kind], f"semi_joins_{name}")]


@pytest.fixture(params=[0, semi_joins.JOIN_THRESHOLD], ids=["frequent", "selective"])
def join_threshold(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Queries are compiled with this threshold."""
    monkeypatch.setattr(semi_joins, "JOIN_THRESHOLD", request.param)
    clear_caches()
    yield
    clear_caches()


@pytest.mark.parametrize(("kind", "name"), SEMI_JOINS)
def test_semi_joins_find_the_same_rows_for_selective_and_frequent_slugs(
    join_threshold: None, module_dossier: None, kind: str, name: str
) -> None:
    for filters in filter_cases.answered(kind, name)[:3]:
        for more in ({}, {"order_by": ["-date"]}, {"date": ["2019-08"]}):
            params = {**filters, **more}
            expected = api_clients.by_filterset(kind, params, NOBODY)
            if expected.slugs is not None:
                assert walked(kind, params, Client(), size=15) == expected.slugs, params


def test_a_list_without_semi_joins_and_dates_has_no_partitions() -> None:
    assert prepare(FILTERSETS["events"], {"classification": ["meeting"]}, NOBODY, "q.").partitions == ()
    assert prepare(FILTERSETS["events"], {"date": ["2019"], "order_by": ["name"]}, NOBODY, "q.").partitions == ()
    assert len(prepare(FILTERSETS["events"], {"date": ["2019"]}, NOBODY, "q.").partitions) == 3
    assert len(prepare(FILTERSETS["events"], {"actor": ["KR"]}, NOBODY, "q.").partitions) == 2


def test_a_partition_that_can_have_no_row_is_left_out(module_dossier: None) -> None:
    rows = Event.objects.visible_to(NOBODY)
    node = query_tree.Object((("slug", query_tree.Column("slug")), ("at", query_tree.Column("updated_at", "moment"))))
    page = query_tree.Page("events", rows, (("date_sort", "sequence", "slug"), False), 2, (("found", node),))
    for parts in ((rows.none(), rows), (rows, rows.none()), (rows.none(), rows.none())):
        partitioned = replace(page, partitions=tuple(Partition(part) for part in parts))
        result = json.loads(Compiler(NOBODY).compile(partitioned).run({}) or "")["found"]
        first = rows.order_by("date_sort", "sequence", "slug").values_list("slug", flat=True)[:2]
        assert [item["slug"] for item in result] == (list(first) if any(parts) else [])


@pytest.mark.parametrize("slug", ["south-korea", "nowhere"])
def test_a_partition_without_its_guard_is_empty(module_dossier: None, slug: str) -> None:
    rows = Event.objects.visible_to(NOBODY)
    node = query_tree.Object((("slug", query_tree.Column("slug")),))
    page = query_tree.Page("events", rows, (("date_sort", "sequence", "slug"), False), 3, (("results", node),))
    guard = Q(Exists(Body.objects.filter(slug=slug)))
    result = json.loads(
        Compiler(NOBODY).compile(replace(page, partitions=(Partition(rows, guard=guard),))).run({}) or ""
    )
    assert len(result["results"]) == (3 if slug == "south-korea" else 0)
