"""Display names of rows that may be deleted, or whose related rows may be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model

from archive.labels import named_relations, part_label
from archive.revisions.state import Key, Node


def named_keys(model: type[Model]) -> list[Any]:
    """The foreign keys of a model whose rows the texts of its rows name."""
    return [model._meta.get_field(name) for name in named_relations(model)]


class Names:
    """Cached display names of rows; a deleted row has that of its last revision."""

    def __init__(self) -> None:
        self._rows: dict[Key, tuple[Any, bool]] = {}

    def fetch(self, keys: set[Key]) -> None:
        """Read the rows with these keys, by at most two queries per model."""
        missing: dict[Any, set[int]] = {}
        for model, pk in keys - self._rows.keys():
            missing.setdefault(model, set()).add(pk)
        for model, ids in missing.items():
            stored = model._base_manager.in_bulk(ids)
            self._rows |= {(model, pk): (row, True) for pk, row in stored.items()}
            for revision in model.history.filter(id__in=ids - stored.keys()).order_by("history_id"):
                self._rows[model, revision.id] = (revision.instance, False)

    def fetch_related(self, rows: Iterable[Model]) -> None:
        """Read the rows that the texts of these rows name."""
        keys = ((key.related_model, getattr(row, key.attname)) for row in rows for key in named_keys(type(row)))
        self.fetch({(model, pk) for model, pk in keys if pk is not None})

    def is_stored(self, key: Key) -> bool:
        self.fetch({key})
        return self._rows.get(key, (None, False))[1]

    def __getitem__(self, key: Key) -> str:
        self.fetch({key})
        row, is_stored = self._rows.get(key, (None, False))
        if row is None:
            return f"{key[0]._meta.verbose_name} {key[1]} (deleted)"
        return self.text(row) if is_stored else f"{self.text(row)} (deleted)"

    def row(self, key: Key) -> Any:
        """The stored row or that of its last revision; None if it has neither."""
        self.fetch({key})
        return self._rows.get(key, (None, False))[0]

    def of_node(self, node: Node) -> str:
        """The name of a row of an earlier state."""
        row = node.model(pk=node.pk)
        for attname, value in node.values.items():
            setattr(row, attname, value)
        return self.text(row)

    def text(self, row: Model) -> str:
        """``part_label(row)``, which may use the rows of foreign keys that are deleted."""
        model: type[Model] = type(row)
        for key in named_keys(model):
            related_pk = getattr(row, key.attname)
            if related_pk is None or key.is_cached(row):
                continue
            related = self.row((key.related_model, related_pk))
            if related is not None:
                key.set_cached_value(row, related)
                if not self.is_stored((key.related_model, related_pk)):
                    self.text(related)
        try:
            return part_label(row)
        except (ObjectDoesNotExist, AttributeError):
            values = [str(getattr(row, name)) for name in ("slug", "kind", "role", "phase") if getattr(row, name, "")]
            return " ".join(values) or f"{row._meta.verbose_name} {row.pk}"
