"""Inlines and formsets for the parts of a record, with merging, uniqueness checks and numbering."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Max, UniqueConstraint
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.autocompletes import AutocompleteRelationsMixin, RecordChoiceField
from archive.admin.collapsed_parts import COLLAPSED, MAX_EXPANDED, expanded_parts
from archive.admin.forms import PartForm, RecordForm, save_forms
from archive.admin.links import load_labels, set_links, with_relations
from archive.admin.proposals import writing_user
from archive.admin.repeated_parts import mark_repeated
from archive.admin.translation import TranslatedFormMixin
from archive.forms import MultilineField, PartialDateInput
from archive.labels import part_label
from archive.models.check_conditions import is_satisfied
from archive.models.fields import PartialDateField
from archive.models.history import BaselineHistoricalRecords, with_has_revisions
from archive.permissions import may_delete, may_write
from archive.terms import record_type

MAX_POSITION = 9_999
_POSITION_HELP = _("Left empty: the next.")


class PartFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Formset of parts that checks what the database would refuse: duplicates, and deletions of changed parts."""

    model: type[Any]
    #: The integer field with the position of numbered parts.
    position_field = ""
    #: The parts that the form's address expands.
    expanded: frozenset[str] = frozenset()
    _added_by_others: list[Any] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A form for each part that is filled in, and no empty one.
        self.extra = len(kwargs.get("initial") or ()) or self.extra

    def get_queryset(self) -> Any:
        if not hasattr(self, "_queryset"):
            for part in super().get_queryset():
                set_links(part)
        return self._queryset

    def add_fields(self, form: forms.ModelForm[Any], index: int | None) -> None:
        super().add_fields(form, index)
        part_form = cast(PartForm, form)
        part_form.position_field = self.position_field
        if self._is_collapsed(part_form, index):
            part_form.collapse()
        key = form.fields.get(self.model._meta.pk.name)
        if isinstance(key, forms.ModelChoiceField):
            choice = RecordChoiceField(key.queryset, initial=key.initial, required=False, widget=forms.HiddenInput)
            if form.instance.pk is not None:
                choice.linked = {str(form.instance.pk): form.instance}
            form.fields[self.model._meta.pk.name] = choice

    def _is_collapsed(self, form: PartForm, index: int | None) -> bool:
        stored = self.initial_form_count()
        if index is None or index >= stored:
            return False
        if form.is_bound:
            return form.add_prefix(COLLAPSED) in form.data
        return stored > MAX_EXPANDED and f"{self.prefix}-{form.instance.pk}" not in self.expanded

    def _construct_form(self, i: int, **kwargs: object) -> Any:
        """The form, with the parent record set on its instance: its name in the row's heading needs no query."""
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if form.is_marked_added_again:
            form.fields[self.model._meta.pk.name].required = False
        if self.instance.pk is not None:
            self.fk.set_cached_value(form.instance, self.instance)
        return form

    def _should_delete_form(self, form: Any) -> bool:
        return form.is_dropped or form.is_repeated or bool(super()._should_delete_form(form))  # type: ignore[misc]

    @property
    def added_by_others(self) -> list[Any]:
        """The parts that others stored since the form was opened."""
        return self._added_by_others

    def has_changed(self) -> bool:
        return any(form.has_changed() and not cast(PartForm, form).is_repeated for form in self)

    def mark_repeated(self) -> None:
        """Leave out the new parts that are stored already: of a form sent twice, nothing is stored twice."""
        form_keys = {form.instance.pk for form in self.initial_forms}
        is_stored = self.instance.pk is not None
        self._added_by_others = [part for part in self.get_queryset() if part.pk not in form_keys] if is_stored else []
        mark_repeated(cast(list[PartForm], self.extra_forms), self._added_by_others, self.position_field)

    def clean(self) -> None:
        self.mark_repeated()
        super().clean()
        changed = [form for form in self.forms if form not in self.deleted_forms and form.has_changed()]
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                self._validate_unique(constraint, [form for form in changed if form.is_valid()])
            elif self.instance.pk is not None and self._names_parent(constraint):
                self._validate_check(constraint, changed)
        for form in self.deleted_forms:
            self._validate_deletion(form)

    def align_with_forms(self) -> None:
        """Replace the queryset by the submitted forms' instances: the admin pairs rows and forms by position."""
        for form in self.initial_forms:
            form.instance.pk = form.instance.pk or form.deleted_key  # type: ignore[attr-defined]
        self._queryset = [form.instance for form in self.initial_forms]

    def ensure_baselines(self) -> None:
        """Store the first revision of the parts that are about to change and have none, as they are stored now."""
        changed = [form for form in self.initial_forms if form.instance.pk is not None and form.has_changed()]
        rows = [form.instance for form in changed if form not in self.deleted_forms]
        if rows and self.model in BaselineHistoricalRecords.by_model:
            BaselineHistoricalRecords.by_model[self.model].ensure_baselines(rows)

    def save_existing(self, form: forms.ModelForm[Any], obj: models.Model, commit: bool = True) -> Any:
        """Leaves the part to ``save_existing_objects``, which stores all changed parts together."""
        if commit:
            self._unsaved_forms.append(form)
        return super().save_existing(form, obj, commit=False)

    def save_existing_objects(self, commit: bool = True) -> Any:
        self._unsaved_forms: list[Any] = []
        saved = super().save_existing_objects(commit)
        save_forms(self._unsaved_forms)
        return saved

    def save_new(self, form: forms.ModelForm[Any], commit: bool = True) -> Any:
        """Leaves the part to ``save_new_objects``, which stores all new parts together."""
        if commit:
            self._unsaved_forms.append(form)
        return super().save_new(form, commit=False)

    def save_new_objects(self, commit: bool = True) -> Any:
        """Also saves parts that somebody else deleted and the user adds again: they are among the initial forms."""
        self._unsaved_forms = []
        saved = super().save_new_objects(commit)
        for form in self.initial_forms:
            if form.is_added_again and form.has_changed() and not self._should_delete_form(form):  # type: ignore[attr-defined]
                saved.append(self.save_new(form, commit=commit))
                if not commit:
                    self.saved_forms.append(form)
        save_forms(self._unsaved_forms)
        self.new_objects = saved
        return saved

    def _validate_unique(self, constraint: UniqueConstraint, part_forms: list[Any]) -> None:
        columns = [self.model._meta.get_field(name).attname for name in constraint.fields if name != self.fk.name]
        others = {self._unique_key(part, columns): part for part in self._added_by_others}
        seen = set()
        for form in part_forms:
            key = self._unique_key(form.instance, columns)
            if key is None:
                continue
            if key in others and form.instance.pk is None:
                text = gettext("Got '{instance}', which was added since you opened the page: expected another.")
                form.add_error(None, text.format(instance=part_label(others[key])))
            if key in seen:
                form.add_error(
                    None,
                    gettext("Entered twice: got '{instance}' again, expected each only once.").format(
                        instance=part_label(form.instance)
                    ),
                )
                raise ValidationError(
                    gettext("{verbose_name_plural}: '{instance}' is entered twice.").format(
                        verbose_name_plural=record_type(str(self.model._meta.verbose_name_plural)),
                        instance=part_label(form.instance),
                    )
                )
            seen.add(key)

    def _unique_key(self, part: models.Model, columns: list[str]) -> tuple[str, ...] | None:
        """The part's values of the columns, None if one of them is NULL, which equals no other."""
        values = [getattr(part, column) for column in columns]
        return None if None in values else tuple(map(str, values))

    def _names_parent(self, constraint: object) -> bool:
        if not isinstance(constraint, CheckConstraint):
            return False
        condition: Any = constraint.condition
        return self.fk.name in condition.referenced_base_fields

    def _validate_check(self, constraint: CheckConstraint, part_forms: list[Any]) -> None:
        """Checks that involve the parent record, which the part's own form has no field for."""
        for form in part_forms:
            if is_satisfied(constraint, form.instance):
                continue
            try:
                constraint.validate(self.model, form.instance)
            except ValidationError as error:
                form.add_error(None, error)

    def _validate_deletion(self, form: Any) -> None:
        if form.instance.pk is None:
            return
        if form.is_stale:
            raise ValidationError(
                gettext(
                    "Not deleted: somebody changed '{instance}' while you were editing. It is "
                    "below as it is stored now. Save again to delete it all the same, or reload the page to keep it."
                ).format(instance=part_label(form.instance))
            )
        if form.user is not None and not may_delete(form.user, form.instance):
            raise ValidationError(
                gettext(
                    "Not deleted: a published record refers to '{instance}'. "
                    "Got a contributor, expected an editor to delete it."
                ).format(instance=part_label(form.instance))
            )


