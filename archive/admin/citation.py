"""Citations: on the page of what they are cited for, and by themselves."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html

from archive.admin.base import ArchiveAdmin
from archive.admin.parts import StackedPartInline
from archive.models import Citation
from archive.models.source import CITED


class CitationInline(StackedPartInline):
    model = Citation
    fields = (("source", "stance", "locator"), ("quotation", "field", "variant_value"))
    verbose_name_plural = "citations"

    @staticmethod
    def of(key: str) -> type[CitationInline]:
        """The inline for one kind of record."""
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
    search_help_text = "Words of the source's title or of the quotation."
    fieldsets = (
        (None, {"fields": ("source", ("stance", "locator"), "quotation")}),
        ("Cited for exactly one of", {"fields": CITED}),
        ("Where it differs", {"fields": (("field", "variant_value"),)}),
    )

    @admin.display(description="cited for")
    def cited_for(self, citation: Citation) -> str:
        subject = citation.subject
        return format_html("{}: <bdi>{}</bdi>", subject._meta.verbose_name, subject) if subject is not None else "-"
