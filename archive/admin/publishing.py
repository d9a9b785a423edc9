"""Actions that publish and withdraw records from a change list, and the status column."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.html import format_html

from archive.choices import Status
from archive.permissions import PUBLISH

_MAX_RECORDS = 1_000


class PublishingMixin:
    """Actions and status column for admins of records that have a status."""

    actions = ("publish", "withdraw")

    def get_actions(self: Any, request: HttpRequest) -> Any:
        actions = super().get_actions(request)  # type: ignore[misc]
        if not self.has_status or not request.user.has_perm(PUBLISH):
            actions = {name: item for name, item in actions.items() if name not in PublishingMixin.actions}
        return actions

    @admin.display(description="status", ordering="status")
    def badge(self, record: Any) -> str:
        """The record's status as a coloured label."""
        return format_html('<span class="status status-{}">{}</span>', record.status, Status(record.status).label)

    @admin.action(description="Publish")
    def publish(self, request: HttpRequest, queryset: Any) -> None:
        _set_status(request, queryset, Status.PUBLISHED)

    @admin.action(description="Withdraw")
    def withdraw(self, request: HttpRequest, queryset: Any) -> None:
        _set_status(request, queryset, Status.WITHDRAWN)


def _set_status(request: HttpRequest, queryset: Any, status: Status) -> None:
    """Set the status of all records or of none; a message names each record that must not be published."""
    with transaction.atomic():
        records = list(queryset.select_related(None).select_for_update()[: _MAX_RECORDS + 1])
        if len(records) > _MAX_RECORDS:
            messages.error(
                request, f"Nothing was changed: got more than {_MAX_RECORDS} records, expected at most that many."
            )
            return
        changing = [record for record in records if record.status != status]
        refused = []
        for record in changing:
            record.status = status
            try:
                record.full_clean()
            except ValidationError as error:
                refused.append(f"{record.slug}: {' '.join(error.messages)}")
        if refused:
            messages.error(request, f"Nothing was changed. {' '.join(refused)}")
            return
        for record in changing:
            record._change_reason = f"{status.label} from the list"
            record.save()
    already = len(records) - len(changing)
    suffix = f" ({already} already were)" if already else ""
    messages.success(request, f"{len(changing)} now {status.label}{suffix}.")
