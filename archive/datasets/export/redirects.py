"""``redirects``: the old slugs of merged records, each with the slug of the record that it leads to.

An export for readers has those that readers may follow: the record was public, and the other one is exported.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from django.db.models import OuterRef, Subquery

from archive.datasets.export.selection import SelectedIds, exported_records
from archive.datasets.schema import record_types
from archive.models.merged_record import merges_of
from archive.visibility import Viewer, sees_drafts


def redirect_lines(ids: SelectedIds | None, user: Viewer, using: str) -> list[bytes]:
    """Lines of JSON, in the order of kinds and slugs; ``ids`` are the selected records, None: all."""
    return [msgspec.json.encode(row) for row in sorted(_rows(ids, user, using), key=_sort_key)]


def _sort_key(row: dict[str, str | bool]) -> tuple[str, str]:
    return str(row["kind"]), str(row["slug"])


def _rows(ids: SelectedIds | None, user: Viewer, using: str) -> Iterator[dict[str, str | bool]]:
    for name, record_type in record_types().items():
        if not record_type.has_slug:
            continue
        targets = exported_records(record_type.model, user).using(using).order_by()
        slug = Subquery(targets.filter(pk=OuterRef("target_id")).values("slug")[:1])
        merges = merges_of(record_type.model).using(using).filter(target_id__in=targets.values("pk"))
        if not sees_drafts(user):
            merges = merges.filter(was_public=True)
        rows = merges.order_by().annotate(target=slug).values_list("target_id", "slug", "target", "was_public")
        for target_id, old, target, was_public in rows:
            if ids is None or target_id in ids[record_type.model]:
                yield {"kind": name, "slug": old, "target": target, "was_public": was_public}
