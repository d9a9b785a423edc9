"""Counts computed record by record in Python, with which those of the compiled statement are compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

from archive.dates import PartialDate
from archive.filters import FILTERSETS
from archive.models import Body, Official, SpeechAct, Statement, Topic
from archive.sql.act_states import act_state

ONE_DAY = timedelta(days=1)
#: A key: its kind (value, rest or none) and its value.
Key = tuple[str, str | None]


def period_of(unit: str, day: date) -> tuple[str, date, date]:
    """The value, first and last day of the period that contains the day."""
    if unit == "day":
        return day.isoformat(), day, day
    if unit == "week":
        monday = date.fromordinal(day.toordinal() - day.weekday())
        sunday = date.fromordinal(min(monday.toordinal() + 6, date.max.toordinal()))
        return f"{monday}/{sunday}", monday, sunday
    text = {"month": f"{day:%Y-%m}", "year": f"{day.year:04}", "decade": f"{day.year // 10:03}X"}[unit]
    text = f"{day.year:04}-{day.month:02}" if unit == "month" else text
    value = PartialDate.parse(text)
    assert value.earliest
    assert value.latest
    return text, value.earliest, value.latest


def visible(record: Any, user: Any) -> bool:
    """Whether the user sees the record."""
    return record is not None and record.pk in _visible_keys(type(record), user)


@cache
def _visible_keys(model: Any, user: Any) -> set[int]:
    return set(model._default_manager.visible_to(user).values_list("pk", flat=True))


def with_ancestors(record: Any, user: Any) -> Iterator[Any]:
    """The record and those above it, as far as all are visible."""
    seen = set()
    while record is not None and record.pk not in seen and visible(record, user):
        seen.add(record.pk)
        yield record
        record = record.parent


def slugs(records: Any, user: Any) -> set[Any]:
    """Names of the visible records; bodies and officials may have the same slug."""
    return {(type(record) is Official, record.slug) for record in records if visible(record, user)}


def parties(links: Any, user: Any) -> set[Any]:
    return slugs([link.body or link.official for link in links], user)


def states(bodies: Any, user: Any) -> set[Any]:
    return {(False, up.slug) for body in bodies for up in with_ancestors(body, user) if up.kind == "state"}


def topics(record: Any, user: Any) -> set[Any]:
    return {(False, up.slug) for topic in record.topics.all() for up in with_ancestors(topic, user)}


def sources(records: list[Any], user: Any) -> set[Any]:
    cited = [citation for record in records for citation in record.citations.all() if visible(citation, user)]
    return slugs([citation.source for citation in cited], user)


def dossiers(record: Any, user: Any) -> set[Any]:
    return slugs([entry.dossier for entry in record.dossier_entries.all()], user)


def seen(rows: Any, user: Any) -> list[Any]:
    return [row for row in rows if visible(row, user)]


def held_by(official: Official, user: Any) -> list[Any]:
    return seen(official.appointments.all(), user)


def addressees(acts: Any, user: Any) -> set[Any]:
    return slugs(
        [party for act in acts for party in (*act.addressee_bodies.all(), *act.addressee_officials.all())], user
    )


def addressee_states(act: Any, user: Any) -> set[Any]:
    officials = [official for official in act.addressee_officials.all() if visible(official, user)]
    return states([*act.addressee_bodies.all(), *(official.state for official in officials)], user)


def of_statement(statement: Statement, user: Any) -> set[Any]:
    speaker = statement.speaker if visible(statement.speaker, user) else None
    return states([statement.body, speaker and speaker.state], user)


def word(text: str | None) -> set[Any]:
    return {(False, text)} if text else set()


def event_states(event: Any, user: Any) -> set[Any]:
    links = seen(event.participations.all(), user)
    return states([link.body or link.official.state for link in links], user)


def state_of(act: SpeechAct, user: Any) -> set[Any]:
    return word(act_state(act, seen(act.outcomes.all(), user)))


#: Collection -> dimension -> the values of a record, as pairs of whether it is an official, and the value.
KEYS: dict[str, dict[str, Callable[[Any, Any], set[Any]]]] = {
    "events": {
        "classification": lambda event, user: word(event.classification),
        "participant": lambda event, user: parties(event.participations.all(), user),
        "actor": lambda event, user: parties(event.participations.filter(role="actor"), user),
        "target": lambda event, user: parties(event.participations.filter(role="target"), user),
        "measure": lambda event, user: slugs([step.measure for step in event.measure_steps.all()], user),
        "topic": topics, "dossier": dossiers, "country": event_states,
        "source": lambda event, user: sources([event], user),
    },
    "measures": {
        "instrument": lambda measure, user: word(measure.instrument),
        "imposer": lambda measure, user: slugs(measure.imposers.all(), user),
        "target": lambda measure, user: slugs(measure.targets.all(), user),
        "topic": topics, "dossier": dossiers,
        "country": lambda measure, user: states([*measure.imposers.all(), *measure.targets.all()], user),
        "source": lambda measure, user: sources([measure], user),
    },
    "statements": {
        "classification": lambda statement, user: word(statement.classification),
        "speaker": lambda statement, user: slugs([statement.speaker], user),
        "body": lambda statement, user: slugs([statement.body], user),
        "attribution": lambda statement, user: word(statement.attribution),
        "form": lambda statement, user: word(statement.form),
        "language": lambda statement, user: word(statement.language),
        "occasion": lambda statement, user: slugs([statement.occasion], user),
        "addressee": lambda statement, user: addressees(statement.speech_acts.all(), user),
        "speech_act": lambda statement, user: {(False, act.kind) for act in statement.speech_acts.all()},
        "topic": topics, "dossier": dossiers, "country": of_statement,
        "source": lambda statement, user: sources([statement, *statement.speech_acts.all()], user),
    },
    "speech-acts": {
        "kind": lambda act, user: word(act.kind),
        "form": lambda act, user: word(act.form),
        "state": state_of,
        "speaker": lambda act, user: slugs([act.statement.speaker], user),
        "body": lambda act, user: slugs([act.statement.body], user),
        "addressee": lambda act, user: addressees([act], user),
        "addressee_country": addressee_states,
        "topic": lambda act, user: topics(act.statement, user),
        "dossier": lambda act, user: dossiers(act.statement, user),
        "country": lambda act, user: of_statement(act.statement, user),
        "source": lambda act, user: sources([act], user),
    },
    "officials": {
        "office": lambda official, user: slugs([held.office for held in held_by(official, user)], user),
        "body": lambda official, user: slugs([held.office.body for held in held_by(official, user)], user),
        "country": lambda official, user: states(
            [official.state, *(held.office.body for held in held_by(official, user))], user
        ),
        "source": lambda official, user: sources([official], user),
    },
    "bodies": {
        "kind": lambda body, user: word(body.kind),
        "parent": lambda body, user: slugs([body.parent], user),
        "country": lambda body, user: states([body], user),
        "source": lambda body, user: sources([body], user),
    },
    "offices": {
        "body": lambda office, user: slugs([office.body], user),
        "country": lambda office, user: states([office.body], user),
        "source": lambda office, user: sources([office], user),
    },
    "appointments": {
        "mode": lambda held, user: word(held.mode),
        "official": lambda held, user: slugs([held.official], user),
        "office": lambda held, user: slugs([held.office], user),
        "body": lambda held, user: slugs([held.office.body], user),
        "country": lambda held, user: states([held.office.body, held.official.state], user),
        "source": lambda held, user: sources([held], user),
    },
    "topics": {"parent": lambda topic, user: slugs([topic.parent], user)},
    "sources": {
        "publisher": lambda source, user: slugs([source.publisher], user),
        "tier": lambda source, user: word(source.tier),
        "language": lambda source, user: word(source.language),
        "country": lambda source, user: states([source.publisher], user),
    },
}  # fmt: skip
#: The path of the date of each collection that has periods.
DATES = {
    "events": "date", "measures": "in_force", "statements": "date", "speech-acts": "statement.date",
    "bodies": "existed", "appointments": "start", "sources": "published",
}  # fmt: skip
UNITS = ("decade", "year", "month", "week", "day")


@dataclass
class Table:
    """The result: numbers of records, and the count of each row of keys, in order."""

    total: int = 0
    numbers: Counter[str] = field(default_factory=Counter)
    outside: Fraction = Fraction()
    counts: dict[tuple[Key, ...], Fraction] = field(default_factory=dict)


@dataclass
class Days:
    """A record's date in one request: the periods in which it counts, and how."""

    unit: str
    mode: str
    first: date
    last: date

    def shares(self, value: PartialDate | None, day_range: tuple[date, date] | None) -> dict[str, Fraction]:
        """Period -> what the date counts there; ``known`` are the first and last day that any date names."""
        if value is None or day_range is None:
            return {}
        is_open = value.earliest is None or value.latest is None
        low = max(period_of(self.unit, self.first)[1], period_of(self.unit, day_range[0])[1])
        high = min(period_of(self.unit, self.last)[2], period_of(self.unit, day_range[1])[2])
        first, last = max(value.earliest or low, low), min(value.latest or high, high)
        if not is_open and self.is_single(value):
            return {period_of(self.unit, first)[0]: Fraction(1)}
        if self.mode == "certain" or (is_open and self.mode == "spread"):
            return {}
        shares: dict[str, Fraction] = {}
        days = 1 if is_open else (value.latest - value.earliest).days + 1  # type: ignore[operator]
        while first <= last:
            name, _, end = period_of(self.unit, first)
            inside = min(end, last)
            shares[name] = Fraction((inside - first).days + 1, days) if self.mode == "spread" else Fraction(1)
            if inside == date.max:
                break
            first = inside + ONE_DAY
        return shares

    def is_single(self, value: PartialDate) -> bool:
        assert value.earliest
        assert value.latest
        return period_of(self.unit, value.earliest) == period_of(self.unit, value.latest)


