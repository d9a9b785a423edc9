"""Form fields for partial dates and multi-line texts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from archive.dates import PartialDate, PartialDateError


def invalid_date(error: PartialDateError) -> ValidationError:
    """The ValidationError of a PartialDateError, with got, expected and suggestion as params."""
    return ValidationError(
        error.sentence().replace("%", "%%"),
        code="invalid_date",
        params={"got": error.got, "expected": error.expected, "suggestion": error.suggestion},
    )


class PartialDateInput(forms.TextInput):
    """A text input that shows the date in words and its bounds while the user types."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vTextField partial-date", "size": 30, "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: object) -> str | None:
        return None if value in (None, "") else str(value)


class PartialDateFormField(forms.CharField):
    """EDTF text. Cleans to a PartialDate, or None when blank."""

    widget = PartialDateInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        kwargs["empty_value"] = None
        super().__init__(**kwargs)

    def to_python(self, value: object) -> Any:
        text = super().to_python(value)
        if text in (None, ""):
            return None
        try:
            return PartialDate.parse(str(text))
        except PartialDateError as error:
            raise invalid_date(error) from error

    def run_validators(self, value: object) -> None:
        if value is not None:
            super().run_validators(str(value))

    def has_changed(self, initial: object, data: object) -> bool:
        return str(initial or "") != str(data or "").strip()


class MultilineField(forms.CharField):
    """A multi-line text, stored with LF. CRLF from the browser and surrounding spaces are no change."""

    def to_python(self, value: object) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text

    def has_changed(self, initial: object, data: object) -> bool:
        return bool(super().has_changed(self.to_python(initial), data))
