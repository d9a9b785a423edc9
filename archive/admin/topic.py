"""Admin of topics."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from archive.admin.list_filters import FilterSetListFilter
from archive.admin.search import WordSearchAdmin
from archive.models import Topic


@admin.register(Topic)
class TopicAdmin(WordSearchAdmin):
    list_display = ("name", "parent", "badge")
    list_select_related = ("parent",)
    list_filter = ("status", FilterSetListFilter.of("parent"))
    ordering = ("slug",)
    search_fields = ("slug", "name")
    search_help_text = _("Words of the topic's name or description.")
    slug_from = ("name",)
    fieldsets = ((None, {"fields": ("name", "slug", "parent", "description")}),)
