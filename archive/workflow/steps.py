"""Steps of a record's workflow: submit, take back, send back, publish, withdraw, assign; and notes.

A step changes the status, where it has one to change, as a new version with its reason; writes the review; and adds a
note to the record's thread. A step that is refused raises ValidationError with a sentence for the user.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from archive.accounts.audit import AuditDetail, report
from archive.choices import Status
from archive.models import AuditAction, Note, NoteStep, Review, ReviewState
from archive.models.base import Record
from archive.permissions import may_publish, may_write
from archive.terms import either, term
from archive.visibility import VIEW_DRAFTS, sees_drafts
from archive.workflow.note_texts import NoteText, with_added
from archive.workflow.records import lock_all, locked_row, reference

#: Characters of a note, a remark or the reason of an acceptance.
MAX_TEXT = 4_000
#: Within this time the same note is a form that was sent twice.
_SENT_TWICE = timedelta(minutes=1)

#: Step -> the statuses from which it leads, the status to which it leads, and whether it takes an editor.
STATUS_STEPS: dict[NoteStep, tuple[tuple[Status, ...], Status, bool]] = {
    NoteStep.SUBMITTED: ((Status.DRAFT, Status.WITHDRAWN), Status.REVIEW, False),
    NoteStep.TAKEN_BACK: ((Status.REVIEW,), Status.DRAFT, False),
    NoteStep.SENT_BACK: ((Status.REVIEW, Status.DRAFT), Status.DRAFT, True),
    NoteStep.PUBLISHED: ((Status.DRAFT, Status.REVIEW, Status.WITHDRAWN), Status.PUBLISHED, True),
    NoteStep.WITHDRAWN: ((Status.PUBLISHED,), Status.WITHDRAWN, True),
}


def refusal(step: NoteStep, record: Record, user: User | AnonymousUser, text: str = "") -> str:
    """Why the user may not take the step with the record as it is; empty if they may."""
    sources, _, takes_editor = STATUS_STEPS[step]
    if takes_editor and not may_publish(user):
        text = gettext("{slug}: got a contributor, expected an editor: only editors publish, withdraw and send back.")
        return text.format(slug=record.slug)
    if not user.has_perm(f"archive.change_{record._meta.model_name}") or not may_write(user, record):
        text = gettext("{slug}: it is {status}: got a contributor, expected an editor to change it.")
        return text.format(slug=record.slug, status=_label(record.status))
    if record.status not in sources:
        text = gettext("{slug}: it is {status}, expected one that is {expected}.")
        expected = either(_label(status) for status in sources)
        return text.format(slug=record.slug, status=_label(record.status), expected=expected)
    if step == NoteStep.SENT_BACK and not text:
        return gettext("{slug}: got no remark, expected one that says what is to be mended.").format(slug=record.slug)
    return ""


def take(
    step: NoteStep, records: Iterable[Any], user: User | AnonymousUser, text: str = "", reason: str = ""
) -> list[Any]:
    """Take the step with all records or with none; returns them as stored. Raises ValidationError naming each refusal.

    Records that have the step's status already are left as they are, and are not among the result. ``reason`` is for
    the history; by default it is the text or the name of the step.
    """
    refused, changed, chosen = [], [], list(records)
    _, status, _ = STATUS_STEPS[step]
    with transaction.atomic():
        stored = lock_all(chosen)
        for unlocked in chosen:
            try:
                record = locked_row(stored, unlocked)
            except ValidationError as error:
                refused += error.messages
                continue
            if record.status == status and step != NoteStep.SENT_BACK:
                continue
            if message := refusal(step, record, user, text):
                refused.append(message)
                continue
            try:
                _store(step, record, user, text, reason)
            except ValidationError as error:
                refused.append(f"{record.slug}: {' '.join(error.messages)}")
            changed.append(record)
        if refused:
            raise ValidationError(refused)
    return changed


def _store(step: NoteStep, record: Record, user: User | AnonymousUser, text: str, reason: str) -> None:
    before, record.status = record.status, STATUS_STEPS[step][1]
    record.full_clean()
    if record.status != before:
        record._change_reason = (reason or text or NoteStep(step).label)[:500]
        record._history_user = user
        record.save()
    note_step(step, record, user, text)


def step_between(before: str, after: str, user: User | AnonymousUser, review: Review | None) -> NoteStep | None:
    """The workflow step that corresponds to a change of status; None for no change.

    From review to draft a record is taken back by the user who submitted it, and sent back by others.
    """
    if before == after:
        return None
    if after == Status.DRAFT:
        is_own = review is None or review.author_id == user.pk or before != Status.REVIEW
        return NoteStep.TAKEN_BACK if is_own or not may_publish(user) else NoteStep.SENT_BACK
    return next(step for step, (_, status, _) in STATUS_STEPS.items() if status == after)


def note_step(step: NoteStep, record: Record, user: User | AnonymousUser, text: str = "") -> None:
    """Write the review and the note of a step that changed the record's status, or sends it back."""
    review = review_of(record) or Review(**reference(record))
    now = timezone.now()
    review.message = text
    if step == NoteStep.SUBMITTED:
        review.state, review.since, review.author = ReviewState.SUBMITTED, now, user
    elif step == NoteStep.SENT_BACK:
        review.state, review.since, review.reviewer = ReviewState.SENT_BACK, now, user
        review.author = review.author or creator(record) or _last_editor(record, user)
    else:
        review.state, review.since, review.message = ReviewState.NONE, None, ""
    if step in (NoteStep.PUBLISHED, NoteStep.WITHDRAWN):
        review.assignee = None
    is_lifted = review.publish_at is not None and step in (NoteStep.SENT_BACK, NoteStep.TAKEN_BACK)
    if step != NoteStep.SUBMITTED:
        review.lift_schedule()
    review.save()
    Note.objects.create(**reference(record), step=step, author_id=user.pk, text=text)
    if is_lifted:
        record_lifted(record, user)


