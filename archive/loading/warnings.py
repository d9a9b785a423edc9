"""What is allowed and rarely meant: published records that refer to what the public does not see."""

from __future__ import annotations

from archive.choices import Status
from archive.loading import layout
from archive.loading.problems import Place, Problem, Problems, quoted
from archive.loading.references import References, Rows


def warn(references: References, problems: Problems) -> None:
    """Add a warning for each such reference; it does not hinder loading."""
    for rows in references.rows.values():
        if any(column.name == "status" for column in rows.kind.columns):
            for column in rows.kind.columns:
                if column.target and column.name in rows.staged.given:
                    _hidden(references, rows, column, problems)


def _hidden(references: References, rows: Rows, column: layout.Column, problems: Problems) -> None:
    target = layout.kinds()[column.target]
    if not any(one.name == "status" for one in target.columns):
        return
    database, link = references.database, rows.links.get(column.name)
    held = references.rows.get(column.target)
    main = database.quote(target.model._meta.db_table)
    own = f"own.{database.quote(column.field.column)}"
    joined, key, text = "", own, f"own.{database.quote(column.name)}"
    if link:
        joined, key, text = f"JOIN {link} AS link ON link.n = own.n", "link.target", "link.key"
    hidden = f"SELECT id, status FROM {main} WHERE status <> '{Status.PUBLISHED}'"
    if held is not None:
        hidden = f"""SELECT id, status FROM {held.table} WHERE status <> '{Status.PUBLISHED}' UNION ALL {hidden}
            AND NOT EXISTS (SELECT 1 FROM {held.table} AS own WHERE own.id = {main}.id)"""
    query = f"""SELECT own.file, own.line, {text}, hidden.status FROM {rows.table} AS own {joined}
        JOIN ({hidden}) AS hidden ON hidden.id = {key} WHERE own.status = '{Status.PUBLISHED}' ORDER BY 1, 2"""
    for file, line, told, status in database.rows(query):
        got = f"{quoted(told)}, which is {Status(status).label}"
        place = Place(references.stage.files[file], line)
        expected = "a published one: readers see the record without it"
        problems.add(Problem(place, column.name, got, expected, sort="hidden"), level="warning")
