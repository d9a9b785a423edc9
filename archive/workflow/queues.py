"""Queues of what waits for somebody: drafts, records sent back, in review, scheduled, contradicted; recent notes.

Each function returns at most ``limit`` entries by a fixed number of queries: one or two for the entries, and those of
``load``, by default one for each kind of record among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Case, CharField, Exists, F, Max, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext

from archive.choices import Status
from archive.labels import record_label
from archive.models import Note, NoteStep, ProposalState, ProposedChange, Review, ReviewState, StoredFinding
from archive.models.base import Record
from archive.visibility import Viewer
from archive.workflow.finding_texts import expected_text, got_text
from archive.workflow.note_texts import note_text
from archive.workflow.records import Loader, Reference, load_records, reviewed_models

LIMIT = 20
#: How long authors see what was decided on their proposals.
_DECIDED_LATELY = timedelta(days=30)
#: Notes that leave what was refused as it is.
_NO_STEPS = (NoteStep.NOTE, NoteStep.ATTACHED, NoteStep.DETACHED)


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A record that waits. ``kind`` is the name of its model, by which the admin addresses its form."""

    kind: str
    record: Any
    #: Since when it waits, or the time of publication (UTC).
    since: datetime | None
    #: The note of the submission, the remark with which it was sent back, or the text of a note.
    message: str = ""
    #: The name of the user who acted last: who submitted it, sent it back or scheduled it.
    person: str = ""
    #: The name of the user whom it is assigned to.
    assignee: str = ""
    #: The id of the proposed change, if that is what waits, and its state.
    proposal: int | None = None
    proposal_state: str = ""

    @property
    def label(self) -> str:
        return record_label(self.record)


def my_drafts(user: User | AnonymousUser, limit: int = LIMIT, load: Loader = load_records) -> list[QueueEntry]:
    """The drafts that the user entered and that were not sent back, the last changed first."""
    sent_back = Review.objects.filter(state=ReviewState.SENT_BACK)

    def of(model: type[Record]) -> Any:
        entered = model.history.filter(history_type="+", history_user=user).values("id")
        refused = sent_back.filter(kind=model._meta.model_name).values("record_id")
        rows = model._default_manager.filter(status=Status.DRAFT, pk__in=entered).exclude(pk__in=refused)
        return rows.annotate(since=F("updated_at"))

    return [QueueEntry(kind, record, since) for kind, record, since in _of_all_kinds(of, "-since", limit, load)]


def in_review(limit: int = LIMIT, load: Loader = load_records) -> list[QueueEntry]:
    """The records in review, the longest first."""

    def of(model: type[Record]) -> Any:
        review = Review.objects.filter(kind=model._meta.model_name, record_id=OuterRef("pk"))
        since = Coalesce(Subquery(review.values("since")[:1]), F("updated_at"))
        return model._default_manager.filter(status=Status.REVIEW).annotate(since=since)

    rows = _of_all_kinds(of, "since", limit, load)
    reviews = _reviews((kind, record.pk) for kind, record, _ in rows)
    return [_entry(kind, record, since, reviews.get((kind, record.pk)), "author") for kind, record, since in rows]


def sent_back_to(user: User | AnonymousUser, limit: int = LIMIT, load: Loader = load_records) -> list[QueueEntry]:
    """The drafts that were sent back to the user, the last first, with the remarks."""
    reviews = Review.objects.filter(state=ReviewState.SENT_BACK, author=user.pk).order_by("-since")
    return _entries(reviews, limit, Q(status=Status.DRAFT), "reviewer", load)


def submitted_by(user: User | AnonymousUser, limit: int = LIMIT, load: Loader = load_records) -> list[QueueEntry]:
    """The records and proposed changes that the user submitted and that wait for an editor, the longest first."""
    reviews = Review.objects.filter(state=ReviewState.SUBMITTED, author=user.pk).order_by("since", "pk")
    records = _entries(reviews, limit, Q(status=Status.REVIEW), "assignee", load)
    rows = ProposedChange.objects.filter(state=ProposalState.SUBMITTED, author=user.pk).order_by("updated_at")
    return [*records, *_proposals(rows, limit, "note", load)]


def assigned_to(user: User | AnonymousUser, limit: int = LIMIT, load: Loader = load_records) -> list[QueueEntry]:
    """The records assigned to the user that are not published or withdrawn."""
    reviews = Review.objects.filter(assignee=user.pk).order_by(F("since").asc(nulls_last=True), "pk")
    return _entries(reviews, limit, Q(status__in=(Status.DRAFT, Status.REVIEW)), "author", load)


def scheduled(limit: int = LIMIT, load: Loader = load_records) -> list[QueueEntry]:
    """The records with a time of publication, the next first; ``since`` is that time."""
    reviews = Review.objects.filter(publish_at__isnull=False).order_by("publish_at")
    rows = list(_of_stored(reviews).select_related("scheduled_by", "assignee")[:limit])
    records = load((review.kind, review.record_id) for review in rows)
    return [
        _entry(review.kind, records[key], review.publish_at, review, "scheduled_by")
        for review in rows
        if (key := (review.kind, review.record_id)) in records
    ]


def contradicted(user: Viewer, limit: int = LIMIT, load: Loader = load_records) -> list[QueueEntry]:
    """The open findings on records that the user changed, or that a save of theirs made, the last found first."""
    changed = Q(user=user)
    for kind, model in reviewed_models().items():
        own = model.history.filter(id=OuterRef("record_id"), history_user=user)
        changed |= Q(kind=kind) & Q(Exists(own))
    rows = list(_of_stored(StoredFinding.objects.filter(changed, accepted_at=None))[:limit])
    text = gettext("Got %(got)s, expected %(expected)s.")
    records = load((row.kind, row.record_id) for row in rows if row.record_id is not None)
    return [
        QueueEntry(row.kind, records[key], row.found_at, text % {"got": got_text(row), "expected": expected_text(row)})
        for row in rows
        if row.record_id is not None and (key := (row.kind, row.record_id)) in records
    ]


