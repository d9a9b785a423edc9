"""The rule that links of published records lead to published records; the public does not see other links."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Field, Model, Q, QuerySet

from archive import models
from archive.checks.finding import Violation
from archive.checks.scope import Scope
from archive.checks.sentences import Expected, Got, PartName
from archive.choices import Status
from archive.models.base import Record
from archive.permissions import PARENT_PATHS
from archive.visibility import related_model


def published_points_to_unpublished(scope: Scope) -> Iterator[Violation]:
    """Links from published records and their parts to records that are not published; of the whole archive only."""
    if not scope.is_whole:
        return
    for model in (getattr(models, name) for name in models.__all__):
        if not issubclass(model, Record) and model not in PARENT_PATHS:
            continue
        for field in record_links(model):
            rows = _many_to_many_rows(model, field) if field.many_to_many else _foreign_key_rows(model, field)
            for owner, target, status in rows:
                sentence = Got.PART_HIDDEN if model in PARENT_PATHS else Got.HIDDEN
                part = str(model._meta.verbose_name)
                got = sentence.format(part=part, field=field.name, target=target, status=status)
                yield owner, got, Expected.PUBLISHED.value


def record_links(model: type[Model]) -> list[Any]:
    """The relations to records with a status, without a part's own parent."""
    own = PARENT_PATHS.get(model, ())
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return [
        field
        for field in fields
        if field.is_relation and issubclass(related_model(model, field.name), Record) and field.name not in own
    ]


def _foreign_key_rows(model: type[Model], field: Field[Any, Any]) -> Iterator[tuple[str, str, str]]:
    rows = model._default_manager.exclude(**{f"{field.name}__status": Status.PUBLISHED})
    yield from _rows(rows.filter(**{f"{field.name}__isnull": False}), model, "", field.name)


def _many_to_many_rows(model: type[Model], field: Any) -> Iterator[tuple[str, str, str]]:
    links = field.remote_field.through
    owner, target = field.m2m_field_name(), field.m2m_reverse_field_name()
    rows = links.objects.exclude(**{f"{target}__status": Status.PUBLISHED})
    yield from _rows(rows, model, f"{owner}__", target)


def _rows(rows: QuerySet[Any], model: type[Model], prefix: str, target: str) -> Iterator[tuple[str, str, str]]:
    """(owner with its kind, target, the target's status) of rows whose owner is published."""
    paths = PARENT_PATHS.get(model, ("",))
    kinds = [_verbose_name(model, path) for path in paths]
    lookups = [f"{prefix}{path}__" if path else prefix for path in paths]
    is_published = reduce(or_, (Q(**{f"{lookup}status": Status.PUBLISHED}) for lookup in lookups))
    slugs = [f"{lookup}slug" for lookup in lookups]
    rows = rows.filter(is_published).order_by(*slugs, f"{target}__slug")
    for *owners, slug, status in rows.values_list(*slugs, f"{target}__slug", f"{target}__status").iterator():
        kind, owner = next((kind, name) for kind, name in zip(kinds, owners, strict=True) if name)
        yield PartName.RECORD.format(record_type=kind, slug=owner), slug, status


def _verbose_name(model: type[Model], path: str) -> str:
    """The verbose name of the model at the end of a path."""
    return str(related_model(model, path)._meta.verbose_name)
