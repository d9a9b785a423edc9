"""Which slugs somebody may have meant: only among the records that they may see."""

from __future__ import annotations

from difflib import get_close_matches

from archive.querysets.visibility import ArchiveQuerySet

_CANDIDATES = 500


def nearest_slugs(visible: ArchiveQuerySet, slug: str, most: int = 3) -> list[str]:
    """Up to ``most`` slugs of the queryset that are like the one given, the nearest first."""
    slug = slug.lower()[:120]
    slugs = visible.order_by("slug").values_list("slug", flat=True)
    found = list(slugs.filter(slug__startswith=slug[:3])[:_CANDIDATES])
    words = sorted((word for word in slug.split("-") if len(word) > 2), key=len, reverse=True)
    for word in words[:2]:
        found += slugs.filter(slug__contains=word)[:_CANDIDATES]
    return get_close_matches(slug, list(dict.fromkeys(found)), n=most, cutoff=0.5)


def nearest_word(word: str, known: list[str]) -> str:
    """The one known word that is most like the one given, or an empty string."""
    return next(iter(get_close_matches(word[:120], known, n=1, cutoff=0.5)), "")
