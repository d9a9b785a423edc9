"""The permissions that belong to no one record: to see drafts, and to publish."""

from __future__ import annotations

from django.db import models


class DraftAccess(models.Model):
    """Holds the permissions ``archive.view_drafts`` and ``archive.publish_records``; it has no table."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("view_drafts", "Can see records that are not published"),
            ("publish_records", "Can publish, change and withdraw published records"),
        ]

    def __str__(self) -> str:
        return "access to drafts"
