"""Speech acts in an article: for each verb of speech its kind, speaker, addressees, condition and words.

One clause at a time: from a verb to the next verb of speech of the same sentence. Nothing is marked that no rule of
``archive.articles.rules`` explains; where speaker or addressee are not clear, they are left open.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from archive.articles import rules
from archive.articles.names import NameMark
from archive.articles.passages import Span, masked, sentences
from archive.articles.rules import Frame, Verb
from archive.choices import Attribution, TextForm

#: Quotations of fewer words are partial quotes.
_SENTENCE_WORDS = 5
#: Characters between a verb and a speaker after it, or an addressee.
_REACH = 60
_VERBS = tuple((re.compile(rf"\b(?:{verb.pattern})(?![\w-])", re.IGNORECASE), verb) for verb in rules.VERBS)
#: A day and "that" between a verb and what is said.
_BEFORE_CONTENT = re.compile(r"\A(?:(?:on )?(?:[A-Z][a-z]+day|today|yesterday)[, ]+)?that ")
_BY = re.compile(r"\bby (?:the )?")
#: Words between a subject and another clause's verb.
_NEW_CLAUSE = re.compile(r"\band|\bbut|,|\bwhile|\bbefore")
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


@dataclass(frozen=True, slots=True)
class _Clause:
    verb: Verb
    start: int
    end: int
    #: Where the clause begins and where it ends: at the verbs beside it, or at the sentence's ends.
    first: int
    last: int
    sentence: Span


def act_marks(text: str, names: list[NameMark], quoted: list[Span]) -> list[ActMark]:
    """The speech acts of the text, in order."""
    reader = _Reader(text, names, quoted)
    return [reader.act(clause) for sentence in sentences(text, quoted) for clause in reader.clauses(sentence)]


class _Reader:
    def __init__(self, text: str, names: list[NameMark], quoted: list[Span]) -> None:
        self.text = text
        self.hidden = masked(text, quoted)
        self.quoted = quoted
        self.parties = [mark for mark in names if mark.kind in _PARTIES and self.hidden[mark.start] == text[mark.start]]
        self._openings = [span.start for span in quoted]
        self._starts = [mark.start for mark in self.parties]
        #: 1 for each character of a verb that was recognized, so that no other overlaps it.
        self._verb_characters = bytearray(len(text))
        #: The speaker of the clause before, and the last speakers that pronouns may stand for.
        self.previous = self.person = self.collective = NOBODY

    def _parties_in(self, start: int, end: int) -> list[NameMark]:
        """The names that lie between two positions."""
        first, last = bisect_left(self._starts, start), bisect_right(self._starts, end)
        return [mark for mark in self.parties[first:last] if mark.end <= end]

    def clauses(self, sentence: Span) -> list[_Clause]:
        verbs = sorted(self._verbs(sentence), key=lambda item: item[1])
        starts = [start for _, start, _ in verbs]
        clauses = []
        for position, (verb, start, end) in enumerate(verbs):
            first = verbs[position - 1][2] if position else sentence.start
            last = starts[position + 1] if position + 1 < len(verbs) else sentence.end
            clauses.append(_Clause(verb, start, end, first, last, sentence))
        return clauses

    def _verbs(self, sentence: Span) -> Iterator[tuple[Verb, int, int]]:
        for pattern, verb in _VERBS:
            for match in pattern.finditer(self.hidden, sentence.start, sentence.end):
                start, end = match.span()
                if not any(self._verb_characters[start:end]) and self._is_finite(start, end):
                    self._verb_characters[start:end] = b"\x01" * (end - start)
                    yield verb, start, end

    def _is_finite(self, start: int, end: int) -> bool:
        before = self.hidden[max(start - 12, 0) : start]
        is_participle = before.endswith(", ") and rules.PARTICIPLE.match(self.hidden, end)
        return not is_participle and not rules.NOT_FINITE.search(before)

    def act(self, clause: _Clause) -> ActMark:
        is_passive = bool(rules.PASSIVE.search(self.hidden[clause.first : clause.start]))
        speaker = self._passive_speaker(clause) if is_passive else self._speaker(clause)
        addressees = self._subject_addressees(clause) if is_passive else self._addressees(clause, speaker)
        condition = self._condition(clause)
        words, form = self._words(clause, condition)
        self._remember(speaker)
        verb = self.text[clause.start : clause.end]
        return ActMark(
            clause.start, clause.end, verb, clause.verb.kind, gettext("the verb “{verb}”").format(verb=verb), speaker,
            addressees, words, form, condition, clause.sentence,
        )  # fmt: skip

    # Who speaks

    def _speaker(self, clause: _Clause) -> Speaker:
        before = self.hidden[clause.first : clause.start]
        verb = self.hidden[clause.start : clause.end].lower()
        is_coordinated = clause.first != clause.sentence.start and rules.COORDINATED.search(before)
        candidates = [] if is_coordinated and not self._named(clause.first, clause.start) else self._before(clause)
        if rules.INVERTED.search(verb) and (not candidates or verb.endswith("according to")):
            candidates = self._after(clause.end, min(clause.last, clause.end + _REACH)) or candidates
        if candidates:
            return candidates[0]
        return self.previous if is_coordinated or not before.strip(' \x1a"“”,') else self._pronoun(before)

    def _named(self, start: int, end: int) -> bool:
        """Whether a name stands as the subject of a coordinated clause: right before its verb."""
        mark = next(reversed(self._parties_in(start, end)), None)
        return mark is not None and not _NEW_CLAUSE.search(self.hidden[mark.end : end])

    def _before(self, clause: _Clause) -> list[Speaker]:
        """Speakers named before the verb: a sentence's first clause has its subject, later ones the nearest name."""
        unnamed = list(self._unnamed(clause.first, clause.start))
        named = self._parties_in(clause.first, clause.start)
        people = [mark for mark in named if mark.kind != "body"]
        if unnamed and not people:
            return unnamed[:1]
        if clause.first == clause.sentence.start:
            subject = people[:1] if people and not self._is_object(people[0], clause) else named[:1]
            return [self._of(mark, clause.sentence) for mark in subject]
        nearest = [mark for mark in named if not self._is_object(mark, clause)][-1:]
        return [self._of(mark, clause.sentence) for mark in nearest]

    def _is_object(self, mark: NameMark, clause: _Clause) -> bool:
        """Whether the name depends on a preposition, or owns something: it is not the subject."""
        before, after = self.hidden[max(mark.start - 12, 0) : mark.start], self.hidden[mark.end : mark.end + 2]
        return bool(_PREPOSITION_BEFORE.search(before)) or after in ("'s", "’s")

    def _after(self, start: int, end: int) -> list[Speaker]:
        """Speakers named after an inverted verb; the nearest first, a person before the body that they speak for."""
        unnamed = list(self._unnamed(start, end))
        named = self._parties_in(start, end)
        people = [mark for mark in named if mark.kind != "body"]
        if unnamed and not people:
            return unnamed[:1]
        sentence = Span(start, end)
        return [self._of(mark, sentence) for mark in (people or named)[:1]]

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

    def _pronoun(self, before: str) -> Speaker:
        if rules.PERSONAL.search(before):
            return self.person
        return self.collective if rules.COLLECTIVE.search(before) else NOBODY

    def _passive_speaker(self, clause: _Clause) -> Speaker:
        match = _BY.search(self.hidden, clause.end, clause.last)
        speakers = self._after(match.end(), clause.last) if match else []
        return speakers[0] if speakers else NOBODY

    def _remember(self, speaker: Speaker) -> None:
        self.previous = speaker
        if speaker.mark is None and not speaker.words:
            return
        if speaker.mark is not None and speaker.mark.kind == "body" and not speaker.words:
            self.collective = speaker
        else:
            self.person = speaker

    # To whom

    def _addressees(self, clause: _Clause, speaker: Speaker) -> tuple[NameMark, ...]:
        for frame in clause.verb.frames:
            named = self._objects(clause) if frame is Frame.OBJECT else self._prepositional(clause, frame)
            if marks := tuple(mark for mark in named if mark != speaker.mark):
                return marks
        return ()

    def _objects(self, clause: _Clause) -> list[NameMark]:
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

    def _governs(self, clause: _Clause, mark: NameMark) -> bool:
        """ "Criticized Japan's move" is said of Japan; "welcomed Japan's offer" is not said to it."""
        return clause.verb.frames == (Frame.OBJECT,)

    def _prepositional(self, clause: _Clause, frame: Frame) -> list[NameMark]:
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

    def _subject_addressees(self, clause: _Clause) -> tuple[NameMark, ...]:
        if clause.verb.frames == (Frame.NONE,):
            return ()
        before = self._parties_in(clause.first, clause.start)
        return tuple(before[:1])

    def _following(self, clause: _Clause) -> list[NameMark]:
        return self._parties_in(clause.end, clause.last)

    # In which words

    def _condition(self, clause: _Clause) -> str:
        start = clause.sentence.start if clause.first == clause.sentence.start else clause.end
        match = rules.CONDITION.search(self.text, start, clause.last)
        return match.group().strip() if match else ""

    def _words(self, clause: _Clause, condition: str) -> tuple[str, str]:
        """The words of the speech act: the quotation next to the verb, else the article's words after it."""
        first, last = bisect_left(self._openings, clause.first), bisect_right(self._openings, clause.last)
        beside = [span for span in self.quoted[first:last] if span.end <= clause.last]
        if beside:
            longest = max(beside, key=lambda span: span.end - span.start)
            words = self.text[longest.start : longest.end].strip().rstrip(",")
            if len(words.split()) >= _SENTENCE_WORDS:
                return words, TextForm.VERBATIM
            return self._paraphrase(clause, condition) or words, TextForm.PARTIAL_QUOTE
        return self._paraphrase(clause, condition) or self.text[clause.start : clause.last].strip(), TextForm.PARAPHRASE

    def _paraphrase(self, clause: _Clause, condition: str) -> str:
        words = (
            self.text[clause.end : clause.last].replace(condition, " ")
            if condition
            else self.text[clause.end : clause.last]
        )
        if len(words.split()) < 2:
            words = self.text[clause.first : clause.start]
        words = re.sub(r"(?:,|\band|\bbut|\bwhile| )+\Z", "", " ".join(words.split()).strip(" ,;"))
        words = _BEFORE_CONTENT.sub("", words)
        return words[:1].upper() + words[1:]
