"""Appointments: on their official's page, and by themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest

from archive.admin.citation import CitationInline
from archive.admin.forms import GuardedForm, PartForm, RecordForm
from archive.admin.parts import StackedPartInline
from archive.admin.searching import WordsAdmin, held_by
from archive.models import Appointment, Body, Official

_LONGEST_SLUG = 120


class _SlugFromOffice(GuardedForm):
    """Names the appointment by the official and the office, where the archivist does not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text += " Left empty: made from the official and the office."

    def save(self, commit: bool = True) -> Any:
        if not self.instance.slug:
            self.instance.slug = _free_slug(self.instance)
        return super().save(commit)


class AppointmentForm(_SlugFromOffice, RecordForm):
    """On a page of its own."""


class AppointmentPartForm(_SlugFromOffice, PartForm):
    """On the official's page."""


def _free_slug(appointment: Appointment) -> str:
    wanted = f"{appointment.official.slug}-{appointment.office.slug}"[: _LONGEST_SLUG - 4].rstrip("-")
    slug, number = wanted, 1
    while Appointment.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def warn_of_same_office(request: HttpRequest, appointment: Appointment) -> None:
    for other in appointment.same_office_twice():
        messages.warning(
            request, f"{appointment.official} holds the same office at the same time in {other.slug}: is one too many?"
        )


class AppointmentInline(StackedPartInline):
    model = Appointment
    form = AppointmentPartForm
    fields = (("office", "start", "end"), ("end_state", "mode", "appointed", "status"))


@admin.register(Appointment)
class AppointmentAdmin(WordsAdmin):
    form = AppointmentForm
    list_display = ("official", "office", "start", "end", "end_state", "mode", "badge")
    list_select_related = ("official", "office__body")
    list_filter = ("status", "mode", "end_state")
    ordering = ("-start_sort", "-slug")
    search_fields = ("slug",)
    search_help_text = "The official in any spelling, words of the office, or the body; all have to fit."
    headed_by = "office__name"
    fieldsets = (
        (None, {"fields": ("official", "office", ("start", "end"), ("end_state", "mode"))}),
        ("Seldom needed", {"fields": ("appointed", "slug"), "classes": ("collapse",)}),
    )
    inlines = (CitationInline.of("appointment"),)

    def meant_by_name(self, word: str) -> Q:
        return held_by(word, Official, "official") | held_by(word, Body, "office__body")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        warn_of_same_office(request, obj)
