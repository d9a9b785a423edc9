"""Rules for records that were entered twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from archive.checks.finding import Violation
from archive.checks.scope import Scope
from archive.checks.sentences import Expected, Got
from archive.choices import NameScheme
from archive.models import Event, Name, Source, Statement
from archive.models.base import Record


def official_entered_twice(scope: Scope) -> Iterator[Violation]:
    """Officials of one state with the same native name, unless they were born at different times."""
    native = Name.objects.filter(scheme=NameScheme.NATIVE, official__state__isnull=False)
    rows = native.filter(text__in=_repeated(native, scope.rows(Name), "text", "official")).order_by("text", "official")
    values = rows.values_list("text", "official__state__slug", "official__slug", "official__born").distinct()
    by_state = sorted(scope.read(values), key=lambda row: row[:2])
    for _, group in groupby(by_state, key=lambda row: row[:2]):
        for (text, state, slug, _), (_, _, other, _) in _pairs(group, _born_alike):
            got = Got.SAME_NATIVE_NAME.format(name=text, other=other, state=state)
            yield slug, got, Expected.ONE_RECORD_OF_PERSON.value


def source_entered_twice(scope: Scope) -> Iterator[Violation]:
    """Sources at the same address."""
    sources = Source.objects.exclude(url="")
    rows = sources.filter(url__in=_repeated(sources, scope.rows(Source), "url", "pk")).order_by("url", "pk")
    for url, group in groupby(scope.read(rows.values_list("url", "slug")), key=lambda row: row[0]):
        for (_, slug), (_, other) in _pairs(group):
            yield slug, Got.SAME_ADDRESS.format(other=other, url=url), Expected.ONE_RECORD.value


def event_entered_twice(scope: Scope) -> Iterator[Violation]:
    """Events with the same date and heading."""
    yield from _same_heading(scope, Event)


def statement_entered_twice(scope: Scope) -> Iterator[Violation]:
    """Statements of the same speaker or body with the same date and heading."""
    yield from _same_heading(scope, Statement, "speaker_id", "body_id")


def _same_heading(scope: Scope, model: type[Record], *columns: str) -> Iterator[Violation]:
    if not scope.is_of(model):  # a save of another record changes no heading
        return
    same = ("date_sort", "name")
    others = model.objects.filter(**{name: OuterRef(name) for name in same}).exclude(pk=OuterRef("pk"))
    rows = scope.rows(model).filter(Exists(others))
    if not scope.is_whole:
        headings = set(scope.read(rows.order_by().values_list(*same)))
        if not headings:
            return
        dates, names = zip(*headings, strict=True)
        rows = model.objects.filter(date_sort__in=dates, name__in=names)
    values = rows.order_by(*same, "pk").values_list(*same, *columns, "date", "slug")
    for key, group in groupby(scope.read(values), key=lambda row: row[:2]):
        if not scope.is_whole and key not in headings:
            continue
        for row, other in _pairs(group, lambda row, other: row[2:-1] == other[2:-1]):
            yield row[-1], Got.SAME_HEADING.format(other=other[-1]), Expected.ONE_RECORD.value


def _repeated(rows: QuerySet[Any], in_scope: QuerySet[Any], column: str, owner: str) -> Any:
    """A query of the values of a column that several records have, of those that rows of the scope have."""
    values = rows.filter(**{f"{column}__in": in_scope.values(column)})
    return (
        values.order_by()
        .values(column)
        .annotate(number=Count(owner, distinct=True))
        .filter(number__gt=1)
        .values(column)
    )


def _born_alike(row: Sequence[Any], other: Sequence[Any]) -> bool:
    return row[-1] is None or other[-1] is None or bool(row[-1].overlaps(other[-1]))


def _pairs(group: Iterable[Any], is_same: Callable[[Any, Any], bool] = lambda row, other: True) -> Iterator[Any]:
    """Each row of a group that duplicates an earlier one, with that one."""
    earlier: list[Any] = []
    for row in group:
        other = next((other for other in earlier if is_same(row, other)), None)
        if other is not None:
            yield row, other
        earlier.append(row)
