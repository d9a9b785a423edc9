"""The history of a record, kept from the state in which a change first found it."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_save
from simple_history.models import HistoricalRecords


class KeptHistory(HistoricalRecords):
    """Keeps the stored state as the first revision where there is none yet.

    Fixtures and bulk loading write no revisions. Without this one, the first correction of what they brought could not
    be told from what was there before.
    """

    def finalize(self, sender: Any, **kwargs: Any) -> None:
        super().finalize(sender, **kwargs)
        if sender is self.cls:
            pre_save.connect(self.keep_first, sender=sender, weak=False)

    def keep_first(self, sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
        if raw or instance._state.adding or getattr(sender, self.manager_name).filter(id=instance.pk).exists():
            return
        stored = sender._base_manager.filter(pk=instance.pk).first()
        if stored is None:
            return
        stored._history_user, stored._history_date = None, stored.updated_at
        self.create_historical_record(stored, "+")
