"""Statements, with their speech acts and citations."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from archive.admin.citation import CitationInline
from archive.admin.forms import RecordForm
from archive.admin.ordered import OrderedFormSet
from archive.admin.parts import StackedPartInline
from archive.admin.searching import WordsAdmin, held_by
from archive.models import Body, Official, SpeechAct, Statement


class StatementForm(RecordForm):
    """A statement's capacities are the speaker's own."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        speaker = cleaned.get("speaker")
        for appointment in cleaned.get("capacities") or ():
            if speaker is None or appointment.official_id != speaker.pk:
                self.add_error(
                    "capacities",
                    f"Got '{appointment}', expected an appointment of the speaker, {speaker or 'but there is none'}. "
                    "Leave the field empty to have it filled in.",
                )
        return cleaned


class SpeechActFormSet(OrderedFormSet):
    place = "ordinal"


class SpeechActInline(StackedPartInline):
    model = SpeechAct
    formset = SpeechActFormSet
    fields = (
        ("kind", "form", "ordinal"),
        ("text", "condition"),
        ("addressee_bodies", "addressee_officials"),
        ("about_event", "about_measure"),
        ("translation", "became"),
    )
    readonly_fields = ("became",)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj is not None else 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[SpeechAct]:
        found: QuerySet[SpeechAct] = super().get_queryset(request).prefetch_related("outcomes")
        return found

    @admin.display(description="outcomes")
    def became(self, act: SpeechAct) -> str:
        if act.pk is None or not act.is_answerable:
            return "none: only demands, offers and the like have outcomes" if act.pk is not None else "once it is saved"
        outcomes = [(f"{one.get_kind_display()}, {one.date.display}",) for one in act.outcomes.all()]
        address = reverse("admin:archive_speechact_change", args=[act.pk])
        told = format_html_join("; ", "{}", outcomes) or "still open"
        back = urlencode({"next": reverse("admin:archive_statement_change", args=[act.statement_id])})
        link = f"{address}?{back}#outcomes-group"
        return format_html('{} (<a href="{}">enter what became of it</a>)', told, link)


@admin.register(Statement)
class StatementAdmin(WordsAdmin):
    form = StatementForm
    list_display = ("date", "name", "by", "badge")
    list_display_links = ("name",)
    list_select_related = ("speaker", "body")
    list_filter = ("status", "classification", "attribution")
    search_fields = ("slug", "name")
    search_help_text = "Words of the heading, a date (2019-07), a speaker or body in any spelling; all have to fit."
    dated_by = "date"
    ordering = ("-date_sort", "-sequence", "-slug")
    slug_from = ("date", "name")
    fieldsets = (
        (None, {"fields": (("date", "classification"), "name", "slug")}),
        ("Who spoke", {"fields": (("attribution", "attributed_as"), ("speaker", "body"), "capacities")}),
        ("On what", {"fields": (("about_measures", "about_events"), ("occasion", "in_reply_to"), "topics")}),
        ("What was said", {"fields": ("summary",)}),
        ("The words themselves", {"fields": (("form", "language"), "text"), "classes": ("collapse",)}),
    )
    inlines = (SpeechActInline, CitationInline.of("statement"))

    @admin.display(description="by", ordering="attribution")
    def by(self, statement: Statement) -> str:
        who = statement.speaker or statement.body
        name = format_html("<bdi>{}</bdi>", who)
        return name if statement.speaker else format_html("{} ({})", name, statement.get_attribution_display())

    def meant_by_name(self, word: str) -> Q:
        return held_by(word, Official, "speaker") | held_by(word, Body, "body")

    def has_changed(self, obj: Any, form: Any) -> bool:
        """Also where capacities are to be filled in."""
        return super().has_changed(obj, form) or bool(obj.lacks_capacities())

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        statement = form.instance
        if statement.lacks_capacities():
            statement.fill_capacities()
            filled = [str(one) for one in statement.capacities.select_related("official", "office")]
            if filled:
                messages.info(request, f"Capacities filled in from the date: {'; '.join(filled)}.")
