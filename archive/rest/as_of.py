"""The JSON of a record as the archive knew it at a past moment, in the form of the present record's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField as MomentColumn
from django.db.models import Model

from archive.dates import PartialDate
from archive.exceptions import ArchiveError, Problem, printable
from archive.labels import record_name
from archive.models.fields import PartialDateField
from archive.moments import utc_text
from archive.rest.errors import ProblemError
from archive.rest.fields import TypedLinkField, TypedLinksField, typed_link
from archive.rest.query_params import Selection
from archive.rest.reads import not_found
from archive.rest.serializers import SERIALIZERS, ArchiveSerializer
from archive.revisions.as_of import PastRecord, record_as_of
from archive.revisions.state import Node
from archive.sql.slugs import expected_slug, find_all_or_redirect, find_by_slug, suggest_slugs
from archive.visibility import Viewer, sees_drafts

#: The most records that a list with ``as_of`` can name: each takes some queries.
MAX_SLUGS = 50
#: The unknown slugs for which similar ones are looked up, which may read many records.
_MAX_SUGGESTIONS = 5


def as_of_json(collection: str, slug: str, selection: Selection, moment: datetime, user: Viewer) -> bytes:
    """The record's JSON. Raises ArchiveError and ProblemError."""
    serializer: Any = SERIALIZERS[collection]
    _check_include(serializer, selection)
    model = serializer.Meta.model
    record = find_by_slug(model._default_manager.visible_to(user), slug)
    if record is None:
        raise not_found(model, slug, user)
    past = record_as_of(record, moment, user)
    if past is None:
        raise not_shown(model, slug, moment)
    return _dump(_content(past, serializer, selection))


def as_of_list_json(
    collection: str, slugs: Sequence[str], selection: Selection, moment: datetime, user: Viewer
) -> bytes:
    """The JSON of the records with these slugs, in their order, without those that were not shown at the moment.

    Raises ArchiveError for the slug of no record that the user can see.
    """
    serializer: Any = SERIALIZERS[collection]
    _check_include(serializer, selection)
    visible = serializer.Meta.model._default_manager.visible_to(user)
    records = find_all_or_redirect(visible, slugs, with_drafts=sees_drafts(user))
    problems: list[Problem] = []
    for slug in slugs:
        if slug not in records:
            similar = suggest_slugs(visible, slug) if len(problems) < _MAX_SUGGESTIONS else []
            problems.append(Problem("slug", printable(slug), expected_slug(serializer.Meta.model), ", ".join(similar)))
    if problems:
        raise ArchiveError(problems)
    named = {records[slug].pk: records[slug] for slug in slugs}  # a record may be named by several slugs
    states = (record_as_of(record, moment, user) for record in named.values())
    results = [_content(past, serializer, selection) for past in states if past is not None]
    return _dump({"count": len(results), "next": None, "previous": None, "results": results})


def not_shown(model: type[Model], slug: str, moment: datetime) -> ProblemError:
    """The 404 of a record that the user could not have seen at the moment."""
    kind, at = model._meta.verbose_name, utc_text(moment)
    return ProblemError(
        404,
        f"The archive did not show the {kind} '{slug}' on {at}. Its history/ lists the versions since.",
        [Problem("as_of", at, "a moment at which the record was in the archive")],
    )


def _content(past: PastRecord, serializer: type[ArchiveSerializer], selection: Selection) -> Any:
    content = dict(_fields(past, past.root, serializer, selection.include))
    return content if selection.fields is None else _select(content, selection.paths)


def _dump(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _check_include(serializer: type[ArchiveSerializer], selection: Selection) -> None:
    """Raises ArchiveError for parts that are records with a history of their own."""
    own = own_parts_of(serializer)
    problems = [
        Problem("include", name, f"with as_of, {', '.join(own) or 'nothing'}: read the others by their own slugs")
        for name in selection.include
        if name not in own
    ]
    if problems:
        raise ArchiveError(problems)


def own_parts_of(serializer: type[ArchiveSerializer]) -> list[str]:
    """The parts that are no records with a history of their own."""
    return [name for name in serializer.parts if not hasattr(serializer.parts[name].Meta.model, "status")]


def _fields(
    past: PastRecord, node: Node, serializer: type[ArchiveSerializer], include: tuple[str, ...] = ()
) -> Iterator[tuple[str, Any]]:
    for name in serializer.Meta.fields:
        yield name, past_value(past, node, serializer, name)
    for name in dict.fromkeys((*include, *serializer.nested)):
        part = serializer.parts.get(name) or serializer.nested[name]
        key = node.model._meta.get_field(name).remote_field
        yield name, [dict(_fields(past, below, part)) for below in past.parts(node, key)]


def past_value(past: PastRecord, node: Node, serializer: type[ArchiveSerializer], name: str) -> Any:
    """The value of a field of the serializer in the state of a row."""
    declared = serializer._declared_fields.get(name)
    if isinstance(declared, TypedLinksField):
        links = [typed_link(row) for source in declared.sources for row in _linked(past, node, source)]
        return next(iter(links), None) if isinstance(declared, TypedLinkField) else links
    if name in ("version", "created_at", "updated_at"):
        # A revision may be written because of a draft: its version and time would reveal it.
        return utc_text(node.created_at) if name == "created_at" else None
    column = node.model._meta.get_field(declared.source if declared is not None and declared.source else name)
    if column.is_relation:
        links = [{"slug": row.slug, "name": record_name(row)} for row in _linked(past, node, column.name)]
        return links if column.many_to_many else next(iter(links), None)
    value = node.values[column.attname]
    if isinstance(column, PartialDateField):
        return None if value is None else _date(value)
    return utc_text(value) if isinstance(column, MomentColumn) else value


def _linked(past: PastRecord, node: Node, relation: str) -> list[Any]:
    column = node.model._meta.get_field(relation)
    pks = node.links.get(relation, []) if column.many_to_many else [node.values[column.attname]]
    return past.linked(column.related_model, [pk for pk in pks if pk is not None])


def _date(value: PartialDate) -> dict[str, Any]:
    bounds = {name: day and day.isoformat() for name, day in (("earliest", value.earliest), ("latest", value.latest))}
    return {"text": value.text, "display": value.display, **bounds}


def _select(value: object, paths: list[list[str]]) -> Any:
    """The value with only these paths below it."""
    if any(not path for path in paths):
        return value
    if isinstance(value, list):
        return [_select(item, paths) for item in value]
    if not isinstance(value, dict):
        return value
    below: dict[str, list[list[str]]] = {}
    for path in paths:
        below.setdefault(path[0], []).append(path[1:])
    return {key: _select(item, below[key]) for key, item in value.items() if key in below}
