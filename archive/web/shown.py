"""What the page of each kind of record shows: its relations, and what is read of each."""

from __future__ import annotations

from typing import Any

from archive.models import Outcome
from archive.sql.act_states import act_state
from archive.web.fetch import MOST, reach, related

_CITED = ("citations__source__publisher",)
#: Collection -> relation -> the paths that its rows are read along.
SHOWN: dict[str, dict[str, tuple[str, ...]]] = {
    "events": {
        "part_of": (), "topics": (), "identifiers": (),
        "participations": ("body", "official", *_CITED),
        "relations": ("to_event", *_CITED),
        "related_from": ("from_event", *_CITED),
        "measure_steps": ("measure",),
        "parts": (), "statements": (), "statements_about": (),
        "outcomes": ("speech_act__statement",),
        "citations": ("source__publisher",),
    },
    "measures": {
        "imposers": (), "targets": (), "topics": (), "identifiers": (),
        "goods": _CITED,
        "steps": ("event",),
        "statements_about": (),
        "citations": ("source__publisher",),
    },
    "statements": {
        "speaker": (), "body": (), "occasion": (), "topics": (), "identifiers": (),
        "capacities": ("official", "office__body"),
        "about_events": (), "about_measures": (), "in_reply_to": (), "replies": (),
        "speech_acts": (
            "addressee_bodies", "addressee_officials", "about_event", "about_measure",
            "outcomes__event", "outcomes__answer__statement", *_CITED,
        ),
        "citations": ("source__publisher",),
    },
    "officials": {
        "state": (), "names": (), "identifiers": (),
        "appointments": ("office__body", *_CITED),
        "statements": (),
        "participations": ("event",),
        "citations": ("source__publisher",),
    },
    "bodies": {
        "parent": (), "names": (), "identifiers": (), "offices": (), "children": (), "statements": (),
        "measures_imposed": (), "measures_suffered": (),
        "participations": ("event",),
        "citations": ("source__publisher",),
    },
    "offices": {
        "body": (), "identifiers": (), "appointments": ("official", *_CITED), "citations": ("source__publisher",),
    },
    "appointments": {
        "official": (), "office": ("body",), "identifiers": (), "statements": (), "citations": ("source__publisher",),
    },
    "topics": {"parent": (), "children": (), "identifiers": (), "events": (), "measures": (), "statements": ()},
    "sources": {
        "publisher": (), "identifiers": (),
        "citations": (
            "event", "measure", "measure_good__measure", "statement", "speech_act__statement",
            "outcome__speech_act__statement", "relation__from_event", "relation__to_event", "participation__event",
            "official", "appointment__official", "appointment__office__body", "body", "office__body",
        ),
    },
    "dossiers": {},
}  # fmt: skip


def parts(kind: str, record: Any, user: Any) -> dict[str, list[Any]]:
    """Relation -> its visible rows, with all that the page reads of them."""
    found = {}
    for name, paths in SHOWN[kind].items():
        rows = related(record, name, user)
        found[f"more_{name}"], rows = rows[MOST:], rows[:MOST]
        reach(rows, user, *paths)
        found[name] = rows
    return found


def with_states(acts: list[Any], user: Any) -> list[tuple[Any, str]]:
    """Each speech act with its state; the outcomes by one statement."""
    outcomes: dict[int, list[Outcome]] = {}
    for outcome in Outcome.objects.visible_to(user).filter(speech_act__in=[act.pk for act in acts]):
        outcomes.setdefault(outcome.speech_act_id, []).append(outcome)
    return [(act, (act_state(act, outcomes.get(act.pk, [])) or "").replace("_", " ")) for act in acts]
