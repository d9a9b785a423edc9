"""Slugs in the arguments of a field: the record that one leads to, or the error that suggests similar ones."""

from __future__ import annotations

from django.db.models import Model, Subquery
from django.db.models.functions import Coalesce

from archive.bind_parameters import BindParam
from archive.dates.errors import printable
from archive.exceptions import NotFoundError, Problem
from archive.models.base import Record
from archive.models.merged_record import merged_with_slug
from archive.sql.slugs import redirect_target, suggest_slugs
from archive.visibility import ArchiveQuerySet, Viewer, visible_records


def expected_slug(model: type[Model]) -> str:
    return f"the slug of a known {model._meta.verbose_name}"


def slug_not_found(visible: ArchiveQuerySet, slug: str) -> NotFoundError:
    """The error of a slug that no record of the queryset has."""
    suggestion = ", ".join(suggest_slugs(visible, slug))
    return NotFoundError([Problem("slug", printable(slug), expected_slug(visible.model), suggestion)])


def current_slug(visible: ArchiveQuerySet, slug: BindParam, *, with_drafts: bool) -> Coalesce:
    """The expression of the slug of the row that a slug leads to: its own, or the one that it was merged into.

    Two subqueries that read one row each by an index, before the row itself is looked up by the result.
    """
    merges = merged_with_slug(visible.model, slug)
    if not with_drafts:
        merges = merges.filter(was_public=True)
    own, target = visible.filter(slug=slug), visible.filter(pk__in=merges.values("target_id"))
    return Coalesce(*(Subquery(rows.order_by().values("slug")[:1]) for rows in (own, target)))


def find_redirect(model: type[Record], slug: str, user: Viewer) -> str | None:
    """The slug of the record that the one with this slug was merged into; None if a record has the slug.

    Raises NotFoundError if the user can't see either.
    """
    visible = visible_records(model, user)
    if visible.filter(slug=slug).exists():
        return None
    target = redirect_target(model, slug, user)
    if target is None:
        raise slug_not_found(visible, slug)
    return str(target.slug)
