"""Moments as text: in UTC for the APIs; in the admin in the active time zone, with its name and offset.

The active zone is the one that a user of the admin chose (``archive.middleware.locale``). Everywhere else it is UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

#: The cookie with the name of the user's time zone.
COOKIE = "time_zone"
#: The first parts of the names that are places; others are old names and fixed offsets.
AREAS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


@cache
def zone_names() -> tuple[str, ...]:
    """The names of the time zones that can be chosen: UTC and those of places, such as Asia/Seoul."""
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in AREAS))


def zone_of_cookies(cookies: dict[str, str]) -> tzinfo:
    """The time zone that a user of the admin chose; UTC without a choice, and for an unknown name."""
    name = cookies.get(COOKIE, "")
    return ZoneInfo(name) if name and name in zone_names() else UTC


def zone_name() -> str:
    """The name of the active time zone."""
    zone = timezone.get_current_timezone()
    return str(getattr(zone, "key", zone))


def utc_text(moment: datetime) -> str:
    """A moment in ISO 8601 in UTC, as the APIs write it: "2026-11-29T18:56:00Z"."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment_text(moment: datetime) -> str:
    """A moment with the zone and its offset: "2026-11-30 03:56 (Asia/Seoul, UTC+09:00)"."""
    local = timezone.localtime(moment)
    name = zone_name()
    return f"{local:%Y-%m-%d %H:%M} ({name if name == 'UTC' else f'{name}, UTC{_offset(local)}'})"


def time_text(moment: datetime, seconds: bool = False) -> str:
    """A moment for a place that names the zone: "2026-11-30 03:56 +09:00"; without an offset in UTC."""
    local = timezone.localtime(moment)
    offset = "" if zone_name() == "UTC" else f" {_offset(local)}"
    return f"{local:%Y-%m-%d %H:%M:%S}{offset}" if seconds else f"{local:%Y-%m-%d %H:%M}{offset}"


def clock_text(moment: datetime) -> str:
    """The time of day of a moment of today with the zone: "03:56 Asia/Seoul"."""
    return f"{timezone.localtime(moment):%H:%M} {zone_name()}"


def start_of(day: date) -> datetime:
    """The first moment of a day in the active time zone."""
    try:
        return datetime.combine(day, time.min, timezone.get_current_timezone()).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def moment_of(naive: datetime) -> datetime:
    """The moment of a time of the active zone. Raises ValidationError for one that clocks skip, or show twice."""
    zone = timezone.get_current_timezone()
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    try:
        if first.utcoffset() == second.utcoffset():
            return first.astimezone(UTC)
        is_skipped = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive
    except OverflowError as error:
        text = gettext("Got {time}, expected a time between the years 1 and 9999.")
        raise ValidationError(text.format(time=naive.isoformat(" ", "minutes"))) from error
    if is_skipped:
        text = gettext(
            "Got {time}, which no clock shows in {zone}: it goes from UTC{first} to UTC{second} there. Expected a time "
            "before or after that."
        )
    else:
        text = gettext(
            "Got {time}, which clocks show twice in {zone}: at UTC{first} and at UTC{second}. Expected a time before "
            "or after that, or UTC as your time zone."
        )
    values = {"time": naive.isoformat(" ", "minutes"), "zone": zone_name()}
    raise ValidationError(text.format(**values, first=_offset(first), second=_offset(second)))


def _offset(local: datetime) -> str:
    """The offset from UTC as ISO 8601 has it: "+09:00"."""
    return local.isoformat(timespec="minutes")[16:]
