"""Visibility of records (drafts or published) and date conditions: the queryset class of every record."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Protocol, Self, TypeAlias

from django.db import models
from django.db.models import Max, Q, Subquery
from django.db.models.functions import Coalesce, Greatest

from archive.appointment_conditions import certainly_runs, may_run
from archive.choices import Status
from archive.dates import PartialDate
from archive.models.bulk_writes import BulkWrites

#: The permission that lets its holder see drafts, everywhere.
VIEW_DRAFTS = "archive.view_drafts"


class PermissionHolder(Protocol):
    """A holder of permissions: a user, an anonymous user, or the system itself."""

    @property
    def is_active(self) -> bool: ...

    def has_perm(self, perm: str) -> bool: ...


#: Who reads; None sees what anonymous users see.
Viewer: TypeAlias = PermissionHolder | None


def sees_drafts(user: Viewer) -> bool:
    """Whether the user sees unpublished records. None and anonymous users do not."""
    return user is not None and user.is_active and user.has_perm(VIEW_DRAFTS)


def published(model: type[models.Model], prefix: str = "", implied: Container[str] = ()) -> Q:
    """The condition that a record is public: it is published, and so are its ``visibility_parents``.

    ``implied`` names the parents (the record itself by an empty string) that are known to be published.
    """
    condition = Q()
    if "" not in implied and any(field.name == "status" for field in model._meta.concrete_fields):
        condition &= Q(**{f"{prefix}status": Status.PUBLISHED})
    for parent in getattr(model, "visibility_parents", ()):
        if parent in implied:
            continue
        path = f"{prefix}{parent}"
        if is_nullable(model, parent):
            condition &= Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__status": Status.PUBLISHED})
        else:
            condition &= Q(**{f"{path}__status": Status.PUBLISHED})
    return condition


def is_nullable(model: type[models.Model], path: str) -> bool:
    """Whether the column at the end of a path may be NULL, itself or by a NULL on the way."""
    step: Any = model
    for name in path.split("__"):
        field = step._meta.pk if name == "pk" else step._meta.get_field(name)
        if field.null:
            return True
        step = field.related_model
    return False


def related_model(model: type[models.Model], path: str) -> type[Any]:
    """The model at the end of a path of relations; the model itself for an empty path and for ``pk``."""
    related: type[Any] = model
    for name in path.split("__") if path not in ("", "pk") else ():
        related = related._meta.get_field(name).related_model
    return related


def is_implied_visible(model: type[models.Model], path: str) -> bool:
    """Whether a published row implies that the record at the end of a path of foreign keys is published."""
    related = related_model(model, path)
    own = ("", *getattr(model, "visibility_parents", ()))
    parents = ("", *getattr(related, "visibility_parents", ()))
    return not published(related, implied={parent for parent in parents if join_path(path, parent) in own})


def related_record(record: models.Model, path: str) -> Any:
    """The record at the end of a path of foreign keys; None if one of them is not set."""
    related: Any = record
    for name in path.split("__"):
        if related is None or getattr(related, related._meta.get_field(name).attname) is None:
            return None
        related = getattr(related, name)
    return related


def join_path(relation: str, path: str) -> str:
    """The path from the row that has the relation; an empty path is the related record itself."""
    return f"{relation}__{path}" if path else relation


def visible_records(model: type[models.Model], user: Viewer) -> Any:
    """The queryset of all rows of a model that the user may see."""
    manager: Any = model._default_manager
    return manager.visible_to(user)


class ArchiveQuerySet(BulkWrites):
    """Queryset of a record type."""

    def visible_to(self, user: Viewer) -> Self:
        """The records visible to the user: all with the permission to view drafts, else the published ones."""
        if sees_drafts(user):
            return self
        return self.filter(published(self.model))

    def in_force(self, day: PartialDate | None, certain: bool = False) -> Self:
        """Appointments or measures in force on the date: possibly, or with ``certain`` certainly throughout it."""
        if day is None:
            return self
        return self.filter(running(self.model, day, certain))


def overlapping(field: str, day: PartialDate) -> Q:
    """Dates that overlap ``day``; open bounds are unlimited, blank dates never match."""
    condition = Q(**{f"{field}__isnull": False})
    if day.latest is not None:
        condition &= Q(**{f"{field}_earliest__lte": day.latest}) | Q(**{f"{field}_earliest__isnull": True})
    if day.earliest is not None:
        condition &= Q(**{f"{field}_latest__gte": day.earliest}) | Q(**{f"{field}_latest__isnull": True})
    return condition


def sorting_by(rows: models.QuerySet[Any], field: str, day: PartialDate, sort_path: str) -> Q:
    """An upper bound on the column ``sort_path``, implied by ``earliest <= last day of day``.

    It lets the database start inside the order's index instead of skipping all later rows. Dates in ``rows`` whose
    start is open or unknown sort by their end: these few may be later, so the bound is at least the greatest of them.
    """
    if day.last_sort is None:
        return Q()
    without_start = (
        rows.filter(**{f"{field}__isnull": False, f"{field}_earliest__isnull": True}).order_by().values("status")
    )
    last = without_start.annotate(last=Max(f"{field}_sort")).values("last")
    bound = Greatest(day.last_sort, Coalesce(Subquery(last), 0), output_field=models.BigIntegerField())
    return Q(**{f"{sort_path}__lte": bound})


def within(field: str, day: PartialDate) -> Q:
    """Dates whose bounds are both known and lie within ``day``."""
    return not_before(field, day) & not_after(field, day)


def not_before(field: str, day: PartialDate) -> Q:
    """Dates certainly on or after the first day of ``day``: their earliest day is known; an open start is no limit."""
    is_known = Q(**{f"{field}_earliest__isnull": False})
    if day.earliest is None:
        return is_known
    # The second condition implies nothing new, but bounds the order's index.
    return Q(**{f"{field}_earliest__gte": day.earliest, f"{field}_sort__gte": day.first_sort})


def not_after(field: str, day: PartialDate) -> Q:
    """Dates certainly on or before the last day of ``day``: their latest day is known; an open end is no limit."""
    is_known = Q(**{f"{field}_latest__isnull": False})
    return is_known if day.latest is None else Q(**{f"{field}_latest__lte": day.latest})


def covering(field: str, day: PartialDate) -> Q:
    """Periods certainly in force throughout ``day``: latest start <= its first day, its last day <= earliest end."""
    if day.earliest is None or day.latest is None:
        return Q(pk__in=[])
    return Q(**{f"{field}_certain_from__lte": day.earliest, f"{field}_certain_until__gte": day.latest})


def running(model: type[models.Model], day: PartialDate, certain: bool = False) -> Q:
    """Measures or appointments in force on a date."""
    if any(field.name == "in_force" for field in model._meta.concrete_fields):
        return covering("in_force", day) if certain else overlapping("in_force", day)
    return certainly_runs(day) if certain else may_run(day)
