"""SQL of a timeline's lanes: by classification, by state and by participant.

The most frequent lanes are numbered from 1; 0 is the lane of all others.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F

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
_STATE_TREE = (
    "SELECT party_id AS id, lane FROM lane_name "
    "UNION SELECT b_id, tree.lane FROM ({bodies}) AS bodies JOIN tree ON b_above = tree.id"
)
_STATE_MEMBERS = (
    "SELECT r, lane FROM party JOIN tree ON tree.id = body_id "
    "UNION SELECT r, lane FROM party JOIN ({officials}) AS officials ON b_id = official_id "
    "JOIN tree ON tree.id = b_above"
)
