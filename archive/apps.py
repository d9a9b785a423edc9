"""The archive as a Django application."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "archive"
    verbose_name = "Chancery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from archive.models.links import name_links
        from archive.triggers.install import after_migrations, before_migrations

        name_links(self)
        pre_migrate.connect(before_migrations, sender=self)
        post_migrate.connect(after_migrations, sender=self)
        from archive.rest import password_change

        password_change.connect()
        from archive.projection import functions  # noqa: F401 (SQLite's connections need them)
        from archive.querysets import words  # noqa: F401 (likewise)
