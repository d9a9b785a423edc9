"""The names of the records whose slugs findings mention, for pages that show findings."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import F

from archive.labels import name_field
from archive.models import StoredFinding
from archive.models.finding import slugs_in
from archive.text import strip_direction_marks
from archive.workflow.records import reviewed_models

#: A word that no sentence has: one with a hyphen or an underscore between letters or digits.
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)+", re.ASCII)


def finding_names(findings: Iterable[StoredFinding]) -> dict[str, str]:
    """Slug -> name of the records that the findings mention, read by one query; without slugs of several kinds.

    A speech act is mentioned by the slug of its statement and a number. The names are for users who see drafts.
    """
    words: set[str] = set()
    for finding in findings:
        words |= {word for word in slugs_in(f"{finding.record}\n{finding.got}") if SLUG.fullmatch(word)}
    if not words:
        return {}
    parts = []
    for model in reviewed_models().values():
        if name_field(model) != "slug":
            rows = model._default_manager.filter(slug__in=words).order_by()
            parts.append(rows.annotate(label=F(name_field(model))))
    first, *others = [rows.values_list("slug", "label") for rows in parts]
    names: dict[str, str] = {}
    ambiguous = set()
    for slug, label in first.union(*others, all=True):
        if slug in names:
            ambiguous.add(slug)
        names[slug] = strip_direction_marks(label)
    return {slug: name for slug, name in names.items() if slug not in ambiguous}
