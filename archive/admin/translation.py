"""Names, help texts and values of the models in the language that the user of the admin chose.

The models' own texts stay English (:mod:`archive.terms`). In English nothing here changes what Django's admin does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.db.models import Field, Model, QuerySet
from django.db.models.options import Options
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language

from archive.admin.mixins import AdminMixin
from archive.filters import FILTERSETS
from archive.models.fields import PartialDateField
from archive.terms import FIELD, date_in_words, field_label, help_text, record_type, term

#: Between the record and the relation in the name of a link.
_ARROW = " → "


class TranslatedOptions:
    """A model's options with its names in the active language; all other attributes are the model's own."""

    def __init__(self, options: Options[Any]) -> None:
        self._options = options

    @property
    def verbose_name(self) -> str:
        return record_type(self._options.verbose_name)

    @property
    def verbose_name_plural(self) -> str:
        return record_type(self._options.verbose_name_plural)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._options, name)


def _translate_options(model_admin: Any) -> None:
    model_admin.opts = TranslatedOptions(model_admin.opts)


class TranslatedFormMixin(AdminMixin):
    """For admins and inlines: names, labels, help texts and choices of a form's fields in the active language."""

    def __init__(self, model: type[Model], admin_site: AdminSite) -> None:
        super().__init__(model, admin_site)
        _translate_options(self)

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: object) -> Any:
        return super().get_form(request, obj, change, **_texts(self.model), **kwargs)  # type: ignore[misc]

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: object) -> Any:
        return super().get_formset(request, obj, **_texts(self.model), **kwargs)  # type: ignore[misc]

    def formfield_for_choice_field(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: object) -> Any:
        field = super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]
        if _is_translated() and isinstance(field, forms.ChoiceField):
            field.choices = [(value, term(str(label))) for value, label in list(field.choices)]  # type: ignore[arg-type, misc]
        return field


class TranslatedDeletionMixin(AdminMixin):
    """For admins: the names of what would be deleted with a record in the active language."""

    def get_deleted_objects(self, objs: Sequence[Any] | QuerySet[Any, Any], request: HttpRequest) -> Any:
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)  # type: ignore[misc]
        if not _is_translated():
            return to_delete, counts, perms_needed, protected
        plurals = _plural_names()
        counts = {plurals.get(str(name), name): count for name, count in counts.items()}
        perms_needed = {record_type(name) for name in perms_needed}
        return _translated_items(to_delete), counts, perms_needed, _translated_items(protected)


class TranslatedListMixin(AdminMixin):
    """For admins: a list's values of vocabularies and dates in the active language."""

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)  # type: ignore[misc]
        if not _is_translated():
            return columns
        fixed = self.get_list_display_links(request, columns) or ()
        return [name if name in fixed else _column(self.model, name) for name in columns]


def messages() -> Iterator[tuple[str, str]]:
    """(context, text) of the names of the filters by records that the lists show, for the catalogues."""
    for filterset in FILTERSETS.values():
        names = (name for name, item in filterset.base_filters.items() if "models" in item.extra)
        yield from ((FIELD, name.replace("_", " ")) for name in names)


def _plural_names() -> dict[str, str]:
    """Plural verbose name of each model, also of links -> the name in the active language."""
    models = apps.get_app_config("archive").get_models(include_auto_created=True)
    return {
        str(model._meta.verbose_name_plural): (
            _link_name(str(model._meta.verbose_name))
            if model._meta.auto_created
            else record_type(model._meta.verbose_name_plural)
        )
        for model in models
    }


def _link_name(name: str) -> str:
    """The verbose name of a model, or of a link ("event → topics")."""
    record, arrow, relation = name.partition(_ARROW)
    return f"{record_type(record)}{arrow}{field_label(relation)}"


def _translated_items(items: list[Any] | str) -> Any:
    """A nested list of "Event: <a>name</a>" with the models' names in the active language."""
    if isinstance(items, list):
        return [_translated_items(item) for item in items]
    kind, colon, text = items.partition(": ")
    translated = _link_name(kind[:1].lower() + kind[1:])
    if not isinstance(items, SafeString):
        return f"{translated}{colon}{text}"
    return format_html("{}{}{}", translated, colon, SafeString(text))


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


def _column(model: type[Model], name: Any) -> Any:
    """A column of a list as Django takes it: the name of the field, or a function that translates its value."""
    field: Any = next((field for field in model._meta.fields if field.name == name), None)
    if field is None or not (field.choices or isinstance(field, PartialDateField)):
        return name

    @admin.display(description=field_label(field.verbose_name), ordering=name)
    def column(record: Model) -> str:
        value = getattr(record, name)
        if not value:
            return "-"
        return term(getattr(record, f"get_{name}_display")()) if field.choices else date_in_words(value)

    column.__name__ = name
    return column
