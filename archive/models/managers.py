"""The manager of all records: finds one by its natural key, and says what is near when there is none."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from django.db import models

from archive.querysets.visibility import ArchiveQuerySet


class NaturalKeyManager(models.Manager.from_queryset(ArchiveQuerySet)):  # type: ignore[misc]
    """``get_by_natural_key(*values)`` over the model's ``natural_key_fields``."""

    def get_by_natural_key(self, *values: Any) -> Any:
        """The record with that natural key. Raises the model's DoesNotExist, naming the nearest slugs."""
        fields = self.model.natural_key_fields
        if len(values) != len(fields):
            raise self.model.DoesNotExist(
                f"{self.model._meta.verbose_name}: got a natural key of {len(values)} values {list(values)!r}, "
                f"expected {len(fields)}: {', '.join(fields)}."
            )
        lookup: dict[str, Any] = {}
        for field, value in zip(fields, values, strict=True):
            lookup[f"{field}__isnull" if value is None else field] = True if value is None else value
        found = self.filter(**lookup).first()
        if found is None:
            raise self.model.DoesNotExist(self._missing(values))
        return found

    def _missing(self, values: tuple[Any, ...]) -> str:
        name = self.model._meta.verbose_name
        text = f"{name}: got {'/'.join(str(value) for value in values)!r}, expected the slug of a stored {name}"
        if self.model.natural_key_fields == ("slug",):
            slugs = self.values_list("slug", flat=True)[:5000]
            near = get_close_matches(str(values[0]), list(slugs), n=3, cutoff=0.5)
            if near:
                return f"{text}; did you mean {', '.join(near)}?"
        return f"{text}."
