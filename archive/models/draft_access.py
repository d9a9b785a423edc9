"""The permissions that belong to no model: to see drafts, and to publish."""

from __future__ import annotations

from django.db import models


class DraftAccess(models.Model):
    """Unmanaged model, without a table, for the permissions ``archive.view_drafts`` and ``archive.publish_records``."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("view_drafts", "Can see records that are not published"),
            ("publish_records", "Can publish, change and withdraw published records"),
        ]

    def __str__(self) -> str:
        return "access to drafts"
