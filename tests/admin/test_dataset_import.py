"""Datasets in the admin: upload, preview, confirm; nothing runs twice."""

from __future__ import annotations

import datetime
import fcntl
import threading
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client

from archive.admin import dataset_import, import_jobs
from archive.datasets.load import Options, Result, load, mapping_names
from archive.datasets.problems import Problems
from archive.models import AuditEntry, DatasetImport, Event, ImportState, Topic

ADD = "/admin/archive/datasetimport/add/"
TOPICS = b"slug,name\nt,Talks\n"


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.IMPORT_ROOT = str(tmp_path / "imports")
    return tmp_path / "imports"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The imports for which work was started; none is done."""
    keys: list[int] = []
    monkeypatch.setattr(dataset_import, "start", lambda key, user_id: keys.append(key))
    return keys


@pytest.fixture
def client(editor: Any) -> Client:
    client = Client()
    client.force_login(editor, backend="archive.accounts.backend.PermissionBackend")
    return client


def upload(client: Client, content: bytes, name: str = "topics.csv", **fields: Any) -> str:
    """Upload a file; the address of its page."""
    answer = client.post(ADD, {"file": SimpleUploadedFile(name, content), **fields})
    assert answer.status_code == 302, answer.content.decode()
    return f"/admin/archive/datasetimport/{DatasetImport.objects.latest('id').pk}/change/"


def run_import(key: int) -> None:
    """Run the job as the user who uploaded the file."""
    import_jobs.run_import(key, DatasetImport.objects.get(pk=key).user_id)


def test_an_upload_is_checked_shown_and_loaded_when_confirmed(
    client: Client, editor: Any, started: list[int], root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = upload(client, TOPICS, status="review")
    assert started == [DatasetImport.objects.get().pk]
    content = client.get(page).content.decode()
    assert "is being checked" in content
    assert 'data-state="checking" data-running' in content
    assert "import_state.js" in content
    assert "http-equiv" not in content
    run_import(started[0])
    content = client.get(page).content.decode()
    assert "topics: 1 added" in content
    assert 'name="_load"' in content
    assert not Topic.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"_load": "Load it"})
    run_import(started[1])
    assert "is loaded" in client.get(page).content.decode()
    topic = Topic.objects.get()
    assert (topic.status, topic.history.get().history_user) == ("review", editor)
    assert not list(root.iterdir())


@pytest.fixture
def other(django_user_model: Any) -> Any:
    user = django_user_model.objects.create_user("other", password="a-test-password", is_staff=True)
    user.groups.add(Group.objects.get(name="editor"))
    return user


def load_by(user: Any, editor: Any, captured: Any, monkeypatch: pytest.MonkeyPatch) -> DatasetImport:
    """Has the editor's upload loaded by the user, who presses the button."""
    started: list[tuple[int, int]] = []
    monkeypatch.setattr(dataset_import, "start", lambda *args: started.append(args))
    uploading, pressing = Client(), Client()
    for client, account in ((uploading, editor), (pressing, user)):
        client.force_login(account, backend="archive.accounts.backend.PermissionBackend")
    with captured(execute=True):
        page = upload(uploading, TOPICS, status="review")
    import_jobs.run_import(*started[0])
    with captured(execute=True):
        pressing.post(page, {"_load": "Load it"})
    assert [user_id for _, user_id in started] == [editor.pk, user.pk]
    return DatasetImport.objects.get()