def date_range(filters: dict[str, list[str]]) -> tuple[date, date]:
    first, last = date.min, date.max
    for name, texts in filters.items():
        if name in ("date", "date_after") and (start := PartialDate.parse(texts[0]).earliest):
            first = max(first, start)
        if name in ("date", "date_before") and (end := PartialDate.parse(texts[0]).latest):
            last = min(last, end)
    return first, last


def date_of(collection: str, record: Any) -> PartialDate | None:
    for name in DATES[collection].split("."):
        record = getattr(record, name)
    return record


def table(
    collection: str, by: list[str], filters: dict[str, list[str]], user: Any, spans: str = "spread", limit: int = 20
) -> Table:
    _visible_keys.cache_clear()
    records = list(FILTERSETS[collection](filters, user).result())
    result = Table(total=len(records))
    unit = next((name for name in by if name in UNITS and name not in KEYS[collection]), None)
    days = Days(unit, spans, *date_range(filters)) if unit else None
    dates = [date_of(collection, record) for record in records] if unit else [None for _ in records]
    bounds = [day for value in dates if value for day in (value.earliest, value.latest) if day]
    day_range = (min(bounds), max(bounds)) if bounds else None
    keys: list[list[list[Any]]] = []  # for each record, its keys by dimension
    frequency: list[Counter[Any]] = [Counter() for _ in by]
    for record, value in zip(records, dates, strict=True):
        own = []
        for name in by:
            if name == unit:
                own.append([None])
                continue
            record_keys = KEYS[collection][name](record, user)
            own.append([*record_keys] or [None])
        other = [len(items) for number, items in enumerate(own)]
        for number, items in enumerate(own):
            pairs = other[0] * other[-1] // len(items) if len(by) > 1 else 1
            frequency[number].update({item: pairs for item in items if item is not None})
        keys.append(own)
        if days:
            _classify(days, value, result)
    places = [_places(counter, limit) for counter in frequency]
    sums: dict[tuple[Key, ...], Fraction] = defaultdict(Fraction)
    for own, value in zip(keys, dates, strict=True):
        shares: dict[str, Fraction] = {"": Fraction(1)} if days is None else days.shares(value, day_range)
        for period, share in shares.items():
            options = [
                [("value", period)] if name == unit else [_key(item, places[number]) for item in own[number]]
                for number, name in enumerate(by)
            ]
            for row in product(*options):
                sums[row] += share
    result.counts = dict(sums)
    return result


def _classify(days: Days, value: PartialDate | None, result: Table) -> None:
    if value is None:
        result.numbers["undated"] += 1
    elif value.earliest is None or value.latest is None:
        result.numbers["open"] += 1
    elif not days.is_single(value):
        result.numbers["vague"] += 1
        if days.mode == "spread":
            low, high = period_of(days.unit, days.first)[1], period_of(days.unit, days.last)[2]
            inside = max((min(value.latest, high) - max(value.earliest, low)).days + 1, 0)
            result.outside += 1 - Fraction(inside, (value.latest - value.earliest).days + 1)


def _places(counter: Counter[Any], limit: int) -> set[Any]:
    """The keys that are listed."""
    ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0][1].encode(), item[0][0]))
    return {key for key, _ in ordered[:limit]}


def _key(item: Any, listed: set[Any]) -> Key:
    if item is None:
        return "none", None
    return ("value", item[1]) if item in listed else ("rest", None)


__all__ = ["DATES", "KEYS", "UNITS", "Body", "Table", "Topic", "table"]
