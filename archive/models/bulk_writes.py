"""Writes of many rows at once, which pass no ``save``: what follows from other columns follows here too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from archive.models.fields import FoldedField, PartialDateField, columns_beside, companion_value

_AT_ONCE = 500


class BulkWrites(models.QuerySet[Any]):
    """``update``, ``bulk_update`` and ``bulk_create`` that keep a date and a name with the columns beside them."""

    def update(self, **values: Any) -> int:
        """Like Django's. Raises ValidationError for a text that is no date, TypeError for a date by expression."""
        values = _with_companions(self.model, values)
        stale = (columns_beside(self.model, set(values)) & _folded(self.model).keys()) - set(values)
        if not stale:
            return super().update(**values)
        with transaction.atomic(using=self.db):
            keys = list(self.values_list("pk", flat=True))
            changed = super().update(**values)
            for begin in range(0, len(keys), _AT_ONCE):
                rows = list(self.model._base_manager.using(self.db).filter(pk__in=keys[begin : begin + _AT_ONCE]))
                self.model._default_manager.using(self.db).bulk_update(rows, stale)
        return changed

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Like Django's; of a date or a name that is listed, what follows from it is written too."""
        rows, names = tuple(objs), set(fields)
        names |= columns_beside(self.model, names)
        for name in names & _folded(self.model).keys():
            for row in rows:
                _folded(self.model)[name].pre_save(row, add=False)
        return super().bulk_update(rows, sorted(names), batch_size)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Like Django's, with the columns filled in that ``derive`` gives."""
        rows = list(objs)
        for row in rows:
            row.derive()
        return super().bulk_create(rows, *args, **kwargs)


def _folded(model: type[models.Model]) -> dict[str, FoldedField]:
    return {field.name: field for field in model._meta.concrete_fields if isinstance(field, FoldedField)}


def _with_companions(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    whole = dict(values)
    for field in model._meta.concrete_fields:
        if not isinstance(field, PartialDateField) or field.name not in values:
            continue
        value = values[field.name]
        if not hasattr(value, "resolve_expression"):
            date = field.to_python(value)
            whole |= {f"{field.name}_{what}": companion_value(date, what) for what in field.companions}
        elif missing := [what for what in field.companions if f"{field.name}_{what}" not in values]:
            raise TypeError(
                f"{model._meta.label}.{field.name}: got an expression without {field.name}_{missing[0]}, expected a "
                "date: what follows from its text is not computed by the database. Save the records, or bulk_update."
            )
    return whole
