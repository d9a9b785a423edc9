"""Filters of statements."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q

from archive.appointment_conditions import may_run_at
from archive.choices import AppointmentMode, Attribution, SpeechActKind, StatementClassification, TextForm
from archive.filters.answers import Answers, Bounds
from archive.filters.base import ArchiveFilterSet
from archive.filters.dimensions import RecordDimension, WordDimension, links, many_to_many, party_key
from archive.filters.fields import PARTY, SUBJECT, SpanValue
from archive.filters.filter_types import ChoicesFilter, RecordFilter, SpanFilter, TextsFilter
from archive.filters.shared import CountryFilters, DateFilters, SearchFilters, SourceFilters, TopicFilters, order_filter
from archive.filters.text_fields import FreeText
from archive.models import Appointment, Body, Event, Measure, Office, Official, SpeechAct, Statement
from archive.sql.references import RecordRefs, RefsByModel
from archive.sql.relations import visible_related
from archive.sql.semi_joins import SemiJoin


class StatementFilterSet(DateFilters, TopicFilters, CountryFilters, SourceFilters, SearchFilters):
    """Statements."""

    fk_name = "statement"
    orders = {
        "date": ("date_sort", "sequence", "slug"),
        "name": ("filing_key", "slug"),
        "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }

    classification = ChoicesFilter(StatementClassification, "Kind of statement.")
    speaker = RecordFilter(Official, help_text="Who spoke.")
    body = RecordFilter(Body, help_text="The body on whose behalf.")
    office = RecordFilter(Office, help_text="An office that the speaker held on that day.")
    capacity = ChoicesFilter(AppointmentMode, "It was made in an appointment of this mode: by an acting office holder.")
    attribution = ChoicesFilter(Attribution, "How the source names who spoke.")
    addressee = RecordFilter(*PARTY, help_text="A body or official to whom one of its speech acts is addressed.")
    about = RecordFilter(*SUBJECT, help_text="An event or measure that it is about.")
    occasion = RecordFilter(Event, help_text="The event at which it was made.")
    in_reply_to = RecordFilter(Statement, help_text="A statement that it answers.")
    answered_within = SpanFilter(
        "Statements that answer another, or are about an event or the start of a measure, within this span of time, "
        "such as P14D (with in_reply_to or about: of that one)."
    )
    speech_act = ChoicesFilter(SpeechActKind, "It has a speech act of this kind.")
    form = ChoicesFilter(TextForm, "How close the text is to what was said.")
    language = TextsFilter("Language, as a BCP 47 tag.")
    order_by = order_filter(orders)

    own_dimensions = {
        "classification": WordDimension("By kind.", path="classification", vocabulary=StatementClassification),
        "speaker": RecordDimension("By who spoke.", models=(Official,), path="speaker_id"),
        "body": RecordDimension("By the body on whose behalf.", models=(Body,), path="body_id"),
        "attribution": WordDimension(
            "By how the source names who spoke.", path="attribution", vocabulary=Attribution
        ),
        "form": WordDimension("By how close the text is to what was said.", path="form", vocabulary=TextForm),
        "language": WordDimension("By the language spoken.", path="language"),
        "occasion": RecordDimension("By the event at which they were made.", models=(Event,), path="occasion_id"),
        "addressee": RecordDimension(
            "By the bodies and officials to whom a speech act is addressed.", models=PARTY,
            links=lambda filterset: addressee_links(filterset, "speechact__statement"),
        ),
        "speech_act": WordDimension(
            "By the kinds of their speech acts.", vocabulary=SpeechActKind,
            links=lambda filterset: [links(filterset.visible_related("speech_acts"), "statement", "kind")],
        ),
    }  # fmt: skip

    class Meta:
        model = Statement
        fields: list[str] = []

    def filter_classification(self, values: list[str]) -> Q:
        return Q(classification__in=values)

    def filter_speaker(self, refs: RefsByModel) -> Q:
        return refs["official"].q("speaker")

    def filter_body(self, refs: RefsByModel) -> Q:
        return refs["body"].q("body")

    def filter_office(self, refs: RefsByModel) -> Q:
        held = self.visible(Appointment).filter(refs["office"].q("office"), official=OuterRef("speaker"))
        # Said apart, for it lets the database begin with the few who ever held the office.
        holders = Appointment.objects.filter(refs["office"].q("office")).values("official")
        return Q(speaker__in=holders) & may_run_at("date", held)

    def semi_joins_capacity(self, modes: list[str]) -> list[SemiJoin]:
        appointments = self.visible(Appointment).filter(mode__in=modes)
        through = Statement.capacities.through.objects
        return [SemiJoin(through.filter(appointment__in=appointments.order_by().values("pk")), "statement")]

    def filter_attribution(self, values: list[str]) -> Q:
        return Q(attribution__in=values)

    def semi_joins_addressee(self, refs: RefsByModel) -> list[SemiJoin]:
        return addressee_joins(refs, "speechact__statement")

    def semi_joins_about(self, refs: RefsByModel) -> list[SemiJoin]:
        acts = (refs["event"].q("about_event"), refs["measure"].q("about_measure"))
        return [
            SemiJoin(Statement.about_events.through.objects.filter(refs["event"].q("event")), "statement"),
            SemiJoin(Statement.about_measures.through.objects.filter(refs["measure"].q("measure")), "statement"),
            *(SemiJoin(self._acts(about), "statement", counted=SpeechAct.objects.filter(about)) for about in acts),
        ]

    def filter_occasion(self, refs: RefsByModel) -> Q:
        return refs["event"].q("occasion")

    def semi_joins_in_reply_to(self, refs: RefsByModel) -> list[SemiJoin]:
        replies = Statement.in_reply_to.through.objects.filter(refs["statement"].q("to_statement"))
        return [SemiJoin(replies, "from_statement")]

    def semi_joins_answered_within(self, span: SpanValue) -> list[SemiJoin]:
        certain = bool(self.value("certain"))
        return [answers.within(span, certain, self.user) for answers in self._answers()]

    def _answers(self) -> list[Answers]:
        """The links of answers: of all kinds, or with in_reply_to or about those to the records named there."""
        about, replied = self.value("about"), self.value("in_reply_to")
        answers = []
        if replied or not about:
            named = replied["statement"].q("to_statement") if replied else Q()
            replies = Statement.in_reply_to.through.objects.filter(named)
            dates = Bounds.of_date("from_statement"), Bounds.of_date("to_statement")
            answers.append(Answers(replies, "from_statement", "to_statement", Statement, *dates))
        if about or not replied:
            subjects: list[tuple[Any, str, Any]] = [
                (Statement.about_events.through.objects.all(), "event", Event),
                (Statement.about_measures.through.objects.all(), "measure", Measure),
                (self._acts(Q()), "about_event", Event),
                (self._acts(Q()), "about_measure", Measure),
            ]
            for rows, path, model in subjects:
                named = about[str(model._meta.model_name)].q(path) if about else Q(**{f"{path}__isnull": False})
                subject = Bounds.of_date(path) if model is Event else Bounds.of_start(path)
                bounds = Bounds.of_date("statement"), subject
                answers.append(Answers(rows.filter(named), "statement", path, model, *bounds))
        return answers

    def semi_joins_speech_act(self, kinds: list[str]) -> list[SemiJoin]:
        condition = Q(kind__in=kinds)
        return [SemiJoin(self._acts(condition), "statement", counted=SpeechAct.objects.filter(condition))]

    def filter_form(self, values: list[str]) -> Q:
        return Q(form__in=values)

    def filter_language(self, tags: list[FreeText]) -> Q:
        return Q(language__in=[tag.text for tag in tags])

    def cited_by(self, condition: Q) -> list[SemiJoin]:
        cited = visible_related(SpeechAct, "citations", self.user).filter(condition)
        (own,) = super().cited_by(condition)
        acts = SemiJoin(cited.filter(speech_act__isnull=False), "speech_act__statement", counted=own.counted)
        return [own, acts]

    def source_links(self) -> list[Any]:
        cited = visible_related(SpeechAct, "citations", self.user).filter(speech_act__isnull=False)
        return [*super().source_links(), links(cited, "speech_act__statement", "source")]

    def body_links(self) -> list[Any]:
        speakers = self.visible(Official).filter(state__isnull=False)
        rows = self.visible(Statement)
        return [links(rows, "pk", "body"), links(rows.filter(speaker__in=speakers), "pk", "speaker__state")]

    def _acts(self, condition: Q) -> Any:
        return self.visible_related("speech_acts").filter(condition)

    def of_bodies(self, bodies: RecordRefs) -> Q:
        return bodies.q("body") | Q(speaker__in=self.visible(Official).filter(bodies.q("state")))


def addressee_links(filterset: ArchiveFilterSet, record: str) -> list[Any]:
    """The pairs of records and the parties to which their speech acts are addressed."""
    return [
        many_to_many(filterset, SpeechAct, name, record, party_key(model, path))
        for model, name, path in (
            (Body, "addressee_bodies", "body_id"),
            (Official, "addressee_officials", "official_id"),
        )
    ]


def addressee_joins(refs: RefsByModel, column: str) -> list[SemiJoin]:
    """Semi-joins by the parties to which speech acts are addressed."""
    return [
        SemiJoin(SpeechAct.addressee_bodies.through.objects.filter(refs["body"].q("body")), column),
        SemiJoin(SpeechAct.addressee_officials.through.objects.filter(refs["official"].q("official")), column),
    ]
