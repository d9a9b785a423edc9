"""Ends a user's tokens when the password changes, as Django ends the sessions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.signals import post_save, pre_save

_CHANGED = "_password_is_new"


def connect() -> None:
    """Call once, when all applications are there."""
    user = get_user_model()
    pre_save.connect(_compare, sender=user, dispatch_uid="archive.rest.password_change")
    post_save.connect(_end_tokens, sender=user, dispatch_uid="archive.rest.password_change")


def _compare(sender: Any, instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """Note whether the password that is about to be stored is another one."""
    if instance._state.adding or (update_fields is not None and "password" not in update_fields):
        return
    stored = sender._base_manager.filter(pk=instance.pk).values_list("password", flat=True).first()
    setattr(instance, _CHANGED, stored is not None and stored != instance.password)


def _end_tokens(sender: Any, instance: Any, **kwargs: Any) -> None:
    if vars(instance).pop(_CHANGED, False):
        instance.auth_token_set.all().delete()
