"""How a row of a many-to-many table reads, where nothing but the row stands for the link."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


def name_links(app: AppConfig) -> None:
    """Have each many-to-many row read as the two records it links: "demand: Japan apologizes. → Japan"."""
    for model in app.get_models():
        for relation in model._meta.local_many_to_many:
            through: Any = relation.remote_field.through
            if not through._meta.auto_created:
                continue
            through._meta.verbose_name = f"{model._meta.verbose_name} → {relation.verbose_name}"
            through.__str__ = _reads(relation.m2m_field_name(), relation.m2m_reverse_field_name())


def _reads(source: str, target: str) -> Any:
    def __str__(self: Any) -> str:  # noqa: N807 (set as a method)
        return f"{getattr(self, source)} → {getattr(self, target)}"

    return __str__
