"""The plan of a merge: the rows that it would change, and what stands in its way. Nothing is written."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext, ngettext

from archive.choices import Status
from archive.merging.changes import Changes, RowDeletion
from archive.models import Attachment, Note, ProposedChange, Source
from archive.models.merged_record import merges_of
from archive.models.review import OPEN_PROPOSALS, embargo_of
from archive.moments import moment_text
from archive.permissions import PARENT_PATHS, may_delete, may_write
from archive.revisions.names import Names
from archive.revisions.plan import column_label, label_of, text_of
from archive.revisions.state import Key, content_fields, live_node, position_field
from archive.terms import field_label, record_type, term
from archive.visibility import PermissionHolder, visible_records


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A column in which the two records differ: both values, and whether that of the source is taken."""

    name: str
    label: str
    source: str
    target: str
    is_from_source: bool
    source_value: Any = field(repr=False)
    target_value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A column or link of both records as texts; ``choice`` where one of the values is to be chosen."""

    label: str
    source: str
    target: str
    choice: FieldChoice | None


@dataclass(frozen=True, slots=True)
class Moved:
    """The rows of one kind that link to the other record by one field: their number, and the first of them."""

    name: str
    count: int
    rows: list[Key]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that is deleted: what it is, the row that stands for it, and values that only the deleted one has."""

    part: str
    into: str
    lost: list[str]


@dataclass(slots=True)
class MergePlan:
    """A merge of ``source`` into ``target``, as they are stored now."""

    source: Any
    target: Any
    names: Names
    changes: Changes = field(default_factory=Changes)
    choices: list[FieldChoice] = field(default_factory=list)
    #: Why the records cannot be merged.
    refusals: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return record_type(self.source._meta.verbose_name)

    @property
    def token(self) -> str:
        """Digest of what the merge decides on; a form with another token is stale.

        It changes when one of the records or a row that would be deleted is saved, and with the rows that would move:
        a move leaves their other values as they are.
        """
        rows = sorted((key[0]._meta.label, key[1]) for key in self.changes.rows if key != _key(self.target))
        deleted = sorted(
            (node.model._meta.label, node.pk, node.version) for node in (row.node for row in self.changes.deletions)
        )
        versions = self.source.version, self.target.version
        text = f"{_key(self.source)}{_key(self.target)}{versions}{rows}{deleted}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def fields(self) -> list[FieldRow]:
        """The columns and links of both records that at least one of them has."""
        own, other = live_node(self.source), live_node(self.target)
        choices = {choice.name: choice for choice in self.choices}
        attnames = {column.attname: column.name for column in own.model._meta.concrete_fields}
        rows = [
            FieldRow(
                column_label(own.model, name), text_of(self.names, own, name), text_of(self.names, other, name),
                choices.get(attnames.get(name, name)),
            )
            for name in [*own.values, *own.links]
            if name != "slug"
        ]  # fmt: skip
        return [row for row in rows if row.source or row.target]

    def moved(self, limit: int) -> list[Moved]:
        """The rows that move, by kind and field, with up to ``limit`` rows each."""
        target = _key(self.target)
        groups: dict[str, list[Key]] = {}
        for key, row in self.changes.rows.items():
            names = [name for name in row.values if name != position_field(key[0])]
            for name in [*names, *row.links] if key != target else []:
                label = f"{record_type(key[0]._meta.verbose_name_plural)}: {column_label(key[0], name)}"
                groups.setdefault(label, []).append(key)
        return [Moved(label, len(keys), keys[:limit]) for label, keys in groups.items()]

    def dropped(self) -> list[Dropped]:
        """The rows that are deleted, besides the source itself."""
        source = _key(self.source)
        return [self._dropped(deletion) for deletion in self.changes.deletions if deletion.node.key != source]

    def added(self) -> list[str]:
        """Texts of the rows that are added."""
        return [
            f"{record_type(addition.model._meta.verbose_name)} '{addition.values['text']}'"
            for addition in self.changes.additions
        ]

    def _dropped(self, deletion: RowDeletion) -> Dropped:
        node = deletion.node
        part = f"{record_type(node.model._meta.verbose_name)} {self.names.of_node(node)}"
        if deletion.into is None:
            return Dropped(part, "", [])
        other = live_node(self.names.row(deletion.into))
        # A foreign key differs because the row is of the other record, and a number because it is counted there.
        columns = [column for column in content_fields(node.model) if not column.many_to_one]
        lost = [
            f"{label_of(node, column.attname)}: {text_of(self.names, node, column.attname)}"
            for column in columns
            if column.name != position_field(node.model)
            and node.values[column.attname] not in (None, "", other.values[column.attname])
        ]
        return Dropped(part, self.names[deletion.into], lost)


