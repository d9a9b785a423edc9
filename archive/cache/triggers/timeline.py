"""Triggers that keep the tables of ``archive.sql.timeline_summary`` equal to the published events and statements.

A trigger names the records that a write may have changed; then their entries are compared with the tables, and the
cells of those that differ are computed from the next lower level. A bulk load only queues the records, which are
summarized at its end (``archive.cache.timeline_summary.flush``).
"""

# All names in this module's SQL come from the code.
# ruff: noqa: S608

from __future__ import annotations

from archive.cache.triggers.moments import BULK_MOMENT, is_bulk
from archive.choices import BodyKind, Status
from archive.models import Body, Event, Official, Participation, Relation, Statement
from archive.sql.timeline_summary import (
    CELLS,
    COUNTRY_LEVELS,
    ENTRIES,
    FIRST,
    HAS_DATE,
    KIND_NUMBERS,
    LAST,
    LEVEL_STEP,
    LEVELS,
    bit_length,
    rank,
)

PREFIX = "archive_timeline_"
QUEUE, KEYS = "archive_timelinequeue", "archive_timelinekey"
REFRESH = f"{PREFIX}refresh"
_EVENT, _STATEMENT, _RELATION, _PARTICIPATION, _OFFICIAL, _BODY, _REPLY = (
    model._meta.db_table
    for model in (Event, Statement, Relation, Participation, Official, Body, Statement.in_reply_to.through)
)
_TABLES = {"event": _EVENT, "statement": _STATEMENT}
#: Link table of a kind of record, and its two keys.
_LINKS = {
    "event": (_RELATION, "from_event_id", "to_event_id"),
    "statement": (_REPLY, "from_statement_id", "to_statement_id"),
}
_ENTRY_COLUMNS = "r, k, width, first, last, class, links, best, countries"
KEY_COLUMNS = "level, place, k, class, countries"
_CELL_COLUMNS = f"{KEY_COLUMNS}, n, first, last, best"
_PUBLISHED = f"status = '{Status.PUBLISHED}'"
_LEVEL_VALUES = ", ".join(f"({level + extra})" for level in LEVELS for extra in (0, COUNTRY_LEVELS))


def entries_sql(kind: str, vendor: str, changed: str = "") -> str:
    """A query for the entries that a kind's records should have; ``changed``: a query for the ``r`` of some records."""
    number, (links, later, earlier) = KIND_NUMBERS[kind], _LINKS[kind]
    table = _TABLES[kind]
    condition = f" AND id IN (SELECT r / 2 FROM ({changed}) AS changed WHERE r % 2 = {number})" if changed else ""
    joined = "string_agg(body_id::text, ',' ORDER BY body_id)" if vendor == "postgresql" else "group_concat(body_id)"
    ends = " UNION ALL ".join(
        f"SELECT l.{own} AS id FROM own JOIN {links} AS l ON l.{own} = own.id "
        f"JOIN {table} AS other ON other.id = l.{end} AND other.{_PUBLISHED}"
        for own, end in ((later, earlier), (earlier, later))
    )
    r, width = f"(id * 2 + {number})", bit_length("(last - first)")
    return f"""SELECT {r} AS r, {number} AS k, {width} AS width, first, last, class, links,
        {rank("links", "r_sort", r)} AS best, countries
    FROM (WITH RECURSIVE own AS (
        SELECT id, r_sort, class, {FIRST.replace("%%", "%")} AS first, {LAST.replace("%%", "%")} AS last
        FROM (SELECT id, date_sort AS r_sort, date_earliest AS r_from, date_latest AS r_to, classification AS class
            FROM {table} WHERE {_PUBLISHED}{condition}) AS spans WHERE {HAS_DATE}
    ), up(id, body_id) AS (
        {_parties(kind)}
        UNION SELECT up.id, above.id FROM up JOIN {_BODY} AS below ON below.id = up.body_id
            JOIN {_BODY} AS above ON above.id = below.parent_id AND above.{_PUBLISHED}
    ), linked AS (SELECT id, count(*) AS links FROM ({ends}) AS ends GROUP BY id
    ), placed AS (
        SELECT id, '[' || {joined} || ']' AS countries FROM (
            SELECT up.id, up.body_id FROM up JOIN {_BODY} AS state ON state.id = up.body_id
            WHERE state.kind = '{BodyKind.STATE}' ORDER BY up.id, up.body_id
        ) AS states GROUP BY id
    )
    SELECT own.*, coalesce(linked.links, 0) AS links, coalesce(placed.countries, '[]') AS countries
    FROM own LEFT JOIN linked ON linked.id = own.id LEFT JOIN placed ON placed.id = own.id) AS own"""


