"""The parameters of a timeline: period, width, lanes, kinds and filters, checked before any SQL."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q, TextChoices
from django.utils.translation import gettext

from archive.dates import PartialDate, PartialDateError
from archive.exceptions import MAX_PROBLEMS, ArchiveError, Problem, printable
from archive.filters import FILTERSETS, ArchiveFilterSet
from archive.filters.filter_types import ArchiveFilter, DateFilter
from archive.filters.prepared_query import PreparedQuery, bind, plan_key, prepare
from archive.filters.united import UnitedFilter, united_filters
from archive.parameter_names import closest_parameter
from archive.sql.partitions import partition_by_start
from archive.terms import known_parameter, one_of
from archive.text import closest_match, whole_number
from archive.visibility import Viewer

DEFAULT_WIDTH, MIN_WIDTH, MAX_WIDTH = 1_000, 100, 10_000
#: A column is at least so many pixels wide.
COLUMN_PIXELS = 20
#: Lanes, without that of all others.
MAX_LANES = 12
#: Columns of all lanes: with this many of 3 records each, a response is below 100 kB compressed.
MAX_CELLS = 400
#: The collections of a timeline, by the values of ``kind``.
COLLECTIONS = {"event": "events", "statement": "statements", "measure": "measures"}
#: Filters that the period or the parameter replaces.
_REPLACED = ("date", "date_after", "date_before", "order_by")


class TimelineLanes(TextChoices):
    """By what the records are divided into lanes."""

    NONE = "none", "not at all: one lane"
    CLASSIFICATION = "classification", "the classification of the event or statement"
    COUNTRY = "country", "the states whose bodies or officials take part or speak"
    PARTICIPANT = "participant", "the bodies and officials that take part or speak"


class TimelineKind(TextChoices):
    """The kinds of records that a timeline shows."""

    EVENT = "event", "events, in lanes"
    STATEMENT = "statement", "statements, in lanes"
    MEASURE = "measure", "measures, as bars"


@cache
def timeline_filters() -> dict[str, UnitedFilter]:
    """The filters that any kind of record has, by name: each only where all kinds of the request have it."""
    return united_filters({kind: FILTERSETS[name] for kind, name in COLLECTIONS.items()}, _REPLACED)


def shared_filters(kinds: Iterable[str] = tuple(COLLECTIONS)) -> dict[str, ArchiveFilter]:
    """The filters that all collections of these kinds have, without those by date and the order."""
    first, *others = (FILTERSETS[COLLECTIONS[kind]].base_filters for kind in kinds)
    names = [name for name in first if name not in _REPLACED and all(name in other for other in others)]
    return {name: first[name] for name in names}


OWN_PARAMS = ("from", "to", "width", "lanes", "kind")


@dataclass(frozen=True, slots=True)
class TimelineParams:
    """The parsed parameters; ``start`` and ``end`` are None where the records decide.

    ``filters`` are those of every collection in ``kinds``, with the period as their date.
    """

    start: date | None
    end: date | None
    width: int
    lanes: TimelineLanes
    kinds: tuple[str, ...]
    filters: Mapping[str, list[str]]

    @classmethod
    def parse(cls, params: Mapping[str, list[str]]) -> TimelineParams:
        """Parse texts by parameter name; blank texts are absent. Raises ArchiveError with all problems."""
        problems = _unknown(params)
        values = {name: [text.strip() for text in params.get(name, []) if text.strip()] for name in OWN_PARAMS}
        start, end = _day("from", values["from"], problems), _day("to", values["to"], problems)
        first, last = start.earliest if start else None, end.latest if end else None
        if first and last and first > last:
            problems.append(
                Problem(
                    "to", printable(values["to"][0]), gettext("a date that ends on or after {date}").format(date=first)
                )
            )
        width = _number("width", values["width"], problems)
        lanes = _words("lanes", values["lanes"][:1] or [TimelineLanes.NONE.value], TimelineLanes, problems)
        problems += [Problem(name, ", ".join(values[name])[:64], gettext("one value, given once"))
                     for name in OWN_PARAMS[:-1] if len(values[name]) > 1]  # fmt: skip
        kinds = _words("kind", values["kind"] or TimelineKind.values, TimelineKind, problems)
        if problems:
            raise ArchiveError(problems)
        filters = {name: list(texts) for name, texts in params.items() if name not in OWN_PARAMS}
        if "kind" in params and not params["kind"]:
            filters["topic"] = []  # an empty list matches nothing
        if first or last:
            filters["date"] = [f"{first or '..'}/{last or '..'}"]
        return cls(first, last, width, TimelineLanes(lanes[0]), tuple(dict.fromkeys(kinds)), filters)

    @property
    def columns(self) -> int:
        """The largest number of columns in the period."""
        lanes = 1 if self.lanes is TimelineLanes.NONE else MAX_LANES + 1
        return max(1, min(self.width // COLUMN_PIXELS, MAX_CELLS // lanes))

    @property
    def is_filtered(self) -> bool:
        """Whether there are filters beside the period."""
        return any(texts == [] or any(text.strip() for text in texts)
                   for name, texts in self.filters.items() if name != "date")  # fmt: skip

    def plan_key(self, user: Viewer) -> Hashable:
        """The part of the parameters that decides the SQL. Raises FilterError."""
        keys = tuple(plan_key(filterset, self.filters, user) for filterset in self._filtersets().values())
        return self.lanes, self.kinds, self.start is None, self.end is None, keys

    def bind(self, user: Viewer, prefix: str) -> dict[str, Any]:
        """The values of the bind parameters. Raises FilterError."""
        values: dict[str, Any] = {
            f"{prefix}from": self.start and self.start.toordinal(), f"{prefix}to": self.end and self.end.toordinal(),
            f"{prefix}width": self.width, f"{prefix}columns": self.columns,
        }  # fmt: skip
        for kind, filterset in self._filtersets().items():
            values |= bind(filterset, self.filters, user, f"{prefix}{kind}.")
        return values

    def prepare(self, user: Viewer, prefix: str) -> dict[str, PreparedQuery]:
        """The query of each kind with bind parameters whose keys begin with the prefix. Raises FilterError."""
        return {
            kind: prepare(filterset, self.filters, user, f"{prefix}{kind}.")
            for kind, filterset in self._filtersets().items()
        }

    def parts_by_start(self, prefix: str) -> list[Q]:
        """Conditions of disjoint parts of the rows, over the bind parameters with the prefix; empty without a start.

        With ``certain`` the period's own condition bounds the index.
        """
        if self.start is None or self.filters.get("certain"):
            return []
        day = DateFilter("").field.parameters(f"{prefix}date", self.filters["date"])
        return [condition for condition, _ in partition_by_start("date_sort", day)]

    def check(self, user: Viewer) -> None:
        """Raises FilterError if a filter names a record that the user can't see."""
        for filterset in self._filtersets().values():
            filterset(self.filters, user).check()

    def _filtersets(self) -> dict[str, type[ArchiveFilterSet]]:
        return {kind: FILTERSETS[COLLECTIONS[kind]] for kind in self.kinds}


