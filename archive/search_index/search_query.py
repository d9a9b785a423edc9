"""A parsed search in the languages of both databases, as texts or bind parameters.

On PostgreSQL every search is one JSON text, from which ``archive_search_query`` makes the tsquery. On SQLite it is an
FTS5 expression per alternative, and conditions on the substrings of CJK words. A term with CJK words matches where all
of them occur; without, where its words follow each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from archive.bind_parameters import BindParam, text_param
from archive.search_index.folding import name_token
from archive.search_index.prefixes import prefix_forms
from archive.search_index.stemming import stem
from archive.search_syntax import Alternative, Query, Term, is_cjk, parse

#: PostgreSQL's weight, and SQLite's columns, of each field.
_WEIGHTS = {"name": "A", "summary": "B", "text": "C", "": ""}
_COLUMNS = {"name": ("name", "other_names"), "summary": ("summary",), "text": ("text",), "": ()}
#: The tokenizer of substrings has no tokens shorter than this.
_TRIGRAM = 3


@dataclass(frozen=True, slots=True)
class Substring:
    """SQLite: records whose text has a CJK word, by an FTS5 expression, or by a range of trigrams for a short word."""

    columns: tuple[str, ...]
    match: str | BindParam
    last: str | BindParam = ""
    is_range: bool = False


@dataclass(frozen=True, slots=True)
class FTS5Conditions:
    """SQLite: an FTS5 expression (or none) and substrings that must all match, and conditions that must not hold."""

    match: str | BindParam = ""
    substrings: tuple[Substring, ...] = ()
    excluded: tuple[FTS5Conditions, ...] = ()

    @property
    def plan_key(self) -> Any:
        shapes = tuple((part.columns, part.is_range) for part in self.substrings)
        return bool(self.match), shapes, tuple(conditions.plan_key for conditions in self.excluded)

    def values(self) -> Iterator[str | BindParam]:
        """All texts, in an order that depends on the plan key alone."""
        yield self.match
        for part in self.substrings:
            yield from (part.match, part.last)
        for conditions in self.excluded:
            yield from conditions.values()

    def with_values(self, values: Iterator[BindParam]) -> FTS5Conditions:
        """The conditions with the values instead of the texts; empty texts stay, for they decide the SQL."""
        match = _swap(self.match, values)
        substrings = [
            replace(part, match=_swap(part.match, values), last=_swap(part.last, values)) for part in self.substrings
        ]
        excluded = [conditions.with_values(values) for conditions in self.excluded]
        return FTS5Conditions(match, tuple(substrings), tuple(excluded))


def _swap(text: str | BindParam, values: Iterator[BindParam]) -> str | BindParam:
    value = next(values)
    return value if text else ""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search, for the conditions of ``archive.search_index.conditions``."""

    json: str | BindParam
    #: SQLite: the alternatives in all texts, and in names alone.
    texts: tuple[FTS5Conditions, ...]
    names: tuple[FTS5Conditions, ...]
    #: The search as a whole name, and SQLite's expression for it.
    name: str | BindParam
    name_match: str | BindParam
    #: Whether a term is excluded.
    has_excluded: bool = False

    @classmethod
    def parse(cls, text: str) -> SearchQuery:
        return cls.of(parse(text))

    @classmethod
    def of(cls, query: Query) -> SearchQuery:
        name = " ".join(_name_words(query))
        return cls(
            _json(query),
            tuple(_fts5(option) for option in query.alternatives),
            tuple(_names_only(query)),
            name,
            f'"{name_token(name)}"' if name else "",
            any(option.excluded for option in query.alternatives),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing matches."""
        return not self.texts

    @property
    def plan_key(self) -> Any:
        """The part of the search that decides the SQL."""
        shapes = (tuple(option.plan_key for option in options) for options in (self.texts, self.names))
        return *shapes, bool(self.name), self.has_excluded

    def parameters(self, key: str) -> SearchQuery:
        """The search with bind parameters, whose keys begin with ``key``."""
        values = iter([text_param(name) for name in self.bind(key)])
        json_text, name, name_match = (_swap(text, values) for text in (self.json, self.name, self.name_match))
        texts, names = (
            tuple(conditions.with_values(values) for conditions in options) for options in (self.texts, self.names)
        )
        return replace(self, json=json_text, name=name, name_match=name_match, texts=texts, names=names)

    def bind(self, key: str) -> dict[str, Any]:
        """The values of those bind parameters."""
        options = (value for conditions in (*self.texts, *self.names) for value in conditions.values())
        values = (self.json, self.name, self.name_match, *options)
        return {f"{key}.{number}": value for number, value in enumerate(values)}


def _name_words(query: Query) -> list[str]:
    """The words of a search that can be a whole name: those of a single alternative."""
    if len(query.alternatives) != 1 or query.alternatives[0].excluded:
        return []
    return [word for term in query.alternatives[0].required for word in term.words]


def _pieces(term: Term) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The phrases and CJK words of a term that must all match, each with whether its last word is a prefix."""
    runs = [(cjk, tuple(words)) for cjk, words in groupby(term.words, is_cjk)]
    for number, (cjk, words) in enumerate(runs):
        if cjk:
            yield from (((word,), False) for word in words)
        else:
            yield words, term.is_prefix and number == len(runs) - 1


def _json(query: Query) -> str:
    """The alternatives as lists of terms in the syntax of ``to_tsquery``."""
    alternatives = [
        [
            {**_tsqueries(words, is_prefix, term), "excluded": False}
            for term in option.required
            for words, is_prefix in _pieces(term)
        ]
        + [{**_tsqueries_of(term), "excluded": True} for term in option.excluded]
        for option in query.alternatives
    ]
    return json.dumps(alternatives, ensure_ascii=False)


def _tsqueries_of(term: Term) -> dict[str, str]:
    """The queries of a term of which all pieces must match."""
    pieces = [_tsqueries(words, is_prefix, term) for words, is_prefix in _pieces(term)]
    keys = dict.fromkeys(key for piece in pieces for key in piece)
    return {key: " & ".join(f"({piece.get(key, piece['term'])})" for piece in pieces) for key in keys}


def _tsqueries(words: tuple[str, ...], is_prefix: bool, term: Term) -> dict[str, str]:
    """The query of a phrase, whose words PostgreSQL stems; with a prefix also the query of English stems.

    ``spelled`` is the phrase with accents, for the stemmers of other languages. A CJK word is the phrase of its pairs
    of characters; a single character begins a pair.
    """
    flag, first = _WEIGHTS[term.field], words[0]
    if is_cjk(first):
        pairs = [first[start : start + 2] for start in range(max(len(first) - 1, 1))]
        return {"term": _sequence([_lexeme(pair, flag, len(first) == 1) for pair in pairs])}
    *before, last = words
    folded = _sequence([*(_lexeme(word, flag) for word in before), _lexeme(last, flag, is_prefix)])
    if not is_prefix:
        spellings = dict(zip(term.words, term.spellings, strict=False))
        spelled = _sequence([_lexeme(spellings.get(word, word), flag) for word in words])
        return {"term": folded} if spelled == folded else {"term": folded, "spelled": spelled}
    forms = [_lexeme(last, flag, True), *(_lexeme(stem(word), flag) for word in prefix_forms(last).words)]
    stems = [_lexeme(stem(word), flag) for word in before]
    return {"term": folded, "stems": _sequence([*stems, f"({' | '.join(forms)})"])}


def _sequence(lexemes: list[str]) -> str:
    return " <-> ".join(lexemes)


def _lexeme(word: str, flag: str, is_prefix: bool = False) -> str:
    flags = flag + "*" if is_prefix else flag
    quoted = "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
    return f"{quoted}:{flags}" if flags else quoted


def _fts5(option: Alternative) -> FTS5Conditions:
    required = _all_of(option.required)
    words = [term for term in option.excluded if not any(map(is_cjk, term.words))]
    excluded = [_all_of([term]) for term in option.excluded if term not in words]
    without = " OR ".join(str(_all_of([term]).match) for term in words)
    if without and required.match:
        required = replace(required, match=f"({required.match}) NOT ({without})")
    elif without:
        excluded.append(FTS5Conditions(without))
    return replace(required, excluded=tuple(excluded))


def _all_of(terms: Sequence[Term]) -> FTS5Conditions:
    """The conditions of records that have all the terms."""
    matches, substrings = [], []
    for term in terms:
        for words, is_prefix in _pieces(term):
            if is_cjk(words[0]):
                substrings.append(_substring(words[0], _COLUMNS[term.field]))
            else:
                matches.append(_phrase(words, is_prefix, _COLUMNS[term.field]))
    return FTS5Conditions(" AND ".join(matches), tuple(substrings))


def _names_only(query: Query) -> Iterator[FTS5Conditions]:
    """The alternatives that can match names, with their terms limited to names."""
    for option in query.alternatives:
        if all(term.field in ("", "name") for term in option.required):
            yield _fts5(Alternative(tuple(replace(term, field="name") for term in option.required)))


def _phrase(words: tuple[str, ...], is_prefix: bool, columns: tuple[str, ...]) -> str:
    *before, last = words
    start = " ".join([*before, ""])
    phrases = [f'"{start}{last}"']
    if is_prefix:
        forms = prefix_forms(last)
        phrases = [f'"{start}{beginning}" *' for beginning in forms.beginnings]
        phrases += [f'"{start}{word}"' for word in (*forms.words, *forms.completed)]
    phrase = phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"
    return f"{{{' '.join(columns)}}} : {phrase}" if columns else phrase


def _substring(word: str, columns: tuple[str, ...]) -> Substring:
    if len(word) >= _TRIGRAM:
        return Substring(columns, _phrase((word,), False, columns))
    return Substring(columns, word, word + chr(0x10FFFF), is_range=True)
