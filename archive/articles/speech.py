"""Speech acts in an article: for each verb of speech its kind, speaker, addressees, condition and words.

One clause at a time (``archive.articles.clauses``). Nothing is marked that no rule of ``archive.articles.rules``
explains; where speaker or addressee are not clear, they are left open, and what is not sure has a ``doubt``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from archive.articles import rules
from archive.articles.clauses import WITHIN, Clause, ClauseReader
from archive.articles.names import NameMark
from archive.articles.passages import Span, masked, sentences
from archive.articles.rules import Frame
from archive.articles.turns import Turn, datelines, turns
from archive.articles.wording import Wording
from archive.choices import Attribution, SpeechActKind, StatementClassification, TextForm

#: Characters between a verb and a speaker after it, or an addressee.
_REACH = 60
_BY = re.compile(r"\bby (?:the )?")
_PREPOSITION_BEFORE = re.compile(r"\b(?:of|to|from|with|by|against|on|in|for|between|after)(?: the)? \Z")
_PARTIES = ("official", "new_official", "body")


@dataclass(frozen=True, slots=True)
class Speaker:
    """The speaker: a name, an unnamed person of a body, or both unknown. ``words`` are the article's."""

    mark: NameMark | None
    attribution: str
    words: str = ""


NOBODY = Speaker(None, Attribution.REPORTED)


@dataclass(frozen=True, slots=True)
class ActMark:
    """A speech act that a verb reports. ``sentence`` is where it stands; ``start`` to ``end`` is the verb."""

    start: int
    end: int
    text: str
    kind: str
    rule: str
    speaker: Speaker
    addressees: tuple[NameMark, ...]
    words: str
    form: str
    condition: str
    sentence: Span
    #: Why it is not sure that this is an act; else empty. The page leaves it unticked.
    doubt: str = ""
    classification: str = ""


def act_marks(text: str, names: list[NameMark], quoted: list[Span]) -> list[ActMark]:
    """The speech acts of the text, in order; an act of several speakers once for each."""
    lines = turns(text, names)
    spoken = [turn.words for turn in lines]
    outside = [span for span in quoted if not _contains(spoken, span.start)]
    hidden = sorted([*outside, *spoken], key=lambda span: span.start)
    reader = _Reader(text, names, outside, masked(text, hidden))
    acts = [act for sentence in sentences(text, hidden) for act in reader.acts(sentence)]
    return sorted([*acts, *(_turn_act(text, turn, quoted) for turn in lines if turn.is_answer)], key=lambda a: a.start)


def _turn_act(text: str, turn: Turn, quoted: list[Span]) -> ActMark:
    """A line of an interview as an assertion in its own words."""
    speaker = Speaker(turn.speaker, Attribution.NAMED) if turn.speaker else NOBODY
    first, last = (bisect_left(quoted, end, key=lambda span: span.start) for end in (turn.words.start, turn.words.end))
    inside = quoted[first:last]
    is_quotation = len(inside) == 1 and turn.words.end - turn.words.start <= inside[0].end - inside[0].start + 3
    words = inside[0] if is_quotation else turn.words
    return ActMark(
        turn.label.start, turn.label.end, text[turn.label.start : turn.label.end], SpeechActKind.ASSERTION,
        gettext("a line of an interview"), speaker, (), text[words.start : words.end].strip(), TextForm.VERBATIM, "",
        Span(turn.label.start, turn.words.end), gettext("a line of an interview: choose which act its words are"),
        StatementClassification.INTERVIEW,
    )  # fmt: skip


def _contains(spans: list[Span], position: int) -> bool:
    """Whether the position lies in one of the spans, which are in order and apart."""
    index = bisect_right(spans, position, key=lambda span: span.start) - 1
    return index >= 0 and position in spans[index]


