"""The form field and the filter type of a span of time, such as P14D."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.bind_parameters import BindParam, number_param
from archive.dates.span import EXPECTED, Span
from archive.filters.fields import ValuesField, refused
from archive.filters.filter_types import ArchiveFilter


@dataclass(frozen=True, slots=True)
class SpanValue:
    """Months and days, each a number or a bind parameter."""

    months: int | BindParam
    days: int | BindParam


class SpanField(ValuesField):
    """A span of time in ISO 8601. Cleans to a SpanValue."""

    many = False

    def parse(self, text: str) -> SpanValue:
        try:
            span = Span.parse(text)
        except ValueError as error:
            raise refused(text, EXPECTED) from error
        return SpanValue(span.months, span.days)

    def plan_key(self, texts: list[str]) -> Any:
        self.clean(texts)

    def parameters(self, key: str, texts: list[str]) -> SpanValue:
        return SpanValue(number_param(f"{key}.months"), number_param(f"{key}.days"))

    def bind(self, key: str, texts: list[str]) -> dict[str, Any]:
        span = self.clean(texts)
        return {f"{key}.months": span.months, f"{key}.days": span.days}


class SpanFilter(ArchiveFilter):
    """A span of time."""

    field_class = SpanField
