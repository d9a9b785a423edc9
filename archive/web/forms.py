"""Query parameters and filter forms of pages: a few of a collection's filters, by the names of REST and GraphQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, pgettext

from archive.exceptions import ArchiveError, Problem, ReadConflictError, did_you_mean
from archive.filters import FILTERSETS
from archive.filters.filter_types import ArchiveFilter, BooleanFilter
from archive.terms import term
from archive.url_normalization import is_tracking_parameter

#: The parameter by which scripts ask for a part of a page alone: the drawn timeline, or the drawings of a record.
SECTION, TIMELINE, DRAWINGS = "section", "timeline", "drawings"
#: The context of the labels of filters in the catalogues of translations.
FILTER = "filter"
#: Page -> the filters that its form has; the URL may contain all others.
FORM_FILTERS = {
    "events": ("q", "date", "country", "classification", "participant", "topic"),
    "speech-acts": ("q", "kind", "country", "addressee_country", "speaker", "addressee", "date", "topic"),
    "search": ("q", "date", "country", "topic"),
}
#: Filter -> the values that it may have with their labels.
Options = Mapping[str, list[tuple[str, str]]]


@dataclass(slots=True)
class FormField:
    """One field of the form; ``choices`` are (value, label) pairs, empty for a text field.

    A text field may have ``suggestions``, as many pairs as there is room for.
    """

    name: str
    label: str
    help: str
    value: str
    choices: list[tuple[str, str]]
    type: str = "text"
    suggestions: list[tuple[str, str]] = field(default_factory=list)
    #: What is wrong with the value, as a sentence.
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that holds: its label and value, and the address of the page without it."""

    name: str
    label: str
    value: str
    href: str

    @property
    def title(self) -> str:
        """The filter in the title of the page: its value, of yes or no also what it is about."""
        if not _is_boolean(self.name):
            return self.value
        return self.label if self.value == "true" else f"{self.label}: {self.value}"


@cache
def _is_boolean(name: str) -> bool:
    declared = (filterset.base_filters.get(name) for filterset in FILTERSETS.values())
    return any(isinstance(item, BooleanFilter) for item in declared)


def query_params(request: HttpRequest) -> dict[str, list[str]]:
    """The query parameters that are not blank: browsers send the empty fields of a form too.

    Those that other sites add to shared links are left out, and the one that asks for a section.
    """
    present = {
        name: [value for value in values if value.strip()]
        for name, values in request.GET.lists()
        if not is_tracking_parameter(name) and not (name == SECTION and values == [TIMELINE])
    }
    return {name: values or [""] for name, values in present.items() if values or name == ""}


def filter_form(page: str, params: Mapping[str, list[str]], labels: Mapping[str, str] | None = None) -> list[FormField]:
    """The fields of a page's form, filled in from the query parameters; ``labels`` are those that differ from names."""
    filters: dict[str, Any] = FILTERSETS["events" if page == "search" else page].base_filters
    return [
        _form_field(name, filter_label(name, labels), filters[name], params.get(name) or [""])
        for name in FORM_FILTERS[page]
    ]


def offer_values(
    fields: list[FormField], options: Options, cut: Collection[str], names: Mapping[str, Mapping[str, str]]
) -> None:
    """Let the text fields of these names choose from values by their labels; those in ``cut`` take others too.

    ``names`` are the labels of the values that the fields have.
    """
    for form_field in fields:
        value, label = form_field.value, names.get(form_field.name, {}).get(form_field.value, form_field.value)
        offered = options.get(form_field.name)
        if form_field.choices or offered is None:
            continue
        if form_field.name in cut:
            form_field.suggestions = offered
            continue
        if value and value not in dict(offered):
            offered = [(value, label), *offered]
        form_field.choices = [("", gettext("any")), *offered]


def filter_label(name: str, labels: Mapping[str, str] | None = None) -> str:
    """The label of a filter in the language of the page: its name in words, or that of ``labels``."""
    label = {"q": "words", **(labels or {})}.get(name, name.replace("_", " "))
    return pgettext(FILTER, label)


