"""Stored responses to writes that may be sent twice, and store once."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone


class StoredResponse(models.Model):
    """The response to a write, stored in the write's transaction and sent again to a retry.

    REST has its key from the header Idempotency-Key; the article page of the admin from the content of a statement.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", help_text="The user who sent the key."
    )
    key = models.CharField(max_length=255, help_text="The key, without quotes.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the request: method, URL and body.")
    status = models.PositiveSmallIntegerField(help_text="HTTP status.")
    headers = models.JSONField(help_text="Header fields.")
    body = models.BinaryField(help_text="Response body.")
    created_at = models.DateTimeField(auto_now_add=True, help_text="When the response was sent (UTC).")

    class Meta:
        default_permissions = ()
        unique_together = [("user", "key")]
        indexes = [models.Index(fields=["created_at"], name="stored_response_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"

    @classmethod
    def remove_expired(cls) -> None:
        """Delete the responses that are older than IDEMPOTENCY_HOURS."""
        cutoff = timezone.now() - timedelta(hours=settings.IDEMPOTENCY_HOURS)
        cls._default_manager.filter(created_at__lt=cutoff).delete()
