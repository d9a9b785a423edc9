"""Edit of one field of several records, all or nothing, with a preview.

The preview stores the edit in a transaction that is taken back, so that it is refused by the same rules: those of the
models, and the database's constraints.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.checks.finding import Finding
from archive.dates import PartialDate
from archive.labels import record_label
from archive.models.base import Record
from archive.permissions import may_write
from archive.revisions.reason_texts import Reason
from archive.revisions.state import differs_from_stored
from archive.terms import date_in_words, term
from archive.visibility import sees_drafts
from archive.workflow import findings
from archive.workflow.records import lock_all, locked_row

#: The most records that are edited at once: each costs about twenty SQL statements.
MAX_EDITED = 500


class LinkMode(models.TextChoices):
    """Modes of an edit of a many-to-many field: add, remove or replace links."""

    ADD = "add", _("add to what is there")
    REMOVE = "remove", _("remove from what is there")
    REPLACE = "replace", _("replace what is there")


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """The field of a model, and the valid value that it is to have; for a many-to-many field records."""

    field: Any
    value: Any
    mode: LinkMode = LinkMode.REPLACE

    def links(self, record: models.Model) -> list[Any]:
        """The records that the many-to-many field is to link."""
        stored = list(getattr(record, self.field.name).all())
        if self.mode == LinkMode.REPLACE:
            return list(self.value)
        if self.mode == LinkMode.REMOVE:
            return [item for item in stored if item not in self.value]
        return [*stored, *(item for item in self.value if item not in stored)]


@dataclass(slots=True)
class EditedRecord:
    """A record, the field's value before and after the edit as texts, and why the edit is refused."""

    record: Any
    version: int
    before: str = ""
    after: str = ""
    is_changed: bool = False
    refusals: list[str] = field(default_factory=list)


def may_edit(model: type[models.Model], user: User | AnonymousUser) -> bool:
    """Whether the user may edit records of the model, as far as each may be changed.

    Who sees no drafts may not: the values of a field could be records that they do not see.
    """
    return sees_drafts(user) and bool(user.has_perm(f"archive.change_{model._meta.model_name}"))


def preview(
    records: Sequence[Any], edit: FieldEdit, user: User | AnonymousUser
) -> tuple[list[EditedRecord], list[Finding]]:
    """The result of the edit for each record, and the findings it would cause. Nothing is stored."""
    with transaction.atomic():
        rows = _run(records, edit, user, "")
        contradictions = findings.check(row.record for row in rows if row.is_changed and not row.refusals)
        transaction.set_rollback(True)
    accepted = findings.accepted_keys() if contradictions else set()
    return rows, [finding for finding in contradictions if findings.key_of(finding) not in accepted]


def apply(records: Sequence[Any], edit: FieldEdit, user: User | AnonymousUser, reason: str, token: str) -> int:
    """Store the edit as a version of each record that it changes, and return their number.

    Raises ValidationError, and then nothing is stored: if a record refuses it, or the token is not that of the preview.
    """
    with transaction.atomic():
        rows = _run(records, edit, user, reason)
        if token_of(rows, edit) != token:
            text = gettext(
                "The value, the selection or a record is not the one of the preview: somebody may have saved a record "
                "meanwhile. The preview below is of what is stored now. Look at it, and apply again."
            )
            raise ValidationError(text, code="stale")
        if refused := [f"{row.record.slug}: {message}" for row in rows for message in row.refusals]:
            raise ValidationError(refused)
        findings.store_each((row.record for row in rows if row.is_changed), user)
    return sum(row.is_changed for row in rows)


def token_of(rows: Iterable[EditedRecord], edit: FieldEdit) -> str:
    """A digest of the edit and of the versions of the records that it was tried with."""
    is_links = edit.field.many_to_many
    value = sorted(item.pk for item in edit.value) if is_links else getattr(edit.value, "pk", edit.value)
    versions = sorted((row.record.pk, row.version) for row in rows)
    text = repr((edit.field.name, str(edit.mode), str(value), versions))
    return hashlib.sha256(text.encode()).hexdigest()


def _run(records: Sequence[Any], edit: FieldEdit, user: User | AnonymousUser, reason: str) -> list[EditedRecord]:
    rows = []
    stored = lock_all(records)
    for unlocked in records:
        try:
            record = locked_row(stored, unlocked)
        except ValidationError:
            rows.append(EditedRecord(unlocked, 0, refusals=[gettext("somebody deleted it a moment ago.")]))
            continue
        row = EditedRecord(record, record.version, before=_text(record, edit.field))
        rows.append(row)
        if not may_edit(type(record), user) or not may_write(user, record):
            text = gettext("it is {status}: got a contributor, expected an editor to change it.")
            row.refusals.append(text.format(status=term(record.get_status_display())))
            continue
        try:
            with transaction.atomic():
                _store(row, edit, user, reason)
        except ValidationError as error:
            row.refusals += error.messages
        except IntegrityError:
            row.refusals.append(gettext("the archive has such a record already, or it contradicts another."))
    return rows


def _store(row: EditedRecord, edit: FieldEdit, user: User | AnonymousUser, reason: str) -> None:
    record, name = row.record, edit.field.name
    was_publishable = not _publication_errors(record)
    links: dict[str, Iterable[Any]] = {name: edit.links(record)} if edit.field.many_to_many else {}
    if not links:
        setattr(record, name, edit.value)
        row.after = _text(record, edit.field)
    record.full_clean()
    row.is_changed = differs_from_stored(record, links)
    if row.is_changed:
        text = reason or Reason.FIELD_EDITED.format(field=edit.field.verbose_name)
        record._history_user, record._change_reason = user, text[:500]
        record.save()
        if links:
            getattr(record, name).set(links[name])
    row.after = _text(record, edit.field)
    # A rule that the record broke before does not keep it from being mended step by step.
    if was_publishable and (errors := _publication_errors(record)):
        raise ValidationError(errors)


def _publication_errors(record: Record) -> list[str]:
    try:
        record.check_publishable()
    except ValidationError as error:
        return list(error.messages)
    return []


def _text(record: Record, column: models.Field[Any, Any]) -> str:
    """The value of a field as users read it; empty for none."""
    if column.many_to_many:
        return "; ".join(sorted(record_label(item) for item in getattr(record, column.name).all()))
    value = getattr(record, column.name)
    if value in (None, ""):
        return ""
    if column.is_relation:
        return record_label(value)
    if column.choices:
        return term(getattr(record, f"get_{column.name}_display")())
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return date_in_words(value) if isinstance(value, PartialDate) else str(value)
