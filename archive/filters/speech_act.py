"""Filters of speech acts."""

from __future__ import annotations

from django.db.models import OuterRef, Q

from archive.choices import SpeechActKind, State
from archive.dates import PartialDate
from archive.filters.base import ArchiveFilterSet
from archive.filters.fields import PARTY, SUBJECT
from archive.filters.filter_types import BooleanFilter, ChoicesFilter, DateFilter, RecordFilter
from archive.filters.shared import CountryFilters, DateFilters, SearchFilters, SourceFilters, order_filter
from archive.filters.statement import Found, addresses
from archive.models import AddresseeIndex, Body, Dossier, Official, SpeechAct, Statement, Topic
from archive.sql.act_states import is_in_state, is_open_on
from archive.sql.partitions import IndexPath
from archive.sql.references import RecordRefs
from archive.sql.relations import visible_related
from archive.sql.semi_joins import SemiJoin

#: A code may be a state's, or a slug of a body or an official.
_MOST_WAYS = 3


class SpeechActFilterSet(ArchiveFilterSet, DateFilters, CountryFilters, SourceFilters, SearchFilters):
    """Speech acts; their date, topics and dossiers are those of their statement."""

    key = "speech_act"
    date_field = "statement__date"
    searched = ("text", "translation", "condition")
    orders = {
        "date": ("statement__date_sort", "statement__sequence", "statement__slug", "ordinal"),
        "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }

    kind = ChoicesFilter(SpeechActKind, "What is done with the words.")
    statement = RecordFilter(Statement, help_text="The statement that it is part of.")
    speaker = RecordFilter(Official, help_text="Who spoke.")
    body = RecordFilter(Body, help_text="The body on whose behalf.")
    addressee = RecordFilter(*PARTY, help_text="A body or official that it is addressed to.")
    about = RecordFilter(*SUBJECT, help_text="An event or measure that it is about.")
    topic = RecordFilter(Topic, help_text="Its statement is on this topic or one below it.")
    dossier = RecordFilter(Dossier, help_text="Its statement is in this dossier.")
    state = ChoicesFilter(State, "Its state by all that is known; only for kinds that call for an answer.")
    open_on = DateFilter("Called for an answer and had none by the end of this date.")
    conditional = BooleanFilter("Whether it has a condition.")
    order_by = order_filter(orders)

    class Meta:
        model = SpeechAct
        fields: list[str] = []

    def where_kind(self, words: list[str]) -> Q:
        return Q(kind__in=words)

    def where_statement(self, found: Found) -> Q:
        return found["statement"].at("statement")

    def where_speaker(self, found: Found) -> Q:
        return found["official"].at("statement__speaker")

    def where_body(self, found: Found) -> Q:
        return found["body"].at("statement__body")

    def links_addressee(self, found: Found) -> list[SemiJoin]:
        return addresses(found, "speechact")

    def ways_addressee(self, found: Found) -> list[IndexPath]:
        kinds = self.asked("kind") or []
        kind = Q(addressed__kind=kinds[0]) if len(kinds) == 1 else Q()
        parties = [(name, one) for name in ("body", "official") for one in found[name].each()]
        if len(parties) > _MOST_WAYS:
            return []
        return [
            IndexPath(
                one.at(f"addressed__{name}") & kind,
                "addressed__date_sort",
                one.beside(name, AddresseeIndex.objects.filter(act=OuterRef("pk"))),
            )
            for name, one in parties
        ]

    def where_about(self, found: Found) -> Q:
        return found["event"].at("about_event") | found["measure"].at("about_measure")

    def links_topic(self, found: Found) -> list[SemiJoin]:
        topics = found["topic"].below(self.visible(Topic))
        return [SemiJoin(Statement.topics.through.objects.filter(topics.at("topic")), "statement", to="statement")]

    def where_dossier(self, found: Found) -> Q:
        entries = visible_related(Statement, "dossier_entries", self.user).filter(found["dossier"].at("dossier"))
        entries = entries.filter(statement__isnull=False)
        return Q(statement__in=entries.values("statement"))

    def where_state(self, words: list[str]) -> Q:
        return is_in_state(self.user, words)

    def where_open_on(self, day: PartialDate) -> Q:
        return is_open_on(self.user, day, self.place)

    def where_conditional(self, claim: bool) -> Q:
        return ~Q(condition="") if claim else Q(condition="")

    def under(self, bodies: RecordRefs) -> Q:
        speakers = self.visible(Official).filter(bodies.at("state"))
        return bodies.at("statement__body") | Q(statement__speaker__in=speakers)
