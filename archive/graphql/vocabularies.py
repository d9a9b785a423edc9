"""Which vocabulary each column with choices draws on."""

from __future__ import annotations

from django.db.models import TextChoices

from archive import choices

_RECORDS = ("Body", "Official", "Office", "Appointment", "Event", "Measure", "Statement", "Topic", "Source", "Dossier")

#: (model, column) -> vocabulary.
VOCABULARIES: dict[tuple[str, str], type[TextChoices]] = {
    **{(record, "status"): choices.Status for record in _RECORDS},
    ("Body", "kind"): choices.BodyKind,
    ("Name", "scheme"): choices.NameScheme,
    ("Appointment", "end_state"): choices.EndState,
    ("Appointment", "mode"): choices.AppointmentMode,
    ("Event", "classification"): choices.EventClassification,
    ("Participation", "role"): choices.ParticipationRole,
    ("Relation", "kind"): choices.RelationKind,
    ("Measure", "instrument"): choices.Instrument,
    ("MeasureStep", "phase"): choices.MeasurePhase,
    ("MeasureGood", "scheme"): choices.GoodScheme,
    ("Statement", "form"): choices.TextForm,
    ("Statement", "classification"): choices.StatementClassification,
    ("Statement", "attribution"): choices.Attribution,
    ("SpeechAct", "kind"): choices.SpeechActKind,
    ("SpeechAct", "form"): choices.TextForm,
    ("SpeechAct", "state"): choices.State,
    ("Outcome", "kind"): choices.OutcomeKind,
    ("Source", "tier"): choices.SourceTier,
    ("Citation", "stance"): choices.Stance,
}
