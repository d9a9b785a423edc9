"""Check constraints are computed from the row as the database does, and say what is wrong one by one."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from archive.models import Statement
from archive.models.check_conditions import is_satisfied
from archive.models.constraints import CharsetConstraint
from tests.support import filter_records as make

pytestmark = pytest.mark.django_db
CHECKS = [
    pytest.param(model, constraint, id=constraint.name)
    for model in apps.get_app_config("archive").get_models()
    for constraint in model._meta.constraints
    if isinstance(constraint, models.CheckConstraint) and not isinstance(constraint, CharsetConstraint)
]


def _values(field: Any) -> list[Any]:
    """Values of a column that conditions distinguish."""
    values: list[Any] = [*dict(field.flatchoices)] or ["", "a word"]
    if isinstance(field, models.ForeignKey | models.IntegerField | models.AutoField):
        values = [0, 1, 2]
    elif isinstance(field, models.DateField):
        values = [date(2019, 7, 1), date(2019, 7, 4)]
    elif type(field).__name__ == "PartialDateField":
        values = ["2019-07-01", "2019-07/2019-08"]
    return values


@pytest.mark.parametrize(("model", "constraint"), CHECKS)
def test_what_the_row_satisfies_the_database_accepts(model: Any, constraint: Any) -> None:
    random, condition = Random(constraint.name), models.Q(constraint.condition)
    answers = set()
    for _ in range(40):
        row = model()
        for name in condition.referenced_base_fields:
            field = model._meta.get_field(name)
            # Of the twenty foreign keys of a citation, exactly one must be set now and then.
            is_null = field.null and random.random() > 1 / len(condition.referenced_base_fields)
            setattr(row, field.attname, None if is_null else random.choice(_values(field)))
        accepted = condition.check(row._get_field_expression_map(model._meta))
        assert accepted or not is_satisfied(constraint, row), vars(row)
        answers.add(is_satisfied(constraint, row))
    assert True in answers


def test_constraints_that_hold_cost_no_statement() -> None:
    statement = make.statement("said", "2019", body=make.body("ministry"), attribution="institutional")
    with CaptureQueriesContext(connection) as ran:
        statement.validate_constraints()
    assert [query["sql"] for query in ran if "_check" in query["sql"]] == []


@pytest.mark.parametrize(
    "condition",
    [
        models.Q(name__startswith="a"), models.Q(name="a") ^ models.Q(text=""), models.Q(speaker__name="a"),
        models.Q(speaker=1), ~models.Q(speaker=1), models.Q(name="b"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_left_to_the_database(condition: models.Q) -> None:
    row = Statement(name="a")
    assert not is_satisfied(models.CheckConstraint(condition=condition, name="any"), row)


def test_each_constraint_that_does_not_hold_is_named() -> None:
    statement = make.statement("said", "2019", body=make.body("ministry"), attribution="institutional")
    statement.form, statement.text, statement.body, statement.speaker = "verbatim", "", None, None
    with pytest.raises(ValidationError) as raised:
        statement.validate_constraints()
    assert len(raised.value.messages) == 2


def test_a_constraint_of_an_excluded_field_is_not_tried() -> None:
    statement = make.statement("said", "2019", body=make.body("ministry"), attribution="institutional")
    statement.form, statement.text = "verbatim", ""
    statement.validate_constraints(exclude={"form"})
    with pytest.raises(ValidationError):
        statement.validate_constraints(exclude={"slug"})
