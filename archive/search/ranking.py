"""The ranked search: one list of the visible records of all kinds that match, the best matches first.

Records whose name is the search come first, then those whose name has all its terms, then all others; within each of
these tiers the most recent. Of the second, records without a date come first: officials, bodies, offices and topics
before what happened to them. Each part is a partition of the list, so that a page reads the first rows of each.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, IntegerField, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext

from archive import pagination
from archive.exceptions import ArchiveError, CursorError, Problem
from archive.filters import FILTERSETS, prepared_query
from archive.lru import LRUCache
from archive.models import SearchEntry
from archive.pagination import Order
from archive.parameter_names import closest_parameter
from archive.registry import searched
from archive.search.search_filters import search_filters
from archive.search_index.conditions import Matches, Scope
from archive.search_index.record_text import NO_DATE
from archive.search_index.search_query import SearchQuery
from archive.search_syntax import MAX_LENGTH, Query, parse
from archive.sql.opaque_ids import MAX_OPAQUE_ID, primary_key
from archive.sql.partitions import Partition
from archive.terms import one_of
from archive.text import closest_match, is_storable
from archive.visibility import Viewer, sees_drafts

#: The tiers by which results are ranked, the best first, and the numbers that sort them.
TIERS = {"exact": 3, "name": 1, "text": 0}
_UNDATED_NAME = 2
ORDER: Order = (("tier", "date_sort", "kind", "record_id"), True)
#: Matches of a common word: PostgreSQL takes 8 microseconds to find and sort one.
COMMON_THRESHOLD = 2_000
#: The name of the list in its cursors.
LIST_NAME = "search"
_MAX_SHOWN = 64


@dataclass(frozen=True, slots=True)
class Search:
    """A search: its text, the names of the collections that are searched, and filters that all of these have."""

    text: str
    kinds: tuple[str, ...]
    filters: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def query(self) -> Query:
        return parse(self.text)

    @property
    def terms(self) -> SearchQuery:
        return SearchQuery.of(self.query)


@dataclass(frozen=True, slots=True)
class PreparedSearch:
    """Querysets of a search over bind parameters: the matching entries of the index, and those of each tier.

    The filters are valid only if each group of querysets in ``must_exist`` has a row. ``all_kinds`` are the matching
    entries of every kind, for counts.
    """

    rows: QuerySet[Any]
    all_kinds: Any
    partitions: tuple[Partition, ...]
    must_exist: list[list[Any]]


_CACHE: LRUCache[PreparedSearch] = LRUCache(100)


def kind_names() -> tuple[str, ...]:
    """The names of the collections that a search covers."""
    return tuple(collection.name for collection in searched())


def parse_search(
    texts: Sequence[str], kinds: Sequence[str] | None = None, filters: Mapping[str, list[str]] | None = None
) -> Search:
    """The search of request parameters; of all kinds for None. Raises ArchiveError with all problems."""
    filters = filters or {}
    chosen = tuple(name for name in kind_names() if kinds is None or name in kinds)
    # First, because a text under a misspelled name is missing too.
    problems = [problem for name in filters if (problem := _filter_problem(name, filters[name], chosen))]
    problems += [*_text_problems(texts), *_kind_problems(kinds or ())]
    if problems:
        raise ArchiveError(problems)
    return Search(texts[0].strip(), chosen, filters)


def _text_problems(texts: Sequence[str]) -> list[Problem]:
    text = texts[0] if texts else ""
    printed = text[:_MAX_SHOWN].replace("\x00", "\\x00")
    if len(texts) > 1:
        return [Problem("q", ", ".join(texts)[:_MAX_SHOWN], gettext("one value, given once"))]
    if not text.strip():
        return [Problem("q", printed, gettext("one or more words"))]
    if not is_storable(text):
        return [Problem("q", printed, gettext("text without null characters or halves of surrogate pairs"))]
    if len(text) > MAX_LENGTH:
        return [Problem("q", printed, gettext("at most {limit} characters").format(limit=f"{MAX_LENGTH:,}"))]
    return []


def check_kinds(kinds: Sequence[str]) -> None:
    """Raise ArchiveError for names that are none of a kind that is searched."""
    if problems := _kind_problems(kinds):
        raise ArchiveError(problems)


def _kind_problems(kinds: Sequence[str]) -> list[Problem]:
    names = list(kind_names())
    expected = one_of(names)
    return [
        Problem("kind", kind[:_MAX_SHOWN], expected, closest_match(kind, names)) for kind in kinds if kind not in names
    ]


def _filter_problem(name: str, values: list[str], kinds: tuple[str, ...]) -> Problem | None:
    """The problem of a filter that not all of the kinds have."""
    filters = search_filters()
    if name in filters:
        return filters[name].problem(values, kinds)
    names = ["q", "kind", *(other for other, filter_ in filters.items() if filter_.declared.keys() & set(kinds))]
    suggestion = closest_parameter(name, sorted([*names, "order_by"]))
    if suggestion == "order_by":
        expected = gettext("no order: a search lists the best matches first")
        return Problem(name[:_MAX_SHOWN], ", ".join(values)[:_MAX_SHOWN], expected)
    return Problem(name[:_MAX_SHOWN], name[:_MAX_SHOWN], gettext("a known parameter of the search"), suggestion)


def plan_key(search: Search, user: Viewer) -> Hashable:
    """The part of the search that decides the SQL. Raises FilterError."""
    filters = (prepared_query.plan_key(FILTERSETS[kind], search.filters, user) for kind in _filtered_kinds(search))
    return search.kinds, search.terms.plan_key, tuple(search.filters), tuple(filters)


def bind(search: Search, user: Viewer, prefix: str) -> dict[str, Any]:
    """The values of the bind parameters. Raises FilterError."""
    values = search.terms.bind(f"{prefix}text")
    for kind in _filtered_kinds(search):
        values |= prepared_query.bind(FILTERSETS[kind], search.filters, user, f"{prefix}{kind}.")
    return values


def prepare(search: Search, user: Viewer, prefix: str) -> PreparedSearch:
    """The querysets with bind parameters whose keys begin with the prefix. Raises FilterError."""
    key = prefix, sees_drafts(user), connection.vendor, plan_key(search, user)
    return _CACHE.get_or_set(key, lambda: _build(search, user, prefix))


def decode_cursor(text: str, name: str = "cursor") -> list[Any]:
    """The position in a cursor of the ranked list. Raises CursorError."""
    *values, record = pagination.decode_cursor(LIST_NAME, ORDER, text, name)
    if not 0 <= record < MAX_OPAQUE_ID:
        raise CursorError([Problem(name, text[:_MAX_SHOWN], gettext("a cursor that a search gave"))])
    return [*values, primary_key(record)]


def check(search: Search, user: Viewer) -> None:
    """Raises FilterError if a filter names a record that the user can't see."""
    for kind in _filtered_kinds(search):
        FILTERSETS[kind](search.filters, user).check()


