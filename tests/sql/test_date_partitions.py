"""Records of dates of every width are found where they may share a day with what is asked, in order, on every page."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from archive.dates import PartialDate
from archive.filters import FILTERSETS
from archive.models import Event
from tests.support import api_clients
from tests.support.page_walks import walked

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
NOBODY = AnonymousUser()
#: Dates of every width, around and far from those that are asked for.
TEXTS = (
    "2018", "2019", "2019-06", "2019-07", "2019-07-01", "2019-07-04", "2019-06-30", "2019-06-28/2019-07-03", "201X",
    "2019-12-31", "2020", "2018-07-04/2019-07-03", "2018-07-03/2019-07-04", "1910/2019-07-02", "1910/..",
    "../2019-07-01", "../2010", "/2019-07", "2019-07-02/", "[2019-07-04,2019-07-05]", "1936~", "20XX", "0001-01-01",
    "9999-12-31",
)  # fmt: skip
ASKED = ("2019-07", "2019-07-04", "2019", "2018-07-04/2019-07-04", "2019-07/..", "../2019-07", "0001", "9999", "1066")


@pytest.mark.parametrize("order", ["date", "-date"])
@pytest.mark.parametrize("name", ["date", "date_after", "date_before"])
def test_dates_of_every_width_are_found(editor: Any, name: str, order: str) -> None:
    chance = random.Random(7)
    for number, text in enumerate([*TEXTS, *TEXTS]):
        Event.objects.create(
            slug=f"e{number}", name="E", classification="meeting", date=text,
            status=chance.choice(["published", "published", "published", "draft"]),
        )  # fmt: skip
    drafts = Client()
    drafts.force_login(editor)
    for text in ASKED:
        question = {name: [text], "order_by": [order]}
        for user, client in ((NOBODY, Client()), (editor, drafts)):
            expected = api_clients.by_filterset("events", question, user).slugs
            assert walked("events", question, client, size=4) == expected, question
        day = PartialDate.parse(text)
        if name == "date":
            published = Event.objects.filter(status="published")
            assert set(walked("events", question, Client())) == {
                event.slug for event in published if event.date.overlaps(day)
            }


def test_segments_share_no_row() -> None:
    for number, text in enumerate(TEXTS):
        Event.objects.create(slug=f"e{number}", name="E", classification="meeting", date=text, status="published")
    for text in ASKED:
        made = FILTERSETS["events"]({"date": [text]}, NOBODY)
        everything = sorted(made.result().values_list("slug", flat=True))
        segments = made.segments()
        assert bool(segments) == (PartialDate.parse(text).earliest is not None)
        if segments:
            rows = [slug for segment in segments for slug in segment.rows.values_list("slug", flat=True)]
            assert sorted(rows) == everything, text
