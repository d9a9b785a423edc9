"""Officials and bodies whose names are similar to a text, for suggestions and for pickers.

Candidates share trigrams with the text, by the index of names; rapidfuzz compares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from rapidfuzz import fuzz

from archive.models import Name
from archive.sql.name_conditions import TRIGRAM, HasName, NamePattern
from archive.sql.text_conditions import like
from archive.text import fold, name_parts

#: Records whose names are compared, and trigrams of the text by which they are found.
_MAX_CANDIDATES, _MAX_TRIGRAMS = 200, 16
#: The least similarity (0 to 100) of a name, or of the words of a name to those of the text.
_MIN_SIMILARITY = 75


@dataclass(frozen=True, slots=True)
class SimilarName:
    """A record with a similar name, as that is written, and the similarity (0 to 100)."""

    pk: int
    slug: str
    name: str
    similarity: float


def similar_names(rows: QuerySet[Any], text: str, limit: int = 3) -> list[SimilarName]:
    """The records of a queryset of officials or bodies with the most similar names, the most similar first.

    A name is similar as a whole, or if each word of the text is similar to one of its words, in any order.
    """
    parts = name_parts(text)
    trigrams = _trigrams(parts)
    if not trigrams:
        return []
    best: dict[int, SimilarName] = {}
    for candidate in _candidates(rows, parts, trigrams):
        if candidate.pk not in best or candidate.similarity > best[candidate.pk].similarity:
            best[candidate.pk] = candidate
    similar = (candidate for candidate in best.values() if candidate.similarity >= _MIN_SIMILARITY)
    return sorted(similar, key=lambda candidate: (-candidate.similarity, candidate.slug))[:limit]


def _trigrams(parts: list[str]) -> list[str]:
    """Trigrams of the whole text, evenly chosen if there are many."""
    folded = "".join(parts)
    trigrams = list(dict.fromkeys(folded[start : start + TRIGRAM] for start in range(len(folded) - TRIGRAM + 1)))
    step = max(1, -(-len(trigrams) // _MAX_TRIGRAMS))
    return trigrams[::step]


def _candidates(rows: QuerySet[Any], parts: list[str], trigrams: list[str]) -> Iterator[SimilarName]:
    """The names of the records that share the most trigrams with the text."""
    patterns = [NamePattern.parse(trigram) for trigram in trigrams]
    bearer = rows.model._meta.model_name
    shared = reduce(add, (_points(pattern) for pattern in patterns))
    own = rows.filter(Q(HasName(rows.model, tuple(patterns), "OR"))).order_by()
    names = own.annotate(shared=shared).order_by("-shared", "pk").values_list("pk", "slug", "name")[:_MAX_CANDIDATES]
    others = (
        Name.objects.filter(**{f"{bearer}__in": own.values("pk")}).annotate(shared=shared).filter(shared__gt=0)
        .order_by("-shared", "pk").values_list(f"{bearer}_id", f"{bearer}__slug", "text")[:_MAX_CANDIDATES]
    )  # fmt: skip
    for pk, slug, name in (*names, *others):
        yield SimilarName(pk, slug, name, _similarity(parts, name))


def _points(pattern: NamePattern) -> Case:
    return Case(When(Q(like("folded", pattern.pattern)), then=Value(1)), default=Value(0), output_field=IntegerField())


def _similarity(parts: list[str], name: str) -> float:
    """The similarity of the names without separators, or the least of a word of the text to any word of the name."""
    words = name_parts(name)
    by_name = fuzz.ratio("".join(parts), fold(name))
    by_word = min(max((fuzz.ratio(part, word) for word in words), default=0.0) for part in parts)
    return max(by_name, by_word)
