"""Officials and bodies whose names are similar to a text, for suggestions and for pickers.

Candidates share trigrams with the text, by the index of names; rapidfuzz compares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import cycle, islice
from operator import add
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from rapidfuzz import fuzz

from archive.bind_parameters import BindParam, text_param
from archive.models import Name
from archive.sql.name_conditions import TRIGRAM, HasName, NamePattern
from archive.sql.text_conditions import like
from archive.text import fold, name_parts

#: Records whose names are compared, and trigrams of the text by which they are found.
MAX_CANDIDATES, _MAX_TRIGRAMS = 200, 16
#: The numbers of conditions that texts of any length have, so that they share compiled queries.
_CONDITIONS = (8, _MAX_TRIGRAMS)
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
    best: dict[int, SimilarName] = {}
    for candidate in names_sharing_trigrams(rows, text):
        if candidate.pk not in best or candidate.similarity > best[candidate.pk].similarity:
            best[candidate.pk] = candidate
    similar = (candidate for candidate in best.values() if candidate.similarity >= _MIN_SIMILARITY)
    return sorted(similar, key=lambda candidate: (-candidate.similarity, candidate.slug))[:limit]


def names_sharing_trigrams(rows: QuerySet[Any], text: str) -> Iterator[SimilarName]:
    """The names that share the most trigrams with the text, of any similarity; a record may have several."""
    trigrams = SharedTrigrams.parse(text)
    if trigrams.patterns:
        yield from _candidates(rows, name_parts(text), trigrams)


def _trigrams(parts: list[str]) -> list[str]:
    """Trigrams of the whole text, evenly chosen if there are many."""
    folded = "".join(parts)
    trigrams = list(dict.fromkeys(folded[start : start + TRIGRAM] for start in range(len(folded) - TRIGRAM + 1)))
    step = max(1, -(-len(trigrams) // _MAX_TRIGRAMS))
    return trigrams[::step]


@dataclass(frozen=True, slots=True)
class SharedTrigrams:
    """The trigrams of a text, as conditions: each as a LIKE pattern, and any one of them as an FTS5 expression.

    The trigrams are repeated up to one of the numbers ``_CONDITIONS``. Without trigrams nothing is similar to the text.
    """

    patterns: tuple[NamePattern, ...]
    match: str | BindParam

    @classmethod
    def parse(cls, text: str) -> SharedTrigrams:
        trigrams = _trigrams(name_parts(text))
        match = " OR ".join(f'"{trigram}"' for trigram in trigrams)
        count = next(count for count in _CONDITIONS if count >= len(trigrams)) if trigrams else 0
        return cls(tuple(NamePattern.parse(trigram) for trigram in islice(cycle(trigrams), count)), match)

    def bind(self, key: str) -> dict[str, Any]:
        """The values of the bind parameters of ``parameters``."""
        values = {f"{key}.{number}": pattern.pattern for number, pattern in enumerate(self.patterns)}
        return {**values, f"{key}.match": self.match}

    def parameters(self, key: str) -> SharedTrigrams:
        """The conditions with bind parameters, whose keys begin with ``key``."""
        patterns = (pattern.parameter(f"{key}.{number}") for number, pattern in enumerate(self.patterns))
        return SharedTrigrams(tuple(patterns), text_param(f"{key}.match"))

    def rows(self, records: QuerySet[Any]) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """The officials or bodies that share trigrams with the text, and names of them: those that share most first."""
        bearer = records.model._meta.model_name
        points = reduce(add, (_points(pattern) for pattern in self.patterns))
        own = records.filter(Q(HasName(records.model, self.patterns, self.match))).order_by()
        others = Name.objects.filter(**{f"{bearer}__in": own.values("pk")}).annotate(shared=points)
        return (
            own.annotate(shared=points).order_by("-shared", "pk"),
            others.filter(shared__gt=0).order_by("-shared", "pk"),
        )


def _candidates(rows: QuerySet[Any], parts: list[str], trigrams: SharedTrigrams) -> Iterator[SimilarName]:
    """The names of the records that share the most trigrams with the text."""
    bearer = rows.model._meta.model_name
    own, others = trigrams.rows(rows)
    names = own.values_list("pk", "slug", "name")[:MAX_CANDIDATES]
    other_names = others.values_list(f"{bearer}_id", f"{bearer}__slug", "text")[:MAX_CANDIDATES]
    for pk, slug, name in (*names, *other_names):
        yield SimilarName(pk, slug, name, _similarity(parts, name))


def _points(pattern: NamePattern) -> Case:
    return Case(When(Q(like("folded", pattern.pattern)), then=Value(1)), default=Value(0), output_field=IntegerField())


def _similarity(parts: list[str], name: str) -> float:
    """The similarity of the names without separators, or the least of a word of the text to any word of the name."""
    words = name_parts(name)
    by_name = fuzz.ratio("".join(parts), fold(name))
    by_word = min(max((fuzz.ratio(part, word) for word in words), default=0.0) for part in parts)
    return max(by_name, by_word)
