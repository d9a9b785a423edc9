"""Instances from the JSON of one statement are those that Django reads, with the visible rows of their relations."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.bind_parameters import number_param
from archive.models import Body, Event, Official, Source, Statement
from archive.registry import stored_models
from archive.sql import query_tree
from archive.sql.compiler import Compiler
from archive.sql.instances import Instances
from archive.visibility import Viewer, visible_records

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


def read(instances: Instances, key: int, user: Viewer = None) -> Any:
    rows = visible_records(instances.model, user).filter(pk=number_param("key"))
    content = Compiler(user).compile(query_tree.Detail(rows, instances.node())).run({"key": key})
    return instances.instance(msgspec.json.decode(content or b"null"))


@pytest.mark.parametrize("model", stored_models(), ids=lambda model: model.__name__)
def test_every_column_has_the_value_that_django_reads(model: Any) -> None:
    instances = Instances(model, ())
    for row in visible_records(model, None)[:3]:
        same = read(instances, row.pk)
        assert same == row
        assert not same._state.adding
        for field in model._meta.concrete_fields:
            assert getattr(same, field.attname) == getattr(row, field.attname), field.name


def test_relations_are_read_with_the_record() -> None:
    event = Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")
    paths = ("part_of", "topics", "participations__body", "participations__citations__source__publisher", "statements")
    instances = Instances(Event, paths)
    with CaptureQueriesContext(connection) as statements:
        same = read(instances, event.pk)
        topics, statements_at = list(same.topics.all()), list(same.statements.all())
        rows = [(row, row.event, row.body, [c.source.publisher for c in row.citations.all()]) for row in
                same.participations.all()]  # fmt: skip
    assert len(statements) == 1
    assert topics == list(event.topics.all())
    assert statements_at == list(event.statements.all())
    assert [row for row, *_ in rows] == list(event.participations.all())
    assert all(owner is same and body == row.body for row, owner, body, _ in rows)
    assert rows


def test_a_record_below_another_defers_its_texts() -> None:
    event = Event.objects.visible_to(None).exclude(statements=None)[0]
    [first, *_] = read(Instances(Event, ("statements",)), event.pk).statements.all()
    assert {"text", "summary", "version", "created_at"} <= first.get_deferred_fields()
    assert first.text == Statement.objects.get(pk=first.pk).text


def test_no_list_of_the_record_is_longer_than_its_limit() -> None:
    paths = ("statements", "participations__event__participations")
    official = Official.objects.get(slug="moon-jae-in")
    limited = read(Instances(Official, paths, limit=2), official.pk)
    assert [row.pk for row in limited.statements.all()] == [row.pk for row in official.statements.all()[:2]]
    event = limited.participations.all()[0].event
    assert len(event.participations.all()) == event.participations.count() > 2


def test_what_a_user_may_not_see_is_none_or_left_out(editor: Any) -> None:
    source = Source.objects.exclude(publisher=None)[0]
    statement = Statement.objects.exclude(speaker=None).exclude(about_events=None)[0]
    Body.objects.filter(pk=source.publisher_id).update(status="draft")
    Official.objects.filter(pk=statement.speaker_id).update(status="draft")
    statement.about_events.update(status="draft")
    publisher, spoken = Instances(Source, ("publisher",)), Instances(Statement, ("speaker", "about_events"))
    assert read(publisher, source.pk).publisher is None
    hidden, seen = read(spoken, statement.pk), read(spoken, statement.pk, editor)
    assert (hidden.speaker, list(hidden.about_events.all())) == (None, [])
    assert read(publisher, source.pk, editor).publisher == source.publisher
    assert (seen.speaker, list(seen.about_events.all())) == (statement.speaker, list(statement.about_events.all()))
