"""Suggestions for misspelt slugs and vocabulary values, only from records that the user may see."""

from __future__ import annotations

from archive.sql.redirects import redirect_among
from archive.text import closest_matches
from archive.visibility import ArchiveQuerySet

_CANDIDATES = 500
#: Newest records that are searched for words, regardless of the archive's size.
_MAX_SCANNED = 20_000


def suggest_slugs(visible: ArchiveQuerySet, slug: str, limit: int = 3) -> list[str]:
    """Up to ``limit`` slugs of the queryset that are similar to ``slug``, the most similar first.

    For the slug of a record that was merged, that of the other one alone.
    """
    if (target := redirect_among(visible, slug)) is not None:
        return [target.slug]
    slug = slug.lower()[:120]
    slugs = visible.order_by("slug").values_list("slug", flat=True)
    candidates = list(slugs.filter(slug__startswith=slug[:3])[:_CANDIDATES])
    newest = visible.filter(pk__in=visible.order_by("-pk").values("pk")[:_MAX_SCANNED])
    words = sorted((word for word in slug.split("-") if len(word) > 2), key=len, reverse=True)
    for word in words[:2]:
        candidates += newest.filter(slug__contains=word).order_by().values_list("slug", flat=True)[:_CANDIDATES]
    return closest_matches(slug, candidates, limit)


def suggest_word(word: str, words: list[str]) -> str:
    """The most similar of the words, or an empty string."""
    return next(iter(closest_matches(word, words)), "")
