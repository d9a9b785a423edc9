"""Conditional requests as RFC 9110 has them."""

from __future__ import annotations

import pytest

from archive.models import Topic
from tests.rest.asking import STATEMENT, Asker, first, refused

pytestmark = pytest.mark.django_db

TOPIC = "topics/export-controls/"
PATHS = ["", "events/?limit=2", TOPIC, f"statements/{STATEMENT}/?fields=slug", f"{TOPIC}history/", "search/?q=probe"]


@pytest.mark.parametrize("path", PATHS)
def test_who_has_the_answer_gets_no_body(public: Asker, path: str) -> None:
    tag = public.get(path)["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = public.get(path, **{"if-none-match": known})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
        assert "Content-Type" not in answer


@pytest.mark.parametrize("path", PATHS)
def test_who_has_another_answer_gets_this_one(public: Asker, path: str) -> None:
    for other in ('"other"', "junk", '"1"', ""):
        assert public.get(path, **{"if-none-match": other}).status_code == 200


def test_the_tag_changes_with_the_record(public: Asker, as_editor: Asker) -> None:
    before = public.get(TOPIC)["ETag"]
    as_editor.send("PATCH", TOPIC, {"name": "Controls"}, match=before)
    answer = public.get(TOPIC, **{"if-none-match": before})
    assert (answer.status_code, answer.json()["name"]) == (200, "Controls")


def test_a_change_must_say_of_which_version(as_editor: Asker) -> None:
    for method, body in {"PATCH": {"name": "X"}, "PUT": {"slug": "export-controls", "name": "X"}, "DELETE": {}}.items():
        assert first(as_editor.send(method, TOPIC, body), 428)["field"] == "If-Match"
    assert Topic.objects.get(slug="export-controls").version == 1


@pytest.mark.parametrize("match", ['"1"', '"1.anything"', '"7", "1.x"', "*", '"7","1"'])
def test_the_version_is_what_counts(as_editor: Asker, match: str) -> None:
    assert as_editor.send("PATCH", TOPIC, {"name": "X"}, match=match).json()["version"] == 2


@pytest.mark.parametrize("match", ['"2"', 'W/"1"', '"10"', '"x", W/"1.a"', '""'])
def test_another_version_or_a_weak_tag_is_stale(as_editor: Asker, match: str) -> None:
    found = first(as_editor.send("PATCH", TOPIC, {"name": "X"}, match=match), 412)
    assert found == {"field": "If-Match", "got": match, "expected": '"1"'}


@pytest.mark.parametrize("match", ["1", '"1', "junk", ", ,", '"1", *', '"1" "2"'])
def test_a_match_that_is_no_tag_is_refused(as_editor: Asker, match: str) -> None:
    assert first(as_editor.send("PATCH", TOPIC, {"name": "X"}, match=match), 400)["got"] == match


def test_the_second_of_two_editors_is_told(as_editor: Asker) -> None:
    tag = as_editor.get(TOPIC)["ETag"]
    assert as_editor.send("PATCH", TOPIC, {"name": "First"}, match=tag).status_code == 200
    assert "Read it again" in refused(as_editor.send("PATCH", TOPIC, {"name": "Second"}, match=tag), 412)["detail"]
    assert Topic.objects.get(slug="export-controls").name == "First"
