"""Groupings: what rows are counted by. Each gives a row's keys: one of a column, or several of link rows.

``archive.filters.dimensions`` declares them for each FilterSet, and ``archive.sql.count_tables`` compiles them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Expression

from archive.sql.periods import Unit

#: How a date that spans several periods is counted (``archive.sql.date_histogram``).
Mode = Literal["spread", "possible", "certain"]
MODES: tuple[Mode, ...] = ("spread", "possible", "certain")


@dataclass(frozen=True, slots=True)
class WordGrouping:
    """Rows by a text column. ``words`` are (stored value, value in the JSON, label); empty: the text stands for itself.

    The text is in the column ``source``, or in ``links``: querysets of ``record``, the row's key, and ``key``. Rows
    with NULL or an empty text have no key.
    """

    source: str | Expression
    words: tuple[tuple[str, str, str], ...] = ()
    links: tuple[Any, ...] = ()
    to: str = "pk"

    @property
    def is_multiple(self) -> bool:
        """Whether a row may have several keys."""
        return bool(self.links)


@dataclass(frozen=True, slots=True)
class RecordGrouping:
    """Rows by the visible records that they are linked to.

    ``names`` are querysets of ``key``, ``value`` (slug) and ``label`` of these records; several are of several models.
    The keys of a row are in its column ``path``, or in ``links``: querysets of ``record``, which refers to the row's
    column ``to``, and ``key``; link rows of invisible records must be left out. With ``tree``, a queryset of ``node``
    and ``above``, a row with links also has the keys of all records above, of which ``names`` may lack some.
    """

    names: tuple[Any, ...]
    path: str = ""
    links: tuple[Any, ...] = ()
    to: str = "pk"
    tree: Any = None

    @property
    def is_multiple(self) -> bool:
        """Whether a row may have several keys."""
        return bool(self.links)


@dataclass(frozen=True, slots=True)
class PeriodGrouping:
    """Rows by the periods of a partial date; ``field`` is the path of the date."""

    field: str
    unit: Unit

    @property
    def is_multiple(self) -> bool:
        return False


Grouping = WordGrouping | RecordGrouping | PeriodGrouping
