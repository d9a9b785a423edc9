"""SQL of a timeline's lanes: by classification, by state and by participant.

The most frequent lanes are numbered from 1; 0 is the lane of all others.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from archive.choices import ACTING_ROLES
from archive.models import Body, Event, Official, Statement
from archive.models.base import Record
from archive.sql.compiler import Compiler
from archive.sql.relations import visible_related
from archive.sql.row_sources import Sql
from archive.timeline.params import MAX_LANES, TimelineLanes


def laned(lanes: TimelineLanes) -> str:
    """A query for the matched records with the numbers of their lanes, a row for each lane of a record."""
    if lanes is TimelineLanes.NONE:
        return "SELECT matched.*, 0 AS lane FROM matched"
    return _BY_CLASS if lanes is TimelineLanes.CLASSIFICATION else _BY_MEMBER


@dataclass(frozen=True, slots=True)
class MemberSql:
    """Builds the common table expressions of lanes."""

    compiler: Compiler
    lanes: TimelineLanes
    kinds: Collection[str]

    def ctes(self) -> list[tuple[str, Sql]]:
        """``frequent``: the numbered lanes, and for bodies and officials ``lane_name`` and ``member``."""
        match self.lanes:
            case TimelineLanes.NONE:
                return []
            case TimelineLanes.CLASSIFICATION:
                return [("frequent", Sql(_FREQUENT.format(lane="class", rows="matched")))]
            case TimelineLanes.COUNTRY:
                names = self.countries()
            case TimelineLanes.PARTICIPANT:
                names = self.participants()
        return [("party", self.parties()), *names, ("frequent", Sql(_FREQUENT.format(lane="lane", rows="member")))]

    def acting(self) -> list[tuple[str, Sql]]:
        """``acting``: the shown events with the numbers of the lanes that act in them; it refers to ``frequent``."""
        rows = visible_related(Event, "participations", self.compiler.user).filter(role__in=ACTING_ROLES).order_by()
        columns = {"a_event": F("event"), "a_body": F("body"), "a_official": F("official")}
        sql, params = self.compiler.django_sql(rows.values(**columns).query)
        actors = ("actor", Sql(_ACTORS.format(sql=sql), tuple(params)))
        if self.lanes is TimelineLanes.PARTICIPANT:
            return [actors, ("acting MATERIALIZED", Sql(_ACTING.format(members=_ACTING_PARTIES)))]
        bodies, body_params = self._visible(Body)
        officials, official_params = self._visible(Official)
        climb = _ACTING_BODIES.format(bodies=bodies, officials=officials)
        return [
            actors,
            ("acting_body", Sql(climb, (*official_params, *body_params))),
            ("acting MATERIALIZED", Sql(_ACTING.format(members=_ACTING_STATES))),
        ]

    def parties(self) -> Sql:
        """The bodies and officials that take part in matched events, or speak in matched statements."""
        texts, params = ["SELECT 0 AS p, 0 AS body_id, 0 AS official_id WHERE 1 = 0"], []
        if "event" in self.kinds:
            rows = visible_related(Event, "participations", self.compiler.user).order_by()
            columns = {"p_id": F("event"), "p_body": F("body"), "p_official": F("official")}
            sql, row_params = self.compiler.django_sql(rows.values(**columns).query)
            texts.append(_PARTIES.format(kind=0, sql=sql))
            params += row_params
        if "statement" in self.kinds:
            columns = {"p_id": F("pk"), "p_body": F("body"), "p_official": F("speaker")}
            sql, row_params = self.compiler.django_sql(Statement.objects.order_by().values(**columns).query)
            texts.append(_PARTIES.format(kind=1, sql=sql))
            params += row_params
        parties = " UNION ALL ".join(texts)
        text = f"SELECT r, body_id, official_id FROM ({parties}) AS parties JOIN matched ON matched.r = p"
        return Sql(text, tuple(params))

    def participants(self) -> list[tuple[str, Sql]]:
        bodies, body_params = self._visible(Body)
        officials, official_params = self._visible(Official)
        names = Sql(_PARTY_NAMES.format(bodies=bodies, officials=officials), (*body_params, *official_params))
        return [("lane_name", names), ("member", Sql(_PARTY_MEMBERS))]

    def countries(self) -> list[tuple[str, Sql]]:
        """The states, the bodies under each, and the members by body or by an official of one."""
        states, state_params = self._visible(Body, kind="state")
        bodies, body_params = self._visible(Body)
        officials, official_params = self._visible(Official)
        return [
            ("lane_name", Sql(_NAMES.format(type="body", rows=states), state_params)),
            ("tree", Sql(_STATE_TREE.format(bodies=bodies), body_params)),
            ("member", Sql(_STATE_MEMBERS.format(officials=officials), official_params)),
        ]

    def _visible(self, model: type[Record], **conditions: str) -> tuple[str, tuple[Any, ...]]:
        above = F("parent") if model is Body else F("state")
        rows = model.objects.visible_to(self.compiler.user).filter(**conditions).order_by()
        columns = {"b_id": F("pk"), "b_slug": F("slug"), "b_name": F("name"), "b_above": above}
        sql, params = self.compiler.django_sql(rows.values(**columns).query)
        return sql, tuple(params)


# The SQL below consists of constants of this module.

_FREQUENT = (
    "SELECT row_number() OVER (ORDER BY count(*) DESC, {lane}) AS number, {lane} AS lane FROM {rows} "
    f"GROUP BY {{lane}} ORDER BY 1 LIMIT {MAX_LANES}"
)
_BY_CLASS = (
    "SELECT matched.*, coalesce(number, 0) AS lane FROM matched LEFT JOIN frequent ON frequent.lane = matched.class"
)
_BY_MEMBER = (
    "SELECT DISTINCT matched.*, coalesce(number, 0) AS lane FROM matched "
    "LEFT JOIN member ON member.r = matched.r LEFT JOIN frequent ON frequent.lane = member.lane"
)
_PARTIES = "SELECT p_id * 2 + {kind}, p_body, p_official FROM ({sql}) AS links"
_NAMES = (
    "SELECT '{type}:' || b_slug AS lane, '{type}' AS type, b_id AS party_id, b_slug AS slug, b_name AS name "
    "FROM ({rows}) AS named"
)
_PARTY_NAMES = " UNION ALL ".join(
    _NAMES.replace("{type}", kind).replace("{rows}", rows)
    for kind, rows in (("body", "{bodies}"), ("official", "{officials}"))
)
_PARTY_MEMBERS = " UNION ".join(
    f"SELECT r, lane FROM party JOIN lane_name ON party_id = {kind}_id WHERE type = '{kind}'"
    for kind in ("body", "official")
)
_ACTORS = (
    "SELECT r, a_body AS body_id, a_official AS official_id "
    "FROM (SELECT DISTINCT r, r / 2 AS event_id FROM shown WHERE r %% 2 = 0) AS events "
    "JOIN ({sql}) AS links ON a_event = events.event_id"
)
_ACTING_PARTIES = " UNION ".join(
    f"SELECT r, lane FROM actor JOIN lane_name ON party_id = {kind}_id WHERE type = '{kind}'"
    for kind in ("body", "official")
)
#: The bodies that act, the states of officials who do, and the bodies above each.
_ACTING_BODIES = (
    "SELECT r, body_id AS id FROM actor WHERE body_id IS NOT NULL "
    "UNION SELECT r, b_above FROM actor JOIN ({officials}) AS officials ON b_id = official_id "
    "UNION SELECT r, b_above FROM acting_body JOIN ({bodies}) AS bodies ON b_id = acting_body.id"
)
_ACTING_STATES = "SELECT r, lane FROM acting_body JOIN lane_name ON party_id = acting_body.id"
_ACTING = (
    "SELECT DISTINCT r, coalesce(number, 0) AS number FROM ({members}) AS members "
    "LEFT JOIN frequent ON frequent.lane = members.lane"
)
_STATE_TREE = (
    "SELECT party_id AS id, lane FROM lane_name "
    "UNION SELECT b_id, tree.lane FROM ({bodies}) AS bodies JOIN tree ON b_above = tree.id"
)
_STATE_MEMBERS = (
    "SELECT r, lane FROM party JOIN tree ON tree.id = body_id "
    "UNION SELECT r, lane FROM party JOIN ({officials}) AS officials ON b_id = official_id "
    "JOIN tree ON tree.id = b_above"
)
