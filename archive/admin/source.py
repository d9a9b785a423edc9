"""Sources, and the identifiers that others gave to records."""

from __future__ import annotations

from django.contrib import admin

from archive.admin.base import ArchiveAdmin
from archive.admin.searching import WordsAdmin
from archive.models import Identifier, Source
from archive.models.identifier import IDENTIFIED


@admin.register(Source)
class SourceAdmin(WordsAdmin):
    list_display = ("published", "title", "publisher", "agency", "tier", "badge")
    list_display_links = ("title",)
    list_select_related = ("publisher",)
    list_filter = ("status", "tier")
    ordering = ("-published_sort", "-slug")
    search_fields = ("slug", "title")
    search_help_text = "Words of the title, or a date (2019-07); all have to fit."
    dated_by = "published"
    headed_by = "title"
    slug_from = ("title",)
    fieldsets = (
        (None, {"fields": ("title", "slug", ("publisher", "published"), ("agency", "author"), ("tier", "language"))}),
        ("Where it is", {"fields": ("url", "archived_url", ("retrieved", "licence")), "classes": ("collapse",)}),
    )


@admin.register(Identifier)
class IdentifierAdmin(ArchiveAdmin):
    list_display = ("scheme", "value", "subject")
    list_select_related = (*IDENTIFIED, "office__body", "appointment__official", "appointment__office")
    list_filter = ()
    search_fields = ("scheme", "value")
    search_help_text = "The scheme (wikidata) or the value (DS590)."
    fieldsets = (
        (None, {"fields": (("scheme", "value"),)}),
        ("Of exactly one", {"fields": IDENTIFIED}),
    )
