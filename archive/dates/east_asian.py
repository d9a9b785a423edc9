"""Dates in Korean and Japanese words, which differ in the words alone: from the year to the day, marks after the date.

As in :mod:`archive.dates.english`, different dates have different texts. Only pages use these; REST, GraphQL, exports
and the database's ``date_display`` are English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from archive.dates.parser import Parsed, Piece, parse

if TYPE_CHECKING:
    from archive.dates.value import PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a language, as format strings."""

    year: str
    #: A year before 1000, which without the era would be ambiguous.
    early_year: str
    month: str
    day: str
    #: Between year, month and day.
    gap: str
    seasons: Mapping[int, str]
    decade: str
    #: The years of a decade or a century that begin alike: "1900s".
    long_decade: str
    century: str
    years: str
    qualifiers: Mapping[str, str]
    to: str
    comma: str
    alternative: str
    only: str
    within: str
    since: str
    since_unknown: str
    until: str
    until_unknown: str


KOREAN = Words(
    year="{}년", early_year="서기 {}년", month="{}월", day="{}일", gap=" ",
    seasons={21: "봄", 22: "여름", 23: "가을", 24: "겨울"},
    decade="{}년대", long_decade="{}년대(10년간)", century="{}년대(100년간)", years="서기 {}~{}년",
    qualifiers={"": "{}", "~": "{}경", "?": "{}(추정)", "%": "{}경(추정)"},
    to="~", comma=", ", alternative=" 또는 ", only="{}만", within="{} 중",
    since="{}부터", since_unknown="{}부터(종료 시점 미상)", until="{}까지", until_unknown="{}까지(시작 시점 미상)",
)  # fmt: skip
JAPANESE = Words(
    year="{}年", early_year="西暦{}年", month="{}月", day="{}日", gap="",
    seasons={21: "春", 22: "夏", 23: "秋", 24: "冬"},
    decade="{}年代", long_decade="{}年代（10年間）", century="{}年代（100年間）", years="西暦{}～{}年",
    qualifiers={"": "{}", "~": "{}頃", "?": "{}（推定）", "%": "{}頃（推定）"},
    to="～", comma="、", alternative="または", only="{}のみ", within="{}中",
    since="{}から", since_unknown="{}から（終了時期不明）", until="{}まで", until_unknown="{}まで（開始時期不明）",
)  # fmt: skip
_LANGUAGES = {"ko": KOREAN, "ja": JAPANESE}


def display_in(date: PartialDate, language: str) -> str:
    """The date in the words of a language; in English for a language that has none here."""
    return _display(date.text, language) if language in _LANGUAGES else date.display


@lru_cache(maxsize=4096)
def _display(text: str, language: str) -> str:
    return _Renderer(_LANGUAGES[language]).display(parse(text))


@dataclass(frozen=True, slots=True)
class _Renderer:
    words: Words

    def display(self, parsed: Parsed) -> str:
        words, pieces = self.words, parsed.pieces
        if parsed.form == "set":
            members = tuple({_meaning(piece): piece for piece in reversed(pieces)}.values())[::-1]
            if len(members) == 1:
                return words.only.format(self._piece(members[0]))
            *texts, last = self._shortened(members)
            return words.alternative.join([words.comma.join(texts), last])
        if parsed.form == "single":
            return self._piece(pieces[0])
        if parsed.start == "known" and parsed.end == "known":
            if _meaning(pieces[0]) == _meaning(pieces[1]):
                return words.within.format(self._piece(pieces[0]))
            return words.to.join(self._shortened(pieces))
        form = {
            ("known", "open"): words.since, ("known", "unknown"): words.since_unknown,
            ("open", "known"): words.until, ("unknown", "known"): words.until_unknown,
        }[parsed.start, parsed.end]  # fmt: skip
        return form.format(self._piece(pieces[0]))

    def _piece(self, piece: Piece) -> str:
        return self.words.qualifiers[piece.qualifier].format(self._unqualified(piece))

    def _unqualified(self, piece: Piece) -> str:
        if piece.precision in ("decade", "century"):
            return self._years(piece)
        return self.words.gap.join([self._year(piece), *self._in_year(piece)])

    def _year(self, piece: Piece) -> str:
        year = piece.earliest.year
        return (self.words.year if year >= 1000 else self.words.early_year).format(year)

    def _years(self, piece: Piece) -> str:
        first, last = piece.earliest.year, piece.latest.year
        if first < 100:
            return self.words.years.format(first, last)
        if first % 100:
            return self.words.decade.format(first)
        return (self.words.long_decade if piece.precision == "decade" else self.words.century).format(first)

    def _in_year(self, piece: Piece) -> list[str]:
        """The parts after the year: a season, or month and day."""
        if piece.month is None:
            return []
        if piece.precision == "season":
            return [self.words.seasons[piece.month]]
        month = self.words.month.format(piece.month)
        return [month] if piece.day is None else [month, self.words.day.format(piece.day)]

    def _shortened(self, pieces: tuple[Piece, ...]) -> list[str]:
        """Several dates, a shared year or month once: "2019년 6월 28일", "29일"."""
        are_unqualified = all(not piece.qualifier for piece in pieces)
        precisions = {piece.precision for piece in pieces}
        months = {(piece.year, piece.month) for piece in pieces}
        first, rest = self._piece(pieces[0]), pieces[1:]
        if are_unqualified and len(months) == 1 and precisions == {"day"}:
            return [first, *(self.words.day.format(piece.day) for piece in rest)]
        is_one_year = len({piece.year for piece in pieces}) == 1
        # Not for a month and a day in it, as in English.
        if are_unqualified and is_one_year and precisions <= {"day", "month"} and len(months) > 1:
            return [first, *(self.words.gap.join(self._in_year(piece)) for piece in rest)]
        return [self._piece(piece) for piece in pieces]


def _meaning(piece: Piece) -> tuple[object, ...]:
    """Equal for pieces with the same meaning in different notations."""
    return piece.earliest, piece.latest, piece.qualifier
