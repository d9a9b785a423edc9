"""The archive as a Django application."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ArchiveConfig(AppConfig):
    name = "archive"
    verbose_name = "Chancery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from archive.cache.triggers.install import install_after_migrate, remove_before_migrate
        from archive.migrations_guard import refuse_unknown_migrations
        from archive.models.base import name_links
        from archive.planner_statistics import analyze_after_few_changes

        name_links(self)
        pre_migrate.connect(refuse_unknown_migrations, sender=self)
        pre_migrate.connect(remove_before_migrate, sender=self)
        post_migrate.connect(install_after_migrate, sender=self)
        post_migrate.connect(analyze_after_few_changes, sender=self)
        from archive.accounts import changes, sessions, tokens
        from archive.middleware import audit_log
        from archive.middleware import sessions as stored_sessions
        from archive.workflow import findings

        changes.connect()
        sessions.connect()
        tokens.connect()
        audit_log.connect()
        stored_sessions.connect()
        findings.connect()
        from archive.sql import (
            date_spans,  # noqa: F401 (SQLite's connections need them)
            sqlite,  # noqa: F401 (likewise)
            text_conditions,  # noqa: F401 (likewise)
        )


class ArchiveAdminConfig(AdminConfig):
    """Django's admin application with the archive's own site.

    The site's module is outside ``archive.admin``: importing that package registers models with the site.
    """

    default_site = "archive.admin_site.ArchiveAdminSite"

    def ready(self) -> None:
        super().ready()  # type: ignore[no-untyped-call]
        from axes.models import AccessFailureLog, AccessLog
        from django.contrib import admin
        from django_otp.plugins.otp_static.models import StaticDevice
        from django_otp.plugins.otp_totp.models import TOTPDevice

        # The audit log takes the place of the first two, which stay empty; the page of the second factor that of the
        # others, whose own pages show secrets.
        admin.site.unregister([AccessFailureLog, AccessLog, StaticDevice, TOTPDevice])
        from archive.middleware import client_address  # noqa: F401 (registers its system check)
