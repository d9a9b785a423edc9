"""The audit log: entries, written in the transaction of what they record, their details, and removal of old ones.

Details are stored in English; the page of the audit log translates them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_noop as _

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


class Right(StrEnum):
    """Rights of a user in audit entries; a permission has its codename instead."""

    ACTIVE = _("active")
    STAFF = _("staff status")
    SUPERUSER = _("superuser status")
    GROUP = _("group {group}")


class AuditDetail(StrEnum):
    """A detail, or one of several in a row."""

    LOG_IN_PAGE = _("log-in page")
    API_TOKEN = _("token for the API")
    SECOND_FACTOR = _("second factor")
    WRONG_CODE = _("wrong code")
    NO_ACCOUNT = _("no such account")
    PROPOSED = _("proposed change of {person}, version {version}")
    STATUS = _("now {status}")
    LIFTED = _("lifted")
    SCHEDULED = _("for {time}")
    LOADED_WITH_STATUS = _(
        "{title}: {added} records and parts added, {changed} changed, {removed} removed, all {status}"
    )
    LOADED = _("{title}: {added} records and parts added, {changed} changed, {removed} removed")
    RIGHT_GIVEN = "+ {right}"
    RIGHT_TAKEN = "- {right}"
    ADDED = _("added")
    REMOVED = _("removed")
    NAME_CHANGED = _("name was '{name}'")
    ADDRESS_CHANGED = _("address was '{name}'")
    TOKEN_ENDED = _("given {time} (UTC)")
    SESSIONS_ENDED_BY_PASSWORD = _("all others: new password")
    SESSIONS_ENDED_BY_DEACTIVATION = _("all: deactivated")
    APP_ADDED = _("app added: {name}")
    APP_REMOVED = _("app removed: {name}")
    CODE_USED = _("recovery code used, {count} left")
    NEW_CODES = _("new recovery codes")
    FACTORS_REMOVED = _("all apps and recovery codes removed")
