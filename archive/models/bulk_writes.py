"""Bulk writes that keep derived columns up to date, because they do not call ``save``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from archive.database import in_chunks
from archive.models.fields import FoldedField, PartialDateField, companion_value, derived_columns
from archive.text import composed


class BulkWrites(models.QuerySet[Any]):
    """``update``, ``bulk_update`` and ``bulk_create`` that also write the columns derived from dates and names."""

    def update(self, **values: Any) -> int:
        """Like Django's. Raises ValidationError for an invalid date, TypeError for a date given by an expression."""
        values = _with_companions(self.model, values)
        for name in set(self.model.natural_key_fields) & values.keys():
            values[name] = composed(value) if isinstance(value := values[name], str) else value
        stale = (derived_columns(self.model, set(values)) & _folded(self.model).keys()) - set(values)
        if not stale:
            return super().update(**values)
        with transaction.atomic(using=self.db):
            keys = list(self.values_list("pk", flat=True))
            changed = super().update(**values)
            for chunk in in_chunks(keys):
                rows = list(self.model._base_manager.using(self.db).filter(pk__in=chunk))
                self.model._default_manager.using(self.db).bulk_update(rows, stale)
        return changed

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Like Django's; also writes the columns derived from the fields."""
        rows, names = tuple(objs), set(fields)
        for row in rows:
            row.compose_keys()
        names |= derived_columns(self.model, names)
        for name in names & _folded(self.model).keys():
            for row in rows:
                _folded(self.model)[name].pre_save(row, add=False)
        return super().bulk_update(rows, sorted(names), batch_size)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Like Django's; sets the derived fields of each row."""
        rows = list(objs)
        for row in rows:
            row.compose_keys()
        self.model.derive(rows)
        return super().bulk_create(rows, *args, **kwargs)


def _folded(model: type[models.Model]) -> dict[str, FoldedField]:
    return {field.name: field for field in model._meta.concrete_fields if isinstance(field, FoldedField)}


def _with_companions(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    result = dict(values)
    for field in model._meta.concrete_fields:
        if not isinstance(field, PartialDateField) or field.name not in values:
            continue
        value = values[field.name]
        if not hasattr(value, "resolve_expression"):
            date = field.to_python(value)
            result |= {f"{field.name}_{suffix}": companion_value(date, suffix) for suffix in field.companions}
        elif missing := [suffix for suffix in field.companions if f"{field.name}_{suffix}" not in values]:
            raise TypeError(
                f"{model._meta.label}.{field.name}: got an expression without {field.name}_{missing[0]}, expected a "
                "date: the database does not compute the derived columns. Save the records, or use bulk_update."
            )
    return result
