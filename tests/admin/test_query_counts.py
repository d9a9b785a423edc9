"""How many statements the admin's lists and forms cost: of every record, and no more when much is tied to it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive import models
from archive.models.source import CITED
from tests.support import filter_records as make
from tests.support.admin_forms import address, opened, send, with_part
from tests.support.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("admin_pages"), pytest.mark.slow]
RECORDS = [
    model for model in admin.site._registry if model._meta.app_label == "archive" and model is not models.DatasetImport
]
#: At most so many: a session and its user, then the record, and two or three for each kind of its parts and links.
LIST, FORM = 12, 25
#: A save of a record with two or three parts of each kind, all changed, with their revisions and the checks.
SAVE = 25
#: A save of a statement's summary alone: parts without a change cost nothing but their reading.
SAVE_WITHOUT_PARTS = 18
#: A new statement with three speech acts and two citations: what it chooses is read at once, and each kind of link that
#: it has is stored and copied.
NEW = 25
#: A page of versions: the session, then the record, its versions and parts, their links and the names of these.
HISTORY = 25
#: Record -> a field of its own, and of its parts, with the values to which the saves change them.
SAVED: dict[str, tuple[str, dict[str, str]]] = {
    "statement": ("summary", {"text": "Said {}.", "locator": "p. {}"}),
    "event": ("summary", {"role": "observer", "note": "Why {}.", "locator": "p. {}"}),
    "official": ("sort_name", {"text": "Name {}", "mode": "acting", "locator": "p. {}"}),
    "measure": ("summary", {"phase": "lifted", "name": "Good {}", "locator": "p. {}"}),
    "body": ("abbreviation", {"text": "Name {}", "locator": "p. {}"}),
    "dossier": ("introduction", {"note": "Why {}."}),
    "source": ("author", {}),
}


def tie(world: World, first: int, last: int) -> None:
    """To each of the world's records more parts, links and citations, each with others of its own."""
    for number in range(first, last):
        slug = f"more-{number:02}"
        who, body = make.official(slug, state=world.state), make.body(slug, world.body)
        post, topic, event = make.office(slug, body), make.topic(slug, world.topic), make.event(slug, "2019")
        held = make.appointment(slug, world.official, post, "2019")
        measure = make.measure(slug, "2019/..", imposers=[body])
        statement = make.statement(slug, "2019", speaker=who, body=body, about_events=[event])
        make.took_part(world.event, who)
        make.took_part(event, world.body, "target")
        make.related(world.event, "refers_to", event)
        world.measure.steps.create(event=event, phase="eased")
        make.good(world.measure, slug, f"28{number:02}")
        act = make.act(statement, addressee_officials=[world.official])
        make.act(world.statement, about_event=event, addressee_bodies=[body], addressee_officials=[who])
        make.outcome(world.speech_act, f"2021-{number + 1:02}", "rejected", answer=act)
        make.dossier(slug)
        models.DossierEntry.objects.create(dossier=world.dossier, position=number + 10, event=event)
        make.spelled(world.official, slug), make.spelled(world.body, slug)
        models.Identifier.objects.create(scheme="more", value=slug, official=who)
        paper = make.source(slug, publisher=body)
        for kind in CITED:
            make.cited(paper, **{kind: getattr(world, kind)})
        world.statement.capacities.add(held), world.statement.about_events.add(event)
        world.statement.about_measures.add(measure), world.statement.in_reply_to.add(statement)
        world.speech_act.addressee_bodies.add(body), world.speech_act.addressee_officials.add(who)
        world.measure.imposers.add(body), world.measure.targets.add(body)
        for record in (world.statement, world.event, world.measure):
            record.topics.add(topic)


def one_of(world: World, model: Any) -> Any:
    return next(record for record in vars(world).values() if type(record) is model and record != world.state)


