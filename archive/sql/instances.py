"""Model instances of a record and its visible related rows, from the JSON of one SQL statement.

Of what the user may not see, a foreign key is None and a list lacks it. Columns that are not selected are read when
code asks for them, by a statement of their own (Django's deferred fields): those that the archive derives from others,
and of related rows the texts and the bookkeeping.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import DEFERRED, DateTimeField, Field, ForeignKey, IntegerField, Model, TextField

from archive.models.base import Record, Tracked
from archive.models.fields import DERIVED
from archive.sql import query_tree
from archive.visibility import related_model

_BOOKKEEPING = {field.name for base in (Tracked, Record) for field in base._meta.fields} - {"slug", "status"}


class Instances:
    """The selected columns of a model and its relations along ``paths``, as a node and as instances of its JSON.

    With ``limit`` no list of the record has more rows; the lists of these are complete.
    """

    def __init__(
        self, model: type[Model], paths: Iterable[str], limit: int | None = None, *, is_related: bool = False
    ) -> None:
        self.model, self.limit = model, limit
        columns: list[Any] = list(model._meta.concrete_fields)
        self.columns = [column for column in columns if _is_selected(column, is_related)]
        self.names = [column.attname for column in columns]
        places = {column: place for place, column in enumerate(self.columns)}
        #: Of each column of the model the place of its value in the JSON, and the function that parses it.
        self._values = [(places.get(column), _parser(column)) for column in columns]
        steps: dict[str, list[str]] = {}
        for path in paths:
            name, _, rest = path.partition("__")
            steps.setdefault(name, []).extend([rest] if rest else [])
        self.relations = {
            name: Instances(related_model(model, name), rest, is_related=True) for name, rest in steps.items()
        }

    def node(self) -> query_tree.Object:
        """The object of a row."""
        columns = [query_tree.Column(column.attname, _json_type(column), null=column.null) for column in self.columns]
        fields: list[tuple[str, query_tree.Node]] = [("row", query_tree.Array(tuple(columns), "pk"))]
        for name, related in self.relations.items():
            options = (query_tree.Relation(name, related.model, related.node()),)
            is_to_one = self._field(name).many_to_one
            fields.append((name, query_tree.ToOne(options) if is_to_one else query_tree.ToMany(options, self.limit)))
        return query_tree.Object(tuple(fields))

    def instance(self, content: Mapping[str, Any]) -> Any:
        """The instance of the JSON of a row, with its related instances in the caches of its relations."""
        row = content["row"]
        values = [DEFERRED if place is None else parse(row[place]) for place, parse in self._values]
        record: Any = self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)
        record._prefetched_objects_cache = {}
        for name, related in self.relations.items():
            field = self._field(name)
            if field.many_to_one:
                linked = content[name]
                field.set_cached_value(record, None if linked is None else related.instance(linked))
                continue
            rows = [related.instance(item) for item in content[name]]
            if field.one_to_many:
                for item in rows:
                    field.remote_field.set_cached_value(item, record)
            prefetched: Any = related.model._default_manager.all()
            prefetched._result_cache, prefetched._prefetch_done = rows, True
            record._prefetched_objects_cache[field.get_accessor_name() if field.one_to_many else name] = prefetched
        return record

    def _field(self, name: str) -> Any:
        return self.model._meta.get_field(name)


def _is_selected(column: Field[Any, Any], is_related: bool) -> bool:
    if isinstance(column, DERIVED):
        return False
    if not is_related:
        return True
    is_text = isinstance(column, TextField) and issubclass(column.model, Record)
    return not is_text and column.name not in _BOOKKEEPING


def _json_type(column: Field[Any, Any]) -> query_tree.JsonType:
    if isinstance(column, DateTimeField):
        return "moment"
    return "number" if isinstance(column, IntegerField | ForeignKey) else "text"


def _parser(column: Field[Any, Any]) -> Callable[[Any], Any]:
    if isinstance(column, DateTimeField):
        return lambda text: None if text is None else datetime.fromisoformat(text)
    return lambda value: value
