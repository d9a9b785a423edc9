"""Signals for changes of accounts that matter for security: password, name, address, staff, superuser and active.

What the change must end (tokens, sessions) and what must be recorded are receivers of :data:`account_changed`. The same
password in another hash is no change: it has :data:`password_rehashed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import get_hasher, identify_hasher
from django.contrib.auth.models import User
from django.db.models.signals import post_save, pre_save
from django.dispatch import Signal

#: Fields of a user that decide what the account may do, and by what it is known.
_FIELDS = ("password", "username", "email", "is_active", "is_staff", "is_superuser")
_STORED = "_stored_account"

#: Sent after a user is saved with ``user`` and ``changes``: field -> (old, new). ``changes`` is None for a new account.
account_changed = Signal()
#: Sent after a log-in stored the user's password by the preferred hasher, with ``user`` and ``old``, the hash before.
password_rehashed = Signal()


def connect() -> None:
    """Connect the receivers; called once, from ``AppConfig.ready``."""
    user = get_user_model()
    pre_save.connect(_remember_stored, sender=user, dispatch_uid="archive.accounts.changes")
    post_save.connect(_send_changes, sender=user, dispatch_uid="archive.accounts.changes")


def _remember_stored(
    sender: type[User], instance: User, update_fields: Iterable[str] | None = None, **kwargs: object
) -> None:
    """Leave the stored values of the fields that are saved on the user."""
    saved = [name for name in _FIELDS if update_fields is None or name in update_fields]
    if instance._state.adding or not saved:
        return
    stored = sender._base_manager.filter(pk=instance.pk).values(*saved).first()
    setattr(instance, _STORED, stored or {})


def _send_changes(
    sender: object,
    instance: User,
    created: bool,
    raw: bool = False,
    update_fields: Iterable[str] | None = None,
    **kwargs: object,
) -> None:
    stored: dict[str, Any] = vars(instance).pop(_STORED, {})
    changes = {name: (old, getattr(instance, name)) for name, old in stored.items() if old != getattr(instance, name)}
    if "password" in changes and update_fields is not None and _is_rehash(instance, changes["password"][0]):
        old, _ = changes.pop("password")
        password_rehashed.send(sender=sender, user=instance, old=old)
    if changes or (created and not raw):
        account_changed.send(sender=sender, user=instance, changes=None if created else changes)


def _is_rehash(user: User, old: str) -> bool:
    """Whether ``check_password`` replaced a hash that the preferred hasher had not made, or not with today's strength.

    It leaves no raw password on the user, as ``set_password`` does.
    """
    if user._password is not None:  # type: ignore[attr-defined]
        return False
    preferred = get_hasher()
    try:
        is_preferred = identify_hasher(old).algorithm == preferred.algorithm
        return identify_hasher(user.password).algorithm == preferred.algorithm and (
            not is_preferred or preferred.must_update(old)
        )
    except ValueError:  # an unusable password, or one of a hasher that is no longer installed
        return False
