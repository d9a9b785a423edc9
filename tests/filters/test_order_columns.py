"""The types that cursors give to the columns of orders."""

from __future__ import annotations

import pytest
from django.db.models import DateTimeField, IntegerField, Model
from django.db.models.constants import LOOKUP_SEP

from archive import pagination
from archive.filters import FILTERSETS

COLUMNS = {
    (filterset._meta.model, path)
    for filterset in FILTERSETS.values()
    for order in filterset.orders.values()
    for path in order
}


@pytest.mark.parametrize(("model", "path"), sorted(COLUMNS, key=str))
def test_a_cursor_has_the_type_of_each_column_of_an_order(model: type[Model], path: str) -> None:
    """``pagination.is_number`` goes by the end of a name: an order by another number or time is to be added there."""
    *relations, name = path.split(LOOKUP_SEP)
    for relation in relations:
        related = model._meta.get_field(relation).related_model
        assert isinstance(related, type)
        model = related
    field = model._meta.get_field(name)
    assert pagination.is_number(path) == isinstance(field, IntegerField)
    assert (path == "updated_at") == isinstance(field, DateTimeField)
