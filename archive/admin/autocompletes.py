"""Every relation is chosen by typing: no form lists a table, and no row of a form asks the database by itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from archive.admin.labels import label, needs


class _Known:
    """An autocomplete that takes the labels of what is chosen from the form, where the form has fetched them."""

    known: dict[str, str] = {}

    def optgroups(self: Any, name: str, value: list[Any], attr: Any = None) -> list[Any]:
        chosen = [str(key) for key in value if str(key) not in self.choices.field.empty_values]
        labels = {key: self.known[key] for key in chosen if key in self.known}
        missing = [key for key in chosen if key not in labels]
        if missing:
            found = self.choices.queryset.filter(pk__in=[key for key in missing if is_key(key)])
            labels |= {str(one.pk): label(one) for one in found.select_related(*needs(found.model))}
        options = []
        if not self.is_required and not self.allow_multiple_selected:
            options.append(self.create_option(name, "", "", False, 0))
        for key in chosen:
            if key in labels:
                options.append(self.create_option(name, key, labels[key], True, len(options)))
        return [(None, options, 0)]


def is_key(text: str) -> bool:
    """Whether the text can be a primary key: a form shown again holds whatever was sent."""
    return text.isascii() and text.isdecimal() and len(text) < 19


class KeyField(forms.ModelChoiceField):
    """A record by its key. A number that no database holds is no choice, and no error of the database either."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or isinstance(value, models.Model) or is_key(str(value)):
            return super().to_python(value)
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})


class KeysField(forms.ModelMultipleChoiceField):
    """Records by their keys."""

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, list | tuple) else ():
            if not is_key(str(key)):
                told = self.error_messages["invalid_pk_value"]
                raise ValidationError(told, code="invalid_pk_value", params={"pk": key})
        return super().clean(value)


class ChooseOne(_Known, AutocompleteSelect):
    """A foreign key."""


class ChooseMany(_Known, AutocompleteSelectMultiple):
    """A many-to-many relation. What is chosen is removed one by one: no button empties it at once.

    select2 puts that button into its list of chosen items, which then is no valid list to a screen reader.
    """

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        return {**super().build_attrs(base_attrs, extra_attrs), "data-allow-clear": "false"}


class Relations:
    """For admins and inlines: autocompletes for all relations, over what the user may see."""

    def get_autocomplete_fields(self: Any, request: HttpRequest) -> list[str]:
        fields = [*self.opts.fields, *self.opts.many_to_many]
        return [field.name for field in fields if field.remote_field is not None and field.editable]

    def formfield_for_foreignkey(self: Any, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(
            db_field, request, **self._choosing(ChooseOne, KeyField, db_field, request)
        )  # type: ignore[misc]

    def formfield_for_manytomany(self: Any, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(
            db_field, request, **self._choosing(ChooseMany, KeysField, db_field, request)
        )  # type: ignore[misc]

    def _choosing(self: Any, widget: Any, form_class: Any, db_field: Any, request: HttpRequest) -> dict[str, Any]:
        visible = db_field.remote_field.model._default_manager.visible_to(request.user)
        return {"form_class": form_class, "widget": widget(db_field, self.admin_site), "queryset": visible}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Beside a relation: change what is chosen, or add one. Deleting it from here would be a slip of the hand."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field


def fetched_with_labels(queryset: Any, names: list[str]) -> Any:
    """The queryset with the relations of those names, and what their labels read, in a fixed number of statements."""
    for name in names:
        field = queryset.model._meta.get_field(name)
        if field.many_to_one:
            queryset = queryset.select_related(name, *(f"{name}__{path}" for path in needs(field.related_model)))
        elif field.many_to_many:
            related = field.related_model._default_manager.select_related(*needs(field.related_model))
            queryset = queryset.prefetch_related(models.Prefetch(name, related))
    return queryset


def tell_labels(form: Any) -> None:
    """Give a form's autocompletes the labels of the related records that its instance holds already."""
    fetched = getattr(form.instance, "_prefetched_objects_cache", {})
    for name, field in form.fields.items():
        widget = getattr(field.widget, "widget", field.widget)
        if not isinstance(widget, _Known):
            continue
        relation = form.instance._meta.get_field(name)
        if relation.many_to_many:
            records = fetched.get(name, ())
        else:
            records = [getattr(form.instance, name)] if relation.is_cached(form.instance) else []
        widget.known = {str(record.pk): label(record) for record in records if record is not None}
