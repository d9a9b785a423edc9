"""Old slugs of merged records in exports: each leads to the same record in the archive that loads them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from graphql_relay import to_global_id

from archive.datasets.load import Listener, Options, load
from archive.merging.undo import undo
from archive.models import Event, MergedRecord, PublicVersion, Topic
from tests.support.exports import file_contents, run_export

pytestmark = pytest.mark.django_db
HEADER = "kind,slug,target,was_public\n"
PUBLIC = {"kind": "events", "slug": "old-talks", "target": "talks", "was_public": True}


def merged(slug: str, target: Any, was_public: bool = True) -> MergedRecord:
    return MergedRecord.objects.create(
        kind=target._meta.model_name, record_id=10**9 + MergedRecord.objects.count(), slug=slug, name=slug,
        was_public=was_public, target_id=target.pk, changes={},
    )  # fmt: skip


@pytest.fixture
def talks(db: None) -> Event:
    """A public event with an old slug for readers, and one that only those who see drafts know."""
    talks = Event.objects.create(slug="talks", name="Talks", classification="meeting", date="2019", status="published")
    draft = Event.objects.create(slug="draft", name="Draft", classification="meeting", date="2019")
    Topic.objects.create(slug="trade", name="Trade", status="published")
    merged("old-talks", talks)
    merged("hidden-talks", talks, was_public=False)
    merged("old-draft", draft)
    return talks


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "redirects.jsonl").read_bytes().splitlines()]


def loaded(folder: Path, **options: Any) -> tuple[Any, list[str]]:
    result = load(folder, Options(**options))
    assert result.is_valid, list(result.problems.lines())
    return result, list(result.problems.lines("warning"))


def planned(folder: Path, **options: Any) -> list[str]:
    lines: list[str] = []

    class Reader(Listener):
        def on_plan(self, own: Any) -> None:
            lines.extend(own)

    load(folder, Options(dry_run=True, **options), Reader())
    return lines


def write(folder: Path, lines: str, events: str = "talks,published,Talks,meeting,2019\n") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "events.csv").write_text(f"slug,status,name,classification,date\n{events}")
    (folder / "redirects.csv").write_text(HEADER + lines)
    return folder


def test_readers_get_the_old_slugs_that_lead_them_somewhere(talks: Event, tmp_path: Path) -> None:
    run_export(tmp_path / "out")
    assert rows(tmp_path / "out") == [PUBLIC]
    package = json.loads((tmp_path / "out/datapackage.json").read_bytes())
    [resource] = [resource for resource in package["resources"] if resource["name"] == "redirects"]
    assert [field["name"] for field in resource["schema"]["fields"]] == list(PUBLIC)
    assert resource["schema"]["primaryKey"] == ["kind", "slug"]
    assert "  redirects.jsonl\n" in (tmp_path / "out/SHA256SUMS").read_text()
    with (tmp_path / "out/data_dictionary.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["column"] for row in csv.DictReader(stream) if row["file"] == "redirects"] == list(PUBLIC)


def test_no_draft_changes_what_readers_get(talks: Event, tmp_path: Path) -> None:
    run_export(tmp_path / "with")
    MergedRecord.objects.exclude(slug="old-talks").delete()
    Event.objects.filter(slug="draft").delete()
    run_export(tmp_path / "without")
    assert file_contents(tmp_path / "with") == file_contents(tmp_path / "without")


def test_a_selection_has_the_old_slugs_of_its_records(talks: Event, tmp_path: Path) -> None:
    run_export(tmp_path / "events", "--only", "events")
    run_export(tmp_path / "topics", "--only", "topics")
    assert rows(tmp_path / "events") == [PUBLIC]
    assert not (tmp_path / "topics/redirects.jsonl").exists()


@pytest.mark.parametrize("file_format", ["jsonl", "csv"])
def test_the_archive_that_loads_them_answers_them(talks: Event, tmp_path: Path, file_format: str) -> None:
    run_export(tmp_path / "out", "--all", "--format", file_format)
    MergedRecord.objects.all().delete()
    Event.objects.all().delete()
    client = Client()
    by_id = {"query": f'{{ node(id: "{to_global_id("Event", "old-talks")}") {{ ... on Event {{ slug }} }} }}'}
    assert client.post("/graphql/", by_id, content_type="application/json").json()["data"]["node"] is None
    result, _ = loaded(tmp_path / "out")
    assert (result.counts["redirects"].added, result.written) == (3, True)
    page = client.get("/events/old-talks/")
    assert (page.status_code, page["Location"]) == (301, "/events/talks/")
    response = client.get("/api/v1/events/old-talks/")
    assert (response.status_code, response["Location"]) == (301, "http://testserver/api/v1/events/talks/")
    assert client.get("/events/hidden-talks/").status_code == client.get("/events/old-draft/").status_code == 404
    response = client.post("/graphql/", by_id, content_type="application/json")
    assert response.json()["data"]["node"] == {"slug": "talks"}
    result, warnings = loaded(tmp_path / "out")
    assert (result.counts["redirects"].unchanged, result.written, warnings) == (3, False, [])
    run_export(tmp_path / "again", "--all", "--format", file_format)
    assert file_contents(tmp_path / "again") == file_contents(tmp_path / "out")


def test_redirects_alone_are_a_change_that_caches_see(talks: Event, tmp_path: Path) -> None:
    folder = write(tmp_path, "events,older-talks,old-talks,\n")
    by_id = {"query": f'{{ node(id: "{to_global_id("Event", "older-talks")}") {{ ... on Event {{ slug }} }} }}'}
    client = Client()
    assert client.post("/graphql/", by_id, content_type="application/json").json()["data"]["node"] is None
    result, _ = loaded(folder)
    assert (result.counts["events"].unchanged, result.counts["redirects"].added) == (1, 1)
    response = client.post("/graphql/", by_id, content_type="application/json")
    assert response.json()["data"]["node"] == {"slug": "talks"}


def test_a_plan_lists_them_and_writes_nothing(talks: Event, tmp_path: Path) -> None:
    assert "  + events older-talks, which leads to talks" in planned(write(tmp_path, "events,older-talks,talks,true\n"))
    assert not MergedRecord.objects.filter(slug="older-talks").exists()


def test_what_the_archive_knows_better_stays(talks: Event, tmp_path: Path, editor: User) -> None:
    Event.objects.create(slug="other", name="Other", classification="meeting", date="2019", status="published")
    folder = write(tmp_path, "events,old-talks,other,true\nevents,other,talks,true\nevents,new,talks,true\n")
    _, warnings = loaded(folder)
    assert warnings == [
        "redirects.csv:2, slug: got 'old-talks', expected 'talks', to which it leads here: that stays.",
        "redirects.csv:3, slug: got 'other', expected a slug that no record has: the record stays.",
    ]
    undo(MergedRecord.objects.get(slug="new"), editor)
    assert Client().get("/events/new/").status_code == 404
    _, warnings = loaded(folder)
    assert warnings[2:] == [
        "redirects.csv:4, slug: got 'new', expected a redirect that was not undone here: it stays undone."
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("event,a,talks,true", "kind: got 'event', expected one of"),
        ("events,,talks,true", "slug: got nothing, expected the slug of a merged record"),
        ("events,a,tals,true", "target: got 'tals', expected the slug of one of events"),
        ("events,a,a,true", "target: got 'a', expected the slug of the record that the old one leads to"),
        ("events,a,talks,maybe", "was_public: got 'maybe', expected true or false"),
        (f"events,{'x' * 131},talks,true", "slug: got 'xxx"),
        ("events,a,talks,true\nevents,a,other,true", "slug: got 'a', expected each slug once"),
    ],
)
def test_what_is_no_redirect_is_refused_by_its_line(talks: Event, tmp_path: Path, line: str, problem: str) -> None:
    result = load(write(tmp_path, f"{line}\n"), Options())
    assert not result.is_valid
    [message] = result.problems.lines()
    assert problem in message
    assert message.startswith(f"redirects.csv:{line.count(chr(10)) + 2}")
    assert not MergedRecord.objects.filter(slug="a").exists()


def test_a_removed_record_may_become_a_redirect(tmp_path: Path) -> None:
    both = "talks,published,Talks,meeting,2019\nmeeting,published,Talks,meeting,2019\n"
    (tmp_path / "dataset.yaml").write_text("title: Talks\n")
    loaded(write(tmp_path, "events,older,talks,true\n", both))
    result, warnings = loaded(write(tmp_path, "events,older,talks,true\nevents,meeting,talks,true\n"), prune=True)
    assert (warnings, result.counts["redirects"].added) == ([], 1)
    assert Client().get("/events/meeting/").status_code == 301


def test_a_redirect_follows_its_record_when_that_is_merged_too(tmp_path: Path) -> None:
    both = "talks,published,Talks,meeting,2019\nmeeting,published,Talks,meeting,2019\n"
    (tmp_path / "dataset.yaml").write_text("title: Talks\n")
    loaded(write(tmp_path, "events,older,meeting,true\n", both))
    path = write(tmp_path, "events,older,talks,true\nevents,meeting,talks,true\n")
    assert "  ~ events older, which leads to talks now" in planned(path, prune=True)
    result, warnings = loaded(path, prune=True)
    counts = result.counts["redirects"]
    assert (warnings, counts.added, counts.changed) == ([], 1, 1)
    for slug in ("older", "meeting"):
        assert Client().get(f"/events/{slug}/")["Location"].endswith("/events/talks/")
    assert not loaded(path, prune=True)[0].has_changes


def test_a_redirect_to_a_record_that_was_deleted_here_is_left_out(tmp_path: Path) -> None:
    loaded(write(tmp_path, "", "talks,published,Talks,meeting,2019\nother,published,Other,meeting,2019\n"))
    Event.objects.get(slug="other").delete()
    path = write(
        tmp_path, "events,old,other,true\n", "talks,published,New,meeting,2019\nother,published,O,meeting,2019\n"
    )
    _, warnings = loaded(path)
    assert any("a record 'other', which was deleted or renamed here" in line for line in warnings)
    assert Event.objects.get(slug="talks").name == "New"
    assert not MergedRecord.objects.exists()


def test_a_line_that_stands_twice_is_refused(tmp_path: Path) -> None:
    result = load(write(tmp_path, "events,old,talks,true\nevents,old,talks,false\n"), Options())
    assert [line for line in result.problems.lines() if "each slug once" in line]
    assert not result.written


def test_the_admin_takes_a_redirect_back(talks: Event, tmp_path: Path, client: Client, administrator: User) -> None:
    loaded(write(tmp_path, "events,new,talks,true\n"))
    client.force_login(administrator)
    address = reverse("undo_merge", args=[MergedRecord.objects.get(slug="new").pk])
    assert address in client.get(reverse("merged_records")).content.decode()
    page = client.get(address).content.decode()
    assert "No record comes back" in page
    assert "change_reason" not in page  # no history would have it
    version = PublicVersion.objects.get().stamp
    assert client.post(address, {"change_reason": ""}).status_code == 302
    assert PublicVersion.objects.get().stamp != version
    assert Client().get("/events/new/").status_code == 404


@pytest.mark.parametrize("slug", ["Old X", "a/b", "a\u200bb", "é"])
def test_an_old_slug_is_a_slug(talks: Event, tmp_path: Path, slug: str) -> None:
    (tmp_path / "redirects.csv").write_text(f"{HEADER}events,{slug},talks,true\nevents,x,{slug},true\n")
    result = load(tmp_path, Options())
    lines = list(result.problems.lines())
    assert len(lines) == 2
    assert any(line.startswith("redirects.csv:2, slug: got ") for line in lines)


def test_a_dataset_may_have_redirects_only(talks: Event, tmp_path: Path) -> None:
    (tmp_path / "redirects.csv").write_text(f"{HEADER}events,older-talks,talks,true\n")
    result = load(tmp_path, Options())
    assert result.is_valid, list(result.problems.lines())
    assert MergedRecord.objects.get(slug="older-talks").target_id == talks.pk
