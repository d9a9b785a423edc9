"""Check constraints computed in Python from the values of a row.

Django validates each check constraint by a query in a savepoint of its own, three statements for each row of a form.
These conditions read nothing but the row, so most are decided without the database. What is not certain (a NULL that
is compared, a lookup that is not listed here) counts as not satisfied: Django then validates it as usual.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import CheckConstraint, F, Model, Q

#: Lookup -> its comparison of a column's value with another value; both are not NULL.
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le,
}  # fmt: skip


def is_satisfied(constraint: object, row: Model) -> bool:
    """Whether it is a check constraint that the row's values certainly satisfy."""
    if not isinstance(constraint, CheckConstraint):
        return False
    try:
        return _value(constraint.condition, row) is True
    except (_UndecidedError, FieldDoesNotExist, ValidationError, TypeError):
        return False


class _UndecidedError(Exception):
    """The condition has a part that is not computed here."""


def _value(condition: object, row: Model) -> bool | None:
    """The condition in SQL's logic of three values: NULL is None."""
    if isinstance(condition, tuple):
        path, expected = condition
        return _lookup(path, expected, row)
    if not isinstance(condition, Q) or condition.connector == Q.XOR:
        raise _UndecidedError
    values = [_value(child, row) for child in condition.children]
    decisive = condition.connector == Q.OR
    result: bool | None = decisive if decisive in values else None if None in values else not decisive
    return result if result is None or not condition.negated else not result


def _lookup(path: str, expected: object, row: Model) -> bool | None:
    name, _, lookup = path.partition("__")
    field, value = _field(name, row), _column_value(name, row)
    if lookup == "isnull":
        return (value is None) is bool(expected)
    if isinstance(expected, list | tuple) and lookup == "in":
        return None if value is None else value in [field.to_python(item) for item in expected]
    compare = _COMPARISONS.get(lookup or "exact")
    if compare is None:
        raise _UndecidedError
    # The stubs of F have no name.
    reference = getattr(expected, "name", "") if isinstance(expected, F) else ""
    other = _column_value(reference, row) if reference else field.to_python(expected)
    return None if value is None or other is None else compare(value, other)


def _column_value(name: str, row: Model) -> Any:
    field = _field(name, row)
    value = getattr(row, field.attname)
    if hasattr(value, "resolve_expression"):
        raise _UndecidedError
    return field.to_python(value)


def _field(name: str, row: Model) -> Any:
    return row._meta.pk if name == "pk" else row._meta.get_field(name)
