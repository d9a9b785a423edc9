"""Dates with the names of months in German, French, Spanish, Italian, Portuguese and Dutch, as English has them."""

from __future__ import annotations

import re

from archive.dates.english import MONTHS
from archive.text import fold

#: For each month its names and abbreviations, folded; a name of one language means no other month in another.
_NAMES = (
    "januar jänner janvier enero gennaio janeiro januari jan janv ene gen",
    "februar feber février febrero febbraio fevereiro februari feb févr fév fev",
    "märz mars marzo março maart mär mrz mar mrt",
    "april avril abril aprile apr avr abr",
    "mai mayo maggio maio mei may mag",
    "juni juin junio giugno junho jun giu",
    "juli juillet julio luglio julho jul juil lug",
    "august août agosto augustus aug ago",
    "september septembre septiembre setiembre settembre setembro sep sept set",
    "oktober octobre octubre ottobre outubro okt oct ott out",
    "november novembre noviembre novembro nov",
    "dezember décembre diciembre dicembre dezembro december dez déc dic dec",
)
_NUMBERS = {fold(name): number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
#: ``12. Juli 2019``, ``1er juillet 2019``, ``12 de julio de 2019``, ``Juli 2019``.
_DATE = re.compile(r"(?:(?P<day>\d{1,2})(?:\.|er|º|°)? ?(?:de )?)?(?P<month>[^\W\d_]{3,})\.?,?(?: de)? (?P<year>\d{4})")


def in_english(text: str) -> str:
    """The date with the English name of its month; another text as it is."""
    match = _DATE.fullmatch(text)
    number = _NUMBERS.get(fold(match["month"])) if match is not None else None
    if match is None or number is None:
        return text
    return " ".join(filter(None, (match["day"], MONTHS[number - 1], match["year"])))
