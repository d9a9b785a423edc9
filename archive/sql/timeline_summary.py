"""The tables that summarize public events and statements for timelines, and SQL that writing and reading them share.

``archive_timelineentry`` has a row for each published event and statement with a date; its key ``r`` is twice the id
of an event, or one more than twice that of a statement. ``first`` and ``last`` are ordinals of days, 0 and ``OPEN_END``
for open ends, and ``width`` is the bit length of their difference.

``archive_timelinecell`` counts the entries of each kind and classification in periods of four, 16, 64, ... days that
are counted from day 0, where 2 to the power of ``level`` is the number of days. A cell counts the entries that begin
in its period and whose width is at most its level. The cells with ``COUNTRY_LEVELS`` added to their level count in
addition by ``countries``: the states of a record, as a JSON array of ids.
"""

from __future__ import annotations

from archive.dates import SORT_BLANK
from archive.dates.value import WIDTH

ENTRIES, CELLS = "archive_timelineentry", "archive_timelinecell"
#: Kind of record -> its number in the SQL.
KIND_NUMBERS = {"event": 0, "statement": 1}
OPEN_END = 4_000_000
LEVEL_STEP = 2
LEVELS = tuple(range(2, 13, LEVEL_STEP))
COUNTRY_LEVELS = 32
#: The largest width: that of a record without an end.
MAX_WIDTH = OPEN_END.bit_length()
#: More links than this count as so many for the most linked record.
MAX_LINKS = 2**11 - 1
_DAYS, _KEYS = 2**22, 2**30
#: SQL for the first and last ordinal of columns ``r_from``, ``r_to`` and ``r_sort``.
FIRST = f"CASE WHEN r_from IS NULL THEN 0 ELSE r_sort / {WIDTH} END"
LAST = (
    f"CASE WHEN r_to IS NULL THEN {OPEN_END} WHEN r_sort %% {WIDTH} = 0 THEN r_sort / {WIDTH} "
    f"ELSE r_sort / {WIDTH} + {WIDTH - 1} - r_sort %% {WIDTH} END"
)
HAS_DATE = f"r_sort < {SORT_BLANK}"


def bit_length(number: str) -> str:
    """SQL of an ordinal's bit length, by binary search."""

    def search(low: int, high: int) -> str:
        if low == high:
            return str(low)
        middle = (low + high) // 2
        return f"CASE WHEN {number} < {2**middle} THEN {search(low, middle)} ELSE {search(middle + 1, high)} END"

    return search(0, MAX_WIDTH)


def rank(links: str, sort: str, r: str) -> str:
    """SQL of a number that is greatest for the most links, of these the first day, of these the first id."""
    capped = f"CASE WHEN {links} > {MAX_LINKS} THEN {MAX_LINKS} ELSE {links} END"
    return f"(({capped}) * {_DAYS * _KEYS} + ({_DAYS - 1} - {sort} / {WIDTH}) * {_KEYS} + {_KEYS - 1} - {r})"


def ranked_key(rank: str) -> str:
    """SQL of the ``r`` in a rank."""
    return f"({_KEYS - 1} - {rank} %% {_KEYS})"
