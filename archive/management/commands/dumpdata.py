"""Django's ``dumpdata`` without what is no record: tables that the database derives, or that mean nothing elsewhere."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.commands.dumpdata import Command as DumpData
from django.db.models import Model

from archive.models.base import Tracked


def is_left_out(model: type[Model]) -> bool:
    """Whether the model is of the archive but neither a record, nor a part of one, nor their history.

    Triggers write such tables (addressees, the public version), or their rows belong to one installation (uploads,
    answers to retries).
    """
    name = model._meta.model_name or ""
    is_data = issubclass(model, Tracked) or name.startswith("historical")
    return model._meta.app_label == "archive" and not is_data


class Command(DumpData):
    def handle(self, *labels: str, **options: Any) -> Any:
        named = {label.lower() for label in labels}
        left_out = [model._meta.label_lower for model in apps.get_models() if is_left_out(model)]
        options["exclude"] = [*options["exclude"], *(label for label in left_out if label not in named)]
        return super().handle(*labels, **options)
