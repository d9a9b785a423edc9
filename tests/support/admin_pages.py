"""Responses of the admin's pages of every kind, as those of a day: also those that refuse what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse

from archive.models import (
    AuditAction,
    AuditEntry,
    Event,
    MergedRecord,
    Official,
    ProposedChange,
    Source,
    Statement,
    Topic,
)  # fmt: skip
from archive.models.base import Record, Tracked
from archive.workflow import findings
from tests.support.admin_forms import address, filled_in, opened, send, with_part

STATEMENT = "2019-07-12-kim-you-geun-international-probe"
#: Pages of a record by the ends of their names.
_OF_RECORD = ("change", "history", "delete", "compare", "where_used", "merge", "publish", "propose", "dossier")
_OF_ALL = ("contradictions", "deleted_records", "merged_records", "search_all", "read_article", "sessions", "time_zone")


def pages(client: Client, user: Any) -> dict[str, Any]:
    """The pages of a day: home, list, form, page before a publication, report, comparison, and others."""
    statement = Statement.objects.get(slug=STATEMENT)
    send(client, statement, opened(client, statement) | {"summary": "Kim proposes a probe.", "change_reason": ""})
    draft = Event.objects.create(slug="waiting", name="A meeting to come", classification="meeting", date="2019-07")
    Statement.objects.filter(pk=statement.pk).update(status="draft", occasion=draft)
    statement.refresh_from_db()
    findings.store(Source.objects.first(), user)
    return {
        "home": client.get("/admin/"),
        "list": client.get("/admin/archive/statement/"),
        "list of events": client.get("/admin/archive/event/?q=curbs"),
        "form": client.get(address(statement)),
        "empty form": client.get("/admin/archive/event/add/"),
        "publish": client.get(reverse("admin:archive_statement_publish", args=[statement.pk])),
        "report": client.get(reverse("contradictions")),
        "compare": client.get(reverse("admin:archive_statement_compare", args=[statement.pk])),
        "history": client.get(address(statement, "history")),
        "where used": client.get(reverse("admin:archive_statement_where_used", args=[statement.pk])),
        "merge": client.get(reverse("admin:archive_statement_merge", args=[statement.pk])),
        "deleted records": client.get(reverse("deleted_records")),
        "search": client.get(reverse("search_all")),
    }


def record_pages(client: Client) -> Iterator[tuple[str, Any]]:
    """List, forms, history and all other pages of a record of each type, and an empty form that is refused."""
    for model in apps.get_app_config("archive").get_models():
        if not issubclass(model, Tracked):
            continue
        name = model.__name__
        yield f"{name} list", client.get(address(model, "changelist"))
        yield f"{name} add", client.get(address(model, "add"))
        yield f"{name} refused", send(client, model, opened(client, model) | {"slug": "?", "date": "2019-13"})
        row = model.objects.first()
        for page in _OF_RECORD if row is not None else ():
            try:
                url = address(row, page)
            except NoReverseMatch:
                assert not issubclass(model, Record) or page == "dossier", (name, page)
                continue
            yield f"{name} {page}", client.get(url, follow=True)


def other_pages(client: Client) -> Iterator[tuple[str, Any]]:
    """Pages of the admin that belong to no record, and pages of errors."""
    for name in _OF_ALL:
        yield name, client.get(reverse(name))
    yield "article refused", client.post(reverse("read_article"), {"text": "", "day": "soon", "_read": "1"})
    yield "missing record", client.get("/admin/archive/event/999999/change/", follow=True)
    yield "missing page", client.get("/admin/nothing/")
    visitor = Client()
    visitor.cookies["django_language"] = client.cookies["django_language"].value
    yield "log-in", visitor.get("/admin/login/")
    yield "log-in refused", visitor.post("/admin/login/", {"username": "nobody", "password": "wrong"})
    yield "list of no such filter", client.get("/admin/archive/event/?classification=x&topic=y&period=z", follow=True)
    yield "password", client.post("/admin/password_change/", {"new_password1": "short", "new_password2": "short"})


def refused_steps(contributing: Client, editing: Client) -> Iterator[tuple[str, Any]]:
    """Steps of the review, merges, edits and uploads that are refused, as the page after them says."""
    event, later = Event.objects.filter(status="published").order_by("pk")[:2]
    official, other = Official.objects.order_by("pk")[:2]
    topic, source = Topic.objects.first(), Source.objects.first()
    chosen = {"_selected_action": [event.pk, later.pk]}
    events = address(Event, "changelist")
    for action in ("publish", "withdraw", "submit", "send_back", "assign", "edit_field", "add_to_dossier"):
        for who, client in (("contributor", contributing), ("editor", editing)):
            sent = {"action": action, **chosen, "confirmed": "1", "field": "place"}
            yield f"{action} by {who}", client.post(events, sent, follow=True)
    edit = {"action": "edit_field", **chosen, "confirmed": "1", "field": "place", "value": "Seoul"}
    yield "edit previewed", editing.post(events, {**edit, "preview": "x"})
    yield "edit of another preview", editing.post(events, {**edit, "apply": "x", "token": "stale"}, follow=True)
    panel = reverse("admin:archive_event_workflow", args=[event.pk])
    for button in ("add_note", "assign", "schedule", "lift"):
        yield f"panel: {button}", editing.post(panel, {button: "1", "text": "", "moment_0": "2000-01-01"}, follow=True)
    merge = address(official, "merge")
    yield "merge previewed", editing.get(merge, {"into": other.pk})
    yield "merge refused", contributing.post(f"{merge}?into={other.pk}", {"token": "stale"}, follow=True)
    yield "merge with itself", editing.post(merge, {"into": official.pk}, follow=True)
    upload = SimpleUploadedFile("scan.pdf", b"GIF89a", "application/pdf")
    yield (
        "upload",
        editing.post(reverse("admin:archive_source_attachments", args=[source.pk]), {"file": upload}, follow=True),
    )
    propose = reverse("admin:archive_topic_propose", args=[topic.pk])
    sent = filled_in(contributing.get(propose)) | {"name": "Another name", "review_note": "Why.", "_submit": "1"}
    yield "proposal made", contributing.post(propose, sent, follow=True)
    change = ProposedChange.objects.get()
    url = reverse("admin:archive_topic_proposal", args=[topic.pk, change.pk])
    yield "proposal sent back without a remark", editing.post(url, {"send_back": "1", "token": "x"}, follow=True)
    yield "proposal of another form", editing.post(url, {"accept": "1", "token": "x"}, follow=True)
    yield "proposal declined", editing.post(url, {"decline": "1", "token": "x"}, follow=True)
    yield "proposal declined twice", editing.post(url, {"decline": "1", "token": "x"}, follow=True)
    yield "deleted with a reason", editing.post(address(later, "delete"), {"post": "yes"}, follow=True)


def decision_pages(contributing: Client, editing: Client, administering: Client) -> Iterator[tuple[str, Any]]:
    """Pages on which something is compared, deleted, merged or proposed, and the pages that list it afterwards."""
    event, later = Event.objects.filter(status="published").order_by("pk")[:2]
    official, other = Official.objects.order_by("pk")[:2]
    for text in ("1", "2"):
        send(editing, event, {**opened(editing, event), "summary": text, "change_reason": ""})
    version = event.history.order_by("history_id")[1].pk
    yield "version", editing.get(reverse("admin:archive_event_simple_history", args=[event.pk, version]))
    yield "comparison", editing.get(address(event, "compare"))
    held = Official.objects.filter(appointments__isnull=False)[0]
    yield "form with records of its own", editing.get(address(held))
    for name, record in (("official", held), ("event", event), ("statement", Statement.objects.get(slug=STATEMENT))):
        yield f"{name} that is read only", contributing.get(address(record))
        yield f"{name} to be deleted", editing.get(address(record, "delete"))
    selected = {"action": "delete_selected", "_selected_action": [event.pk, later.pk]}
    yield "several to be deleted", editing.post(address(Event, "changelist"), selected)
    own = Event.objects.create(slug="of-a-contributor", name="2", classification="meeting", date="2020")
    Event.history.filter(id=own.pk).update(history_user=contributing.session["_auth_user_id"])
    Event.objects.create(slug="below", name="3", classification="meeting", date="2020", part_of=own)
    yield "own draft that others refer to", contributing.get(address(own, "delete"))
    merge = f"{address(official, 'merge')}?into={other.pk}"
    plan = editing.get(merge)
    yield "merge", plan
    yield "merged", editing.post(merge, {"token": plan.context["form"].initial["token"]}, follow=True)
    yield "merges", editing.get(reverse("merged_records"))
    yield "undoing", editing.get(reverse("undo_merge", args=[MergedRecord.objects.get().pk]))
    yield "deleted", editing.post(address(later, "delete"), {"post": "yes"}, follow=True)
    yield "history of a deleted record", editing.get(address(later, "history"), follow=True)
    statement = Statement.objects.get(slug=STATEMENT)
    propose = reverse("admin:archive_statement_propose", args=[statement.pk])
    form = with_part(filled_in(contributing.get(propose)), "speech_acts", kind="demand", form="paraphrase", text="1")
    yield "proposal", contributing.post(propose, {**form, "summary": "2", "_submit": "1"}, follow=True)
    yield "form of a proposal", contributing.get(propose)
    change = ProposedChange.objects.get()
    page = reverse("admin:archive_statement_proposal", args=[statement.pk, change.pk])
    yield "proposal to be decided on", editing.get(page)
    for action in AuditAction.values:
        AuditEntry.objects.create(action=action, account="1", detail="")
    yield "audit log", administering.get(reverse("audit_log"), {"since": "soon"})