def filter_chips(
    params: Mapping[str, list[str]],
    address: Callable[..., str],
    names: Mapping[str, Mapping[str, str]],
    labels: Mapping[str, str],
) -> list[Chip]:
    """A chip for each value of the parameters; ``names`` are the labels of a parameter's values."""
    return [
        Chip(
            name,
            filter_label(name, labels),
            _chip_text(name, value, names.get(name, {})),
            address(**{name: [other for other in values if other != value]}),
        )
        for name, values in params.items() for value in values
    ]  # fmt: skip


def _chip_text(name: str, value: str, names: Mapping[str, str]) -> str:
    text = value if name == "q" else names.get(value) or term(value.replace("_", " "))
    return text.replace("\x00", "")


def hidden_fields(params: Mapping[str, list[str]], names: Collection[str]) -> list[tuple[str, str]]:
    """The parameters that a form has no field for, or one field for several values."""
    return [
        (name.replace("\x00", ""), value.replace("\x00", ""))
        for name, values in params.items()
        if name.strip("\x00") and name not in ("at", "cursor") and (name not in names or len(values) > 1)
        for value in values
    ]


def messages() -> Iterator[tuple[str | None, str]]:
    """(context, text) of the labels of all filters and the help of all forms, for the catalogues."""
    for filterset in FILTERSETS.values():
        yield from ((FILTER, "words" if name == "q" else name.replace("_", " ")) for name in filterset.base_filters)
    for page, names in FORM_FILTERS.items():
        filters: dict[str, Any] = FILTERSETS["events" if page == "search" else page].base_filters
        yield from ((None, str(filters[name].extra["help_text"])) for name in names)
    yield from ((FILTER, label) for label in ("who", "from whom", "show"))


def _form_field(name: str, label: str, declared: ArchiveFilter, values: list[str]) -> FormField:
    vocabulary = getattr(declared, "vocabulary", None)
    # The form has one value per field; the URL may have several.
    value = values[0].replace("\x00", "") if len(values) == 1 else ""
    choices = (
        [("", gettext("any")), *((value, term(label)) for value, label in vocabulary.choices)] if vocabulary else []
    )
    return FormField(name, label, gettext(declared.extra["help_text"]), value, choices)


def error_messages(error: ArchiveError, labels: Mapping[str, str] | None = None) -> list[str]:
    """The error's problems, or itself, as sentences for HTML, which can't contain a null byte.

    Filters have the labels of the form, of which ``labels`` are those that differ from names.
    """
    sentences = [_with_label(problem, labels).sentence() for problem in error.problems] or [str(error)]
    return [sentence.replace("\x00", "\\x00") for sentence in sentences]


def show_problems(error: ArchiveError, fields: Sequence[FormField]) -> list[str]:
    """Puts the error's problems to their fields, with the labels of these, and returns the sentences of the others."""
    by_name = {form_field.name: form_field for form_field in fields}
    others = []
    for problem in error.problems:
        if (form_field := by_name.get(problem.field)) is None:
            others.append(problem)
        elif not form_field.problem:
            form_field.problem = _sentence(problem, form_field).replace("\x00", "\\x00")
    if not error.problems:
        return error_messages(error)
    return error_messages(ArchiveError(others)) if others else []


def _sentence(problem: Problem, form_field: FormField) -> str:
    """The problem in the words of the form, whose help has examples of dates."""
    if "EDTF" not in problem.expected or not form_field.help:
        return replace(problem, field=form_field.label).sentence()
    example = f"{form_field.help[:1].lower()}{form_field.help[1:]}"
    text = gettext("'{got}' is not a date. Expected: {example}.").format(got=problem.got, example=example)
    return text + did_you_mean(problem.suggestion)


def _with_label(problem: Problem, labels: Mapping[str, str] | None) -> Problem:
    is_filter = any(problem.field in filterset.base_filters for filterset in FILTERSETS.values())
    if not is_filter or problem.got == problem.field:
        return problem  # a parameter of the page, or one that it does not have
    label = filter_label(problem.field, labels)
    return replace(problem, field=f"{label[:1].upper()}{label[1:]}")


def error_status(error: ArchiveError) -> int:
    """The HTTP status of a page with the error's messages."""
    return 409 if isinstance(error, ReadConflictError) else 400
