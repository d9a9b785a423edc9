"""What all types are made of: dates, interfaces, and fields for relations that resolve through ``fetch``."""

from __future__ import annotations

from typing import Any

import graphene
from django.db.models import DateTimeField
from graphene_django import DjangoObjectType
from graphene_django.converter import convert_django_field

from archive.graphql import loaders
from archive.graphql.relay import local_id
from archive.graphql.scalars import Date, DateTime
from archive.models.fields import PartialDateField


class PlannedField(graphene.Field):
    """A field that also says how it is reached, for answers by one statement (``plan``).

    ``to`` is one of "one" and "many" (related rows by ``names``), "page" (a list of the collection ``names[0]``, of the
    relation ``names[1]`` if there is one), "single" (a root by slug), "node", "nodes", "search", and "word"
    (``expression``).
    """

    def __init__(self, type_: Any, to: str = "", names: tuple[str, ...] = (), expression: Any = None, **kwargs: Any):
        super().__init__(type_, **kwargs)
        self.to, self.names, self.expression = to, names, expression


class PartialDateType(graphene.ObjectType):
    """A date that says how much is known: its EDTF text, how it reads, its bounds (null where open or unknown)."""

    class Meta:
        name = "PartialDate"

    text = graphene.String(required=True, description="The date in EDTF, as it was entered: 2019-07, 1936~.")
    display = graphene.String(required=True, description="The date in English: July 2019, about 1936.")
    earliest = graphene.Field(Date, description="The first possible day; null where the start is open or unknown.")
    latest = graphene.Field(Date, description="The last possible day; null where the end is open or unknown.")


@convert_django_field.register(PartialDateField)
def _convert_date(field: Any, registry: Any = None) -> graphene.Field:
    return graphene.Field(PartialDateType, description=field.help_text, required=not field.null)


@convert_django_field.register(DateTimeField)
def _convert_datetime(field: Any, registry: Any = None) -> graphene.Field:
    return graphene.Field(DateTime, description=field.help_text, required=not field.null)


class Party(graphene.Interface):
    """A body or an official: who acts, speaks, is addressed."""

    id = graphene.ID(required=True, description="The global id, for node() and nodes().")
    slug = graphene.String(required=True, description="The slug, by which REST, pages and datasets name the record.")
    name = graphene.String(required=True, description="The name in English.")

    @classmethod
    def resolve_type(cls, instance: Any, info: Any) -> str:
        return type(instance).__name__


class ArchiveType(DjangoObjectType):
    """Base of the records' types."""

    class Meta:
        abstract = True

    def resolve_id(self, info: Any) -> Any:
        return local_id(self)

    def resolve_version(self, info: Any) -> Any:
        return getattr(self, "public_version", None) or self.version

    @classmethod
    def is_type_of(cls, root: Any, info: Any) -> bool:
        return isinstance(root, cls._meta.model)


def foreign_key(node: Any, name: str, description: str = "") -> graphene.Field:
    """A forward key: null when there is none that the asker may see."""

    def resolve(parent: Any, info: Any) -> Any:
        return loaders.load_one(parent, name, info.context.user)

    return PlannedField(node, "one", (name,), resolver=resolve, description=description)


def related_list(node: Any, *names: str, description: str = "") -> graphene.Field:
    """All related records of one or several relations, in one list."""

    def resolve(parent: Any, info: Any) -> list[Any]:
        return [row for name in names for row in loaders.load_many(parent, name, info.context.user)]

    inner = graphene.NonNull(graphene.List(graphene.NonNull(node)))
    return PlannedField(inner, "many", names, resolver=resolve, description=description)


def first_of(node: Any, *names: str, description: str = "") -> graphene.Field:
    """The one record that is set of several forward keys."""

    def resolve(parent: Any, info: Any) -> Any:
        for name in names:
            if (found := loaders.load_one(parent, name, info.context.user)) is not None:
                return found
        return None

    return PlannedField(node, "one", names, resolver=resolve, description=description)
