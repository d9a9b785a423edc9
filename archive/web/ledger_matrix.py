"""The matrix of the ledger: how many speech acts of each side call on which other side for an answer, on a day."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.choices import State
from archive.counts import MAX_LIMIT, CountOptions, Counts, CountsRead
from archive.filters import FILTERSETS
from archive.filters.prepared_query import Params, bind, plan_key, prepare
from archive.sql.compiler import Root
from archive.sql.reads import run_together
from archive.visibility import Viewer
from archive.web.facets import if_counted

#: So many sides with the most acts are shown; the list has all.
MAX_SIDES = 6
SETTLED = [state.value for state in State if state is not State.OPEN]
_FILTERSET = FILTERSETS["speech-acts"]
_BY = ("country", "addressee_country")
#: Filters of the list that the matrix leaves out: those that its cells set.
LEFT_OUT = {*_BY, "state", "state_on", "open_on", "order_by"}
#: Pair of slugs, who and from whom -> a number of acts.
_Numbers = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Cell:
    """The acts of a side towards another, and the addresses of their lists."""

    side: str
    open: int
    settled: int
    open_href: str
    settled_href: str


@dataclass(frozen=True, slots=True)
class Row:
    """The acts of a side, one cell for each column."""

    side: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows are who wants, columns from whom. ``has_more``: there are more sides than are shown.

    ``is_uncounted``: it is empty because there are too many acts to count them.
    """

    columns: list[str]
    rows: list[Row]
    has_more: bool
    is_uncounted: bool = False


class SidesRead(CountsRead):
    """The counts of all sides on a day under the filters of the list; null where too many acts are to be counted."""

    def __init__(self, filters: Params, day: date, user: Viewer) -> None:
        shared = {name: values for name, values in filters.items() if name not in LEFT_OUT}
        super().__init__(_counts(shared | {"state_on": [str(day)]}, user))
        self.filters, self.user = filters, user

    def plan_key(self) -> Hashable:
        return super().plan_key(), plan_key(_FILTERSET, self.filters, self.user)

    def bind(self) -> dict[str, Any]:
        return super().bind() | bind(_FILTERSET, self.filters, self.user, "m.")

    def node(self) -> Root:
        table, must_exist = super().node()
        # Whether the list is large is known soon, for it has no condition of the state.
        listed = prepare(_FILTERSET, self.filters, self.user, "m.", is_ordered=False).rows
        return if_counted(listed, table, others=[table.rows]), must_exist  # type: ignore[union-attr, arg-type]


def read_matrix(
    sides_counts: CountsRead, content: dict[str, Any] | None, href: Callable[[str, str, str], str], user: Viewer
) -> Matrix:
    """The matrix of the content of ``SidesRead``, of whose sides the open acts are read.

    ``href`` takes who, from whom, and "open" or "settled". Raises ArchiveError.
    """
    if content is None:
        return Matrix([], [], has_more=False, is_uncounted=True)
    numbers, names, has_rest = _numbers(content)
    sides = _largest(numbers)
    between_sides = {pair: number for pair, number in numbers.items() if {*pair} <= {*sides}}
    if not between_sides:
        return Matrix([], [], has_rest or bool(numbers))
    # With the sides as filters, no side that is shown is beyond the limit of the groups.
    filters = sides_counts.counts.filters
    of_sides = {**filters, "country": sides, "addressee_country": sides, "state": [State.OPEN.value]}
    open_numbers, _, _ = _numbers(run_together([CountsRead(_counts(of_sides, user))], user)[0])
    who, whom = ([side for side in sides if any(pair[place] == side for pair in between_sides)] for place in (0, 1))

    def cell(side: str, other: str) -> Cell:
        number, still_open = between_sides.get((side, other), 0), open_numbers.get((side, other), 0)
        return Cell(
            names[other], still_open, number - still_open,
            href(side, other, "open"), href(side, other, "settled"),
        )  # fmt: skip

    rows = [Row(names[side], [cell(side, other) for other in whom]) for side in who]
    has_more = has_rest or len({side for pair in numbers for side in pair}) > len(sides)
    return Matrix([names[other] for other in whom], rows, has_more)


def _counts(filters: Params, user: Viewer) -> Counts:
    return Counts("speech-acts", CountOptions(_BY, "spread", MAX_LIMIT), filters, user)


def _numbers(content: dict[str, Any]) -> tuple[_Numbers, dict[str, str], bool]:
    """The numbers by pair, the names by slug, and whether there are groups beyond the limit."""
    numbers: _Numbers = {}
    names: dict[str, str] = {}
    has_rest = False
    for row in content["counts"]:
        keys = row["keys"]
        has_rest |= any(key["kind"] == "rest" for key in keys)
        if all(key["kind"] == "value" for key in keys):
            numbers[keys[0]["value"], keys[1]["value"]] = row["count"]
            names |= {key["value"]: key["label"] for key in keys}
    return numbers, names, has_rest


def _largest(numbers: _Numbers) -> list[str]:
    """The sides with the most acts, by and towards them."""
    totals: dict[str, int] = {}
    for pair, number in numbers.items():
        for side in pair:
            totals[side] = totals.get(side, 0) + number
    return sorted(totals, key=lambda side: (-totals[side], side))[:MAX_SIDES]
