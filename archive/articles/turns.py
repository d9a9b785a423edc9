"""Lines of an interview or a transcript ("Moon Jae-in: ...", "Q. ...", "A. ..."), and datelines.

Each line of a named speaker becomes an assertion in their words that is left unticked: which act it is, its words do
not say by a verb. Questions and lines of speakers that nobody names are read for no acts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive.articles import rules
from archive.articles.names import NameMark
from archive.articles.passages import Span

_PEOPLE = ("official", "new_official")
#: Lines of speakers in an interview are at least so many.
_LINES = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """A line of an interview: the speaker's name as a span, the words, and the speaker if it has a known one."""

    label: Span
    words: Span
    speaker: NameMark | None
    #: Whether it is the words of somebody whom the article may mean to be read as a speaker.
    is_answer: bool


def turns(text: str, names: Iterable[NameMark]) -> list[Turn]:
    """The lines of interviews in the text, in order."""
    people = {mark.end: mark for mark in names if mark.kind in _PEOPLE}
    lines = []
    for match in rules.TURN.finditer(text):
        label, words = Span(*match.span("label")), Span(*match.span("words"))
        person = people.get(label.end)
        if person is not None and person.start >= label.start:
            lines.append(Turn(label, words, person, True))
        elif match["label"][0] in "QA" and (len(match["label"]) == 1 or match["label"][1:].isdigit()):
            lines.append(Turn(label, words, None, match["label"].startswith("A")))
        elif not match["label"].isupper():
            lines.append(Turn(label, words, None, False))
    spoken = [turn for turn in lines if turn.speaker is not None or turn.label.end - turn.label.start <= 3]
    if len(spoken) < _LINES:
        return [turn for turn in spoken if turn.speaker is not None]
    interviewed = _interviewed(people.values(), spoken[0].label.start)
    return [replace(turn, speaker=turn.speaker or interviewed) if turn.is_answer else turn for turn in lines]


def _interviewed(people: Iterable[NameMark], start: int) -> NameMark | None:
    """The only person whom the article names before its first question."""
    before = {mark.name: mark for mark in people if mark.end <= start}
    return next(iter(before.values())) if len(before) == 1 else None


def datelines(text: str) -> list[Span]:
    """The places before an article's words: "SEOUL: ..."."""
    return [Span(*match.span()) for match in rules.DATELINE.finditer(text)]
