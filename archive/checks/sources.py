"""Sources, and what they are cited for."""

from __future__ import annotations

from collections.abc import Iterator

from archive.checks.date_conditions import reversed_at_places, reversed_pairs
from archive.checks.finding import Found
from archive.choices import Stance
from archive.models import Citation, Source


def accessed_before_it_was_published() -> Iterator[Found]:
    """Sources last looked at before they were published."""
    for published, retrieved, slug in reversed_pairs(Source.objects.all(), "published", "retrieved", "slug"):
        yield slug, f"retrieved {retrieved}, published {published}", f"retrieved not before {published}"


def reported_before_it_was_said() -> Iterator[Found]:
    """Sources that support a statement made more than a day after they were published."""
    rows = Citation.objects.filter(stance=Stance.SUPPORTS, statement__isnull=False)
    # A paper west of where the words were said may carry the date of the day before.
    for said, published, slug, source in reversed_at_places(
        rows, "statement__date", "source__published", "statement__slug", "source__slug"
    ):
        yield f"{slug} by {source}", f"published {published}, of words of {said}", f"published not before {said}"
