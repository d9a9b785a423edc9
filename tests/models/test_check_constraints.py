"""Check constraints are tried by one statement, and say what is wrong one by one."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import filter_records as make

pytestmark = pytest.mark.django_db


def test_constraints_that_hold_are_tried_by_one_statement() -> None:
    statement = make.statement("said", "2019", body=make.body("ministry"), attribution="institutional")
    with CaptureQueriesContext(connection) as ran:
        statement.validate_constraints()
    assert len([query for query in ran if "_check" in query["sql"]]) == 1


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
