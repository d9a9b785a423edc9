"""The speech acts of a long statement: each is on a page, and links lead to that page."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.models import Outcome, SpeechAct
from tests.support import filter_records
from tests.support.snapshot import analyze

pytestmark = pytest.mark.django_db

LONG = "/statements/2020-long/"


@pytest.fixture(autouse=True)
def acts() -> list[SpeechAct]:
    statement = filter_records.statement("2020-long", "2020", body=filter_records.body("ministry"))
    rows = [
        SpeechAct(statement=statement, ordinal=ordinal, kind="demand", text=f"Words {ordinal}.")
        for ordinal in (*range(1, 421), 700)
    ]
    SpeechAct.derive(rows)
    rows = SpeechAct.objects.bulk_create(rows)
    analyze(SpeechAct)
    return rows


def _ordinals(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="act-(\d+)"', page)]


def test_pages_of_a_statement_have_all_its_speech_acts(client: Client) -> None:
    address, ordinals = LONG, []
    while address:
        page = client.get(address).content.decode()
        ordinals += _ordinals(page)
        following = re.search(r'<a href="(\?from_act=\d+)#acts" rel="next">', page)
        address = f"{LONG}{following[1]}" if following else ""
    assert ordinals == [*range(1, 421), 700]
    assert '<a href="?from_act=201#acts" rel="prev">' in client.get(LONG, {"from_act": "401"}).content.decode()
    assert _ordinals(client.get(LONG, {"from_act": "201"}).content.decode()) == [*range(201, 401)]


@pytest.mark.parametrize("ordinal", [1, 200, 201, 400, 401, 700])
def test_links_of_the_ledger_lead_to_a_page_with_the_speech_act(client: Client, ordinal: int) -> None:
    ledger = client.get("/speech-acts/", {"statement": "2020-long", "q": f'"Words {ordinal}"'}).content.decode()
    [address] = re.findall(rf'<a href="([^"]+)#act-{ordinal}">', ledger)
    assert ordinal in _ordinals(client.get(address).content.decode())


def test_an_outcome_links_to_the_page_with_the_answer(client: Client, acts: list[SpeechAct]) -> None:
    Outcome.objects.create(speech_act=acts[0], date="2020-05", kind="rejected", answer=acts[410])
    assert f'href="{LONG}?from_act=401#act-411"' in client.get(LONG).content.decode()


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "1.5", "99999999999999999999"])
def test_a_page_of_no_number_is_the_first(client: Client, text: str) -> None:
    response = client.get(LONG, {"from_act": text})
    assert response.status_code == 200
    assert _ordinals(response.content.decode())[0] == 1


def test_a_page_after_the_last_speech_act_leads_back(client: Client) -> None:
    page = client.get(LONG, {"from_act": "701"}).content.decode()
    assert _ordinals(page) == []
    assert '<a href="?from_act=501#acts" rel="prev">' in page


def test_a_later_page_takes_no_more_statements(client: Client) -> None:
    with CaptureQueriesContext(connection) as first:
        client.get(LONG)
    with CaptureQueriesContext(connection) as later:
        client.get(LONG, {"from_act": "201"})
    assert len(later) == len(first) <= 2
