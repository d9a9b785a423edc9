"""Records that were merged into others: their old slugs, and what each merge moved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from archive.database import in_chunks
from archive.models.review import OfRecord, user_key

#: The longest slug of any kind of record.
MAX_SLUG = 130
#: The ``record_id`` of a merge in another archive, of which a dataset brought the redirect.
ELSEWHERE = 0


class MergedRecord(OfRecord):
    """A record that was merged into another of its kind: where its slug leads, and what is needed to undo it."""

    slug = models.CharField(max_length=MAX_SLUG, help_text="The slug that the record had; it leads to the other one.")
    name = models.CharField(max_length=300, help_text="What the record was called.")
    was_public = models.BooleanField(
        help_text="Whether readers saw the record; else its slug leads only those who see drafts."
    )
    target_id = models.BigIntegerField(
        help_text="The id of the record that the slug leads to; after a later merge of that record, the later one."
    )
    changes = models.JSONField(help_text="The rows that the merge changed, deleted and added, for undoing it.")
    author = user_key("Who merged them.")
    created_at = models.DateTimeField(auto_now_add=True, help_text="When they were merged (UTC).")
    undone_at = models.DateTimeField(null=True, help_text="When the merge was undone (UTC); none: it holds.")
    undone_by = user_key("Who undid it.")

    class Meta:
        default_permissions = ()
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "slug"], name="merged_record_slug_once", condition=Q(undone_at=None),
                violation_error_message=_("A record with this slug was merged already, expected each slug once."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["kind", "target_id"], name="merged_record_target")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"

    @property
    def is_from_dataset(self) -> bool:
        """Whether it is but a redirect: the merged record was never in this archive."""
        return self.record_id == ELSEWHERE


def merges_of(model: type[Model]) -> QuerySet[MergedRecord]:
    """The merges of records of the model, without those that were undone."""
    return MergedRecord.objects.filter(kind=model._meta.model_name, undone_at=None)


def merged_with_slug(model: type[Model], slug: object) -> QuerySet[MergedRecord]:
    """The merge by which a slug leads to another record of the model; at most one."""
    return merges_of(model).filter(slug=slug)


def target_slug(model: type[Model], slug: str, using: str) -> str:
    """The slug of the record that a merged record's slug leads to, whoever may see it; empty if there is none."""
    targets = merged_with_slug(model, slug).using(using).values("target_id")
    slugs = model._default_manager.using(using).filter(pk__in=targets).values_list("slug", flat=True)
    return str(slugs.first() or "")


def merge_targets(keys: Iterable[tuple[Any, int]]) -> dict[tuple[Any, int], int]:
    """The merged ones among these records, by model and id, each with the id of the record that it was merged into."""
    wanted = dict.fromkeys(keys)
    targets: dict[tuple[Any, int], int] = {}
    for chunk in in_chunks(wanted):
        models_by_kind = {model._meta.model_name: model for model, _ in chunk}
        pks = [pk for _, pk in chunk]
        merges = MergedRecord.objects.filter(kind__in=models_by_kind, record_id__in=pks, undone_at=None)
        for kind, pk, target in merges.values_list("kind", "record_id", "target_id"):
            targets[models_by_kind[kind], pk] = target
    return {key: targets[key] for key in wanted if key in targets}


def refuse_merged_slug(record: Model, slug: str) -> None:
    """Raise ValidationError for a new record with the slug of a merged one: its address leads to the other record."""
    target_id = merged_with_slug(type(record), slug).values_list("target_id", flat=True).first()
    if target_id is None:
        return
    target = type(record)._default_manager.filter(pk=target_id).first()
    raise ValidationError(
        {
            "slug": ValidationError(
                _(
                    "'%(slug)s' is the address of a record that was merged into "
                    "'%(target)s': expected another slug. If it "
                    "is not the same thing after all, undo the merge."
                ),
                code="merged",
                params={"slug": slug, "target": str(getattr(target, "slug", target_id))},
            )
        }
    )
