"""Form fields of the filters, with errors in parts (got, expected, suggestion) for the doors to show.

A field cleans a parameter's texts to a value, or gives bind parameters in place of the value for a query that is
compiled once (``archive.filters.prepared_query``): ``plan_key``, ``parameters``, ``bind`` and ``must_exist``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, TextChoices
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.bind_parameters import BindParam, DateParameters, date_param, datetime_param, number_param, text_param
from archive.countries import country_code
from archive.dates import PartialDate, PartialDateError
from archive.dates.span import EXPECTED as EXPECTED_SPAN
from archive.dates.span import Span
from archive.exceptions import ArchiveError, Problem, printable
from archive.models import Body, Event, Measure, Official
from archive.sql.query import replaces_merged_slugs
from archive.sql.references import RefsById, RefsByModel, RefsBySlug
from archive.sql.slugs import best_slugs, ranked_slugs, redirected_records
from archive.terms import either, one_of, record_type, term
from archive.text import boolean, closest_match, is_storable
from archive.visibility import Viewer, sees_drafts, visible_records

MAX_VALUES = 100
_EXPECTED_PAST = _("a moment that is past, such as 2026-08-01T00:00Z, or a day, which stands for its beginning")
#: The models of a party, and of what a statement is about.
PARTY: tuple[type[Model], ...] = (Body, Official)
SUBJECT: tuple[type[Model], ...] = (Event, Measure)


def refused(got: str, expected: str, suggestion: str = "") -> ValidationError:
    """A ValidationError with the parts of an ``archive.exceptions.Problem`` as params."""
    return ValidationError(
        _("got '%(got)s', expected %(expected)s."),
        code="refused",
        params={"got": printable(got), "expected": expected, "suggestion": suggestion},
    )


class ValuesWidget(forms.Widget):
    """All non-blank values of a parameter."""

    def value_from_datadict(self, data: Any, files: object, name: str) -> list[str]:
        return [value for value in data.getlist(name) if value.strip()]


class ValuesField(forms.Field):
    """Base: texts without null bytes. ``many``: whether the parameter may be repeated."""

    widget = ValuesWidget
    many = True
    #: Set by the FilterSet before cleaning.
    user: Viewer = None

    def clean(self, value: list[str]) -> Any:
        if not value:
            return None
        self.check(value)
        return self.read(value) if self.many else self.parse(value[0].strip())

    def check(self, texts: list[str]) -> None:
        """Checks that hold for values of every field. Raises ValidationError."""
        if not self.many and len(texts) > 1:
            raise refused(", ".join(texts), gettext("one value, given once"))
        if len(texts) > MAX_VALUES:
            raise refused(
                gettext("{count} values").format(count=len(texts)), gettext("at most {count}").format(count=MAX_VALUES)
            )
        for text in texts:
            if not is_storable(text):
                raise refused(text, gettext("text without null characters or halves of surrogate pairs"))

    def read(self, texts: list[str]) -> Any:
        return [self.parse(text.strip()) for text in texts]

    def parse(self, text: str) -> Any:
        return text

    def plan_key(self, texts: list[str]) -> Any:
        """The part of the values that decides the SQL; by default all of it. Raises ValidationError."""
        self.clean(texts)
        return tuple(texts)

    def parameters(self, key: str, texts: list[str]) -> Any:
        """The result of ``clean`` with bind parameters, whose keys begin with ``key``, for the rest of the values."""
        return self.clean(texts)

    def bind(self, key: str, texts: list[str]) -> dict[str, Any]:
        """The values of those bind parameters. Raises ValidationError."""
        return {}

    def must_exist(self, key: str, texts: list[str]) -> list[list[Any]]:
        """Groups of querysets over the bind parameters; ``clean`` fails if a group has no row."""
        return []


class DateField(ValuesField):
    """An EDTF date."""

    many = False

    def parse(self, text: str) -> PartialDate:
        try:
            return PartialDate.parse(text)
        except PartialDateError as error:
            raise refused(text, error.expectation, error.suggestion) from error

    def plan_key(self, texts: list[str]) -> Any:
        day = self.clean(texts)
        return day.earliest is None, day.latest is None

    def parameters(self, key: str, texts: list[str]) -> DateParameters:
        no_start, no_end = self.plan_key(texts)
        return DateParameters(
            earliest=None if no_start else date_param(f"{key}.from"),
            latest=None if no_end else date_param(f"{key}.to"),
            last_sort=None if no_end else number_param(f"{key}.last"),
            first_sort=None if no_start else number_param(f"{key}.first"),
            year_before=None if no_start else number_param(f"{key}.year_before"),
        )

    def bind(self, key: str, texts: list[str]) -> dict[str, Any]:
        day = self.clean(texts)
        return {
            f"{key}.from": day.earliest, f"{key}.to": day.latest, f"{key}.last": day.last_sort,
            f"{key}.first": day.first_sort, f"{key}.year_before": day.year_before,
        }  # fmt: skip


class DateTimeField(ValuesField):
    """A datetime (ISO 8601, without a time zone UTC), or a date, which stands for its first moment in UTC."""

    many = False

    def parse(self, text: str) -> datetime:
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
                raise refused(text, gettext("a moment such as 2026-11-23T12:00:00Z, or a day"))
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        try:
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except OverflowError as error:
            raise refused(text, gettext("a moment in the years 1 to 9999 (UTC)")) from error

    def plan_key(self, texts: list[str]) -> Any:
        self.clean(texts)

    def parameters(self, key: str, texts: list[str]) -> BindParam:
        return datetime_param(key)

    def bind(self, key: str, texts: list[str]) -> dict[str, Any]:
        return {key: self.clean(texts)}


def parse_past_moment(name: str, text: str) -> datetime | None:
    """The moment of ``as_of`` or another parameter, as every door parses it; None for a blank text.

    Raises ArchiveError.
    """
    if not text.strip():
        return None
    try:
        moment: datetime = DateTimeField(required=False).clean([text])
    except ValidationError as error:
        raise ArchiveError([Problem(name, text[:64].replace("\x00", "\\x00"), str(_EXPECTED_PAST))]) from error
    if moment > timezone.now():
        raise ArchiveError([Problem(name, text[:64], str(_EXPECTED_PAST))])
    return moment


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
            raise refused(text, str(EXPECTED_SPAN)) from error
        return SpanValue(span.months, span.days)

    def plan_key(self, texts: list[str]) -> Any:
        self.clean(texts)

    def parameters(self, key: str, texts: list[str]) -> SpanValue:
        return SpanValue(number_param(f"{key}.months"), number_param(f"{key}.days"))

    def bind(self, key: str, texts: list[str]) -> dict[str, Any]:
        span = self.clean(texts)
        return {f"{key}.months": span.months, f"{key}.days": span.days}


class BooleanField(ValuesField):
    """True or false."""

    many = False

    def parse(self, text: str) -> bool:
        if (value := boolean(text)) is None:
            raise refused(text, gettext("true or false"))
        return value


class ChoicesField(ValuesField):
    """Words of a vocabulary, any of them."""

    def __init__(self, *, vocabulary: type[TextChoices], **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(**kwargs)

    def parse(self, text: str) -> str:
        values = [str(value) for value in self.vocabulary.values]
        if text not in values:
            raise refused(text, self._expected(text, values), closest_match(text.lower(), values))
        return text

    def _expected(self, text: str, values: list[str]) -> str:
        """The words of the vocabulary; for the code of a country also the parameter that it is a value of."""
        code = country_code(text) if len(text) in (2, 3) and text.isalpha() else None
        if code is None:
            return one_of(values)
        return gettext("{words}; a country is asked for with country={code}").format(words=one_of(values), code=code)


class OrderField(ValuesField):
    """One order of a list, descending with a minus sign in front."""

    many = False

    def __init__(self, *, orders: list[str], **kwargs: Any) -> None:
        self.orders = [*orders, *(f"-{order}" for order in orders)]
        super().__init__(**kwargs)

    def parse(self, text: str) -> str:
        if text not in self.orders:
            is_descending = text.startswith("-") or text.endswith("desc")
            name = text.removesuffix("desc").rstrip("_ :")
            suggestion = closest_match(name, [order for order in self.orders if order.startswith("-") == is_descending])
            raise refused(text, one_of(self.orders), suggestion)
        return text

    def plan_key(self, texts: list[str]) -> Any:
        return self.clean(texts)


class RecordField(ValuesField):
    """Slugs of visible records (of a state also its ISO code). Cleans to RefsByModel.

    The slug of a merged record stands for the record that it was merged into.
    """

    def __init__(self, *, models: tuple[type[Model], ...], **kwargs: Any) -> None:
        self.models = models
        super().__init__(**kwargs)

    def visible(self, model: type[Model]) -> Any:
        return visible_records(model, self.user)

    def read(self, texts: list[str]) -> RefsByModel:
        wanted = {text.strip() for text in texts}
        ids_by_model: dict[type[Model], set[int]] = {}
        matched: set[str] = set()
        for model in self.models:
            matches = self._matches(model, wanted)
            ids_by_model[model] = {pk for pk, _ in matches}
            matched.update(text for _, text in matches)
        if wanted - matched:
            for model, targets in self._merge_targets(wanted).items():
                ids_by_model[model].update(record.pk for record in targets.values())
                matched.update(targets)
        for text in sorted(wanted - matched):
            raise refused(text, self._expected(), self._suggestion(text))
        return {_model_name(model): RefsById(ids) for model, ids in ids_by_model.items()}

    def _matches(self, model: type[Model], wanted: set[str]) -> list[tuple[int, str]]:
        """Primary keys of the visible records, each with the text that names it."""
        rows = self.visible(model)
        matches = list(rows.filter(slug__in=wanted).values_list("pk", "slug"))
        codes = [text for text in wanted if is_code(text)] if model is Body else []
        coded = rows.filter(iso3166__in={text.upper() for text in codes}).values_list("pk", "iso3166") if codes else ()
        return matches + [(pk, text) for pk, code in coded for text in codes if text.upper() == code]

    def _merge_targets(self, slugs: Iterable[str]) -> dict[type[Model], dict[str, Any]]:
        """By model the merged records' slugs among these, each with the record that it leads to."""
        with_drafts = sees_drafts(self.user)
        return {model: redirected_records(self.visible(model), slugs, with_drafts=with_drafts) for model in self.models}

    # A compiled query looks each slug up by a subquery: its SQL does not depend on the records of the moment.

    def plan_key(self, texts: list[str]) -> Any:
        self.check(texts)
        return tuple(is_code(text) for text in _distinct(texts))

    def parameters(self, key: str, texts: list[str]) -> RefsByModel:
        return {
            _model_name(model): RefsBySlug(
                [
                    rows
                    for number, text in enumerate(_distinct(texts))
                    for rows in self._lookups(model, f"{key}.{number}", text)
                ]
            )
            for model in self.models
        }

    def bind(self, key: str, texts: list[str]) -> dict[str, Any]:
        numbered = {f"{key}.{number}": text for number, text in enumerate(_distinct(texts))}
        targets = self._merge_targets(numbered.values()) if replaces_merged_slugs() else {}
        values = {f"{name}.code": text.upper() for name, text in numbered.items()}
        for model in self.models:
            slugs = {old: record.slug for old, record in targets.get(model, {}).items()}
            values |= {_slug_key(name, model): slugs.get(text, text) for name, text in numbered.items()}
        return values

    def must_exist(self, key: str, texts: list[str]) -> list[list[Any]]:
        return [
            [rows for model in self.models for rows in self._lookups(model, f"{key}.{number}", text)]
            for number, text in enumerate(_distinct(texts))
        ]

    def _lookups(self, model: type[Model], key: str, text: str) -> list[Any]:
        """Querysets by slug and by ISO code over bind parameters, each of at most one visible record."""
        rows = self.visible(model)
        lookups = [rows.filter(slug=text_param(_slug_key(key, model)))]
        if model is Body and is_code(text):
            lookups.append(rows.filter(iso3166=text_param(f"{key}.code")))
        return lookups

    def _expected(self) -> str:
        kinds = either(record_type(model._meta.verbose_name) for model in self.models)
        if Body in self.models:
            return gettext("the slug of a known {kind}, or a state's ISO 3166 code").format(kind=kinds)
        return gettext("the slug of a known {kind}").format(kind=kinds)

    def _suggestion(self, text: str) -> str:
        ranked = [candidate for model in self.models for candidate in ranked_slugs(self.visible(model), text)]
        return ", ".join(best_slugs(ranked))


class CountryField(RecordField):
    """States, by slug or ISO code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(models=(Body,), **kwargs)

    def visible(self, model: type[Model]) -> Any:
        return super().visible(model).filter(kind="state")

    def _expected(self) -> str:
        return gettext("the slug of a known {kind}, or a state's ISO 3166 code").format(kind=term("state"))


def is_code(text: str) -> bool:
    """Whether a text has the form of a state's ISO 3166 code."""
    return len(text) in (2, 4) and text.isascii() and text.isalpha()


def _distinct(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in texts))


def _slug_key(key: str, model: type[Model]) -> str:
    """The bind parameter of a slug: of two records with the same slug only the one may be merged."""
    return f"{key}.{_model_name(model)}"


def _model_name(model: type[Model]) -> str:
    return str(model._meta.model_name)