def _parties(kind: str) -> str:
    """The published bodies of the records ``own``, and the states of their published officials."""
    rows, key, official = (_PARTICIPATION, "event_id", "official_id") if kind == "event" else (
        _STATEMENT, "id", "speaker_id")  # fmt: skip
    return (
        f"SELECT own.id, b.id FROM own JOIN {rows} AS p ON p.{key} = own.id "
        f"JOIN {_BODY} AS b ON b.id = p.body_id AND b.{_PUBLISHED} "
        f"UNION SELECT own.id, b.id FROM own JOIN {rows} AS p ON p.{key} = own.id "
        f"JOIN {_OFFICIAL} AS o ON o.id = p.{official} AND o.{_PUBLISHED} "
        f"JOIN {_BODY} AS b ON b.id = o.state_id AND b.{_PUBLISHED}"
    )


def all_entries(vendor: str, changed: str = "") -> str:
    """A query for the entries of all kinds."""
    selected = (f"SELECT * FROM ({entries_sql(kind, vendor, changed)}) AS {kind}s" for kind in KIND_NUMBERS)
    return " UNION ALL ".join(selected)


def cells_of_entries(level: int) -> str:
    """A query for the cells of a level, computed from all entries."""
    return " UNION ALL ".join(
        f"SELECT level, place, k, class, countries, count(*), min(first), max(last), max(best) FROM ("
        f"SELECT {level + extra} AS level, first / {2**level} AS place, k, class, {countries} AS countries, "
        f"first, last, best FROM {ENTRIES} WHERE width <= {level}) AS entries GROUP BY {KEY_COLUMNS}"
        for extra, countries in ((0, "''"), (COUNTRY_LEVELS, "countries"))
    )


def rebuild_statements(vendor: str) -> list[str]:
    """The SQL statements that rebuild both tables."""
    return [
        f"DELETE FROM {QUEUE}",
        f"DELETE FROM {CELLS}",
        f"DELETE FROM {ENTRIES}",
        f"INSERT INTO {ENTRIES} ({_ENTRY_COLUMNS}) {all_entries(vendor)}",
        *(_insert_level(level) for level in LEVELS),
    ]


def _insert_level(level: int) -> str:
    """The INSERT of a level's cells, from those of the level below and the entries that are too wide for it."""
    below, length = level - LEVEL_STEP if level > LEVELS[0] else -1, 2**level
    parts = [
        f"SELECT {level + extra} AS level, first / {length} AS place, k, class, {countries} AS countries, "
        f"1 AS n, first, last, best FROM {ENTRIES} WHERE width > {below} AND width <= {level}"
        for extra, countries in ((0, "''"), (COUNTRY_LEVELS, "countries"))
    ]
    if below > 0:
        parts.append(
            f"SELECT level + {LEVEL_STEP}, place / {2**LEVEL_STEP}, k, class, countries, n, first, last, best "
            f"FROM {CELLS} WHERE level IN ({below}, {below + COUNTRY_LEVELS})"
        )
    return _insert_cells(" UNION ALL ".join(parts))


def _insert_cells(parts: str) -> str:
    return (
        f"INSERT INTO {CELLS} ({_CELL_COLUMNS}) SELECT {KEY_COLUMNS}, sum(n), min(first), max(last), max(best) "
        f"FROM ({parts}) AS parts GROUP BY {KEY_COLUMNS}"
    )


def _keys_of(entries: str) -> str:
    """A query for the keys of the cells that count the entries."""
    return (
        f"SELECT DISTINCT level, first >> (level % {COUNTRY_LEVELS}), k, class, "
        f"CASE WHEN level < {COUNTRY_LEVELS} THEN '' ELSE countries END "
        f"FROM ({entries}) AS entries "
        f"JOIN (SELECT column1 AS level FROM (VALUES {_LEVEL_VALUES}) AS numbers) AS levels "
        f"ON width <= level % {COUNTRY_LEVELS}"
    )


