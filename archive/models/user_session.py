"""Sessions of users in the admin, with what their owners recognize them by."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class UserSession(models.Model):
    """A session: Django's own columns, whose session it is, and where and when it was last used."""

    session_key = models.CharField(max_length=40, primary_key=True, help_text="The cookie's value.")
    session_data = models.TextField(help_text="The session's data, signed.")
    expire_date = models.DateTimeField(help_text="When it ends by itself (UTC).")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+",
        help_text="Who signed in; none: nobody did.",
    )  # fmt: skip
    created_at = models.DateTimeField(default=timezone.now, help_text="When it began (UTC).")
    last_used_at = models.DateTimeField(default=timezone.now, help_text="When it was last used, to five minutes (UTC).")
    address = models.GenericIPAddressField(null=True, help_text="The client's address at its last use.")
    user_agent = models.CharField(max_length=300, blank=True, help_text="The browser, as it names itself.")

    class Meta:
        default_permissions = ()
        ordering = ("-last_used_at",)
        verbose_name = "session"
        indexes = [
            models.Index(fields=["expire_date"], name="user_session_end"),
            models.Index(fields=["user", "-last_used_at"], name="user_session_use"),
        ]

    def __str__(self) -> str:
        return f"session of {self.user}"
