"""Admins of events, with participations, relations and citations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from archive.admin.base import ArchiveAdmin
from archive.admin.date_drill_down import DateDrillDown
from archive.admin.dossier_adding import DossierAddingMixin
from archive.admin.inlines import PartInline
from archive.admin.list_filters import FilterSetListFilter
from archive.admin.search import WordSearchAdmin, related_name_matches, topic_matches
from archive.admin.source import CitationInline
from archive.models import Body, Event, Official, Participation, Relation


class ParticipationInline(PartInline):
    model = Participation
    fields = ("body", "official", "role")

    def get_extra(self, request: HttpRequest, obj: Model | None = None, **kwargs: object) -> int:
        return 0 if obj is not None else 2


class RelationInline(PartInline):
    model = Relation
    fk_name = "from_event"
    fields = ("kind", "to_event", "note")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("from_event")


@admin.register(Event)
class EventAdmin(DossierAddingMixin, WordSearchAdmin):
    list_display = ("date", "name", "classification", "place", "badge")
    list_display_links = ("name",)
    list_filter = (
        DateDrillDown.of("date"), FilterSetListFilter.of("participant", "topic", "dossier", "source"),
        "status", "classification",
    )  # fmt: skip
    search_fields = ("slug", "name")
    search_help_text = _(
        "Words of the heading or summary, a date (2019-07), a topic, or a participant in any spelling; all must match."
    )
    search_date = "date"
    ordering = ("-date_sort", "-sequence", "-slug")
    slug_from = ("date", "name")
    fieldsets = (
        (None, {"fields": (("date", "classification"), "name", "slug", "summary")}),
        (_("Place and context"), {"fields": (("place", "part_of"), "topics")}),
    )
    inlines = (ParticipationInline, RelationInline, CitationInline.of("event"))

    def related_name_condition(self, word: str) -> Q:
        party = related_name_matches(word, Body, "body") | related_name_matches(word, Official, "official")
        return Q(pk__in=Participation.objects.filter(party).values("event")) | topic_matches(Event, word)


@admin.register(Participation)
class ParticipationAdmin(ArchiveAdmin):
    list_display = ("event", "body", "official", "role")
    list_select_related = ("event", "body", "official")
    list_filter = ("role",)
    search_fields = ("event__slug", "body__folded", "official__folded")
    search_help_text = _("Words of the event's slug, or of the participant's name.")
    inlines = (CitationInline.of("participation"),)


@admin.register(Relation)
class RelationAdmin(ArchiveAdmin):
    list_display = ("from_event", "kind", "to_event")
    list_select_related = ("from_event", "to_event")
    list_filter = ("kind",)
    search_fields = ("from_event__slug", "to_event__slug")
    search_help_text = _("Words of the slug of either event.")
    fieldsets = ((None, {"fields": ("from_event", "kind", "to_event", "note")}),)
    inlines = (CitationInline.of("relation"),)
