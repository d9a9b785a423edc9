"""The state of a record at a moment, read from revisions: columns, links, and parts with theirs.

The foreign keys and many-to-many fields that lead to parts and links are read from the models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from simple_history.models import HistoricalRecords

from archive.models.base import Record, Tracked
from archive.models.fields import DERIVED
from archive.permissions import PARENT_PATHS

#: Columns about saves of a row, without content.
BOOKKEEPING = frozenset({"id", "version", "public_version", "created_at", "updated_at", "sequence"})
Key = tuple[Any, int]
Relations = Callable[[Any], tuple["models.ForeignKey[Any, Any]", ...]]


@dataclass(slots=True)
class Node:
    """The state of one row. ``values`` are by attname (``speaker_id``), ``links`` are ids by many-to-many field."""

    model: Any
    pk: int
    values: dict[str, Any]
    version: int
    created_at: datetime
    links: dict[str, list[int]] = field(default_factory=dict)
    #: The foreign key to the record that it was reached from, and that record; None for the root.
    via: Any = None
    parent: Key | None = None
    #: Whether the many-to-many links are known; not for a row deleted without an earlier revision.
    has_links: bool = True

    @property
    def key(self) -> Key:
        return self.model, self.pk


#: A root and its parts; parents precede their parts.
Tree = dict[Key, Node]


def live_node(record: models.Model) -> Node:
    node = _node(type(record), record.pk, record)
    _read_links([(node, record.pk)], live=True)
    return node


def revision_node(row: Any, links_from: Any = None) -> Node:
    """The columns of a revision; its links, or those of another revision of the same record."""
    node = _node(row.instance_type, row.id, row)
    _read_links([(node, (links_from or row).history_id)], live=False)
    return node


def revision_nodes(rows: list[Any]) -> list[Node]:
    """``revision_node`` of revisions of one model, their links read by one query for each relation."""
    nodes = [_node(row.instance_type, row.id, row) for row in rows]
    _read_links([(node, row.history_id) for node, row in zip(nodes, rows, strict=True)], live=False)
    return nodes


def with_ids(node: Node, ids: Mapping[Key, int]) -> Node:
    """The row with other ids in its foreign keys and links: those of the rows in ``ids``."""
    values, links = dict(node.values), dict(node.links)
    for key in foreign_keys(node.model):
        values[key.attname] = ids.get((key.related_model, values[key.attname]), values[key.attname])
    for many in node.model._meta.many_to_many:
        if many.name in links:
            links[many.name] = [ids.get((many.related_model, pk), pk) for pk in links[many.name]]
    return replace(node, values=values, links=links)


def differs_from_stored(record: Tracked, links: dict[str, Iterable[Any]]) -> bool:
    """Whether saving the record with these many-to-many links would change anything but its version.

    Line ends and spaces around a text do not count: a browser's form changes them by itself.
    """
    record.set_derived_fields()
    model: Any = type(record)
    stored = record.stored_row or model._base_manager.filter(pk=record.pk).first()
    if stored is None:
        return True
    names = [field.attname for field in content_fields(model)]
    if any(_trimmed(getattr(record, name)) != _trimmed(getattr(stored, name)) for name in names):
        return True
    return any({row.pk for row in rows} != _linked_keys(record, stored, name) for name, rows in links.items())


def _linked_keys(record: object, stored: object, name: str) -> set[int]:
    """The keys that a many-to-many relation links; from the record, if it has them loaded."""
    loaded = getattr(record, "_prefetched_objects_cache", {}).get(name)
    if loaded is not None:
        return {row.pk for row in loaded}
    return set(getattr(stored, name).values_list("pk", flat=True))


def _trimmed(value: object) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def tree(root: Node, moment: datetime | None, relations: Relations) -> Tree:
    """The root with its parts as they were just before the moment (None: as they are stored now)."""
    nodes: Tree = {root.key: root}
    level: dict[Any, list[int]] = {root.model: [root.pk]}
    while level:
        below: dict[Any, list[int]] = {}
        for model, keys in level.items():
            for key in relations(model):
                for node in _parts(key, keys, moment):
                    if node.key not in nodes:
                        nodes[node.key] = node
                        below.setdefault(node.model, []).append(node.pk)
        level = below
    return nodes


def _parts(key: models.ForeignKey[Any, Any], parents: list[int], moment: datetime | None) -> Iterable[Node]:
    """The parts whose foreign key refers to one of the parents at the moment, in their default order."""
    if moment is None:
        rows = key.model._base_manager.filter(**{f"{key.attname}__in": parents})
        stored = [(_node(key.model, row.pk, row), row.pk) for row in rows]
        _read_links(stored, live=True)
        nodes = [node for node, _ in stored]
    else:
        nodes = _parts_at(key, parents, moment)
    for node in nodes:
        node.via, node.parent = key, (key.related_model, node.values[key.attname])
    return sorted(nodes, key=_order)


def _parts_at(key: Any, parents: list[int], moment: datetime) -> list[Node]:
    model, history = key.model, key.model.history.model
    within = {f"{key.attname}__in": parents}
    ids = set(history.objects.filter(**within).values_list("id", flat=True))
    ids |= set(model._base_manager.filter(**within).values_list("pk", flat=True))
    revisions: dict[int, list[Any]] = {}
    for row in history.objects.filter(id__in=ids).order_by("history_id"):
        revisions.setdefault(row.id, []).append(row)
    from_history, unrevised = [], []
    for pk in ids:
        row, links_from = revision_at(revisions.get(pk, []), moment)
        if row is not None and getattr(row, key.attname) in parents:
            node = _node(model, pk, row)
            node.has_links = row.history_type != "-" or links_from is not row
            from_history.append((node, links_from.history_id))
        elif pk not in revisions:
            unrevised.append(pk)
    _read_links(from_history, live=False)
    stored = model._base_manager.filter(pk__in=unrevised, created_at__lt=moment, **within)
    live = [(_node(model, row.pk, row), row.pk) for row in stored]
    _read_links(live, live=True)
    return [node for node, _ in [*from_history, *live]]


def revision_at(rows: list[Any], moment: datetime) -> tuple[Any, Any]:
    """The revision in force before the moment and the one that has its links; (None, None) if there was no row then."""
    before = [row for row in rows if row.history_date < moment]
    if before:
        return (before[-1], before[-1]) if before[-1].history_type != "-" else (None, None)
    # Fixtures and bulk writes make no revision: the first one of a later change or deletion has the state before it.
    if rows and rows[0].history_type != "+" and rows[0].created_at < moment:
        return rows[0], rows[0]
    return None, None


def _node(model: type[models.Model], pk: int, row: Any) -> Node:
    values = {field.attname: getattr(row, field.attname) for field in content_fields(model)}
    return Node(model, pk, values, row.version, row.created_at)


def _read_links(nodes: list[tuple[Node, int]], live: bool) -> None:
    """Fill in the many-to-many links of nodes of one model, from the through tables or from those of revisions.

    One query reads all relations.
    """
    fields = nodes[0][0].model._meta.many_to_many if nodes else ()
    if not fields:
        return
    queries = [_links_of(many, [number for _, number in nodes], live) for many in fields]
    links: dict[tuple[str, int], list[int]] = {}
    for name, number, pk in queries[0].union(*queries[1:], all=True):
        links.setdefault((name, number), []).append(pk)
    for node, number in nodes:
        node.links.update({many.name: sorted(links.get((many.name, number), ())) for many in fields})


def _links_of(many: Any, numbers: list[int], live: bool) -> Any:
    """A query of (name, row or revision, linked row) of each link of a many-to-many field."""
    through = many.remote_field.through if live else HistoricalRecords.m2m_models[many]
    source = through._meta.get_field(many.m2m_field_name()).attname if live else "history_id"
    target = through._meta.get_field(many.m2m_reverse_field_name()).attname
    rows: Any = through._base_manager.filter(**{f"{source}__in": numbers}).order_by()
    return rows.values_list(models.Value(many.name, output_field=models.TextField()), source, target)


def _order(node: Node) -> tuple[int, int]:
    number = node.values.get("ordinal", node.values.get("position"))
    return (number if number is not None else 0, node.pk)


@cache
def tracked_models() -> tuple[Any, ...]:
    """All record and part models."""
    return tuple(model for model in apps.get_app_config("archive").get_models() if issubclass(model, Tracked))


@cache
def record_models() -> tuple[Any, ...]:
    """The models of records: those with a slug and a status of their own."""
    return tuple(model for model in tracked_models() if issubclass(model, Record))


@cache
def own_parts(model: type[models.Model]) -> tuple[models.ForeignKey[Any, Any], ...]:
    """The foreign keys by which parts belong to a record of this model."""
    names = {(part, path.partition("__")[0]) for part, paths in PARENT_PATHS.items() for path in paths}
    keys = [part._meta.get_field(name) for part, name in names]
    return tuple(sorted((key for key in keys if key.related_model is model), key=str))


@cache
def deleted_with(model: type[models.Model]) -> tuple[models.ForeignKey[Any, Any], ...]:
    """The foreign keys whose rows are deleted with a record: its own parts, and other records' parts that name it."""
    return tuple(key for key in keys_to(model) if key.remote_field.on_delete is models.CASCADE)


