"""One minimal record of each type."""

from __future__ import annotations

from typing import Any

from archive import models
from archive.models.fields import DERIVED
from archive.models.source import CITED


class World:
    """A published record of each kind, by the lower-case name of its model."""

    def __init__(self) -> None:
        self.state = models.Body.objects.get(iso3166="KR")
        self.body = self._make(models.Body, kind="government_organ", parent=self.state)
        self.official = self._make(models.Official, state=self.state)
        self.somebody = self._make(models.Official, slug="somebody-else")
        self.office = self._make(models.Office, body=self.body)
        self.appointment = self._make(
            models.Appointment, official=self.official, office=self.office, start="2019", end="2020"
        )
        self.foreign = self._make(models.Appointment, slug="foreign", official=self.somebody, office=self.office)
        self.topic = self._make(models.Topic)
        self.event = self._make(models.Event, date="2019-07-04", classification="meeting")
        self.later = self._make(models.Event, slug="later", date="2019-08", classification="meeting")
        self.measure = self._make(models.Measure, instrument="sanction", in_force="2019/2020")
        self.measure_step = self._make(models.MeasureStep, measure=self.measure, event=self.event, phase="effective")
        self.measure_good = self._make(models.MeasureGood, measure=self.measure, name="steel")
        self.participation = self._make(models.Participation, event=self.event, body=self.body, role="actor")
        self.relation = self._make(models.Relation, from_event=self.later, kind="follows", to_event=self.event)
        self.statement = self._make(
            models.Statement, date="2019-07-12", classification="note", attribution="named", speaker=self.official,
            body=self.body,
        )  # fmt: skip
        self.speech_act = self._make(
            models.SpeechAct, slug="", statement=self.statement, ordinal=1, kind="demand", text="Do it."
        )
        self.outcome = self._make(models.Outcome, speech_act=self.speech_act, date="2020", kind="fulfilled")
        self.source = self._make(models.Source, title="A paper")
        self.dossier = self._make(models.Dossier)
        self.entry = self._make(models.DossierEntry, dossier=self.dossier, position=1, event=self.event)
        self.name = self._make(models.Name, official=self.official, text="김유근", scheme="native")
        self.identifier = self._make(models.Identifier, scheme="wikidata", value="Q1", event=self.event)
        self.citation = self.cite("event")

    @staticmethod
    def _make(model: Any, **values: Any) -> Any:
        """Saved, with a slug, a status and a name where it has them."""
        fields = {field.name for field in model._meta.concrete_fields}
        usual = {"slug": model.__name__.lower(), "status": "published", "name": model.__name__}
        return model.objects.create(**{key: value for key, value in usual.items() if key in fields} | values)

    def cite(self, kind: str) -> models.Citation:
        """The source's citation for the record of that kind."""
        assert kind in CITED
        citation, _ = models.Citation.objects.get_or_create(source=self.source, **{kind: getattr(self, kind)})
        return citation


def copy(record: Any, **changes: Any) -> Any:
    """An unsaved record like that one, but for the changes."""
    own = [field for field in record._meta.concrete_fields if not isinstance(field, DERIVED)]
    values = {field.attname: getattr(record, field.attname) for field in own}
    del values[record._meta.pk.attname]
    for name, value in changes.items():
        values[record._meta.get_field(name).attname] = getattr(value, "pk", value)
    return type(record)(**values)


def write(record: Any, **changes: Any) -> None:
    """Store a copy as a bulk load does: past forms, ``clean`` and ``save``."""
    type(record).objects.bulk_create([copy(record, **changes)])


def change(record: Any, **values: Any) -> None:
    """Change the stored row past forms, ``clean`` and ``save``."""
    assert type(record).objects.filter(pk=record.pk).update(**values) == 1
