"""Audit entries: who signed in, published, withdrew or changed rights, when and from where."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from archive.models.review import user_key


class AuditAction(models.TextChoices):
    """What an audit entry records."""

    SIGNED_IN = "signed_in", "signed in"
    SIGN_IN_FAILED = "sign_in_failed", "sign-in failed"
    PASSWORD_RIGHT = "password_right", "password right, code asked for"
    SIGNED_OUT = "signed_out", "signed out"
    PUBLISHED = "published", "published"
    WITHDRAWN = "withdrawn", "withdrawn"
    SCHEDULED = "scheduled", "publication scheduled"
    DELETED = "deleted", "published record deleted"
    LOADED = "loaded", "dataset loaded"
    RIGHTS = "rights", "rights changed"
    ACCOUNT = "account", "account changed"
    PASSWORD = "password", "password changed"
    SESSION_ENDED = "session_ended", "session ended"
    TOKEN_ENDED = "token_ended", "token of the API ended"
    DEVICE = "device", "second factor changed"


class AuditEntry(models.Model):
    """One act that matters for security. Entries are only added, and removed when they are old enough."""

    created_at = models.DateTimeField(default=timezone.now, help_text="When it happened (UTC).")
    action = models.CharField(max_length=16, choices=AuditAction.choices, help_text="What was done.")
    user = user_key("Who did it; none: a command, or somebody without an account.")
    # The name outlives the account.
    account = models.CharField(max_length=255, blank=True, help_text="The name of the account at that time.")
    address = models.GenericIPAddressField(
        null=True, help_text="The client's address, an IPv6 one cut to its /64; none: a command."
    )
    kind = models.CharField(max_length=40, blank=True, help_text="The name of the model of what it was done to.")
    record_id = models.BigIntegerField(null=True, help_text="The id of that.")
    record = models.CharField(max_length=255, blank=True, help_text="Its slug or name at that time.")
    detail = models.TextField(blank=True, help_text="What exactly: the rights that were added, the door, the reason.")

    class Meta:
        default_permissions = ()
        ordering = ("-created_at", "-id")
        verbose_name = "audit entry"
        verbose_name_plural = "audit log"
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="audit_created"),
            models.Index(fields=["action", "-created_at", "-id"], name="audit_action"),
            models.Index(fields=["user", "-created_at", "-id"], name="audit_user"),
            models.Index(fields=["account", "address"], name="audit_sign_in", condition=models.Q(action="signed_in")),
        ]

    def __str__(self) -> str:
        return f"{self.account or 'the archive'}: {self.get_action_display()}"
