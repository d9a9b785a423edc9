"""A schema as graphene-django's guide writes it: a type per model, DjangoFilterConnectionField for lists."""

from __future__ import annotations

from typing import Any

import django_filters
import graphene
from django.db.models import Exists, OuterRef, Q
from graphene.relay import Node
from graphene_django import DjangoObjectType
from graphene_django.filter import DjangoFilterConnectionField
from graphene_django.registry import Registry

from archive import models

registry = Registry()
_ORDER = django_filters.OrderingFilter(fields=("date_sort", "sequence", "slug"))


class EventFilters(django_filters.FilterSet):
    order_by = _ORDER

    class Meta:
        model = models.Event
        fields = {"classification": ["exact"], "date_earliest": ["lte"], "date_latest": ["gte"]}


class StatementFilters(django_filters.FilterSet):
    order_by = _ORDER

    class Meta:
        model = models.Statement
        fields = {"speaker__slug": ["exact"]}


class SpeechActFilters(django_filters.FilterSet):
    state = django_filters.CharFilter(field_name="addressee_bodies__iso3166")
    open_on = django_filters.DateFilter(method="filter_open")
    order_by = django_filters.OrderingFilter(
        fields=("statement__date_sort", "statement__sequence", "statement__slug", "ordinal")
    )

    class Meta:
        model = models.SpeechAct
        fields = {"kind": ["exact"]}

    def filter_open(self, rows: Any, name: str, day: Any) -> Any:
        outcomes = models.Outcome.objects.filter(speech_act=OuterRef("pk"), date_latest__lte=day)
        is_stated = Q(statement__date_earliest__lte=day) | Q(statement__date_earliest__isnull=True)
        return rows.filter(is_stated, ~Exists(outcomes), statement__status="published")


def _type(model: Any, *fields: str, filters: Any = None) -> Any:
    """A type with these fields. The archive's own kind of date, which graphene-django has no type for, is text."""
    dates = [name for name in fields if name.startswith("date")]
    meta: dict[str, Any] = {
        "model": model, "fields": [name for name in fields if name not in dates], "interfaces": (Node,),
        "registry": registry, "convert_choices_to_enum": False,
    }  # fmt: skip
    if filters:
        meta["filterset_class"] = filters
    body: dict[str, Any] = {"Meta": type("Meta", (), meta)}
    for name in dates:
        body |= {name: graphene.String(), f"resolve_{name}": _text(name)}
    if any(field.name == "status" for field in model._meta.concrete_fields):
        body["get_queryset"] = classmethod(lambda cls, rows, info: rows.filter(status="published"))
    return type(model.__name__, (DjangoObjectType,), body)


def _text(name: str) -> Any:
    def resolve(record: Any, info: Any) -> str | None:
        value = getattr(record, name)
        return None if value is None else str(getattr(value, "text", value))

    return resolve


_DATE = ("date", "date_display", "date_earliest", "date_latest")
Body = _type(models.Body, "slug", "name", "iso3166")
Topic = _type(models.Topic, "slug", "name", "parent")
Source = _type(models.Source, "slug", "title", "publisher")
Citation = _type(models.Citation, "locator", "quotation", "stance", "source")
Official = _type(models.Official, "slug", "name", "state")
Office = _type(models.Office, "slug", "name", "body")
Appointment = _type(models.Appointment, "slug", "office")
Participation = _type(models.Participation, "role", "body", "official")
Relation = _type(models.Relation, "kind", "to_event")
SpeechAct = _type(
    models.SpeechAct, "slug", "kind", "text", "condition", "ordinal", "statement", "addressee_bodies",
    "addressee_officials", filters=SpeechActFilters,
)  # fmt: skip
Statement = _type(
    models.Statement, "slug", "name", "summary", "text", "speaker", "capacities", "topics", "speech_acts", *_DATE,
    filters=StatementFilters,
)  # fmt: skip
Event = _type(
    models.Event, "slug", "name", "summary", "classification", "place", "part_of", "topics", "participations",
    "relations", "citations", "statements", *_DATE, filters=EventFilters,
)  # fmt: skip


class Query(graphene.ObjectType):
    events = DjangoFilterConnectionField(Event)
    statements = DjangoFilterConnectionField(Statement)
    speech_acts = DjangoFilterConnectionField(SpeechAct)
    event = graphene.Field(Event, slug=graphene.String(required=True))

    def resolve_event(self, info: Any, slug: str) -> Any:
        return models.Event.objects.filter(status="published", slug=slug).first()


schema = graphene.Schema(query=Query)
