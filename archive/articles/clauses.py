"""Clauses of a sentence around its verbs of speech, and the verbs that report no act because they are negated.

A clause ends where another verb has its subject, at a semicolon, and before somebody else of whom the sentence speaks
("..., but Kang ..."): what is quoted after that is not the speaker's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from archive.articles import rules
from archive.articles.names import NameMark
from archive.articles.passages import Span
from archive.articles.rules import Verb
from archive.choices import SpeechActKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_VERBS = tuple((re.compile(rf"\b(?:{verb.pattern})(?![\w-])", re.IGNORECASE), verb) for verb in rules.VERBS)
_UNKNOWN = Verb("", SpeechActKind.ASSERTION)
_DENYING = (SpeechActKind.DENIAL, SpeechActKind.REJECTION)
_QUOTATION = re.compile(r"\W*\x1a+,?[”\"’'»“«]*,? ?")
_BARE_COMMA = re.compile(r", (?!(?:and|but|while|whereas|though|although|yet|or) )")
_PRONOUN = re.compile(r"(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey|I|[Ww]e|[Bb]oth)\b")
_WORD_OF_VERB = re.compile(r"(?:, [^,;]{1,60},)?(?: \w+ly)? \w+(?:ed|s)\b")
#: The doubt about what one person says that another did.
WITHIN = _("only told within the words of another")
#: Characters from a boundary to the subject after it.
_REACH = 60


@dataclass(frozen=True, slots=True)
class Clause:
    """A verb of speech with its clause: ``start`` to ``end`` is the verb, ``first`` to ``last`` the clause."""

    verb: Verb
    start: int
    end: int
    first: int
    last: int
    sentence: Span
    #: Whether its subject is that of the clause before.
    is_coordinated: bool = False
    #: Where the clauses before end, if this one is no part of them.
    boundary: int = -1
    #: The clause before, if this one is part of what is said there.
    outer: int = -1
    #: Why it is not sure that the verb reports an act; else empty.
    doubt: str | _StrPromise = ""


def condition_span(text: str, match: re.Match[str], limit: int) -> Span:
    """The characters of a condition that begins with the match: a comma ends it after its predicate."""
    stop = rules.CONDITION_END.search(text, match.end(), limit)
    last = stop.start() if stop else limit
    end = text.find(",", match.end(), last)
    while end >= 0 and rules.SUBJECT_ONLY.fullmatch(text, match.start(), end):
        following = text.find(",", end + 1, last)
        if following >= 0 and rules.INSERTION.match(text, end + 1, following):
            following = text.find(",", following + 1, last)
            end = following
            break
        if following < 0:
            return Span(match.start(), last)
        end = following
    return Span(match.start(), last if end < 0 else end)


class ClauseReader:
    """Reads the clauses of sentences. ``hidden`` is the text with its quotations masked."""

    def __init__(self, hidden: str, parties: list[NameMark]) -> None:
        self.hidden = hidden
        self.parties = parties
        self._starts = [mark.start for mark in parties]
        #: 1 for each character of a verb that was recognized, so that no other overlaps it.
        self._taken = bytearray(len(hidden))

    def clauses(self, sentence: Span) -> list[Clause]:
        verbs = sorted(self._verbs(sentence), key=lambda item: item[1])
        clauses: list[Clause] = []
        conditions = [
            condition_span(self.hidden, match, sentence.end)
            for match in rules.CONDITION.finditer(self.hidden, sentence.start, sentence.end)
        ]
        is_question = self.hidden[sentence.start : sentence.end].rstrip(" ”\"’'").endswith("?")
        position, is_after_dropped = sentence.start, False
        for verb, start, end in verbs:
            window = self.hidden[max(position, self.hidden.rfind(";", sentence.start, start) + 1) : start]
            position = end
            clause = self._clause(clauses, verb, start, end, sentence)
            governing = clauses[clause.outer] if clause.outer >= 0 else None
            if any(start in condition for condition in conditions):
                continue
            is_denied = governing is not None and governing.verb.kind in _DENYING
            is_nor = is_after_dropped and rules.NOR.search(window)
            around = self.hidden[max(start - _REACH, sentence.start) : start]
            if is_denied or is_nor or rules.NOT_DONE.search(window) or rules.NOT_DONE_AROUND.search(around):
                is_after_dropped = True
                continue
            doubt = self._doubt(clause, window, governing, is_after_dropped)
            clause = replace(clause, doubt=_("its sentence is a question") if is_question else doubt)
            if clauses and self.hidden[clauses[-1].start : clauses[-1].end].lower() == "according to":
                clause = replace(clause, doubt=clause.doubt or WITHIN)
            if clauses and self._ends_with_speaker(clause):
                clauses[-1] = replace(clauses[-1], doubt=clauses[-1].doubt or WITHIN)
            is_after_dropped = False
            self._close(clauses, clause)
            clauses.append(clause)
        return self._ended(clauses)

    def _doubt(
        self, clause: Clause, window: str, governing: Clause | None, is_after_dropped: bool
    ) -> str | _StrPromise:
        if clause.verb is _UNKNOWN:
            return _("a verb beside quoted words that no rule names")
        if rules.FIRST_PERSON.search(window):
            return _("somebody speaks of their own words")
        if rules.SEEMING.search(window) or (
            rules.EARLIER.search(window) and (governing is not None or is_after_dropped)
        ):
            return WITHIN
        if is_after_dropped and (rules.AND.search(window) or " that " in window):
            return _("it may belong to what is denied before")
        return ""

    def _ends_with_speaker(self, clause: Clause) -> bool:
        """Whether the sentence ends with "..., Kim said" or "..., said Kim": what precedes is in Kim's words."""
        is_after_comma = clause.boundary >= 0 and _BARE_COMMA.match(self.hidden, clause.boundary)
        if clause.verb.kind != SpeechActKind.ASSERTION or not is_after_comma:
            return False
        mark = self.party_before(clause.start)
        end = clause.end
        if mark is None or mark.start < clause.boundary:
            mark = self.subject_after(clause.end, clause.sentence.end)
            end = mark.end if mark else end
        return mark is not None and rules.TAIL.fullmatch(self.hidden, end, clause.sentence.end) is not None

    def _verbs(self, sentence: Span) -> Iterator[tuple[Verb, int, int]]:
        for pattern, verb in _VERBS:
            for match in pattern.finditer(self.hidden, sentence.start, sentence.end):
                if self._is_finite(*match.span(), verb) and self._take(*match.span()):
                    yield verb, *match.span()
        for match in rules.UNKNOWN_VERB.finditer(self.hidden, sentence.start, sentence.end):
            start, end = match.span(match.lastgroup or 0)
            mark = self.party_before(start) if match["before"] else self.subject_after(end, sentence.end)
            if mark is not None and self._is_finite(start, end, _UNKNOWN) and self._take(start, end):
                yield _UNKNOWN, start, end

    def _take(self, start: int, end: int) -> bool:
        if any(self._taken[start:end]):
            return False
        self._taken[start:end] = b"\x01" * (end - start)
        return True

    def _is_finite(self, start: int, end: int, verb: Verb) -> bool:
        before = self.hidden[max(start - 12, 0) : start]
        is_participle = (
            verb.kind != SpeechActKind.ASSERTION
            and before.endswith(", ")
            and rules.PARTICIPLE.match(self.hidden, end)
            and not self._is_after_apposition(start)
        )
        return not is_participle and not rules.NOT_FINITE.search(before)

    def _is_after_apposition(self, start: int) -> bool:
        """Whether a person stands before the verb and its comma: "Kono Taro, the minister, rejected"."""
        match = re.search(r", [^,;]{1,60}, \Z", self.hidden[max(start - 70, 0) : start])
        first = max(start - 70, 0) + match.start() if match else start
        index = bisect_left(self._starts, start) - 1
        mark = self.parties[index] if index >= 0 else None
        return mark is not None and mark.kind != "body" and match is not None and mark.end in (first, start - 2)

    def party_before(self, position: int) -> NameMark | None:
        """The name right before a verb, as its subject."""
        index = bisect_left(self._starts, position) - 1
        if index < 0 or self.parties[index].end > position:
            return None
        mark = self.parties[index]
        return mark if rules.BEFORE_VERB.fullmatch(self.hidden, mark.end, position) else None

    def subject_after(self, position: int, end: int) -> NameMark | None:
        """The name with which a clause begins, after titles."""
        index = bisect_left(self._starts, position)
        mark = self.parties[index] if index < len(self.parties) else None
        if mark is None or mark.end > end or mark.start > position + _REACH:
            return None
        return mark if rules.BEFORE_NAME.match(self.hidden[position : mark.start]) else None

    def _clause(self, clauses: list[Clause], verb: Verb, start: int, end: int, sentence: Span) -> Clause:
        clause = Clause(verb, start, end, sentence.start, sentence.end, sentence)
        before = clauses[-1].end if clauses else sentence.start
        boundary = self._boundary(before, start)
        if boundary is None:
            if not clauses:
                return clause
            return replace(clause, first=before, outer=len(clauses) - 1)
        first, begins, rest = boundary
        clause = replace(clause, first=first, boundary=first)
        if rules.RELATIVE.fullmatch(self.hidden, rest, start):
            antecedent = self._antecedent(before, first)
            return replace(clause, first=antecedent.start if antecedent else first)
        is_coordinated = bool(clauses) and rules.SAME_SPEAKER.fullmatch(self.hidden, begins, start) is not None
        return replace(clause, is_coordinated=is_coordinated)

    def _antecedent(self, start: int, end: int) -> NameMark | None:
        index = bisect_left(self._starts, end) - 1
        mark = self.parties[index] if index >= 0 else None
        return mark if mark is not None and mark.start >= start and end - mark.end <= 1 else None

    def _boundary(self, before: int, start: int) -> tuple[int, int, int] | None:
        """The starts of the verb's own clause, its words, and those after a quotation; None if nothing separates it."""
        is_first = before == 0 or not self._taken[before - 1]
        best = None
        for match in rules.BOUNDARY.finditer(self.hidden, before, start):
            if is_first and match.group() != ";" and not re.match(r",? (?:but|while|whereas) ", match.group()):
                continue
            rest = match.end()
            if quotation := _QUOTATION.match(self.hidden, rest, start):
                rest = quotation.end()
            if is_first and rules.SAME_SPEAKER.fullmatch(self.hidden, match.end(), start):
                continue  # "did not go but rejected": the subject stands before
            if self._begins_clause(rest, start) and not self._is_one_subject(best, match.start()):
                best = (match.start() + (match.group() == ";"), match.end(), rest)
        return best

    def _begins_clause(self, rest: int, start: int) -> bool:
        if rules.SAME_SPEAKER.fullmatch(self.hidden, rest, start) or rules.RELATIVE.fullmatch(self.hidden, rest, start):
            return True
        if _PRONOUN.match(self.hidden, rest, start) or rules.UNNAMED.match(self.hidden, rest, start):
            return True
        if rules.PERSONAL.match(self.hidden, rest, start) or rules.COLLECTIVE.match(self.hidden, rest, start):
            return True
        return self.subject_after(rest, start) is not None

    def _is_one_subject(self, best: tuple[int, int, int] | None, position: int) -> bool:
        """Whether only a subject stands between the boundary before and this one: "but Suga, and Seko said"."""
        if best is None:
            return False
        mark = self.subject_after(best[2], position)
        between = self.hidden[mark.end : position] if mark else "-"
        return mark is not None and (not between or re.fullmatch(r", [^,;]{1,60}", between) is not None)

    def _close(self, clauses: list[Clause], clause: Clause) -> None:
        """End the clauses before where this one begins; one that is part of what is said ends with it."""
        for index, earlier in enumerate(clauses):
            if earlier.last > clause.boundary >= 0:
                clauses[index] = replace(earlier, last=max(clause.boundary, earlier.end))

    def _ended(self, clauses: list[Clause]) -> list[Clause]:
        """The clauses, ended before the words of somebody else whose verb is not known."""
        return [replace(clause, last=self._last(clause)) for clause in clauses]

    def _last(self, clause: Clause) -> int:
        for match in rules.CONTRAST.finditer(self.hidden, clause.end, clause.last):
            if match.group() == ";":
                return match.start()
            mark = self.subject_after(match.end(), clause.last)
            if mark is None:
                continue
            if not match.group().endswith("and ") or _WORD_OF_VERB.match(self.hidden, mark.end, clause.last):
                return match.start()
        return clause.last
