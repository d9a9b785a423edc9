# No postponed annotations here: strawberry reads them.
"""A schema as strawberry-django's guide writes it: types from models, paginated lists, the optimiser switched on."""

import datetime
from typing import Annotated, Any, Optional

import strawberry
import strawberry_django
from django.db.models import Exists, OuterRef, Q
from strawberry_django.optimizer import DjangoOptimizerExtension

from archive import models


class Published:
    """Only published records."""

    @classmethod
    def get_queryset(cls, queryset: Any, info: Any, **kwargs: Any) -> Any:
        return queryset if queryset.query.is_sliced else queryset.filter(status="published")


def _text(name: str) -> Any:
    """The archive's own kind of date, which strawberry has no type for, as text."""

    def resolve(root: Any) -> str:
        value = getattr(root, name)
        return str(getattr(value, "text", value))

    return strawberry_django.field(resolver=resolve, only=[name])


@strawberry_django.type(models.Body)
class Body(Published):
    slug: str
    name: str
    iso3166: str | None


@strawberry_django.type(models.Topic)
class Topic(Published):
    slug: str
    name: str
    parent: Optional["Topic"]


@strawberry_django.type(models.Source)
class Source(Published):
    slug: str
    title: str
    publisher: Body | None


@strawberry_django.type(models.Citation)
class Citation:
    locator: str
    quotation: str
    stance: str
    source: Source


@strawberry_django.type(models.Official)
class Official(Published):
    slug: str
    name: str
    state: Body | None


@strawberry_django.type(models.Office)
class Office(Published):
    slug: str
    name: str
    body: Body


@strawberry_django.type(models.Appointment)
class Appointment(Published):
    office: Office


@strawberry_django.type(models.Participation)
class Participation:
    role: str
    body: Body | None
    official: Official | None


@strawberry_django.type(models.SpeechAct)
class SpeechAct:
    slug: str
    kind: str
    text: str
    condition: str
    statement: Annotated["Statement", strawberry.lazy("bench.peers.strawberry.schema")]
    addressee_bodies: list[Body]
    addressee_officials: list[Official]


@strawberry_django.type(models.Statement, pagination=True)
class Statement(Published):
    slug: str
    name: str
    summary: str
    text: str
    date: str = _text("date")
    date_display: str
    date_earliest: datetime.date | None
    date_latest: datetime.date | None
    speaker: Official | None
    capacities: list[Appointment]
    topics: list[Topic]
    speech_acts: list[SpeechAct]


@strawberry_django.type(models.Relation)
class Relation:
    kind: str
    to_event: Annotated["Event", strawberry.lazy("bench.peers.strawberry.schema")]


@strawberry_django.type(models.Event)
class Event(Published):
    slug: str
    name: str
    summary: str
    classification: str
    date: str = _text("date")
    date_display: str
    date_earliest: datetime.date | None
    date_latest: datetime.date | None
    place: str
    part_of: Optional["Event"]
    topics: list[Topic]
    participations: list[Participation]
    relations: list[Relation]
    citations: list[Citation]
    statements: list[Statement] = strawberry_django.field(pagination=True)


@strawberry.type
class Query:
    @strawberry_django.field
    def events(self, start: datetime.date, end: datetime.date, classification: str, limit: int = 50) -> list[Event]:
        rows = models.Event.objects.filter(classification=classification, status="published")
        rows = rows.filter(Q(date_earliest__lte=end) | Q(date_earliest__isnull=True))
        rows = rows.filter(Q(date_latest__gte=start) | Q(date_latest__isnull=True))
        return rows.order_by("-date_sort", "-sequence", "-slug")[:limit]

    @strawberry_django.field
    def event(self, slug: str) -> Event:
        return models.Event.objects.filter(status="published", slug=slug).get()

    @strawberry_django.field
    def statements(self, speaker: str | None = None, offset: int = 0, limit: int = 50) -> list[Statement]:
        rows = models.Statement.objects.filter(status="published")
        if speaker:
            rows = rows.filter(speaker__slug=speaker)
        return rows.order_by("date_sort", "sequence", "slug")[offset : offset + limit]

    @strawberry_django.field
    def speech_acts(self, state: str, day: datetime.date, kind: str, limit: int = 50) -> list[SpeechAct]:
        outcomes = models.Outcome.objects.filter(speech_act=OuterRef("pk"), date_latest__lte=day)
        is_stated = Q(statement__date_earliest__lte=day) | Q(statement__date_earliest__isnull=True)
        rows = models.SpeechAct.objects.filter(is_stated, ~Exists(outcomes), kind=kind, statement__status="published")
        rows = rows.filter(addressee_bodies__iso3166=state)
        return rows.order_by("-statement__date_sort", "-statement__sequence", "-statement__slug", "-ordinal")[:limit]


schema = strawberry.Schema(query=Query, extensions=[DjangoOptimizerExtension])
