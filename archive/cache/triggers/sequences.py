"""Triggers that keep ``sequence`` of statements and events: replies follow what they answer in lists of one date.

A record's sequence is the length of the longest chain of answers that leads to it over published records of its date; 0
if it answers none of them. Only published records count, so that the order does not reveal drafts. The records of a
cycle, and those that answer it, have the same sequence and are ordered by slug.
"""

from __future__ import annotations

from dataclasses import dataclass

from archive.choices import LATER_RELATIONS, Status
from archive.models import Event, Relation, Statement

PREFIX = "archive_sequence_"
#: The greatest sequence; it ends the recursion of a cycle.
MAX_SEQUENCE = 1_000

# All names in this module's SQL come from the code.


def _increment(length: str) -> str:
    return f"CASE WHEN {length} < {MAX_SEQUENCE} THEN {length} + 1 ELSE {MAX_SEQUENCE} END"


@dataclass(frozen=True, slots=True)
class Answers:
    """A link table by which a record (``later``) answers another (``earlier``) of the same table."""

    records: str
    links: str
    later: str
    earlier: str
    #: SQL condition of the rows that are answers, with ``{}`` for the row.
    condition: str = "1 = 1"

    def counted(self, rows: str = "") -> str:
        """SQL that joins links ``l`` with both records, if they are of one date and the earlier is published."""
        return (
            f'{rows or self.links} AS l JOIN "{self.records}" AS earlier ON earlier.id = l.{self.earlier} '
            f'JOIN "{self.records}" AS later ON later.id = l.{self.later} AND later.date_sort = earlier.date_sort '
            f"AND earlier.status = '{Status.PUBLISHED}' AND {self.condition.format('l')}"
        )

    def write(self, first: str) -> str:
        """The UPDATE of the records whose ids the query ``first`` returns, and of those that depend on them.

        CROSS JOIN makes SQLite begin with the first table, which has few rows.
        """
        return f"""UPDATE "{self.records}" SET sequence = written.sequence FROM (
            WITH RECURSIVE moved(id) AS (
                {first}
                UNION SELECT l.{self.later} FROM moved CROSS JOIN {self.counted()} WHERE l.{self.earlier} = moved.id
            ), chained(id, length) AS (
                SELECT id, 0 FROM moved
                UNION SELECT moved.id, {_increment("earlier.sequence")}
                    FROM moved CROSS JOIN {self.counted()} WHERE l.{self.later} = moved.id
                    AND earlier.id NOT IN (SELECT id FROM moved)
            ), reached(id, length) AS (
                SELECT id, length FROM chained
                UNION SELECT l.{self.later}, {_increment("length")}
                    FROM reached CROSS JOIN {self.counted()} WHERE l.{self.earlier} = reached.id
            )
            SELECT id, max(length) AS sequence FROM reached GROUP BY id
        ) AS written WHERE written.id = "{self.records}".id AND written.sequence <> "{self.records}".sequence"""  # noqa: S608

    def answering(self, row: str) -> str:
        """A query for the record of a trigger's row and what answers it."""
        return f'SELECT {row}.id UNION SELECT {self.later} FROM "{self.links}" WHERE {self.earlier} = {row}.id'  # noqa: S608

    def is_linked(self, row: str) -> str:
        return (
            f'(EXISTS (SELECT 1 FROM "{self.links}" WHERE {self.later} = {row}.id) '  # noqa: S608
            f'OR EXISTS (SELECT 1 FROM "{self.links}" WHERE {self.earlier} = {row}.id))'
        )


_KINDS = ", ".join(f"'{kind.value}'" for kind in LATER_RELATIONS)
ANSWERS = (
    Answers(
        Statement._meta.db_table, Statement.in_reply_to.through._meta.db_table, "from_statement_id", "to_statement_id"
    ),
    Answers(Event._meta.db_table, Relation._meta.db_table, "from_event_id", "to_event_id", f"{{}}.kind IN ({_KINDS})"),
)
_CHANGED = "(OLD.date_sort <> NEW.date_sort OR OLD.status <> NEW.status)"


