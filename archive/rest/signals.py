"""Signal receivers that delete a user's tokens when the password changes, as Django ends the sessions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.signals import post_save, pre_save

_IS_CHANGED = "_password_is_new"


def connect() -> None:
    """Connect the receivers; called once, from ``AppConfig.ready``."""
    user = get_user_model()
    pre_save.connect(_note_password_change, sender=user, dispatch_uid="archive.rest.signals")
    post_save.connect(_delete_tokens, sender=user, dispatch_uid="archive.rest.signals")


def _note_password_change(sender: Any, instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """Set an attribute on the user that says whether the save changes the password."""
    if instance._state.adding or (update_fields is not None and "password" not in update_fields):
        return
    stored = sender._base_manager.filter(pk=instance.pk).values_list("password", flat=True).first()
    setattr(instance, _IS_CHANGED, stored is not None and stored != instance.password)


def _delete_tokens(sender: Any, instance: Any, **kwargs: Any) -> None:
    if vars(instance).pop(_IS_CHANGED, False):
        instance.auth_token_set.all().delete()
