"""A document as deep as the limits let it be is answered, also where SQLite can't read it as one statement."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from tests.graphql.client import data

pytestmark = pytest.mark.django_db

EVENT = "2019-07-04-japan-export-curbs-take-effect"


def nested(times: int) -> str:
    inner = "slug"
    for _ in range(times):
        inner = f"citations {{ subject {{ ... on Event {{ {inner} }} }} }}"
    return f'{{ event(slug: "{EVENT}") {{ {inner} }} }}'


@pytest.mark.parametrize("times", range(1, 8))
def test_each_depth_is_answered(dossier: None, django_assert_max_num_queries: Any, times: int) -> None:
    with django_assert_max_num_queries(40 if connection.vendor == "sqlite" else 1):
        found = data(nested(times))["event"]
    for _ in range(times):
        assert found["citations"]
        found = found["citations"][0]["subject"]
    assert found == {"slug": EVENT}


def test_it_is_asked_again_and_answered_the_same(dossier: None) -> None:
    assert data(nested(7)) == data(nested(7))