def refused_publications(limit: int = LIMIT, load: Loader = load_records) -> list[QueueEntry]:
    """The records whose scheduled publication was refused and that nobody has dealt with since, with the reason."""
    last = Note.objects.filter(kind=OuterRef("kind"), record_id=OuterRef("record_id")).exclude(step__in=_NO_STEPS)
    latest = last.order_by().values("record_id").annotate(last=Max("pk")).values("last")
    failed = Note.objects.filter(step=NoteStep.FAILED, pk=Subquery(latest)).order_by("-pk")
    rows = list(_of_stored(failed)[:limit])
    records = load((note.kind, note.record_id) for note in rows)
    return [
        QueueEntry(note.kind, records[key], note.created_at, note_text(note))
        for note in rows
        if (key := (note.kind, note.record_id)) in records
    ]


def proposals_in_review(limit: int = LIMIT, load: Loader = load_records) -> list[QueueEntry]:
    """The proposed changes that wait for an editor, the longest first."""
    rows = ProposedChange.objects.filter(state=ProposalState.SUBMITTED).order_by("updated_at")
    return _proposals(rows, limit, "note", load)


def my_proposals(user: User | AnonymousUser, limit: int = LIMIT, load: Loader = load_records) -> list[QueueEntry]:
    """The user's proposed changes that were sent back, with the remarks, and after them those being written."""
    states = (ProposalState.DRAFT, ProposalState.SENT_BACK)
    rows = ProposedChange.objects.filter(state__in=states, author=user.pk)
    is_draft = Case(When(state=ProposalState.DRAFT, then=1), default=0)
    return _proposals(rows.order_by(is_draft, "-updated_at"), limit, "remark", load)


def my_decided_proposals(
    user: User | AnonymousUser, limit: int = LIMIT, load: Loader = load_records
) -> list[QueueEntry]:
    """The user's proposed changes that others decided on lately, the last first, with the remarks."""
    since = timezone.now() - _DECIDED_LATELY
    states = (ProposalState.ACCEPTED, ProposalState.DECLINED)
    rows = ProposedChange.objects.filter(state__in=states, author=user.pk, updated_at__gt=since)
    return _proposals(rows.exclude(reviewer=user.pk), limit, "remark", load)


def _proposals(rows: QuerySet[ProposedChange], limit: int, message: str, load: Loader) -> list[QueueEntry]:
    changes = list(_of_stored(rows).select_related("author", "reviewer").defer("base", "proposed")[:limit])
    records = load((change.kind, change.record_id) for change in changes)
    person = "author" if message == "note" else "reviewer"
    return [
        QueueEntry(
            change.kind, records[key], change.updated_at, getattr(change, message), _name(getattr(change, person)),
            proposal=change.pk, proposal_state=change.state,
        )
        for change in changes
        if (key := (change.kind, change.record_id)) in records
    ]  # fmt: skip


def _entries(reviews: QuerySet[Review], limit: int, condition: Q, person: str, load: Loader) -> list[QueueEntry]:
    """The records of reviews that fulfil a condition, in the order of the reviews."""
    rows = list(_of_stored(reviews, condition).select_related("author", "reviewer", "assignee")[:limit])
    records = load((review.kind, review.record_id) for review in rows)
    return [
        _entry(review.kind, records[key], review.since, review, person)
        for review in rows
        if (key := (review.kind, review.record_id)) in records
    ]


def _of_stored(rows: QuerySet[Any], condition: Q | None = None) -> QuerySet[Any]:
    """The rows about stored records that fulfil a condition: those of deleted records stay, and take no place."""
    fitting = Q()
    for kind, model in reviewed_models().items():
        stored = model._base_manager.filter(condition or Q(), pk=OuterRef("record_id"))
        fitting |= Q(kind=kind) & Q(Exists(stored))
    return rows.filter(fitting)


def _entry(kind: str, record: Model, since: datetime | None, review: Review | None, person: str) -> QueueEntry:
    if review is None:
        return QueueEntry(kind, record, since)
    return QueueEntry(kind, record, since, review.message, _name(getattr(review, person)), _name(review.assignee))


def _of_all_kinds(of: Callable[[Any], Any], order: str, limit: int, load: Loader) -> list[tuple[str, Any, datetime]]:
    """The first records of all kinds by ``since``: (kind, record, since)."""
    parts = [
        of(model).order_by().annotate(model_name=Value(kind, CharField())).values_list("model_name", "pk", "since")
        for kind, model in reviewed_models().items()
    ]
    rows = list(parts[0].union(*parts[1:], all=True).order_by(order, "model_name", "pk")[:limit])
    records = load((kind, pk) for kind, pk, _ in rows)
    return [(kind, records[kind, pk], since) for kind, pk, since in rows if (kind, pk) in records]


def _reviews(references: Iterable[Reference]) -> dict[Reference, Review]:
    condition = Q(pk__in=[])
    for kind, pk in references:
        condition |= Q(kind=kind, record_id=pk)
    rows = Review.objects.filter(condition).select_related("author", "assignee")
    return {(review.kind, review.record_id): review for review in rows}


def _name(user: User | AnonymousUser) -> str:
    return str(user.get_username()) if user is not None else ""
