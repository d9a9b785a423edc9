"""``loaddata`` of an invalid fixture: one line with file, record, got and expected; nothing is loaded."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from archive.models import Body, Event, Official, Statement, Topic

pytestmark = pytest.mark.django_db

TOPIC = {"model": "archive.topic", "fields": {"slug": "t", "name": "T"}}
DATE = "an EDTF date such as 2019-07-12, 2019-07, 1936~, 2019-07-04/.. or 2019-06-28/2019-06-29."


def record(model: str, **fields: Any) -> dict[str, Any]:
    return {"model": f"archive.{model}", "fields": {"slug": model, "name": "N", **fields}}


def event(**fields: Any) -> dict[str, Any]:
    return record("event", **{"classification": "meeting", "date": "2019", **fields})


def statement(**fields: Any) -> dict[str, Any]:
    return record("statement", **{"date": "2019", "classification": "note", "attribution": "named", **fields})


def source(**fields: Any) -> dict[str, Any]:
    return {"model": "archive.source", "fields": {"slug": "s", "title": "T", **fields}}


OFFICIALS = [
    record("official", slug="one"), record("official", slug="two", name="Two"),
    {"model": "archive.office", "fields": {"slug": "office", "name": "Office", "body": ["japan"]}},
    {"model": "archive.appointment", "fields": {"slug": "twos", "official": ["two"], "office": ["office"]}},
]  # fmt: skip
WRONG: dict[str, tuple[list[Any], str]] = {
    "an unknown country": (
        [record("official", slug="o", state=["jappan"])],
        "record 2 (archive.official o), state: body: got 'jappan', expected the slug of a stored body; "
        "did you mean japan",
    ),
    "a name of blanks alone": (
        [record("topic", slug="blank", name=" \u3000")],
        "record 2 (archive.topic blank), name: This field cannot be blank.",
    ),
    "a slug that is a part of addresses": (
        [record("topic", slug="counts", name="T")],
        "record 2 (archive.topic counts), slug: got 'counts', "
        "expected another slug: this one is part of an address.",
    ),
    "a capacity that is somebody else's": (
        [*OFFICIALS, statement(slug="s", speaker=["one"], capacities=[["twos"]])],
        "record 6 (archive.statement s): statement s, capacities: got 'twos' of Two, "
        "expected an appointment of the speaker, N.",
    ),
    "a capacity that comes later": (
        [*OFFICIALS[:3], statement(slug="s", speaker=["one"], capacities=[["twos"]]), OFFICIALS[3]],
        "record 5 (archive.statement s): statement s, capacities: got 'twos' of Two",
    ),
    "a month that is none": (
        [event(date="2019-13")],
        f"record 2 (archive.event event), date: got '2019-13' (there is no month 13), expected {DATE}",
    ),
    "a day that is none": (
        [event(date="2019-02-30")],
        f"record 2 (archive.event event), date: got '2019-02-30' (2019-02 has 28 days), expected {DATE}",
    ),
    "a word for a date": (
        [event(), event(slug="later", date="yesterday")],
        "record 3 (archive.event later), date: got 'yesterday' ('yesterday' depends on the day of reading: "
        f"write the date itself), expected {DATE}",
    ),
    "no date": ([event(date=None)], "record 2 (archive.event event), date: This field cannot be null."),
    "a broken rule": (
        [statement(slug="s", body=["japan"])],
        "record 2 (archive.statement s): A named statement has a speaker: got none, expected an official, or another "
        "attribution.",
    ),
    "a broken rule that has its own words": (
        [record("body", slug="b", kind="other", iso3166="XZ")],
        "record 2 (archive.body b): Only a state has an ISO 3166 code: expected that kind, or no code.",
    ),
    "a second of the same code": (
        [record("body", slug="b", kind="state", iso3166="JP")],
        "record 2 (archive.body b): ",
    ),
    "a field that is none": (
        [record("topic", slug="s", sumary="S", nam="S")],
        "record 2 (archive.topic s), sumary: expected a field of topic: created_at, description, id, name, parent, ",
    ),
    "a model that is none": (
        [{"model": "archive.topik", "fields": {"slug": "s"}}],
        "record 2 (archive.topik s): got the model 'archive.topik', expected one like 'archive.topic'.",
    ),
    "a record of a statement that is not there": (
        [{"model": "archive.speechact", "fields": {"statement": ["nope"], "ordinal": 1, "kind": "demand"}}],
        "record 2 (archive.speechact), statement: statement: got 'nope', expected the slug of a stored statement.",
    ),
    "a link that is never filled": (
        [event(topics=[["t"], ["nope"]])],
        "record 2 (archive.event event), topics: topic: got 'nope', expected the slug of a stored topic",
    ),
    "a natural key of the wrong length": (
        [record("official", slug="o", state=["japan", "JP"])],
        "record 2 (archive.official o), state: body: got a natural key of 2 values ['japan', 'JP'], expected 1: slug.",
    ),
    "what is no record": (["statement"], "record 2: "),
    "an address that runs a script": (
        [source(url="javascript:alert(1)")],
        "record 2 (archive.source s), url: got 'javascript:alert(1)'. Enter a valid URL.",
    ),
    "a word that a vocabulary lacks": (
        [event(classification="meting")],
        "record 2 (archive.event event), classification: got 'meting'. Value 'meting' is not a valid choice.",
    ),
    "a status that is none": (
        [event(status="bogus")],
        "record 2 (archive.event event), status: got 'bogus'. Value 'bogus' is not a valid choice.",
    ),
    "an empty name": (
        [record("topic", slug="s", name="")], "record 2 (archive.topic s), name: This field cannot be blank."
    ),
    "a list for a text": (
        [record("topic", slug="s", name=["A"])],
        "record 2 (archive.topic s), name: got ['A'] (list), expected text in quotation marks.",
    ),
    "a number for a text": (
        [record("topic", slug="s", name=5)],
        "record 2 (archive.topic s), name: got 5 (int), expected text in quotation marks.",
    ),
    "an invisible character": (
        [record("topic", slug="s", name="A\u200bB")],
        "record 2 (archive.topic s), name: Got U+200B after 1 characters, a character that can't be seen;",
    ),
    "a long name": (
        [record("topic", slug="s", name="x" * 400)],
        f"record 2 (archive.topic s), name: got '{'x' * 63}…'. Ensure this value has at most ",
    ),
    "a null character": (
        [record("topic", slug="s", name="A\0B")],
        "record 2 (archive.topic s), name: Got U+0000 after 1 characters, a character that can't be seen;",
    ),
    "a part with a bad word": (
        [{"model": "archive.name", "fields": {"body": ["japan"], "text": "N", "scheme": "sung"}}],
        "record 2 (archive.name), scheme: got 'sung'. Value 'sung' is not a valid choice.",
    ),
    "a revision with a bad address": (
        [{"model": "archive.historicalsource", "fields": {**source(url="javascript:alert(1)")["fields"], "id": 1,
          "history_date": "2026-01-01T00:00:00Z", "history_type": "+"}}],
        "record 2 (archive.historicalsource s), url: got 'javascript:alert(1)'. Enter a valid URL.",
    ),
    "a slug that is part of addresses": (
        [record("topic", slug="counts")],
        "record 2 (archive.topic counts), slug: got 'counts', expected another slug: this one is part of an address.",
    ),
    "topics in a circle": (
        [record("topic", slug="a", parent=["b"]), record("topic", slug="b", parent=["a"])],
        "record 2 (archive.topic a), parent: A cycle: got 'N', expected a record that is not below this one.",
    ),
}  # fmt: skip


def load(path: Path, content: str) -> str:
    """Load the fixture; return the error."""
    file = path / "wrong.json"
    file.write_text(content, "utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("loaddata", str(file), verbosity=0)
    return str(refused.value)


@pytest.mark.parametrize("what", WRONG)
def test_an_invalid_record_is_one_line_and_nothing_is_loaded(what: str, tmp_path: Path) -> None:
    records, expected = WRONG[what]
    before = Body.objects.count()
    message = load(tmp_path, json.dumps([TOPIC, *records]))
    assert message.startswith(f"Nothing was loaded. wrong.json, {expected}")
    assert "\n" not in message
    assert [model.objects.count() for model in (Topic, Event, Official, Statement)] == [0, 0, 0, 0]
    assert Body.objects.count() == before


@pytest.mark.parametrize("content", ['[{"model": ', "", '["a"]', "null", "[" * 5000, '[{"model": "a", "model": "b"}]'])
def test_other_files_are_refused_in_one_line(content: str, tmp_path: Path) -> None:
    message = load(tmp_path, content)
    assert message.startswith("Nothing was loaded. wrong.json, record 1: ")
    assert "expected a list of records, as dumpdata writes it" in message
    assert "\n" not in message


@pytest.mark.parametrize("suffix", ["jsonl", "yaml", "xml"])
def test_fixtures_in_other_formats_are_checked_too(suffix: str, tmp_path: Path) -> None:
    contents = {
        "jsonl": json.dumps(TOPIC) + "\n" + json.dumps(record("topic", slug="s", name=["A"])),
        "yaml": "- model: archive.topic\n  fields: {slug: t, name: T}\n"
        "- model: archive.topic\n  fields: {slug: s, name: [A]}\n",
        "xml": '<django-objects version="1.0"><object model="archive.topic"><field name="slug" type="SlugField">t'
        '</field><field name="name" type="CharField">T</field></object><object model="archive.topic"><field '
        'name="slug" type="SlugField">s</field><field name="name" type="CharField"></field></object></django-objects>',
    }
    expected = "got ['A'] (list), expected text" if suffix != "xml" else "This field cannot be blank."
    file = tmp_path / f"wrong.{suffix}"
    file.write_text(contents[suffix], "utf-8")
    with pytest.raises(CommandError, match=re.escape(f"wrong.{suffix}, record 2 (archive.topic s), name: {expected}")):
        call_command("loaddata", str(file), verbosity=0)
    assert not Topic.objects.exists()


def test_a_year_and_a_day_in_yaml_need_no_quotation_marks(tmp_path: Path) -> None:
    file = tmp_path / "right.yaml"
    text = "- {model: archive.event, fields: {slug: S, name: N, classification: meeting, date: D}}\n"
    days = {"a": "2019", "b": "2019-07-04", "c": "2019-07"}
    file.write_text("".join(text.replace("S", s).replace("D", d) for s, d in days.items()), "utf-8")
    call_command("loaddata", str(file), verbosity=0)
    assert {event.slug: str(event.date.text) for event in Event.objects.all()} == days


def test_a_stored_slug_is_not_changed(tmp_path: Path) -> None:
    pk = Topic.objects.create(slug="t", name="T").pk
    message = load(tmp_path, json.dumps([{**record("topic", slug="u"), "pk": pk}]))
    assert "record 1 (archive.topic u), slug: A slug never changes once saved: got 'u', expected 't'." in message


def test_the_words_of_an_old_revision_need_not_be_in_the_vocabulary(tmp_path: Path) -> None:
    history = {
        "id": 1,
        "history_date": "2026-01-01T00:00:00Z",
        "history_type": "+",
        "created_at": "2026-01-01T00:00:00Z",
    }
    entry = {"model": "archive.historicalevent", "fields": {**event(classification="parley")["fields"], **history}}
    file = tmp_path / "right.json"
    file.write_text(json.dumps([entry]), "utf-8")
    call_command("loaddata", str(file), verbosity=0)
    assert Event.history.get().classification == "parley"


def test_a_missing_file_is_reported() -> None:
    with pytest.raises(CommandError, match="No fixture named 'nowhere' found"):
        call_command("loaddata", "nowhere", verbosity=0)


def test_a_record_may_refer_to_a_later_one(tmp_path: Path) -> None:
    file = tmp_path / "right.json"
    file.write_text(json.dumps([event(topics=[["t"]]), record("official", state=["japan"]), TOPIC]), "utf-8")
    call_command("loaddata", str(file), verbosity=0)
    assert Event.objects.get().topics.get().slug == "t"
