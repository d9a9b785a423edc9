"""Admins of dossiers and their numbered entries."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _

from archive.admin.base import ArchiveAdmin
from archive.admin.inlines import PartInline, PositionedFormSet, PositionedPartForm
from archive.admin.list_filters import FilterSetListFilter
from archive.admin.search import WordSearchAdmin
from archive.models import Dossier, DossierEntry


class EntryFormSet(PositionedFormSet):
    """The entries of a dossier, numbered by ``position``."""

    position_field = "position"

    def add_fields(self, form: ModelForm[Any], index: int | None) -> None:
        super().add_fields(form, index)
        # By which ``order.js`` finds the rows that it moves.
        form.fields[self.position_field].widget.attrs["data-position"] = ""


class EntryInline(PartInline):
    """The entries on the page of their dossier."""

    model = DossierEntry
    formset = EntryFormSet
    fields = ("position", "event", "statement", "measure", "note")


@admin.register(Dossier)
class DossierAdmin(WordSearchAdmin):
    """Admin of dossiers, with their entries."""

    list_display = ("name", "badge")
    list_filter = ("status", FilterSetListFilter.of())
    ordering = ("slug",)
    search_fields = ("slug", "name")
    search_help_text = _("Words of the title or introduction.")
    slug_from = ("name",)
    fieldsets = ((None, {"fields": ("name", "slug", "introduction")}),)
    inlines = (EntryInline,)

    class Media:
        js = ("archive/order.js",)


class EntryForm(PositionedPartForm):
    """The form of a single entry on its own page."""

    position_field, parent_field = "position", "dossier"


@admin.register(DossierEntry)
class DossierEntryAdmin(ArchiveAdmin):
    """Admin of entries, each on its own page."""

    form = EntryForm
    list_display = ("dossier", "position", "subject")
    list_select_related = ("dossier", "event", "statement", "measure")
    ordering = ("dossier__slug", "position")
    search_fields = ("dossier__slug", "event__slug", "statement__slug", "measure__slug")
    search_help_text = _("Words of the dossier's slug, or of the slug of the record entered.")

    @admin.display(description=_("subject"))
    def subject(self, entry: DossierEntry) -> Any:
        return entry.subject
