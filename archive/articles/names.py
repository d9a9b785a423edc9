"""Names of officials, bodies, offices and measures in a text, by an index of all spellings that the archive has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.articles.rules import STATE_WORDS, TITLE
from archive.text import fold

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: A character of a script without spaces is a token; so is a run of other letters and digits.
_TOKEN = re.compile(r"[぀-ヿ㐀-䶿一-鿿가-힣々]|[^\W_぀-ヿ㐀-䶿一-鿿가-힣々]+")
#: The rule of a record's own names.
_STORED = _("a name that the archive has")
#: Names of more tokens are not looked for.
_MAX_TOKENS = 20


@dataclass(frozen=True, slots=True)
class Target:
    """A record that a name may stand for. ``kind`` is official, body, office or measure."""

    kind: str
    key: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a text with its position; ``folded`` has neither case nor accents."""

    text: str
    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NameMark:
    """A name in the text: the records it may stand for, the likeliest first, and the rule by which it was recognized.

    Without targets it is the name of somebody who is not in the archive.
    """

    start: int
    end: int
    text: str
    targets: tuple[Target, ...]
    rule: str
    #: The name in full where the text has only the family name; else empty.
    full_name: str = ""

    @property
    def name(self) -> str:
        """The record's name, or for somebody who is not in the archive the name in full as the article has it."""
        return self.targets[0].name if self.targets else self.full_name or self.text

    @property
    def kind(self) -> str:
        return self.targets[0].kind if self.targets else "new_official"


class NameIndex:
    """Spellings by their folded tokens. ``family_names`` are those of officials, for later mentions.

    With ``text``, names with a token that is not in it are left out: an archive has far more names than an article.
    """

    def __init__(self, text: str | None = None) -> None:
        self.family_names: dict[Target, str] = {}
        self._wanted = None if text is None else {token.folded for token in tokens(text)}
        self._spellings: dict[tuple[str, ...], dict[Target, tuple[str, str | _StrPromise]]] = {}
        #: First token -> the numbers of tokens of names that begin with it.
        self._sizes: dict[str, set[int]] = {}

    def add(self, spelling: str, target: Target, rule: str | _StrPromise = _STORED) -> bool:
        """Whether the spelling was added."""
        first, *others = _TOKEN.findall(spelling) or [""]
        folded = _folded(first)
        if not first or (self._wanted is not None and folded not in self._wanted):
            return False
        words = (folded, *map(_folded, others))
        if len(words) > _MAX_TOKENS or (self._wanted is not None and not self._wanted.issuperset(words)):
            return False
        self._spellings.setdefault(words, {}).setdefault(target, (spelling, rule))
        self._sizes.setdefault(folded, set()).add(len(words))
        return True

    def add_official(self, name: str, sort_name: str, target: Target) -> None:
        """An official's name, and the family name by which a text mentions them again."""
        family, _, given_name = sort_name.partition(",")
        self.add(name, target)
        if given_name:
            self.add(f"{given_name.strip()} {family}", target)
        parts = family.split()
        if parts and (given_name or " " in name):
            self.family_names[target] = _folded(parts[-1] if given_name else parts[0])

    def add_state(self, code: str, target: Target) -> None:
        """The capital and the adjective of a state."""
        for word in STATE_WORDS.get(code, ()):
            self.add(word, target, _("a capital or an adjective that stands for the state"))

    def matches(self, words: list[Token], position: int) -> tuple[int, dict[Target, str | _StrPromise]]:
        """The number of tokens of the longest name at a position, and its records with their rules; 0 for none."""
        for size in sorted(self._sizes.get(words[position].folded, ()), reverse=True):
            spelled = tuple(word.folded for word in words[position : position + size])
            if len(spelled) < size:
                continue  # the text ends
            targets = {
                target: rule
                for target, (spelling, rule) in self._spellings.get(spelled, {}).items()
                if _has_case(words[position].text, spelling)
            }
            if targets:
                return size, targets
        return 0, {}


def tokens(text: str) -> list[Token]:
    matches = _TOKEN.finditer(text)
    return [Token(match.group(), _folded(match.group()), *match.span()) for match in matches]


def _folded(word: str) -> str:
    return word.lower() if word.isascii() else fold(word)


def _has_case(first: str, spelling: str) -> bool:
    """Whether a name's first word is written as it must be: "us" is not the US, and "may" is nobody."""
    if not first[0].islower():
        return first.isupper() or not (spelling.isupper() and spelling.isalpha())
    return spelling[:1].islower()


def name_marks(text: str, index: NameIndex) -> list[NameMark]:
    """All names in the text, in order and without overlaps: the longest at each position."""
    words = tokens(text)
    marks: list[NameMark] = []
    named: dict[str, NameMark] = {}
    unknown = {match.start("name"): match for match in TITLE.finditer(text)}
    position = 0
    while position < len(words):
        word = words[position]
        size, targets = index.matches(words, position)
        if size:
            mark = _mark(text, words[position], words[position + size - 1], targets)
            named |= {index.family_names[target]: mark for target in mark.targets if target in index.family_names}
        elif word.start in unknown:
            mark = _unknown(text, unknown[word.start])
            named[fold(mark.text.split()[-1])] = mark
        elif word.folded in named and word.text[0].isupper() and not _goes_on(text, word.end):
            mark = _later_mention(word, named[word.folded], index)
        else:
            position += 1
            continue
        marks.append(mark)
        while position < len(words) and words[position].start < mark.end:
            position += 1
    return marks


def _mark(text: str, first: Token, last: Token, targets: dict[Target, str | _StrPromise]) -> NameMark:
    # "U.S." is written with its last full stop.
    end = last.end + (text[last.start - 1 : last.start] == "." and text[last.end : last.end + 1] == ".")
    rules = dict.fromkeys(targets.values())
    rule = str(next(iter(rules)))
    if len(targets) > 1:
        rule = gettext("{rule}; {count} records have it").format(rule=rule, count=len(targets))
    return NameMark(first.start, end, text[first.start : end], tuple(targets), rule)


def _unknown(text: str, match: re.Match[str]) -> NameMark:
    start, end = match.span("name")
    rule = gettext("a title before a name that the archive does not have")
    return NameMark(start, end, text[start:end], (), rule)


def _later_mention(word: Token, first: NameMark, index: NameIndex) -> NameMark:
    targets = tuple(target for target in first.targets if index.family_names.get(target) == word.folded)
    return NameMark(
        word.start,
        word.end,
        word.text,
        targets,
        gettext("the family name of {name}, named before").format(name=first.name),
        "" if targets else first.name,
    )


def _goes_on(text: str, end: int) -> bool:
    """Whether a longer name follows, such as another person's given name."""
    return bool(re.match(r" [A-Z][\w’']+(?:-\w+)?", text[end:])) or text[end : end + 1] == "-"