def rebuild_statements() -> list[str]:
    """SQL statements that recompute all sequences."""
    first = 'SELECT id FROM "{}" WHERE sequence <> 0 UNION SELECT later.id FROM {}'
    return [answers.write(first.format(answers.records, answers.counted())) for answers in ANSWERS]


def create_statements(vendor: str) -> list[str]:
    """The SQL statements that create all triggers."""
    create = _on_postgresql if vendor == "postgresql" else _on_sqlite
    return [sql for answers in ANSWERS for sql in create(answers)]


def _on_postgresql(answers: Answers) -> list[str]:
    """Statement-level triggers on links, for COPY; row-level ones on records: few are answers."""
    added, removed = (
        answers.write(sql)
        for sql in (
            f"SELECT later.id FROM {answers.counted('added')}",  # noqa: S608
            f"SELECT l.{answers.later} FROM removed AS l WHERE {answers.condition.format('l')}",  # noqa: S608
        )
    )
    zero = f'UPDATE "{answers.records}" SET sequence = 0 WHERE sequence <> 0'  # noqa: S608
    new, old, each = "NEW TABLE AS added", "OLD TABLE AS removed", "FOR EACH STATEMENT"
    record = f"IF {answers.is_linked('NEW')} THEN\n    {answers.write(answers.answering('NEW'))};\n    END IF"
    links = answers.links
    return [
        *_trigger(f"insert_{links}", "INSERT", links, f"REFERENCING {new} {each}", _exec(added)),
        *_trigger(f"delete_{links}", "DELETE", links, f"REFERENCING {old} {each}", _exec(removed)),
        *_trigger(f"update_{links}", "UPDATE", links, f"REFERENCING {old} {new} {each}", _exec(removed), _exec(added)),
        *_trigger(f"truncate_{links}", "TRUNCATE", links, each, zero),
        *_trigger("move_" + answers.records, "UPDATE OF date_sort, status", answers.records,
                  f"FOR EACH ROW WHEN {_CHANGED}", record),
    ]  # fmt: skip


def _exec(sql: str) -> str:
    # EXECUTE plans each time: a plan cached during a bulk load would hash whole tables for a single row.
    return f"EXECUTE $sql${sql}$sql$"


def _trigger(name: str, event: str, table: str, clauses: str, *run: str) -> list[str]:
    return [
        f"CREATE OR REPLACE FUNCTION {PREFIX}{name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n    {'; '.join(run)};\n    RETURN NULL;\nEND $$",
        f'CREATE TRIGGER {PREFIX}{name} AFTER {event} ON "{table}" {clauses} EXECUTE FUNCTION {PREFIX}{name}()',
    ]


def _on_sqlite(answers: Answers) -> list[str]:
    def write(row: str) -> str:
        return answers.write(f"SELECT {row}.{answers.later}")

    links, is_new, was_one = answers.links, answers.condition.format("NEW"), answers.condition.format("OLD")
    counts = f"EXISTS (SELECT 1 FROM {answers.counted()} AND l.id = NEW.id)"  # noqa: S608
    return [
        f'CREATE TRIGGER {PREFIX}insert_{links} AFTER INSERT ON "{links}" WHEN {is_new} AND {counts} '
        f"BEGIN {write('NEW')}; END",
        f'CREATE TRIGGER {PREFIX}delete_{links} AFTER DELETE ON "{links}" WHEN {was_one} BEGIN {write("OLD")}; END',
        f'CREATE TRIGGER {PREFIX}update_{links} AFTER UPDATE ON "{links}" WHEN {is_new} OR {was_one} '
        f"BEGIN {write('OLD')}; {write('NEW')}; END",
        f'CREATE TRIGGER {PREFIX}move_{answers.records} AFTER UPDATE OF date_sort, status ON "{answers.records}" '
        f"WHEN {_CHANGED} AND {answers.is_linked('NEW')} BEGIN {answers.write(answers.answering('NEW'))}; END",
    ]
