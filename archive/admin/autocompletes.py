"""Autocomplete widgets for all relations: no form lists a table, and no row of a form runs a query of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from archive.admin.mixins import AdminMixin
from archive.admin.record_lookup import is_primary_key
from archive.labels import label_relations, record_label
from archive.models.merged_record import merge_targets
from archive.terms import record_type


class _LabelledOptionsMixin:
    """Autocomplete that labels its selected options by ``records``, as far as the form has loaded them.

    A label is made when the option is rendered: it may read a relation, which a form that is saved need not do.
    """

    #: Primary key as text -> record.
    records: dict[str, models.Model] = {}

    def optgroups(self: Any, name: str, value: list[Any], attr: object = None) -> list[Any]:
        places = {key: place for place, key in enumerate(self.records)}
        selected = [str(key) for key in value if str(key) not in self.choices.field.empty_values]
        selected.sort(key=lambda key: places.get(key, len(places)))
        labels = {key: record_label(self.records[key]) for key in selected if key in self.records}
        if missing := [key for key in selected if key not in labels]:
            rows = self.choices.queryset.filter(pk__in=[key for key in missing if is_primary_key(key)])
            labels |= {
                str(record.pk): record_label(record) for record in rows.select_related(*label_relations(rows.model))
            }
        options = []
        if not self.is_required and not self.allow_multiple_selected:
            options.append(self.create_option(name, "", "", False, 0))
        for key in selected:
            if key in labels:
                options.append(self.create_option(name, key, labels[key], True, len(options)))
        return [(None, options, 0)]


class RecordChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A record by its key; a record that was merged since the form was opened is the one that it was merged into.

    A number too large for the database is an invalid choice, not a database error.
    """

    #: Primary key as text -> record: what the form's instance is linked to, and what is loaded for several forms
    #: together. Choosing these needs no query.
    linked: dict[str, Any] = {}

    def to_python(self, value: object) -> Any:
        if value in self.empty_values or isinstance(value, models.Model):
            return super().to_python(value)
        if str(value) in self.linked:
            return self.linked[str(value)]
        if is_primary_key(str(value)):
            try:
                return super().to_python(value)
            except ValidationError:
                if (target := _merged_into(self.queryset, [value]).get(str(value))) is None:
                    raise
                return super().to_python(target)
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})


class RecordMultipleChoiceField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Records by their keys, checked as by ``RecordChoiceField``."""

    #: As in ``RecordChoiceField``.
    linked: dict[str, Any] = {}

    def _check_values(self, value: object) -> Any:
        if isinstance(value, list | tuple) and {str(key) for key in value} <= self.linked.keys():
            return [self.linked[key] for key in dict.fromkeys(map(str, value))]
        return super()._check_values(value)  # type: ignore[misc]

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, list | tuple) else ():
            if not is_primary_key(str(key)):
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, code="invalid_pk_value", params={"pk": key})
        try:
            return super().clean(value)
        except ValidationError as error:
            if error.code != "invalid_choice" or not (targets := _merged_into(self.queryset, value)):
                raise
            return super().clean([targets.get(str(key), key) for key in value])


def _merged_into(rows: Any, keys: Iterable[Any]) -> dict[str, str]:
    """The records that these were merged into since the form was opened: key -> key of the other one."""
    targets = merge_targets((rows.model, int(key)) for key in keys)
    return {str(pk): str(target) for (_, pk), target in targets.items()}


class RecordSelect(_LabelledOptionsMixin, AutocompleteSelect):  # type: ignore[misc]
    """Autocomplete of a foreign key; ``without`` is the primary key of a record that it does not offer."""

    without: int | None = None

    def get_url(self) -> str:
        url = str(super().get_url())
        return url if self.without is None else f"{url}?without={self.without}"


class RecordSelectMultiple(_LabelledOptionsMixin, AutocompleteSelectMultiple):  # type: ignore[misc]
    """Autocomplete of a many-to-many relation, without the button that clears all.

    select2 puts that button into its list of selected items, which then is no valid list for a screen reader.
    """

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> Any:
        return {**super().build_attrs(base_attrs, extra_attrs), "data-allow-clear": "false"}


class RelatedRecordWidget(RelatedFieldWidgetWrapper):
    """Buttons to change or add a related record, named in the active language; none to delete it by mistake."""

    def __init__(self, wrapper: RelatedFieldWidgetWrapper) -> None:
        super().__init__(
            wrapper.widget, wrapper.rel, wrapper.admin_site, wrapper.can_add_related, wrapper.can_change_related
        )

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {**context, "model": record_type(context["model"])}


class AutocompleteRelationsMixin(AdminMixin):
    """For admins and inlines: autocompletes for all relations, over the records visible to the user."""

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        fields = [*self.opts.fields, *self.opts.many_to_many]
        return [field.name for field in fields if field.remote_field is not None and field.editable]

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: object
    ) -> Any:
        options = self._relation_options(RecordSelect, RecordChoiceField, db_field, request) | _texts(kwargs)
        return super().formfield_for_foreignkey(db_field, request, **options)  # type: ignore[misc]

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[Any, Any], request: HttpRequest, **kwargs: object
    ) -> Any:
        options = self._relation_options(RecordSelectMultiple, RecordMultipleChoiceField, db_field, request)
        options |= _texts(kwargs)
        return super().formfield_for_manytomany(db_field, request, **options)  # type: ignore[misc]

    def _relation_options(
        self,
        widget: type[RecordSelect | RecordSelectMultiple],
        form_class: type[forms.Field],
        db_field: Any,
        request: HttpRequest,
    ) -> dict[str, Any]:
        visible = db_field.remote_field.model._default_manager.visible_to(request.user)
        return {"form_class": form_class, "widget": widget(db_field, self.admin_site), "queryset": visible}

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: object) -> Any:
        """With buttons to change or add a related record."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = RelatedRecordWidget(field.widget)
        return field


def _texts(options: dict[str, Any]) -> dict[str, Any]:
    """The label and help text among a form field's options."""
    return {name: options[name] for name in ("label", "help_text") if name in options}


def set_linked_records(form: forms.ModelForm[Any]) -> None:
    """Give a form's choices of records the related records that its instance, or initial data, has: also as labels."""
    prefetched = getattr(form.instance, "_prefetched_objects_cache", {})
    for name, field in form.fields.items():
        widget = getattr(field.widget, "widget", field.widget)
        if not isinstance(widget, _LabelledOptionsMixin):
            continue
        relation = form.instance._meta.get_field(name)
        if form.instance.pk is None and name in form.initial:
            value = form.initial[name]
            items = value if isinstance(value, list | tuple) else [value]
            records = [item for item in items if isinstance(item, models.Model)]
        elif relation.many_to_many:
            records = prefetched.get(name, ())
        else:
            records = [getattr(form.instance, name)] if relation.is_cached(form.instance) else []
        linked = {str(record.pk): record for record in records if record is not None}
        if form.instance.pk is not None and isinstance(field, RecordChoiceField | RecordMultipleChoiceField):
            field.linked = linked
        widget.records = linked
