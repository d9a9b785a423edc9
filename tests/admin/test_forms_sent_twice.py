"""A form that is sent twice stores its parts once, and one that collides with a colleague's says where."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg.errors import DeadlockDetected

from archive.models import Dossier, Event
from tests.support import filter_records as make
from tests.support.admin_forms import address, errors, filled_in, messages_of, opened, send, with_part

pytestmark = pytest.mark.django_db


def _cases() -> list[tuple[Any, str, dict[str, Any]]]:
    korea, kim, meeting = make.state("KR"), make.official("kim"), make.event("meeting")
    dossier = Dossier.objects.create(slug="x", name="X")
    said = make.statement("said", body=korea)
    act = {"kind": "demand", "form": "paraphrase", "text": "Stop it.", "addressee_bodies": [korea.pk]}
    return [
        (said, "speech_acts", act),
        (said, "citations", {"source": make.source("paper").pk, "locator": "p. 4", "stance": "supports"}),
        (kim, "names", {"text": "Gim", "language": "ko", "scheme": "press"}),
        (meeting, "participations", {"body": korea.pk, "role": "host"}),
        (meeting, "relations", {"to_event": make.event("other").pk, "kind": "refers_to"}),
        (dossier, "entries", {"event": meeting.pk}),
    ]  # fmt: skip


def test_a_part_is_added_once(editing: Client) -> None:
    for record, prefix, values in _cases():
        sent = with_part(opened(editing, record), prefix, **values)
        for _ in range(2):
            response = send(editing, record, sent)
            assert response.status_code == 302, (prefix, errors(response))
        assert getattr(record, prefix).count() == 1, prefix
    assert [*record.entries.values_list("position", flat=True)] == [1]


def test_two_equal_parts_of_one_form_are_two(editing: Client) -> None:
    said = make.statement("said", body=make.state("KR"))
    new = {"kind": "demand", "form": "paraphrase", "text": "Stop it."}
    sent = with_part(with_part(opened(editing, said), "speech_acts", **new), "speech_acts", **new)
    assert send(editing, said, sent).status_code == 302
    assert send(editing, said, sent).status_code == 302
    assert said.speech_acts.count() == 2


def test_the_second_time_what_was_stored_is_said(editing: Client) -> None:
    kim = make.official("kim")
    sent = with_part(opened(editing, kim), "names", text="Gim", language="ko", scheme="press")
    editing.post(address(kim), sent, follow=True)
    texts = messages_of(editing.post(address(kim), sent, follow=True))
    assert "Nothing was changed, so there is no new version." in texts
    assert any("added: name 'Gim" in text for text in texts)
    kim.refresh_from_db()
    assert kim.version == 2


def test_a_part_that_a_colleague_added_with_other_words_is_named_at_its_place(
    editing: Client, administrator: Any
) -> None:
    meeting, paper = make.event("meeting"), make.source("paper")
    cited = {"source": paper.pk, "locator": "p. 4", "stance": "supports"}
    mine = with_part(opened(editing, meeting), "citations", **cited, quotation="Mine.")
    colleague = Client()
    colleague.force_login(administrator)
    theirs = with_part(opened(colleague, meeting), "citations", **cited, quotation="Theirs.")
    assert send(colleague, meeting, theirs).status_code == 302
    refused = send(editing, meeting, {**mine, "summary": "Typed."})
    [text] = errors(refused)["citations-0-__all__"]
    assert text.startswith("Got '")
    assert "which was added since you opened the page" in text
    assert "Typed." in refused.content.decode()
    assert Event.objects.get(pk=meeting.pk).citations.count() == 1


def test_a_save_that_the_database_ends_for_another_is_shown_again_with_what_was_typed(
    editing: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = make.event("meeting")
    sent = {**opened(editing, meeting), "summary": "Typed."}

    def end(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("deadlock detected") from DeadlockDetected("deadlock detected")

    with monkeypatch.context() as patch:
        patch.setattr(Event, "save", end)
        refused = send(editing, meeting, sent)
    assert errors(refused)["__all__"] == [
        "Not saved: somebody saved or merged what it is linked with at the same moment. Save it again."
    ]
    assert "Typed." in refused.content.decode()
    assert send(editing, meeting, filled_in(refused)).status_code == 302
    assert Event.objects.get(pk=meeting.pk).summary == "Typed."