def _key(record: Model) -> Key:
    return type(record), record.pk


def field_choices(source: Model, target: Model, from_source: Collection[str] | None, names: Names) -> list[FieldChoice]:
    """The columns in which the records differ. ``from_source`` names those whose value is that of the source.

    None: those that are blank in the target.
    """
    model: Any = type(source)
    own, other = live_node(source), live_node(target)
    parents = {path.partition("__")[0] for path in PARENT_PATHS.get(model, ())}
    excluded = {"slug", "status", position_field(model), *parents}
    choices = []
    for column in content_fields(model):
        value, stored = own.values[column.attname], other.values[column.attname]
        is_self = column.related_model is model and value == target.pk
        if column.name in excluded or value == stored or value in (None, "") or is_self:
            continue
        is_chosen = stored in (None, "") if from_source is None else column.name in from_source
        choices.append(FieldChoice(
            column.name, field_label(column.verbose_name), text_of(names, own, column.attname),
            text_of(names, other, column.attname), is_chosen, value, stored,
        ))  # fmt: skip
    return choices


def refusals(source: Model, target: Model, user: PermissionHolder) -> list[str]:
    """Why the user cannot merge the two records; what links to them is not looked at."""
    if type(source) is not type(target):
        kinds = [record_type(record._meta.verbose_name) for record in (source, target)]
        text = gettext("'{source}' and '{target}': got a record of the kind {kind} and a {other}, expected one kind.")
        return [text.format(source=source, target=target, kind=kinds[0], other=kinds[1])]
    if source.pk == target.pk:
        return [gettext("'{source}': got a record and itself, expected two records.").format(source=source)]
    texts = []
    model = type(source)
    if is_public(source) and not is_public(target):
        status = term(Status(target.status).label) if hasattr(target, "status") else gettext("not public")
        text = gettext(
            "'{source}' is public and '{target}' is not (it is {status}): readers would lose it. Merge the other way, "
            "or publish the target first."
        )
        texts.append(text.format(source=source, target=target, status=status))
    if not may_write(user, target) or not may_delete(user, source):
        texts.append(gettext("Only an editor may merge what is published, or what published records refer to."))
    if (moment := embargo_of(source)) is not None:
        text = gettext(
            "'{source}' is scheduled for {moment}, and nothing of it is to be public before: lift the schedule first."
        )
        texts.append(text.format(source=source, moment=moment_text(moment)))
    proposals = ProposedChange.objects.filter(
        kind=model._meta.model_name, record_id=source.pk, state__in=OPEN_PROPOSALS
    )  # fmt: skip
    if count := proposals.count():
        text = ngettext(
            "'{source}' has {count} proposed change: expected none. Decide on it first.",
            "'{source}' has {count} proposed changes: expected none. Decide on them first.",
            count,
        )
        texts.append(text.format(source=source, count=count))
    return texts


def is_public(record: Model) -> bool:
    """Whether readers see the record."""
    return bool(visible_records(type(record), None).filter(pk=record.pk).exists())


def attached(source: Model) -> tuple[list[int], list[int]]:
    """The ids of the notes on the source, and of the earlier merges whose slugs lead to it."""
    reference = {"kind": source._meta.model_name, "record_id": source.pk}
    notes = Note.objects.filter(**reference).order_by("pk").values_list("pk", flat=True)
    merges = merges_of(type(source)).filter(target_id=source.pk)
    return list(notes), list(merges.order_by("pk").values_list("pk", flat=True))


def moving_attachments(source: Model, target: Model) -> list[int]:
    """The ids of the attachments that move to the target: those whose file it has not already."""
    if not isinstance(source, Source):
        return []
    files = Attachment.objects.filter(source_id=target.pk).values("sha256")
    moving = Attachment.objects.filter(source_id=source.pk).exclude(sha256__in=files)
    return list(moving.order_by("pk").values_list("pk", flat=True))
