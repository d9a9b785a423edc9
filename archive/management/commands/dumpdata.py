"""Django's ``dumpdata`` without tables that are no records: derived ones, and those of one installation."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.commands.dumpdata import Command as DumpData
from django.db.models import Model

from archive.models.base import Tracked


def is_excluded(model: type[Model]) -> bool:
    """Whether the model is of the archive, but neither a record, nor a part of one, nor their history.

    Triggers write such tables (addressees, the public version), or their rows belong to one installation (uploads,
    idempotency keys).
    """
    name = model._meta.model_name or ""
    is_data = issubclass(model, Tracked) or name.startswith("historical")
    return model._meta.app_label == "archive" and not is_data


class Command(DumpData):
    def handle(self, *labels: str, **options: Any) -> Any:
        requested = {label.lower() for label in labels}
        excluded = [model._meta.label_lower for model in apps.get_models() if is_excluded(model)]
        options["exclude"] = [*options["exclude"], *(label for label in excluded if label not in requested)]
        return super().handle(*labels, **options)
