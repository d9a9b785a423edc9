"""Did you mean: a search without results, with the misspelt words replaced by words of the names of visible records."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from rapidfuzz import fuzz, process

from archive.registry import COLLECTIONS, Collection, collection_of
from archive.search import ranking
from archive.search.ranking import Search
from archive.search_syntax import is_cjk, spelled_words, split_words, word_spans
from archive.sql import query_tree
from archive.sql.compiler import Root
from archive.sql.reads import Read, run_together
from archive.sql.row_lists import IsNotEmpty, RowsOf, UnlessAllHaveRows
from archive.sql.similar_names import MAX_CANDIDATES, SharedTrigrams
from archive.visibility import Viewer, visible_records

#: Words of a search that are looked up, and the newest records of each kind whose names are compared.
_MAX_WORDS, _MAX_NAMES = 5, 5_000
#: The shortest word that is replaced, and the least similarity (0 to 100) of its replacement.
_MIN_LENGTH, _MIN_SIMILARITY = 3, 75


def suggestion(search: Search, user: Viewer) -> str | None:
    """The search with other words, if that has results. All that it reads is visible to the user."""
    words = [word for term in search.query.required for word in term.words]
    candidates = [word for word in dict.fromkeys(words) if len(word) >= _MIN_LENGTH and not is_cjk(word)]
    if not candidates:
        return None
    read = _NamesRead(search, candidates[:_MAX_WORDS], user)
    replacements = read.replacements(*run_together([read], user))
    text = _replaced(search.text, replacements)
    return text if replacements and _has_results(text, search, user) else None


def _has_results(text: str, search: Search, user: Viewer) -> bool:
    return bool(run_together([_ResultsRead(Search(text, search.kinds, search.filters), user)], user)[0])


class _ResultsRead(Read):
    """Whether a search has results."""

    def __init__(self, search: Search, user: Viewer) -> None:
        self.search, self.user = search, user

    def plan_key(self) -> Hashable:
        return ranking.plan_key(self.search, self.user)

    def bind(self) -> dict[str, Any]:
        return ranking.bind(self.search, self.user, "q.")

    def check(self) -> None:
        ranking.check(self.search, self.user)

    def node(self) -> Root:
        prepared = ranking.prepare(self.search, self.user, "q.")
        return IsNotEmpty(prepared.rows), prepared.must_exist


class _NamesRead(Read):
    """The names in which a search's words without results may be misspelt; null for the words that have results.

    They are the newest names of each kind, and the names of officials and bodies that share trigrams with the word,
    however many there are.
    """

    def __init__(self, search: Search, words: Sequence[str], user: Viewer) -> None:
        self.kinds, self.user, self.words = search.kinds, user, words
        self.searches = {word: Search(word, search.kinds, search.filters) for word in words}
        self.trigrams = {word: SharedTrigrams.parse(word) for word in words}

    def plan_key(self) -> Hashable:
        return tuple(
            (ranking.plan_key(search, self.user), len(self.trigrams[word].patterns))
            for word, search in self.searches.items()
        )

    def bind(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for number, word in enumerate(self.words):
            values |= ranking.bind(self.searches[word], self.user, f"s.{number}.")
            values |= self.trigrams[word].bind(f"s.{number}.trigrams")
        return values

    def check(self) -> None:
        for search in self.searches.values():
            ranking.check(search, self.user)

    def node(self) -> Root:
        prepared = [
            ranking.prepare(search, self.user, f"s.{number}.") for number, search in enumerate(self.searches.values())
        ]
        similar = [
            query_tree.Object((
                ("names", RowsOf(self._similar(word, f"s.{number}.trigrams"), _name_node, MAX_CANDIDATES)),
            ))
            for number, word in enumerate(self.words)
        ]  # fmt: skip
        fields = [
            (str(number), UnlessAllHaveRows((query.rows,), node))
            for number, (query, node) in enumerate(zip(prepared, similar, strict=True))
        ]
        newest = RowsOf(tuple(self._newest()), _name_node, _MAX_NAMES)
        return (
            query_tree.Object((
                ("similar", query_tree.Object(tuple(fields))),
                ("newest", UnlessAllHaveRows(tuple(query.rows for query in prepared), newest)),
            )),
            [group for query in prepared for group in query.must_exist],
        )  # fmt: skip

    def _newest(self) -> Iterator[QuerySet[Any]]:
        for kind in self.kinds:
            if _name_column(COLLECTIONS[kind]):
                yield visible_records(COLLECTIONS[kind].model, self.user).order_by("-pk")

    def _similar(self, word: str, key: str) -> tuple[QuerySet[Any], ...]:
        trigrams = self.trigrams[word].parameters(key)
        kinds = [kind for kind in ("officials", "bodies") if kind in self.kinds] if trigrams.patterns else []
        rows = (trigrams.rows(visible_records(COLLECTIONS[kind].model, self.user)) for kind in kinds)
        return tuple(chain.from_iterable(rows))

    def replacements(self, content: Mapping[str, Any]) -> dict[str, str]:
        """The words without results, each with the closest word of the names; without those that none is close to."""
        newest = _spellings(content["newest"] or ())
        names = zip(self.words, content["similar"].values(), strict=True)
        closest = {
            word: _closest(word, newest | _spellings(similar["names"]))
            for word, similar in names
            if similar is not None
        }
        return {word: spelling for word, spelling in closest.items() if spelling}


def _name_node(model: type[Any]) -> query_tree.Object:
    collection = collection_of(model)
    return query_tree.Object((("name", query_tree.Column(_name_column(collection) if collection else "text")),))


def _name_column(collection: Collection) -> str:
    """The column of the names; empty for records without a name."""
    names = collection.indexed.name if collection.indexed else ()
    return names[0] if names else ""


def _spellings(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The folded words of names, each with a spelling."""
    words = {word for row in rows for word in row["name"].split()}
    return {folded: spelling for word in sorted(words) for folded, spelling in spelled_words(word)}


def _closest(word: str, words: dict[str, str]) -> str:
    match = process.extractOne(word, sorted(words), scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY)
    return words[match[0]] if match else ""


def _replaced(text: str, replacements: dict[str, str]) -> str:
    """The text with its words replaced; operators and quotation marks stay."""
    pieces: list[str] = []
    end = 0
    for word, start, stop in word_spans(text):
        pieces += [text[end:start], replacements.get(" ".join(split_words(word)), word)]
        end = stop
    return "".join([*pieces, text[end:]])
