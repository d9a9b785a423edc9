"""The workflow of records: review, notes and proposed changes. No records themselves, and never public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.moments import moment_text


class ReviewState(models.TextChoices):
    """Where a draft stands, besides its status."""

    NONE = "", "not submitted"
    SUBMITTED = "submitted", "in review"
    SENT_BACK = "sent_back", "sent back"


class NoteStep(models.TextChoices):
    """What was done with the record when the note was written; ``note`` for nothing."""

    NOTE = "note", "note"
    SUBMITTED = "submitted", "submitted for review"
    TAKEN_BACK = "taken_back", "taken back to draft"
    SENT_BACK = "sent_back", "sent back"
    ASSIGNED = "assigned", "assigned"
    SCHEDULED = "scheduled", "publication scheduled"
    PUBLISHED = "published", "published"
    WITHDRAWN = "withdrawn", "withdrawn"
    PROPOSED = "proposed", "change proposed"
    DECLINED = "declined", "proposed change declined"
    FAILED = "failed", "scheduled publication refused"
    ATTACHED = "attached", "file attached"
    DETACHED = "detached", "attached file removed"


class ProposalState(models.TextChoices):
    DRAFT = "draft", "being written"
    SUBMITTED = "submitted", "in review"
    SENT_BACK = "sent_back", "sent back"
    ACCEPTED = "accepted", "published"
    DECLINED = "declined", "declined"


#: The states in which a proposal may still be changed or published.
OPEN_PROPOSALS = (ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.SENT_BACK)


def user_key(help_text: str) -> Any:
    """A foreign key to a user, whose account may be deleted."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text=help_text,
    )  # fmt: skip


def owner_key(help_text: str) -> Any:
    """A foreign key to the user whose row it is, which goes with the account."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", help_text=help_text)


class OfRecord(models.Model):
    """Base of rows about one record of any kind. They stay when it is deleted, and are its own again when restored."""

    kind = models.CharField(max_length=40, help_text="The name of the record's model, such as statement.")
    record_id = models.BigIntegerField(help_text="The id of the record.")

    class Meta:
        abstract = True


class Review(OfRecord):
    """The review of a record: who waits for whom since when, and when it is to be published."""

    state = models.CharField(
        max_length=9, choices=ReviewState.choices, blank=True, default=ReviewState.NONE,
        help_text="Counts only with the status it belongs to: submitted with review, sent back with draft.",
    )  # fmt: skip
    since = models.DateTimeField(null=True, help_text="When the state began (UTC).")
    message = models.TextField(blank=True, help_text="The note of the submission, or the remark of the refusal.")
    author = user_key("Who submitted the record, or entered it: to whom it is sent back.")
    reviewer = user_key("Who sent it back.")
    assignee = user_key("Who is to deal with it.")
    publish_at = models.DateTimeField(null=True, help_text="When it is to be published; until then it cannot be.")
    scheduled_by = user_key("Who set the time.")
    scheduled_versions = models.JSONField(
        null=True, help_text="The versions of the record and its parts when the time was set: these are published."
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id"], name="review_once",
                violation_error_message=_("The record has a review already, expected one for each record."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["state", "since"], name="review_state"),
            models.Index(fields=["publish_at"], name="review_due", condition=models.Q(publish_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"review of {self.kind} {self.record_id}"

    @property
    def is_embargoed(self) -> bool:
        """Whether the record must not be published yet."""
        return self.publish_at is not None and self.publish_at > timezone.now()

    def lift_schedule(self) -> None:
        """Clear the time of publication, without saving."""
        self.publish_at = self.scheduled_by = self.scheduled_versions = None


def embargoes_of(records: Sequence[Model]) -> list[tuple[Model, datetime]]:
    """The records of one model that must not be published yet, each with its time."""
    kind = records[0]._meta.model_name if records else ""
    rows = Review.objects.filter(kind=kind, record_id__in=[record.pk for record in records])
    moments: dict[int, Any] = dict(rows.filter(publish_at__gt=timezone.now()).values_list("record_id", "publish_at"))
    return [(record, moments[record.pk]) for record in records if record.pk in moments]


def embargo_of(record: Model, using: str | None = None) -> Any:
    """The time to come before which the record must not be published; None if there is none."""
    rows = Review.objects.using(using).filter(kind=record._meta.model_name, record_id=record.pk)
    return rows.filter(publish_at__gt=timezone.now()).values_list("publish_at", flat=True).first()


def refuse_embargoed(record: Model, using: str | None = None) -> None:
    """Raise ValidationError if the record is not to be published before a time to come."""
    moment = embargo_of(record, using)
    if moment is not None:
        raise ValidationError(
            {
                "status": ValidationError(
                    _(
                        "It is scheduled for %(moment)s: got a publication before that, expected one then. Lift the "
                        "schedule first."
                    ),
                    code="embargoed",
                    params={"moment": moment_text(moment)},
                )
            }
        )


class Note(OfRecord):
    """A note on a record, by a user or by a step of its workflow."""

    step = models.CharField(
        max_length=10, choices=NoteStep.choices, default=NoteStep.NOTE, help_text="What was done with the record."
    )
    author = user_key("Who wrote it; none: the archive itself.")
    created_at = models.DateTimeField(auto_now_add=True, help_text="When it was written (UTC).")
    text = models.TextField(blank=True, help_text="What it says.")

    class Meta:
        default_permissions = ()
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["kind", "record_id", "-created_at"], name="note_of_record")]

    def __str__(self) -> str:
        return f"note on {self.kind} {self.record_id}"


class ProposedChange(OfRecord):
    """A draft over a published record: its state with parts before and after the change, until it is decided on."""

    state = models.CharField(
        max_length=9, choices=ProposalState.choices, default=ProposalState.DRAFT, help_text="How far it has come."
    )
    author = user_key("Who proposes it.")
    created_at = models.DateTimeField(auto_now_add=True, help_text="When it was begun (UTC).")
    updated_at = models.DateTimeField(auto_now=True, help_text="When it was last changed or decided on (UTC).")
    note = models.TextField(blank=True, help_text="Why, in the author's words.")
    remark = models.TextField(blank=True, help_text="What the reviewer says to it.")
    reviewer = user_key("Who decided on it.")
    base = models.JSONField(help_text="The record and its parts as they were when it was written.")
    proposed = models.JSONField(help_text="The record and its parts as they are to be.")

    class Meta:
        default_permissions = ()
        ordering = ("-updated_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id", "author"], name="proposal_open_once",
                condition=models.Q(state__in=OPEN_PROPOSALS),
                violation_error_message=_(
                    "The author proposes a change already, expected one "
                    "at a time for each record."
                ),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["kind", "record_id", "state"], name="proposal_of_record"),
            models.Index(fields=["state", "updated_at"], name="proposal_state"),
        ]

    def __str__(self) -> str:
        return f"change of {self.kind} {self.record_id}"

    @property
    def has_difference(self) -> bool:
        """Whether it would change the record that it was made of."""
        return bool(self.base != self.proposed)