class PositionedPartForm(RecordForm):
    """A numbered part on a page of its own: an empty position becomes the next free one of its parent."""

    #: The integer field with the position, and the foreign key to the parent.
    position_field: str
    parent_field: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.position_field in self.fields:
            self.fields[self.position_field].required = False
            self.fields[self.position_field].help_text += f" {_POSITION_HELP}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        parent = cleaned.get(self.parent_field)
        if parent is not None and self.position_field in cleaned and cleaned[self.position_field] is None:
            # Serializes two concurrent saves: the second counts what the first has stored.
            type(parent)._default_manager.select_for_update().filter(pk=parent.pk).first()
            siblings = self._meta.model._default_manager.filter(**{self.parent_field: parent})
            last = siblings.exclude(pk=self.instance.pk).aggregate(last=Max(self.position_field))["last"]
            cleaned[self.position_field] = (last or 0) + 1
        return cleaned


class PositionedFormSet(PartFormSet):
    """Formset of parts numbered from 1: empty positions are filled in after the last, and parts may swap positions."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields[self.position_field].required = False
        form.fields[self.position_field].help_text += f" {_POSITION_HELP}"

    def clean(self) -> None:
        self.mark_repeated()
        filled = [form for form in self.forms if form not in self.deleted_forms and self._is_filled(form)]
        others = self._positions_of_others()
        taken: set[int] = set()
        for form in filled:
            number = form.cleaned_data.get(self.position_field)
            if number is None:
                continue
            if message := self._position_error(number, taken, others):
                form.add_error(self.position_field, message)
            taken.add(number)
        taken |= {*others}
        for form in filled:
            if form.cleaned_data.get(self.position_field) is None:
                number = max(taken, default=0) + 1
                taken.add(number)
                setattr(form.instance, self.position_field, number)
        super().clean()

    def _position_error(self, number: int, taken: set[int], others: dict[int, Any]) -> str:
        if not 1 <= number <= MAX_POSITION:
            return gettext("Got {number}, expected a number from 1 to {max_position}.").format(
                number=number, max_position=MAX_POSITION
            )
        if number in taken:
            return gettext("Got {number} twice, expected each once; empty: numbered by itself.").format(number=number)
        if number in others:
            return gettext(
                "Got {number}, which '{value}' has since you opened the "
                "page, expected another or none: numbered by itself."
            ).format(number=number, value=others[number])
        return ""

    def _positions_of_others(self) -> dict[int, Any]:
        """Position -> stored part that has no form: somebody added it since the form was opened."""
        if self.instance.pk is None:
            return {}
        form_keys = {form.instance.pk for form in self.initial_forms}
        others = [part for part in self.get_queryset() if part.pk not in form_keys]
        return {getattr(part, self.position_field): part for part in others}

    def _is_filled(self, form: Any) -> bool:
        if form.is_dropped or form.is_repeated:
            return False
        return hasattr(form, "cleaned_data") and (form.instance.pk is not None or form.has_changed())

    def save_existing_objects(self, commit: bool = True) -> Any:
        """Move the parts that change position above ``MAX_POSITION`` first: the constraint is checked row by row."""
        moving = [form.instance.pk for form in self.initial_forms if self._moves(form)]
        if commit and moving:
            self.ensure_baselines()  # with the positions that they had
            free = F(self.position_field) + MAX_POSITION + 1
            self.model._default_manager.filter(pk__in=moving).update(**{self.position_field: free})
        return super().save_existing_objects(commit)

    def _moves(self, form: forms.ModelForm[Any]) -> bool:
        return form.instance.pk is not None and (form in self.deleted_forms or self.position_field in form.changed_data)


class _PartInlineMixin(TranslatedFormMixin, AutocompleteRelationsMixin):
    form = PartForm
    formset = PartFormSet
    extra = 0
    show_change_link = True
    formfield_overrides = {
        models.TextField: {"form_class": MultilineField, "widget": forms.Textarea(attrs={"rows": 2, "cols": 40})},
        PartialDateField: {"widget": PartialDateInput},
    }

    def __init__(self: Any, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        self.verbose_name = record_type(self.verbose_name)
        self.verbose_name_plural = record_type(self.verbose_name_plural)

    def get_formset(self, request: HttpRequest, obj: models.Model | None = None, **kwargs: object) -> Any:
        kwargs.setdefault("form", type(self.form.__name__, (self.form,), {"user": writing_user(request)}))
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        formset.expanded = expanded_parts(request)
        return formset

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        hidden = ("read_version", "form_state")
        fields = [name for name in super().get_fields(request, obj) if name not in hidden]  # type: ignore[misc]
        return [*fields, *hidden] if self.has_change_permission(request, obj) else fields

    def get_queryset(self, request: HttpRequest) -> Any:
        names = {name for row in self.fields or () for name in ([row] if isinstance(row, str) else row)}
        relations = [field.name for field in [*self.opts.fields, *self.opts.many_to_many] if field.name in names]
        rows = with_relations(super().get_queryset(request), relations)  # type: ignore[misc]
        return with_has_revisions(rows) if request.method == "POST" else rows

    def load_shown(self, request: HttpRequest, part_forms: Iterable[forms.ModelForm[Any]]) -> None:
        """Load what is read of the parts when their forms are shown, and not when they are saved."""
        load_labels(part_forms)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)  # type: ignore[misc]
        return allowed and (obj is None or may_write(writing_user(request), obj))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Users who may change a draft may delete its parts, but not the records listed on its page (appointments)."""
        if super().has_delete_permission(request, obj):  # type: ignore[misc]
            return True
        is_part = not any(field.name == "status" for field in self.opts.fields)
        return is_part and obj is not None and self.has_change_permission(request, obj)


class PartInline(_PartInlineMixin, admin.TabularInline):  # type: ignore[misc, type-arg]
    """Inline of parts with short values, one per table row."""

    template = "admin/archive/parts/tabular.html"
    part_template = "admin/archive/parts/tabular_part.html"

    @property
    def collapsed_span(self) -> int:
        """The columns that a collapsed part has no cells of its own for."""
        return len(flatten(self.fields or ())) + 1 - bool(self.formset.position_field)


class StackedPartInline(_PartInlineMixin, admin.StackedInline):  # type: ignore[misc, type-arg]
    """Inline of parts with long texts, one below the other."""

    template = "admin/archive/parts/stacked.html"
    part_template = "admin/archive/parts/stacked_part.html"
