"""Which records: the whole archive, or what filters select with all that it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from archive import models
from archive.datasets import schema
from archive.datasets.export import scope
from archive.exceptions import FilterError, Problem
from archive.filters import FILTERSETS
from archive.permissions import PARENT_PATHS
from archive.sql.suggestions import suggest_word

#: Parts that come along with every record, also with one that is only referred to: they lead nowhere else.
ALWAYS = (models.Name, models.Identifier)
_STEP = 500

#: Model -> the ids of its records that are in the export.
Chosen = dict[Any, set[int]]
Asked = Mapping[str, Sequence[str]]


def collections(asked: Asked, only: Iterable[str] = ()) -> list[str]:
    """The collections that the filters select from: those that have all of them. Raises FilterError."""
    known = sorted({name for one in FILTERSETS.values() for name in one.base_filters if name != "order_by"})
    wrong = [
        Problem(name, name, f"a filter: {', '.join(known)}", suggest_word(name, known))
        for name in asked
        if name not in known
    ]
    wrong += [
        Problem("only", name, f"a collection: {', '.join(FILTERSETS)}", suggest_word(name, list(FILTERSETS)))
        for name in only
        if name not in FILTERSETS
    ]
    if wrong:
        raise FilterError(wrong)
    among = list(only) or list(FILTERSETS)
    found = [name for name in among if set(asked) <= set(FILTERSETS[name].base_filters)]
    if not found:
        told = f"filters that one of {', '.join(among)} has, all of them"
        raise FilterError([Problem("filters", " ".join(sorted(asked)), told)])
    return found


def select(asked: Asked, asker: Any, only: Iterable[str] = ()) -> Chosen:
    """The ids of what the filters select, of its parts, and of all that these refer to. Raises FilterError."""
    chosen: Chosen = {kind.model: set() for kind in schema.kinds().values()}
    roots = dict(_roots(asked, asker, only))
    waiting: list[tuple[Any, set[int]]] = [_take(chosen, model, ids) for model, ids in roots.items()]
    waiting += [_take(chosen, part, ids) for part, ids in _parts(roots, asker)]
    while waiting:
        model, ids = waiting.pop()
        for target, found in _referred(model, ids, asker):
            new = _take(chosen, target, found)
            if new[1]:
                waiting.append(new)
    for part in ALWAYS:
        chosen[part] |= {pk for owner in chosen for pk in _owned(part, owner, chosen[owner], asker)}
    return chosen


def _take(chosen: Chosen, model: Any, ids: set[int]) -> tuple[Any, set[int]]:
    new = ids - chosen[model]
    chosen[model] |= new
    return model, new


def _roots(asked: Asked, asker: Any, only: Iterable[str]) -> Iterator[tuple[Any, set[int]]]:
    for name in collections(asked, only):
        filterset = FILTERSETS[name]({key: list(values) for key, values in asked.items()}, asker)
        rows = filterset.result().filter(scope.exported(filterset.queryset.model, asker))
        yield filterset.queryset.model, set(rows.order_by().values_list("pk", flat=True))


def _parts(roots: Chosen, asker: Any) -> Iterator[tuple[Any, set[int]]]:
    """The parts of the records selected; speech acts that were selected themselves bring their outcomes."""
    for part in PARENT_PATHS:
        for model, ids in roots.items():
            yield part, set(_owned(part, model, ids, asker))
    acts = roots.get(models.SpeechAct, set())
    for part, path in ((models.Outcome, "speech_act"), (models.Citation, "speech_act")):
        yield part, set(_found(part, [path], acts, asker))


def _owned(part: Any, model: Any, ids: set[int], asker: Any) -> Iterator[int]:
    paths = [path for path in PARENT_PATHS[part] if scope.end(part, path) is model]
    if paths:
        yield from _found(part, paths, ids, asker)


def _found(part: Any, paths: list[str], ids: set[int], asker: Any) -> Iterator[int]:
    rows = scope.rows(part, asker).order_by()
    for page in _pages(ids):
        belongs = reduce(or_, (Q(**{f"{path}__in": page}) for path in paths))
        yield from rows.filter(belongs).values_list("pk", flat=True)


def _referred(model: Any, ids: set[int], asker: Any) -> Iterator[tuple[Any, set[int]]]:
    """What the records with these ids refer to, as far as it is in the export."""
    for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
        if field.is_relation:
            seen = scope.exported(field.related_model, asker, f"{field.name}__")
            found: set[int] = set()
            for page in _pages(ids):
                rows = model._default_manager.filter(seen, pk__in=page, **{f"{field.name}__isnull": False})
                found.update(rows.order_by().values_list(f"{field.name}__pk", flat=True))
            yield field.related_model, found


def _pages(ids: set[int]) -> Iterator[list[int]]:
    listed = sorted(ids)
    for start in range(0, len(listed), _STEP):
        yield listed[start : start + _STEP]
