"""Slugs that no record has: which record that of a merged one leads to, and slugs that are similar.

Only of records that the user may see.
"""

from __future__ import annotations

from typing import Any

from archive.models.base import Record
from archive.models.merged_record import MAX_SLUG, merged_with_slug
from archive.text import closest_matches, is_storable
from archive.visibility import ArchiveQuerySet, Viewer, sees_drafts

_CANDIDATES = 500
#: Newest records that are searched for words, regardless of the archive's size.
_MAX_SCANNED = 20_000


def redirect_target(model: type[Record], slug: str, user: Viewer) -> Any:
    """The record that a merged record's slug leads to; None if there is none, or none that the user may see.

    To be called after no record was found: a slug that a record has leads to that.
    """
    return redirect_among(model._default_manager.visible_to(user), slug, with_drafts=sees_drafts(user))


def redirect_among(visible: ArchiveQuerySet, slug: str, *, with_drafts: bool = False) -> Any:
    """The record of the queryset that a merged record's slug leads to.

    Without ``with_drafts`` only slugs that were public lead anywhere: others would reveal that there was a draft.
    """
    if len(slug) > MAX_SLUG or not is_storable(slug):
        return None
    merges = merged_with_slug(visible.model, slug)
    if not with_drafts:
        merges = merges.filter(was_public=True)
    return visible.filter(pk__in=merges.values("target_id")).first()


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
