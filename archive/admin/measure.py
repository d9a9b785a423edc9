"""Admins of measures, with steps, goods and citations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from archive.admin.base import ArchiveAdmin
from archive.admin.date_drill_down import DateDrillDown
from archive.admin.dossier_adding import DossierAddingMixin
from archive.admin.inlines import PartInline
from archive.admin.list_filters import FilterSetListFilter
from archive.admin.search import WordSearchAdmin, related_name_matches, topic_matches
from archive.admin.source import CitationInline
from archive.models import Body, Measure, MeasureGood, MeasureStep


class StepInline(PartInline):
    model = MeasureStep
    fields = ("phase", "event")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("measure")


class GoodInline(PartInline):
    model = MeasureGood
    fields = ("name", "scheme", "code", "in_force")


@admin.register(Measure)
class MeasureAdmin(DossierAddingMixin, WordSearchAdmin):
    list_display = ("in_force", "name", "instrument", "badge")
    list_display_links = ("name",)
    list_filter = (
        DateDrillDown.of("in_force", is_period=True),
        FilterSetListFilter.of("imposer", "target", "topic", "dossier", "source"),
        "status", "instrument",
    )  # fmt: skip
    search_fields = ("slug", "name")
    search_help_text = _(
        "Words of the heading, summary or goods, a date at which it was in force (2019-07), a topic, or whom it is by "
        "or aimed at; all must match."
    )
    search_date = "in_force"
    ordering = ("-in_force_sort", "-slug")
    slug_from = ("name",)
    fieldsets = (
        (None, {"fields": (("in_force", "instrument"), "name", "slug", "summary")}),
        (_("By whom, on whom"), {"fields": (("imposers", "targets"), "topics")}),
    )
    inlines = (StepInline, GoodInline, CitationInline.of("measure"))

    def related_name_condition(self, word: str) -> Q:
        bodies = related_name_matches(word, Body, "body")
        imposed = Q(pk__in=Measure.imposers.through.objects.filter(bodies).values("measure"))
        return (
            imposed
            | Q(pk__in=Measure.targets.through.objects.filter(bodies).values("measure"))
            | topic_matches(Measure, word)
        )


@admin.register(MeasureStep)
class MeasureStepAdmin(ArchiveAdmin):
    list_display = ("measure", "phase", "event")
    list_select_related = ("measure", "event")
    list_filter = ("phase",)
    search_fields = ("measure__slug", "event__slug")
    search_help_text = _("Words of the slug of the measure or of the event.")
    fieldsets = ((None, {"fields": ("measure", "phase", "event")}),)


@admin.register(MeasureGood)
class MeasureGoodAdmin(ArchiveAdmin):
    list_display = ("name", "scheme", "code", "measure")
    list_select_related = ("measure",)
    list_filter = ("scheme",)
    search_fields = ("name", "code")
    search_help_text = _("Words of the good's name, or its code.")
    inlines = (CitationInline.of("measure_good"),)
