"""The admin's first page: what waits for the user, what others changed, what can be entered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.open_acts import SAID_BY, open_acts
from archive.models import DatasetImport, ImportState, ProposalState
from archive.permissions import may_publish
from archive.registry import COLLECTIONS
from archive.revisions.recent import Change, recent_changes
from archive.terms import record_type
from archive.visibility import sees_drafts
from archive.workflow import queues
from archive.workflow.records import NamedRecords, reviewed_models

#: Entries of each list.
_LIMIT = 8
_CHANGES = 12
_CONTRADICTIONS = _("Contradictions in what you changed")
_SCHEDULE = _("To be published")
#: Model -> the access key of its entry form.
_QUICK_ENTRY = {"statement": "s", "event": "e", "measure": "m", "official": "o", "source": "u", "dossier": "d"}
#: States of an upload on which somebody may still have to act.
_WAITING_IMPORTS = (ImportState.CHECKING, ImportState.CHECKED, ImportState.LOADING, ImportState.FAILED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits, as the page shows it."""

    kind: str
    name: str
    url: str
    since: datetime | None
    message: str
    #: "submitted by kim"; empty if nobody is named.
    by: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A list of records that wait for the same, with the sentence that says so if it is empty."""

    title: str
    #: What the person of an entry did: "submitted by {person}"; empty if nobody is named.
    by: str
    #: Whether the times of the entries are to come.
    is_schedule: bool
    entries: list[Waiting]
    #: The page that lists all of them, with the text of the link.
    more: tuple[str, str] | None = None


def home_context(request: HttpRequest) -> dict[str, Any]:
    """The context of the page, by a bounded number of queries. Lists have only what the user may view."""
    user = request.user
    context: dict[str, Any] = {"quick_entry": _quick_entry(user)}
    if not sees_drafts(user):
        return context
    viewable = [model for kind, model in reviewed_models().items() if user.has_perm(f"archive.view_{kind}")]
    context |= {
        "queues": _queues(user),
        "changes": _changes(viewable),
    }
    if user.has_perm("archive.view_speechact"):
        context["open_acts"] = open_acts(user, request.GET.get(SAID_BY, ""), _LIMIT)
    if may_publish(user):
        context["imports"] = list(DatasetImport.objects.filter(state__in=_WAITING_IMPORTS)[:_LIMIT])
    return context


def _queues(user: User | AnonymousUser) -> list[Queue]:
    """The queues that are not empty, the most urgent first."""
    names = NamedRecords()
    options: dict[str, Any] = {"limit": _LIMIT, "load": names.register}
    proposals = queues.my_proposals(user, limit=2 * _LIMIT, load=names.register)
    refused = [entry for entry in proposals if entry.proposal_state == ProposalState.SENT_BACK]
    unfinished = [entry for entry in proposals if entry.proposal_state == ProposalState.DRAFT]
    lists: list[tuple[Any, Any, Any]] = [
        (_("Sent back to you"), _("by {person}"), [*queues.sent_back_to(user, **options), *refused[:_LIMIT]]),
        (_("Assigned to you"), _("submitted by {person}"), queues.assigned_to(user, **options)),
    ]
    if may_publish(user):
        submitted = [*queues.in_review(**options), *queues.proposals_in_review(**options)]
        lists += [
            (_("Publication refused"), "", queues.refused_publications(**options)),
            (_("In review, the longest first"), _("submitted by {person}"), submitted),
            (_SCHEDULE, _("scheduled by {person}"), queues.scheduled(**options)),
        ]
    else:
        lists.append((_("In review, submitted by you"), "", queues.submitted_by(user, **options)))
    lists += [
        (_CONTRADICTIONS, "", queues.contradicted(user, **options)),
        (_("Your proposals that were decided on"), _("by {person}"), queues.my_decided_proposals(user, **options)),
        (_("Your drafts"), "", [*queues.my_drafts(user, **options), *unfinished[:_LIMIT]]),
    ]
    names.fetch(user)
    more = {_CONTRADICTIONS: (reverse("contradictions"), gettext("All contradictions"))}
    queues_of_user = [
        Queue(title, by, title is _SCHEDULE, _waiting(entries, by), more.get(title)) for title, by, entries in lists
    ]
    return [queue for queue in queues_of_user if queue.entries]


def _waiting(entries: Iterable[queues.QueueEntry], by: object) -> list[Waiting]:
    models = reviewed_models()
    return [
        Waiting(
            record_type(models[entry.kind]._meta.verbose_name)
            + (", " + gettext("proposed change") if entry.proposal else ""),
            entry.record.name, _entry_url(entry), entry.since, entry.message,
            format_html(str(by), person=format_html("<bdi>{}</bdi>", entry.person)) if by and entry.person else "",
        )
        for entry in entries
        if entry.record.name
    ]  # fmt: skip


def _entry_url(entry: queues.QueueEntry) -> str:
    name = f"admin:archive_{entry.kind}"
    if entry.proposal is not None:
        return reverse(f"{name}_proposal", args=[entry.record.pk, entry.proposal])
    return reverse(f"{name}_change", args=[entry.record.pk])


def _changes(models: Sequence[Any]) -> list[tuple[Change, str]]:
    """The last changes with their URLs: of a deleted record its history, from where it can be brought back."""
    return [
        (
            change,
            reverse(f"admin:archive_{change.kind}_{'history' if change.type == '-' else 'change'}", args=[change.pk]),
        )
        for change in recent_changes(models, _CHANGES)
    ]


def _quick_entry(user: User | AnonymousUser) -> list[tuple[str, str, str]]:
    """(label, URL, access key) of the forms that the user may fill in."""
    models = {str(collection.model._meta.model_name): collection.model for collection in COLLECTIONS.values()}
    return [
        (capfirst(record_type(models[kind]._meta.verbose_name)), reverse(f"admin:archive_{kind}_add"), key)
        for kind, key in _QUICK_ENTRY.items()
        if user.has_perm(f"archive.add_{kind}")
    ]
