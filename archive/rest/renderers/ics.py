"""iCalendar renderer (RFC 5545): dated records as all-day events that last as long as their date.

Records without a date and with one less precise than a month are left out: the 1950s would cover each day of ten
years. Intervals with precise ends are rendered, however long they are.

A calendar must have a component (RFC 5545, 3.6). Without events it has the time zone UTC, which shows nothing, so that
a subscription to a list that is empty today stays valid; a refusal would end it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration

from archive.dates import PartialDate
from archive.rest.renderers.context import RenderContext, Rows

_COMMON_FIELDS = ("slug", "name", "summary", "topics.name", "updated_at")
FIELDS: dict[str, tuple[str, ...]] = {
    "events": (*_COMMON_FIELDS, "date", "place"),
    "measures": (*_COMMON_FIELDS, "in_force"),
    "statements": (*_COMMON_FIELDS, "date"),
}
#: Days that a date, or an end of an interval, may span.
_MAX_DAYS = 31
_END = b"END:VCALENDAR\r\n"


def render(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    calendar = Calendar()
    calendar.add("prodid", "-//Chancery//Archive//EN")
    calendar.add("version", "2.0")
    calendar.add("refresh-interval", vDuration(timedelta(days=1)), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(timedelta(days=1)))
    calendar.add("x-wr-calname", f"{context.title} · Chancery")
    calendar.add("x-wr-caldesc", "Records without a date, or with one less exact than a month, are left out.")
    chunks = _event_chunks(context, pages)
    first_chunk = next(chunks, b"")
    if first_chunk:
        calendar.add("method", "PUBLISH")  # requires an event (RFC 5546, 3.2.1)
    else:
        calendar.add_component(_utc())
    yield calendar.to_ical().removesuffix(_END) + first_chunk
    yield from chunks
    yield _END


def _event_chunks(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    """The events of each page that has some."""
    for rows in pages:
        events = (_event(context, msgspec.json.decode(row)) for row in rows)
        if chunk := b"".join(event.to_ical() for event in events if event is not None):
            yield chunk


def _utc() -> Timezone:
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 (a local time, as RFC 5545 requires)
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    standard.add("tzname", "UTC")
    timezone = Timezone()
    timezone.add("tzid", "Etc/UTC")
    timezone.add_component(standard)
    return timezone


def _event(context: RenderContext, row: dict[str, Any]) -> Event | None:
    period = row.get("date") or row.get("in_force")
    if period is None or not _is_precise(PartialDate.parse(period["text"])):
        return None
    start, end = _start_and_end(period)
    event = Event()
    event.add("uid", context.tag_uri(context.collection, row["slug"]))
    event.add("dtstamp", datetime.fromisoformat(row["updated_at"]))
    event.add("dtstart", start)
    if end is not None:
        event.add("dtend", end)
    is_single_day = period["earliest"] == period["latest"]
    event.add("summary", row["name"] if is_single_day else f"{row['name']} ({period['display']})")
    event.add("url", context.page_url(row["slug"]))
    event.add("transp", "TRANSPARENT")
    for name, value in (("description", row["summary"]), ("location", row.get("place"))):
        if value:
            event.add(name, value)
    if row["topics"]:
        event.add("categories", [topic["name"] for topic in row["topics"]])
    return event


def _is_precise(day: PartialDate) -> bool:
    if day.precision != "interval":
        return _day_count(day.earliest, day.latest) <= _MAX_DAYS
    start, end = day.certain_from or day.earliest, day.certain_until or day.latest
    return max(_day_count(day.earliest, start), _day_count(end, day.latest)) <= _MAX_DAYS


def _day_count(first: date | None, last: date | None) -> int:
    """The number of days from first to last; 0 if one is open or unknown."""
    return 0 if first is None or last is None else (last - first).days + 1


def _start_and_end(period: dict[str, Any]) -> tuple[date, date | None]:
    """The first day, and the day after the last: iCalendar's DTEND is exclusive. None if an end is open or unknown."""
    first = date.fromisoformat(period["earliest"] or period["latest"])
    last = date.fromisoformat(period["latest"]) if period["earliest"] and period["latest"] else None
    return first, None if last is None or last >= date.max else last + timedelta(days=1)
