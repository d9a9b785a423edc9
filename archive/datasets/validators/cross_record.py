"""What spans records, and forms refuse in ``clean()``: cycles, others' capacities, outcomes of what needs none."""

from __future__ import annotations

from archive import models
from archive.choices import ANSWERABLE_KINDS
from archive.datasets.problems import Problem, quoted
from archive.datasets.resolve import Rows
from archive.datasets.validators.base import Check

#: The trees: kind and the field that leads up.
TREES = (("topics", "parent"), ("bodies", "parent"), ("events", "part_of"))


class Spanning(Check):
    """Checks over several kinds at once."""

    def check(self) -> None:
        for name, field in TREES:
            rows = self.references.rows.get(name)
            if rows is not None and field in rows.staged.given:
                self.cycles(rows, field)
        self.capacities()
        self.outcomes()

    def cycles(self, rows: Rows, name: str) -> None:
        """Chains of parents that come back to where they began."""
        column = self.q(rows.kind.column(name).field.column)
        table = self.main(rows)
        above = dict(self.database.rows(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL"))
        for key, parent in self.database.rows(f"SELECT id, {column} FROM {rows.table}"):
            if parent is None:
                above.pop(key, None)
            else:
                above[key] = parent
        circling = _circling(above)
        if not circling:
            return
        query = f"SELECT file, line, id, {self.q(name)} FROM {rows.table} ORDER BY file, line"
        for file, line, key, parent in self.database.rows(query):
            if key in circling and above[key] != key:
                expected = "a record that is not below this one"
                got = f"{quoted(parent)}, which leads back here"
                self.problems.add(Problem(self.place(file, line), name, got, expected, sort="cycle"))

    def capacities(self) -> None:
        statements = self.references.rows.get("statements")
        if statements is None:
            return
        appointments = self.references.rows.get("appointments")
        held = f"SELECT id, official_id FROM {self.q(models.Appointment._meta.db_table)}"
        if appointments is not None:
            held = f"""SELECT id, official_id FROM {appointments.table} UNION ALL {held} AS stored
                WHERE NOT EXISTS (SELECT 1 FROM {appointments.table} AS own WHERE own.id = stored.id)"""
        query = f"""SELECT own.file, own.line, link.key, own.speaker FROM {statements.links["capacities"]} AS link
            JOIN {statements.table} AS own ON own.n = link.n JOIN ({held}) AS held ON held.id = link.target
            WHERE own.bad = 0 AND (own.speaker_id IS NULL OR held.official_id <> own.speaker_id)
            AND held.official_id IS NOT NULL ORDER BY 1, 2"""
        for file, line, key, speaker in self.database.rows(query):
            expected = f"an appointment of the speaker, {quoted(speaker)}" if speaker else "none: there is no speaker"
            place = self.place(file, line)
            self.problems.add(
                Problem(place, "capacities", f"{quoted(key)} of somebody else", expected, sort="capacity")
            )

    def outcomes(self) -> None:
        outcomes, acts = self.references.rows.get("outcomes"), self.references.rows.get("speech_acts")
        if outcomes is None:
            return
        queries = [f"SELECT id, kind, 2 AS rank FROM {self.q(models.SpeechAct._meta.db_table)}"]
        if acts is not None:
            queries.append(f"SELECT id, kind, 1 AS rank FROM {acts.table}")
        answerable = ", ".join(f"'{kind}'" for kind in sorted(ANSWERABLE_KINDS))
        query = f"""SELECT own.file, own.line, own.speech_act, act.kind FROM {outcomes.table} AS own
            JOIN ({" UNION ALL ".join(queries)}) AS act ON act.id = own.speech_act_id
            WHERE act.kind <> '' AND act.kind NOT IN ({answerable}) ORDER BY 1, 2"""
        for file, line, key, kind in self.database.rows(query):
            got = f"{quoted(key)}, which is one of kind '{kind}'"
            expected = f"a speech act that calls for an answer: {', '.join(sorted(ANSWERABLE_KINDS))}"
            self.problems.add(Problem(self.place(file, line), "speech_act", got, expected, sort="outcome"))


def _circling(above: dict[int, int]) -> set[int]:
    """The keys from which going up comes back to the key itself."""
    done: set[int] = set()
    circling: set[int] = set()
    for start in above:
        path: list[int] = []
        step: int | None = start
        on_path: set[int] = set()
        while step is not None and step not in done and step not in on_path:
            path.append(step)
            on_path.add(step)
            step = above.get(step)
        if step is not None and step in on_path:
            circling |= set(path[path.index(step) :])
        done |= on_path
    return circling
