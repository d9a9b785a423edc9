"""Records are added to a dossier, all or none, each once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from archive.models import Dossier, DossierEntry
from archive.models.base import Tracked
from archive.models.dossier import ENTERED
from archive.permissions import may_write
from archive.revisions.reason_texts import Reason
from archive.terms import term
from archive.workflow.records import kind_of, lock_each, locked


def may_enter(user: User | AnonymousUser) -> bool:
    """Whether the user may add entries to dossiers, as far as these may be changed."""
    return bool(user.has_perm("archive.change_dossier") and user.has_perm("archive.add_dossierentry"))


def refusal_to_enter(dossier: Dossier, user: User | AnonymousUser) -> str:
    """Why the user may not add entries to the dossier; empty if they may."""
    if not may_enter(user):
        text = gettext("{slug}: got a user without the right to change dossiers, expected a contributor.")
        return text.format(slug=dossier.slug)
    if not may_write(user, dossier):
        text = gettext(
            "{slug}: it is {status}: got a contributor, expected an editor to change it, or another dossier."
        )
        return text.format(slug=dossier.slug, status=term(dossier.get_status_display()))
    return ""


def add_to_dossier(
    dossier: Dossier, records: Sequence[Any], user: User | AnonymousUser, reason: str = ""
) -> list[DossierEntry]:
    """Add records, in their order, after the last entry; returns the new entries, without records it has already.

    The dossier gets a new version if there are any. Raises ValidationError, and then nothing is added.
    """
    with transaction.atomic():
        lock_each([dossier, *records])
        stored = locked(dossier)
        if message := refusal_to_enter(stored, user):
            raise ValidationError(message)
        entered = {
            (name, row[name]) for row in stored.entries.values(*ENTERED) for name in ENTERED if row[name] is not None
        }
        position = stored.entries.aggregate(last=Max("position"))["last"] or 0
        entries: list[DossierEntry] = []
        for record in records:
            if (kind_of(record), record.pk) in entered:
                continue
            entered.add((kind_of(record), record.pk))
            position += 1
            values: dict[str, Any] = {kind_of(record): record}
            entry = DossierEntry(dossier=stored, position=position, **values)
            _attribute(entry, user, reason)
            entry.save()
            entries.append(entry)
        if entries:
            _attribute(stored, user, reason)
            stored.save()
        return entries


def _attribute(row: Tracked, user: User | AnonymousUser, reason: str) -> None:
    row._history_user, row._change_reason = user, reason[:500] or Reason.ADDED_TO_DOSSIER
