"""A list read along the index of a related table has the rows of its filter, in order, on every page."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client

from archive.choices import SpeechActKind
from archive.filters import FILTERSETS
from archive.filters.prepared_query import prepare
from archive.models import Body, Official, Outcome, SpeechAct, Statement
from tests.support import api_clients
from tests.support.page_walks import walked
from tests.support.snapshot import analyze

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOBODY = AnonymousUser()
DATES = ("2018", "2019-07", "2019-07-04", "2019-07-04", "../2019-07-02", "2019-07/..", "1910/..", "201X", "2020-02-02")
OTHER_FILTERS = (
    {}, {"kind": ["demand"]}, {"kind": ["demand", "request"]}, {"open_on": ["2019-07-04"]}, {"open_on": ["2019"]},
    {"state": ["open", "fulfilled"], "state_on": ["2019-07-04"]}, {"state_on": ["2019"], "certain": ["true"]},
    {"kind": ["demand"], "open_on": ["2019-07-04"]}, {"date": ["2019-07"]}, {"date_before": ["2019-07-03"]},
    {"date_after": ["2019-07-03"]}, {"date_before": ["2019-07"], "certain": ["true"]}, {"speaker": ["kr"]},
    {"state": ["open"]}, {"q": ["odd"]},
)  # fmt: skip
ADDRESSED = (["KR"], ["kr"], ["un"], ["KR", "un"], ["KR", "JP"], ["KR", "JP", "un"], ["un", "prk"])


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Acts addressed to states, bodies and officials that share slugs and codes; some are drafts."""
    with django_db_blocker.unblock(), transaction.atomic():
        _write_acts()
        analyze(
            Statement, SpeechAct, Outcome, SpeechAct.addressee_bodies.through, SpeechAct.addressee_officials.through
        )
        yield
        transaction.set_rollback(True)


def _write_acts() -> None:
    chance = random.Random(11)
    names = ("kr", "un", "prk")  # KR is a state's code, and kr the slug of two others
    bodies = [Body.objects.create(slug=name, name=name, kind="company", status="published") for name in names]
    bodies += Body.objects.filter(iso3166__in=["KR", "JP"])
    officials = [Official.objects.create(slug=name, name=name, status="published") for name in names]
    for number in range(60):
        statement = Statement.objects.create(
            slug=f"s{number}", name="S", date=chance.choice(DATES), classification="note", attribution="named",
            speaker=chance.choice(officials), status=chance.choice(["published"] * 5 + ["draft"]),
        )  # fmt: skip
        for ordinal in range(1, chance.randint(2, 4)):
            act = SpeechAct.objects.create(
                statement=statement, ordinal=ordinal, kind=chance.choice(["demand", "request", "denial"]),
                text=chance.choice(["odd", "even"]),
            )  # fmt: skip
            act.addressee_bodies.set(chance.sample(bodies, chance.randint(0, 3)))
            act.addressee_officials.set(chance.sample(officials, chance.randint(0, 2)))
            if act.kind != SpeechActKind.DENIAL and chance.random() < 0.4:
                Outcome.objects.create(speech_act=act, kind="fulfilled", date=chance.choice(["2019-07-03", "2020"]))


@pytest.mark.parametrize("addressee", ADDRESSED, ids=" ".join)
@pytest.mark.parametrize("order", ["date", "-date"])
def test_speech_acts_by_addressee(many: None, editor: Any, addressee: list[str], order: str) -> None:
    drafts = Client()
    drafts.force_login(editor)
    for more in OTHER_FILTERS:
        params = {"addressee": addressee, "order_by": [order], **more}
        for user, client in ((NOBODY, Client()), (editor, drafts)):
            expected = api_clients.by_filterset("speech-acts", params, user).slugs
            assert expected is not None
            assert walked("speech-acts", params, client, size=20) == expected, params


def test_index_paths_are_used_only_in_date_order() -> None:
    def order_paths(**params: list[str]) -> list[tuple[str, ...]]:
        query = prepare(FILTERSETS["speech-acts"], params, NOBODY, "q.")
        return [partition.order_paths[:1] for partition in query.partitions]

    along = ("related_sort",)
    assert order_paths(addressee=["prk"]) == [along] * 2  # a body, or an official
    assert order_paths(addressee=["KR"]) == [along] * 3  # a state's code, too
    assert order_paths(addressee=["prk"], order_by=["-date"]) == [along] * 2
    assert along not in order_paths(addressee=["prk"], order_by=["slug"])
    assert along not in order_paths(addressee=["un", "KR"])
    assert along not in order_paths(addressee=["prk"], date=["2019"])
