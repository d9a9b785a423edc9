"""A timeline is the one that ``tests.reference.timeline`` computes record by record."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db import transaction

from archive.lru import clear_caches
from archive.models import Event, Measure, MeasureStep, Relation, Statement
from archive.models.dossier import Dossier, DossierEntry
from archive.rest.timeline import timeline_json
from archive.timeline.summary import SummarySql
from tests.reference.timeline import timeline
from tests.support.json_differences import differences
from tests.support.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("timeline_differential")]
DATES = (
    "1950-07-04", "1950-07-04", "1950-07-05", "1950-07", "1950", "195X", "1950-07-04/1950-07-06", "../1950-07-05",
    "1950-07-04/..", "1950-12-28/1951-01-04", "1961", "1961-03", "1961-03-01", "1949-11-30", "2001-21", "/1972",
)  # fmt: skip


@pytest.fixture(scope="module")
def module_records(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The records for all tests of the module: writing them takes longer than a test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _records()
        transaction.set_rollback(True)


@pytest.fixture
def records(module_records: World, db: None) -> World:
    """The records, and a transaction of the test's own."""
    return module_records


def _records() -> World:
    """Events, statements and measures of all precisions; one in five is a draft."""
    world, chance = World(), random.Random(4)
    events, statements = [], []
    for number in range(160):
        status = "draft" if number % 5 == 0 else "published"
        common = {"slug": f"r-{number:03}", "name": f"Record {number}", "status": status, "date": chance.choice(DATES)}
        if number % 3:
            classification = chance.choice(("meeting", "visit", "other", "ruling"))
            events.append(Event.objects.create(**common, classification=classification))
            party = {"body": world.state} if number % 2 else {"official": world.official}
            events[-1].participations.create(**party, role="actor")
            if number % 7 == 0:
                events[-1].participations.create(body=world.body, role="host")
            if number % 11 == 0:
                events[-1].participations.create(body=world.body, role="mediator")
        else:
            speech = {"classification": chance.choice(("note", "other")), "attribution": "named"}
            statements.append(Statement.objects.create(**common, **speech, speaker=world.official, body=world.body))
    for number, (later, earlier) in enumerate(zip(events[1:], chance.sample(events, len(events) - 1), strict=True)):
        if number % 3 == 0 and later != earlier:
            Relation.objects.create(from_event=later, to_event=earlier, kind="responds_to")
    for later, earlier in zip(statements[1::2], statements[::2], strict=False):
        later.in_reply_to.add(earlier)
    for number in range(60):
        measure = Measure.objects.create(
            slug=f"m-{number}", name=f"Measure {number}", status="published", instrument="sanction",
            in_force=chance.choice((*DATES, None)),
        )  # fmt: skip
        for event in chance.sample(events, number % 3):
            MeasureStep.objects.create(measure=measure, event=event, phase="announced")
    for position, event in enumerate(events[:20]):
        DossierEntry.objects.create(dossier=Dossier.objects.get(), position=position + 5, event=event)
    return world


REQUESTS = [
    "", "width=100", "width=10000", "lanes=classification", "lanes=classification&width=100", "lanes=country",
    "lanes=participant&width=300", "from=1950&to=1950", "from=1950-07&to=1950-07", "from=1950-07-04&to=1950-07-05",
    "from=1950-07-04&to=1950-07-04&width=100", "from=1950-06", "to=1955", "from=1955-05&lanes=country", "kind=event",
    "kind=statement&kind=measure", "kind=measure", "certain=true&from=1950-07&to=1950-08", "q=record 1", "country=KR",
    "dossier=dossier&lanes=classification", "q=nothing-has-this", "q=%", "q=-a&lanes=country", "q=*&kind=measure",
    "from=2090", "to=0500", "from=0001&to=9999",
]  # fmt: skip


@pytest.mark.parametrize("sees_drafts", [False, True], ids=["public", "editor"])
@pytest.mark.parametrize("query", REQUESTS)
def test_a_timeline_is_the_same_as_computed_record_by_record(records: World, query: str, sees_drafts: bool) -> None:
    user: Any = AnonymousUser()
    if sees_drafts:
        user = User.objects.create_user("reader")
        user.user_permissions.add(Permission.objects.get(codename="view_drafts"))
    texts: dict[str, list[str]] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        texts.setdefault(name, []).append(value)
    assert list(differences(json.loads(timeline_json(texts, user)), timeline(texts, user))) == []


def test_the_summary_gives_what_the_records_give(records: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Timelines of random periods from the summary and record by record, at all zooms and with all lanes it counts."""
    chance = random.Random(29)
    for _ in range(60):
        start = date(1940, 1, 1) + timedelta(chance.randrange(9_000))
        end = start + timedelta(chance.choice((0, 3, 40, 300, 3_000, 30_000)))
        texts = {
            "from": [start.isoformat()], "to": [end.isoformat()], "width": [str(chance.choice((100, 600, 4_000)))],
            "lanes": [chance.choice(("none", "classification", "country"))],
            "kind": chance.choice((["event"], ["statement"], ["event", "statement", "measure"])),
        }  # fmt: skip
        clear_caches()
        summarized = timeline_json(texts, AnonymousUser())
        with monkeypatch.context() as patched:
            patched.setattr(SummarySql, "serves", staticmethod(lambda *_: False))
            clear_caches()
            assert list(differences(json.loads(summarized), json.loads(timeline_json(texts, AnonymousUser())))) == []
    clear_caches()
