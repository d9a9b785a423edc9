"""Tokens of the API, which knox stores: listing and ending those of a user.

All end with a new password or a deactivation.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q
from django.utils import timezone

from archive.accounts.changes import account_changed

#: Characters of a token's digest that identify it among its owner's tokens, and do not reveal it.
ID_LENGTH = 16


def connect() -> None:
    """Connect the receiver; called once, from ``AppConfig.ready``."""
    account_changed.connect(_end_after_change, dispatch_uid="archive.accounts.tokens")


def tokens_of(user: User | AnonymousUser) -> Any:
    """The user's tokens, also expired ones."""
    owner: Any = user
    return owner.auth_token_set.all()


def valid_tokens(user: User | AnonymousUser) -> Any:
    """The user's tokens that have not expired, the newest first."""
    valid = Q(expiry__gt=timezone.now()) | Q(expiry__isnull=True)
    return tokens_of(user).filter(valid).order_by("-created")


def token_id(digest: str) -> str:
    """The public id of the token with this digest, for lists and addresses; not the token itself."""
    return digest[:ID_LENGTH]


def end_token(user: User | AnonymousUser, name: str) -> bool:
    """End the user's token with this id; False if there is none."""
    return len(name) == ID_LENGTH and bool(tokens_of(user).filter(digest__startswith=name).delete()[0])


def end_tokens(user: User | AnonymousUser) -> int:
    """End all tokens of a user; returns how many had not expired."""
    count = int(valid_tokens(user).count())
    tokens_of(user).delete()
    return count


def _end_after_change(user: User, changes: dict[str, Any] | None, **kwargs: object) -> None:
    """End all tokens of a user with a new password, or who is no longer active, as the sessions end."""
    if changes and ("password" in changes or not user.is_active):
        tokens_of(user).delete()