@cache
def unset_with(model: type[models.Model]) -> tuple[models.ForeignKey[Any, Any], ...]:
    """The foreign keys that become NULL when a record is deleted."""
    return tuple(key for key in keys_to(model) if key.remote_field.on_delete is models.SET_NULL)


@cache
def links_to(model: type[models.Model]) -> tuple[Any, ...]:
    """The many-to-many fields of other records that lead to a record of this model."""
    fields = [field for source in tracked_models() for field in source._meta.many_to_many]
    return tuple(field for field in fields if field.related_model is model)


def rows_linking_to(records: Iterable[models.Model], limit: int = 10) -> list[models.Model]:
    """The first rows, of each kind of many-to-many link, that lead to records of one model and are none of them.

    Deleting a record deletes these links without a revision of the rows that lose them, and restoring it adds them.
    """
    records = list(records)
    rows: list[models.Model] = []
    for link in links_to(type(records[0])) if records else ():
        linking = link.model._base_manager.filter(**{f"{link.name}__in": records}).distinct()
        if link.model is type(records[0]):
            linking = linking.exclude(pk__in=[record.pk for record in records])
        rows += linking.order_by("pk")[:limit]
    return rows


@cache
def keys_to(model: type[models.Model]) -> tuple[Any, ...]:
    """The foreign keys of records and parts that lead to a record of this model."""
    keys = [key for source in tracked_models() for key in foreign_keys(source) if key.related_model is model]
    return tuple(sorted(keys, key=str))


@cache
def foreign_keys(model: type[models.Model]) -> tuple[models.ForeignKey[Any, Any], ...]:
    return tuple(field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey))


@cache
def content_fields(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """The columns with content: neither bookkeeping nor computed from other columns."""
    fields = model._meta.concrete_fields
    return tuple(field for field in fields if field.name not in BOOKKEEPING and not isinstance(field, DERIVED))


@cache
def position_field(model: type[models.Model]) -> str | None:
    """The integer that numbers the parts of a record (ordinal, position), if the model has one."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and not constraint.condition:
            for name in constraint.fields:
                if isinstance(model._meta.get_field(name), models.IntegerField):
                    return name
    return None
