"""Visible related records for a page: a fixed number of statements, whatever hangs on the record."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from archive.models import Dossier
from archive.sql.relations import belongs_to, includes_descendants

#: A page lists at most so many records of one relation; lists with filters have all.
MOST = 200


def related(record: Any, name: str, user: Any) -> list[Any]:
    """The visible records of a relation, forward or back; one more than ``MOST`` tells that there are more."""
    field = record._meta.get_field(name)
    if field.many_to_one:
        key = getattr(record, f"{name}_id")
        return list(field.related_model._default_manager.visible_to(user).filter(pk=key)) if key is not None else []
    if includes_descendants(type(record), name):
        linked = field.related_model._default_manager.filter(belongs_to(type(record), name, record.pk, user))
    else:
        linked = getattr(record, field.get_accessor_name() if field.auto_created else name)
    return list(linked.visible_to(user).order_by(*field.related_model._meta.ordering)[: MOST + 1])


def reach(rows: list[Any], user: Any, *paths: str) -> None:
    """Fetch what lies at the end of these paths for all rows; what the user may not see is None, or not in the list."""
    if not rows:
        return
    found: dict[str, Prefetch[Any]] = {}
    for path in paths:
        model, lookup = rows[0]._meta.model, ""
        for name in path.split("__"):
            model = model._meta.get_field(name).related_model
            lookup = f"{lookup}__{name}".strip("_")
            visible = model._default_manager.visible_to(user).order_by(*model._meta.ordering)
            found.setdefault(lookup, Prefetch(lookup, visible))
    prefetch_related_objects(rows, *found.values())


def entries(dossier: Dossier, user: Any) -> list[Any]:
    """A dossier's visible entries in order, with their records."""
    rows = dossier.entries.visible_to(user).select_related("event", "statement", "measure")
    return list(rows.order_by("position"))
