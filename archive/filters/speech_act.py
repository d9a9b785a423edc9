"""Filters of speech acts."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q

from archive.choices import SpeechActKind, State, TextForm
from archive.dates import PartialDate
from archive.filters.dimensions import RecordDimension, WordDimension, links, many_to_many
from archive.filters.fields import PARTY, SUBJECT
from archive.filters.filter_types import (
    BooleanFilter,
    ChoicesFilter,
    CountryFilter,
    DateFilter,
    RecordFilter,
)
from archive.filters.shared import CountryFilters, DateFilters, SearchFilters, SourceFilters, order_filter
from archive.filters.statement import addressee_joins, addressee_links
from archive.models import AddresseeIndex, Body, Dossier, Official, SpeechAct, Statement, Topic
from archive.sql.act_states import had_state_on, is_in_state, is_open_on, state_expression
from archive.sql.partitions import IndexPath
from archive.sql.references import RecordRefs, RefsByModel
from archive.sql.relations import visible_related
from archive.sql.semi_joins import SemiJoin

#: One value may be a state's code, or the slug of a body or an official.
_MAX_INDEX_PATHS = 3


class SpeechActFilterSet(DateFilters, CountryFilters, SourceFilters, SearchFilters):
    """Speech acts; their date, topics and dossiers are those of their statement."""

    fk_name = "speech_act"
    date_field = "statement__date"
    orders = {
        "date": ("statement__date_sort", "statement__sequence", "statement__slug", "ordinal"),
        "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }

    kind = ChoicesFilter(SpeechActKind, "What is done with the words.")
    form = ChoicesFilter(TextForm, "How close the text is to what was said.")
    statement = RecordFilter(Statement, help_text="The statement that it is part of.")
    speaker = RecordFilter(Official, help_text="Who spoke.")
    body = RecordFilter(Body, help_text="The body on whose behalf.")
    addressee = RecordFilter(*PARTY, help_text="A body or official that it is addressed to.")
    addressee_country = CountryFilter("Addressed to this state, or to bodies and officials under it.")
    about = RecordFilter(*SUBJECT, help_text="An event or measure that it is about.")
    topic = RecordFilter(Topic, help_text="Its statement is on this topic or one below it.")
    dossier = RecordFilter(Dossier, help_text="Its statement is in this dossier.")
    state = ChoicesFilter(State, "Its state by all that is known; only for kinds that call for an answer.")
    state_on = DateFilter(
        "Called for an answer and was said by the end of this date; state is then its state on that day, and with "
        "certain=true one that uncertain dates leave no doubt about."
    )
    open_on = DateFilter("Called for an answer and had none by the end of this date.")
    conditional = BooleanFilter("Whether it has a condition.")
    order_by = order_filter(orders)

    own_dimensions = {
        "kind": WordDimension("By what is done with the words.", path="kind", vocabulary=SpeechActKind),
        "form": WordDimension("By how close the text is to what was said.", path="form", vocabulary=TextForm),
        "state": WordDimension(
            "By their state; none for kinds that call for no answer.", vocabulary=State, expression=state_expression
        ),
        "speaker": RecordDimension("By who spoke.", models=(Official,), path="statement__speaker_id"),
        "body": RecordDimension("By the body on whose behalf.", models=(Body,), path="statement__body_id"),
        "addressee": RecordDimension(
            "By the bodies and officials that they are addressed to.", models=PARTY,
            links=lambda filterset: addressee_links(filterset, "speechact"),
        ),
        "addressee_country": RecordDimension(
            "By the states to which, or to whose bodies or officials, they are addressed.", models=(Body,),
            is_tree=True, among=(("kind", "state"),), links=lambda filterset: filterset.addressee_body_links(),
        ),
        "topic": RecordDimension(
            "By the topics of their statement, and the topics above these.", models=(Topic,), is_tree=True,
            to="statement_id", links=lambda filterset: [many_to_many(filterset, Statement, "topics")],
        ),
        "dossier": RecordDimension(
            "By the dossiers that contain their statement.", models=(Dossier,), to="statement_id",
            links=lambda filterset: [
                links(visible_related(Statement, "dossier_entries", filterset.user), "statement", "dossier")
            ],
        ),
    }  # fmt: skip

    class Meta:
        model = SpeechAct
        fields: list[str] = []

    def filter_form(self, values: list[str]) -> Q:
        return Q(form__in=values)

    def filter_kind(self, values: list[str]) -> Q:
        return Q(kind__in=values)

    def filter_statement(self, refs: RefsByModel) -> Q:
        return refs["statement"].q("statement")

    def filter_speaker(self, refs: RefsByModel) -> Q:
        return refs["official"].q("statement__speaker")

    def filter_body(self, refs: RefsByModel) -> Q:
        return refs["body"].q("statement__body")

    def semi_joins_addressee(self, refs: RefsByModel) -> list[SemiJoin]:
        return addressee_joins(refs, "speechact")

    def index_paths_addressee(self, refs: RefsByModel) -> list[IndexPath]:
        kinds = self.value("kind") or []
        kind = Q(addressed__kind=kinds[0]) if len(kinds) == 1 else Q()
        parties = [(name, ref) for name in ("body", "official") for ref in refs[name].split()]
        if len(parties) > _MAX_INDEX_PATHS:
            return []
        return [
            IndexPath(
                party.q(f"addressed__{name}") & kind,
                "addressed__date_sort",
                party.exists_in(name, AddresseeIndex.objects.filter(act=OuterRef("pk"))),
            )
            for name, party in parties
        ]

    def filter_addressee_country(self, refs: RefsByModel) -> Q:
        bodies = refs["body"].with_descendants(self.visible(Body))
        to_bodies = SpeechAct.addressee_bodies.through.objects.filter(bodies.q("body"))
        # Side by side, not one within the other: SQLite's parser refuses a query that is nested any deeper.
        to_officials = SpeechAct.addressee_officials.through.objects.filter(
            bodies.q("official__state"), official__in=self.visible(Official)
        )
        return Q(pk__in=to_bodies.values("speechact")) | Q(pk__in=to_officials.values("speechact"))

    def filter_about(self, refs: RefsByModel) -> Q:
        return refs["event"].q("about_event") | refs["measure"].q("about_measure")

    def semi_joins_topic(self, refs: RefsByModel) -> list[SemiJoin]:
        topics = refs["topic"].with_descendants(self.visible(Topic))
        return [SemiJoin(Statement.topics.through.objects.filter(topics.q("topic")), "statement", to="statement")]

    def filter_dossier(self, refs: RefsByModel) -> Q:
        entries = visible_related(Statement, "dossier_entries", self.user).filter(refs["dossier"].q("dossier"))
        entries = entries.filter(statement__isnull=False)
        return Q(statement__in=entries.values("statement"))

    def filter_state(self, values: list[str]) -> Q:
        return is_in_state(self.user, values, self.value("state_on"))

    def filter_state_on(self, day: PartialDate) -> Q:
        return had_state_on(self.user, day, self.sort_path, bool(self.value("certain")))

    def filter_open_on(self, day: PartialDate) -> Q:
        return is_open_on(self.user, day, self.sort_path, bool(self.value("certain")))

    def filter_conditional(self, value: bool) -> Q:
        return ~Q(condition="") if value else Q(condition="")

    def body_links(self) -> list[Any]:
        speakers = self.visible(Official).filter(state__isnull=False)
        rows = self.visible(SpeechAct)
        of_speakers = rows.filter(statement__speaker__in=speakers)
        return [links(rows, "pk", "statement__body"), links(of_speakers, "pk", "statement__speaker__state")]

    def addressee_body_links(self) -> list[Any]:
        """The pairs of acts and the bodies that ``addressee_country`` compares (``archive.filters.dimensions``)."""
        officials = self.visible(Official).filter(state__isnull=False)
        addressed = SpeechAct.addressee_officials.through.objects.filter(official__in=officials)
        return [many_to_many(self, SpeechAct, "addressee_bodies"), links(addressed, "speechact", "official__state")]

    def of_bodies(self, bodies: RecordRefs) -> Q:
        speakers = self.visible(Official).filter(bodies.q("state"))
        return bodies.q("statement__body") | Q(statement__speaker__in=speakers)
