"""Stored findings of the checks, and the words of their texts by which a record's slug finds them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import models

from archive.database import in_chunks
from archive.models.review import user_key

#: Characters of the longest slug, which a speech act has.
_MAX_SLUG = 130
_WORD = re.compile(r"[\w-]+")
_NUMBER = re.compile(r"-\d+$")


def slugs_in(text: str) -> set[str]:
    """The words of a text that may be slugs; of one with a number also that without: a speech act's statement has it.

    A slug has English letters, digits, hyphens and underscores.
    """
    words = {word for word in _WORD.findall(text) if word.isascii()}
    return {word for word in words | {_NUMBER.sub("", word) for word in words} if 0 < len(word) <= _MAX_SLUG}


class FindingQuerySet(models.QuerySet[Any]):
    def bulk_create(self, objs: Iterable[Any], *args: object, **kwargs: object) -> list[Any]:
        """Also stores the slugs that the new findings name."""
        rows = super().bulk_create(objs, *args, **kwargs)  # type: ignore[arg-type]
        index_findings(rows)
        return rows


class StoredFinding(models.Model):
    """A contradiction found by a rule: since when it is there, whose save made it, and why it is right after all."""

    key = models.CharField(max_length=64, unique=True, help_text="A digest of rule, record and what was found.")
    rule = models.CharField(max_length=60, help_text="The rule's name.")
    subject = models.CharField(max_length=40, help_text="The kind of record or part, as the rule names it.")
    record = models.TextField(help_text="The key of the record or part, as the rule names it.")
    got = models.TextField(help_text="What the record says.")
    expected = models.TextField(help_text="What the rule expects.")
    kind = models.CharField(max_length=40, blank=True, help_text="The model of the record on whose page it is shown.")
    record_id = models.BigIntegerField(null=True, help_text="The id of that record.")
    found_at = models.DateTimeField(auto_now_add=True, help_text="When it was first found (UTC).")
    user = user_key("Whose save it was found after; none: a check of the whole archive.")
    accepted_at = models.DateTimeField(null=True, help_text="When it was accepted as a fact (UTC).")
    accepted_by = user_key("Who accepted it.")
    reason = models.TextField(blank=True, help_text="Why it is right.")

    objects = FindingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ("-found_at", "-id")
        indexes = [
            models.Index(fields=["kind", "record_id"], name="finding_of_record"),
            models.Index(fields=["rule", "-found_at"], name="finding_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.record}: {self.rule}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Also stores the slugs that it names."""
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        self.slugs.all().delete()
        index_findings([self])


class FindingSlug(models.Model):
    """A word of a finding's key or of what was found that may be a record's slug: an index of these texts."""

    # The index goes with the finding.
    finding = models.ForeignKey(
        StoredFinding, on_delete=models.CASCADE, related_name="slugs", help_text="The finding that names it."
    )
    slug = models.CharField(max_length=_MAX_SLUG, help_text="The word.")

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["slug"], name="finding_slug")]

    def __str__(self) -> str:
        return f"{self.slug} in finding {self.finding_id}"


def index_findings(rows: Iterable[Any]) -> None:
    """Store the slugs that new findings name. One that another transaction stored first has its slugs from there."""
    findings = list(rows)
    keys = {row.key: row.pk for row in findings}
    unknown = [key for key, pk in keys.items() if pk is None]
    for chunk in in_chunks(unknown):
        stored = StoredFinding.objects.filter(key__in=chunk, slugs=None).values_list("key", "pk")
        keys |= dict(stored)
    slugs = [
        FindingSlug(finding_id=keys[row.key], slug=slug)
        for row in findings
        if keys[row.key] is not None
        for slug in sorted(slugs_in(f"{row.record}\n{row.got}"))
    ]
    FindingSlug.objects.bulk_create(slugs, batch_size=200)
