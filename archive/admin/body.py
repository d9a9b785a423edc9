"""Admins of bodies, with their names, and of offices."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from archive.admin.list_filters import FilterSetListFilter
from archive.admin.name import BodyNameInline
from archive.admin.search import NameSearchAdmin, WordSearchAdmin, related_name_matches
from archive.admin.source import CitationInline
from archive.models import Body, Office


@admin.register(Body)
class BodyAdmin(NameSearchAdmin):
    list_display = ("name", "abbreviation", "kind", "parent", "iso3166", "badge")
    list_select_related = ("parent",)
    list_filter = ("status", "kind", FilterSetListFilter.of("parent", "source"))
    ordering = ("slug",)
    search_help_text = _("Any spelling of the name, an abbreviation, or a state's code (KR).")
    slug_from = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "slug", ("kind", "parent"), "abbreviation")}),
        (_("Seldom needed"), {"fields": (("iso3166", "code_withdrawn", "existed"),), "classes": ("collapse",)}),
    )
    inlines = (BodyNameInline, CitationInline.of("body"))


@admin.register(Office)
class OfficeAdmin(WordSearchAdmin):
    list_display = ("name", "body", "badge")
    list_select_related = ("body",)
    list_filter = ("status", FilterSetListFilter.of("body", "source"))
    ordering = ("slug",)
    search_fields = ("slug", "name")
    search_help_text = _("Words of the title, or the body in any spelling; all must match.")
    slug_from = ("name",)
    fieldsets = ((None, {"fields": ("name", "body", "slug")}),)
    inlines = (CitationInline.of("office"),)

    def related_name_condition(self, word: str) -> Q:
        return related_name_matches(word, Body, "body")
