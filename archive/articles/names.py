"""Names of officials, bodies, offices and measures in a text, by an index of all spellings that the archive has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from archive.articles.rules import STATE_WORDS, TITLE
from archive.text import fold

#: A character of a script without spaces is a token; so is a run of other letters and digits.
_TOKEN = re.compile(r"[぀-ヿ㐀-䶿一-鿿가-힣々]|[^\W_぀-ヿ㐀-䶿一-鿿가-힣々]+")
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


@dataclass(slots=True)
class NameIndex:
    """Spellings by their first token. ``family_names`` are those of officials, for later mentions."""

    entries: dict[str, list[tuple[tuple[str, ...], str, Target, str]]] = field(default_factory=dict)
    family_names: dict[Target, str] = field(default_factory=dict)

    def add(self, spelling: str, target: Target, rule: str = "a name that the archive has") -> None:
        words = tuple(token.folded for token in tokens(spelling))
        if words and len(words) <= _MAX_TOKENS:
            self.entries.setdefault(words[0], []).append((words, spelling, target, rule))

    def add_official(self, name: str, sort_name: str, target: Target) -> None:
        """An official's name, and the family name by which a text mentions them again."""
        self.add(name, target)
        family, _, given = sort_name.partition(",")
        if given:
            self.add(f"{given.strip()} {family}", target)
        parts = family.split() if given or len(name.split()) > 1 else []
        if parts:
            self.family_names[target] = fold(family if given else parts[0])

    def add_state(self, code: str, target: Target) -> None:
        """The capital and the adjective of a state."""
        for word in STATE_WORDS.get(code, ()):
            self.add(word, target, "a capital or an adjective that stands for the state")

    def matches(self, words: list[Token], position: int) -> tuple[int, dict[Target, str]]:
        """The number of tokens of the longest name at a position, and its records with their rules; 0 for none."""
        longest = 0
        targets: dict[Target, str] = {}
        for spelled, spelling, target, rule in self.entries.get(words[position].folded, ()):
            size = len(spelled)
            if size < longest or not _is_at(words, position, spelled) or not _has_case(words, position, spelling):
                continue
            if size > longest:
                longest, targets = size, {}
            targets.setdefault(target, rule)
        return longest, targets


def tokens(text: str) -> list[Token]:
    found = _TOKEN.finditer(text)
    return [Token(match.group(), _folded(match.group()), *match.span()) for match in found]


def _folded(word: str) -> str:
    return word.lower() if word.isascii() else fold(word)


def _is_at(words: list[Token], position: int, spelled: tuple[str, ...]) -> bool:
    return all(
        position + offset < len(words) and words[position + offset].folded == word
        for offset, word in enumerate(spelled)
    )


def _has_case(words: list[Token], position: int, spelling: str) -> bool:
    """Whether a name begins with a capital as it must: "us" is not the US, and "may" is nobody."""
    first = words[position].text
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


def _mark(text: str, first: Token, last: Token, targets: dict[Target, str]) -> NameMark:
    # "U.S." is written with its last full stop.
    end = last.end + (text[last.start - 1 : last.start] == "." and text[last.end : last.end + 1] == ".")
    rules = dict.fromkeys(targets.values())
    several = f"; {len(targets)} records have it" if len(targets) > 1 else ""
    return NameMark(first.start, end, text[first.start : end], tuple(targets), f"{next(iter(rules))}{several}")


def _unknown(text: str, match: re.Match[str]) -> NameMark:
    start, end = match.span("name")
    return NameMark(start, end, text[start:end], (), "a title before a name that the archive does not have")


def _later_mention(word: Token, first: NameMark, index: NameIndex) -> NameMark:
    targets = tuple(target for target in first.targets if index.family_names.get(target) == word.folded)
    return NameMark(
        word.start,
        word.end,
        word.text,
        targets,
        f"the family name of {first.name}, named before",
        "" if targets else first.name,
    )


def _goes_on(text: str, end: int) -> bool:
    """Whether a longer name follows, such as another person's given name."""
    return bool(re.match(r" [A-Z][\w’']+(?:-\w+)?", text[end:])) or text[end : end + 1] == "-"
