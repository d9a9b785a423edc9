"""Records by the primary keys in addresses and forms, which hold any text; and the address of a record's form."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext


def is_primary_key(text: str) -> bool:
    """Whether the text can be a primary key: request parameters hold any text."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def row_with_key(rows: QuerySet[Any], text: str) -> Any:
    """The row with this primary key; None if there is none, or the text is no key."""
    return rows.filter(pk=text).first() if is_primary_key(text) else None


def record_or_404(model_admin: ModelAdmin[Any], request: HttpRequest, object_id: str) -> Any:
    """The record of an admin at an address, among those that the user sees. Raises Http404."""
    record = row_with_key(model_admin.get_queryset(request), object_id)
    if record is None:
        raise Http404(
            gettext("There is no {kind} with the number '{number}'.").format(
                kind=model_admin.opts.verbose_name, number=object_id[:64]
            )
        )
    return record


def record_form_url(record: Model) -> str:
    """The address of the record's form."""
    return reverse(f"admin:archive_{record._meta.model_name}_change", args=[record.pk])
