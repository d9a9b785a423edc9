"""Scheduled publication: a record is published at a time that was set before, and cannot be before that time.

Nothing is visible by a date alone: ``publish_due`` takes the step that an editor takes, so the status, the public
version and every cache change in one transaction. What was changed since the time was set by who may not publish is not
published: an editor looks at it, and sets the time again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import DataError, Error, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from archive.accounts.audit import AuditDetail, report
from archive.choices import Status
from archive.models import AuditAction, Note, NoteStep, Review
from archive.models.base import Record
from archive.moments import moment_text
from archive.permissions import require_editor
from archive.workflow.note_texts import Failure, NoteText
from archive.workflow.records import load_records, lock_all, locked, locked_row, reference
from archive.workflow.row_versions import changers_without_right, row_versions
from archive.workflow.steps import record_lifted, review_of, take

#: The furthest time that can be set.
FURTHEST = timedelta(days=366 * 50)


@dataclass(frozen=True, slots=True)
class Due:
    """The result of publishing a record that was due."""

    slug: str
    #: Sentences that say why it was not published; empty if it was.
    errors: tuple[str, ...] = ()


def schedule(
    records: Iterable[Any], user: User | AnonymousUser, moment: datetime, seen_version: int | None = None
) -> int:
    """Set the time of publication of all records or of none; returns how many. Raises ValidationError.

    ``seen_version`` is that of the record which the user saw, if there is but one.
    """
    now = timezone.now()
    require_editor(user, gettext("Got a contributor, expected an editor to schedule a publication."))
    if moment <= now:
        text = gettext("Got {moment}, which is past (it is {now}), expected a time to come. Publish it now instead.")
        raise ValidationError(text.format(moment=moment_text(moment), now=moment_text(now)))
    if moment - now > FURTHEST:
        text = gettext("Got {moment}, expected a time in the next fifty years.")
        raise ValidationError(text.format(moment=moment_text(moment)))
    refused, count, chosen = [], 0, list(records)
    with transaction.atomic():
        stored = lock_all(chosen)
        for record_to_schedule in chosen:
            record = locked_row(stored, record_to_schedule)
            if record.status == Status.PUBLISHED:
                text = gettext("{slug}: it is published already; withdraw it first to publish it later.")
                refused.append(text.format(slug=record.slug))
                continue
            if seen_version not in (None, record.version):
                refused.append(
                    gettext(
                        "{record}: somebody saved it since you opened the page. Look at it, and schedule it again."
                    ).format(record=record.slug)
                )
                continue
            review = review_of(record) or Review(**reference(record))
            review.publish_at, review.scheduled_by = moment, user
            review.scheduled_versions = row_versions([record])
            review.save()
            text = NoteText.SCHEDULED.format(time=_utc(moment))
            Note.objects.create(**reference(record), step=NoteStep.SCHEDULED, author_id=user.pk, text=text)
            report(AuditAction.SCHEDULED, record, AuditDetail.SCHEDULED.format(time=_utc(moment)))
            count += 1
        if refused:
            raise ValidationError(refused)
    return count


def cancel(record: Record, user: User | AnonymousUser) -> bool:
    """Lift the record's time of publication; False if it has none. Raises ValidationError."""
    require_editor(user, gettext("Got a contributor, expected an editor to change a scheduled publication."))
    with transaction.atomic():
        scheduled = Review.objects.filter(**reference(locked(record)), publish_at__isnull=False)
        if not scheduled.update(publish_at=None, scheduled_by=None, scheduled_versions=None):
            return False
        record_lifted(record, user)
    return True


def changed_by(record: Record, review: Review) -> list[str]:
    """The users who changed a scheduled record or its parts since the time was set, and may not publish."""
    return changers_without_right(review.scheduled_versions or {}, row_versions([record]))


def publish_due(now: datetime | None = None) -> list[Due]:
    """Publish the records whose time has come, each in a transaction of its own.

    One that must not be published loses its time and gets a note that says why: the next run does not try it again.
    Where the database fails at one, such as by a deadlock, the next run does.
    """
    now = now or timezone.now()
    due = list(Review.objects.filter(publish_at__lte=now).select_related("scheduled_by").order_by("publish_at", "id"))
    records = load_records((review.kind, review.record_id) for review in due)
    results = []
    for review in due:
        record = records.get((review.kind, review.record_id))
        if record is None:
            Review.objects.filter(pk=review.pk).update(publish_at=None, scheduled_by=None, scheduled_versions=None)
            continue
        try:
            result = _publish(record, review, now)
        except Error as error:
            result = Due(record.slug, (f"The database failed, and the next run tries it again: {error}",))
        if result is not None:
            results.append(result)
    return results


def _publish(record: Record, seen: Review, now: datetime) -> Due | None:
    """Publish one record; None if it is not due any more."""
    with transaction.atomic():
        try:
            record = locked(record)
        except ValidationError:  # it was deleted: the next run clears its time
            return None
        # Of two runs at once, or an editor who changes the time, the second sees what the first stored.
        review = Review.objects.select_for_update().filter(pk=seen.pk, publish_at__lte=now).first()
        if review is None:
            return None
        user, moment, changers = seen.scheduled_by, review.publish_at, changed_by(record, review)
        review.lift_schedule()
        review.save()
        if user is None or not user.is_active:
            return _refused(record, [Failure.NO_ACCOUNT.value])
        if changers:
            return _refused(record, [Failure.CHANGED.format(people=", ".join(changers))])
        try:
            with transaction.atomic():
                take(NoteStep.PUBLISHED, [record], user, reason=f"scheduled for {_utc(moment)}")
        except ValidationError as error:
            return _refused(record, error.messages)
        except (IntegrityError, DataError) as error:
            return _refused(record, [f"The database refused it: {error}"])
        return Due(record.slug)


def _refused(record: Record, errors: list[str]) -> Due:
    Note.objects.create(**reference(record), step=NoteStep.FAILED, author=None, text="\n".join(errors))
    return Due(record.slug, tuple(errors))


def _utc(moment: datetime | None) -> str:
    """A moment in UTC, for texts that are stored."""
    return f"{moment:%Y-%m-%d %H:%M} (UTC)" if moment is not None else ""
