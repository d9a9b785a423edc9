"""The action of change lists that sets one field of the selected records, with a preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, ForeignKey, ManyToManyField, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.mixins import AdminMixin
from archive.admin.workflow_actions import limited, submitted
from archive.checks.finding import Finding
from archive.terms import field_label, help_text
from archive.workflow.batch_edit import (
    MAX_EDITED,
    EditedRecord,
    FieldEdit,
    LinkMode,
    apply,
    may_edit,
    preview,
    token_of,
)  # fmt: skip

_ACTION, _TITLE = "edit_field", _("Edit one field")
#: The buttons of the page with the value.
_PREVIEW, _APPLY, _UNTICK = "preview", "apply", "untick"
#: The most contradictions that the preview lists.
_MAX_FINDINGS = 50
#: The most refused records that the message above the preview names.
_MAX_NAMED = 3


class FieldForm(forms.Form):
    """The choice of the field that is edited."""

    field = forms.ChoiceField()

    def __init__(self, data: Mapping[str, Any] | None, columns: dict[str, Any]) -> None:
        super().__init__(data)
        choices = [(name, capfirst(field_label(column.verbose_name))) for name, column in columns.items()]
        self.fields["field"].choices = choices  # type: ignore[attr-defined]


class ValueForm(forms.Form):
    """The new value of a field. ``token`` is that of the preview that the page showed."""

    field = forms.CharField(widget=forms.HiddenInput)
    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, column: Field[Any, Any], value: forms.Field) -> None:
        super().__init__(data, initial={"field": column.name})
        self.column = column
        if isinstance(column, ManyToManyField):
            self.fields["mode"] = forms.ChoiceField(choices=LinkMode.choices, label=_("Do"))
            value.required = False
        value.label, value.help_text = capfirst(field_label(column.verbose_name)), help_text(column.help_text)
        value.initial = None
        self.fields["value"] = value
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), required=False, max_length=500, widget=forms.TextInput(attrs={"class": "vTextField"}),
            help_text=_("Why, in a few words; it is stored in the history of each record."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_replacing = cleaned.get("mode") == LinkMode.REPLACE and self.column.blank
        if self.column.many_to_many and "value" in cleaned and not cleaned["value"] and not is_replacing:
            self.add_error("value", gettext("Got none, expected at least one."))
        return cleaned

    def edit(self) -> FieldEdit:
        """The edit of a valid form."""
        value, mode = self.cleaned_data["value"], self.cleaned_data.get("mode", LinkMode.REPLACE)
        return FieldEdit(self.column, list(value) if self.column.many_to_many else value, LinkMode(mode))


class BatchEditMixin(AdminMixin):
    """For admins of records with a status: the action, and the page with its preview."""

    #: Fields that are not edited over a selection, besides the slug, the status and what is unique to a record.
    batch_excluded: tuple[str, ...] = ()

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)  # type: ignore[misc]
        if self.has_status and may_edit(self.model, request.user):
            actions[_ACTION] = self.get_action(_ACTION)
        return actions

    @admin.action(description=_TITLE)
    def edit_field(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        columns = self._batch_columns(request)
        chooser = FieldForm(submitted(request), columns)
        if not chooser.is_valid():
            page: TemplateResponse | None = self.action_page(request, queryset, _ACTION, _TITLE, chooser)
            return page
        records = limited(request, queryset, MAX_EDITED)
        if not records:
            return None
        column = columns[chooser.cleaned_data["field"]]
        is_sent = bool({_PREVIEW, _APPLY, _UNTICK} & request.POST.keys())
        form = ValueForm(request.POST if is_sent else None, column, self._batch_value_field(request, column))
        rows: list[EditedRecord] = []
        findings: list[Finding] = []
        if form.is_valid():
            edit = form.edit()
            if _APPLY in request.POST and self._apply(request, records, form):
                return None
            rows, findings = preview(records, edit, request.user)
            allowed = [row.record for row in rows if not row.refusals]
            if _UNTICK in request.POST and allowed:
                rows, findings = preview(allowed, edit, request.user)
            data: Any = request.POST.copy()
            data["token"] = token_of(rows, edit)
            form.data = data
        preview_page: TemplateResponse = self._batch_page(request, records, form, rows, findings)
        return preview_page

    def _apply(self, request: HttpRequest, records: list[Any], form: ValueForm) -> bool:
        """Apply the edit, with a message; False if it is refused."""
        reason, token = form.cleaned_data["reason"], form.cleaned_data["token"]
        try:
            count = apply(records, form.edit(), request.user, reason, token)
        except ValidationError as error:
            messages.error(request, gettext("Nothing was changed. {reasons}").format(reasons=" ".join(error.messages)))
            return False
        rest = len(records) - count
        already = " " + gettext("({rest} had this value already)").format(rest=rest) if rest else ""
        messages.success(
            request,
            gettext("{label} of {count} changed{already}.").format(
                label=form.fields["value"].label, count=count, already=already
            ),
        )
        return True

    def _batch_columns(self, request: HttpRequest) -> dict[str, Any]:
        """The fields that can be edited, by name."""
        columns = {}
        for name in flatten_fieldsets(self.get_fieldsets(request)):
            try:
                column = self.opts.get_field(name)
            except FieldDoesNotExist:
                continue
            is_unique = getattr(column, "unique", False)
            if column.editable and not is_unique and name not in ("status", *self.batch_excluded):
                columns[name] = column
        return columns

    def _batch_value_field(self, request: HttpRequest, column: Field[Any, Any]) -> Any:
        """The form field of the record's form, without its buttons that add or change a related record."""
        if isinstance(column, ManyToManyField):
            return self.formfield_for_manytomany(column, request)
        if isinstance(column, ForeignKey):
            return self.formfield_for_foreignkey(column, request)
        return self.formfield_for_dbfield(column, request)

    def _batch_page(
        self,
        request: HttpRequest,
        records: list[Any],
        form: ValueForm,
        rows: list[EditedRecord],
        findings: list[Finding],
    ) -> TemplateResponse:
        context = {
            **self.action_context(request, records, _ACTION, _TITLE, form),
            # What is refused comes first: it may be one of hundreds.
            "rows": sorted(rows, key=lambda row: not row.refusals),
            "first_refused": [row.record for row in rows if row.refusals][:_MAX_NAMED],
            "findings": findings[:_MAX_FINDINGS],
            "more_findings": len(findings[_MAX_FINDINGS:]),
            "changed": sum(row.is_changed and not row.refusals for row in rows),
            "refused": sum(bool(row.refusals) for row in rows),
        }
        return TemplateResponse(request, "admin/archive/batch_edit.html", context)
