"""Walking from a row to its kin: visible related rows, and the way back."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


def back_name(model: type[Model], relation: str) -> str:
    """The lookup by which related rows find the row that they belong to."""
    field: Any = model._meta.get_field(relation)
    return str(field.remote_field.name if field.auto_created else field.related_query_name())


def visible_kin(model: type[Model], relation: str, user: Any) -> Any:
    """All rows of the related model that the user may see."""
    related: Any = model._meta.get_field(relation).related_model
    return related._default_manager.visible_to(user)
