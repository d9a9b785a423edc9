"""The admin door: where archivists enter and correct records."""

from archive.admin import (
    body,
    citation,
    dataset_import,
    dossier,
    event,
    measure,
    name,
    official,
    source,
    speech_act,
    statement,
    topic,
)

__all__ = [
    "body",
    "citation",
    "dataset_import",
    "dossier",
    "event",
    "measure",
    "name",
    "official",
    "source",
    "speech_act",
    "statement",
    "topic",
]