class _Reader:
    def __init__(self, text: str, names: list[NameMark], quoted: list[Span], hidden: str) -> None:
        self.text = text
        self.hidden = hidden
        places = datelines(text)
        self.parties = [
            mark for mark in names
            if mark.kind in _PARTIES and hidden[mark.start] == text[mark.start]
            and not (mark.kind == "body" and _contains(places, mark.start))
        ]  # fmt: skip
        self._starts = [mark.start for mark in self.parties]
        self.clauses = ClauseReader(hidden, self.parties)
        self.wording = Wording(text, hidden, quoted, self.clauses)
        #: The speakers of the clause before, and the last speakers that pronouns may stand for.
        self.previous: tuple[Speaker, ...] = (NOBODY,)
        self.person = self.collective = NOBODY
        self.plural: tuple[Speaker, ...] = ()

    def _parties_in(self, start: int, end: int) -> list[NameMark]:
        """The names that lie between two positions."""
        first, last = bisect_left(self._starts, start), bisect_right(self._starts, end)
        return [mark for mark in self.parties[first:last] if mark.end <= end]

    def acts(self, sentence: Span) -> Iterator[ActMark]:
        clauses = self.clauses.clauses(sentence)
        speakers: list[tuple[Speaker, ...]] = []
        for clause in clauses:
            is_passive = bool(rules.PASSIVE.search(self.hidden[clause.first : clause.start]))
            speakers.append(self._passive_speaker(clause) if is_passive else self._speakers(clause))
            if clause.outer >= 0 and not clause.doubt and speakers[-1] != speakers[clause.outer]:
                clause = replace(clause, doubt=str(WITHIN))
            yield from self._acts(clause, speakers[-1], is_passive)
            self._remember(speakers[-1])

    def _acts(self, clause: Clause, speakers: tuple[Speaker, ...], is_passive: bool) -> Iterator[ActMark]:
        condition = self.wording.condition(clause)
        words, form = self.wording.words(clause, condition, is_passive)
        verb = self.text[clause.start : clause.end]
        for speaker in speakers:
            addressees = self._subject_addressees(clause) if is_passive else self._addressees(clause, speaker)
            yield ActMark(
                clause.start, clause.end, verb, clause.verb.kind, gettext("the verb “{verb}”").format(verb=verb),
                speaker, addressees, words, form, condition, clause.sentence, str(clause.doubt),
            )  # fmt: skip

    # Who speaks

    def _speakers(self, clause: Clause) -> tuple[Speaker, ...]:
        before = self.hidden[clause.first : clause.start]
        verb = self.hidden[clause.start : clause.end].lower()
        is_inverted = rules.INVERTED.search(verb) is not None
        follows = (
            is_inverted
            and clause.verb.frames == (Frame.NONE,)
            and before == ", "
            and self.clauses.subject_after(clause.end, clause.last) is not None
        )
        if clause.is_coordinated and not follows and not verb.endswith("according to"):
            return self.previous
        match = rules.UNKNOWN_SUBJECT.search(before)
        if match and not self._is_named(clause.first + match.start("name"), clause.start):
            return (NOBODY,)
        candidates = self._before(clause)
        is_after_quotation = rules.AFTER_QUOTATION.search(before) is not None
        is_after_comma = is_inverted and not candidates and (not before.strip() or before.endswith(", "))
        if is_after_quotation or is_after_comma or verb.endswith("according to"):
            candidates = self._after(clause.end, min(clause.last, clause.end + _REACH)) or candidates
        if candidates:
            return candidates
        is_bare = not before.strip(" \x1a\"“”‘’«»„',")
        return self.previous if is_bare else self._pronoun(before)

    def _before(self, clause: Clause) -> tuple[Speaker, ...]:
        """Speakers named before the verb: right before it, else a sentence's first subject, else the nearest name."""
        unnamed = list(self._unnamed(clause.first, clause.start))
        named = self._parties_in(clause.first, clause.start)
        people = [mark for mark in named if mark.kind != "body"]
        if unnamed and not people:
            return tuple(unnamed[:1])
        if people:  # "Japan's Abe Shinzo"
            named = [mark for mark in named if mark.kind != "body" or not self._is_possessive(mark)]
        nearest = self.clauses.party_before(clause.start)
        if nearest in named and nearest is not None and not self._is_object(nearest, clause):
            subject = self._joined(named, named.index(nearest), clause.first)
        elif clause.first == clause.sentence.start or clause.outer < 0:
            is_subject = bool(people) and not self._is_object(people[0], clause)
            head = people if is_subject else [mark for mark in named if mark.kind == "body"]
            subject = self._first_subject(named, head[:1])
        else:
            subject = [mark for mark in named if not self._is_object(mark, clause)][-1:]
        return tuple(self._of(mark, clause.sentence) for mark in subject)

    def _joined(self, named: list[NameMark], last: int, start: int) -> list[NameMark]:
        """The names of one subject that end with a name: "Moon, Kim and Kang"; the last alone if that is not sure."""
        first = last
        while first and self._are_joined(named[first - 1], named[first]):
            first -= 1
        subject = named[first : last + 1]
        is_sure = self._with_and(subject) == subject and rules.BEFORE_NAME.match(self.hidden[start : subject[0].start])
        return subject if is_sure else [named[last]]

    def _first_subject(self, named: list[NameMark], head: list[NameMark]) -> list[NameMark]:
        """The names of one subject that begin with its head."""
        if not head:
            return []
        first = last = named.index(head[0])
        while last + 1 < len(named) and self._are_joined(named[last], named[last + 1]):
            last += 1
        subject = named[first : last + 1]
        return self._with_and(subject)

    def _are_joined(self, mark: NameMark, following: NameMark) -> bool:
        return bool(rules.AND_NAME.fullmatch(self.hidden, mark.end, following.start)) and not (
            _PREPOSITION_BEFORE.search(self.hidden[mark.end : following.start])
            or self.hidden[following.end : following.end + 2] in ("'s", "’s")
        )

    def _with_and(self, subject: list[NameMark]) -> list[NameMark]:
        """The names up to the last one that an "and" joins; "China and Russia, Seoul said" is not of three."""
        while len(subject) > 1 and not re.search(r" (?:and|&|as well|with) ", self._gap(subject[-2], subject[-1])):
            subject = subject[:-1]
        return subject

    def _gap(self, mark: NameMark, following: NameMark) -> str:
        return self.hidden[mark.end : following.start]

    def _is_named(self, start: int, end: int) -> bool:
        """Whether a known name has characters between two positions."""
        index = bisect_left(self._starts, end) - 1
        return index >= 0 and self.parties[index].end > start

    def _is_possessive(self, mark: NameMark) -> bool:
        return self.hidden[mark.end : mark.end + 2] in ("'s", "’s")

    def _is_object(self, mark: NameMark, clause: Clause) -> bool:
        """Whether the name depends on a preposition, or owns something: it is not the subject."""
        before, after = self.hidden[max(mark.start - 12, 0) : mark.start], self.hidden[mark.end : mark.end + 2]
        return bool(_PREPOSITION_BEFORE.search(before)) or after in ("'s", "’s")

    def _after(self, start: int, end: int) -> tuple[Speaker, ...]:
        """Speakers named after an inverted verb; the nearest first, a person before the body that they speak for."""
        unnamed = list(self._unnamed(start, end))
        named = self._parties_in(start, end)
        people = [
            mark for mark in named
            if mark.kind != "body" and rules.BEFORE_NAME.match(self.hidden[start : mark.start])
        ]  # fmt: skip
        if unnamed and not people:
            return tuple(unnamed[:1])
        named = named if people or self.clauses.subject_after(start, end) else []
        subject = self._first_subject(named, (people or named)[:1])
        sentence = Span(start, end)
        return tuple(self._of(mark, sentence) for mark in subject)

    def _unnamed(self, start: int, end: int) -> Iterator[Speaker]:
        """Speakers that the article does not name, with the body that it mentions beside them."""
        for match in rules.UNNAMED.finditer(self.hidden, start, end):
            near = self._parties_in(match.start(), match.end() + _REACH)
            if any(mark.start == match.end() + 1 and mark.kind != "body" for mark in near):
                continue  # "spokesman Kim": a name follows
            if match["article"].lower() == "the" and not match["words"] and self.person.words:
                yield self.person  # "the official": who was introduced before
                continue
            # A body within the phrase, or right after it: "an official of the ministry".
            inside = [mark for mark in near if mark.kind == "body" and mark.start <= match.end()]
            words = self.text[match.start() : inside[-1].end if inside and match["place"] else match.end()].strip()
            yield Speaker(inside[0] if inside else None, self._attribution(match["noun"], start, end), words)

    def _attribution(self, noun: str, start: int, end: int) -> str:
        if noun in rules.ANONYMOUS_NOUNS or rules.ANONYMITY.search(
            self.hidden, start, min(end + 200, len(self.hidden))
        ):
            return Attribution.ANONYMOUS
        return Attribution.COLLECTIVE if noun in rules.COLLECTIVE_NOUNS else Attribution.ON_BACKGROUND

    def _of(self, mark: NameMark, sentence: Span) -> Speaker:
        if rules.REPORTED.search(self.hidden, sentence.start, sentence.end):
            return Speaker(mark, Attribution.REPORTED)
        return Speaker(mark, Attribution.COLLECTIVE if mark.kind == "body" else Attribution.NAMED)

    def _pronoun(self, before: str) -> tuple[Speaker, ...]:
        if rules.PERSONAL.search(before):
            return (self.person,)
        if rules.PLURAL.search(before):
            return self.plural or (self.collective,)
        return (self.collective,) if rules.COLLECTIVE.search(before) else (NOBODY,)

    def _passive_speaker(self, clause: Clause) -> tuple[Speaker, ...]:
        match = _BY.search(self.hidden, clause.end, clause.last)
        return (self._after(match.end(), clause.last) if match else ()) or (NOBODY,)

    def _remember(self, speakers: tuple[Speaker, ...]) -> None:
        self.previous = speakers
        if len(speakers) > 1:
            self.plural = speakers
            return
        [speaker] = speakers
        if speaker.mark is None and not speaker.words:
            return
        if speaker.mark is not None and speaker.mark.kind == "body" and not speaker.words:
            self.collective, self.plural = speaker, ()
        else:
            self.person = speaker

    # To whom

    def _addressees(self, clause: Clause, speaker: Speaker) -> tuple[NameMark, ...]:
        for frame in clause.verb.frames:
            named = self._objects(clause) if frame is Frame.OBJECT else self._prepositional(clause, frame)
            if marks := tuple(mark for mark in named if mark != speaker.mark):
                return marks
        return ()

    def _objects(self, clause: Clause) -> list[NameMark]:
        """Names right after the verb, with "and" between them."""
        marks: list[NameMark] = []
        position = clause.end
        for mark in self._following(clause):
            gap = self.hidden[position : mark.start]
            pattern = (
                r" (?:that |on |upon |for )?(?:the |a )?(?:\w+ly )?" if not marks else r"(?:,| and| or|, and) (?:the )?"
            )
            if not re.fullmatch(pattern, gap):
                break
            marks.append(mark)
            position = mark.end
        is_possessive = marks and re.match("['’]s? ", self.hidden[marks[-1].end : marks[-1].end + 3])
        return [] if is_possessive and not self._governs(clause, marks[-1]) else marks

    def _governs(self, clause: Clause, mark: NameMark) -> bool:
        """ "Criticized Japan's move" is said of Japan; "welcomed Japan's offer" is not said to it."""
        return clause.verb.frames == (Frame.OBJECT,)

    def _prepositional(self, clause: Clause, frame: Frame) -> list[NameMark]:
        if frame is not Frame.PREPOSITION:
            return []
        for mark in self._following(clause):
            before = self.hidden[clause.end : mark.start]
            if (
                re.search(r"(?:^|\W)(?:to|from|for|with|against)(?: the| its| his| her)? \Z", before)
                and "," not in before
            ):
                return [mark]
        return []

    def _subject_addressees(self, clause: Clause) -> tuple[NameMark, ...]:
        if clause.verb.frames == (Frame.NONE,):
            return ()
        return tuple(speaker.mark for speaker in self._before(clause) if speaker.mark and not speaker.words)

    def _following(self, clause: Clause) -> list[NameMark]:
        return self._parties_in(clause.end, clause.last)
