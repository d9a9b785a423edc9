"""The tables of the archive as rows to write: a row has every column, and ids are assigned by counting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from archive import models
from archive.dates import PartialDate
from archive.models.fields import FoldedField, PartialDateField, companion_value

_BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
_BETWEEN = timedelta(seconds=17)


class Table:
    """Rows of a table that are collected until the next chunk is written."""

    def __init__(self, model: Any, last: int = 0) -> None:
        fields = model._meta.concrete_fields
        self.model, self.last, self.rows = model, last, []
        self.name: str = model._meta.db_table
        self.columns: list[str] = [field.column for field in fields]
        self._at = {field.attname: position for position, field in enumerate(fields)}
        self._blank = [field.get_default() for field in fields]
        dates = [field for field in fields if isinstance(field, PartialDateField)]
        self._dates = {
            field.name: (field.companions, [self._at[f"{field.name}_{what}"] for what in field.companions])
            for field in dates
        }
        self._folded = [
            (field, self._at[field.attname], [self._at[name] for name in field.source])
            for field in fields
            if isinstance(field, FoldedField)
        ]
        self._id, self._made, self._changed = self._at["id"], self._at.get("created_at"), self._at.get("updated_at")

    def add(self, **values: Any) -> int:
        """Add a row of these values and of the columns derived from them; gives its id."""
        self.last += 1
        at, row = self._at, self._blank.copy()
        row[self._id] = self.last
        if self._made is not None and self._changed is not None:
            row[self._made] = row[self._changed] = _BEGAN + _BETWEEN * self.last
        for name, value in values.items():
            row[at[name]] = value
            if name in self._dates and value is not None:
                companions, positions = self._dates[name]
                for position, expected in zip(positions, _meaning(value, companions), strict=True):
                    row[position] = expected
        for field, position, sources in self._folded:
            row[position] = field.value_of(*(row[source] for source in sources))
        self.rows.append(row)
        return self.last

    def take(self) -> list[list[Any]]:
        taken, self.rows = self.rows, []
        return taken


@lru_cache(maxsize=65_536)
def _meaning(text: str, companions: tuple[str, ...]) -> tuple[Any, ...]:
    date = PartialDate.parse(text)
    return tuple(companion_value(date, what) for what in companions)


class Tables:
    """All tables, in an order in which none refers to a later one."""

    def __init__(self, last_body: int) -> None:
        self.body = Table(models.Body, last_body)
        self.topic = Table(models.Topic)
        self.source = Table(models.Source)
        self.office = Table(models.Office)
        self.official = Table(models.Official)
        self.name = Table(models.Name)
        self.appointment = Table(models.Appointment)
        self.measure = Table(models.Measure)
        self.measure_imposers = Table(models.Measure.imposers.through)
        self.measure_targets = Table(models.Measure.targets.through)
        self.measure_topics = Table(models.Measure.topics.through)
        self.good = Table(models.MeasureGood)
        self.event = Table(models.Event)
        self.event_topics = Table(models.Event.topics.through)
        self.participation = Table(models.Participation)
        self.relation = Table(models.Relation)
        self.step = Table(models.MeasureStep)
        self.statement = Table(models.Statement)
        self.capacities = Table(models.Statement.capacities.through)
        self.about_events = Table(models.Statement.about_events.through)
        self.about_measures = Table(models.Statement.about_measures.through)
        self.replies = Table(models.Statement.in_reply_to.through)
        self.statement_topics = Table(models.Statement.topics.through)
        self.act = Table(models.SpeechAct)
        self.addressee_bodies = Table(models.SpeechAct.addressee_bodies.through)
        self.addressee_officials = Table(models.SpeechAct.addressee_officials.through)
        self.outcome = Table(models.Outcome)
        self.citation = Table(models.Citation)
        self.identifier = Table(models.Identifier)
        self.dossier = Table(models.Dossier)
        self.entry = Table(models.DossierEntry)

    def all(self) -> list[Table]:
        return list(vars(self).values())

    def take(self) -> list[tuple[Table, list[list[Any]]]]:
        """The rows collected since the last chunk, by table."""
        return [(table, table.take()) for table in self.all() if table.rows]
