"""Dossiers, with their entries in order."""

from __future__ import annotations

from django.contrib import admin

from archive.admin.base import ArchiveAdmin
from archive.admin.ordered import OrderedFormSet, OrderedPartForm
from archive.admin.parts import PartInline
from archive.admin.searching import WordsAdmin
from archive.models import Dossier, DossierEntry


class EntryFormSet(OrderedFormSet):
    place = "position"


class EntryInline(PartInline):
    model = DossierEntry
    formset = EntryFormSet
    fields = ("position", "event", "statement", "measure", "note")


@admin.register(Dossier)
class DossierAdmin(WordsAdmin):
    list_display = ("name", "badge")
    list_filter = ("status",)
    ordering = ("slug",)
    search_fields = ("slug", "name")
    search_help_text = "Words of the title."
    slug_from = ("name",)
    fieldsets = ((None, {"fields": ("name", "slug", "introduction")}),)
    inlines = (EntryInline,)


class EntryForm(OrderedPartForm):
    place, record = "position", "dossier"


@admin.register(DossierEntry)
class DossierEntryAdmin(ArchiveAdmin):
    form = EntryForm
    list_display = ("dossier", "position", "subject")
    list_select_related = ("dossier", "event", "statement", "measure")
    ordering = ("dossier__slug", "position")
    search_fields = ("dossier__slug", "event__slug", "statement__slug", "measure__slug")
    search_help_text = "Words of the slug of the dossier, or of what is entered."
