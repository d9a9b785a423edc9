"""Base types of the schema: partial dates, the Party interface, and fields for related records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
from django.db.models import DateTimeField, Field
from graphene_django import DjangoObjectType
from graphene_django.converter import convert_django_field

from archive.graphql.scalars import Date, DateTime
from archive.models.fields import PartialDateField
from archive.visibility import Viewer


class PlannedField(graphene.Field):
    """A field with what ``Planner`` needs to compile it into the SQL query.

    ``kind`` is one of "related" and "list" (records of ``relations``), "connection" (a page of ``collection``, or of
    ``relations[0]`` below a record), "record" (by slug), "counts" and "facets" (of ``collection``), "node", "nodes",
    "search", "search_results", "timeline", "chain", and "enum" (``expression``, a function of the user).
    There are no resolvers: the compiled query returns the data.
    """

    def __init__(
        self, type_: object, kind: str, relations: tuple[str, ...] = (), collection: str = "",
        expression: Callable[[Viewer], Any] | None = None, **kwargs: object,
    ) -> None:  # fmt: skip
        super().__init__(type_, **kwargs)
        self.kind, self.relations, self.collection, self.expression = kind, relations, collection, expression


class PartialDateType(graphene.ObjectType):
    """A date and its precision: EDTF text, English text, and first and last possible day (null if open or unknown)."""

    class Meta:
        name = "PartialDate"

    text = graphene.String(required=True, description="The date in EDTF, as it was entered: 2019-07, 1936~.")
    display = graphene.String(required=True, description="The date in English: July 2019, about 1936.")
    earliest = graphene.Field(Date, description="The first possible day; null where the start is open or unknown.")
    latest = graphene.Field(Date, description="The last possible day; null where the end is open or unknown.")


@convert_django_field.register(PartialDateField)
def _convert_partial_date(field: Field[Any, Any], registry: object = None) -> graphene.Field:
    return graphene.Field(PartialDateType, description=field.help_text, required=not field.null)


@convert_django_field.register(DateTimeField)
def _convert_datetime(field: Field[Any, Any], registry: object = None) -> graphene.Field:
    return graphene.Field(DateTime, description=field.help_text, required=not field.null)


class Party(graphene.Interface):
    """A body or an official, as an actor, a speaker or an addressee."""

    id = graphene.ID(required=True, description="The global id, for node() and nodes().")
    slug = graphene.String(required=True, description="The slug, by which REST, pages and datasets name the record.")
    name = graphene.String(required=True, description="The name in English.")


class ArchiveType(DjangoObjectType):
    """Base of the types of records."""

    class Meta:
        abstract = True


def foreign_key(record_type: object, name: str, description: str = "") -> graphene.Field:
    """The record of a foreign key; null if there is none, or none that is visible to the user."""
    return PlannedField(record_type, "related", (name,), description=description)


def related_list(record_type: object, *names: str, description: str = "") -> graphene.Field:
    """All visible records of one or several relations, in one list without pages."""
    list_type = graphene.NonNull(graphene.List(graphene.NonNull(record_type)))
    return PlannedField(list_type, "list", names, description=description)


def first_of(record_type: object, *names: str, description: str = "") -> graphene.Field:
    """The record of the first of several foreign keys that is set and visible to the user."""
    return PlannedField(record_type, "related", names, description=description)