def _refresh_cells(keys: str) -> list[str]:
    """The statements that compute the cells with the keys again, from the lowest level upwards."""
    matches = " AND ".join(f"key.{name} = {CELLS}.{name}" for name in KEY_COLUMNS.split(", "))
    return [
        f"DELETE FROM {CELLS} WHERE EXISTS (SELECT 1 FROM {keys} WHERE {matches})",
        *(_insert_cells(_children(level, keys)) for level in LEVELS),
    ]


def _children(level: int, keys: str) -> str:
    """SQL of the parts that the cells of a level with the keys consist of."""
    below, length = level - LEVEL_STEP if level > LEVELS[0] else -1, 2**level
    columns = ", ".join(f"key.{name}" for name in KEY_COLUMNS.split(", "))
    widths = ", ".join(str(width) for width in range(below + 1, level + 1))
    condition = f"key.level IN ({level}, {level + COUNTRY_LEVELS})"
    parts = [
        f"SELECT {columns}, 1 AS n, e.first, e.last, e.best FROM {keys} CROSS JOIN {ENTRIES} AS e "
        f"WHERE {condition} AND e.width IN ({widths}) AND e.first >= key.place * {length} "
        f"AND e.first < (key.place + 1) * {length} AND e.k = key.k AND e.class = key.class "
        f"AND (key.level < {COUNTRY_LEVELS} OR e.countries = key.countries)"
    ]
    if below > 0:
        parts.append(
            f"SELECT {columns}, c.n, c.first, c.last, c.best FROM {keys} CROSS JOIN {CELLS} AS c "
            f"WHERE {condition} AND c.level = key.level - {LEVEL_STEP} AND c.place >= key.place * {2**LEVEL_STEP} "
            f"AND c.place < (key.place + 1) * {2**LEVEL_STEP} "
            "AND c.k = key.k AND c.class = key.class AND c.countries = key.countries"
        )
    return " UNION ALL ".join(parts)


# The triggers.


def create_statements(vendor: str) -> list[str]:
    """The SQL statements that create all functions and triggers."""
    return _on_postgresql() if vendor == "postgresql" else _on_sqlite()


def refresh_statements(changed: str = f"SELECT r FROM {QUEUE}") -> list[str]:
    """SQLite: the statements that summarize the queued records again, and empty the queue."""
    keys = f"{KEYS} AS key"
    own = f"SELECT * FROM {ENTRIES} WHERE r IN ({changed})"
    return [
        f"INSERT OR IGNORE INTO {KEYS} {_keys_of(own)}",
        f"DELETE FROM {ENTRIES} WHERE r IN ({changed})",
        f"INSERT INTO {ENTRIES} ({_ENTRY_COLUMNS}) SELECT * FROM ({all_entries('sqlite', changed)})",
        f"INSERT OR IGNORE INTO {KEYS} {_keys_of(own)}",
        *_refresh_cells(keys),
        f"DELETE FROM {KEYS}",
        f"DELETE FROM {QUEUE}",
    ]


def _key(kind: str, column: str) -> str:
    return f"{column} * 2 + {KIND_NUMBERS[kind]}"


def _neighbours(kind: str, row: str) -> str:
    """The ``r`` of the records that are linked to a row."""
    links, later, earlier = _LINKS[kind]
    return " UNION ALL ".join(
        f"SELECT {_key(kind, end)} FROM {links} WHERE {own} = {row}.id"
        for own, end in ((later, earlier), (earlier, later))
    )


def _of_officials(officials: str) -> str:
    """The ``r`` of the records in which officials, by a query for their ids, take part or speak."""
    return (
        f"SELECT {_key('event', 'event_id')} FROM {_PARTICIPATION} WHERE official_id IN ({officials}) "
        f"UNION SELECT {_key('statement', 'id')} FROM {_STATEMENT} WHERE speaker_id IN ({officials})"
    )


