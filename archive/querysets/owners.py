"""Which record owns a part: who may change that one may change the part. Its other links lead elsewhere."""

from __future__ import annotations

from typing import Any

from archive import models
from archive.models.identifier import IDENTIFIED

#: Part -> the paths to the record that it belongs to; of several exactly one is set.
OWNERS: dict[Any, tuple[str, ...]] = {
    models.Name: ("official", "body"),
    models.Identifier: IDENTIFIED,
    models.Participation: ("event",),
    models.Relation: ("from_event",),
    models.MeasureStep: ("measure",),
    models.MeasureGood: ("measure",),
    models.SpeechAct: ("statement",),
    models.Outcome: ("speech_act__statement",),
    models.DossierEntry: ("dossier",),
    models.Citation: (
        "event", "measure", "measure_good__measure", "statement", "speech_act__statement",
        "outcome__speech_act__statement", "relation__from_event", "participation__event", "official", "appointment",
        "body", "office",
    ),
}  # fmt: skip
