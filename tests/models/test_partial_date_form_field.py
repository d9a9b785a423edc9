"""``PartialDateFormField``: cleaning, rendering and ``has_changed``."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError

from archive.dates import PartialDate
from archive.forms import PartialDateFormField, PartialDateInput
from archive.models import Event
from archive.models.fields import PartialDateField


class DateForm(forms.Form):
    date = PartialDateFormField()
    until = PartialDateFormField(required=False)


def test_clean_returns_a_date_or_none() -> None:
    form = DateForm({"date": " 2019-07 ", "until": ""})
    assert form.is_valid()
    assert form.cleaned_data == {"date": PartialDate.parse("2019-07"), "until": None}


def test_a_required_date_must_not_be_blank() -> None:
    assert DateForm({"date": ""}).errors == {"date": ["This field is required."]}


@pytest.mark.parametrize("text", ["2019-13", "2019-02-30", "yesterday", "July 2019", "100%", "\x00"])
def test_invalid_text_is_an_error_with_got_and_expected(text: str) -> None:
    (message,) = DateForm({"date": text}).errors["date"]
    rendered = text if text != "\x00" else "\\x00"
    assert message.startswith(f"got '{rendered}'")
    assert "an EDTF date such as 2019-07-12" in message


def test_the_error_has_its_parts_as_params() -> None:
    with pytest.raises(ValidationError) as refused:
        PartialDateFormField().clean("July 2019")
    assert refused.value.code == "invalid_date"
    assert refused.value.params["suggestion"] == "2019-07"


def test_more_than_64_characters_are_refused() -> None:
    assert "65 characters, at most 64 are read" in DateForm({"date": "2" * 65}).errors["date"][0]


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (PartialDate.parse("2019-07"), "2019-07", False),
        (PartialDate.parse("2019-07"), " 2019-07 ", False),
        (PartialDate.parse("2019-07"), "2019", True),
        (PartialDate.parse("2019"), "2019-XX", True),
        (None, "", False),
        (None, "2019", True),
        ("2019", None, True),
    ],
)
def test_has_changed_compares_the_text(before: object, after: str | None, changed: bool) -> None:
    assert PartialDateFormField().has_changed(before, after) is changed


def test_the_input_shows_the_text_as_entered() -> None:
    rendered = PartialDateInput().render("date", PartialDate.parse("[2019-07-04,2019-07-05]"))
    assert 'value="[2019-07-04,2019-07-05]"' in rendered
    assert "partial-date" in rendered
    assert "value=" not in PartialDateInput().render("date", None)


def test_a_model_form_has_the_form_field() -> None:
    field = Event._meta.get_field("date").formfield()
    assert isinstance(field, PartialDateFormField)
    assert field.required
    assert field.help_text == Event._meta.get_field("date").help_text


def test_the_field_can_be_serialized_in_migrations() -> None:
    name, path, args, kwargs = PartialDateField(null=True, blank=True, period=True).deconstruct()
    assert (name, path, args) == (None, "archive.models.fields.PartialDateField", [])
    assert kwargs == {"max_length": 64, "null": True, "blank": True, "period": True}
