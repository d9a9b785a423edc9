"""What is read: pages of the admin, REST lists and records, GraphQL queries, each as a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bench.graphql import QUERIES
from bench.subjects import BUSY, DAY, MONTH, QUIET, YEARS

ADMIN, LIST, DETAIL, GRAPHQL, WORDS = "admin", "REST list", "REST detail", "GraphQL", "word search"
SAVE, PAGE = "admin save", "page"
#: Lists by a filter. Few matches take longer to find among many rows.
FILTERED = {ADMIN: "admin by filter", LIST: "REST list by filter"}
#: What says how a list is shown, and not which records are in it.
_SHOWN = {"order_by", "limit", "cursor", "include", "p"}

_ADMIN = (
    "event/", "event/?p=10", "event/?status__exact=draft", "event/?classification__exact=summit",
    "event/{event_pk}/change/", "event/add/",
    "statement/", "statement/?attribution__exact=anonymous", "statement/{statement_pk}/change/", "statement/add/",
    "official/", "official/{speaker_pk}/change/", "official/add/",
    "measure/", "measure/{measure_pk}/change/", "speechact/", "appointment/", "source/", "topic/", "citation/",
    "event/{event_pk}/history/",
    "contradictions/", "deleted/", "merged/", "audit/", "body/", "office/", "dossier/", "article/",
    "statement/{statement_pk}/where-used/", "official/{speaker_pk}/where-used/", "event/{draft_pk}/publish/",
    "event/{event_pk}/propose/", "statement/{statement_pk}/history/",
    "official/{speaker_pk}/merge/",
)  # fmt: skip
_SAVES = (
    "event/{event_pk}/change/", "statement/{statement_pk}/change/", "official/{speaker_pk}/change/",
    "measure/{measure_pk}/change/",
)  # fmt: skip
_PAGES = (
    "", "timeline/?from=2015&to=2016", "timeline/?country={quiet}", "speech-acts/", "speech-acts/?country={quiet}",
    "search/?kind=events", "search/?kind=events&date={month}", "search/?kind=statements", "search/?kind=officials",
    "search/?kind=measures", "search/?kind=sources", "search/?kind=dossiers", "search/?kind=topics",
    "search/?q=uranium", "events/{event}/", "statements/{statement}/", "officials/{speaker}/",
    "bodies/{organ}/", "offices/{office}/", "measures/{measure}/", "topics/{topic}/", "sources/{source}/",
    "dossiers/{dossier}/",
)  # fmt: skip
_ADMIN_WORDS = (
    "event/?q={event}", "event/?q=uranium", "statement/?q={family}", "official/?q={family}",
    "autocomplete/?app_label=archive&model_name=statement&field_name=speaker&term={family}",
    "autocomplete/?app_label=archive&model_name=statement&field_name=occasion&term=uranium",
    "search/?q=uranium", "official/duplicates/?name={family}",
)  # fmt: skip
_LISTS = (
    "events/", "events/?order_by=-date", "events/?order_by=name", "events/?order_by=-updated_at", "events/?limit=500",
    "events/?date={month}", "events/?date={month}&certain=true", "events/?date_after=2024-06",
    "events/?classification=summit", "events/?classification=meeting&date={years}&order_by=-date",
    "events/?country={busy}", "events/?country={quiet}", "events/?country={busy}&date={month}", "events/?topic={topic}",
    "events/?topic={topic}&date={month}", "events/?participant={speaker}", "events/?actor={busy}",
    "events/?date={month}&target={busy}", "events/?related_to={related}", "events/?relation=reverses",
    "events/?measure={measure}", "events/?source={source}", "events/?dossier={dossier}",
    "events/?updated_after=2024-01-01T06:00:00Z", "events/?cursor={deep_event}",
    "events/?include=participations,relations,citations&limit=20",
    "statements/", "statements/?order_by=-date", "statements/?date={month}", "statements/?speaker={speaker}",
    "statements/?speaker={speaker}&date={years}", "statements/?body={organ}", "statements/?office={office}",
    "statements/?attribution=anonymous", "statements/?classification=note&date={month}", "statements/?country={busy}",
    "statements/?country={quiet}", "statements/?country={busy}&date={month}", "statements/?topic={topic}",
    "statements/?addressee={busy}", "statements/?addressee={quiet}", "statements/?addressee={speaker}",
    "statements/?about={about}", "statements/?about={measure}", "statements/?occasion={event}",
    "statements/?in_reply_to={statement}", "statements/?speech_act=apology", "statements/?speech_act=demand",
    "statements/?language=ru", "statements/?source={source}", "statements/?dossier={dossier}",
    "statements/?cursor={deep_statement}", "statements/?include=speech_acts,citations&limit=20",
    "speech-acts/", "speech-acts/?order_by=-date", "speech-acts/?kind=demand", "speech-acts/?kind=apology",
    "speech-acts/?kind=demand&addressee={busy}&open_on={day}",
    "speech-acts/?kind=demand&addressee={quiet}&open_on={day}",
    "speech-acts/?state=open", "speech-acts/?state=superseded", "speech-acts/?speaker={speaker}",
    "speech-acts/?statement={statement}", "speech-acts/?body={organ}", "speech-acts/?about={about}",
    "speech-acts/?conditional=true", "speech-acts/?date={month}", "speech-acts/?country={busy}",
    "speech-acts/?topic={topic}",
    "measures/", "measures/?in_force_on={day}", "measures/?in_force_on={day}&target={busy}&good=2811",
    "measures/?imposer={quiet}", "measures/?target={busy}", "measures/?instrument=embargo", "measures/?good=uranium",
    "measures/?country={busy}&date={month}",
    "officials/", "officials/?country={busy}", "officials/?office={office}&in_office_on={day}",
    "officials/?in_office_on={day}", "officials/?body={organ}",
    "bodies/", "bodies/?kind=medium", "bodies/?name=korea", "bodies/?country={busy}", "offices/",
    "offices/?body={organ}",
    "appointments/", "appointments/?official={speaker}", "appointments/?office={office}&on={day}",
    "appointments/?on={day}", "appointments/?mode=nominee", "appointments/?country={quiet}",
    "topics/", "topics/?parent=trade", "sources/", "sources/?date={month}", "sources/?tier=primary", "dossiers/",
)  # fmt: skip
_LIST_WORDS = (
    "events/?q=uranium", "events/?q=uranium+Havana&date={month}", "events/?q=xylophone", "statements/?q=4711/B",
    "statements/?q=ceasefire", "speech-acts/?q=ceasefire", "measures/?q=uranium", "officials/?q={family}",
    "officials/?name={family}", "officials/?name=nobody", "sources/?q=tariff", "search/?q=uranium",
)  # fmt: skip
_COUNTS = ("events/?limit=1&count=true", "statements/?limit=1&count=true&country={busy}")
_DETAILS = (
    "events/{event}/", "events/{event}/?include=participations,relations,citations", "events/{event}/history/",
    "statements/{statement}/", "statements/{statement}/?include=speech_acts,citations", "officials/{speaker}/",
    "officials/{speaker}/?include=names,appointments", "measures/{measure}/?include=steps,goods", "speech-acts/{act}/",
    "topics/{topic}/", "dossiers/{dossier}/?include=entries",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One request; ``body`` is what is posted as JSON, if anything. A save posts its page's form, one text changed."""

    name: str
    kind: str
    path: str
    body: dict[str, Any] | None = field(default=None)


