"""The searches of ``docs/reference/searches.md`` have the first results that the page says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.support import docs_blocks as docs
from tests.support import public_datasets
from tests.support.snapshot import put_dossier

pytestmark = pytest.mark.django_db
PAGE = "docs/reference/searches.md"
ROWS = [
    (docs.code(search)[0], first)
    for heading in ("The first dossier", "The public datasets")
    for search, first in docs.table(PAGE, heading)
]


@pytest.fixture(scope="module")
def datasets(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        put_dossier()
        public_datasets.load()
        yield
        transaction.set_rollback(True)


def test_the_page_has_sixty_searches_or_more() -> None:
    assert len({search for search, _ in ROWS}) >= 60


@pytest.mark.parametrize(("search", "first"), ROWS)
def test_a_search_has_the_first_result_of_the_page(datasets: None, search: str, first: str) -> None:
    results = Client().get("/api/v1/search/", {"q": search, "limit": "3"}).json()["results"]
    assert [f"{result['kind']}/{result['slug']}" for result in results][:1] == [first]
