"""Dates that say how much is known (EDTF: ISO 8601-2:2019, levels 0 and 1, and the one-of set of level 2)."""

from archive.dates.errors import PartialDateError
from archive.dates.value import SORT_BLANK, PartialDate

__all__ = ["SORT_BLANK", "PartialDate", "PartialDateError"]
