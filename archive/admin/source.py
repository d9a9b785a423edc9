"""Admins of sources, of citations, and of identifiers from other databases."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from archive.admin.attachments import AttachmentsMixin
from archive.admin.base import ArchiveAdmin
from archive.admin.date_drill_down import DateDrillDown
from archive.admin.inlines import StackedPartInline
from archive.admin.list_filters import FilterSetListFilter
from archive.admin.search import WordSearchAdmin
from archive.models import Citation, Identifier, Source
from archive.models.identifier import IDENTIFIED
from archive.models.source import CITED
from archive.terms import record_type


class CitationInline(StackedPartInline):
    model = Citation
    fields = (("source", "stance", "locator"), ("quotation", "field", "variant_value"))
    verbose_name_plural = "citations"

    @staticmethod
    def of(key: str) -> type[CitationInline]:
        """The inline for the record type that the foreign key ``key`` refers to."""
        return type(f"{key.title().replace('_', '')}CitationInline", (CitationInline,), {"fk_name": key})


@admin.register(Citation)
class CitationAdmin(ArchiveAdmin):
    list_display = ("source", "stance", "cited_for", "field", "variant_value")
    list_select_related = (
        "source", *CITED, "relation__from_event", "relation__to_event", "participation__official",
        "participation__body", "appointment__official", "appointment__office", "office__body",
    )  # fmt: skip
    list_filter = ("stance",)
    search_fields = ("source__slug", "source__title", "quotation")
    search_help_text = _("Words of the source's title or of the quotation.")
    fieldsets = (
        (None, {"fields": ("source", ("stance", "locator"), "quotation")}),
        (_("Cited for exactly one of"), {"fields": CITED}),
        (_("Where the source differs"), {"fields": (("field", "variant_value"),)}),
    )

    @admin.display(description=_("cited for"))
    def cited_for(self, citation: Citation) -> str:
        subject = citation.subject
        if subject is None:
            return "-"
        return format_html("{}: <bdi>{}</bdi>", record_type(str(subject._meta.verbose_name)), subject)


@admin.register(Source)
class SourceAdmin(AttachmentsMixin, WordSearchAdmin):
    list_display = ("published", "title", "publisher", "agency", "tier", "badge")
    list_display_links = ("title",)
    list_select_related = ("publisher",)
    list_filter = (DateDrillDown.of("published"), "status", "tier", FilterSetListFilter.of("publisher"))
    ordering = ("-published_sort", "-slug")
    search_fields = ("slug", "title")
    search_help_text = _("Words of the title, or a date (2019-07); all must match.")
    search_date = "published"
    slug_from = ("title",)
    fieldsets = (
        (None, {"fields": ("title", "slug", ("publisher", "published"), ("agency", "author"), ("tier", "language"))}),
        (_("Where it is"), {"fields": ("url", "archived_url", ("retrieved", "licence"))}),
    )


@admin.register(Identifier)
class IdentifierAdmin(ArchiveAdmin):
    list_display = ("scheme", "value", "subject")
    list_select_related = (*IDENTIFIED, "office__body", "appointment__official", "appointment__office")
    list_filter = ()
    search_fields = ("scheme", "value")
    search_help_text = _("The scheme (wikidata) or the value (DS590).")
    fieldsets = (
        (None, {"fields": (("scheme", "value"),)}),
        (_("Of exactly one"), {"fields": IDENTIFIED}),
    )
