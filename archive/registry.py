"""The registry of collections: for each type of record that has an address, what the doors show of it.

The FilterSet, serializer and GraphQL type are dotted paths: their packages stand above this module, and import them.
Without a path the serializer and the GraphQL type have the model's columns and relations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model

from archive import models
from archive.models.base import Tracked

_CITATIONS = ("citations__source__publisher",)
_SOURCE = ("source__publisher",)
#: The page of a statement has at most so many of its speech acts; the others are on further pages.
ACTS_PER_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedText:
    """The texts of a record in the full-text index: their paths, by the weight of a word in them.

    A path is a column, or a reverse relation and a column of its rows (``names__text``). The rows must be visible
    whenever the record is. ``original`` are the texts in the language of the record, others are in English.
    """

    name: tuple[str, ...] = ("name",)
    other_names: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    original: tuple[str, ...] = ()
    #: The column of the language, a BCP 47 tag.
    language: str = ""
    #: The date field by which recent records come first.
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A type of record with an address. ``name`` is its name in the URLs of REST and of pages."""

    name: str
    model: type[Tracked]
    #: Dotted paths. ``serializer`` and ``graphql_type`` are derived from the model if they are empty.
    filterset: str
    serializer: str = ""
    graphql_type: str = ""
    #: Relation -> the paths that its rows are read along, of the record's web page; None for no page.
    page: Mapping[str, tuple[str, ...]] | None = field(default_factory=dict)
    #: Relations whose rows a response of REST has on request, by ``include``.
    parts: tuple[str, ...] = ()
    #: Relations that the record's label reads.
    label_relations: tuple[str, ...] = ()
    #: The position of its records in the results of a search, and in the admin's index; 0 for none.
    search_rank: int = 0
    admin_rank: int = 0
    #: Its entry in the full-text index; None for none.
    indexed: IndexedText | None = field(default_factory=IndexedText)

    @property
    def type_name(self) -> str:
        """The name of the GraphQL type."""
        return str(self.model.__name__)

    @property
    def list_field(self) -> str:
        """The name of the GraphQL field of the list, in snake case."""
        return self.name.replace("-", "_")

    @property
    def record_field(self) -> str:
        """The name of the GraphQL field of one record, in snake case."""
        return str(self.model._meta.verbose_name).replace(" ", "_")


def _collection(name: str, model: type[Tracked], filterset: str, **options: Any) -> Collection:
    """An entry whose serializer and GraphQL type are those that ``archive.rest`` and ``archive.graphql`` declare."""
    return Collection(
        name=name, model=model, filterset=f"archive.filters.{filterset}",
        serializer=f"archive.rest.serializers.{model.__name__}Serializer",
        graphql_type=f"archive.graphql.types.{model.__name__}Type", **options,
    )  # fmt: skip


