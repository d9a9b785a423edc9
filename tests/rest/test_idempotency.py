"""What an answer says of a write is true, and a retry with an Idempotency-Key stores nothing twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from archive.models import StoredResponse, Topic
from tests.support.rest_client import RestClient, error_of, problem

BODY = {"slug": "once", "name": "Once", "status": "published"}
KEY = {"idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_an_error_that_nobody_expected_promises_nothing_of_a_write(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr("django.contrib.auth.forms.AuthenticationForm.__init__", broken)
    answer = Client(raise_request_exception=False).generic(method, "/admin/login/")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "othing was changed" not in text
    assert ("Look whether what you sent was stored" in text) is (method == "POST")


@pytest.mark.django_db
def test_a_retry_gets_the_first_answer_again(as_editor: RestClient) -> None:
    answer = as_editor.send("POST", "topics/", BODY, **KEY)
    Topic.objects.filter(slug="once").update(name="Changed since")
    again = as_editor.send("POST", "topics/", BODY, **KEY)
    assert (again.status_code, again.content) == (201, answer.content)
    for name in ("ETag", "Location", "Content-Type"):
        assert again[name] == answer[name]
    assert answer["Location"].endswith("/topics/once/")
    assert Topic.objects.get(slug="once").history.count() == 1
    bare = {"idempotency-key": KEY["idempotency-key"].strip('"')}
    assert as_editor.send("POST", "topics/", BODY, **bare).content == answer.content
    as_editor.send("PATCH", "topics/once/", {"name": "Mine"}, match="*")
    assert as_editor.send("PATCH", "topics/once/", {"name": "X"}, match=answer["ETag"]).status_code == 412


@pytest.mark.django_db
def test_a_key_for_something_else_is_refused(as_editor: RestClient, contributor: Any) -> None:
    as_editor.send("POST", "topics/", BODY, **KEY)
    other = error_of(as_editor.send("POST", "topics/", {**BODY, "slug": "twice"}, **KEY), 422)
    assert other["field"] == "Idempotency-Key"
    error_of(as_editor.send("POST", "sources/", BODY, **KEY), 422)
    draft = {"slug": "theirs", "name": "Theirs"}
    assert RestClient(contributor).send("POST", "topics/", draft, **KEY).status_code == 201


@pytest.mark.django_db
def test_a_refused_write_leaves_its_key_free(as_editor: RestClient) -> None:
    problem(as_editor.send("POST", "topics/", {"slug": "once"}, **KEY), 400)
    assert as_editor.send("POST", "topics/", BODY, **KEY).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", '"', '""', '"a', 'a"b', "a" * 256, f'"{"a" * 256}"', "a\tb", "é", "a, b"])
def test_what_is_no_key_is_refused(as_editor: RestClient, key: str) -> None:
    error = error_of(as_editor.send("POST", "topics/", BODY, **{"idempotency-key": key}), 400)
    assert (error["field"], Topic.objects.filter(slug="once").exists()) == ("Idempotency-Key", False)


@pytest.mark.django_db
def test_a_key_is_forgotten_in_time(as_editor: RestClient, settings: Any) -> None:
    as_editor.send("POST", "topics/", BODY, **KEY)
    settings.IDEMPOTENCY_HOURS = 2
    StoredResponse.objects.update(created_at=timezone.now() - timedelta(hours=3))
    problem(as_editor.send("POST", "topics/", BODY, **KEY), 400)
