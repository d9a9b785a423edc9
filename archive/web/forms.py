"""Query parameters and filter forms of pages: a few of a collection's filters, by the names of REST and GraphQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, pgettext

from archive.exceptions import ArchiveError, ReadConflictError
from archive.filters import FILTERSETS
from archive.filters.fields import RecordField, is_code
from archive.filters.filter_types import ArchiveFilter
from archive.models import Body
from archive.terms import term
from archive.url_normalization import is_tracking_parameter
from archive.visibility import Viewer

#: The parameter by which ``timeline.js`` asks for the drawn timeline of a page alone, and its only value.
SECTION, TIMELINE = "section", "timeline"
#: The context of the labels of filters in the catalogues of translations.
FILTER = "filter"
#: Page -> the filters that its form has; the URL may contain all others.
FORM_FILTERS = {
    "events": ("q", "date", "country", "classification", "participant", "topic"),
    "speech-acts": ("q", "kind", "country", "addressee_country", "speaker", "addressee", "date"),
    "search": ("q", "date", "country", "topic"),
}


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


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that holds: its label and value, and the address of the page without it."""

    label: str
    value: str
    href: str


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


def without_codes(
    params: Mapping[str, list[str]], collections: Collection[str], user: Viewer
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The parameters with the slugs of states in place of their ISO 3166 codes, and the names of these states by slug.

    Facets, chips and forms know values by their slugs. ``collections`` are those whose filters the parameters are.
    """
    codes = {
        value.strip().upper()
        for name, values in params.items()
        if _takes_bodies(name, collections)
        for value in values
        if is_code(value.strip())
    }
    if not codes:
        return dict(params), {}
    rows = Body.objects.visible_to(user).filter(iso3166__in=codes).values_list("iso3166", "slug", "name")
    states = {code: (slug, name) for code, slug, name in rows}
    replaced = {
        name: list(dict.fromkeys(_slug(value, states) for value in values))
        for name, values in params.items() if _takes_bodies(name, collections)
    }  # fmt: skip
    return {**params, **replaced}, dict(states.values())


def _takes_bodies(name: str, collections: Collection[str]) -> bool:
    """Whether a parameter takes slugs of bodies in all of the collections that have it, and so codes of states."""
    declared = [FILTERSETS[kind].base_filters[name] for kind in collections if name in FILTERSETS[kind].base_filters]
    fields = [item.field for item in declared]
    return bool(fields) and all(isinstance(item, RecordField) and Body in item.models for item in fields)


def _slug(value: str, states: Mapping[str, tuple[str, str]]) -> str:
    return states.get(value.strip().upper(), (value, ""))[0]


def filter_form(page: str, params: Mapping[str, list[str]], labels: Mapping[str, str] | None = None) -> list[FormField]:
    """The fields of a page's form, filled in from the query parameters; ``labels`` are those that differ from names."""
    filters: dict[str, Any] = FILTERSETS["events" if page == "search" else page].base_filters
    return [
        _form_field(name, filter_label(name, labels), filters[name], params.get(name) or [""])
        for name in FORM_FILTERS[page]
    ]


def offer_values(fields: list[FormField], options: Mapping[str, list[tuple[str, str]]], cut: Collection[str]) -> None:
    """Let the text fields of these names choose from values by their labels; those in ``cut`` take others too."""
    for form_field in fields:
        offered = options.get(form_field.name, [])
        if form_field.choices or not offered:
            continue
        if form_field.name in cut:
            form_field.suggestions = offered
            continue
        if form_field.value and form_field.value not in dict(offered):
            offered = [(form_field.value, form_field.value), *offered]
        form_field.choices = [("", gettext("any")), *offered]


def filter_label(name: str, labels: Mapping[str, str] | None = None) -> str:
    """The label of a filter in the language of the page: its name in words, or that of ``labels``."""
    label = {"q": "words", **(labels or {})}.get(name, name.replace("_", " "))
    return pgettext(FILTER, label)


def filter_chips(
    params: Mapping[str, list[str]], address: Callable[..., str], names: Mapping[str, str], labels: Mapping[str, str]
) -> list[Chip]:
    """A chip for each value of the parameters; ``names`` are those of records, and texts of other values."""
    return [
        Chip(
            filter_label(name, labels),
            _chip_text(name, value, names),
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


def error_messages(error: ArchiveError) -> list[str]:
    """The error's problems, or itself, as sentences for HTML, which can't contain a null byte."""
    sentences = [problem.sentence() for problem in error.problems] or [str(error)]
    return [sentence.replace("\x00", "\\x00") for sentence in sentences]


def error_status(error: ArchiveError) -> int:
    """The HTTP status of a page with the error's messages."""
    return 409 if isinstance(error, ReadConflictError) else 400
