"""Form fields of the filters. Every error carries got, expected and a suggestion for the doors to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, TextChoices
from django.utils.dateparse import parse_datetime

from archive.bind_parameters import BindParam, DateParameters, date_param, datetime_param, number_param
from archive.dates import PartialDate, PartialDateError
from archive.dates.errors import shown
from archive.models import Body, Event, Measure, Official
from archive.sql.suggestions import suggest_word
from archive.text import storable

MAX_VALUES = 100


def refusal(got: str, expected: str, suggestion: str = "") -> ValidationError:
    """A ValidationError in parts; see ``archive.exceptions.Problem``."""
    return ValidationError(
        "got '%(got)s', expected %(expected)s.",
        code="refused",
        params={"got": shown(got), "expected": expected, "suggestion": suggestion},
    )


class Values(forms.Widget):
    """All values that a parameter was given with."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [value for value in data.getlist(name) if value.strip()]


class ValuesField(forms.Field):
    """Base: one or several texts, each without null bytes. ``many`` says whether it may be repeated."""

    widget = Values
    many = True
    #: Set by the FilterSet before cleaning: who asks.
    user: Any = None

    def clean(self, value: list[str]) -> Any:
        if not value:
            return None
        self.check(value)
        return self.read(value) if self.many else self.read_one(value[0].strip())

    def check(self, texts: list[str]) -> None:
        """Refuse what no value of any kind may be. Raises ValidationError."""
        if not self.many and len(texts) > 1:
            raise refusal(", ".join(texts), "one value, given once")
        if len(texts) > MAX_VALUES:
            raise refusal(f"{len(texts)} values", f"at most {MAX_VALUES}")
        for text in texts:
            if not storable(text):
                raise refusal(text, "text without null characters or halves of surrogate pairs")

    def read(self, values: list[str]) -> Any:
        return [self.read_one(text.strip()) for text in values]

    def read_one(self, text: str) -> Any:
        return text

    # For conditions that are compiled once and run with many values; see ``archive.filters.prepared_query``.

    def shape(self, texts: list[str]) -> Any:
        """What of the values decides how the condition is built: here all. Raises ValidationError."""
        self.check(texts)
        return tuple(texts)

    def stand_in(self, key: str, texts: list[str]) -> Any:
        """What ``clean`` would give, with open slots where the values don't decide the shape."""
        return self.clean(texts)

    def fill(self, key: str, texts: list[str]) -> dict[str, Any]:
        """The values of those slots. Raises ValidationError."""
        return {}

    def known(self, key: str, texts: list[str]) -> list[list[Any]]:
        """Querysets over those slots, in groups: where one group finds nothing, ``clean`` says what is wrong."""
        return []


class DateField(ValuesField):
    """An EDTF date."""

    many = False

    def read_one(self, text: str) -> PartialDate:
        try:
            return PartialDate.parse(text)
        except PartialDateError as error:
            reason = f" ({error.reason})" if error.reason else ""
            raise refusal(text, error.expected + reason, error.suggestion) from error

    def shape(self, texts: list[str]) -> Any:
        day = self.clean(texts)
        return day.earliest is None, day.latest is None

    def stand_in(self, key: str, texts: list[str]) -> DateParameters:
        no_start, no_end = self.shape(texts)
        return DateParameters(
            earliest=None if no_start else date_param(f"{key}.from"),
            latest=None if no_end else date_param(f"{key}.to"),
            last_sort=None if no_end else number_param(f"{key}.last"),
            first_sort=None if no_start else number_param(f"{key}.first"),
            year_before=None if no_start else number_param(f"{key}.year_before"),
        )

    def fill(self, key: str, texts: list[str]) -> dict[str, Any]:
        day = self.clean(texts)
        return {
            f"{key}.from": day.earliest, f"{key}.to": day.latest, f"{key}.last": day.last_sort,
            f"{key}.first": day.first_sort, f"{key}.year_before": day.year_before,
        }  # fmt: skip


class DateTimeField(ValuesField):
    """A moment (ISO 8601 with time zone; without one UTC), or a day, whose first moment counts."""

    many = False

    def read_one(self, text: str) -> datetime:
        try:
            moment = parse_datetime(text.replace(" ", "+"))
        except ValueError:
            moment = None
        if moment is None:
            try:
                day = PartialDate.parse(text).earliest
            except PartialDateError:
                day = None
            if day is None:
                raise refusal(text, "a moment such as 2026-11-23T12:00:00Z, or a day")
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        try:
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except OverflowError as error:
            raise refusal(text, "a moment in the years 1 to 9999 (UTC)") from error

    def shape(self, texts: list[str]) -> Any:
        self.clean(texts)

    def stand_in(self, key: str, texts: list[str]) -> BindParam:
        return datetime_param(key)

    def fill(self, key: str, texts: list[str]) -> dict[str, Any]:
        return {key: self.clean(texts)}


class BooleanField(ValuesField):
    """True or false."""

    many = False

    def read_one(self, text: str) -> bool:
        if text.lower() in ("true", "1", "yes"):
            return True
        if text.lower() in ("false", "0", "no"):
            return False
        raise refusal(text, "true or false")


class ChoicesField(ValuesField):
    """Words of a vocabulary, any of them."""

    def __init__(self, *, vocabulary: type[TextChoices], **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(**kwargs)

    def read_one(self, text: str) -> str:
        values = [str(value) for value in self.vocabulary.values]
        if text not in values:
            raise refusal(text, f"one of {', '.join(values)}", suggest_word(text.lower(), values))
        return text


class OrderField(ValuesField):
    """One order of a list, descending with a minus sign in front."""

    many = False

    def __init__(self, *, orders: list[str], **kwargs: Any) -> None:
        self.orders = [*orders, *(f"-{order}" for order in orders)]
        super().__init__(**kwargs)

    def read_one(self, text: str) -> str:
        if text not in self.orders:
            raise refusal(text, f"one of {', '.join(self.orders)}", suggest_word(text, self.orders))
        return text


#: The two kinds of party, and of subject.
PARTY: tuple[type[Model], ...] = (Body, Official)
SUBJECT: tuple[type[Model], ...] = (Event, Measure)
Reader = Callable[[Any], Any]
