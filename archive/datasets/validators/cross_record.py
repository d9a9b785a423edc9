"""Validators of rules that span records: cycles, capacities, outcomes, and what may be published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from itertools import chain

from django.utils import timezone

from archive import models
from archive.choices import ANSWERABLE_KINDS, Status
from archive.datasets.problems import Problem, Problems, quote_value
from archive.datasets.resolve import Resolver, Rows
from archive.datasets.schema import Column, RecordType, m2m_columns, record_types
from archive.datasets.validators.constraints import Validator
from archive.permissions import PARENT_PATHS

#: SQL for the kinds of speech acts that have outcomes.
_ANSWERABLE = ", ".join(f"'{kind}'" for kind in sorted(ANSWERABLE_KINDS))
#: Record types that form a tree, and the field that refers to the parent.
TREES = {"topics": "parent", "bodies": "parent", "events": "part_of"}


class _CapacityValidator(Validator):
    """Base of validators of capacities: the links from statements to appointments of another official."""

    def foreign_capacities(
        self, statements: Rows, links: str, condition: str = "1 = 1"
    ) -> list[tuple[int, int, int | None, int, int]]:
        """File, line, speaker, appointment and its official of each row that has a foreign one.

        ``links`` is SQL for the links of the rows (``owner`` to ``target``), ``condition`` a condition on ``held``.
        """
        held = " UNION ALL ".join(self.all_records(record_types()["appointments"], "official_id"))
        query = f"""SELECT own.file, own.line, own.speaker_id, held.id, held.official_id
            FROM {statements.table} AS own JOIN {links} AS link ON link.owner = own.id
            JOIN ({held}) AS held ON held.id = link.target
            WHERE own.bad = 0 AND (own.speaker_id IS NULL OR held.official_id <> own.speaker_id)
            AND held.official_id IS NOT NULL AND {condition} ORDER BY 1, 2, 4"""
        return list(self.database.rows(query))

    def key(self, name: str, pk: int | None) -> str:
        return quote_value(None if pk is None else self.resolver.record_keys.key_of(name, pk))


class CrossRecordValidator(_CapacityValidator):
    """Checks cycles, capacities of other speakers, and outcomes of speech acts that call for no answer."""

    def validate(self) -> None:
        for name, field in TREES.items():
            rows = self.resolver.rows.get(name)
            if rows is not None and field in rows.staged.file_columns:
                self._check_cycles(rows, field)
        if "statements" in self.resolver.rows:
            self._check_capacities(self.resolver.rows["statements"])
        if "outcomes" in self.resolver.rows:
            self._check_outcomes(self.resolver.rows["outcomes"])

    def _check_cycles(self, rows: Rows, name: str) -> None:
        """Report records that are their own ancestor."""
        column = self.quote(rows.record_type.column(name).field.column)
        table = self.database.table(rows.record_type.model)
        parents = dict(self.database.rows(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL"))
        parents |= self.database.rows(f"SELECT id, {column} FROM {rows.table}")
        in_cycle = find_cycles({pk: parent for pk, parent in parents.items() if parent is not None})
        if not in_cycle:
            return
        query = f"SELECT file, line, id, {self.quote(name)} FROM {rows.table} ORDER BY file, line"
        for file, line, pk, key in self.database.rows(query):
            if pk in in_cycle and parents[pk] != pk:
                got = f"{quote_value(key)}, which leads back here"
                self.add(file, line, name, got, "a record that is not below this one", code="cycle")

    def _check_capacities(self, statements: Rows) -> None:
        """Report capacities in the file that are of another official than the speaker."""
        for file, line, speaker_id, appointment_id, _ in self.foreign_capacities(
            statements, statements.links["capacities"]
        ):
            speaker, appointment = self.key("officials", speaker_id), self.key("appointments", appointment_id)
            expected = f"an appointment of the speaker, {speaker}" if speaker_id else "none: there is no speaker"
            self.add(file, line, "capacities", f"{appointment} of another official", expected, code="capacity")

    def _check_outcomes(self, outcomes: Rows) -> None:
        acts = " UNION ALL ".join(self.all_records(record_types()["speech_acts"], "kind"))
        query = f"""SELECT own.file, own.line, own.speech_act, act.kind FROM {outcomes.table} AS own
            JOIN ({acts}) AS act ON act.id = own.speech_act_id
            WHERE act.kind <> '' AND act.kind NOT IN ({_ANSWERABLE}) ORDER BY 1, 2"""
        for file, line, key, kind in self.database.rows(query):
            got = f"{quote_value(key)}, which is one of kind '{kind}'"
            expected = f"a speech act that calls for an answer: {', '.join(sorted(ANSWERABLE_KINDS))}"
            self.add(file, line, "speech_act", got, expected, code="outcome")


class StoredPartnerValidator(_CapacityValidator):
    """Checks rows with what refers to their record in the archive alone: capacities and outcomes that no row has.

    ``removed`` are the tables of ids that a load with ``--prune`` removes, by record type.
    """

    def __init__(self, resolver: Resolver, problems: Problems, removed: Mapping[str, str]) -> None:
        super().__init__(resolver, problems)
        self.removed = removed

    def validate(self) -> None:
        rows = {name: rows for name, rows in self.resolver.rows.items() if rows.existing}
        statements, appointments, acts = (rows.get(name) for name in ("statements", "appointments", "speech_acts"))
        changes_officials = appointments is not None and "official" in appointments.staged.file_columns
        columns = statements.staged.file_columns if statements is not None else ()
        changes_speakers = changes_officials or "speaker" in columns
        if statements is not None and changes_speakers and "capacities" not in columns:
            self._check_speakers(statements)
        if appointments is not None and changes_officials:
            self._check_officials(appointments)
        if acts is not None and "kind" in acts.staged.file_columns:
            self._check_kinds(acts)

    def _check_speakers(self, statements: Rows) -> None:
        """Report statements whose stored capacities are of another official than the speaker."""
        links, stays = f"({self._capacities()})", self._stays("appointments", "held.id")
        for file, line, speaker_id, appointment_id, official_id in self.foreign_capacities(statements, links, stays):
            speaker, official = self.key("officials", speaker_id), self.key("officials", official_id)
            expected = (
                f"{official}, for the statement has the capacity {self.key('appointments', appointment_id)}: "
                "give its new capacities, or none, in a column capacities"
            )
            self.add(file, line, "speaker", speaker, expected, code="capacity")

    def _check_officials(self, appointments: Rows) -> None:
        """Report appointments that stored statements of another speaker have as a capacity."""
        statements = self.resolver.rows.get("statements")
        absent = f"NOT EXISTS (SELECT 1 FROM {statements.table} AS other WHERE other.id = said.id)" if (
            statements is not None) else "1 = 1"  # fmt: skip
        query = f"""SELECT own.file, own.line, own.official_id, said.id, said.speaker_id
            FROM {appointments.table} AS own JOIN ({self._capacities()}) AS link ON link.target = own.id
            JOIN {self.database.table(models.Statement)} AS said ON said.id = link.owner
            WHERE own.bad = 0 AND own.official_id <> said.speaker_id
            AND {absent} AND {self._stays("statements", "said.id")} ORDER BY 1, 2, 4"""
        for file, line, official_id, statement_id, speaker_id in list(self.database.rows(query)):
            expected = (
                f"{self.key('officials', speaker_id)}, for the statement {self.key('statements', statement_id)} "
                "has this appointment as a capacity of its speaker"
            )
            self.add(file, line, "official", self.key("officials", official_id), expected, code="capacity")

    def _check_kinds(self, acts: Rows) -> None:
        """Report speech acts of a kind that calls for no answer, and that have a stored outcome."""
        query = f"""SELECT DISTINCT own.file, own.line, own.kind FROM {acts.table} AS own
            JOIN {self.database.table(models.Outcome)} AS stored ON stored.speech_act_id = own.id
            WHERE own.kind <> '' AND own.kind NOT IN ({_ANSWERABLE})
            AND {self._stays("outcomes", "stored.id")} ORDER BY 1, 2"""
        for file, line, kind in self.database.rows(query):
            expected = f"a kind that calls for an answer, for it has an outcome: {', '.join(sorted(ANSWERABLE_KINDS))}"
            self.add(file, line, "kind", quote_value(kind), expected, code="outcome")

    def _capacities(self) -> str:
        """A query for the stored links from statements (``owner``) to appointments (``target``)."""
        through, owner, target = m2m_columns(models.Statement._meta.get_field("capacities"))
        names = f"{self.quote(owner)} AS owner, {self.quote(target)} AS target"
        return f"SELECT {names} FROM {self.database.table(through)}"

    def _stays(self, name: str, pk: str) -> str:
        """SQL for the condition that the load does not remove the record."""
        if name not in self.removed:
            return "1 = 1"
        return f"NOT EXISTS (SELECT 1 FROM {self.removed[name]} AS gone WHERE gone.id = {pk})"


def find_cycles(parents: dict[int, int]) -> set[int]:
    """The ids of records that are their own ancestor, from each record's parent."""
    # Parents first, records on and below a cycle remain; children first, of those only the cycle's remain.
    children: dict[int, list[int]] = defaultdict(list)
    for pk in _unsortable({pk: [parent] for pk, parent in parents.items()}):
        children[parents[pk]].append(pk)
    return _unsortable(children)