def questions(subjects: dict[str, str]) -> list[Question]:
    """All that is measured, about these subjects. The names don't depend on the subjects."""
    values = {**subjects, "day": DAY, "month": MONTH, "years": YEARS, "busy": BUSY, "quiet": QUIET}
    queries = [
        (ADMIN, "/admin/", ""),
        *((_filtered(ADMIN, path), "/admin/archive/", path) for path in _ADMIN),
        *((_filtered(LIST, path), "/api/v1/", path) for path in _LISTS),
        *((DETAIL, "/api/v1/", path) for path in _DETAILS),
        *((SAVE, "/admin/archive/", path) for path in _SAVES),
        *((PAGE, "/", path) for path in _PAGES),
        *(("count", "/api/v1/", path) for path in _COUNTS),
        *((WORDS, "/admin/archive/" if not path.startswith("auto") else "/admin/", path) for path in _ADMIN_WORDS),
        *((WORDS, "/api/v1/", path) for path in _LIST_WORDS),
    ]
    result = [
        Question(f"{'save ' if kind == SAVE else ''}{start}{path}", kind, start + path.format(**values))
        for kind, start, path in queries
    ]
    for name, (text, variables) in QUERIES.items():
        body = {"query": text, "variables": {key: _filled(value, values) for key, value in variables.items()}}
        result.append(Question(name, GRAPHQL, "/graphql/", body))
    return result


def _filtered(kind: str, path: str) -> str:
    names = {part.partition("=")[0] for part in path.partition("?")[2].split("&") if part}
    return FILTERED[kind] if names - _SHOWN else kind


def _filled(value: Any, values: dict[str, str]) -> Any:
    return value.format(**values) if isinstance(value, str) else value
