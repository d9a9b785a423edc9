"""A record's public version and timestamp change exactly when its public content changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from archive.cache.triggers.visible_rows import addressed
from archive.choices import Status
from archive.models import (
    Appointment,
    Body,
    Citation,
    Dossier,
    DossierEntry,
    Event,
    Identifier,
    Measure,
    MeasureGood,
    MeasureStep,
    Name,
    Office,
    Official,
    Outcome,
    Participation,
    PublicVersion,
    Relation,
    Source,
    SpeechAct,
    Statement,
    Topic,
)

pytestmark = pytest.mark.django_db

Moves = Callable[[Callable[[], Any]], set[str]]


def _stamps() -> dict[str, tuple[int, datetime]]:
    results = {}
    for model in apps.get_app_config("archive").get_models():
        if model._meta.managed and addressed(model):
            for slug, *stamps in model.objects.values_list("slug", "public_version", "updated_at"):
                results[f"{model._meta.model_name} {slug}"] = tuple(stamps)
    return results


@pytest.fixture
def moved_by(world: dict[str, Any]) -> Moves:
    """Which records a write moves, by kind and slug, but for new ones. Both stamps move, and forward, or neither."""

    def moved(write: Callable[[], Any]) -> set[str]:
        before = _stamps()
        write()
        after = _stamps()
        keies = {key for key in before.keys() & after.keys() if before[key] != after[key]}
        for key in keies:
            assert before[key][0] < after[key][0]
            assert before[key][1] < after[key][1]
        return {key for key in keies if "seeded" not in key}

    return moved


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    """A record of each kind, all published, and drafts to link them with."""
    public = {"status": Status.PUBLISHED}
    body = Body.objects.create(slug="body", name="Body", kind="government_organ", **public)
    official = Official.objects.create(slug="official", name="Official", sort_name="Official", **public)
    office = Office.objects.create(slug="office", name="Office", body=body, **public)
    held = Appointment.objects.create(slug="held", official=official, office=office, start="2019", **public)
    event = Event.objects.create(slug="event", name="Event", classification="meeting", date="2019-07", **public)
    other = Event.objects.create(slug="other", name="Other", classification="meeting", date="2019-08", **public)
    measure = Measure.objects.create(slug="measure", name="Measure", instrument="sanctions", **public)
    statement = Statement.objects.create(
        slug="statement", name="Statement", form="speech", classification="briefing", date="2019-07-12",
        attribution="named", speaker=official, **public,
    )  # fmt: skip
    act = SpeechAct.objects.create(statement=statement, ordinal=1, kind="demand", form="paraphrase", text="Do!")
    return {
        "body": body, "official": official, "office": office, "held": held, "event": event, "other": other,
        "measure": measure, "statement": statement, "act": act,
        "topic": Topic.objects.create(slug="topic", name="Topic", **public),
        "source": Source.objects.create(slug="source", title="Source", tier="primary", **public),
        "dossier": Dossier.objects.create(slug="dossier", name="Dossier", **public),
        "draft_topic": Topic.objects.create(slug="draft-topic", name="Draft topic"),
        "draft_event": Event.objects.create(slug="draft-event", name="Draft", classification="visit", date="2019"),
        "draft_body": Body.objects.create(slug="draft-body", name="Draft body", kind="government_organ"),
        "draft_source": Source.objects.create(slug="draft-source", title="Draft source", tier="primary"),
    }  # fmt: skip


ACT = "speechact statement-1"
PIECES: dict[str, tuple[Callable[[dict[str, Any]], Any], set[str]]] = {
    "name": (lambda w: Name(official=w["official"], text="X", scheme="press"), {"official official"}),
    "name of a body": (lambda w: Name(body=w["body"], text="X", scheme="press"), {"body body"}),
    "identifier": (lambda w: Identifier(topic=w["topic"], scheme="wikidata", value="Q1"), {"topic topic"}),
    "identifier of an appointment": (
        lambda w: Identifier(appointment=w["held"], scheme="x", value="1"), {"appointment held"},
    ),
    "participation": (lambda w: Participation(event=w["event"], body=w["body"], role="host"), {"event event"}),
    "relation": (
        lambda w: Relation(from_event=w["event"], to_event=w["other"], kind="refers_to"), {"event event"},
    ),
    "step": (lambda w: MeasureStep(measure=w["measure"], event=w["event"], phase="announced"), {"measure measure"}),
    "good": (lambda w: MeasureGood(measure=w["measure"], name="Resist"), {"measure measure"}),
    "entry": (lambda w: DossierEntry(dossier=w["dossier"], event=w["event"], position=1), {"dossier dossier"}),
    "citation": (lambda w: Citation(source=w["source"], event=w["event"]), {"event event"}),
    "citation of an act": (lambda w: Citation(source=w["source"], speech_act=w["act"]), {ACT, "statement statement"}),
    "citation of an office": (lambda w: Citation(source=w["source"], office=w["office"]), {"office office"}),
    "outcome": (
        lambda w: Outcome(speech_act=w["act"], date="2019-08", kind="rejected", event=w["event"]),
        {ACT, "statement statement"},
    ),
    "speech act": (
        lambda w: SpeechAct(statement=w["statement"], ordinal=2, kind="offer", form="paraphrase", text="X"),
        {"statement statement"},
    ),
    "appointment": (
        lambda w: Appointment(slug="new", official=w["official"], office=w["office"], start="2020", status="published"),
        {"official official", "office office"},
    ),
    "office": (lambda w: Office(slug="new", name="New", body=w["body"], status="published"), {"body body"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", PIECES)
def test_a_changed_part_updates_the_records_that_show_it(world: dict[str, Any], moved_by: Moves, kind: str) -> None:
    make, visible_in = PIECES[kind]
    piece = make(world)
    assert moved_by(lambda: type(piece).objects.bulk_create([piece])) == visible_in
    piece = type(piece).objects.latest("pk")
    assert moved_by(piece.save) == set()
    own = {f"{piece._meta.model_name} {piece.slug}"} if hasattr(piece, "slug") else set()
    column = next(field for field in piece._meta.concrete_fields if field.name in _TEXTS)
    assert moved_by(lambda: type(piece).objects.filter(pk=piece.pk).update(**{column.name: _TEXTS[column.name]})) == (
        visible_in | own
    )
    assert moved_by(lambda: type(piece).objects.filter(pk=piece.pk).delete()) == visible_in


_TEXTS = {
    "note": "Y", "locator": "p. 9", "text": "Y", "value": "Y", "role": "target", "name": "Y", "phase": "eased",
    "end_state": "ongoing",
}  # fmt: skip
LINKS: dict[str, tuple[str, str, str, set[str]]] = {
    "topics": ("event", "topics", "topic", {"event event"}),
    "imposers": ("measure", "imposers", "body", {"measure measure"}),
    "capacities": ("statement", "capacities", "held", {"statement statement"}),
    "about": ("statement", "about_events", "event", {"statement statement"}),
    "addressees": ("act", "addressee_bodies", "body", {ACT, "statement statement"}),
}


@pytest.mark.parametrize("kind", LINKS)
def test_a_link_to_a_published_record_updates_its_record(world: dict[str, Any], moved_by: Moves, kind: str) -> None:
    record, relation, other, visible_in = LINKS[kind]
    links = getattr(world[record], relation)
    assert moved_by(lambda: links.add(world[other])) == visible_in
    assert moved_by(lambda: links.remove(world[other])) == visible_in


def _saved_with(record: Any, relation: str, other: Any) -> None:
    record.save()
    getattr(record, relation).add(other)


HIDDEN: dict[str, Callable[[dict[str, Any]], Any]] = {
    "topic": lambda w: _saved_with(w["event"], "topics", w["draft_topic"]),
    "addressee": lambda w: _saved_with(w["act"], "addressee_bodies", w["draft_body"]),
    "imposer": lambda w: _saved_with(w["measure"], "imposers", w["draft_body"]),
    "part of": lambda w: Event.objects.filter(slug="event").update(part_of=w["draft_event"]),
    "occasion": lambda w: Statement.objects.filter(slug="statement").update(occasion=w["draft_event"]),
    "relation": lambda w: Relation.objects.create(from_event=w["event"], to_event=w["draft_event"], kind="refers_to"),
    "participation": lambda w: Participation.objects.create(event=w["event"], body=w["draft_body"], role="host"),
    "citation": lambda w: Citation.objects.create(source=w["draft_source"], event=w["event"]),
    "entry": lambda w: DossierEntry.objects.create(dossier=w["dossier"], event=w["draft_event"], position=1),
    "step": lambda w: MeasureStep.objects.create(measure=w["measure"], event=w["draft_event"], phase="announced"),
    "outcome": lambda w: Outcome.objects.create(
        speech_act=w["act"], date="2019-08", kind="rejected", event=w["draft_event"]
    ),
}
#: The draft -> what shows it once it is published.
VISIBLE_IN = {
    "topic": ("draft_topic", {"event event"}),
    "addressee": ("draft_body", {ACT, "statement statement"}),
    "imposer": ("draft_body", {"measure measure"}),
    "part of": ("draft_event", {"event event"}),
    "occasion": ("draft_event", {"statement statement"}),
    "relation": ("draft_event", {"event event"}),
    "participation": ("draft_body", {"event event"}),
    "citation": ("draft_source", {"event event"}),
    "entry": ("draft_event", {"dossier dossier"}),
    "step": ("draft_event", {"measure measure"}),
    "outcome": ("draft_event", {ACT, "statement statement"}),
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_linked_draft_leaves_no_trace_until_it_is_published(
    world: dict[str, Any], moved_by: Moves, kind: str
) -> None:
    assert moved_by(lambda: HIDDEN[kind](world)) == set()
    draft, visible_in = VISIBLE_IN[kind]
    record = world[draft]
    own = {f"{record._meta.model_name} {record.slug}"}
    rows = type(record).objects.filter(pk=record.pk)
    assert moved_by(lambda: rows.update(status="published")) == visible_in | own
    assert moved_by(lambda: rows.update(status="withdrawn")) == visible_in | own


def test_the_body_of_an_office_brings_it_into_sight_with_its_appointments(
    world: dict[str, Any], moved_by: Moves
) -> None:
    bodies = Body.objects.filter(slug="body")
    world["statement"].capacities.add(world["held"])
    hung = {"office office", "appointment held", "official official", "statement statement"}
    assert moved_by(lambda: bodies.update(status="withdrawn")) == {"body body", *hung}
    assert moved_by(lambda: bodies.update(status="published")) == {"body body", *hung}
    assert moved_by(lambda: bodies.update(name="Renamed")) == {"body body"}


def test_all_of_a_kind_may_be_withdrawn_at_once(world: dict[str, Any], moved_by: Moves) -> None:
    Event.objects.filter(slug="event").update(part_of=world["other"])
    assert {"event event", "event other"} <= moved_by(lambda: Event.objects.update(status="withdrawn"))
    assert moved_by(lambda: Event.objects.all().delete()) == set()


def test_columns_move_it_and_a_save_of_nothing_does_not(world: dict[str, Any], moved_by: Moves) -> None:
    event = world["event"]
    assert moved_by(event.save) == set()
    event.summary = "New."
    assert moved_by(event.save) == {"event event"}

    def by_sql() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE archive_event SET place = 'Seoul' WHERE slug IN ('event', 'draft-event')")

    assert moved_by(by_sql) == {"event event", "event draft-event"}
    event.name, event.summary = "Renamed", "Again."
    assert moved_by(lambda: Event.objects.bulk_update([event], ["name", "summary"])) == {"event event"}


def test_an_explicitly_set_timestamp_is_stored(world: dict[str, Any]) -> None:
    then = datetime(2020, 1, 1, tzinfo=UTC)
    Event.objects.filter(slug="event").update(updated_at=then)
    assert Event.objects.get(slug="event").updated_at == then


def test_a_record_that_comes_with_an_old_stamp_comes_now(world: dict[str, Any]) -> None:
    last = max(moment for _, moment in _stamps().values())
    with connection.cursor() as cursor:
        columns = [field.column for field in Topic._meta.concrete_fields if field.name not in ("id", "public_version")]
        row = Topic.objects.filter(slug="topic").values(*columns).get() | {
            "slug": "copied", "updated_at": "2001-01-01 00:00:00", "created_at": "2001-01-01 00:00:00",
        }  # fmt: skip
        marks = ", ".join(["%s"] * len(columns))
        cursor.execute(
            f"INSERT INTO archive_topic ({', '.join(columns)}) VALUES ({marks})", [row[name] for name in columns]
        )
    copied = Topic.objects.get(slug="copied")
    assert (copied.updated_at > last, copied.public_version, copied.created_at.year) == (True, 1, 2001)


def test_a_whole_second_is_stored_as_django_stores_it() -> None:
    """On SQLite a timestamp is text: with six zeros it would sort after itself, and REST would show them."""
    moment = datetime(2099, 7, 12, 9, 30, tzinfo=UTC)
    PublicVersion.objects.update(clock=int(moment.timestamp()) * 1_000_000 - 1)
    topic = Topic.objects.create(slug="whole-second", name="Whole second", status=Status.PUBLISHED)
    topic.refresh_from_db()
    if connection.vendor == "sqlite":
        assert topic.updated_at == moment
    assert Topic.objects.filter(updated_at=topic.updated_at, slug="whole-second").exists()