def _unsortable(graph: dict[int, list[int]]) -> set[int]:
    """The nodes that no topological order of the graph (node -> predecessors) can have, because of cycles."""
    nodes = {*graph, *chain.from_iterable(graph.values())}
    sorter = TopologicalSorter(graph)
    with suppress(CycleError):
        sorter.prepare()
    while ready := sorter.get_ready():
        nodes.difference_update(ready)
        sorter.done(*ready)
    return nodes


class PublicationValidator(Validator):
    """Reports published records that refer to records which the public cannot see.

    Most are shown without the reference, which is a warning. Where the reference is to a record that theirs is a part
    of or depends on, they are not shown at all: a warning too, since withdrawing an official has the same effect, but
    an error if the load publishes all records (``status``). References of columns that
    the file lacks count too where it has the status: it may publish the record.
    """

    def __init__(self, resolver: Resolver, problems: Problems, status: Status | None) -> None:
        super().__init__(resolver, problems)
        self.invisible_level = "error" if status == Status.PUBLISHED else "warning"

    def validate(self) -> None:
        for rows in self.resolver.rows.values():
            for column in rows.record_type.columns:
                is_in_file = column.name in rows.staged.file_columns
                may_publish = rows.existing and rows.record_type.has_status and "status" in rows.staged.file_columns
                if column.target and (is_in_file or may_publish) and record_types()[column.target].has_status:
                    self._check(rows, column)

    def _check(self, rows: Rows, column: Column) -> None:
        record_type = rows.record_type
        depends = column.name in {path.partition("__")[0] for path in record_type.model.visibility_parents}
        # A part is published with its parent, which may be a draft.
        if not record_type.has_status and (not depends or column.name in PARENT_PATHS.get(record_type.model, ())):
            return
        hidden = self._create_hidden(rows, column)
        if self.database.scalar(f"SELECT 1 FROM {hidden} LIMIT 1") is not None:
            published = [f"SELECT n FROM {rows.table} WHERE status = '{Status.PUBLISHED}'"]
            if not record_type.has_status:
                published = list(self._with_published_parent(rows, hidden))
            query = f"""SELECT file, line, key, target, status FROM {hidden}
                WHERE n IN ({" UNION ALL ".join(published)}) ORDER BY 1, 2"""
            effect = "readers do not see this record until it is" if depends else "readers see the record without it"
            for file, line, file_key, target, status in list(self.database.rows(query)) if published else ():
                key = file_key or self.resolver.record_keys.key_of(column.target, target)
                got, expected = f"{quote_value(key)}, which is {Status(status).label}", f"a published one: {effect}"
                problem = Problem(self.location(file, line), column.name, got, expected, code="hidden")
                self.problems.add(problem, level=self.invisible_level if depends else "warning")
        self.database.drop(hidden)

    def _create_hidden(self, rows: Rows, column: Column) -> str:
        """A table of the rows that refer to a record which is not published."""
        if column.data_type == "relation":
            join, pk, key = "", f"own.{self.quote(column.field.column)}", f"own.{self.quote(column.name)}"
        elif column.name in rows.staged.file_columns:
            join, pk, key = f"JOIN {rows.links[column.name]} AS link ON link.n = own.n", "link.target", "link.key"
        else:
            through, owner, target = m2m_columns(column.field)
            join = f"JOIN {self.database.table(through)} AS link ON link.{self.quote(owner)} = own.id"
            pk, key = f"link.{self.quote(target)}", "NULL"
        hidden = " UNION ALL ".join(
            f"{query} {'AND' if 'WHERE' in query else 'WHERE'} status <> '{Status.PUBLISHED}'"
            for query in self.all_records(record_types()[column.target], "status")
        )
        return self.database.create_table_as(
            f"hidden_{rows.record_type.name}__{column.name}",
            f"""SELECT own.n, own.file, own.line, CAST({key} AS text) AS key, hidden.id AS target, hidden.status
                FROM {rows.table} AS own {join} JOIN ({hidden}) AS hidden ON hidden.id = {pk}""",
        )

    def _with_published_parent(self, rows: Rows, hidden: str) -> Iterator[str]:
        """Queries for the hidden rows that are part of a published record, one for each path to a parent."""
        record_type = rows.record_type
        paths = [
            path for path in PARENT_PATHS[record_type.model] if path.partition("__")[0] in rows.staged.file_columns
        ]
        if not paths:
            return
        columns = (self._foreign_key(record_type, path.partition("__")[0], "own") for path in paths)
        source = f"{hidden} AS hidden JOIN {rows.table} AS own ON own.n = hidden.n"
        [counts] = self.database.rows(f"SELECT {', '.join(f'count({column})' for column in columns)} FROM {source}")
        for path, count in zip(paths, counts, strict=True):
            if count:
                alias = f"own{path.count('__')}"
                yield f"""SELECT own.n FROM {source} {self._joins(record_type, path)}
                    WHERE {alias}.status = '{Status.PUBLISHED}'"""

    def _foreign_key(self, record_type: RecordType, name: str, alias: str) -> str:
        return f"{alias}.{self.quote(record_type.column(name).field.column)}"

    def _joins(self, record_type: RecordType, path: str) -> str:
        """Joins along a path; the record after its nth step, from 0, has the alias ``own0``, ``own1`` and so on."""
        alias, joins, steps = "own", [], path.split("__")
        for number, (name, next_name) in enumerate(zip(steps, [*steps[1:], "status"], strict=True)):
            key, record_type = (
                self._foreign_key(record_type, name, alias),
                record_types()[record_type.column(name).target],
            )
            alias = f"own{number}"
            column = self.quote(record_type.column(next_name).field.column)
            records = " UNION ALL ".join(self.all_records(record_type, column))
            joins.append(f"JOIN ({records}) AS {alias} ON {alias}.id = {key}")
        return " ".join(joins)


