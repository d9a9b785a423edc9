"""Reads an article: what it names, when, what it quotes, and what is done with words in it.

Nothing is stored, and nothing is looked up outside the archive. Drafts of what an archivist accepts are made by
``archive.articles.drafts``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from archive.articles.dates import DateMark, date_marks
from archive.articles.names import NameIndex, NameMark, name_marks
from archive.articles.passages import Span, paragraph_number, paragraphs, quotations
from archive.articles.rules import OCCASIONS
from archive.articles.speech import ActMark, Speaker, act_marks

#: Characters of the longest article that is read.
MAX_LENGTH = 400_000


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """The speech acts of one speaker, to become one statement."""

    speaker: Speaker
    acts: tuple[ActMark, ...]
    edtf: str
    date_rule: str
    classification: str


@dataclass(frozen=True, slots=True)
class Article:
    """A text with everything that was recognized in it."""

    text: str
    day: date
    names: list[NameMark]
    dates: list[DateMark]
    quotations: list[Span]
    acts: list[ActMark]
    statements: list[ReadStatement]

    def paragraph_of(self, position: int) -> int:
        """The number of the paragraph at a position, from 1."""
        return paragraph_number(paragraphs(self.text), position)


def read(text: str, day: date, index: NameIndex) -> Article:
    """Everything that the rules recognize in an article of this day."""
    quoted = quotations(text)
    names, dates = name_marks(text, index), date_marks(text, day, quoted)
    acts = act_marks(text, names, quoted)
    return Article(text, day, names, dates, quoted, acts, _statements(text, day, acts, dates))


def _statements(text: str, day: date, acts: Iterable[ActMark], dates: list[DateMark]) -> list[ReadStatement]:
    """The acts by speaker, in the order of their first acts; acts of unknown speakers stand apart, last."""
    groups: dict[object, list[ActMark]] = {}
    for act in acts:
        targets = act.speaker.mark.targets if act.speaker.mark else ()
        name = act.speaker.mark.name if act.speaker.mark else ""
        groups.setdefault((targets, name, act.speaker.words), []).append(act)
    if unknown := groups.pop(((), "", ""), None):
        groups[None] = unknown
    statements = []
    for group in groups.values():
        edtf, rule = _date_of(group, day, dates)
        statements.append(ReadStatement(group[0].speaker, tuple(group), edtf, rule, _classification(text, group)))
    return statements


def _date_of(acts: list[ActMark], day: date, dates: list[DateMark]) -> tuple[str, str]:
    """The date beside the first act's verb that does not lie after the article, else the article's."""
    starts = [mark.start for mark in dates]
    for act in acts:
        beside = dates[bisect_left(starts, act.sentence.start) : bisect_left(starts, act.sentence.end)]
        # A day, or figures that may be two days: then both, for the archivist to choose.
        near = [mark for mark in beside if len(mark.edtf.strip("[]")) in (10, 21) and mark.edtf[:1] in "[12"]
        near = [mark for mark in near if "/" not in mark.edtf and mark.edtf.strip("[")[:10] <= day.isoformat()]
        if near:
            closest = min(near, key=lambda mark: abs(mark.start - act.end))
            return closest.edtf, gettext("“{date}” in the sentence of the first words").format(date=closest.text)
    return day.isoformat(), gettext("the article's own date: its words give none")


def _classification(text: str, acts: list[ActMark]) -> str:
    if acts[0].classification:
        return acts[0].classification
    for sentence in dict.fromkeys(act.sentence for act in acts):
        for pattern, classification in OCCASIONS:
            if pattern.search(text, sentence.start, sentence.end):
                return classification
    return "remark"
