"""The forms of records and of their parts: who may set what, and nobody's work lost under somebody else's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from archive.admin.autocompletes import tell_labels
from archive.admin.labels import label
from archive.choices import Status
from archive.dates import PartialDate
from archive.querysets.access import PUBLISH, UNPUBLISHED, may_write

#: Fields that say how to save, and are not the record's own.
_OF_THE_SAVING = ("read_version", "change_reason", "DELETE")


class GuardedForm(forms.ModelForm):
    """A record or a part, with the version that was read: a stale one is not saved, and nothing typed is lost."""

    #: Set by the admin: who edits.
    user: Any = None
    #: Whether somebody saved the record since it was read.
    is_stale = False

    read_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.pk is not None
        if stored and "read_version" in self.fields:
            self.fields["read_version"].initial = self.instance.version
        if self.user is not None and "status" in self.fields and not self.user.has_perm(PUBLISH):
            self._keep_to_drafts(stored)
        tell_labels(self)

    def _keep_to_drafts(self, stored: bool) -> None:
        if stored and not may_write(self.user, self.instance):
            for field in self.fields.values():
                field.disabled = True
            return
        allowed = [choice for choice in Status.choices if choice[0] in UNPUBLISHED]
        self.fields["status"].choices = allowed  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        read = cleaned.get("read_version")
        if self.instance.pk is not None and read is not None and read != self.instance.version:
            self._tell_stale(read)
        if "id" in self.errors:
            told = "Somebody deleted this in the meantime. Copy what you need of it, then tick Delete and save."
            self.errors["id"] = self.error_class([told])
        return cleaned

    def _tell_stale(self, read: int) -> None:
        """Beside each field that differs from what is stored, what is stored; the next save goes over it."""
        self.is_stale = True
        last = self.instance.history.select_related("history_user").order_by("-history_date", "-history_id").first()
        who = getattr(last, "history_user", None) or "somebody"
        for name in self.changed_data:
            if name not in _OF_THE_SAVING:
                self.add_error(name, f"Stored now, by {who}: '{self._stored(name)}'.")
        now = self.instance.version
        self.data = self.data.copy()
        self.data[self.add_prefix("read_version")] = str(now)
        told = (
            f"Not saved: {who} changed this while you were editing it (you read version {read}, it is now version "
            f"{now}). What you entered is kept below, with what is stored beside it. Save again to put yours in its "
            "place, or open the page anew to give yours up."
        )
        self.add_error(None, ValidationError(told, code="stale"))

    def _stored(self, name: str) -> str:
        field, value = self.fields[name], self.get_initial_for_field(self.fields[name], name)
        if isinstance(field, forms.ModelMultipleChoiceField):
            return ", ".join(label(record) for record in value or ())
        if isinstance(field, forms.ModelChoiceField):
            record = getattr(self.instance, name)
            return label(record) if record is not None else ""
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
        return value.text if isinstance(value, PartialDate) else str(value if value is not None else "")


class PartForm(GuardedForm):
    """A part entered on the page of its record, whose form says who may change it."""

    #: The field that holds its place in the record, checked by the formset, which sees all places at once.
    place: str = ""

    def _get_validation_exclusions(self) -> set[str]:
        excluded = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*excluded, self.place} - {""}


class RecordForm(GuardedForm):
    """A record, or a part on a page of its own, with a reason for the change, which goes into the history."""

    #: Set by the admin: what the database refused when these values were saved a moment ago.
    refused: str = ""

    change_reason = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Why, in a few words; kept in the record's history.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.refused:
            raise ValidationError(self.refused, code="refused")
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.user is None or self.errors or "status" in self.fields:
            return
        if not may_write(self.user, self.instance):
            self.add_error(
                None, "What it belongs to is published: got a contributor, expected an editor to add or change it."
            )

    def save(self, commit: bool = True) -> Any:
        self.instance._change_reason = self.cleaned_data.get("change_reason") or None
        return super().save(commit)
