"""Speech acts by themselves, with what became of them."""

from __future__ import annotations

from django.contrib import admin

from archive.admin.base import ArchiveAdmin
from archive.admin.citation import CitationInline
from archive.admin.ordered import OrderedPartForm
from archive.admin.parts import PartInline
from archive.admin.searching import WordsAdmin
from archive.models import Outcome, SpeechAct


class OutcomeInline(PartInline):
    model = Outcome
    fk_name = "speech_act"
    fields = ("date", "kind", "event", "answer", "note")


class SpeechActForm(OrderedPartForm):
    place, record = "ordinal", "statement"


@admin.register(SpeechAct)
class SpeechActAdmin(WordsAdmin):
    form = SpeechActForm
    list_display = ("statement", "ordinal", "kind", "text", "condition")
    list_display_links = ("text",)
    list_select_related = ("statement",)
    list_filter = ("kind",)
    search_fields = ("slug", "text")
    search_help_text = "Words of the text or of the statement's slug, which begins with its date."
    headed_by = "text"
    ordering = ("-slug",)
    fieldsets = (
        (None, {"fields": ("statement", ("kind", "form", "ordinal"), "text", "translation", "condition")}),
        (
            "To whom, on what",
            {"fields": (("addressee_bodies", "addressee_officials"), ("about_event", "about_measure"))},
        ),
    )
    inlines = (OutcomeInline, CitationInline.of("speech_act"))


@admin.register(Outcome)
class OutcomeAdmin(ArchiveAdmin):
    list_display = ("date", "kind", "speech_act", "event", "answer")
    list_display_links = ("kind",)
    list_select_related = ("speech_act", "event", "answer")
    list_filter = ("kind",)
    ordering = ("-date_sort", "-id")
    search_fields = ("speech_act__slug", "note")
    search_help_text = "Words of the speech act's slug or of the note."
    fieldsets = ((None, {"fields": ("speech_act", ("date", "kind"), ("event", "answer"), "note")}),)
    inlines = (CitationInline.of("outcome"),)
