"""Slugs of merged records: which record a slug that no record has now leads to."""

from __future__ import annotations

from typing import Any

from archive.models.base import Record
from archive.models.merged_record import MAX_SLUG, merged_with_slug
from archive.text import is_storable
from archive.visibility import ArchiveQuerySet, Viewer, sees_drafts


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