def _filtered_kinds(search: Search) -> tuple[str, ...]:
    return search.kinds if search.filters else ()


def _build(search: Search, user: Viewer, prefix: str) -> PreparedSearch:
    prepared = {
        kind: prepared_query.prepare(FILTERSETS[kind], search.filters, user, f"{prefix}{kind}.")
        for kind in _filtered_kinds(search)
    }
    filtered = {kind: query.rows for kind, query in prepared.items()}
    terms = search.terms.parameters(f"{prefix}text")
    matching = SearchEntry.objects.filter(Q(Matches(terms)))
    scope = _scope(filtered or _visible(search.kinds, user), user, bool(filtered))
    entries = matching.filter(scope)
    return PreparedSearch(
        entries,
        entries if filtered else matching.filter(_scope(_visible(kind_names(), user), user)),
        tuple(_partitions(terms, search.kinds, scope, is_walked=not filtered)),
        [group for query in prepared.values() for group in query.must_exist],
    )


def _partitions(terms: SearchQuery, kinds: Sequence[str], scope: Q, is_walked: bool) -> Iterator[Partition]:
    """The tiers. Those of names and of texts are two partitions, of which one is empty.

    The entries of a rare word are found by the index of words and sorted; a common word is looked for from the most
    recent entry on, until the page is full. Filters may leave few entries of a common word: these are always sorted.
    """
    scoped, counted = SearchEntry.objects.filter(scope), SearchEntry.objects.filter(kind__in=kinds)
    whole_name, names, texts = Scope.WHOLE_NAME, Scope.NAMES, Scope.TEXTS
    checked = {place: Q(Matches(terms, place, is_driving=False)) for place in Scope}
    yield Partition(_in_tier(scoped.filter(Q(Matches(terms, whole_name)), checked[texts]), "exact"), sorted=True)
    # A record with all terms in its names matches, unless it has an excluded term.
    matching = checked[texts] if terms.has_excluded else Q()
    named = Q(Matches(terms, names)), ~checked[whole_name] & matching
    undated = scoped.filter(*named, date_sort=NO_DATE)
    yield Partition(_in_tier(undated, "name", _UNDATED_NAME), sorted=True)
    tiers = {
        "name": (names, ~checked[whole_name] & matching & ~Q(date_sort=NO_DATE)),
        "text": (texts, ~checked[names] & ~checked[whole_name]),
    }
    for tier, (place, others) in tiers.items():
        matches = Q(Matches(terms, place))
        if is_walked:
            is_common = Q(Exists(counted.filter(matches).order_by()[COMMON_THRESHOLD : COMMON_THRESHOLD + 1]))
            yield Partition(_in_tier(scoped.filter(~is_common, matches, others), tier), sorted=True)
            yield Partition(_in_tier(scoped.filter(checked[place], others), tier), guard=is_common)
        else:
            yield Partition(_in_tier(scoped.filter(matches, others), tier), sorted=True)


def _in_tier(entries: QuerySet[Any], name: str, number: int | None = None) -> Any:
    number = TIERS[name] if number is None else number
    return entries.annotate(tier=Value(number, IntegerField()), tier_name=Value(name, CharField()))


def _visible(kinds: Sequence[str], user: Viewer) -> dict[str, Any]:
    return {kind: FILTERSETS[kind]._meta.model._default_manager.visible_to(user) for kind in kinds}


def _scope(records: Mapping[str, Any], user: Viewer, is_filtered: bool = False) -> Q:
    """The condition that an entry is one of these records. Those who see drafts see every entry."""
    if sees_drafts(user) and not is_filtered:
        return Q(kind__in=list(records))
    if not records:
        return Q(pk__in=[])
    if len(records) == 1:
        [(kind, rows)] = records.items()
        return Q(kind=kind, record_id__in=rows.order_by().values("pk"))
    # A subquery for each entry that is read: a list of all visible records would be read as a whole.
    exists = (Q(Exists(rows.order_by().filter(pk=OuterRef("record_id"))), kind=kind) for kind, rows in records.items())
    return reduce(or_, exists)