def test_a_load_is_of_the_user_who_starts_it(
    editor: Any, other: Any, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = load_by(other, editor, django_capture_on_commit_callbacks, monkeypatch)
    editor.is_active = False
    editor.save()
    import_jobs.run_import(job.pk, other.pk)
    assert Topic.objects.get().history.get().history_user == other
    assert AuditEntry.objects.get(action="loaded").user == other
    job.refresh_from_db()
    assert job.user == editor


@pytest.mark.parametrize("change", ["closed", "removed", "demoted"])
def test_who_may_not_publish_any_more_loads_nothing(
    editor: Any, other: Any, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    job = load_by(other, editor, django_capture_on_commit_callbacks, monkeypatch)
    key = other.pk
    if change == "removed":
        other.delete()
    elif change == "closed":
        other.is_active = False
        other.save()
    else:
        other.groups.clear()
    import_jobs.run_import(job.pk, key)
    job.refresh_from_db()
    assert (job.state, Topic.objects.count()) == (ImportState.FAILED, 0)
    assert "may not publish any more" in job.report


def test_two_uploads_with_the_same_name_are_both_checked(
    client: Client, started: list[int], root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        pages = [upload(client, TOPICS), upload(client, b"slug,name\nu,Visits\n")]
    for key in started:
        run_import(key)
    assert all("topics: 1 added" in client.get(page).content.decode() for page in pages)


def test_a_second_click_starts_nothing(
    client: Client, started: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = upload(client, TOPICS)
        run_import(DatasetImport.objects.get().pk)
        client.post(page, {"_load": "Load it"})
        data = client.post(page, {"_load": "Load it"}, follow=True).content.decode()
    assert len(started) == 2
    assert "Nothing was started: the upload is being loaded." in data
    run_import(started[1])
    client.post(page, {"_load": "Load it"})
    assert len(started) == 2
    assert Topic.objects.get().history.count() == 1


def test_errors_are_shown_and_can_not_be_loaded(client: Client, started: list[int]) -> None:
    page = upload(client, b"slug,name\na a,\n")
    run_import(DatasetImport.objects.get().pk)
    content = client.get(page).content.decode()
    assert "topics.csv:2, slug: got &#x27;a a&#x27;, expected letters" in content
    assert "refused: it has errors" in content
    assert 'name="_load"' not in content
    client.post(page, {"_load": "Load it"})
    assert DatasetImport.objects.get().state == ImportState.REFUSED
    assert not Topic.objects.exists()


def test_corrections_are_kept_by_default_and_overwritten_on_request(
    client: Client, editor: Any, started: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    def work_on(page: str, button: str = "") -> str:
        if button:
            with django_capture_on_commit_callbacks(execute=True):
                client.post(page, {button: "x"})
        run_import(DatasetImport.objects.latest("id").pk)
        return client.get(page).content.decode().replace("&#x27;", "'")

    first = upload(client, TOPICS)
    work_on(first)
    assert "New and not public until it is published: 1 draft." in work_on(first, "_load")
    topic = Topic.objects.get()
    topic.name, topic._history_user, topic._change_reason = "Negotiations", editor, "the usual word"
    topic.save()
    page = upload(client, TOPICS)
    content = work_on(page)
    assert "= t, name: 'Negotiations' stays, corrected here by editor on " in content
    assert "(the usual word); the dataset has 'Talks'" in content
    assert 'name="_overwrite"' in content
    content = work_on(page, "_overwrite")
    assert "! t, name: 'Negotiations' becomes 'Talks', corrected here by editor on " in content
    assert "What was corrected here since its last load is overwritten." in content
    assert "1 unchanged, 1 corrected here" in work_on(page, "_keep")
    assert "topics, changed here since the last load:" in work_on(page, "_load")
    assert Topic.objects.get().name == "Negotiations"
    page = upload(client, TOPICS, overwrite_corrections="on")
    assert 'name="_keep"' in work_on(page)
    work_on(page, "_load")
    assert Topic.objects.get().name == "Talks"


TIMELINE = b"Year,Month,Day,Headline,Text,Group\n2019,7,1,Curbs,Announced,Export\n2019,7,,Talks,,Export\n"
OWN = b"""
records:
  - collection: events
    fields:
      slug: {template: "{day} {title}"}
      name: title
      date: day
      classification: {from: kind, values: {t: meeting}}
"""


def test_a_file_of_another_format_is_loaded_by_a_mapping(
    client: Client, started: list[int], root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    page = upload(client, TIMELINE, "timeline.csv", mapping="timelinejs")
    run_import(DatasetImport.objects.get().pk)
    shown = client.get(page).content.decode()
    assert "It is read by the mapping timelinejs." in shown
    assert "events: 2 added" in shown
    assert not Event.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"_load": "Load it"})
    run_import(DatasetImport.objects.get().pk)
    assert sorted(str(date) for date in Event.objects.values_list("date", flat=True)) == ["2019-07", "2019-07-01"]
    assert not list(root.iterdir())


def test_a_mapping_of_ones_own_is_uploaded_with_the_file(
    client: Client, started: list[int], root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    mapping = SimpleUploadedFile("own.yaml", OWN)
    page = upload(client, b"day,title,kind\n2019-07-12,Talks,t\n", "talks.csv", mapping_file=mapping)
    run_import(DatasetImport.objects.get().pk)
    assert "It is read by a mapping of your own." in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"_load": "Load it"})
    run_import(DatasetImport.objects.get().pk)
    assert Event.objects.get().slug == "2019-07-12-talks"
    assert not list(root.iterdir())


@pytest.mark.parametrize(
    ("rows", "mapping"),
    [
        (b"day,title,kind\nsoon,Talks,t\n2019-07-12,Talks,x\n", OWN),
        (b"day,title,kind\n2019-07-12,Talks,t\n", OWN.replace(b"name: title", b"nam: title")),
        (b"day,title,kind\n2019-07-12,Talks,t\n", b"records: ["),
        (b"day,title,kind\n2019-07-12,Talks,t\n", b"a: &a [*a]\n"),
        (b"day,title,kind\n2019-07-12,Talks,t\n", b"\x00\xff"),
        (b"day,title,kind\n2019-07-12,Talks,t\n", b""),
    ],
)
def test_mistakes_are_reported_as_by_load(
    client: Client, started: list[int], tmp_path: Path, rows: bytes, mapping: bytes
) -> None:
    (tmp_path / "talks.csv").write_bytes(rows)
    (tmp_path / "own.yaml").write_bytes(mapping or b" ")
    expected = load(tmp_path / "talks.csv", Options(dry_run=True, mapping=str(tmp_path / "own.yaml")))
    upload(client, rows, "talks.csv", mapping_file=SimpleUploadedFile("own.yaml", mapping or b" "))
    run_import(DatasetImport.objects.get().pk)
    stored = DatasetImport.objects.get()
    assert not expected.is_valid
    assert (stored.state, stored.report) == (ImportState.REFUSED, "\n".join(expected.problems.lines()))
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mapping": "nobody"}, "nobody is not one of the available choices"),
        ({"mapping": "popolo", "mapping_file": "own.yaml"}, "expected one of them"),
        ({"mapping_file": "own.py"}, "expected a .yaml file with a mapping"),
    ],
)
def test_another_mapping_is_refused_in_the_form(client: Client, fields: dict[str, str], message: str) -> None:
    data: dict[str, Any] = {"file": SimpleUploadedFile("talks.csv", b"a\n1\n"), **fields}
    if "mapping_file" in fields:
        data["mapping_file"] = SimpleUploadedFile(fields["mapping_file"], OWN)
    answer = client.post(ADD, data)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not DatasetImport.objects.exists()


def test_the_form_offers_every_mapping_of_the_archive(client: Client) -> None:
    shown = client.get(ADD).content.decode()
    assert all(f'<option value="{name}">' in shown for name in mapping_names())


LONG_AGO = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def test_an_interrupted_job_is_shown_and_can_be_restarted(
    client: Client, started: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    page = upload(client, TOPICS)
    DatasetImport.objects.update(state=ImportState.LOADING, updated_at=LONG_AGO)
    content = client.get(page).content.decode()
    assert "was being loaded when the work on it was cut off" in content
    assert "import_state.js" not in content
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"_check": "Check again"})
        client.post(page, {"_check": "Check again"})
    assert DatasetImport.objects.get().state == ImportState.CHECKING
    assert len(started) == 1


