"""Slugs that no record has: the record that one of a merged record leads to, else the error with similar slugs.

Only records that the user may see are found or suggested.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet, Subquery
from django.db.models.functions import Coalesce

from archive.bind_parameters import BindParam
from archive.exceptions import NotFoundError, Problem, printable
from archive.models.base import Record
from archive.models.merged_record import MAX_SLUG, merged_with_slug, merges_of
from archive.text import closest_matches, is_storable
from archive.visibility import ArchiveQuerySet, Viewer, sees_drafts, visible_records

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
    if not _can_be_slug(slug):
        return None
    return _targets(visible, slug, with_drafts=with_drafts).first()


def resolve_slug(model: type[Record], slug: str, user: Viewer) -> str:
    """The slug itself if a record has it, else that of the record which a merged one leads to.

    Raises NotFoundError if the user can see neither.
    """
    visible = visible_records(model, user)
    if visible.filter(slug=slug).exists():
        return slug
    target = redirect_target(model, slug, user)
    if target is None:
        raise slug_not_found(visible, slug)
    return str(target.slug)


def current_slug(visible: ArchiveQuerySet, slug: BindParam, *, with_drafts: bool) -> Coalesce:
    """The expression of the slug of the row that a slug leads to: its own, or the one that it was merged into.

    Two subqueries that read one row each by an index, before the row itself is looked up by the result.
    """
    own, target = visible.filter(slug=slug), _targets(visible, slug, with_drafts=with_drafts)
    return Coalesce(*(Subquery(rows.order_by().values("slug")[:1]) for rows in (own, target)))


def redirected_records(visible: ArchiveQuerySet, slugs: Iterable[str], *, with_drafts: bool) -> dict[str, Any]:
    """The slugs among these that no record of the queryset has, but a merged one; each with the record it leads to."""
    slugs = {slug for slug in slugs if _can_be_slug(slug)}
    merges = merges_of(visible.model).filter(slug__in=slugs).exclude(slug__in=visible.order_by().values("slug"))
    merges = _revealed(merges, with_drafts=with_drafts)
    pks = dict(merges.values_list("slug", "target_id"))
    records = visible.in_bulk([*pks.values()]) if pks else {}
    return {slug: records[pk] for slug, pk in pks.items() if pk in records}


def _can_be_slug(text: str) -> bool:
    return len(text) <= MAX_SLUG and is_storable(text)


def _revealed(merges: QuerySet[Any], *, with_drafts: bool) -> QuerySet[Any]:
    """The merges that lead anywhere: of slugs that were public, or of all."""
    return merges if with_drafts else merges.filter(was_public=True)


def _targets(visible: ArchiveQuerySet, slug: str | BindParam, *, with_drafts: bool) -> ArchiveQuerySet:
    merges = _revealed(merged_with_slug(visible.model, slug), with_drafts=with_drafts)
    return visible.filter(pk__in=merges.values("target_id"))


def suggest_slugs(visible: ArchiveQuerySet, slug: str) -> list[str]:
    """Up to three slugs of the queryset that are similar to ``slug``, the most similar first.

    For the slug of a record that was merged, that of the other one alone.
    """
    slug = slug.replace("\x00", "")
    if (target := redirect_among(visible, slug)) is not None:
        return [target.slug]
    slug = slug.lower()[:120]
    slugs = visible.order_by("slug").values_list("slug", flat=True)
    candidates = list(slugs.filter(slug__startswith=slug[:3])[:_CANDIDATES])
    newest = visible.filter(pk__in=visible.order_by("-pk").values("pk")[:_MAX_SCANNED])
    words = sorted((word for word in slug.split("-") if len(word) > 2), key=len, reverse=True)
    for word in words[:2]:
        candidates += newest.filter(slug__contains=word).order_by().values_list("slug", flat=True)[:_CANDIDATES]
    return closest_matches(slug, candidates, 3)


def slug_not_found(visible: ArchiveQuerySet, slug: str) -> NotFoundError:
    """The error of a slug that no record of the queryset has."""
    suggestion = ", ".join(suggest_slugs(visible, slug))
    return NotFoundError([Problem("slug", printable(slug), expected_slug(visible.model), suggestion)])


def expected_slug(model: type[Model]) -> str:
    """The expectation in an error about a slug."""
    return f"the slug of a known {model._meta.verbose_name}"
