"""What happens whenever a record is saved, by whatever road: form, REST, or a fixture's raw save."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone

from archive.models.base import Tracked
from archive.models.fields import DERIVED, SequenceField


@receiver(pre_save)
def derive_before_save(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Fill in derived columns. Raw saves (fixtures) skip a field's own ``pre_save``, so those are made here too."""
    if raw and getattr(instance, "history_date", None) and getattr(instance, "updated_at", True) is None:
        instance.updated_at = instance.history_date  # a dump leaves out the stamp of a revision, as of its record
    if not isinstance(instance, Tracked):
        return
    instance.derive()
    if raw:
        # A fixture written by hand need not say when it was.
        instance.created_at = instance.created_at or timezone.now()
        instance.updated_at = instance.updated_at or instance.created_at
        for field in instance._meta.concrete_fields:
            if isinstance(field, DERIVED):
                field.pre_save(instance, add=False)
            if isinstance(field, SequenceField):
                stored = sender._base_manager.using(kwargs["using"]).filter(pk=instance.pk)
                setattr(instance, field.attname, stored.values_list(field.attname, flat=True).first() or 0)
