"""Slugs in the arguments of a field: the record that one leads to, or the error that suggests similar ones."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from archive.dates.errors import printable
from archive.exceptions import NotFoundError, Problem
from archive.sql.redirects import redirect_target
from archive.sql.suggestions import suggest_slugs
from archive.visibility import ArchiveQuerySet, Viewer


def expected_slug(model: type[Model]) -> str:
    return f"the slug of a known {model._meta.verbose_name}"


def slug_not_found(visible: ArchiveQuerySet, slug: str) -> NotFoundError:
    """The error of a slug that no record of the queryset has."""
    suggestion = ", ".join(suggest_slugs(visible, slug))
    return NotFoundError([Problem("slug", printable(slug), expected_slug(visible.model), suggestion)])


def find_redirect(model: Any, slug: str, user: Viewer) -> str | None:
    """The slug of the record that the one with this slug was merged into; None if a record has the slug.

    Raises NotFoundError if the user can't see either.
    """
    visible = model._default_manager.visible_to(user)
    if visible.filter(slug=slug).exists():
        return None
    target = redirect_target(model, slug, user)
    if target is None:
        raise slug_not_found(visible, slug)
    return str(target.slug)
