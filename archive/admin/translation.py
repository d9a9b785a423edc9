"""Names, help texts and values of the models in the language that the user of the admin chose.

The models' own texts stay English (:mod:`archive.terms`). In English nothing here changes what Django's admin does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import get_language

from archive.models.fields import PartialDateField
from archive.terms import date_in_words, field_label, help_text, record_type, term


class TranslatedOptions:
    """A model's options with its names in the active language; all other attributes are the model's own."""

    def __init__(self, options: Any) -> None:
        self._options = options

    @property
    def verbose_name(self) -> str:
        return record_type(self._options.verbose_name)

    @property
    def verbose_name_plural(self) -> str:
        return record_type(self._options.verbose_name_plural)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._options, name)


class TranslatedFormMixin:
    """For admins and inlines: names, labels, help texts and choices of a form's fields in the active language."""

    def __init__(self: Any, *args: Any) -> None:
        super().__init__(*args)  # type: ignore[misc]
        self.opts = TranslatedOptions(self.opts)

    def get_form(self: Any, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **_texts(self.model), **kwargs)  # type: ignore[misc]

    def get_formset(self: Any, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, **_texts(self.model), **kwargs)  # type: ignore[misc]

    def formfield_for_choice_field(self: Any, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]
        if _is_translated() and isinstance(field, forms.ChoiceField):
            field.choices = [(value, term(str(label))) for value, label in list(field.choices)]  # type: ignore[arg-type, misc]
        return field


class TranslatedListMixin:
    """For admins: a list's values of vocabularies and dates in the active language."""

    def get_list_display(self: Any, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)  # type: ignore[misc]
        if not _is_translated():
            return columns
        fixed = self.get_list_display_links(request, columns) or ()
        return [name if name in fixed else _column(self.model, name) for name in columns]


def _is_translated() -> bool:
    return get_language() != settings.LANGUAGE_CODE


def _texts(model: type[Model]) -> dict[str, dict[str, str]]:
    """Labels and help texts of a model's fields, as form factories take them; none in English."""
    if not _is_translated():
        return {}
    fields = [field for field in (*model._meta.fields, *model._meta.many_to_many) if not field.auto_created]
    return {
        "labels": {field.name: capfirst(field_label(field.verbose_name)) for field in fields},
        "help_texts": {field.name: help_text(field.help_text) for field in fields if field.help_text},
    }


def _column(model: type[Model], name: Any) -> str | Callable[[Any], str]:
    """A column of a list: the name of the field, or a function that translates its value."""
    field: Any = next((field for field in model._meta.fields if field.name == name), None)
    if field is None or not (field.choices or isinstance(field, PartialDateField)):
        return name  # type: ignore[no-any-return]

    @admin.display(description=field_label(field.verbose_name), ordering=name)
    def column(record: Any) -> str:
        value = getattr(record, name)
        if not value:
            return "-"
        return term(getattr(record, f"get_{name}_display")()) if field.choices else date_in_words(value)

    column.__name__ = name
    return column
