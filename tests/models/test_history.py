"""Every change of a record or its links writes a revision with user, date and reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from archive.models import Event, Measure, SpeechAct, Statement
from archive.models.base import Record, Tracked
from tests.support.world import World, copy

KINDS = [model for model in apps.get_app_config("archive").get_models() if issubclass(model, Tracked)]


def _newest(kind: Any) -> Any:
    return kind.objects.order_by("-pk")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_each_save_and_the_deletion_leave_a_revision_with_user_and_reason(kind: Any, world: World, editor: Any) -> None:
    record = _newest(kind)
    before = record.history.count()
    record._history_user, record._change_reason = editor, "A typo."
    version = record.version
    record.save()
    last = record.history.first()
    assert record.history.count() == before + 1
    assert (last.history_type, last.history_user, last.history_change_reason) == ("~", editor, "A typo.")
    assert (record.version, last.version) == (version + 1, version + 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_revision_has_every_column(kind: Any, world: World) -> None:
    columns = {field.attname for field in kind._meta.concrete_fields}
    assert columns <= {field.attname for field in kind.history.model._meta.concrete_fields}


@pytest.mark.parametrize("kind", KINDS)
def test_a_revision_has_every_link_to_many(kind: Any, world: World) -> None:
    tracked = {field.name for field in kind.history.model._history_m2m_fields}
    assert tracked == {field.name for field in kind._meta.many_to_many}


@pytest.mark.parametrize(
    ("model", "link", "other"),
    [
        (Event, "topics", "topic"), (Measure, "topics", "topic"), (Measure, "imposers", "state"),
        (Measure, "targets", "state"), (Statement, "topics", "topic"), (Statement, "capacities", "appointment"),
        (Statement, "about_events", "event"), (Statement, "about_measures", "measure"),
        (SpeechAct, "addressee_bodies", "body"), (SpeechAct, "addressee_officials", "official"),
    ],
)  # fmt: skip
def test_a_change_of_links_is_a_revision(model: Any, link: str, other: str, world: World) -> None:
    record = _newest(model)
    getattr(record, link).add(getattr(world, other))
    getattr(record, link).clear()
    removed, added = record.history.all()[:2]
    assert getattr(added, link).count() == 1
    assert getattr(removed, link).count() == 0
    assert removed.diff_against(added).changed_fields == [link]


def test_statements_that_are_answered_are_in_the_history(world: World) -> None:
    other = copy(world.statement, slug="other")
    other.save()
    world.statement.in_reply_to.add(other)
    assert world.statement.history.first().in_reply_to.count() == 1


def test_a_deleted_record_keeps_its_history(world: World) -> None:
    created = copy(world.topic, slug="gone", name="Gone")
    created.save()
    key = created.pk
    created.delete()
    last = type(world.topic).history.filter(id=key).first()
    assert (last.history_type, last.name) == ("-", "Gone")


def test_a_change_in_the_admin_has_its_user_and_reason(world: World, client: Client, administrator: Any) -> None:
    client.force_login(administrator, backend="archive.accounts.backend.PermissionBackend")
    page = client.get(reverse("admin:archive_topic_change", args=[world.topic.pk]))
    form = page.context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields} | {"name": "Renamed"}
    for formset in page.context["inline_admin_formsets"]:
        sent |= {f"{formset.formset.prefix}-TOTAL_FORMS": 0, f"{formset.formset.prefix}-INITIAL_FORMS": 0}
    reason = next(name for name in sent if "reason" in name)
    answer = client.post(page.request["PATH_INFO"], sent | {reason: "Shorter."})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    last = world.topic.history.first()
    assert (last.name, last.history_user, last.history_change_reason) == ("Renamed", administrator, "Shorter.")


def test_saving_raises_the_version_and_updated_at(world: World) -> None:
    for kind in KINDS:
        record = _newest(kind)
        assert record.version >= 1
        assert record.created_at <= record.updated_at


@pytest.mark.parametrize("kind", [kind for kind in KINDS if issubclass(kind, Record)])
def test_every_record_has_a_slug_and_a_status(kind: Any, world: World) -> None:
    assert kind._meta.get_field("slug").unique
    assert [value for value, _ in kind._meta.get_field("status").choices] == [
        "draft", "review", "published", "withdrawn",
    ]  # fmt: skip
    assert kind().status == "draft"


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_help_text(kind: Any) -> None:
    for field in [*kind._meta.concrete_fields, *kind._meta.many_to_many]:
        assert field.help_text or field.primary_key, field


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_has_a_str(kind: Any, world: World) -> None:
    world.cite("statement")
    assert str(_newest(kind)).strip()