def _of_bodies(row: str) -> str:
    """The ``r`` of the records of a body and of those under it."""
    tree = (
        f"SELECT id FROM (WITH RECURSIVE tree(id) AS (SELECT {row}.id UNION SELECT b.id FROM tree "
        f"JOIN {_BODY} AS b ON b.parent_id = tree.id) SELECT id FROM tree) AS tree"
    )
    return (
        f"SELECT {_key('event', 'event_id')} FROM {_PARTICIPATION} WHERE body_id IN ({tree}) "
        f"UNION SELECT {_key('statement', 'id')} FROM {_STATEMENT} WHERE body_id IN ({tree}) "
        f"UNION {_of_officials(f'SELECT id FROM {_OFFICIAL} WHERE state_id IN ({tree})')}"
    )


_DATED = ("status", "date_sort", "date_earliest", "date_latest", "classification")
#: Table -> columns whose change matters, and a query for the changed ``r`` of a row ``{row}``.
_UPDATES: dict[str, tuple[tuple[str, ...], str]] = {
    _EVENT: (_DATED, f"SELECT {_key('event', '{row}.id')}"),
    _STATEMENT: ((*_DATED, "body_id", "speaker_id"), f"SELECT {_key('statement', '{row}.id')}"),
    _OFFICIAL: (("status", "state_id"), _of_officials("{row}.id")),
    _BODY: (("status", "kind", "parent_id"), _of_bodies("{row}")),
}
#: Table whose rows come and go -> the changed ``r`` of a row.
_ROWS = {
    _EVENT: [_key("event", "{row}.id")],
    _STATEMENT: [_key("statement", "{row}.id")],
    _PARTICIPATION: [_key("event", "{row}.event_id")],
    _RELATION: [_key("event", "{row}.from_event_id"), _key("event", "{row}.to_event_id")],
    _REPLY: [_key("statement", "{row}.from_statement_id"), _key("statement", "{row}.to_statement_id")],
}


def _changed(columns: tuple[str, ...], differ: str) -> str:
    return "(" + " OR ".join(f"OLD.{column} {differ} NEW.{column}" for column in columns) + ")"


def _on_sqlite() -> list[str]:
    refresh = "; ".join(refresh_statements())
    statements = [f'CREATE TRIGGER {PREFIX}refresh AFTER INSERT ON "{QUEUE}" WHEN NOT {is_bulk()} BEGIN {refresh}; END']
    queue = f"INSERT OR IGNORE INTO {QUEUE} (r)"
    for table, keys in _ROWS.items():
        for event, rows in (("INSERT", ("NEW",)), ("DELETE", ("OLD",)), ("UPDATE", ("OLD", "NEW"))):
            if event == "UPDATE" and table in _UPDATES:
                continue
            values = ", ".join(f"({key.format(row=row)})" for row in rows for key in keys)
            statements.append(
                f'CREATE TRIGGER {PREFIX}{event.lower()}_{table} AFTER {event} ON "{table}" '
                f"BEGIN {queue} VALUES {values}; END"
            )
    for table, (columns, changed) in _UPDATES.items():
        statements.append(
            f'CREATE TRIGGER {PREFIX}update_{table} AFTER UPDATE OF {", ".join(columns)} ON "{table}" '
            f"WHEN {_changed(columns, 'IS NOT')} BEGIN {queue} {changed.format(row='NEW')}; END"
        )
    for kind, table in _TABLES.items():
        statements.append(
            f'CREATE TRIGGER {PREFIX}status_{table} AFTER UPDATE OF status ON "{table}" '
            f"WHEN OLD.status <> NEW.status BEGIN {queue} {_neighbours(kind, 'NEW')}; END"
        )
    return statements


_ENTRY_ARRAY = f"ARRAY(SELECT e FROM {ENTRIES} AS e WHERE r = ANY(changed) ORDER BY r)"
_UNNESTED_KEYS = f"unnest(levels, places, kinds, classes, sets) AS key({KEY_COLUMNS})"


