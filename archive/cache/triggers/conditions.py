"""SQL conditions for triggers: whether a row is public, and whether its content changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from archive.models.base import Tracked
from archive.visibility import related_model


def tracked_models() -> Iterator[Any]:
    """The models whose rows can be part of a public response: records, parts, and automatic many-to-many models."""
    for model in apps.get_app_config("archive").get_models(include_auto_created=True):
        if model._meta.managed and (issubclass(model, Tracked) or model._meta.auto_created):
            yield model


#: Columns that count and date a row, or derive from other rows; changes of these alone are no change of content.
BOOKKEEPING_COLUMNS = ("version", "public_version", "created_at", "updated_at", "sequence")


def content_changed(model: type[models.Model], using: str) -> str:
    """SQL that is true if an update changes columns other than bookkeeping and keys of unpublished records."""
    differ = "IS DISTINCT FROM" if connections[using].vendor == "postgresql" else "IS NOT"
    conditions = []
    for field in model._meta.concrete_fields:
        if field.name in BOOKKEEPING_COLUMNS:
            continue
        old, new = f'OLD."{field.column}"', f'NEW."{field.column}"'
        condition = f"{old} {differ} {new}"
        if field.is_relation and issubclass(related := related_model(model, field.name), Tracked):
            is_visible = " OR ".join(_is_visible(related, key, using) for key in (old, new))
            condition = f"({condition} AND ({is_visible}))"
        conditions.append(condition)
    return f"({' OR '.join(conditions)})"


def is_public(model: type[models.Model], row: str, using: str) -> str:
    """SQL that is true if the row that a trigger calls ``row`` (``OLD`` or ``NEW``) is public."""
    if not model._meta.auto_created:
        return _is_visible(model, f'{row}."{model._meta.pk.column}"', using)
    ends = [field for field in model._meta.concrete_fields if field.is_relation]
    return " AND ".join(
        _is_visible(related_model(model, field.name), f'{row}."{field.column}"', using) for field in ends
    )


def _is_visible(model: type[models.Model], key: str, using: str) -> str:
    own = RawSQL(key, (), models.BigIntegerField())  # noqa: S611 (a trigger's name for its row)
    manager: Any = model._default_manager
    rows = manager.using(using).visible_to(None).filter(pk=own)
    return f"EXISTS({inline_sql(rows.order_by().values('pk'), using)})"


def inline_sql(rows: QuerySet[Any], using: str) -> str:
    """The SQL of a query with its parameters inlined, because triggers have no parameters."""
    sql, params = rows.query.get_compiler(using=using).as_sql()
    return str(sql % tuple(_literal(value) for value in params))


def _literal(value: object) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    raise TypeError(f"visibility: got {value!r} as a parameter, expected a word")