def test_a_slow_job_is_not_started_twice(
    client: Client, started: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    page = upload(client, TOPICS)
    DatasetImport.objects.update(state=ImportState.LOADING, updated_at=LONG_AGO)
    with Path(DatasetImport.objects.get().file.path).open("rb") as at_work:
        fcntl.flock(at_work, fcntl.LOCK_EX)
        content = client.get(page).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(page, {"_check": "Check again"})
        run_import(DatasetImport.objects.get().pk)
    assert "is being loaded" in content
    assert 'name="_check"' not in content
    assert started == []
    assert DatasetImport.objects.get().state == ImportState.LOADING


def test_an_import_that_meets_another_load_can_be_tried_again(
    client: Client, started: list[int], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload(client, TOPICS)
    busy = Result(Problems(), is_busy=True)
    monkeypatch.setattr(import_jobs, "load", lambda *_: busy)
    run_import(DatasetImport.objects.get().pk)
    assert DatasetImport.objects.get().state == ImportState.FAILED
    assert 'name="_check"' in client.get(page).content.decode()
    assert [path.name for path in root.glob("*/*")] == ["topics.csv"]


def test_a_missing_file_ends_in_the_state_failed(client: Client, started: list[int]) -> None:
    upload(client, TOPICS)
    result = DatasetImport.objects.get()
    Path(result.file.path).unlink()
    run_import(result.pk)
    result.refresh_from_db()
    assert result.state == ImportState.REFUSED
    assert "no such file" in result.report


def test_importing_needs_the_permission_to_publish(contributor: Any, administrator: Any) -> None:
    client = Client()
    client.force_login(contributor, backend="archive.accounts.backend.PermissionBackend")
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {"file": SimpleUploadedFile("topics.csv", TOPICS)}).status_code == 403
    assert not DatasetImport.objects.exists()
    client.force_login(administrator, backend="archive.accounts.backend.PermissionBackend")
    assert client.get(ADD).status_code == 200
    assert "/admin/archive/datasetimport/" in client.get("/admin/").content.decode()


@pytest.mark.django_db
def test_a_job_runs_in_a_thread_that_closes_its_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, int, int]] = []
    closed = threading.Event()
    monkeypatch.setattr(import_jobs, "run_import", lambda *args: done.append((threading.current_thread().name, *args)))
    monkeypatch.setattr(import_jobs.connections, "close_all", closed.set)
    import_jobs.start(7, 3)
    assert closed.wait(10)
    assert done == [("import-7", 7, 3)]


@pytest.mark.parametrize(
    ("error", "report"),
    [(OSError(), "Nothing was loaded. OSError"), (DatabaseError("\nfull\nDETAIL: x"), "Nothing was loaded. full")],
)
def test_a_failure_without_a_message_is_reported_by_its_name(
    client: Client, started: list[int], monkeypatch: pytest.MonkeyPatch, error: Exception, report: str
) -> None:
    upload(client, TOPICS)

    def fail(*args: object) -> None:
        raise error

    monkeypatch.setattr(import_jobs, "load", fail)
    run_import(DatasetImport.objects.get().pk)
    stored = DatasetImport.objects.get()
    assert (stored.state, stored.report) == (ImportState.FAILED, report)
