"""Template tags and filters: dates, links to records, names in their language, and text direction."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archive.dates import PartialDate
from archive.filters import FILTERSETS
from archive.filters.fields import RecordField
from archive.labels import part_label
from archive.models import Appointment, Name, SpeechAct
from archive.models.speech_act import MAX_TEXT, has_english_text
from archive.page_language import active_tag, record_tag
from archive.registry import ACTS_PER_PAGE, page_names
from archive.terms import date_in_words, field_label, record_type, term
from archive.text import beginning, strip_direction_marks, web_address

register = template.Library()
register.filter("part_label", part_label)
register.filter("term", term)
register.filter("record_type", record_type)
register.filter("field_label", field_label)
#: Model -> the URL name of its page.
_PAGE_NAMES = page_names()
#: The dates that ``<time datetime>`` allows: a year, a month, a day.
_HTML_DATE = re.compile(r"\d{4}(-\d\d){0,2}")


@register.filter
def page_url(record: Any) -> str:
    """The URL of the record's page; for a speech act, its fragment of the page of the statement that has it."""
    if record._meta.model_name == "speechact":
        first = (record.ordinal - 1) // ACTS_PER_PAGE * ACTS_PER_PAGE + 1
        query = f"?from_act={first}" if first > 1 else ""
        return f"{reverse('web:statements', args=[record.statement.slug])}{query}#act-{record.ordinal}"
    return reverse(f"web:{_PAGE_NAMES[type(record)]}", args=[record.slug])


@register.simple_tag
def link(record: Model) -> str:
    """The record's name as a link to its page; empty for None."""
    if record is None:
        return ""
    label = act_label(record) if isinstance(record, SpeechAct) else record_name(record)
    return format_html('<a href="{}">{}</a>', page_url(record), label)


def act_label(act: SpeechAct) -> SafeString:
    """The kind of a speech act in the language of the page, and the beginning of its words."""
    return format_html(
        "{}: <bdi{}>{}</bdi>",
        term(act.get_kind_display()),
        words_lang(act),
        beginning(act.text, MAX_TEXT).removesuffix("."),
    )


@register.filter
def grouped(number: int) -> str:
    """The number with its thousands grouped, as drawings have it."""
    return f"{number:,}"


@register.filter
def record_name(name: object) -> SafeString | str:
    """The name of a record, or another text of it in English, in ``<bdi>``, with its language on other pages."""
    return format_html("<bdi{}>{}</bdi>", record_lang(), name) if name else ""


@register.simple_tag
def record_lang() -> SafeString:
    """The attribute ``lang`` of an element with a record's name or summary; empty on English pages."""
    return _lang(record_tag())


@register.filter
def words_lang(act: SpeechAct) -> SafeString:
    """The attribute ``lang`` of an element with a speech act's text; empty if that of the page holds, or none is known.

    Words that are quoted or translated are in the statement's language, a paraphrase is in English.
    """
    if has_english_text(act.form, act.translation):
        return record_lang()
    return text_lang(act.statement.language)


@register.filter
def text_lang(language: str) -> SafeString:
    """The attribute ``lang`` of an element with a text in a language; empty for that of the page, and for none."""
    return _lang("" if language == active_tag() else language)


@register.simple_tag
def value_lang(name: str) -> SafeString:
    """The attribute ``lang`` of an element with the label of a filter's value: names of records are in English."""
    return record_lang() if _takes_records(name) else SafeString("")


@cache
def _takes_records(name: str) -> bool:
    declared = [filterset.base_filters[name] for filterset in FILTERSETS.values() if name in filterset.base_filters]
    return any(isinstance(item.field, RecordField) for item in declared)


def _lang(tag: str) -> SafeString:
    return format_html(' lang="{}"', tag) if tag else SafeString("")


@register.filter
def isolated(text: str) -> SafeString | str:
    """The text in ``<bdi>``, so that its direction does not change that of the text around it."""
    return format_html("<bdi>{}</bdi>", text) if text else ""


@register.filter
def web_link(address: str) -> SafeString | str:
    """The address as a link, or as text if it is none of the web."""
    if not web_address(address):
        return address
    return format_html('<a href="{}" rel="noreferrer">{}</a>', address, address)


@register.filter
def without_direction(text: str) -> str:
    """The text without characters that change direction, for titles, which allow no elements; safe text stays safe."""
    stripped = strip_direction_marks(str(text))
    return SafeString(stripped) if isinstance(text, SafeString) else stripped


@register.simple_tag
def when(date: PartialDate | None) -> str:
    """The date in words, in ``<time>`` if HTML allows its value, else in ``<span>``."""
    if not date:
        return ""
    if _HTML_DATE.fullmatch(date.text):
        return format_html('<time datetime="{}">{}</time>', date.text, date_in_words(date))
    return format_html("<span>{}</span>", date_in_words(date))


@register.simple_tag
def day_in_words(day: date) -> str:
    """A calendar day in words."""
    return date_in_words(PartialDate.parse(day.isoformat()))


@register.simple_tag
def until(appointment: Appointment) -> str:
    """The end of an appointment; if unknown, the last day on which the official lived and the body existed."""
    if appointment.end:
        return when(appointment.end)
    if appointment.last_possible:
        return format_html(gettext("at the latest {}"), when(PartialDate.parse(appointment.last_possible.isoformat())))
    return term(appointment.get_end_state_display())


@register.simple_tag
def named(name: Name) -> str:
    """A name with its language and script as ``lang``, for fonts and screen readers."""
    tag = name.language_tag
    return format_html('<bdi lang="{}">{}</bdi>', tag, name.text) if tag else format_html("<bdi>{}</bdi>", name.text)


@register.simple_tag
def subject_of(citation: Any) -> str:
    """The record or part that a source is cited for, as a link to its page."""
    subject = citation.subject
    match subject._meta.model_name:
        case "measuregood":
            return format_html("{}: {}", link(subject.measure), record_name(subject.name))
        case "outcome":
            kind, day = term(subject.get_kind_display()), date_in_words(subject.date)
            return format_html("{} (<bdi>{} ({})</bdi>)", link(subject.speech_act), kind, day)
        case "relation":
            verb, (first, second) = term(subject.get_kind_display()), (link(subject.from_event), link(subject.to_event))
            return format_html(gettext("{first} {verb} {second}"), first=first, verb=verb, second=second)
        case "participation":
            return format_html("{}: {}", link(subject.event), term(subject.get_role_display()))
        case "appointment":
            holder = '<a href="{}">{}: {}</a>'
            names = record_name(subject.official), record_name(subject.office)
            return format_html(holder, page_url(subject), *names)
        case _:
            return link(subject)
