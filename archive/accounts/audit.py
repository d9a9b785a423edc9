"""The audit log: writing entries in the transaction of what they record, and removing old ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model
from django.dispatch import Signal
from django.utils import timezone

from archive.models import AuditAction, AuditEntry

_MAX_NAME = 255

#: Sent with ``action``, ``subject`` and ``detail``; the receiver adds who acts and from where, and writes the entry.
_reported = Signal()


def on_report(receiver: Callable[..., None]) -> None:
    """Connect the receiver that writes what :func:`report` is called with."""
    _reported.connect(receiver, dispatch_uid="archive.accounts.audit")


def report(action: AuditAction, subject: object, detail: str = "") -> None:
    """Have an entry written of what the current request, if there is one, does to a subject."""
    _reported.send(sender=AuditEntry, action=action, subject=subject, detail=detail)


def write_entry(
    action: AuditAction,
    user: User | AnonymousUser | None = None,
    *,
    account: str = "",
    address: str | None = None,
    subject: Model | None = None,
    detail: str = "",
    using: str | None = None,
) -> AuditEntry:
    """Write an entry. ``user`` is who acted, ``subject`` the record, user or group that it was done to.

    ``account`` is needed only where there is no user. The caller's transaction holds both the act and its entry.
    """
    name = "" if subject is None else str(getattr(subject, "slug", "") or subject)
    return AuditEntry.objects.using(using).create(
        action=action,
        user=user if user is not None and user.pk else None,
        account=(user.get_username() if user is not None else account)[:_MAX_NAME],
        address=address,
        kind="" if subject is None else str(subject._meta.model_name),
        record_id=None if subject is None else subject.pk,
        record=name[:_MAX_NAME],
        detail=detail,
    )


def signed_in_before(account: str, address: str | None, since: datetime) -> bool:
    """Whether the account signed in from the address since a time."""
    rows = AuditEntry.objects.filter(action=AuditAction.SIGNED_IN, account=account[:_MAX_NAME], address=address)
    return rows.filter(created_at__gt=since).exists()


def prune(now: datetime | None = None) -> int:
    """Remove the entries that are older than ``AUDIT_DAYS``; returns how many."""
    limit = (now or timezone.now()) - timedelta(days=settings.AUDIT_DAYS)
    return AuditEntry.objects.filter(created_at__lt=limit).delete()[0]
