"""The admin, where archivists enter and correct records. Importing it registers the admins of all records."""

from django.contrib import admin

from archive.admin import (
    body,
    dataset_import,
    dossier,
    event,
    measure,
    name,
    official,
    outcome,
    source,
    statement,
    topic,
    users,
)
from archive.admin.base import ArchiveAdmin
from archive.registry import COLLECTIONS

__all__ = [
    "body", "dataset_import", "dossier", "event", "measure", "name", "official", "outcome", "source", "statement",
    "topic", "users",
]  # fmt: skip

for _collection in COLLECTIONS.values():
    if _collection.admin_rank and not admin.site.is_registered(_collection.model):
        admin.site.register(_collection.model, type(f"{_collection.type_name}Admin", (ArchiveAdmin,), {}))
