"""The admin, where archivists enter and correct records. Importing it registers all record admins."""

from archive.admin import body, dataset_import, dossier, event, measure, name, official, source, statement, topic

__all__ = [
    "body", "dataset_import", "dossier", "event", "measure", "name", "official", "source", "statement", "topic",
]  # fmt: skip
