"""What a page says of a record: label, text and links, in the order in which people ask."""

from __future__ import annotations

from typing import Any

from archive.dates import PartialDate
from archive.models import Appointment, Outcome
from archive.querysets.states_of_acts import state_of
from archive.web.fetch import related

_PATHS = {
    "event": "events", "measure": "measures", "statement": "statements", "official": "officials", "body": "bodies",
    "topic": "topics", "dossier": "dossiers", "source": "sources", "office": "offices", "appointment": "appointments",
}  # fmt: skip
#: Relations that a page lists, as model -> names.
_SHOWN = {
    "event": ("topics", "participations", "relations", "related_from", "measure_steps", "statements",
              "statements_about", "part_of", "parts", "citations"),
    "measure": ("imposers", "targets", "goods", "steps", "topics", "statements_about", "citations"),
    "statement": ("speaker", "body", "capacities", "occasion", "about_events", "about_measures", "in_reply_to",
                  "replies", "speech_acts", "topics", "citations"),
    "official": ("state", "names", "appointments", "statements", "citations"),
    "body": ("parent", "names", "offices", "children", "statements"),
    "topic": ("parent", "children", "events", "statements", "measures"),
    "dossier": (), "source": ("publisher",), "office": ("body", "appointments"),
    "appointment": ("official", "office"),
}  # fmt: skip
_LEFT_OUT = {"id", "slug", "name", "title", "status", "version", "created_at", "updated_at", "folded", "sort_name"}


def facts(record: Any, user: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Label -> (text, address or '') pairs."""
    found = []
    for field in record._meta.concrete_fields:
        value = getattr(record, field.name) if not field.is_relation else None
        if field.is_relation or field.name in _LEFT_OUT or not field.editable or value in (None, ""):
            continue
        text = value.display if isinstance(value, PartialDate) else str(value)
        shown = getattr(record, f"get_{field.name}_display", lambda text=text: text)()
        found.append((field.verbose_name.capitalize(), [(str(shown), "")]))
    for name in _SHOWN[record._meta.model_name]:
        if rows := related(record, name, user):
            label = name.replace("_", " ").capitalize()
            found.append((label, [linked(row, user) for row in rows]))
    return found


def linked(row: Any, user: Any = None) -> tuple[str, str]:
    """How a related record reads, and where it is."""
    kind = row._meta.model_name
    if kind == "speechact":
        condition = f", if {row.condition.removeprefix('if ')}" if row.condition else ""
        text = row.text.removesuffix(".") if condition else row.text
        return f"{row.get_kind_display()}: {text}{condition}", f"/statements/{row.statement.slug}/"
    subject = {"relation": "to_event", "measurestep": "event", "citation": "source"}.get(kind)
    if kind == "participation":
        text, address = linked(row.party)
        return f"{text} ({row.get_role_display()})", address
    if subject:
        text, address = linked(getattr(row, subject))
        word = {"relation": "kind", "measurestep": "phase", "citation": "stance"}[kind]
        variant = f": {row.field} {row.variant_value}" if kind == "citation" and row.variant_value else ""
        return f"{getattr(row, f'get_{word}_display')()} – {text}{variant}", address
    if isinstance(row, Appointment):
        return f"{row.official}: {row.office}, {_span(row)}", f"/appointments/{row.slug}/"
    date = getattr(row, "date", None)
    text = f"{date.display}: {row}" if isinstance(date, PartialDate) else str(row)
    return text, f"/{_PATHS[kind]}/{row.slug}/" if kind in _PATHS else ""


def _span(row: Appointment) -> str:
    start = row.start.display if row.start else "start not known"
    return f"{start} – {row.end.display if row.end else row.get_end_state_display()}"


def with_states(acts: list[Any], user: Any) -> list[tuple[Any, str]]:
    """Each speech act with its state; the outcomes by one statement."""
    outcomes: dict[int, list[Outcome]] = {}
    for outcome in Outcome.objects.visible_to(user).filter(speech_act__in=[act.pk for act in acts]):
        outcomes.setdefault(outcome.speech_act_id, []).append(outcome)
    return [(act, (state_of(act, outcomes.get(act.pk, [])) or "").replace("_", " ")) for act in acts]
