"""Admin and inlines of the names of officials and bodies."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from archive.admin.base import ArchiveAdmin
from archive.admin.inlines import PartInline
from archive.models import Name


class NameInline(PartInline):
    model = Name
    fields = ("text", "scheme", "language", "script")


class OfficialNameInline(NameInline):
    fk_name = "official"


class BodyNameInline(NameInline):
    fk_name = "body"


@admin.register(Name)
class NameAdmin(ArchiveAdmin):
    list_display = ("marked_text", "official", "body", "scheme", "language")
    list_select_related = ("official", "body")
    list_filter = ("scheme",)
    search_fields = ("text", "folded")
    search_help_text = _("The name as it is written.")

    @admin.display(description=_("text"), ordering="text")
    def marked_text(self, name: Name) -> str:
        """The name with its language and script as ``lang``, for fonts and screen readers."""
        if not name.language_tag:
            return format_html("<bdi>{}</bdi>", name.text)
        return format_html('<bdi lang="{}">{}</bdi>', name.language_tag, name.text)
