"""Forms of the workflow: remarks, notes, assignment and time of publication."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.moments import moment_of, zone_name
from archive.text import reject_invisible
from archive.workflow.steps import MAX_TEXT, assignable_people


def _text(label: Any, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
    return forms.CharField(label=label, max_length=MAX_TEXT, widget=widget, validators=[reject_invisible], **options)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A member of the staff, by name; left empty for nobody."""

    def __init__(self, **options: Any) -> None:
        people = get_user_model()._default_manager.none()
        super().__init__(people, required=False, empty_label=_("nobody"), **options)


class MomentField(forms.DateTimeField):
    """A moment in the time zone of the page, as typed or as the browser's picker sends it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **options)
        self.error_messages["invalid"] = _("Got no time, expected one such as 2026-12-24 09:00.")

    def to_python(self, value: str | datetime | date | None) -> Any:
        # As UTC at first: Django's message for times that clocks skip or repeat does not say which it is.
        with timezone.override(UTC):
            moment = super().to_python(value)
        if not isinstance(moment, datetime):
            return moment
        if not _has_offset(value):
            return moment_of(moment.replace(tzinfo=None))
        try:
            timezone.localtime(moment)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return moment


def _has_offset(value: object) -> bool:
    parsed = parse_datetime(value.strip()) if isinstance(value, str) else None
    return parsed is not None and timezone.is_aware(parsed)


def _publish_label() -> str:
    return gettext("Publish at ({zone})").format(zone=zone_name())


class RemarkForm(forms.Form):
    remark = _text(_("Remark"), help_text=_("What is to be mended; shown with the record and on its author's home."))


class NoteForm(forms.Form):
    note = _text(_("New note"), help_text=_("Readers never see it."))


class AssignForm(forms.Form):
    assignee = PersonField(label=_("Assigned to"))

    def __init__(
        self,
        model: type[Model],
        data: Mapping[str, object] | None = None,
        prefix: str | None = None,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix, initial=dict(initial or {}))
        self.fields["assignee"].queryset = assignable_people(model)  # type: ignore[attr-defined]


class ScheduleForm(forms.Form):
    """The time of a scheduled publication, with the time zone that its label named.

    The user may have chosen another zone meanwhile, in another tab: the time is not read in a zone that was not shown.
    """

    publish_at = MomentField(
        label=lazy(_publish_label, str)(), help_text=_("Until then it cannot be published, unless the time is lifted.")
    )
    zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput, initial=zone_name)
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        content: dict[str, Any] = super().clean() or self.cleaned_data
        zone, current = content.get("zone"), zone_name()
        if zone and zone != current:
            text = gettext(
                "Got a time in {zone}, expected one in {current}, your time zone now. Check and send it again."
            )
            self.add_error("publish_at", text.format(zone=zone, current=current))
            # The form that is shown again is labelled with the zone of now.
            data: Any = self.data
            data = data.copy()
            data[self.add_prefix("zone")] = current
            self.data = data
        return content


class DecisionForm(forms.Form):
    """The decision on a proposed change. ``token`` is that of the differences that the page showed."""

    remark = _text(_("Remark"), required=False, help_text=_("Its author reads it; needed to send the proposal back."))
    token = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
