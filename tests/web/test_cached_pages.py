"""Each kind of public page is answered from the response cache, and with 304, by the query of the version alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.filters import FILTERSETS
from archive.registry import page_names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

#: Pages without a record, in English and in another language.
PAGES = (
    "/", "/?date=2019-07", "/timeline/", "/timeline/?from=2019-07&to=2019-08", "/timeline/embed/", "/timeline.svg",
    "/timeline/?section=timeline", "/?country=JP&section=timeline",
    "/oembed?url=http://testserver/timeline/", "/speech-acts/", "/search/", "/search/?q=japan",
    "/search/?q=japan&date=2019&topic=gsomia", "/search/?topic=gsomia", "/about/api/", "/ko/search/?q=japan",
    "/ja/timeline/embed/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def cache_size(settings: Any) -> None:
    settings.ANSWER_CACHE_BYTES = 20_000_000


def addresses() -> Iterator[str]:
    yield from PAGES
    for name in page_names().values():
        record = FILTERSETS[name]._meta.model._default_manager.visible_to(None).order_by("slug")[0]
        yield f"/{name}/{record.slug}/"


def test_a_page_that_was_answered_before_takes_one_statement() -> None:
    wrong = {}
    client = Client()
    for address in addresses():
        first = client.get(address)
        with CaptureQueriesContext(connection) as again:
            second = client.get(address)
        with CaptureQueriesContext(connection) as conditional:
            unchanged = client.get(address, headers={"if-none-match": first.get("ETag", "")})
        statuses = (first.status_code, second.status_code, unchanged.status_code)
        result = (statuses, len(again), len(conditional), second.content == first.content, unchanged.content)
        if result != ((200, 200, 304), 1, 1, True, b""):
            wrong[address] = result
    assert wrong == {}
