"""Signal receiver that deletes a user's tokens when the password changes, as the sessions end."""

from __future__ import annotations

from typing import Any

from archive.accounts.changes import account_changed


def connect() -> None:
    """Connect the receiver; called once, from ``AppConfig.ready``."""
    account_changed.connect(_delete_tokens, dispatch_uid="archive.rest.signals")


def _delete_tokens(user: Any, changes: dict[str, Any] | None, **kwargs: object) -> None:
    if changes and "password" in changes:
        user.auth_token_set.all().delete()
