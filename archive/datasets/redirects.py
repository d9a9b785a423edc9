"""Redirects of a dataset: old slugs of merged records, which lead to the records that they were merged into.

They are compared with the archive after the records, and written last. The archive's state is kept, with a warning,
where a record has the old slug, or a redirect of it leads elsewhere or was undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F

from archive.csv_dialect import unguard
from archive.database import in_chunks
from archive.datasets.batches import Batch
from archive.datasets.database import Database
from archive.datasets.diff import Counts
from archive.datasets.parsers import is_slug
from archive.datasets.problems import Location, Problem, Problems, quote_value
from archive.datasets.prune.selection import Selection
from archive.datasets.resolve import Resolver
from archive.datasets.schema import REDIRECTS, record_types
from archive.models import MergedRecord
from archive.models.merged_record import ELSEWHERE, MAX_SLUG, merges_of
from archive.models.public_version import raise_public_version
from archive.text import boolean, closest_match


@dataclass(frozen=True, slots=True)
class _Row:
    """A row: the kind of its records, the old slug, the slug it leads to, and whether the old one was public."""

    location: Location
    kind: str
    slug: str
    target: str
    was_public: bool


class Redirects:
    """The redirects of the dataset that is loaded."""

    def __init__(self, database: Database, problems: Problems) -> None:
        self.database, self.problems = database, problems
        self._rows: list[_Row] = []
        self._new: list[_Row] = []
        #: Id of a stored redirect whose target is removed -> the row with its new target.
        self._retargeted: dict[int, _Row] = {}
        self._unchanged = 0

    def add(self, batch: Batch) -> None:
        """Read the rows of a batch; an invalid row is a problem."""
        blank = [None] * len(batch.lines)
        columns = [batch.cells.get(column.name, blank) for column in REDIRECTS.columns]
        for line, *cells in zip(batch.lines, *columns, strict=True):
            self._add_row(Location(batch.file, line), [_text(cell, batch) for cell in cells])

    def _add_row(self, location: Location, cells: list[str]) -> None:
        kind, slug, target, word = cells
        kinds = [name for name, record_type in record_types().items() if record_type.has_slug]
        was_public = boolean(word or "true")
        if kind not in kinds:
            self._refuse(location, "kind", kind, f"one of {', '.join(kinds)}", closest_match(kind, kinds))
        elif was_public is None:
            self._refuse(location, "was_public", word, "true or false", closest_match(word.lower(), ["true", "false"]))
        elif not slug or len(slug) > MAX_SLUG or not is_slug(slug):
            expected = f"the slug of a merged record, at most {MAX_SLUG} letters, digits, hyphens and underscores"
            self._refuse(location, "slug", slug, expected)
        elif not target or target == slug or not is_slug(target):
            self._refuse(location, "target", target, "the slug of the record that the old one leads to")
        else:
            self._rows.append(_Row(location, kind, slug, target, was_public))

    @property
    def is_empty(self) -> bool:
        return not self._rows

    def _refuse(self, location: Location, field: str, got: str, expected: str, suggestion: str = "") -> None:
        self.problems.add(Problem(location, field, quote_value(got), expected, suggestion))

    def compare(self, resolver: Resolver, selection: Selection | None) -> None:
        """Find the redirects that are new. An unknown target is a problem, a state that the archive keeps a warning."""
        for kind in dict.fromkeys(row.kind for row in self._rows):
            self._compare_kind(kind, [row for row in self._rows if row.kind == kind], resolver, selection)

    def _compare_kind(self, kind: str, rows: list[_Row], resolver: Resolver, selection: Selection | None) -> None:
        model = record_types()[kind].model
        slugs = {slug for row in rows for slug in (row.slug, row.target)}
        removed = self._removed(kind, selection)
        present = {slug for slug, pk in self._ids_of_slugs(kind, slugs) if pk not in removed}
        present |= self._in_dataset(kind, slugs, resolver)
        stored: dict[str, MergedRecord] = {}
        for chunk in in_chunks(slugs):
            merges = MergedRecord.objects.using(self.database.using).filter(kind=model._meta.model_name, slug__in=chunk)
            # Redirects in force come last, and so override undone ones of the same slug.
            for merged in merges.defer("changes").order_by(F("undone_at").asc(nulls_last=True)):
                if merged.undone_at is None or merged.is_from_dataset:
                    stored[merged.slug] = merged
        targets = {pk: slug for slug, pk in self._ids(kind, {merged.target_id for merged in stored.values()} - removed)}
        lacking = {row.target for row in rows} - present - stored.keys()
        history = model.history.using(self.database.using)
        former = set(history.filter(slug__in=lacking).values_list("slug", flat=True)) if lacking else set()
        seen: set[str] = set()
        for row in rows:
            existing = stored.get(row.slug)
            is_merged_target = row.target in stored and stored[row.target].undone_at is None
            if row.slug in seen:
                self._refuse(row.location, "slug", row.slug, "each slug once")
            elif row.slug in present:
                self._warn(row, "a slug that no record has: the record stays")
            elif row.target in former:
                self._warn(row, f"a record '{row.target}', which was deleted or renamed here: it leads nowhere")
            elif row.target not in present and not is_merged_target:
                self._refuse(row.location, "target", row.target, f"the slug of one of {kind}")
            elif existing is None:
                self._new.append(row)
            elif existing.undone_at is not None:
                self._warn(row, "a redirect that was not undone here: it stays undone")
            elif existing.target_id not in targets:
                self._retargeted[existing.pk] = row
            elif (current := targets[existing.target_id]) != row.target and not is_merged_target:
                self._warn(row, f"'{current}', to which it leads here: that stays")
            else:
                self._unchanged += 1
            seen.add(row.slug)

    def _warn(self, row: _Row, expected: str) -> None:
        self.problems.add(Problem(row.location, "slug", quote_value(row.slug), expected, code="redirect"), "warning")

    def _removed(self, kind: str, selection: Selection | None) -> set[int]:
        """The ids of the records that the load removes."""
        if selection is None:
            return set()
        return {pk for (pk,) in self.database.rows(f"SELECT id FROM {selection.tables[kind]}")}

    def _ids_of_slugs(self, kind: str, slugs: set[str]) -> Iterator[tuple[str, int]]:
        rows = record_types()[kind].model._default_manager.using(self.database.using).order_by()
        for chunk in in_chunks(slugs):
            yield from rows.filter(slug__in=chunk).values_list("slug", "pk")

    def _ids(self, kind: str, keys: set[int]) -> Iterator[tuple[str, int]]:
        rows = record_types()[kind].model._default_manager.using(self.database.using).order_by()
        for chunk in in_chunks(keys):
            yield from rows.filter(pk__in=chunk).values_list("slug", "pk")

    def _in_dataset(self, kind: str, slugs: set[str], resolver: Resolver) -> set[str]:
        rows = resolver.rows.get(kind)
        if rows is None:
            return set()
        return slugs & {slug for (slug,) in self.database.rows(f"SELECT slug FROM {rows.table}")}

    def counts(self) -> dict[str, Counts]:
        """The counts of the redirects; empty for a dataset without any."""
        counts = Counts(added=len(self._new), changed=len(self._retargeted), unchanged=self._unchanged)
        return {REDIRECTS.name: counts} if self._rows else {}

    def notes(self) -> Iterator[str]:
        """The lines of a plan."""
        for name, counts in self.counts().items():
            yield f"{name}: {counts}"
            yield from (f"  + {row.kind} {row.slug}, which leads to {row.target}" for row in self._new)
            for row in self._retargeted.values():
                yield f"  ~ {row.kind} {row.slug}, which leads to {row.target} now"

    def write(self, user_id: int | None) -> None:
        """Write the new redirects, and raise the public version: a response that a slug leads nowhere may be cached."""
        using = self.database.using
        for kind in dict.fromkeys(row.kind for row in (*self._new, *self._retargeted.values())):
            model = record_types()[kind].model
            rows = [row for row in (*self._new, *self._retargeted.values()) if row.kind == kind]
            ids = dict(self._ids_of_slugs(kind, {row.target for row in rows}))
            merges = merges_of(model).using(using).filter(slug__in=[row.target for row in rows])
            ids = dict(merges.values_list("slug", "target_id")) | ids
            for pk, row in self._retargeted.items():
                if row.kind == kind:
                    MergedRecord.objects.using(using).filter(pk=pk).update(target_id=ids[row.target])
            MergedRecord.objects.using(using).bulk_create(
                MergedRecord(
                    kind=str(model._meta.model_name), record_id=ELSEWHERE, slug=row.slug, name=row.slug,
                    was_public=row.was_public, target_id=ids[row.target], changes={}, author_id=user_id,
                )
                for row in self._new
                if row.kind == kind
            )  # fmt: skip
        if self._new or self._retargeted:
            raise_public_version(using)


def _text(cell: object, batch: Batch) -> str:
    """The text of a cell. That of a JSON number or object is valid in no column."""
    if cell is None:
        return ""
    text = str(cell).strip()
    return unguard(text) if batch.is_text and batch.is_guarded else text
