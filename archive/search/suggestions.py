"""Did you mean: a search without results, with the misspelt words replaced by words of the names of visible records."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from archive.filters import FILTERSETS
from archive.registry import COLLECTIONS
from archive.search.ranking import Search, matching_entries
from archive.search_syntax import is_cjk, spelled_words, split_words, word_spans
from archive.sql.similar_names import similar_names
from archive.visibility import Viewer

#: Words of a search that are looked up, and the newest records of each kind whose names are compared.
_MAX_WORDS, _MAX_NAMES = 5, 5_000
#: The shortest word that is replaced, and the least similarity (0 to 100) of its replacement.
_MIN_LENGTH, _MIN_SIMILARITY = 3, 75


def suggestion(search: Search, user: Viewer) -> str | None:
    """The search with other words, if that has results. All that it reads is visible to the user."""
    words = [word for term in search.query.required for word in term.words]
    candidates = [word for word in dict.fromkeys(words) if len(word) >= _MIN_LENGTH and not is_cjk(word)]
    unknown = [word for word in candidates[:_MAX_WORDS] if not _has_results(word, search, user)]
    if not unknown:
        return None
    name_words = _name_words(search.kinds, user)
    replacements = {
        word: closest
        for word in unknown
        if (closest := _closest(word, name_words | _similar_words(word, search.kinds, user)))
    }
    text = _replaced(search.text, replacements)
    return text if replacements and _has_results(text, search, user) else None


def _has_results(text: str, search: Search, user: Viewer) -> bool:
    return bool(matching_entries(Search(text, search.kinds, search.filters), user).exists())


def _name_words(kinds: tuple[str, ...], user: Viewer) -> dict[str, str]:
    """The folded words of the newest names of each kind, each with a spelling."""
    words: set[str] = set()
    for kind in kinds:
        indexed = COLLECTIONS[kind].indexed
        visible = FILTERSETS[kind]._meta.model._default_manager.visible_to(user)
        if indexed is not None and indexed.name:
            names = visible.order_by("-pk").values_list(indexed.name[0], flat=True)[:_MAX_NAMES]
            words.update(word for name in names for word in name.split())
    return {folded: spelling for word in sorted(words) for folded, spelling in spelled_words(word)}


def _similar_words(word: str, kinds: tuple[str, ...], user: Viewer) -> dict[str, str]:
    """The words of the names of officials and bodies that are similar, however many there are."""
    return {
        folded: spelling
        for kind in ("officials", "bodies")
        if kind in kinds
        for similar in similar_names(COLLECTIONS[kind].model._default_manager.visible_to(user), word)  # type: ignore[attr-defined]
        for folded, spelling in spelled_words(similar.name)
    }


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
