"""Visible related records for a page."""

from __future__ import annotations

from typing import Any

from archive.models import Appointment, Dossier, SpeechAct


def related(record: Any, name: str, user: Any) -> list[Any]:
    """The visible records of a relation, forward or back, as a list."""
    field = record._meta.get_field(name)
    rows = field.related_model._default_manager.visible_to(user)
    if field.many_to_one:
        key = getattr(record, f"{name}_id")
        return list(rows.filter(pk=key)) if key is not None else []
    linked = getattr(record, field.get_accessor_name() if field.auto_created else name).all()
    rows = rows.filter(pk__in=linked.values("pk")).order_by(*field.related_model._meta.ordering)
    if field.related_model is Appointment:
        rows = rows.select_related("office__body", "official")
    if field.related_model is SpeechAct:
        rows = rows.select_related("statement")
    return list(rows[:200])


def entries(dossier: Dossier, user: Any) -> list[Any]:
    """A dossier's visible entries in order, with their records."""
    rows = dossier.entries.visible_to(user).select_related("event", "statement", "measure")
    return list(rows.order_by("position"))
