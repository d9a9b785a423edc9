"""Two versions of a record side by side, versions that changed nothing, and restores of chosen differences."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.models import Event, Statement, Topic
from tests.support.admin_forms import address, filled_in, messages_of, opened, send, with_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]
REMOVED_ACT = 10


def _text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def _version_page(record: Any, place: int) -> str:
    revision = list(record.history.order_by("history_id"))[place]
    return reverse(f"admin:archive_{record._meta.model_name}_simple_history", args=[record.pk, revision.pk])


@pytest.fixture(scope="module")
def _changed_statement(module_dossier: None) -> int:
    """The key of a statement in its third version, which is saved twice for all tests of the module."""
    editor = User.objects.create_user("earlier-editor", password="a-test-password", is_staff=True)
    editor.groups.add(Group.objects.get(name="editor"))
    client = Client()
    client.force_login(editor)
    statement = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")
    topic = Topic.objects.exclude(pk__in=statement.topics.all()).earliest("pk")
    sent = opened(client, statement)
    sent |= {
        "summary": "Kim proposes an international probe.",
        "topics": [*sent["topics"], str(topic.pk)],
        "speech_acts-3-text": "Japan apologizes at once.",
        f"speech_acts-{REMOVED_ACT}-DELETE": "on",
    }
    sent = with_part(sent, "speech_acts", kind="denial", form="paraphrase", text="Nothing was smuggled.")
    assert send(client, statement, sent).status_code == 302
    assert send(client, statement, opened(client, statement) | {"classification": "remark"}).status_code == 302
    return statement.pk


@pytest.fixture
def statement(_changed_statement: int, db: None) -> Statement:
    """A statement in its third version: the second changed its parts, a topic and the summary, the third its form."""
    return Statement.objects.get(pk=_changed_statement)


def test_any_two_versions_are_compared_word_by_word_with_their_parts(editing: Client, statement: Statement) -> None:
    first, last = (statement.history.order_by(order).first().pk for order in ("history_id", "-history_id"))
    page = _text(editing.get(address(statement, "compare"), {"from": first, "to": last}))
    assert "Japan <del>apologizes</del>." in page
    assert "Japan <ins>apologizes at once</ins>." in page
    for part, kind in (
        ("Speech act: denial: Nothing was smuggled.", "added"),
        ("Speech act: demand: Possible violations", "removed"),
        ("Speech act: demand: Japan apologizes at once.", "changed"),
    ):
        row = next(row for row in page.split("<tr") if part in row)
        assert f'<span class="kind">{kind}</span>' in row
    assert '<th scope="row">Topics</th>' in page
    # In the other order the same: the older one is on the left.
    assert (
        editing.get(address(statement, "compare"), {"from": last, "to": first}).context["differences"]
        == (editing.get(address(statement, "compare"), {"from": first, "to": last}).context["differences"])
    )


def test_the_newest_change_is_compared_by_default(editing: Client, statement: Statement) -> None:
    differences = editing.get(address(statement, "compare")).context["differences"]
    assert [(row.part, [field.label for field in row.fields]) for row in differences] == [("", ["classification"])]


@pytest.mark.parametrize("query", ["from=x", "to=99999999", "from=-1", "from=9999999999999999999999"])
def test_a_revision_that_is_not_there_is_a_404(editing: Client, statement: Statement, query: str) -> None:
    assert editing.get(f"{address(statement, 'compare')}?{query}").status_code == 404


def test_versions_of_a_draft_are_compared_only_for_who_sees_drafts(client: Client) -> None:
    event = Event.objects.create(slug="hidden", name="Hidden", date="2019", classification="meeting")
    event.save()
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_event"))
    client.force_login(reader)
    assert client.get(address(event, "compare")).status_code == 403
    assert client.get(address(event, "where_used")).status_code == 404


def test_a_comparison_costs_no_more_queries_for_more_parts(editing: Client, statement: Statement) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as ran:
            assert editing.get(address(statement, "compare")).status_code == 200
        return len(ran)

    queries()
    few = queries()
    sent = opened(editing, statement)
    for number in range(5):
        sent = with_part(sent, "speech_acts", kind="denial", form="paraphrase", text=f"Denial {number}.")
    assert send(editing, statement, sent).status_code == 302
    assert queries() <= few


def test_a_version_that_changed_nothing_is_not_listed(editing: Client, statement: Statement) -> None:
    statement.save()
    response = editing.get(address(statement, "history"))
    assert [row.version for row in response.context["page_obj"] if not row.is_unchanged] == [3, 2, 1]
    page = _text(response)
    assert page.count('name="from"') == 3
    assert "4 versions, of which 1 changed nothing and is not listed" in page


def test_only_what_is_ticked_is_restored(editing: Client, statement: Statement) -> None:
    page = _version_page(statement, 0)
    response = editing.get(page)
    removed = next(row for row in response.context["differences"] if row.kind == "removed" and "Possible" in row.part)
    summary = f"statement-{statement.pk}-summary"
    sent = {**filled_in(response), "changes": [summary, removed.key], "_chosen": "1"}
    response = editing.post(page, sent, follow=True)
    assert "2 differences restored from version 1, now version 4." in messages_of(response)[0]
    restored = Statement.objects.get(pk=statement.pk)
    assert restored.summary.startswith("Kim answers the doubts")
    assert restored.classification == statement.classification
    assert restored.topics.count() == statement.topics.count() == 4
    texts = list(restored.speech_acts.order_by("ordinal").values_list("text", flat=True))
    assert texts[3] == "Japan apologizes at once."
    # The denial has the number that the restored act had.
    assert texts[-2:] == ["Nothing was smuggled.", "Possible violations by Japan are investigated in full too."]


@pytest.mark.parametrize("chosen", [[], ["citation"]])
def test_nothing_is_restored_without_a_choice_or_without_the_part_above(
    editing: Client, statement: Statement, chosen: list[str]
) -> None:
    page = _version_page(statement, 0)
    response = editing.get(page)
    keys = [
        row.key for row in response.context["differences"] if row.kind == "removed" and row.key.startswith("citation")
    ]
    sent = {**filled_in(response), "changes": keys if chosen else [], "_chosen": "1"}
    reasons = " ".join(editing.post(page, sent).context["adminform"].form.non_field_errors())
    assert "Nothing was changed." in reasons
    assert ("Choose both or neither." if chosen else "Choose at least one of the differences.") in reasons
    assert Statement.objects.get(pk=statement.pk).version == statement.version