class EmbargoValidator(Validator):
    """Reports records that the dataset publishes before the time for which an editor has scheduled them."""

    def validate(self) -> None:
        if models.Review.objects.using(self.database.using).filter(publish_at__gt=timezone.now()).exists():
            for rows in self.resolver.rows.values():
                if rows.record_type.has_status:
                    self._check(rows)

    def _check(self, rows: Rows) -> None:
        record_type = rows.record_type
        query = f"""SELECT own.file, own.line, review.publish_at FROM {rows.table} AS own
            JOIN {self.database.table(record_type.model)} AS stored ON stored.id = own.id
            JOIN {self.quote(models.Review._meta.db_table)} AS review ON review.record_id = own.id AND review.kind = %s
            WHERE own.status = %s AND stored.status <> %s AND review.publish_at > %s ORDER BY 1, 2"""
        published = str(Status.PUBLISHED.value)
        now = self.database.connection.ops.adapt_datetimefield_value(timezone.now())
        params = (record_type.model._meta.model_name, published, published, now)
        for file, line, moment in self.database.rows(query, params):
            # SQLite returns a column of a query of our own as text.
            until = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
            got = f"published, but it is scheduled for {until:%Y-%m-%d %H:%M} (UTC)"
            expected = "another status until then, or lift the schedule first"
            self.add(file, line, "status", got, expected, code="embargoed")
