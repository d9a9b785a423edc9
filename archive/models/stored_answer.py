"""Answers to writes that were sent with an Idempotency-Key."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class StoredAnswer(models.Model):
    """What was answered to a write with a user's key, stored with the write; a retry is given it again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", help_text="Whose key it is."
    )
    key = models.CharField(max_length=255, help_text="The key, without quotes.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was sent with it: method, address, body.")
    status = models.PositiveSmallIntegerField(help_text="The answer's status.")
    headers = models.JSONField(help_text="The answer's header fields.")
    body = models.BinaryField(help_text="The answer's body.")
    created_at = models.DateTimeField(auto_now_add=True, help_text="When it was answered (UTC).")

    class Meta:
        default_permissions = ()
        unique_together = [("user", "key")]
        indexes = [models.Index(fields=["created_at"], name="stored_answer_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
