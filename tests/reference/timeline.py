"""The timeline computed record by record in Python, as its guide describes it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from archive.choices import EventClassification, StatementClassification
from archive.dates import PartialDate
from archive.filters import FILTERSETS
from archive.models import Body, Measure, Participation, Relation, Statement
from tests.reference.visible import with_visible

COLLECTIONS = {"event": "events", "statement": "statements", "measure": "measures"}
ORDER = {"event": 0, "statement": 1}
ACTING = ("actor", "mediator", "signatory", "complainant")
LANES, CELLS, PIXELS, OPEN_END, MAX_LINKS = 12, 400, 20, 4_000_000, 2047


def timeline(texts: dict[str, list[str]], user: Any) -> dict[str, Any]:
    """The content of a response for valid parameters."""
    start = PartialDate.parse(texts["from"][0]).earliest if "from" in texts else None
    end = PartialDate.parse(texts["to"][0]).latest if "to" in texts else None
    width, lanes = int(texts.get("width", ["1000"])[0]), texts.get("lanes", ["none"])[0]
    filters = {key: value for key, value in texts.items() if key not in ("from", "to", "width", "lanes", "kind")}
    kinds = texts.get("kind", list(COLLECTIONS))
    records_by_kind = {kind: list(_rows(kind, filters, start, end, user)) for kind in COLLECTIONS if kind in kinds}
    records = [(kind, record) for kind in ("event", "statement") for record in records_by_kind.get(kind, ())]
    measures = records_by_kind.get("measure", [])
    dates = [record.date for _, record in records] + [measure.in_force for measure in measures]
    days = [day for value in dates for day in (value.earliest, value.latest) if day]
    first = start or min((value.earliest or value.latest for value in dates), default=None)
    last = end or max(days, default=None)
    if first and (last is None or last < first):
        last = first if start else last
    if last and first is None:
        first = last
    if first and last and first > last:
        first = last
    content = _Grid(first, last, width, lanes).content(records, user)
    return {
        "from": first and first.isoformat(), "to": last and last.isoformat(), "width": width, **content["top"],
        "count": len(records), "lanes": content["lanes"], "measure_count": len(measures),
        "measures": _measures(measures, user), **_relations(content["shown"], user),
    }  # fmt: skip


def _rows(kind: str, filters: Any, start: date | None, end: date | None, user: Any) -> Iterable[Any]:
    filterset = FILTERSETS[COLLECTIONS[kind]](filters, user)
    for record in filterset.result():
        value = record.in_force if kind == "measure" else record.date
        if value is None:
            continue
        if (start and value.latest and value.latest < start) or (end and value.earliest and value.earliest > end):
            continue
        if "certain" in filters and not value.certainly_within(PartialDate.parse(f"{start or '..'}/{end or '..'}")):
            continue
        yield record


class _Grid:
    def __init__(self, first: date | None, last: date | None, width: int, lanes: str) -> None:
        self.lanes_by = lanes
        self.low, self.high = (first.toordinal(), last.toordinal()) if first and last else (0, 0)
        columns = max(1, min(width // PIXELS, CELLS // (1 if lanes == "none" else LANES + 1)))
        self.days = self.high - self.low + 1
        self.size = 1
        while self.size * columns < self.days:
            self.size *= 2
        self.permitted = 3 * columns // self.days if self.size == 1 and columns > self.days else 3
        self.is_empty = first is None

    def cell(self, value: PartialDate) -> tuple[int, int]:
        begin = value.earliest.toordinal() if value.earliest else 0
        end = value.latest.toordinal() if value.latest else OPEN_END
        span = self.size
        while (end - begin) // span:
            span *= 2
        return span, begin // span

    def content(self, records: list[tuple[str, Any]], user: Any) -> dict[str, Any]:
        self.user = user
        lanes_of = [_lanes_of(kind, record, self.lanes_by, user) for kind, record in records]
        counted = Counter(lane for lanes in lanes_of for lane in lanes)
        frequent = sorted(counted, key=lambda lane: (-counted[lane], lane[0], lane[1]))[:LANES]
        self.frequent = frequent
        cells: dict[Any, list[tuple[str, Any]]] = defaultdict(list)
        for (kind, record), lanes in zip(records, lanes_of, strict=True):
            placed = {lane if lane in frequent else None for lane in lanes} or {None}
            for lane in placed:
                cells[lane, self.cell(record.date)].append((kind, record))
        links = _links([item for items in cells.values() if len(items) > self.permitted for item in items], user)
        present = {lane for lane, _ in cells}
        shown = [item for items in cells.values() if len(items) <= self.permitted for item in items]
        return {
            "top": {"column_days": None if self.is_empty else self.size},
            "lanes": [
                self._lane(lane, cells, links)
                for lane in [*(lane for lane in frequent if lane in present), *([None] if None in present else [])]
            ],
            "shown": [record for kind, record in shown if kind == "event"],
        }

    def _part(self, kind: str, record: Any, lane: Any) -> str | None:
        """What the lane does in the record."""
        if self.lanes_by not in ("country", "participant"):
            return None
        if kind == "statement":
            return "acting"
        lanes = _lanes_of(kind, record, self.lanes_by, self.user, ACTING)
        acting = {lane if lane in self.frequent else None for lane in lanes}
        return "acting" if lane in acting else "affected" if acting else None

    def _lane(self, lane: Any, cells: Any, links: Any) -> dict[str, Any]:
        own = {cell: items for (of, cell), items in cells.items() if of == lane}
        loose = [item for items in own.values() if len(items) <= self.permitted for item in items]
        dense = [items for items in own.values() if len(items) > self.permitted]
        clusters = sorted(
            ((_cluster(items, links), cell) for cell, items in own.items() if items in dense),
            key=lambda pair: (pair[0]["earliest"] or "", pair[0]["latest"] or "9", pair[1]),
        )
        kind, key, name = lane or (None, None, None)
        return {
            "type": kind or None, "key": key, "name": name, "count": sum(map(len, own.values())),
            "records": [
                {**_record(*item), "part": self._part(*item, lane)} for item in sorted(loose, key=_order)
            ],
            "clusters": [cluster for cluster, _ in clusters],
        }  # fmt: skip


def _order(item: tuple[str, Any]) -> Any:
    kind, record = item
    return record.date.sort, record.sequence, record.slug, ORDER[kind]


def _lanes_of(
    kind: str, record: Any, lanes: str, user: Any, roles: tuple[str, ...] | None = None
) -> set[tuple[str, str, str]]:
    """Type, key and name of each lane of a record; ``roles`` are those of participants, None for all."""
    if lanes == "none":
        return set()
    if lanes == "classification":
        choices = EventClassification if kind == "event" else StatementClassification
        value = record.classification
        return {("", value, "other" if value == "other" else str(choices(value).label))}
    if kind == "event":
        rows = Participation.objects.visible_to(user).filter(event=record)
        parties = [row.party for row in rows if roles is None or row.role in roles]
    else:
        record = with_visible(Statement.objects.filter(pk=record.pk), user, "body", "speaker").get()
        parties = [party for party in (record.body, record.speaker) if party is not None]
    if lanes == "participant":
        return {(type(party).__name__.lower(), party.slug, party.name) for party in parties}
    visible = set(Body.objects.visible_to(user))
    records_by_kind = set()
    for party in parties:
        above = party if isinstance(party, Body) else party.state
        seen: set[Any] = set()
        while above in visible and above not in seen:
            seen.add(above)
            if above.kind == "state":
                records_by_kind.add(("body", above.slug, above.name))
            above = above.parent
    return records_by_kind


def _links(items: list[tuple[str, Any]], user: Any) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for row in Relation.objects.visible_to(user):
        counts["event", row.from_event_id] += 1
        counts["event", row.to_event_id] += 1
    visible = set(Statement.objects.visible_to(user).values_list("pk", flat=True))
    for row in Statement.in_reply_to.through.objects.all():
        if {row.from_statement_id, row.to_statement_id} <= visible:
            counts["statement", row.from_statement_id] += 1
            counts["statement", row.to_statement_id] += 1
    return counts


def _cluster(items: list[tuple[str, Any]], links: Counter[Any]) -> dict[str, Any]:
    earliest = [record.date.earliest for _, record in items]
    latest = [record.date.latest for _, record in items]
    counts = Counter((kind, record.classification) for kind, record in items)
    kind, best = min(
        items,
        key=lambda item: (
            -min(links[item[0], item[1].pk], MAX_LINKS), item[1].date.earliest or item[1].date.latest,
            item[1].pk * 2 + ORDER[item[0]],
        ),
    )  # fmt: skip
    return {
        "count": len(items),
        "earliest": None if None in earliest else min(earliest).isoformat(),
        "latest": None if None in latest else max(latest).isoformat(),
        "counts": [
            {"kind": kind, "classification": classification, "count": count}
            for (kind, classification), count in sorted(
                counts.items(), key=lambda pair: (-pair[1], ORDER[pair[0][0]], pair[0][1])
            )
        ],
        "most_linked": {"kind": kind, "slug": best.slug, "name": best.name, "links": links[kind, best.pk]},
    }


def _date(value: PartialDate) -> dict[str, Any]:
    days = {"earliest": value.earliest, "latest": value.latest}
    return {"text": value.text, "display": value.display, **{key: day and day.isoformat() for key, day in days.items()}}


def _record(kind: str, record: Any) -> dict[str, Any]:
    return {
        "kind": kind, "slug": record.slug, "name": record.name, "classification": record.classification,
        "date": _date(record.date), "precision": record.date.precision,
    }  # fmt: skip


def _measures(measures: list[Any], user: Any) -> list[dict[str, Any]]:
    measures = list(with_visible(Measure.objects.filter(pk__in=[row.pk for row in measures]), user, "steps__event"))
    steps = {measure: sorted(measure.steps.all(), key=lambda step: (*_order(("event", step.event)), step.phase))
             for measure in measures}  # fmt: skip
    most = sorted(measures, key=lambda measure: (-len(steps[measure]), measure.in_force.sort, measure.slug))[:50]
    return [
        {
            "slug": measure.slug, "name": measure.name, "instrument": measure.instrument,
            "in_force": _date(measure.in_force), "precision": measure.in_force.precision,
            "step_count": len(steps[measure]),
            "steps": [
                {"phase": step.phase, "slug": step.event.slug, "name": step.event.name, "date": _date(step.event.date)}
                for step in steps[measure][:20]
            ],
        }
        for measure in sorted(most, key=lambda measure: (measure.in_force.sort, measure.slug))
    ]  # fmt: skip


def _relations(shown: list[Any], user: Any) -> dict[str, Any]:
    by_id = {event.pk: event for event in shown}
    rows = [row for row in Relation.objects.visible_to(user) if {row.from_event_id, row.to_event_id} <= by_id.keys()]
    rows.sort(key=lambda row: (*_order(("event", by_id[row.from_event_id]))[:3], by_id[row.to_event_id].slug, row.kind))
    return {
        "relation_count": len(rows),
        "relations": [
            {"from": by_id[row.from_event_id].slug, "to": by_id[row.to_event_id].slug, "kind": row.kind}
            for row in rows[:500]
        ],
    }