def counted(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as ran:
        response = client.get(page)
    assert response.status_code == 200, page
    return len(ran)


def test_pages_cost_no_more_statements_for_more_rows_and_never_many(editing: Client) -> None:
    """Each page with two records of a kind tied to another, and with eleven."""
    world = World()
    tie(world, 0, 2)
    pages = {}
    for model in RECORDS:
        record = one_of(world, model)
        pages |= {f"{model.__name__} list": address(model, "changelist"), f"{model.__name__} form": address(record)}
        pages[f"{model.__name__} use"] = address(record, "where_used")
    assert len(pages) == 3 * len(RECORDS) == 60
    for page in pages.values():
        editing.get(page)  # content types are looked up the first time
    few = {name: counted(editing, page) for name, page in pages.items()}
    tie(world, 2, 11)
    many = {name: counted(editing, page) for name, page in pages.items()}
    assert {name: (few[name], count) for name, count in many.items() if count != few[name]} == {}
    limits = {name: LIST if name.endswith("list") else FORM for name in pages}
    assert {name: count for name, count in many.items() if count > limits[name]} == {}


def _with_relations(first: int, last: int) -> list[Any]:
    """Records of each kind that names others in its text, each with others of its own; parts first."""
    records: list[Any] = []
    for number in range(first, last):
        slug = f"named-{number:02}"
        body, topic, event = make.body(slug), make.topic(slug), make.event(slug, "2019")
        who, post = make.official(slug, state=body), make.office(slug, body)
        statement = make.statement(slug, "2019", speaker=who)
        records += [
            make.act(statement), statement, make.appointment(slug, who, post, "2019"),
            make.source(slug, publisher=body), make.topic(f"{slug}-below", topic),
            make.body(f"{slug}-below", body), topic, event, post, who, body,
        ]  # fmt: skip
    return records


def test_more_deleted_records_cost_no_more_statements(editing: Client) -> None:
    counts = []
    for first, last in ((0, 1), (1, 4)):
        for record in _with_relations(first, last):
            record.delete()
        editing.get("/admin/archive/deleted/")
        counts.append(counted(editing, "/admin/archive/deleted/"))
    assert counts[0] == counts[1]


def test_more_merged_records_cost_no_more_statements(editing: Client) -> None:
    counts = []
    for first, last in ((0, 1), (1, 4)):
        for record in _with_relations(first, last):
            models.MergedRecord.objects.create(
                kind=record._meta.model_name, record_id=10_000 + record.pk, slug=f"old-{record.slug}", name="Old",
                was_public=True, target_id=record.pk, changes={},
            )  # fmt: skip
        editing.get("/admin/archive/merged/")
        counts.append(counted(editing, "/admin/archive/merged/"))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("kind", SAVED)
def test_a_save_with_parts_costs_at_most_so_many_statements(kind: str, editing: Client) -> None:
    world = World()
    tie(world, 0, 2)
    record, (column, columns) = getattr(world, kind), SAVED[kind]
    sent = opened(editing, record) | {column: "Other words.", "change_reason": "A typo."}
    names = [name for name in sent if "-" in name and name.rpartition("-")[2] in columns]
    assert len(names) >= 2 * len(columns)
    sent |= {name: columns[name.rpartition("-")[2]].format(number) for number, name in enumerate(names)}
    with CaptureQueriesContext(connection) as ran:
        assert send(editing, record, sent).status_code == 302
    assert len(ran) <= SAVE
    stored = opened(editing, record)
    assert {name: stored[name] for name in names} == {name: sent[name] for name in names}


def test_parts_that_are_saved_have_revisions_with_their_links(editing: Client) -> None:
    world = World()
    tie(world, 0, 2)
    sent = opened(editing, world.statement) | {"change_reason": "A typo."}
    names = [name for name in sent if name.endswith("-text")]
    send(editing, world.statement, sent | {name: f"{sent[name]} changed" for name in names})
    acts = list(world.statement.speech_acts.all())
    assert len(acts) == len(names) == 3
    for act in acts:
        last, before = act.history.all()[:2]
        assert (before.version, last.version, act.version) == (1, 2, 2)
        assert (last.history_type, last.history_user.username, last.history_change_reason) == ("~", "editor", "A typo.")
        assert last.text == act.text == f"{before.text} changed"
        assert [row.body for row in last.addressee_bodies.all()] == [*act.addressee_bodies.all()]
        assert [row.official for row in last.addressee_officials.all()] == [*act.addressee_officials.all()]


def test_a_new_record_with_parts_costs_no_more_statements_for_more_parts(editing: Client) -> None:
    world = World()
    tie(world, 0, 2)
    sent = opened(editing, models.Statement) | {
        "date": "2019-07-13", "name": "New", "slug": "new", "classification": "note", "attribution": "named",
        "speaker": str(world.official.pk), "topics": [str(world.topic.pk)], "about_events": [str(world.event.pk)],
        "speech_acts-TOTAL_FORMS": "0",
    }  # fmt: skip
    bodies, officials = ([str(row.pk) for row in model.objects.all()[:3]] for model in (models.Body, models.Official))
    for body, official in zip(bodies, officials, strict=True):
        act = {"kind": "demand", "form": "paraphrase", "text": "Do.", "addressee_bodies": [body, bodies[0]]}
        sent = with_part(sent, "speech_acts", **act, addressee_officials=[official])
    for source in models.Source.objects.all()[:2]:
        sent = with_part(sent, "citations", source=str(source.pk), stance="supports")
    with CaptureQueriesContext(connection) as ran:
        assert send(editing, models.Statement, sent).status_code == 302
    assert len(ran) <= NEW
    record = models.Statement.objects.get(slug="new")
    revision = record.history.get()
    assert (revision.history_type, revision.history_user.username, revision.version) == ("+", "editor", 1)
    assert [row.topic for row in revision.topics.all()] == [*record.topics.all()] == [world.topic]
    appointments = {*world.official.appointments.all()}
    assert {row.appointment for row in revision.capacities.all()} == {*record.capacities.all()} == appointments
    acts = list(record.speech_acts.all())
    assert [(act.slug, act.ordinal) for act in acts] == [("new-1", 1), ("new-2", 2), ("new-3", 3)]
    for act, body, official in zip(acts, bodies, officials, strict=True):
        revision = act.history.get()
        assert {str(row.pk) for row in act.addressee_bodies.all()} == {body, bodies[0]}
        assert {str(row.body_id) for row in revision.addressee_bodies.all()} == {body, bodies[0]}
        assert [str(row.official_id) for row in revision.addressee_officials.all()] == [official]
    assert len({citation.source_id for citation in record.citations.all()}) == 2


def test_a_form_reads_the_records_that_it_and_its_parts_choose_by_one_statement(editing: Client) -> None:
    world = World()
    tie(world, 0, 2)
    officials, bodies, events = (
        [str(row.pk) for row in model.objects.all()] for model in (models.Official, models.Body, models.Event)
    )
    sent = opened(editing, models.Statement) | {
        "date": "2019-07-13", "name": "New", "slug": "new", "classification": "note", "attribution": "named",
        "speaker": officials[0], "body": bodies[0], "occasion": events[0], "about_events": events[:2],
        "speech_acts-TOTAL_FORMS": "0",
    }  # fmt: skip
    act = {"kind": "demand", "form": "paraphrase", "text": "Do.", "about_event": events[1]}
    sent = with_part(sent, "speech_acts", **act, addressee_bodies=bodies[1:3], addressee_officials=officials[1:])
    with CaptureQueriesContext(connection) as ran:
        assert send(editing, models.Statement, sent).status_code == 302
    chosen = [
        {kind for kind in ("official", "body", "event") if f'FROM "archive_{kind}" WHERE' in query["sql"]}
        for query in ran
    ]
    assert [kinds for kinds in chosen if kinds] == [{"official", "body", "event"}]
    record = models.Statement.objects.get(slug="new")
    assert sorted(str(event.pk) for event in record.about_events.all()) == sorted(events[:2])
    act = record.speech_acts.get()
    assert sorted(str(body.pk) for body in act.addressee_bodies.all()) == sorted(bodies[1:3])
    assert str(act.about_event_id) == events[1]


def test_changed_links_are_in_the_one_revision_of_the_save(editing: Client) -> None:
    world = World()
    tie(world, 0, 1)
    topics = [str(topic.pk) for topic in models.Topic.objects.all()]
    before = world.statement.history.count()
    sent = opened(editing, world.statement) | {"topics": topics[:1]}
    assert send(editing, world.statement, {**sent, "speech_acts-0-addressee_bodies": []}).status_code == 302
    assert world.statement.history.count() == before + 1
    revision = world.statement.history.first()
    assert [str(row.topic_id) for row in revision.topics.all()] == topics[:1]
    assert [str(topic.pk) for topic in world.statement.topics.all()] == topics[:1]
    act = world.statement.speech_acts.get(ordinal=1)
    assert [*act.addressee_bodies.all()] == [*act.history.first().addressee_bodies.all()] == []
    assert [row.official for row in act.history.first().addressee_officials.all()] == [*act.addressee_officials.all()]


def test_a_save_without_parts_does_not_pay_for_them(editing: Client) -> None:
    world = World()
    tie(world, 0, 11)
    sent = opened(editing, world.statement) | {"summary": "Other words."}
    with CaptureQueriesContext(connection) as ran:
        assert send(editing, world.statement, sent).status_code == 302
    assert len(ran) <= SAVE_WITHOUT_PARTS


@pytest.mark.parametrize("kind", ["event", "statement", "official"])
def test_a_history_costs_no_more_statements_for_more_versions(kind: str, editing: Client) -> None:
    """Each version with another name and other links, and each with another text of every part."""
    world = World()
    tie(world, 0, 2)
    record: Any = getattr(world, kind)
    topics = list(models.Topic.objects.all())
    parts = {"event": "participations", "statement": "speech_acts", "official": "names"}
    column = {"event": "role", "statement": "text", "official": "text"}[kind]

    def save(first: int, last: int) -> None:
        for number in range(first, last):
            record.name = f"Name {number}"
            record.save()
            if kind != "official":
                record.topics.set(topics[number % 2 : number % 2 + 1])
            for part in getattr(record, parts[kind]).all():
                setattr(
                    part, column, ("observer", "host")[number % 2] if column == "role" else f"Text {part.pk} {number}"
                )
                part.save()

    counts = []
    for first, last in ((0, 5), (5, 50)):
        save(first, last)
        editing.get(address(record, "history"))
        counts.append(counted(editing, address(record, "history")))
        page = editing.get(address(record, "history")).content.decode()
        assert f"<ins>Name {last - 1}</ins>" in page
        assert kind == "official" or "<ins>Topic" in page or f"<ins>{topics[1].name}" in page
    few, many = counts
    assert many <= few + 1  # the version after the page
    assert many <= HISTORY
