"""Words of a speech act: what is quoted right beside its verb, else what the article writes in its clause."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from archive.articles import rules
from archive.articles.clauses import Clause, ClauseReader, condition_span
from archive.articles.passages import Span
from archive.articles.rules import Frame
from archive.choices import SpeechActKind, TextForm

#: Quotations of fewer words that are a part of their sentence are partial quotes.
_SENTENCE_WORDS = 5


class Wording:
    """Conditions and words of clauses; a quotation becomes the words of one act only.

    ``hidden`` is the text with its quotations masked, ``quoted`` their spans.
    """

    def __init__(self, text: str, hidden: str, quoted: list[Span], clauses: ClauseReader) -> None:
        self.text = text
        self.hidden = hidden
        self.quoted = quoted
        self.clauses = clauses
        self._openings = [span.start for span in quoted]
        self._used: set[int] = set()

    def condition(self, clause: Clause) -> str:
        """The words of the clause's condition, such as "if it is lifted"; empty without one."""
        start = clause.sentence.start if clause.first == clause.sentence.start else clause.end
        match = rules.CONDITION.search(self.text, start, clause.last)
        if not match:
            return ""
        span = condition_span(self.text, match, clause.last)
        return self.text[span.start : span.end].strip()

    def words(self, clause: Clause, condition: str, is_passive: bool) -> tuple[str, str]:
        """The words of the speech act: what is quoted right before or after the verb, else the article's words."""
        before, after = self._adjacent_quotations(clause)
        if quotations := [span for span in (before, after) if span is not None]:
            self._used |= {span.start for span in quotations}
            parts = [self.text[span.start : span.end].strip().rstrip(",") for span in quotations]
            return " ".join(parts), TextForm.VERBATIM
        words = self._paraphrase(clause, condition, is_passive)
        inside = self._quotations(clause.first, clause.last)
        if not inside:
            return words, TextForm.PARAPHRASE
        self._used |= {span.start for span in inside}
        quoted = self.text[inside[0].start : inside[0].end]
        is_all = len(inside) == 1 and words.strip(" ,;.“”\"‘’'«»„").lower() == quoted.strip(" ,;.").lower()
        if is_all and len(quoted.split()) >= _SENTENCE_WORDS:
            return quoted, TextForm.VERBATIM
        return words, TextForm.PARTIAL_QUOTE

    def _quotations(self, start: int, end: int) -> list[Span]:
        """The quotations between two positions that are not the words of another act yet."""
        first, last = bisect_left(self._openings, start), bisect_right(self._openings, end)
        return [span for span in self.quoted[first:last] if span.end <= end and span.start not in self._used]

    def _adjacent_quotations(self, clause: Clause) -> tuple[Span | None, Span | None]:
        """The quotation before "said Kim" or "Kim said", and the one after it, by their punctuation."""
        before = self._quotations(clause.first, clause.start)[-1:]
        after = self._quotations(clause.end, clause.last)[:1]
        if before and not rules.SAID_AFTER.fullmatch(self.hidden, before[0].end, clause.start):
            before = []
        if after:
            between = self.hidden[clause.end : after[0].start]
            is_direct = rules.SAID_BEFORE.fullmatch(between) and not self._is_partial(after[0], between)
            if not is_direct or (before and "," not in between):
                after = []
        return before[0] if before else None, after[0] if after else None

    def _is_partial(self, span: Span, between: str) -> bool:
        """Whether a quotation is only a part of the sentence: neither a comma nor a colon before it, nor a capital."""
        return between.rstrip("“\"‘'«„» ")[-1:] not in (",", ":") and not self.text[span.start].isupper()

    def _paraphrase(self, clause: Clause, condition: str, is_passive: bool) -> str:
        if self.text[clause.start : clause.end].lower() == "according to":
            return self._attributed(clause)
        words = self.text[clause.end : clause.last]
        words = words.replace(condition, " ") if condition else words
        if is_passive:
            words = rules.PASSIVE_AGENT.sub("", words, count=1)
        words = _tidied(words)
        if clause.verb.kind not in (SpeechActKind.DENIAL, SpeechActKind.REJECTION):  # "that any minister had agreed"
            words = rules.BEFORE_CONTENT.sub("", words)
        follows = self.clauses.subject_after(clause.end, clause.last)
        if follows is not None and rules.TAIL.fullmatch(self.hidden, follows.end, clause.last):
            if clause.verb.frames == (Frame.NONE,):  # "..., said Kim"
                words = self.text[clause.sentence.start : clause.start]
        elif rules.NO_CONTENT.match(words) or len(words.split()) < 2:
            words = self._with_subject(clause, condition, is_last=not words.strip(" .?!"))
        words = _tidied(words) or self.text[clause.start : clause.end]
        return words[:1].upper() + words[1:]

    def _attributed(self, clause: Clause) -> str:
        """The text attributed by "according to": the words before it, or those after the speaker's comma."""
        words = _tidied(self.text[clause.sentence.start : clause.start])
        comma = self.hidden.find(",", clause.end, clause.sentence.end)
        if not words and comma >= 0:
            words = _tidied(self.text[comma : clause.sentence.end])
        words = words or self.text[clause.start : clause.last]
        return words[:1].upper() + words[1:]

    def _with_subject(self, clause: Clause, condition: str, is_last: bool) -> str:
        """The clause with its subject; if it ends with "..., Kim said", what precedes the subject."""
        start, end = clause.first, clause.last
        mark = self.clauses.party_before(clause.start)
        if is_last and mark is not None and self.hidden[start : max(mark.start, start)].rstrip().endswith(","):
            end = mark.start
            start = start if self.text[start:end].strip(" ,") else clause.sentence.start
        words = self.text[start:end]
        if clause.outer >= 0:
            words = words.rpartition(" that ")[2]
        return _tidied(words.replace(condition, " ") if condition else words)


def _tidied(words: str) -> str:
    """The words without conjunctions and commas at their ends, and without spaces before commas."""
    words = re.sub(r"\s+([,.;])", r"\1", " ".join(words.split()))
    words = re.sub(r"\A(?:[,;]|(?:and|but|while|whereas)\b|\s)+|(?:,|;|\band|\bbut|\bwhile|\s)+\Z", "", words)
    return re.sub(r",{2,}", ",", words)
