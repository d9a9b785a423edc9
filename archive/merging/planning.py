"""Makes the plan of a merge: follows every foreign key and link to the source, and to parts that duplicate others."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext

from archive.choices import NameScheme
from archive.database import in_chunks
from archive.merging.changes import RowAddition, RowDeletion
from archive.merging.plan import MergePlan, attached, field_choices, is_public, moving_attachments, refusals
from archive.models import Name, Statement
from archive.permissions import may_write
from archive.revisions.names import Names
from archive.revisions.state import Key, foreign_keys, keys_to, links_to, live_node, position_field
from archive.terms import record_type
from archive.visibility import PermissionHolder

#: Column -> the scheme under which its value becomes a name, where the target has another.
_NAME_COLUMNS = {"name": NameScheme.OTHER, "abbreviation": NameScheme.ABBREVIATION}


def make_plan(
    source: models.Model, target: models.Model, user: PermissionHolder, from_source: Collection[str] | None = None
) -> MergePlan:
    """The plan of merging the source into the target.

    ``from_source`` names the columns that get the source's value; None: those that are blank in the target.
    """
    plan = MergePlan(source, target, Names(), refusals=refusals(source, target, user))
    if type(source) is type(target) and source.pk != target.pk:
        plan.choices = field_choices(source, target, from_source, plan.names)
        _Planner(plan, user).run()
    return plan


def unique_columns(key: models.ForeignKey[Any, Any]) -> Iterator[list[Any]]:
    """The columns of each unique constraint that the foreign key is part of, without those that number parts."""
    for constraint in key.model._meta.constraints:
        names = constraint.fields if isinstance(constraint, models.UniqueConstraint) else ()
        if key.name in names and position_field(key.model) not in names:
            yield [key.model._meta.get_field(name) for name in names]


def _as_stored(columns: list[Any], values: list[Any]) -> tuple[Any, ...]:
    """The values as the database compares them: partial dates that are equal may be different texts."""
    return tuple(column.get_prep_value(value) for column, value in zip(columns, values, strict=True))


class _Planner:
    """Fills a plan with the changes of a merge. ``row`` is the key of what goes, ``other`` of what takes its place."""

    def __init__(self, plan: MergePlan, user: PermissionHolder) -> None:
        self.plan, self.user = plan, user
        self.changes = plan.changes
        self.model: Any = type(plan.source)
        self.source: Key = (self.model, plan.source.pk)
        self.target: Key = (self.model, plan.target.pk)
        #: The next number of the parts that move, by their foreign key and the row that they move to.
        self.numbers: dict[tuple[Any, int], int] = {}

    def run(self) -> None:
        for choice in self.plan.choices:
            if choice.is_from_source:
                column = self.model._meta.get_field(choice.name)
                values = choice.target_value, choice.source_value
                self.changes.row(self.target).values[column.attname] = values
        self._absorb(self.source, self.target)
        self.changes.deletions.append(RowDeletion(live_node(self.plan.source), self.target))
        self._add_names()
        self.changes.notes, self.changes.redirects = attached(self.plan.source)
        self.changes.attachments = moving_attachments(self.plan.source, self.plan.target)
        self._check_permissions()
        self._note_publication()

    # Rows that link to the source

    def _absorb(self, row: Key, other: Key) -> None:
        """Plan the moves of all that links to the row, and of its own links, to the other row of its model."""
        for key in keys_to(row[0]):
            rows = key.model._base_manager.filter(**{key.attname: row[1]}).order_by("pk")
            for chunk in in_chunks(rows):
                self._move_rows(chunk, key, row, other)
        for link_field in links_to(row[0]):
            self._move_links(link_field, row, other)
        for link_field in row[0]._meta.many_to_many:
            self._add_own_links(link_field, row, other)

    def _replace_parent(self, key: models.ForeignKey[Any, Any], row: Key, other: Key) -> None:
        """Give the target, whose parent is the source, the parent of the source."""
        parent = getattr(self.plan.source, key.attname)
        self.changes.row(other).values[key.attname] = (row[1], None if parent == other[1] else parent)

    def _move_rows(self, rows: list[Any], key: models.ForeignKey[Any, Any], row: Key, other: Key) -> None:
        """Plan the moves of rows that link to the row by the foreign key."""
        moves = [(linking, self._moved_values(linking, key, row, other)) for linking in rows]
        duplicates = self._duplicates([(linking, values) for linking, values in moves if values is not None], key)
        for linking, values in moves:
            if (key.model, linking.pk) == other:
                self._replace_parent(key, row, other)
            elif values is None:
                text = gettext("{record} would link the {kind} with itself: it is deleted.")
                self.plan.notes.append(text.format(record=self._text(linking), kind=self.plan.kind))
                self._delete(linking, None)
            elif linking.pk in duplicates:
                self._absorb((key.model, linking.pk), (key.model, duplicates[linking.pk]))
                self._delete(linking, (key.model, duplicates[linking.pk]))
            else:
                self._move(linking, values, key, other)

    @staticmethod
    def _moved_values(
        linking: models.Model, key: models.ForeignKey[Any, Any], row: Key, other: Key
    ) -> dict[str, Any] | None:
        """The foreign keys, by attname, of a row that moves; None if it would link the other end with itself."""
        values: dict[str, Any] = {key.attname: other[1]}
        for second in foreign_keys(key.model):
            if second is not key and second.related_model is row[0] and getattr(linking, second.attname) == other[1]:
                if not (key.null or second.null):
                    return None
                values[(second if second.null else key).attname] = None
        return values

    def _move(
        self, linking: models.Model, values: dict[str, Any], key: models.ForeignKey[Any, Any], other: Key
    ) -> None:
        """Plan the change of a row's foreign keys to these values, and of its number."""
        change = self.changes.row((key.model, linking.pk))
        change.values |= {name: (getattr(linking, name), value) for name, value in values.items()}
        position = position_field(key.model)
        if position is not None and self._is_numbered(key, position):
            change.values[position] = (getattr(linking, position), self._next_number(key, position, other))

    def _delete(self, row: models.Model, into: Key | None) -> None:
        """Plan the deletion of a part, after that of the parts that still belong to it."""
        model: Any = type(row)
        if into is None:
            for below in keys_to(model):
                for part in below.model._base_manager.filter(**{below.attname: row.pk}).order_by("pk"):
                    if below.remote_field.on_delete is models.SET_NULL:
                        self.changes.row((below.model, part.pk)).values[below.attname] = (row.pk, None)
                    else:
                        self._delete(part, None)
        self.changes.deletions.append(RowDeletion(live_node(row), into))

    @staticmethod
    def _duplicates(
        moves: list[tuple[models.Model, dict[str, Any]]], key: models.ForeignKey[Any, Any]
    ) -> dict[int, int]:
        """Row id -> id of the stored row with which these values would break a unique constraint.

        One query for each constraint. Numbers within a record are no duplicates: the row gets another.
        """
        duplicates: dict[int, int] = {}
        for columns in unique_columns(key):
            contents: dict[int, tuple[Any, ...]] = {}
            for row, values in moves:
                new_values = [values.get(column.attname, getattr(row, column.attname)) for column in columns]
                if None not in new_values:
                    contents[row.pk] = _as_stored(columns, new_values)
            if not contents:
                continue
            candidates = {
                f"{column.attname}__in": {content[index] for content in contents.values()}
                for index, column in enumerate(columns)
                if column.many_to_one
            }
            names = [column.attname for column in columns]
            rows = key.model._base_manager.filter(**candidates).values_list("pk", *names).order_by()
            stored = {_as_stored(columns, row_values): pk for pk, *row_values in rows}
            for pk, content in contents.items():
                if content in stored:
                    duplicates.setdefault(pk, stored[content])
        return duplicates

    @staticmethod
    def _is_numbered(key: models.ForeignKey[Any, Any], position: str) -> bool:
        """Whether the rows of the foreign key are numbered within the row that it leads to."""
        unique = [item for item in key.model._meta.constraints if isinstance(item, models.UniqueConstraint)]
        return any({key.name, position} == {*constraint.fields} for constraint in unique)

    def _next_number(self, key: models.ForeignKey[Any, Any], position: str, other: Key) -> int:
        if (key, other[1]) not in self.numbers:
            rows = key.model._base_manager.filter(**{key.attname: other[1]})
            self.numbers[key, other[1]] = rows.aggregate(last=models.Max(position))["last"] or 0
        self.numbers[key, other[1]] += 1
        return self.numbers[key, other[1]]

    # Many-to-many links

    def _move_links(self, link_field: models.ManyToManyField[Any, Any], row: Key, other: Key) -> None:
        """Replace links to the row by links to the other one, in records that are neither of them."""
        owners = {
            pk: set(link_field.model._base_manager.filter(**{link_field.name: pk}).values_list("pk", flat=True))
            for pk in (row[1], other[1])
        }
        for owner in sorted(owners[row[1]]):
            if (link_field.model, owner) == row:
                continue
            is_linked = owner in owners[other[1]] or (link_field.model, owner) == other
            added = [] if is_linked else [other[1]]
            self.changes.row((link_field.model, owner)).link(link_field.name, [row[1]], added)

    def _add_own_links(self, link_field: models.ManyToManyField[Any, Any], row: Key, other: Key) -> None:
        """Give the other row the links that only the row has."""
        own, stored = (
            set(getattr(link_field.model(pk=pk), link_field.name).values_list("pk", flat=True))
            for pk in (row[1], other[1])
        )
        added = own - stored
        if link_field.related_model is row[0]:
            added -= {row[1], other[1]}
        if link_field == Statement._meta.get_field("capacities"):
            added = self._capacities(added)
        if added:
            self.changes.row(other).link(link_field.name, [], sorted(added))

    def _capacities(self, pks: set[int]) -> set[int]:
        """The appointments that are of the statement's speaker: others would be refused."""
        before_and_after = self.changes.row(self.target).values.get("speaker_id")
        speaker = before_and_after[1] if before_and_after else self.plan.target.speaker_id
        related: Any = Statement._meta.get_field("capacities").related_model
        of_speaker = set(related._base_manager.filter(pk__in=pks, official=speaker).values_list("pk", flat=True))
        if of_speaker != pks:
            self.plan.notes.append(gettext("Capacities of another speaker are left out."))
        return of_speaker

    # Names

    def _add_names(self) -> None:
        """Add the names that the target does not have among its own and those that move."""
        name_key = next((key for key in keys_to(self.model) if key.model is Name), None)
        if name_key is None:
            return
        owner_ids = [self.source[1], self.target[1]]
        stored = Name.objects.filter(**{f"{name_key.attname}__in": owner_ids}).values_list("text", flat=True)
        change = self.changes.rows.get(self.target)
        taken = change.values if change is not None else {}
        present = set(stored)
        for column, scheme in _NAME_COLUMNS.items():
            if not any(field.name == column for field in self.model._meta.concrete_fields):
                continue
            final = taken[column][1] if column in taken else getattr(self.plan.target, column)
            present.add(final)
            for text in (getattr(self.plan.source, column), getattr(self.plan.target, column)):
                if text and text not in present:
                    present.add(text)
                    values = {name_key.attname: self.target[1], "text": text, "scheme": str(scheme)}
                    self.changes.additions.append(RowAddition(Name, values))

    # Notes and refusals

    def _check_permissions(self) -> None:
        if self.plan.refusals:
            return
        self.plan.names.fetch(set(self.changes.rows))
        for key in self.changes.rows:
            row = self.plan.names.row(key)
            if not may_write(self.user, row):
                text = gettext(
                    "{record} links to '{source}' and is published: only an editor may merge what published records "
                    "link to."
                )
                self.plan.refusals.append(text.format(record=self._text(row), source=self.plan.source))
                return

    def _note_publication(self) -> None:
        if is_public(self.plan.target) and not is_public(self.plan.source):
            text = gettext(
                "'{source}' is not public and '{target}' is: readers will see what moves to it, unless it belongs to "
                "another draft."
            )
            self.plan.notes.append(text.format(source=self.plan.source, target=self.plan.target))

    def _text(self, row: models.Model) -> str:
        kind = record_type(row._meta.verbose_name)
        return gettext("{kind} '{name}'").format(kind=kind, name=self.plan.names.text(row))