def _unknown(params: Mapping[str, list[str]]) -> list[Problem]:
    kinds = [text.strip() for text in params.get("kind", []) if text.strip() in COLLECTIONS]
    allowed = sorted([*OWN_PARAMS, *shared_filters(kinds or COLLECTIONS)])
    filters = timeline_filters()
    problems = []
    for name in [name for name in params if name not in OWN_PARAMS]:
        if name not in filters:
            problems.append(Problem(name[:64], name[:64], known_parameter(allowed), closest_parameter(name, allowed)))
        elif problem := filters[name].problem(params[name], kinds or COLLECTIONS):
            problems.append(problem)
    return problems[:MAX_PROBLEMS]


def _day(name: str, texts: list[str], problems: list[Problem]) -> PartialDate | None:
    if not texts:
        return None
    try:
        return PartialDate.parse(texts[0])
    except PartialDateError as error:
        problems.append(Problem(name, printable(texts[0]), error.expectation, error.suggestion))
        return None


def _number(name: str, texts: list[str], problems: list[Problem]) -> int:
    text = texts[0] if texts else str(DEFAULT_WIDTH)
    if (number := whole_number(text, MIN_WIDTH, MAX_WIDTH)) is not None:
        return number
    expected = gettext("a number of pixels from {least} to {limit}").format(least=MIN_WIDTH, limit=MAX_WIDTH)
    problems.append(Problem(name, printable(text), expected))
    return DEFAULT_WIDTH


def _words(name: str, texts: list[str], vocabulary: type[TextChoices], problems: list[Problem]) -> list[str]:
    values = [str(value) for value in vocabulary.values]
    for text in texts:
        if text not in values:
            expected = one_of(values)
            problems.append(Problem(name, printable(text), expected, closest_match(text.lower(), values)))
    return texts
