"""Parts of a record, entered on its page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, UniqueConstraint
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from archive.admin.autocompletes import KeyField, Relations, fetched_with_labels
from archive.admin.forms import PartForm
from archive.forms import MultilineField, PartialDateInput
from archive.models.fields import PartialDateField
from archive.permissions import may_delete, may_write


class PartFormSet(BaseInlineFormSet):
    """Refuses what the database would: the same part twice in what is sent, a deletion of what somebody changed."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        key = form.fields.get(self.model._meta.pk.name)
        if isinstance(key, forms.ModelChoiceField):
            form.fields[self.model._meta.pk.name] = KeyField(
                key.queryset, initial=key.initial, required=False, widget=forms.HiddenInput
            )

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        """A part knows its record, whose name may stand in its heading: it is not read again for each."""
        form = super()._construct_form(i, **kwargs)
        if form.is_marked_added_again:
            form.fields[self.model._meta.pk.name].required = False
        if self.instance.pk is not None:
            self.fk.set_cached_value(form.instance, self.instance)
        return form

    def _should_delete_form(self, form: Any) -> bool:
        return form.is_vanished or bool(super()._should_delete_form(form))

    @property
    def added_by_others(self) -> list[Any]:
        """The parts that were stored since the form was opened, as they were before this form is saved."""
        return self._added_by_others

    _added_by_others: list[Any] = []

    def clean(self) -> None:
        super().clean()
        shown = {form.instance.pk for form in self.initial_forms}
        self._added_by_others = [part for part in self.get_queryset() if part.pk not in shown]
        kept = [form for form in self.forms if form not in self.deleted_forms and form.has_changed()]
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                self._refuse_twice(constraint, [form for form in kept if form.is_valid()])
            elif self.instance.pk is not None and self._is_with_record(constraint):
                self._refuse_against(constraint, kept)
        for form in self.deleted_forms:
            self._refuse_stale_deletion(form)
            self._refuse_deletion_elsewhere(form)

    def pair_with_forms(self) -> None:
        """Have the admin show each form sent with its own part: what is stored may be fewer, or others between."""
        for form in self.initial_forms:
            form.instance.pk = form.instance.pk or form.deleted_key
        self._queryset = [form.instance for form in self.initial_forms]

    def save_new_objects(self, commit: bool = True) -> Any:
        """Also what somebody else deleted and its editor adds again: its form stands among those of stored parts."""
        saved = super().save_new_objects(commit)
        for form in self.initial_forms:
            if form.is_added_again and form.has_changed() and not self._should_delete_form(form):
                saved.append(self.save_new(form, commit=commit))
                if not commit:
                    self.saved_forms.append(form)
        self.new_objects = saved
        return saved

    def _refuse_twice(self, constraint: UniqueConstraint, forms_: list[Any]) -> None:
        names = [name for name in constraint.fields if name != self.fk.name]
        seen = set()
        for form in forms_:
            key = tuple(str(getattr(form.instance, self.model._meta.get_field(name).attname)) for name in names)
            if any(getattr(form.instance, self.model._meta.get_field(name).attname) is None for name in names):
                continue
            if key in seen:
                form.add_error(None, f"Entered twice: got '{form.instance}' again, expected each only once.")
                raise ValidationError(f"{self.model._meta.verbose_name_plural}: '{form.instance}' is entered twice.")
            seen.add(key)

    def _is_with_record(self, constraint: Any) -> bool:
        return isinstance(constraint, CheckConstraint) and self.fk.name in constraint.condition.referenced_base_fields

    def _refuse_against(self, constraint: CheckConstraint, forms_: list[Any]) -> None:
        """What holds between a part and its stored record: the part's own form has no field for the record."""
        for form in forms_:
            try:
                constraint.validate(self.model, form.instance)
            except ValidationError as error:
                form.add_error(None, error)

    def _refuse_stale_deletion(self, form: Any) -> None:
        if form.is_stale and form.instance.pk is not None:
            raise ValidationError(
                f"Not deleted: somebody changed '{form.instance}' while you were editing. It is below as it is stored "
                "now. Save again to delete it all the same, or open the page anew to keep it."
            )

    def _refuse_deletion_elsewhere(self, form: Any) -> None:
        if form.user is not None and form.instance.pk is not None and not may_delete(form.user, form.instance):
            raise ValidationError(
                f"Not deleted: what is published refers to '{form.instance}'. Got a contributor, expected an editor to "
                "delete it."
            )


class _Part(Relations):
    form = PartForm
    formset = PartFormSet
    extra = 0
    show_change_link = True
    formfield_overrides = {
        models.TextField: {"form_class": MultilineField, "widget": forms.Textarea(attrs={"rows": 2, "cols": 40})},
        PartialDateField: {"widget": PartialDateInput},
    }

    def get_formset(self: Any, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs.setdefault("form", type(self.form.__name__, (self.form,), {"user": request.user}))
        return super().get_formset(request, obj, **kwargs)  # type: ignore[misc]

    def get_fields(self: Any, request: HttpRequest, obj: Any = None) -> Any:
        hidden = ("read_version", "shown_state")
        fields = [name for name in super().get_fields(request, obj) if name not in hidden]  # type: ignore[misc]
        return [*fields, *hidden] if self.has_change_permission(request, obj) else fields

    def get_queryset(self: Any, request: HttpRequest) -> Any:
        names = [name for row in self.fields for name in ([row] if isinstance(row, str) else row)]
        known = {field.name for field in [*self.opts.fields, *self.opts.many_to_many]}
        return fetched_with_labels(super().get_queryset(request), [name for name in names if name in known])  # type: ignore[misc]

    def has_change_permission(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)  # type: ignore[misc]
        return allowed and (obj is None or may_write(request.user, obj))

    def has_delete_permission(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        """Who may change a draft may strike parts off it; records listed on its page (appointments) are not parts."""
        if super().has_delete_permission(request, obj):  # type: ignore[misc]
            return True
        is_part = not any(field.name == "status" for field in self.opts.fields)
        return is_part and obj is not None and self.has_change_permission(request, obj)


class PartInline(_Part, admin.TabularInline):
    """Parts with short values, one a row."""


class StackedPartInline(_Part, admin.StackedInline):
    """Parts with long texts, one below the other."""
