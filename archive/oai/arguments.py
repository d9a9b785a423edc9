"""The arguments of a request: which each verb allows and requires, and the parsing of datestamps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive.exceptions import did_you_mean
from archive.oai.errors import OaiError, bad_argument
from archive.text import closest_match, is_storable

_SECOND = "%Y-%m-%dT%H:%M:%SZ"
_DAY = "%Y-%m-%d"
_MAX_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb's required and optional arguments, and whether a resumption token may take the place of all of them."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    is_resumable: bool = False

    @property
    def allowed(self) -> tuple[str, ...]:
        return (*self.required, *self.optional, *(("resumptionToken",) if self.is_resumable else ()))


_LIST = Verb(("metadataPrefix",), ("from", "until", "set"), is_resumable=True)
VERBS = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb(optional=("identifier",)),
    "ListSets": Verb(is_resumable=True),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
    "GetRecord": Verb(("identifier", "metadataPrefix")),
}


def parse_arguments(params: Mapping[str, list[str]]) -> dict[str, str]:
    """The valid arguments of a request, with its verb. Raises OaiError: badVerb or badArgument."""
    verbs = params.get("verb", [])
    if len(verbs) != 1 or verbs[0] not in VERBS:
        hint = did_you_mean(closest_match(verbs[0], VERBS)) if len(verbs) == 1 else ""
        got = ", ".join(verbs)[:120] or "none"
        raise OaiError("badVerb", f"verb: got '{got}', expected one of {', '.join(VERBS)}.{hint}")
    verb = VERBS[verbs[0]]
    for name, values in params.items():
        if name != "verb" and name not in verb.allowed:
            expected = f"an argument of {verbs[0]}: {', '.join(verb.allowed) or 'none'}"
            raise bad_argument(name[:64], name, expected, closest_match(name, verb.allowed))
        if len(values) != 1:
            raise bad_argument(name, ", ".join(values), "one value, given once")
        if not values[0] and name != "resumptionToken":
            raise bad_argument(name, "nothing", "a value, or the argument left out")
        if len(values[0]) > _MAX_LENGTH or not is_storable(values[0]):
            raise bad_argument(name, values[0].replace("\x00", ""), f"at most {_MAX_LENGTH} characters of text")
    arguments = {name: values[0] for name, values in params.items()}
    if "resumptionToken" in arguments:
        if len(arguments) > 2:
            raise bad_argument("resumptionToken", "other arguments as well", "it as the only argument besides the verb")
        return arguments
    for name in verb.required:
        if name not in arguments:
            raise bad_argument(name, "none", f"a value: {verbs[0]} requires it")
    return arguments


@dataclass(frozen=True, slots=True)
class Period:
    """The bounds of a selective harvest: ``start`` is included, ``end`` is not."""

    start: datetime | None = None
    end: datetime | None = None


def parse_period(start: str | None, end: str | None) -> Period:
    """The period of ``from`` and ``until``, both of which include their day or second. Raises OaiError."""
    if start is not None and end is not None and len(start) != len(end):
        raise bad_argument("until", end, "the granularity of from, either days or seconds")
    first, last = (_parse_datestamp(*pair) for pair in (("from", start), ("until", end)))
    if first and last and first > last:
        raise bad_argument("until", str(end), "a datestamp that is not before from")
    step = timedelta(days=1) if end is not None and len(end) == len("2019-07-04") else timedelta(seconds=1)
    try:
        return Period(first, last + step if last else None)
    except OverflowError:
        return Period(first)


def _parse_datestamp(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    form = _DAY if len(text) == len("2019-07-04") else _SECOND
    try:
        moment = datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        moment = None
    if moment is None or format_datestamp(moment) != (text if form == _SECOND else f"{text}T00:00:00Z"):
        raise bad_argument(name, text, "a UTC datestamp such as 2026-11-23 or 2026-11-23T12:00:00Z")
    return moment


def format_datestamp(moment: datetime) -> str:
    """The datestamp in UTC, at a granularity of seconds (rounded down)."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
