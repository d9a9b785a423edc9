"""Officials, with their names, appointments and citations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from archive.admin.appointment import AppointmentInline, warn_of_same_office
from archive.admin.citation import CitationInline
from archive.admin.name import OfficialNameInline
from archive.admin.searching import NamedAdmin
from archive.models import Appointment, Official


@admin.register(Official)
class OfficialAdmin(NamedAdmin):
    list_display = ("name", "sort_name", "state", "born", "died", "badge")
    list_select_related = ("state",)
    list_filter = ("status",)
    ordering = ordering_by_name = ("filing_key", "slug")
    slug_from = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "state")}),
        ("Filing and life", {"fields": ("sort_name", ("born", "died"))}),
    )
    inlines = (OfficialNameInline, AppointmentInline, CitationInline.of("official"))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Appointment:
            for appointment in [*formset.new_objects, *(one for one, _ in formset.changed_objects)]:
                warn_of_same_office(request, appointment)
