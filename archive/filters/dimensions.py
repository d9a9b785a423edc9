"""Dimensions: by what the records of a FilterSet are counted, for every door. FilterSets declare them by name.

A dimension has the name of the filter that takes its values, where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, Model, QuerySet, TextChoices, Value

from archive.models import Body, Official
from archive.sql.groupings import Grouping, PeriodGrouping, RecordGrouping, WordGrouping
from archive.sql.periods import UNITS, Unit
from archive.visibility import published, sees_drafts

if TYPE_CHECKING:
    from archive.filters.base import ArchiveFilterSet

#: The filters by date, which a facet by period leaves out.
DATE_FILTERS = ("date", "date_after", "date_before", "certain")


def date_bounds(
    filterset: type[ArchiveFilterSet], filters: Mapping[str, Sequence[str]]
) -> tuple[date | None, date | None]:
    """The first and the last day that the filters by date leave, which are valid; None for an open bound."""
    dates = {
        name: filterset.base_filters[name].field.clean([text for text in filters.get(name, ()) if text.strip()])
        for name in ("date", "date_after", "date_before") if name in filterset.base_filters
    }  # fmt: skip
    first = [day.earliest for name, day in dates.items() if name != "date_before" and day and day.earliest]
    last = [day.latest for name, day in dates.items() if name != "date_after" and day and day.latest]
    return max(first, default=None), min(last, default=None)


@dataclass(frozen=True, slots=True)
class Dimension:
    """Base: a description. ``filters`` are the filters that a facet leaves out besides the one of its name."""

    help_text: str
    filters: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit | None:
        """The unit of a period; None for other dimensions."""
        return None

    def grouping(self, filterset: ArchiveFilterSet, uses_enums: bool) -> Grouping:
        """The grouping of the rows. ``uses_enums``: values of vocabularies by the names of their members."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class WordDimension(Dimension):
    """A column with a vocabulary, or with another short text."""

    path: str = ""
    vocabulary: type[TextChoices] | None = None
    #: Instead of the path: an expression, a function of the user; or link rows, a function of the FilterSet.
    expression: Callable[[Any], Any] | None = None
    links: Callable[[Any], list[Any]] | None = None

    def grouping(self, filterset: ArchiveFilterSet, uses_enums: bool) -> Grouping:
        words = tuple(
            (str(word.value), str(word.name if uses_enums else word.value), str(word.label))
            for word in self.vocabulary or ()
        )
        source = self.expression(filterset.user) if self.expression else self.path
        return WordGrouping(source, words, tuple(self.links(filterset)) if self.links else ())


@dataclass(frozen=True, slots=True)
class RecordDimension(Dimension):
    """The record of a foreign key, or the records of link rows (``links``, a function of the FilterSet)."""

    models: tuple[type[Model], ...] = ()
    path: str = ""
    links: Callable[[Any], list[Any]] | None = None
    #: The row's column to which the link rows refer.
    to: str = "pk"
    #: Whether a record also counts for the records above, by their ``parent``.
    is_tree: bool = False
    #: The condition of the records that are counted by, as the states among the bodies.
    among: tuple[tuple[str, str], ...] = ()

    def grouping(self, filterset: ArchiveFilterSet, uses_enums: bool) -> Grouping:
        names = tuple(
            filterset.visible(model).filter(**dict(self.among)).values(
                key=party_key(model, "pk") if len(self.models) > 1 else F("pk"), value=F("slug"), label=F(_name(model))
            )
            for model in self.models
        )  # fmt: skip
        tree = None
        if self.is_tree:
            tree = filterset.visible(self.models[0]).order_by().values(node=F("pk"), above=F("parent"))
        links = tuple(self.links(filterset)) if self.links else ()
        return RecordGrouping(names, self.path, links, self.to, tree)


@dataclass(frozen=True, slots=True)
class PeriodDimension(Dimension):
    """The period of the FilterSet's date."""

    period: Unit = "year"
    #: The path of the date, by default the FilterSet's ``date_field``.
    path: str = ""

    @property
    def unit(self) -> Unit | None:
        return self.period

    def grouping(self, filterset: ArchiveFilterSet, uses_enums: bool) -> Grouping:
        return PeriodGrouping(self.path or filterset.date_field, self.period)


def period_dimensions(path: str = "", of: str = "date") -> dict[str, Dimension]:
    """A dimension for each unit of periods."""
    filters = () if path else DATE_FILTERS
    return {unit: PeriodDimension(f"By the {unit} of the {of}.", filters, unit, path) for unit in UNITS}


def links(rows: QuerySet[Any], record: str, key: str) -> Any:
    """Pairs of a record and a key, from the rows of a link table that have both."""
    rows = rows.filter(**{f"{record}__isnull": False, f"{key}__isnull": False})
    return rows.values(record=F(record), key=F(key))


def party_links(rows: QuerySet[Any], record: str) -> list[Any]:
    """Pairs of a record and a party's key, from link rows with a body or an official."""
    return [
        rows.filter(**{f"{record}__isnull": False, f"{path}__isnull": False}).values(
            record=F(record), key=party_key(model, f"{path}_id")
        )
        for model, path in ((Body, "body"), (Official, "official"))
    ]


def many_to_many(
    filterset: ArchiveFilterSet, model: type[Model], name: str, record: str = "", key: object = None
) -> Any:
    """The pairs of a many-to-many relation, without invisible records."""
    field: Any = model._meta.get_field(name)
    through, target = field.remote_field.through, field.m2m_reverse_field_name()
    rows = through._default_manager.all()
    if not sees_drafts(filterset.user):
        rows = rows.filter(published(field.related_model, prefix=f"{target}__"))
    own = record or field.m2m_field_name()
    return rows.values(record=F(own), key=F(target) if key is None else key)


def party_key(model: type[Model], path: str) -> ExpressionWrapper[Any]:
    """A number that is unique among bodies and officials."""
    key = F(path) * Value(2)
    return ExpressionWrapper(key if model is Body else key + Value(1), output_field=BigIntegerField())


def _name(model: type[Model]) -> str:
    return "name" if any(field.name == "name" for field in model._meta.concrete_fields) else "title"
