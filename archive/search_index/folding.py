"""SQL functions that make the texts of the index on SQLite: folded, and divided into words and whole names.

PostgreSQL has functions of its own (``postgresql_functions``), which fold the same.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from hashlib import sha256

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from archive.search_index.record_text import NAME_BOUNDARY
from archive.search_syntax import CJK, split_words
from archive.text import fold_letters

#: SQL functions of one text.
FOLD, WORDS, NAMES = "chancery_search_fold", "chancery_search_words", "chancery_search_names"
#: What the triggers are made for: the index has to be made again when another program folds otherwise.
VERSION = f"1, Unicode {unicodedata.unidata_version}"
#: Begins the token of a whole name, which is no word of a text.
_NAME_PREFIX = "\ue001"
_DIGEST_LENGTH = 16
#: Where a word of Chinese, Japanese or Korean letters is next to another.
_SCRIPT_CHANGE = re.compile(f"(?<=[{CJK}])(?=[^\\s{CJK}])|(?<=[^\\s{CJK}])(?=[{CJK}])")


def name_token(name: str) -> str:
    """The token of a whole name, without separators; FTS5 stems words, and so cannot compare names itself."""
    return _NAME_PREFIX + sha256("".join(split_words(name)).encode()).hexdigest()[:_DIGEST_LENGTH]


def spaced_words(text: str) -> str:
    """The text folded, with spaces where FTS5 would join letters of other scripts to CJK words ("G20정상")."""
    folded = fold_letters(text)
    return folded if folded.isascii() else _SCRIPT_CHANGE.sub(" ", folded)


def spaced_names(text: str) -> str:
    """The words of names, each between boundaries, and the token of each name."""
    tokens = dict.fromkeys(name_token(name) for name in text.split(NAME_BOUNDARY) if name.strip())
    return " ".join([spaced_words(text), *tokens])


@receiver(connection_created, dispatch_uid="archive.search_index.folding")
def prepare_connection(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Receiver of ``connection_created`` that adds the functions to Django's connections to SQLite."""
    if connection.vendor == "sqlite":
        add_functions(connection.connection)


def add_functions(connection: sqlite3.Connection) -> None:
    """Add the functions that the triggers call: without them a write of a record fails."""
    for name, function in ((FOLD, fold_letters), (WORDS, spaced_words), (NAMES, spaced_names)):
        connection.create_function(name, 1, function, deterministic=True)