def record_lifted(record: Record, user: User | AnonymousUser) -> None:
    """Write the note and the entry of the audit log that a record's time of publication was lifted."""
    Note.objects.create(**reference(record), step=NoteStep.SCHEDULED, author_id=user.pk, text=NoteText.LIFTED.value)
    report(AuditAction.SCHEDULED, record, AuditDetail.LIFTED.value)


def add_note(record: Record, user: User | AnonymousUser, text: str) -> Note:
    """Add a note to the record's thread. Raises ValidationError for an empty or too long text.

    The same text within a minute is a form that was sent twice: the note is that of the first.
    """
    text = text.strip()
    if not text or len(text) > MAX_TEXT:
        message = gettext("Got a note of {count} characters, expected 1 to {limit}.")
        raise ValidationError(message.format(count=len(text), limit=f"{MAX_TEXT:,}"))
    if not sees_drafts(user):
        raise ValidationError(gettext("Only users who may see drafts can write notes."))
    since = timezone.now() - _SENT_TWICE
    same = Note.objects.filter(**reference(record), author=user.pk, step=NoteStep.NOTE, text=text, created_at__gt=since)
    return same.first() or Note.objects.create(**reference(record), author_id=user.pk, text=text)


def assign(records: Iterable[Any], user: User | AnonymousUser, assignee: User | None, text: str = "") -> int:
    """Assign records to a person, or to nobody; returns how many were assigned to another before.

    Raises ValidationError if the person does not see drafts or may not change such records, or if one was deleted.
    """
    count, chosen = 0, list(records)
    with transaction.atomic():
        stored = lock_all(chosen)
        for unlocked in chosen:
            record = locked_row(stored, unlocked)
            if assignee is not None and not may_be_assigned(assignee, record):
                message = gettext("{slug}: got {user}, expected an active member of the staff who may change it.")
                raise ValidationError(message.format(slug=record.slug, user=assignee))
            review = review_of(record) or Review(**reference(record))
            if review.assignee_id == (assignee.pk if assignee else None):
                continue
            review.assignee = assignee
            review.save()
            person = assignee.get_username() if assignee else ""
            beginning = NoteText.ASSIGNED.format(person=person) if person else NoteText.UNASSIGNED.value
            Note.objects.create(
                **reference(record), step=NoteStep.ASSIGNED, author_id=user.pk, text=with_added(beginning, text)
            )
            count += 1
    return count


def may_be_assigned(user: User, record: Record) -> bool:
    """Whether a record may be assigned to the user."""
    has_right = user.has_perm(f"archive.change_{record._meta.model_name}")
    return bool(user.is_active and user.is_staff and sees_drafts(user) and has_right)


def assignable_people(model: type[Model]) -> QuerySet[User]:
    """The members of the staff whom records of the model may be assigned to, by name."""
    people = User.objects.filter(is_active=True, is_staff=True).order_by("username")
    for codename in (VIEW_DRAFTS.partition(".")[2], f"change_{model._meta.model_name}"):
        holders = Permission.objects.filter(content_type__app_label="archive", codename=codename)
        by_group = Group.objects.filter(permissions__in=holders)
        people = people.filter(
            Q(is_superuser=True)
            | Exists(User.user_permissions.through.objects.filter(user=OuterRef("pk"), permission__in=holders))
            | Exists(User.groups.through.objects.filter(user=OuterRef("pk"), group__in=by_group))
        )
    return people


def review_of(record: Model) -> Review | None:
    """The record's review, if it has one."""
    return Review.objects.filter(**reference(record)).select_related("author", "reviewer", "assignee").first()


def notes_of(record: Model) -> list[Note]:
    """The hundred newest notes of the record, the newest first."""
    return list(Note.objects.filter(**reference(record)).select_related("author")[:100])


def creator(record: Record) -> Any:
    """The user who entered the record, by its history; None if it was loaded."""
    rows = type(record).history.filter(id=record.pk).select_related("history_user").order_by("history_id")
    first = rows.first()
    return first.history_user if first is not None and first.history_type == "+" else None


def _last_editor(record: Record, user: User | AnonymousUser) -> Any:
    """The last other user who saved the record: of a loaded one who entered it is not known. None if there is none."""
    rows = type(record).history.filter(id=record.pk, history_user__isnull=False).exclude(history_user=user.pk)
    last = rows.select_related("history_user").order_by("-history_id").first()
    return last.history_user if last is not None else None


def after_saving(
    record: Record, before: str, user: User | AnonymousUser, text: str = "", is_sent_back: bool = False
) -> NoteStep | None:
    """Write the review and note of a record that was saved with its status changed from ``before``, or with a note.

    Returns the step that the change was; None for a mere note, and for no change.
    """
    if before == record.status and not is_sent_back:
        if text:
            add_note(record, user, text)
        return None
    step = NoteStep.SENT_BACK if is_sent_back else step_between(before, record.status, user, review_of(record))
    if step is not None:
        note_step(step, record, user, text)
    return step


def _label(status: str) -> str:
    return term(Status(status).label)