def _refresh_function() -> str:
    """The function that summarizes records again by ``r``; its plans are for few records."""
    current = all_entries("postgresql", "SELECT unnest(changed) AS r")
    both = "SELECT * FROM unnest(was) UNION ALL SELECT * FROM unnest(becomes)"
    cells = "\n    ".join(f"{sql};" for sql in _refresh_cells(_UNNESTED_KEYS))
    return f"""
CREATE OR REPLACE FUNCTION {REFRESH}(changed bigint[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    was {ENTRIES}[] := {_ENTRY_ARRAY};
    becomes {ENTRIES}[] := ARRAY(SELECT (r, k, width, first, last, class, links, best, countries)::{ENTRIES}
        FROM ({current}) AS entries ORDER BY r);
    levels int[]; places int[]; kinds int[]; classes text[]; sets text[];
BEGIN
    IF was = becomes THEN RETURN; END IF;
    DELETE FROM {ENTRIES} WHERE r = ANY(changed);
    INSERT INTO {ENTRIES} SELECT * FROM unnest(becomes);
    SELECT array_agg(level), array_agg(place), array_agg(k), array_agg(class), array_agg(countries)
        INTO levels, places, kinds, classes, sets FROM ({_keys_of(both)}) AS key({KEY_COLUMNS});
    {cells}
END $$
"""


def _queue_function() -> str:
    """The function that summarizes records, or queues them during a bulk load."""
    return f"""
CREATE OR REPLACE FUNCTION {PREFIX}changed(changed bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(changed) = 0 THEN RETURN; END IF;
    IF current_setting('{BULK_MOMENT}', true) <> '' THEN
        INSERT INTO {QUEUE} (r) SELECT unnest(changed) ON CONFLICT DO NOTHING;
    ELSE
        PERFORM {REFRESH}(changed);
    END IF;
END $$
"""


def _on_postgresql() -> list[str]:
    statements = [_refresh_function(), _queue_function()]
    for table, keys in _ROWS.items():
        for event, sources in (("INSERT", ("added",)), ("DELETE", ("removed",)), ("UPDATE", ("removed", "added"))):
            if event == "UPDATE" and table in _UPDATES:
                continue
            rows = " UNION ".join(
                f"SELECT {key.format(row='row')} FROM {source} AS row" for source in sources for key in keys
            )
            clauses = {"added": "NEW TABLE AS added", "removed": "OLD TABLE AS removed"}
            tables = " ".join(clauses[source] for source in sources)
            statements += _trigger(event.lower(), event, table, f"REFERENCING {tables} FOR EACH STATEMENT", rows)
    for table, (columns, changed) in _UPDATES.items():
        when = f"FOR EACH ROW WHEN {_changed(columns, 'IS DISTINCT FROM')}"
        statements += _trigger("update", f"UPDATE OF {', '.join(columns)}", table, when, changed.format(row="NEW"))
    for kind, table in _TABLES.items():
        when = "FOR EACH ROW WHEN (OLD.status <> NEW.status)"
        statements += _trigger("status", "UPDATE OF status", table, when, _neighbours(kind, "NEW"))
        statements += _truncated(kind, table)
        every = f"SELECT r FROM {ENTRIES} WHERE k = {KIND_NUMBERS[kind]}"
        links = (_RELATION, _PARTICIPATION) if kind == "event" else (_REPLY,)
        for table in links:
            statements += _trigger("truncate", "TRUNCATE", table, "FOR EACH STATEMENT", every)
    return statements


def _trigger(name: str, event: str, table: str, clauses: str, changed: str) -> list[str]:
    name = f"{PREFIX}{name}_{table.removeprefix('archive_')}"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n    PERFORM {PREFIX}changed(ARRAY({changed}));\n    RETURN NULL;\nEND $$",
        f'CREATE TRIGGER {name} AFTER {event} ON "{table}" {clauses} EXECUTE FUNCTION {name}()',
    ]


def _truncated(kind: str, table: str) -> list[str]:
    """TRUNCATE empties all tables with foreign keys to the table in the same statement."""
    name, number = f"{PREFIX}truncate_{table.removeprefix('archive_')}", KIND_NUMBERS[kind]
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n    DELETE FROM {ENTRIES} WHERE k = {number}; DELETE FROM {CELLS} WHERE k = {number}; "
        f"DELETE FROM {QUEUE} WHERE r % 2 = {number};\n    RETURN NULL;\nEND $$",
        f'CREATE TRIGGER {name} AFTER TRUNCATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION {name}()',
    ]
