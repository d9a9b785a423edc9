"""REST's lists and details by the ORM and the serializers' fields, with a query for each relation of each row."""

from __future__ import annotations

from typing import Any

from django.db.models import ManyToManyField
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ListSerializer, ManyRelatedField

from archive import pagination
from archive.filters import FILTERSETS
from archive.labels import record_name
from archive.rest import etags
from archive.rest.fields import DateField, LinkField, TypedLinkField, TypedLinksField, typed_link
from archive.rest.query_params import Selection
from archive.rest.reads import ListQuery, not_found
from archive.rest.serializers import SERIALIZERS


def list_json(query: ListQuery, user: Any) -> bytes:
    """As ``archive.rest.reads.list_json``."""
    filterset = FILTERSETS[query.collection](query.filters, user)
    rows, order = filterset.result(), filterset.order
    page = _page(rows, order, query)
    records = [_record(SERIALIZERS[query.collection], row, query.selection, user) for row in page.rows]
    content = {
        "count": rows.count() if query.has_count else None,
        "next": _link(query, order, page.rows[-1]) if page.has_next and page.rows else None,
        "previous": _link(query, order, page.rows[0], "-") if page.has_previous and page.rows else None,
        "results": records,
    }
    return bytes(JSONRenderer().render(content))


def detail_json(collection: str, slug: str, selection: Selection, user: Any) -> tuple[str, bytes]:
    """As ``archive.rest.reads.detail_json``."""
    serializer: Any = SERIALIZERS[collection]
    record = serializer.Meta.model._default_manager.visible_to(user).filter(slug=slug).first()
    if record is None:
        raise not_found(serializer.Meta.model, slug, user)
    content = JSONRenderer().render(_record(serializer, record, selection, user))
    return etags.validator_of(record, user), bytes(content)


def _page(rows: Any, order: pagination.Order, query: ListQuery) -> pagination.Page:
    if not query.cursor:
        return pagination.page(rows, order, query.limit)
    backward = query.cursor.startswith("-")
    position = pagination.decode_cursor(query.collection, order, query.cursor.removeprefix("-"))
    bounds = {"before": position} if backward else {"after": position}
    return pagination.page(rows, order, query.limit, **bounds, backward=backward)


def _link(query: ListQuery, order: pagination.Order, row: Any, sign: str = "") -> str:
    return query.link + sign + pagination.encode_cursor(query.collection, order, row)


def _record(serializer_class: Any, record: Any, selection: Selection, user: Any) -> Any:
    row = _represent(serializer_class(include=selection.include), record, user, selection.top)
    return row if selection.fields is None else _select(row, selection.paths)


def _represent(serializer: Any, record: Any, user: Any, names: set[str] | None = None) -> dict[str, Any]:
    """The fields with these names, or all."""
    fields = serializer.fields.items()
    return {name: _value(name, field, record, user) for name, field in fields if names is None or name in names}


def _value(name: str, field: Any, record: Any, user: Any) -> Any:
    match field:
        case ListSerializer():
            return [_represent(field.child, part, user) for part in _related(record, name, user)]
        case TypedLinksField():
            links = [typed_link(row) for source in field.sources for row in _related(record, source, user)]
            return next(iter(links), None) if isinstance(field, TypedLinkField) else links
        case ManyRelatedField():
            return [{"slug": row.slug, "name": record_name(row)} for row in _related(record, name, user)]
        case LinkField():
            rows = _related(record, name, user)
            return {"slug": rows[0].slug, "name": record_name(rows[0])} if rows else None
        case DateField():
            date = getattr(record, name)
            return date and {part: getattr(date, part) for part in ("text", "display", "earliest", "latest")}
        case _:
            value = getattr(record, field.source)
            return None if value is None else field.to_representation(value)


def _related(record: Any, name: str, user: Any) -> list[Any]:
    """The visible related rows, in their model's default order."""
    field = record._meta.get_field(name)
    if field.one_to_many or isinstance(field, ManyToManyField):
        rows = getattr(record, name)
        return list(rows.filter(pk__in=field.related_model._default_manager.visible_to(user).values("pk")))
    return list(field.related_model._default_manager.visible_to(user).filter(pk=getattr(record, f"{name}_id")))


def _select(value: Any, paths: list[list[str]]) -> Any:
    """The value with only these paths."""
    if isinstance(value, list):
        return [_select(item, paths) for item in value]
    if not isinstance(value, dict) or any(not path for path in paths):
        return value
    below: dict[str, list[list[str]]] = {}
    for path in paths:
        below.setdefault(path[0], []).append(path[1:])
    return {key: _select(item, below[key]) for key, item in value.items() if key in below}
