"""iCalendar renderer (RFC 5545): dated records as all-day events that last as long as their date.

Records without a date and with one less precise than a month are left out: the 1950s would cover each day of ten
years. Intervals with precise ends are rendered, however long they are.

A calendar must have a component (RFC 5545, 3.6). Without events it has the time zone UTC, which shows nothing, so that
a subscription to a list that is empty today stays valid; a refusal would end it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from icalendar import Calendar, Timezone, TimezoneStandard, vDuration

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
        if chunk := "".join(event for event in events if event is not None):
            yield chunk.encode()


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


def _event(context: RenderContext, row: dict[str, Any]) -> str | None:
    """The lines of a record's event; None for one without a precise date.

    They are written here, not by icalendar's components, which take ten times as long: a calendar has every row.
    """
    period = row.get("date") or row.get("in_force")
    if period is None or not _is_precise(period):
        return None
    start, end = _start_and_end(period)
    is_single_day = period["earliest"] == period["latest"]
    changed = datetime.fromisoformat(row["updated_at"]).astimezone(UTC).isoformat()[:19]
    values = [
        ("SUMMARY:", row["name"] if is_single_day else f"{row['name']} ({period['display']})"),
        ("UID:", context.tag_uri(context.collection, row["slug"])),
        ("DESCRIPTION:", row["summary"]), ("LOCATION:", row.get("place") or ""),
    ]  # fmt: skip
    summary, uid, description, place = (
        _folded(f"{name}{_escaped(value)}\r\n") if value else "" for name, value in values
    )
    topics = ",".join(_escaped(topic["name"]) for topic in row["topics"])
    categories = _folded(f"CATEGORIES:{topics}\r\n") if topics else ""
    last = f"DTEND;VALUE=DATE:{_compact(end)}\r\n" if end is not None else ""
    url = _folded(f"URL:{context.page_url(row['slug'])}\r\n")
    return (
        f"BEGIN:VEVENT\r\n{summary}DTSTART;VALUE=DATE:{_compact(start)}\r\n{last}"
        f"DTSTAMP:{changed.replace('-', '').replace(':', '')}Z\r\n{uid}{categories}{description}{place}"
        f"TRANSP:TRANSPARENT\r\n{url}END:VEVENT\r\n"
    )


#: What has a meaning in a text (RFC 5545, 3.3.11), and line ends.
_ESCAPED = re.compile(r"\r\n|[\\;,\r\n]")
#: Octets of a line without its end; that of a continuation has a space before them (RFC 5545, 3.1).
_LINE_OCTETS = 74
_BACKSLASH = 0x5C


def _escaped(text: str) -> str:
    return _ESCAPED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return "\\n" if match[0][0] in "\r\n" else f"\\{match[0]}"


def _compact(day: date) -> str:
    """The date as iCalendar has it. ``strftime`` writes years before 1000 with fewer than four digits."""
    return day.isoformat().replace("-", "")


def _folded(line: str) -> str:
    """The line, which ends with CRLF, in lines that are short enough, cut between characters and escapes."""
    if len(line) * 4 <= _LINE_OCTETS or len(data := line[:-2].encode()) <= _LINE_OCTETS:
        return line
    pieces, start = [], 0
    while len(data) - start > _LINE_OCTETS:
        end = start + _LINE_OCTETS
        while data[end] & 0xC0 == 0x80:  # within a character of UTF-8
            end -= 1
        if data[end - 1] == _BACKSLASH:
            end -= 1
        pieces.append(data[start:end])
        start = end
    return b"\r\n ".join([*pieces, data[start:]]).decode() + "\r\n"


def _is_precise(period: dict[str, Any]) -> bool:
    if "/" not in period["text"]:
        return _day_count(_day(period["earliest"]), _day(period["latest"])) <= _MAX_DAYS
    day = PartialDate.parse(period["text"])
    start, end = day.certain_from or day.earliest, day.certain_until or day.latest
    return max(_day_count(day.earliest, start), _day_count(end, day.latest)) <= _MAX_DAYS


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _day_count(first: date | None, last: date | None) -> int:
    """The number of days from first to last; 0 if one is open or unknown."""
    return 0 if first is None or last is None else (last - first).days + 1


def _start_and_end(period: dict[str, Any]) -> tuple[date, date | None]:
    """The first day, and the day after the last: iCalendar's DTEND is exclusive. None if an end is open or unknown."""
    first = date.fromisoformat(period["earliest"] or period["latest"])
    last = date.fromisoformat(period["latest"]) if period["earliest"] and period["latest"] else None
    return first, None if last is None or last >= date.max else last + timedelta(days=1)
