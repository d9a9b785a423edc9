"""A list that is found in segments gives what its filter gives, in the same order, on every page, both ways."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from archive.filters import FILTERSETS
from archive.filters.prepared_query import prepare
from archive.lru import LRUCache
from archive.models import Event
from archive.rest import reads
from archive.sql import query_tree, semi_joins
from archive.sql.compiler import Compiler
from archive.sql.partitions import Partition
from tests.support import api_clients, filter_cases
from tests.support.page_walks import walked

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
NOBODY = AnonymousUser()
LINKED = [(kind, name) for kind, name in filter_cases.filters() if hasattr(FILTERSETS[kind], f"links_{name}")]


@pytest.fixture(params=[0, semi_joins.JOIN_THRESHOLD], ids=["many", "few"])
def fresh(request: pytest.FixtureRequest) -> Any:
    """Statements are compiled anew, with so many links taken for few."""
    with (
        mock.patch.object(semi_joins, "JOIN_THRESHOLD", request.param),
        mock.patch.object(reads, "_COMPILED", LRUCache(16_000_000)),
    ):
        yield


@pytest.mark.parametrize(("kind", "name"), LINKED)
def test_links_find_the_same_whether_they_are_few_or_many(
    fresh: None, kept_dossier: None, kind: str, name: str
) -> None:
    for asked in filter_cases.answered(kind, name)[:3]:
        for more in ({}, {"order_by": ["-date"]}, {"order_by": ["-updated_at"]}, {"date": ["2019-08"]}):
            question = {**asked, **more}
            expected = api_clients.by_filterset(kind, question, NOBODY)
            if expected.slugs is not None:
                assert walked(kind, question, Client(), size=15) == expected.slugs, question


def test_a_question_without_links_and_dates_has_no_segments() -> None:
    assert prepare(FILTERSETS["events"], {"classification": ["meeting"]}, NOBODY, "q.").segments == ()
    assert prepare(FILTERSETS["events"], {"date": ["2019"], "order_by": ["name"]}, NOBODY, "q.").segments == ()
    assert len(prepare(FILTERSETS["events"], {"date": ["2019"]}, NOBODY, "q.").segments) == 3
    assert len(prepare(FILTERSETS["events"], {"actor": ["KR"]}, NOBODY, "q.").segments) == 2


def test_a_segment_that_can_have_no_row_is_left_out(kept_dossier: None) -> None:
    rows = Event.objects.visible_to(NOBODY)
    made = query_tree.Object((("slug", query_tree.Column("slug")), ("at", query_tree.Column("updated_at", "moment"))))
    page = query_tree.Page("events", rows, (("date_sort", "sequence", "slug"), False), 2, (("found", made),))
    for segments in ((rows.none(), rows), (rows, rows.none()), (rows.none(), rows.none())):
        asked = replace(page, segments=tuple(Partition(one) for one in segments))
        found = json.loads(Compiler(NOBODY).statement(asked).run({}) or "")["found"]
        first = rows.order_by("date_sort", "sequence", "slug").values_list("slug", flat=True)[:2]
        assert [one["slug"] for one in found] == (list(first) if any(segments) else [])
