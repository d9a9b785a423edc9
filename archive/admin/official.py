"""Admins of officials, with names, appointments and citations, and of appointments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.date_drill_down import DateDrillDown
from archive.admin.forms import MergingForm, PartForm, RecordForm
from archive.admin.inlines import PartFormSet, StackedPartInline
from archive.admin.list_filters import FilterSetListFilter
from archive.admin.name import OfficialNameInline
from archive.admin.search import NameSearchAdmin, WordSearchAdmin, indexed_records, related_name_matches
from archive.admin.source import CitationInline
from archive.choices import Status
from archive.models import Appointment, Body, Office, Official
from archive.models.base import unused_slug

_MAX_SLUG_LENGTH = 120


class _AppointmentFormBase(MergingForm):
    """Form of an appointment that makes an empty slug from the official and the office."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text += " " + gettext("Left empty: made from the official and the office.")

    def save(self, commit: bool = True) -> Any:
        if not self.instance.slug:
            self.instance.slug = _proposed_slug(self.instance)
        return super().save(commit)


class AppointmentForm(_AppointmentFormBase, RecordForm):
    """Form of an appointment on its own page."""


class AppointmentPartForm(_AppointmentFormBase, PartForm):
    """Form of an appointment on the official's page."""


def _proposed_slug(appointment: Appointment) -> str:
    base = f"{appointment.official.slug}-{appointment.office.slug}"
    return unused_slug(Appointment, base[: _MAX_SLUG_LENGTH - 4].rstrip("-"))


def _warn_of_overlaps(request: HttpRequest, official: Official, appointments: Iterable[Appointment]) -> None:
    held = list(Appointment.objects.filter(official=official))
    for appointment in appointments:
        for other in appointment.overlapping(held):
            messages.warning(
                request,
                gettext(
                    "{official} already holds this office at this time ({slug}). Delete one if it was entered twice."
                ).format(official=official, slug=other.slug),
            )


class AppointmentInline(StackedPartInline):
    """Appointments on the official's form, without their workflow: each is submitted and published on its own form."""

    model = Appointment
    form = AppointmentPartForm
    readonly_fields = ("status",)
    fields = (("office", "start", "end"), ("end_state", "mode", "appointed", "status"))


@admin.register(Appointment)
class AppointmentAdmin(WordSearchAdmin):
    form = AppointmentForm
    list_display = ("official", "office", "start", "end", "end_state", "mode", "badge")
    list_select_related = ("official", "office__body")
    list_filter = (
        DateDrillDown.of("start"), FilterSetListFilter.of("official", "office", "body", "source"),
        "status", "mode", "end_state",
    )  # fmt: skip
    ordering = ("-start_sort", "-slug")
    search_fields = ("slug",)
    search_help_text = _("Names of the official or body in any spelling, or words of the office; all must match.")
    fieldsets = (
        (None, {"fields": ("official", "office", ("start", "end"), ("end_state", "mode"))}),
        (_("Seldom needed"), {"fields": ("appointed", "slug"), "classes": ("collapse",)}),
    )
    inlines = (CitationInline.of("appointment"),)

    def related_name_condition(self, word: str) -> Q:
        return (
            related_name_matches(word, Official, "official")
            | related_name_matches(word, Body, "office__body")
            | Q(office__in=indexed_records(Office, word))
        )

    def save_model(self, request: HttpRequest, obj: Any, form: BaseForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        _warn_of_overlaps(request, obj.official, [obj])


@admin.register(Official)
class OfficialAdmin(NameSearchAdmin):
    list_display = ("name", "sort_name", "state", "born", "died", "badge")
    list_select_related = ("state",)
    list_filter = ("status", FilterSetListFilter.of("office", "body", "source"))
    ordering = name_ordering = ("filing_key", "slug")
    slug_from = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "state")}),
        (_("Filing and life"), {"fields": ("sort_name", ("born", "died"))}),
    )
    inlines = (OfficialNameInline, AppointmentInline, CitationInline.of("official"))

    def save_formset(self, request: HttpRequest, form: Any, formset: PartFormSet, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Appointment:
            if formset.new_objects and formset.instance.status == Status.PUBLISHED:
                messages.info(
                    request, gettext("New appointments are drafts: publish each on its own form, or from their list.")
                )
            if saved := [*formset.new_objects, *(changed for changed, _ in formset.changed_objects)]:
                _warn_of_overlaps(request, formset.instance, saved)
