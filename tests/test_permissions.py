"""Write permissions per record, in addition to the model permissions of Django."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User

from archive.choices import Status
from archive.models import Citation, Event, Name, Outcome, Participation, Relation, SpeechAct
from archive.models.base import Part
from archive.permissions import PARENT_PATHS, may_delete, may_write
from tests.support import filter_records as make

pytestmark = pytest.mark.django_db


def event(status: str) -> Event:
    return make.event(f"event-{status}", status=status)


@pytest.mark.parametrize(
    ("status", "by_contributor"), [("draft", True), ("review", True), ("published", False), ("withdrawn", False)]
)
def test_contributors_write_drafts_and_records_in_review_and_editors_all(
    contributor: Any, editor: Any, administrator: Any, status: str, by_contributor: bool
) -> None:
    record = event(status)
    assert may_write(contributor, record) is by_contributor
    assert may_write(editor, record) is True
    assert may_write(administrator, record) is True


def test_every_status_is_tested() -> None:
    assert set(Status.values) == {"draft", "review", "published", "withdrawn"}


def test_the_status_in_memory_counts(contributor: Any) -> None:
    """A draft that is about to be published is no draft."""
    record = event("draft")
    record.status = "published"
    assert may_write(contributor, record) is False


def test_the_permission_counts_not_the_group(db: None) -> None:
    user = User.objects.create_user("somebody")
    record = event("published")
    assert may_write(user, record) is False
    user.user_permissions.add(Permission.objects.get(codename="publish_records"))
    assert may_write(User.objects.get(pk=user.pk), record) is True


def test_inactive_users_write_nothing_published(editor: Any) -> None:
    editor.is_active = False
    assert may_write(editor, event("published")) is False


def test_anonymous_users_write_nothing_published() -> None:
    assert may_write(AnonymousUser(), event("published")) is False


def test_a_part_has_the_status_of_its_parent(contributor: Any, editor: Any) -> None:
    """What else it joins may be published or not: that record is only referred to."""
    published, draft, gone = event("published"), event("draft"), event("withdrawn")
    korea = make.state("KR")
    assert may_write(contributor, Participation(event=draft, body=korea, role="actor"))
    assert not may_write(contributor, Participation(event=published, body=korea, role="actor"))
    assert not may_write(contributor, Participation(event=gone, body=korea, role="actor"))
    assert may_write(contributor, Relation(from_event=draft, kind="refers_to", to_event=published))
    assert not may_write(contributor, Relation(from_event=published, kind="refers_to", to_event=draft))
    assert not may_write(contributor, Relation(from_event=gone, kind="refers_to", to_event=draft))
    assert may_write(editor, Participation(event=published, body=korea, role="actor"))


def test_the_parent_of_a_part_may_be_several_keys_away(contributor: Any) -> None:
    """An outcome belongs to a statement by way of its act; a citation to one of twelve kinds."""
    korea = make.state("KR")
    published, draft = make.statement("shown", body=korea), make.statement("draft", body=korea, status="review")
    of_shown, of_draft = make.act(published), make.act(draft)
    paper = make.source("paper")
    assert may_write(contributor, SpeechAct(statement=draft, ordinal=2, kind="demand"))
    assert not may_write(contributor, SpeechAct(statement=published, ordinal=2, kind="demand"))
    assert may_write(contributor, Outcome(speech_act=of_draft, date="2020", kind="fulfilled"))
    assert not may_write(contributor, Outcome(speech_act=of_shown, date="2020", kind="fulfilled"))
    assert may_write(contributor, Citation(source=paper, speech_act=of_draft))
    assert not may_write(contributor, Citation(source=paper, speech_act=of_shown))


def test_every_part_has_a_parent_path() -> None:
    assert {*PARENT_PATHS} == {*Part.__subclasses__()}


def test_contributors_cannot_delete_a_draft_that_a_published_record_refers_to(contributor: Any, editor: Any) -> None:
    """An outcome without the answer that it had says something else, and is seen all at once."""
    korea = make.state("KR")
    published, draft = make.statement("shown", body=korea), make.statement("draft", body=korea, status="draft")
    demand, answer, spare = make.act(published), make.act(draft), make.act(draft)
    make.outcome(demand, "2020", "fulfilled", answer=answer)
    assert [may_delete(contributor, record) for record in (answer, spare, draft)] == [False, True, False]
    assert [may_delete(editor, record) for record in (answer, spare, draft)] == [True, True, True]


def test_a_part_without_a_parent_is_not_writable(contributor: Any) -> None:
    assert may_write(contributor, Name(text="김유근", scheme="native")) is False
