"""Selection of the exported records: by visibility, and by filters together with all that they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q

from archive import models
from archive.choices import Attribution
from archive.database import in_chunks
from archive.datasets.schema import record_types
from archive.exceptions import FilterError, Problem
from archive.filters import FILTERSETS
from archive.models import Statement
from archive.parameter_names import closest_parameter
from archive.permissions import PARENT_PATHS
from archive.text import closest_match
from archive.visibility import Viewer, published, related_model, sees_drafts, visible_records

#: Parts that are exported with every record, also with one that is only referred to: they refer to nothing else.
ALWAYS_INCLUDED = (models.Name, models.Identifier)

#: Model -> ids of its selected records.
SelectedIds = dict[Any, set[int]]
Filters = Mapping[str, Sequence[str]]


class SystemUser:
    """A user with all permissions, for backups by whoever runs the command."""

    is_active = True

    def has_perm(self, permission: str) -> bool:
        return True


# Visibility


def exported(model: type[Model], user: Viewer, prefix: str = "") -> Q:
    """The condition that the record at the end of a lookup prefix may be exported: it is visible and complete.

    A named statement whose speaker is hidden could not be loaded, so it is left out with its parts.
    """
    if sees_drafts(user):
        return Q()
    condition = published(model, prefix)
    for path in ("", *getattr(model, "visibility_parents", ())):
        if related_model(model, path) is Statement:
            lookup = f"{prefix}{path}__" if path else prefix
            is_complete = _complete_statement(lookup)
            condition &= Q(**{f"{prefix}{path}__isnull": True}) | is_complete if path else is_complete
    return condition


def exported_records(model: type[Model], user: Viewer) -> Any:
    """The queryset of all records of a model that may be exported."""
    return visible_records(model, user).filter(exported(model, user))


def count_incomplete(user: Viewer) -> int:
    """The number of visible statements that are left out because the speaker or body is hidden."""
    if sees_drafts(user):
        return 0
    complete = exported_records(Statement, user).values("pk")
    return int(Statement.objects.visible_to(user).exclude(pk__in=complete).count())


def _complete_statement(lookup: str) -> Q:
    """The condition that the speaker or body that the attribution requires is published."""
    speaker, body = Q(**{f"{lookup}speaker__status": "published"}), Q(**{f"{lookup}body__status": "published"})
    named = Q(**{f"{lookup}attribution": Attribution.NAMED})
    unnamed = Q(**{f"{lookup}attribution__in": [Attribution.ANONYMOUS, Attribution.ON_BACKGROUND]})
    return (named & speaker) | (unnamed & body) | (~named & ~unnamed & (speaker | body))


# Filters


def filtered_collections(filters: Filters, only: Iterable[str] = ()) -> list[str]:
    """The collections that have all the filters. Raises FilterError for unknown names, and where there are none."""
    filter_names = sorted(
        {name for filterset in FILTERSETS.values() for name in filterset.base_filters if name != "order_by"}
    )
    problems = [
        Problem(name, name, f"a filter: {', '.join(filter_names)}", closest_parameter(name, filter_names))
        for name in filters
        if name not in filter_names
    ]
    problems += [
        Problem("only", name, f"a collection: {', '.join(FILTERSETS)}", closest_match(name, list(FILTERSETS)))
        for name in only
        if name not in FILTERSETS
    ]
    if problems:
        raise FilterError(problems)
    candidates = list(only) or list(FILTERSETS)
    matches = [name for name in candidates if set(filters) <= set(FILTERSETS[name].base_filters)]
    if not matches:
        expected = f"filters that one of {', '.join(candidates)} has, all of them"
        raise FilterError([Problem("filters", " ".join(sorted(filters)), expected)])
    return matches


def select(filters: Filters, user: Viewer, only: Iterable[str] = ()) -> SelectedIds:
    """The ids of the filtered records, of their parts, and of all that these refer to. Raises FilterError."""
    selected: SelectedIds = {record_type.model: set() for record_type in record_types().values()}
    filtered = dict(_filtered_ids(filters, user, only))
    pending = [(model, _add(selected, model, ids)) for model, ids in filtered.items()]
    pending += [(part, _add(selected, part, ids)) for part, ids in _parts_of_filtered(filtered, user)]
    while pending:
        model, ids = pending.pop()
        for target, target_ids in _referenced_ids(model, ids, user):
            if new := _add(selected, target, target_ids):
                pending.append((target, new))
    for part in ALWAYS_INCLUDED:
        selected[part] |= {pk for owner in selected for pk in _part_ids(part, owner, selected[owner], user)}
    return selected


def _add(selected: SelectedIds, model: type[Model], ids: set[int]) -> set[int]:
    """Add ids to the selection; return those that are new."""
    new = ids - selected[model]
    selected[model] |= new
    return new


def _filtered_ids(filters: Filters, user: Viewer, only: Iterable[str]) -> Iterator[tuple[Any, set[int]]]:
    for name in filtered_collections(filters, only):
        filterset = FILTERSETS[name]({key: list(values) for key, values in filters.items()}, user)
        rows = filterset.result().filter(exported(filterset.queryset.model, user))
        yield filterset.queryset.model, set(rows.order_by().values_list("pk", flat=True))


def _parts_of_filtered(filtered: SelectedIds, user: Viewer) -> Iterator[tuple[Any, set[int]]]:
    """The parts of the filtered records; filtered speech acts have outcomes and citations, too."""
    for part in PARENT_PATHS:
        for model, ids in filtered.items():
            yield part, set(_part_ids(part, model, ids, user))
    acts = filtered.get(models.SpeechAct, set())
    for part in (models.Outcome, models.Citation):
        yield part, set(_ids_at(part, ["speech_act"], acts, user))


def _part_ids(part: type[Model], model: type[Model], ids: set[int], user: Viewer) -> Iterator[int]:
    """The ids of parts of the records of a model."""
    paths = [path for path in PARENT_PATHS[part] if related_model(part, path) is model]
    if paths:
        yield from _ids_at(part, paths, ids, user)


def _ids_at(model: type[Model], paths: list[str], ids: set[int], user: Viewer) -> Iterator[int]:
    """The ids of exported records that refer to one of the ids by one of the paths."""
    rows = exported_records(model, user).order_by()
    for chunk in in_chunks(sorted(ids)):
        condition = reduce(or_, (Q(**{f"{path}__in": chunk}) for path in paths))
        yield from rows.filter(condition).values_list("pk", flat=True)


def _referenced_ids(model: type[Model], ids: set[int], user: Viewer) -> Iterator[tuple[Any, set[int]]]:
    """Model and ids of the exported records that the records with these ids refer to."""
    for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
        if field.is_relation:
            condition = exported(related_model(model, field.name), user, f"{field.name}__")
            target_ids: set[int] = set()
            for chunk in in_chunks(sorted(ids)):
                rows = model._default_manager.filter(condition, pk__in=chunk, **{f"{field.name}__isnull": False})
                target_ids.update(rows.order_by().values_list(f"{field.name}__pk", flat=True))
            yield field.related_model, target_ids
