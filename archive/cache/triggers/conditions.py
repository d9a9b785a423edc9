"""Under which condition a row is public, as SQL inside a trigger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.models.expressions import RawSQL

from archive.models.base import Tracked


def tracked_models() -> Iterator[Any]:
    """The models whose rows can be part of a public answer: records, parts, and the tables of plain links."""
    for model in apps.get_app_config("archive").get_models(include_auto_created=True):
        if model._meta.managed and (issubclass(model, Tracked) or model._meta.auto_created):
            yield model


#: Columns that count and date a row, or follow from other rows; alone they change nothing that is read.
BOOKKEEPING_COLUMNS = ("version", "public_version", "created_at", "updated_at", "sequence")


def content_changed(model: Any, using: str) -> str:
    """SQL that holds when an update changes more of a row than its stamps and its keys to unpublished records."""
    differ = "IS DISTINCT FROM" if connections[using].vendor == "postgresql" else "IS NOT"
    found = []
    for field in model._meta.concrete_fields:
        if field.name in BOOKKEEPING_COLUMNS:
            continue
        old, new = f'OLD."{field.column}"', f'NEW."{field.column}"'
        condition = f"{old} {differ} {new}"
        if field.is_relation and issubclass(field.related_model, Tracked):
            seen = " OR ".join(_is_visible(field.related_model, key, using) for key in (old, new))
            condition = f"({condition} AND ({seen}))"
        found.append(condition)
    return f"({' OR '.join(found)})"


def is_public(model: Any, row: str, using: str) -> str:
    """SQL that holds when the public sees the row that a trigger calls ``row`` (``OLD`` or ``NEW``)."""
    if not model._meta.auto_created:
        return _is_visible(model, f'{row}."{model._meta.pk.column}"', using)
    ends = [field for field in model._meta.concrete_fields if field.is_relation]
    return " AND ".join(_is_visible(field.related_model, f'{row}."{field.column}"', using) for field in ends)


def _is_visible(model: Any, key: str, using: str) -> str:
    own = RawSQL(key, (), models.BigIntegerField())  # noqa: S611 (a trigger's name for its row)
    rows = model._default_manager.using(using).visible_to(None).filter(pk=own)
    return f"EXISTS({inline_sql(rows.order_by().values('pk'), using)})"


def inline_sql(rows: Any, using: str) -> str:
    """A query with its words written out, for a trigger takes no parameters."""
    sql, params = rows.query.get_compiler(using=using).as_sql()
    return str(sql % tuple(_literal(value) for value in params))


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    raise TypeError(f"visibility: got {value!r} as a parameter, expected a word")
