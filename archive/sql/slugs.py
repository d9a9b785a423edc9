"""Slugs that no record has: the record that one of a merged record leads to, else the error with similar slugs.

Only records that the user may see are found or suggested.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet, Subquery
from django.db.models.functions import Coalesce

from archive.bind_parameters import BindParam
from archive.countries import country_code
from archive.exceptions import NotFoundError, Problem, printable
from archive.models import Body, Official
from archive.models.base import Record
from archive.models.merged_record import MAX_SLUG, merged_with_slug, merges_of
from archive.sql.similar_names import similar_names
from archive.text import closest_matches, is_storable
from archive.visibility import ArchiveQuerySet, Viewer, sees_drafts, visible_records

_CANDIDATES, _MAX_SUGGESTED = 500, 3
#: Newest records that are searched for words, regardless of the archive's size.
_MAX_SCANNED = 20_000


def find_by_slug(visible: QuerySet[Any], slug: str) -> Any:
    """The record of the queryset with the slug; None if there is none, as for a text that no database stores."""
    return visible.filter(slug=slug).first() if _can_be_slug(slug) else None


def find_or_redirect(visible: ArchiveQuerySet, slug: str, *, with_drafts: bool = False) -> Any:
    """The record of the queryset with the slug, else the one that a merged record's slug leads to; None if neither."""
    return find_by_slug(visible, slug) or redirect_among(visible, slug, with_drafts=with_drafts)


def find_all_or_redirect(visible: ArchiveQuerySet, slugs: Iterable[str], *, with_drafts: bool) -> dict[str, Any]:
    """``find_or_redirect`` of several slugs, in two queries: each slug that leads to a record, with that."""
    slugs = {slug for slug in slugs if _can_be_slug(slug)}
    records = {record.slug: record for record in visible.filter(slug__in=slugs)}
    if missing := slugs - records.keys():
        records |= redirected_records(visible, missing, with_drafts=with_drafts)
    return records


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
    """Up to three slugs of the queryset that may be meant by ``slug``, the likeliest first.

    For the slug of a record that was merged, that of the other one alone.
    """
    return best_slugs(ranked_slugs(visible, slug))


def best_slugs(ranked: Iterable[tuple[int, str]]) -> list[str]:
    """Up to three of the ranked slugs: only those of the best rank."""
    ordered = sorted(ranked, key=lambda candidate: candidate[0])
    return list(dict.fromkeys(slug for rank, slug in ordered if rank == ordered[0][0]))[:_MAX_SUGGESTED]


def ranked_slugs(visible: ArchiveQuerySet, text: str) -> list[tuple[int, str]]:
    """The slugs of the queryset that a text may mean, each with its rank, the best (0) first.

    0: the record that it was merged into, or the state with the code. 1: slugs that have the text as whole words.
    2: the names of officials and bodies are similar. 3: the slugs are similar.
    """
    text = text.replace("\x00", "")
    if (target := redirect_among(visible, text)) is not None:
        return [(0, target.slug)]
    if coded := _state_with_code(visible, text):
        return [(0, coded)]
    slug = text.lower()[:120]
    slugs = visible.order_by("slug").values_list("slug", flat=True)
    candidates = list(slugs.filter(slug__startswith=slug[:3])[:_CANDIDATES])
    newest = visible.filter(pk__in=visible.order_by("-pk").values("pk")[:_MAX_SCANNED])
    words = sorted((word for word in slug.split("-") if len(word) > 2), key=len, reverse=True)
    for word in words[:2]:
        candidates += newest.filter(slug__contains=word).order_by().values_list("slug", flat=True)[:_CANDIDATES]
    containing = sorted(
        {other for other in candidates if f"-{slug}-" in f"-{other}-"}, key=lambda other: (len(other), other)
    )
    if slug and containing:
        return [(1, other) for other in containing[:_MAX_SUGGESTED]]
    near = [(3, match) for match in closest_matches(slug, candidates, _MAX_SUGGESTED)]
    if issubclass(visible.model, Body | Official) and (not near or not text.isascii()):
        near = [(2, record.slug) for record in similar_names(visible, text.replace("-", " "), _MAX_SUGGESTED)] or near
    return near


def _state_with_code(visible: ArchiveQuerySet, text: str) -> str:
    """The slug of the state with this code of two, three or four letters; empty without one."""
    if not issubclass(visible.model, Body) or not (2 <= len(text) <= 4 and text.isascii() and text.isalpha()):
        return ""
    states = visible.filter(iso3166=country_code(text) or text.upper())
    return states.order_by().values_list("slug", flat=True).first() or ""


def slug_not_found(visible: ArchiveQuerySet, slug: str) -> NotFoundError:
    """The error of a slug that no record of the queryset has."""
    suggestion = ", ".join(suggest_slugs(visible, slug))
    return NotFoundError([Problem("slug", printable(slug), expected_slug(visible.model), suggestion)])


def expected_slug(model: type[Model]) -> str:
    """The expectation in an error about a slug."""
    return f"the slug of a known {model._meta.verbose_name}"
