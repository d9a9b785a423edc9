"""Date filters find overlapping records of every precision, in order, on every page."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from archive.dates import PartialDate
from archive.filters import FILTERSETS
from archive.filters.planning import partitions
from archive.models import Event
from tests.support import api_clients
from tests.support.page_walks import walked

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
NOBODY = AnonymousUser()
#: Dates of every width, near and far from DAYS.
TEXTS = (
    "2018", "2019", "2019-06", "2019-07", "2019-07-01", "2019-07-04", "2019-06-30", "2019-06-28/2019-07-03", "201X",
    "2019-12-31", "2020", "2018-07-04/2019-07-03", "2018-07-03/2019-07-04", "1910/2019-07-02", "1910/..",
    "../2019-07-01", "../2010", "/2019-07", "2019-07-02/", "[2019-07-04,2019-07-05]", "1936~", "20XX", "0001-01-01",
    "9999-12-31",
)  # fmt: skip
DAYS = (
    "2019-07",
    "2019-07-04",
    "2019",
    "2018-07-04/2019-07-04",
    "2019-07/..",
    "../2019-07",
    "0001",
    "9999",
    "1066",
)


@pytest.mark.parametrize("order", ["date", "-date"])
@pytest.mark.parametrize("name", ["date", "date_after", "date_before"])
def test_dates_of_every_precision_are_found(editor: Any, name: str, order: str) -> None:
    chance = random.Random(7)
    for number, text in enumerate([*TEXTS, *TEXTS]):
        Event.objects.create(
            slug=f"e{number}", name="E", classification="meeting", date=text,
            status=chance.choice(["published", "published", "published", "draft"]),
        )  # fmt: skip
    drafts = Client()
    drafts.force_login(editor)
    for text in DAYS:
        params = {name: [text], "order_by": [order]}
        for user, client in ((NOBODY, Client()), (editor, drafts)):
            expected = api_clients.by_filterset("events", params, user).slugs
            assert walked("events", params, client, size=4) == expected, params
        day = PartialDate.parse(text)
        if name == "date":
            published = Event.objects.filter(status="published")
            assert set(walked("events", params, Client())) == {
                event.slug for event in published if event.date.overlaps(day)
            }


def test_partitions_share_no_row() -> None:
    for number, text in enumerate(TEXTS):
        Event.objects.create(slug=f"e{number}", name="E", classification="meeting", date=text, status="published")
    for text in DAYS:
        filterset = FILTERSETS["events"]({"date": [text]}, NOBODY)
        expected_slugs = sorted(filterset.result().values_list("slug", flat=True))
        parts = partitions(filterset)
        assert bool(parts) == (PartialDate.parse(text).earliest is not None)
        if parts:
            rows = [slug for part in parts for slug in part.rows.values_list("slug", flat=True)]
            assert sorted(rows) == expected_slugs, text
