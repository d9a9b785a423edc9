"""Admins of statements, with their speech acts and citations; and of speech acts, with their outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, Prefetch, Q
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.date_drill_down import DateDrillDown
from archive.admin.dossier_adding import DossierAddingMixin
from archive.admin.forms import RecordForm
from archive.admin.inlines import PartInline, PositionedFormSet, PositionedPartForm, StackedPartInline
from archive.admin.links import load_labels
from archive.admin.list_filters import FilterSetListFilter
from archive.admin.outcome_entry import OutcomeEntry, outcomes_of_act
from archive.admin.proposals import is_proposing
from archive.admin.search import WordSearchAdmin, indexed_records, related_name_matches, topic_matches
from archive.admin.source import CitationInline
from archive.models import Appointment, Body, Citation, Office, Official, Outcome, SpeechAct, Statement
from archive.terms import term


class StatementForm(RecordForm):
    """Form of a statement, which accepts as capacities only appointments of the speaker, and fills in missing ones."""

    #: The capacities that were filled in.
    filled_in: Sequence[Appointment] = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        speaker = cleaned.get("speaker")
        for appointment in cleaned.get("capacities") or ():
            if speaker is None or appointment.official_id != speaker.pk:
                self.add_error(
                    "capacities",
                    gettext(
                        "Got '{appointment}', expected an appointment of the speaker, "
                        "{value}. Leave the field empty to have it filled in."
                    ).format(appointment=appointment, value=speaker or gettext("but there is none")),
                )
        # Checked with the speaker that the form has: the stored ones may be those of another.
        if "capacities" in self.fields:
            self.instance.new_capacities = list(cleaned.get("capacities") or ())
        return cleaned

    def _save_m2m(self) -> None:
        if not self.cleaned_data.get("capacities", True):
            self.cleaned_data["capacities"] = self.filled_in = self.instance.capacities_in_force()
        super()._save_m2m()


class SpeechActFormSet(PositionedFormSet):
    position_field = "ordinal"


class SpeechActInline(StackedPartInline):
    model = SpeechAct
    formset = SpeechActFormSet
    fields = (
        ("kind", "form", "ordinal"),
        ("text", "condition"),
        ("addressee_bodies", "addressee_officials"),
        ("about_event", "about_measure"),
        ("translation", "outcomes_text"),
    )
    readonly_fields = ("outcomes_text",)

    def get_extra(self, request: HttpRequest, obj: Model | None = None, **kwargs: object) -> int:
        return 0 if obj is not None else 1

    def load_shown(self, request: HttpRequest, part_forms: Iterable[forms.ModelForm[Any]]) -> None:
        load_labels(part_forms, Prefetch("outcomes", Outcome.objects.visible_to(request.user)))

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: object) -> Any:
        self.entry = OutcomeEntry()
        # An outcome is stored at once, also one that is proposed, which the form of a proposal must not do.
        if isinstance(obj, Statement) and not is_proposing(request):
            self.entry = OutcomeEntry.of(obj, request.user)
        return super().get_formset(request, obj, **kwargs)

    @admin.display(description=_("outcomes"))
    def outcomes_text(self, act: SpeechAct) -> str:
        if act.pk is None:
            return gettext("once it is saved")
        if not act.is_answerable:
            return gettext("none: only demands, offers and the like have outcomes")
        return outcomes_of_act(act, self.entry)


@admin.register(Statement)
class StatementAdmin(DossierAddingMixin, WordSearchAdmin):
    form = StatementForm
    list_display = ("date", "name", "by", "badge")
    list_display_links = ("name",)
    list_select_related = ("speaker", "body")
    list_filter = (
        DateDrillDown.of("date"),
        FilterSetListFilter.of("speaker", "body", "office", "addressee", "topic", "dossier", "source"),
        "status", "classification", "attribution",
    )  # fmt: skip
    search_fields = ("slug", "name")
    search_help_text = _(
        "Words of the heading, summary, text or speech acts, a date (2019-07), a topic, the office, a speaker "
        "or body in any spelling; all must match."
    )
    search_date = "date"
    ordering = ("-date_sort", "-sequence", "-slug")
    slug_from = ("date", "name")
    fieldsets = (
        (None, {"fields": (("date", "classification"), "name", "slug")}),
        (_("Who spoke"), {"fields": (("attribution", "attributed_as"), ("speaker", "body"), "capacities")}),
        (_("On what"), {"fields": (("about_measures", "about_events"), ("occasion", "in_reply_to"), "topics")}),
        (_("What was said"), {"fields": ("summary",)}),
        (_("The words themselves"), {"fields": (("form", "language"), "text"), "classes": ("collapse",)}),
    )
    inlines = (SpeechActInline, CitationInline.of("statement"))
    next_fields = (
        "date", "classification", "attribution", "attributed_as", "speaker", "body", "capacities", "about_measures",
        "about_events", "occasion", "topics", "language",
    )  # fmt: skip
    next_part_fields = {Citation: ("source", "stance")}
    # Which appointments depends on the speaker of each.
    batch_excluded = ("capacities",)

    class Media:
        js = ("archive/folding.js", "archive/outcomes.js")

    @admin.display(description=_("by"), ordering="attribution")
    def by(self, statement: Statement) -> str:
        name = format_html("<bdi>{}</bdi>", statement.speaker or statement.body)
        return name if statement.speaker else format_html("{} ({})", name, term(statement.get_attribution_display()))

    def related_name_condition(self, word: str) -> Q:
        offices = Appointment.objects.filter(office__in=indexed_records(Office, word)).values("pk")
        in_office = Statement.capacities.through.objects.filter(appointment__in=offices).values("statement")
        acts = SpeechAct.objects.filter(pk__in=indexed_records(SpeechAct, word)).values("statement")
        names = related_name_matches(word, Official, "speaker") | related_name_matches(word, Body, "body")
        return names | Q(pk__in=in_office) | Q(pk__in=acts) | topic_matches(Statement, word)

    def has_changed(self, obj: Any, form: forms.BaseForm) -> bool:
        """Also true if capacities are to be filled in."""
        return super().has_changed(obj, form) or bool(obj.lacks_capacities())

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Iterable[Any], change: bool) -> None:  # type: ignore[type-arg]
        super().save_related(request, form, formsets, change)
        if form.filled_in:  # type: ignore[attr-defined]
            filled = "; ".join(map(str, form.filled_in))  # type: ignore[attr-defined]
            messages.info(request, gettext("Capacities filled in from the date: {reasons}.").format(reasons=filled))


class OutcomeInline(PartInline):
    model = Outcome
    fk_name = "speech_act"
    fields = ("date", "kind", "event", "answer", "note")


class SpeechActForm(PositionedPartForm):
    position_field, parent_field = "ordinal", "statement"


@admin.register(SpeechAct)
class SpeechActAdmin(WordSearchAdmin):
    form = SpeechActForm
    list_display = ("statement", "ordinal", "kind", "text", "condition")
    list_display_links = ("text",)
    list_select_related = ("statement",)
    list_filter = ("kind", FilterSetListFilter.of("speaker", "body", "addressee", "topic", "dossier"))
    search_fields = ("slug", "text")
    search_help_text = _("Words of the text or of the statement's slug, which begins with its date.")
    ordering = ("-slug",)
    fieldsets = (
        (None, {"fields": ("statement", ("kind", "form", "ordinal"), "text", "translation", "condition")}),
        (
            _("To whom, on what"),
            {"fields": (("addressee_bodies", "addressee_officials"), ("about_event", "about_measure"))},
        ),
    )
    inlines = (OutcomeInline, CitationInline.of("speech_act"))
