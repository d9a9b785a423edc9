"""Lists and autocompletes find what an archivist means, in any spelling or script."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.models import Appointment, Body, Event, Measure, Office, Official, Source, Statement
from tests.support.admin_forms import address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


def _listed(client: Client, model: Any, text: str) -> list[str]:
    page = client.get(address(model, "changelist"), {"q": text})
    return [record.slug for record in page.context["cl"].result_list]


def _offered(client: Client, model: str, field: str, term: str) -> list[str]:
    query = {"app_label": "archive", "model_name": model, "field_name": field, "term": term}
    return [row["text"] for row in json.loads(client.get(reverse("admin:autocomplete"), query).content)["results"]]


@pytest.mark.parametrize(
    "text",
    [
        "Kim You-geun",
        "kim you geun",
        "KIM YOUGEUN",
        "Kim Yu-geun",
        "Kim Yoo-geun",
        "You-geun Kim",
        "김유근",
        "kim-you-geun",
    ],
)
def test_an_official_is_found_by_any_spelling_or_script(editing: Client, text: str) -> None:
    assert "kim-you-geun" in _listed(editing, Official, text)
    assert _offered(editing, "statement", "speaker", text)[0] == "Kim You-geun (South Korea)"


def test_an_official_is_found_in_kanji(editing: Client) -> None:
    assert _listed(editing, Official, "安倍晋三") == ["abe-shinzo"]
    assert _listed(editing, Official, "shinzo ABE") == ["abe-shinzo"]


def test_a_state_is_found_by_its_code_first(editing: Client) -> None:
    assert _listed(editing, Body, "KR")[0] == "south-korea"
    assert _offered(editing, "statement", "body", "jp")[0] == "Japan (JP)"


@pytest.mark.parametrize(
    ("model", "text", "slug"),
    [
        (Statement, "2019-07-12", "2019-07-12-kim-you-geun-international-probe"),
        (Statement, "2019-07-12 김유근", "2019-07-12-kim-you-geun-international-probe"),
        (Statement, "probe 'Kim Yu-geun'", "2019-07-12-kim-you-geun-international-probe"),
        (Statement, "2019-07-12 'etching ga'", "2019-07-12-russia-offers-etching-gas"),
        (Statement, "apologizes", "2019-07-12-kim-you-geun-international-probe"),
        (Event, "2019-07 licensing", "2019-07-04-japan-export-curbs-take-effect"),
        (Measure, "2021 three materials", "japan-export-curbs-on-three-materials"),
    ],
)
def test_words_dates_and_names_are_found_together(editing: Client, model: Any, text: str, slug: str) -> None:
    assert slug in _listed(editing, model, text)


def test_an_appointment_an_office_and_a_source_are_found(editing: Client) -> None:
    slug = Appointment.objects.get(official__slug="moon-jae-in").slug
    assert slug in _listed(editing, Appointment, "문재인 president")
    assert _listed(editing, Office, "First Deputy National Security") != []
    assert _listed(editing, Source, "international probe 2019-07") != []


def test_all_words_must_match(editing: Client) -> None:
    assert _listed(editing, Statement, "2019-07-12 fisheries") == []
    assert _listed(editing, Event, "2017 licensing") == []
    assert _listed(editing, Official, "   ") == _listed(editing, Official, "")


def test_the_label_of_a_draft_contains_its_status(editing: Client) -> None:
    Official.objects.create(slug="a-draft", name="A Draft")
    assert _offered(editing, "statement", "speaker", "a draft") == ["A Draft [draft]"]


def test_a_search_keeps_the_requested_order(editing: Client) -> None:
    page = editing.get(address(Official, "changelist"), {"q": "kim", "o": "-1"})
    names = [record.name for record in page.context["cl"].result_list]
    assert len(names) > 1
    assert names == sorted(names, reverse=True)
