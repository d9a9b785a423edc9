"""Arguments that several commands have."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from django.db import DEFAULT_DB_ALIAS, connections


def add_database_option(parser: ArgumentParser, help_text: str) -> None:
    """Add ``--database``: the alias of a database in the settings, the default one if it is not given."""
    parser.add_argument("--database", type=_alias, default=DEFAULT_DB_ALIAS, help=help_text)


def _alias(text: str) -> str:
    if text not in connections:
        raise ArgumentTypeError(f"got '{text}', expected one of {', '.join(connections)}")
    return text