#: All collections by name, in the order in which REST and the datasets list them.
COLLECTIONS: dict[str, Collection] = {
    collection.name: collection
    for collection in (
        _collection(
            "events", models.Event, "event.EventFilterSet",
            parts=("participations", "relations", "citations", "identifiers"),
            indexed=IndexedText(summary=("summary",), text=("place",), date="date"),
            search_rank=4, admin_rank=2,
            page={
                "part_of": (), "topics": (), "identifiers": (),
                "participations": ("body", "official", *_CITATIONS),
                "relations": ("to_event", *_CITATIONS),
                "related_from": ("from_event", *_CITATIONS),
                "measure_steps": ("measure",),
                "parts": (), "statements": (), "statements_about": (),
                "outcomes": ("speech_act__statement",),
                "citations": _SOURCE,
            },
        ),
        _collection(
            "measures", models.Measure, "measure.MeasureFilterSet",
            parts=("steps", "goods", "citations", "identifiers"),
            indexed=IndexedText(summary=("summary",), text=("goods__name",), date="in_force"),
            search_rank=3, admin_rank=3,
            page={
                "imposers": (), "targets": (), "topics": (), "identifiers": (),
                "goods": _CITATIONS,
                "steps": ("event",),
                "statements_about": (),
                "citations": _SOURCE,
            },
        ),
        _collection(
            "statements", models.Statement, "statement.StatementFilterSet",
            parts=("speech_acts", "citations", "identifiers"),
            indexed=IndexedText(
                summary=("summary",), text=("attributed_as", "speech_acts__translation", "speech_acts__condition"),
                original=("text", "speech_acts__text"), language="language", date="date",
            ),
            search_rank=5, admin_rank=1,
            page={
                "speaker": (), "body": (), "occasion": (), "topics": (), "identifiers": (),
                "capacities": ("official", "office__body"),
                "about_events": (), "about_measures": (), "in_reply_to": (), "replies": (),
                "speech_acts": (
                    "addressee_bodies", "addressee_officials", "about_event", "about_measure",
                    "outcomes__event", "outcomes__answer__statement", *_CITATIONS,
                ),
                "citations": _SOURCE,
            },
        ),
        # A speech act is shown on the page of its statement, and entered in its form.
        _collection(
            "speech-acts", models.SpeechAct, "speech_act.SpeechActFilterSet", page=None,
            parts=("outcomes", "citations"),
            indexed=IndexedText(name=(), text=("text", "translation", "condition")),
        ),
        _collection(
            "officials", models.Official, "official.OfficialFilterSet",
            parts=("names", "identifiers", "citations", "appointments"),
            indexed=IndexedText(other_names=("sort_name", "folded", "names__text", "names__folded")),
            search_rank=1, admin_rank=4,
            label_relations=("state",),
            page={
                "state": (), "names": (), "identifiers": (),
                "appointments": ("office__body", *_CITATIONS),
                "statements": (),
                "participations": ("event",),
                "citations": _SOURCE,
            },
        ),
        _collection(
            "bodies", models.Body, "catalogue.BodyFilterSet",
            parts=("names", "identifiers", "citations", "offices"),
            indexed=IndexedText(other_names=("abbreviation", "folded", "names__text", "names__folded")),
            search_rank=2, admin_rank=7,
            page={
                "parent": (), "names": (), "identifiers": (), "offices": (), "children": (), "statements": (),
                "measures_imposed": (), "measures_suffered": (),
                "participations": ("event",),
                "citations": _SOURCE,
            },
        ),
        _collection(
            "offices", models.Office, "official.OfficeFilterSet",
            parts=("appointments", "citations"),
            search_rank=6, admin_rank=6, label_relations=("body",),
            page={
                "body": (), "identifiers": (), "appointments": ("official", "office__body", *_CITATIONS),
                "citations": _SOURCE,
            },
        ),
        _collection(
            "appointments", models.Appointment, "official.AppointmentFilterSet",
            parts=("citations", "identifiers"),
            indexed=None,
            admin_rank=5,
            label_relations=("official", "office__body"),
            page={
                "official": (), "office": ("body",), "identifiers": (), "statements": (), "citations": _SOURCE,
            },
        ),
        _collection(
            "topics", models.Topic, "catalogue.TopicFilterSet",
            indexed=IndexedText(summary=("description",)),
            search_rank=7, admin_rank=9, label_relations=("parent",),
            page={"parent": (), "children": (), "identifiers": (), "events": (), "measures": (), "statements": ()},
        ),
        _collection(
            "sources", models.Source, "catalogue.SourceFilterSet",
            parts=("identifiers",),
            indexed=IndexedText(name=("title",), text=("agency", "author"), date="published"),
            search_rank=8, admin_rank=8, label_relations=("publisher",),
            page={
                "publisher": (), "identifiers": (),
                "citations": (
                    "event", "measure", "measure_good__measure", "statement", "speech_act__statement",
                    "outcome__speech_act__statement", "relation__from_event", "relation__to_event",
                    "participation__event", "official", "appointment__official", "appointment__office__body", "body",
                    "office__body",
                ),
            },
        ),
        _collection(
            "dossiers", models.Dossier, "catalogue.DossierFilterSet", search_rank=9, admin_rank=10,
            parts=("entries",),
            indexed=IndexedText(summary=("introduction",)),
        ),
    )
}  # fmt: skip


def collection_of(model: type[Model]) -> Collection | None:
    """The collection of a model; None for parts, which have no address."""
    return next((collection for collection in COLLECTIONS.values() if collection.model is model), None)


def searched() -> list[Collection]:
    """The collections that a search covers, in the order of its results."""
    collections = [collection for collection in COLLECTIONS.values() if collection.search_rank]
    return sorted(collections, key=lambda collection: collection.search_rank)


def page_names() -> dict[Any, str]:
    """The URL names of the records' web pages, by model; models without pages are missing."""
    return {collection.model: collection.name for collection in COLLECTIONS.values() if collection.page is not None}


def indexed() -> list[Collection]:
    """The collections whose records are in the full-text index."""
    return [collection for collection in COLLECTIONS.values() if collection.indexed is not None]


def in_admin() -> list[str]:
    """Names of the models that the admin's index lists as records, the most often entered first; others are parts."""
    listed = [collection for collection in COLLECTIONS.values() if collection.admin_rank]
    return [collection.type_name for collection in sorted(listed, key=lambda collection: collection.admin_rank)]


def stored_models() -> list[type[Tracked]]:
    """The models of all records and parts, by name."""
    tracked = [model for model in apps.get_models() if issubclass(model, Tracked)]
    return sorted(tracked, key=lambda model: model.__name__)
