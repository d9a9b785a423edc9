"""Forms of the workflow: remarks, notes, assignment and time of publication."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from archive.text import reject_invisible
from archive.workflow.steps import MAX_TEXT

_MAX_PEOPLE = 500


def _text(label: Any, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
    return forms.CharField(label=label, max_length=MAX_TEXT, widget=widget, validators=[reject_invisible], **options)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A member of the staff, by name; left empty for nobody."""

    def __init__(self, **options: Any) -> None:
        people = get_user_model()._default_manager.filter(is_active=True, is_staff=True).order_by("username")
        super().__init__(people, required=False, empty_label=_("nobody"), **options)


class UtcDateTimeField(forms.DateTimeField):
    """A moment in UTC, as typed or as the browser's picker sends it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **options)
        self.error_messages["invalid"] = _("Got no time, expected one such as 2026-12-24 09:00 (UTC).")

    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else moment


class RemarkForm(forms.Form):
    remark = _text(_("Remark"), help_text=_("What is to be mended; shown with the record and on its author's home."))


class NoteForm(forms.Form):
    note = _text(_("New note"), help_text=_("Readers never see it."))


class AssignForm(forms.Form):
    assignee = PersonField(label=_("Assigned to"))


class ScheduleForm(forms.Form):
    publish_at = UtcDateTimeField(
        label=_("Publish at (UTC)"), help_text=_("Until then it cannot be published, unless the time is lifted.")
    )


class DecisionForm(forms.Form):
    """The decision on a proposed change. ``token`` is that of the differences that the page showed."""

    remark = _text(_("Remark"), required=False, help_text=_("Its author reads it; needed to send the proposal back."))
    token = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
