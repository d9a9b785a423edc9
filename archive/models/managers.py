"""The manager of all records, with ``get_by_natural_key`` and suggestions of similar slugs."""

from __future__ import annotations

from typing import Any

from django.db import models

from archive.text import closest_matches
from archive.visibility import ArchiveQuerySet


class NaturalKeyManager(models.Manager.from_queryset(ArchiveQuerySet)):  # type: ignore[misc]
    """``get_by_natural_key(*values)`` over the model's ``natural_key_fields``."""

    def get_by_natural_key(self, *values: object) -> Any:
        """The record with that natural key. Raises the model's DoesNotExist, whose message suggests similar slugs.

        The slug of a merged record stands for the record that it was merged into.
        """
        fields = self.model.natural_key_fields
        if len(values) != len(fields):
            raise self.model.DoesNotExist(
                f"{self.model._meta.verbose_name}: got a natural key of {len(values)} values {list(values)!r}, "
                f"expected {len(fields)}: {', '.join(fields)}."
            )
        key = dict(zip(fields, values, strict=True))
        record = self.filter(**_lookup(key)).first()
        if record is None and (redirected := {path: self._redirected(path, key[path]) for path in key}) != key:
            record = self.filter(**_lookup(redirected)).first()
        if record is None:
            raise self.model.DoesNotExist(self._not_found_message(values))
        return record

    def _redirected(self, path: str, value: object) -> Any:
        """The value of a path of the natural key; of a merged record's slug that of the record that it leads to."""
        from archive.models.merged_record import target_slug

        *relations, column = path.split("__")
        if column != "slug" or not isinstance(value, str):
            return value
        model: Any = self.model
        for name in relations:
            model = model._meta.get_field(name).related_model
        return target_slug(model, value, self.db) or value

    def _not_found_message(self, values: tuple[Any, ...]) -> str:
        name = self.model._meta.verbose_name
        text = f"{name}: got {'/'.join(str(value) for value in values)!r}, expected the slug of a stored {name}"
        if self.model.natural_key_fields == ("slug",):
            slugs = self.values_list("slug", flat=True)[:5000]
            suggestions = closest_matches(str(values[0]), slugs, 3)
            if suggestions:
                return f"{text}; did you mean {', '.join(suggestions)}?"
        return f"{text}."


def _lookup(key: dict[str, Any]) -> dict[str, Any]:
    """The filter of a natural key; foreign keys without a value are compared with NULL directly, without a join.

    A citation's key has 24 values in 20 tables, of which it uses two or three; PostgreSQL takes a tenth of a second to
    plan a query over all of them.
    """
    used = {path.partition("__")[0] for path, value in key.items() if value is not None}
    conditions: dict[str, Any] = {}
    for path, value in key.items():
        first = path.partition("__")[0]
        if value is not None:
            conditions[path] = value
        else:
            conditions[f"{path if first in used else first}__isnull"] = True
    return conditions
