"""Published records whose links lead to what is not published: the public does not see that part of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from archive import models
from archive.checks.finding import Found
from archive.choices import Status
from archive.models.base import Record
from archive.permissions import PARENT_PATHS


def published_points_to_unpublished() -> Iterator[Found]:
    """Links from published records, and from what belongs to them, to records that are not published."""
    for model in _kinds():
        name = str(model._meta.verbose_name)
        for field in _links(model):
            found = _through(model, field) if field.many_to_many else _direct(model, field)
            for owner, target, status in found:
                told = f"{name}, " if model in PARENT_PATHS else ""
                yield owner, f"{told}{field.name}: {target}, which is {status}", "a published record"


def _kinds() -> list[Any]:
    return [one for name in models.__all__ if issubclass(one := getattr(models, name), Record) or one in PARENT_PATHS]


def _links(model: Any) -> list[Any]:
    """The links to records with a status, those to what the part belongs to left out."""
    own = PARENT_PATHS.get(model, ())
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return [
        field
        for field in fields
        if field.is_relation and issubclass(field.related_model, Record) and field.name not in own
    ]


def _direct(model: Any, field: Any) -> Iterator[tuple[str, str, str]]:
    rows = model.objects.exclude(**{f"{field.name}__status": Status.PUBLISHED})
    yield from _rows(rows.filter(**{f"{field.name}__isnull": False}), model, "", field.name)


def _through(model: Any, field: Any) -> Iterator[tuple[str, str, str]]:
    links = field.remote_field.through
    here, there = field.m2m_field_name(), field.m2m_reverse_field_name()
    rows = links.objects.exclude(**{f"{there}__status": Status.PUBLISHED})
    yield from _rows(rows, model, f"{here}__", there)


def _rows(rows: Any, model: Any, prefix: str, target: str) -> Iterator[tuple[str, str, str]]:
    """Owner (with its kind), target and the target's status, of rows whose owner is published."""
    paths = PARENT_PATHS.get(model, ("",))
    kinds = [_kind(model, path) for path in paths]
    lookups = [f"{prefix}{path}__" if path else prefix for path in paths]
    owned = reduce(or_, (Q(**{f"{lookup}status": Status.PUBLISHED}) for lookup in lookups))
    slugs = [f"{lookup}slug" for lookup in lookups]
    shown = rows.filter(owned).order_by(*slugs, f"{target}__slug")
    for *owners, slug, status in shown.values_list(*slugs, f"{target}__slug", f"{target}__status").iterator():
        yield next(f"{kind} {name}" for kind, name in zip(kinds, owners, strict=True) if name), slug, status


def _kind(model: Any, path: str) -> str:
    """What the record at the end of a path is called."""
    for name in path.split("__") if path else ():
        model = model._meta.get_field(name).related_model
    return str(model._meta.verbose_name)
