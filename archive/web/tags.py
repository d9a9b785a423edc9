"""Template tags of the pages: dates, links, and names in their language."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from archive.dates import PartialDate
from archive.filters import FILTERSETS
from archive.text import without_direction as strip_direction

register = template.Library()
_PAGES = {filters._meta.model: kind for kind, filters in FILTERSETS.items() if kind != "speech-acts"}
#: What HTML can read of a date: a year, a month, a day.
_PLAIN = re.compile(r"\d{4}(-\d\d){0,2}")


def address(record: Any) -> str:
    """The record's page; of a speech act, its place on its statement's page."""
    if record._meta.model_name == "speechact":
        return f"{reverse('web:statements', args=[record.statement.slug])}#act-{record.ordinal}"
    return reverse(f"web:{_PAGES[type(record)]}", args=[record.slug])


@register.simple_tag
def link(record: Any) -> str:
    """The record's name as a link to its page; nothing for None."""
    return format_html('<a href="{}"><bdi>{}</bdi></a>', address(record), record) if record is not None else ""


@register.filter
def isolated(text: Any) -> SafeString | str:
    """The text in an element of its own direction, so that it can't turn round what stands beside it."""
    return format_html("<bdi>{}</bdi>", text) if text else ""


@register.filter
def without_direction(text: Any) -> str:
    """The text without characters that turn round what stands after it, for titles, which have no elements."""
    return strip_direction(str(text))


@register.simple_tag
def when(date: Any) -> str:
    """The date in English: as ``<time>`` where HTML has a form for it, else as ``<span>``."""
    if not date:
        return ""
    if _PLAIN.fullmatch(date.text):
        return format_html('<time datetime="{}">{}</time>', date.text, date.display)
    return format_html("<span>{}</span>", date.display)


@register.simple_tag
def until(appointment: Any) -> str:
    """When an appointment ended; where that is not known, the last possible day of the life and of the body."""
    if appointment.end:
        return when(appointment.end)
    lasts = (appointment.official.died_latest, appointment.office.body.existed_latest)
    if known := [day for day in lasts if day is not None]:
        return format_html("at the latest {}", when(PartialDate.parse(min(known).isoformat())))
    return str(appointment.get_end_state_display())


@register.simple_tag
def named(name: Any) -> str:
    """A name, marked with its language and script, so that it is shown and read aloud as what it is."""
    tag = name.language_tag
    return format_html('<bdi lang="{}">{}</bdi>', tag, name.text) if tag else format_html("<bdi>{}</bdi>", name.text)


@register.simple_tag
def subject_of(citation: Any) -> str:
    """What a source is cited for, as a link to where it stands."""
    subject = citation.subject
    match subject._meta.model_name:
        case "measuregood":
            return format_html("{}: <bdi>{}</bdi>", link(subject.measure), subject.name)
        case "outcome":
            return format_html("{} (<bdi>{}</bdi>)", link(subject.speech_act), subject)
        case "relation":
            verb = subject.get_kind_display()
            return format_html("{} {} {}", link(subject.from_event), verb, link(subject.to_event))
        case "participation":
            return format_html("{}: {}", link(subject.event), subject.get_role_display())
        case "appointment":
            holder = '<a href="{}"><bdi>{}</bdi>: <bdi>{}</bdi></a>'
            return format_html(holder, address(subject), subject.official, subject.office)
        case _:
            return link(subject)
