"""The history of a record, kept from the state in which a change first found it, and complete when it is deleted."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.signals import pre_delete, pre_save
from django.utils import timezone
from simple_history.models import HistoricalRecords

_AT_ONCE = 500


class BaselineHistoricalRecords(HistoricalRecords):
    """Keeps the stored state as the first revision where there is none yet, before a change and before a deletion.

    Fixtures and bulk loading write no revisions. Without this one, the first correction of what they brought could not
    be told from what was there before, and a deletion would lose the many-to-many links, which are gone by the time
    that its revision is written.
    """

    #: The history of each model, to write revisions of rows that lose a link when another row is deleted.
    of: dict[Any, BaselineHistoricalRecords] = {}

    def finalize(self, sender: Any, **kwargs: Any) -> None:
        super().finalize(sender, **kwargs)
        if sender is self.cls:
            self.of[sender] = self
            pre_save.connect(self.keep_first, sender=sender, weak=False)
            pre_delete.connect(self.keep_deleted, sender=sender, weak=False)

    def get_meta_options(self, model: Any) -> dict[str, Any]:
        """With an index of the deletions of records, which are listed by date."""
        options = super().get_meta_options(model)
        if any(field.name == "status" for field in model._meta.fields):
            deletions = models.Index(
                fields=["-history_date", "-history_id"],
                name=f"{model._meta.model_name}_deletions",
                condition=models.Q(history_type="-"),
            )
            options["indexes"] = (*options.get("indexes", ()), deletions)
        return options

    def keep_first(self, sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
        if raw or instance._state.adding or getattr(sender, self.manager_name).filter(id=instance.pk).exists():
            return
        stored = sender._base_manager.filter(pk=instance.pk).first()
        if stored is not None:
            self._write_first(stored)

    def keep_deleted(self, sender: Any, instance: Any, origin: Any = None, **kwargs: Any) -> None:
        """All rows of one deletion get one date, reason and user, by which they are brought back together.

        A deletion without an origin is a bulk removal: what it removes was loaded with revisions.
        """
        if origin is None:
            return
        if not hasattr(origin, "_history_date"):
            origin._history_date = timezone.now()
        for name in ("_history_date", "_history_user", "_change_reason"):
            if hasattr(origin, name):
                setattr(instance, name, getattr(origin, name))
        if sender._meta.many_to_many:
            self.keep_first(sender, instance)
        self._keep_linking(sender, instance)

    def post_delete(self, instance: Any, using: Any = None, **kwargs: Any) -> None:
        super().post_delete(instance, using=using, **kwargs)
        # What is saved again later is not dated by its deletion.
        instance.__dict__.pop("_history_date", None)

    def _keep_linking(self, sender: Any, instance: Any) -> None:
        """First revisions of the rows whose link to the instance goes with it."""
        for relation in sender._meta.related_objects:
            history = self.of.get(relation.related_model)
            unset = relation.one_to_many and relation.on_delete is models.SET_NULL
            if history is None or not (unset or relation.many_to_many):
                continue
            model = relation.related_model
            revisions = getattr(model, self.manager_name).filter(id=OuterRef("pk"))
            linking = model._base_manager.filter(~Exists(revisions), **{relation.field.name: instance.pk})
            for stored in linking.iterator(chunk_size=_AT_ONCE):
                history._write_first(stored)

    def _write_first(self, stored: Any) -> None:
        stored._history_user, stored._history_date = None, stored.created_at
        self.create_historical_record(stored, "+")
