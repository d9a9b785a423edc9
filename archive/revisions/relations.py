"""The foreign keys and many-to-many fields between records and parts, read from the models."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from archive.models.base import Record, Tracked
from archive.models.fields import DERIVED
from archive.permissions import PARENT_PATHS

#: Columns about saves of a row, without content.
BOOKKEEPING = frozenset({"id", "version", "public_version", "created_at", "updated_at", "sequence"})


@cache
def tracked_models() -> tuple[Any, ...]:
    """All record and part models."""
    return tuple(model for model in apps.get_app_config("archive").get_models() if issubclass(model, Tracked))


@cache
def record_models() -> tuple[Any, ...]:
    """The models of records: those with a slug and a status of their own."""
    return tuple(model for model in tracked_models() if issubclass(model, Record))


@cache
def own_parts(model: Any) -> tuple[models.ForeignKey[Any, Any], ...]:
    """The foreign keys by which parts belong to a record of this model."""
    names = {(part, path.partition("__")[0]) for part, paths in PARENT_PATHS.items() for path in paths}
    keys = [part._meta.get_field(name) for part, name in names]
    return tuple(sorted((key for key in keys if key.related_model is model), key=str))


@cache
def deleted_with(model: Any) -> tuple[models.ForeignKey[Any, Any], ...]:
    """The foreign keys whose rows are deleted with a record: its own parts, and other records' parts that name it."""
    return tuple(key for key in _keys_to(model) if key.remote_field.on_delete is models.CASCADE)


@cache
def unset_with(model: Any) -> tuple[models.ForeignKey[Any, Any], ...]:
    """The foreign keys that become NULL when a record is deleted."""
    return tuple(key for key in _keys_to(model) if key.remote_field.on_delete is models.SET_NULL)


@cache
def links_to(model: Any) -> tuple[Any, ...]:
    """The many-to-many fields of other records that lead to a record of this model."""
    fields = [field for source in tracked_models() for field in source._meta.many_to_many]
    return tuple(field for field in fields if field.related_model is model)


def _keys_to(model: Any) -> list[Any]:
    keys = [key for source in tracked_models() for key in foreign_keys(source) if key.related_model is model]
    return sorted(keys, key=str)


@cache
def foreign_keys(model: Any) -> tuple[models.ForeignKey[Any, Any], ...]:
    return tuple(field for field in model._meta.concrete_fields if field.many_to_one)


@cache
def content_fields(model: Any) -> tuple[models.Field[Any, Any], ...]:
    """The columns with content: neither bookkeeping nor computed from other columns."""
    fields = model._meta.concrete_fields
    return tuple(field for field in fields if field.name not in BOOKKEEPING and not isinstance(field, DERIVED))


@cache
def position_field(model: Any) -> str | None:
    """The integer that numbers the parts of a record (ordinal, position), if the model has one."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and not constraint.condition:
            for name in constraint.fields:
                if isinstance(model._meta.get_field(name), models.IntegerField):
                    return name
    return None
