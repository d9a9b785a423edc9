"""Template filter of the values of fields that a user may read and not change."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.admin.helpers import AdminReadonlyField
from django.contrib.admin.utils import lookup_field
from django.core.exceptions import ObjectDoesNotExist

from archive.terms import term

register = template.Library()


@register.filter
def readonly_contents(field: AdminReadonlyField) -> str:
    """The value as Django shows it, and that of a vocabulary by its name in the language of the page."""
    try:
        column: Any = lookup_field(field.field["field"], field.form.instance, field.model_admin)[0]
    except (AttributeError, ValueError, ObjectDoesNotExist):
        column = None
    value = getattr(field.form.instance, column.attname) if getattr(column, "choices", None) else None
    label = dict(column.flatchoices).get(value) if value not in (None, "") else None
    return term(str(label)) if label is not None else str(field.contents())
