"""History of records that begins with the stored state before the first change, and includes deletions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any

from django.db import connections, models, router
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.db.models.signals import pre_delete, pre_save
from django.utils import timezone
from simple_history.models import HistoricalRecords

from archive.database import CHUNK_SIZE, in_chunks


class BaselineHistoricalRecords(HistoricalRecords):
    """Historical records that write the stored state as a baseline revision before the first change or deletion.

    Fixtures and bulk loading write no revisions. Without the baseline, the first correction of a loaded record would
    have nothing to compare with, and a deletion would lose the many-to-many links, which are removed before its
    revision is written.
    """

    #: Model -> its history, to write baselines of rows that lose a link when another row is deleted.
    by_model: dict[Any, BaselineHistoricalRecords] = {}

    def finalize(self, sender: object, **kwargs: object) -> None:
        super().finalize(sender, **kwargs)
        if sender is self.cls:
            self.by_model[sender] = self
            pre_save.connect(self.ensure_baseline, sender=sender, weak=False)
            pre_delete.connect(self.prepare_deletion, sender=sender, weak=False)

    def get_meta_options(self, model: type[Model]) -> dict[str, Any]:
        """Adds an index for the list of deleted records."""
        options = super().get_meta_options(model)
        if any(field.name == "status" for field in model._meta.fields):
            deletions = models.Index(
                fields=["-history_date", "-history_id"],
                name=f"{model._meta.model_name}_deletions",
                condition=models.Q(history_type="-"),
            )
            options["indexes"] = (*options.get("indexes", ()), deletions)
        return options  # type: ignore[no-any-return]

    def ensure_baseline(
        self, sender: type[models.Model], instance: models.Model, raw: bool = False, **kwargs: object
    ) -> None:
        if not raw and not instance._state.adding:
            self.ensure_baselines([instance])

    def prepare_deletion(
        self, sender: type[models.Model], instance: models.Model, origin: Any = None, **kwargs: object
    ) -> None:
        """Give all rows of one deletion the same date, reason and user, by which they are restored together.

        A deletion without an origin is a bulk removal of rows that were loaded with revisions.
        """
        if origin is None:
            return
        if not hasattr(origin, "_history_date"):
            origin._history_date = timezone.now()
        for name in ("_history_date", "_history_user", "_change_reason"):
            if hasattr(origin, name):
                setattr(instance, name, getattr(origin, name))
        if sender._meta.many_to_many:
            self.ensure_baseline(sender, instance)
        self._ensure_baselines_of_linking(sender, instance)

    def post_delete(self, instance: models.Model, using: object = None, **kwargs: object) -> None:
        super().post_delete(instance, using=using, **kwargs)
        # So that a later save of the instance gets its own date.
        instance.__dict__.pop("_history_date", None)

    def _ensure_baselines_of_linking(self, sender: type[models.Model], instance: models.Model) -> None:
        """Baselines of the rows whose links to the instance are removed with it."""
        for relation in sender._meta.related_objects:
            history = self.by_model.get(relation.related_model)
            unset = relation.one_to_many and relation.on_delete is models.SET_NULL
            if history is None or not (unset or relation.many_to_many):
                continue
            model = relation.related_model
            revisions = getattr(model, self.manager_name).filter(id=OuterRef("pk"))
            linking = model._base_manager.filter(~Exists(revisions), **{relation.field.name: instance.pk})
            rows = linking.iterator(chunk_size=CHUNK_SIZE)
            while stored := list(islice(rows, CHUNK_SIZE)):
                history._write_baselines(stored)

    def ensure_baselines(self, rows: Sequence[Any]) -> None:
        """Baselines of those rows of one model that have no revisions, as they are stored.

        Afterwards all have ``has_revisions``: their next saves do not look for a baseline again.
        """
        model = type(rows[0])
        unrevised = {row.pk for row in rows if not getattr(row, "has_revisions", False)}
        if unknown := {row.pk for row in rows if not hasattr(row, "has_revisions")}:
            revised = getattr(model, self.manager_name).filter(id__in=unknown).order_by().values_list("id", flat=True)
            unrevised -= set(revised.distinct())
        if unrevised:
            self._write_baselines(list(model._base_manager.filter(pk__in=unrevised)))
        for row in rows:
            row.has_revisions = True

    def create_revisions(
        self, rows: Sequence[Any], history_type: str, relations: Collection[str] | None = None
    ) -> None:
        """Revisions of several rows of one model with their links, in a few statements; without signals.

        ``relations``: the names of the many-to-many relations by which the rows are linked; None: any may be.
        """
        now = timezone.now()
        history = getattr(type(rows[0]), self.manager_name).model
        revisions = history.objects.bulk_create(
            [
                history(
                    history_date=getattr(row, "_history_date", now), history_type=history_type,
                    history_user=self.get_history_user(row),
                    history_change_reason=self.get_change_reason_for_object(row, history_type, None),
                    **{field.attname: getattr(row, field.attname) for field in self.fields_included(row)},
                )
                for row in rows
            ],
            batch_size=CHUNK_SIZE,
        )  # fmt: skip
        numbers = [revision.history_id for revision in revisions]
        for many in self.m2m_models:
            if many.model is type(rows[0]) and (relations is None or many.name in relations):
                for chunk in in_chunks(numbers):
                    self._copy_links(many, chunk)

    def create_historical_record_m2ms(self, history_instance: Any, instance: Model) -> None:
        """Store the present links of a row with its revision.

        The library reads and writes the links as objects, with signals that nothing here receives: half of the time of
        a save of a statement.
        """
        for many in history_instance._history_m2m_fields:
            self._copy_links(many, [history_instance.history_id])

    def _copy_links(self, many: Any, numbers: Sequence[int]) -> None:
        """Store the present links of rows with their revisions, which have these numbers, in one statement."""
        linked, through = self.m2m_models[many], many.remote_field.through
        to_revision = linked._meta.get_field("history")
        connection = connections[router.db_for_write(linked)]
        quote = connection.ops.quote_name
        source = quote(through._meta.get_field(many.m2m_field_name()).column)
        names = [field.name for field in through._meta.fields]
        columns = [quote(linked._meta.get_field(name).column) for name in names]
        links = [f"t.{quote(through._meta.get_field(name).column)}" for name in names]
        history = to_revision.related_model._meta
        statement = (
            f"INSERT INTO {quote(linked._meta.db_table)} ({', '.join(columns)}, {quote(to_revision.column)}) "  # noqa: S608
            f"SELECT {', '.join(links)}, h.{quote(history.pk.column)} FROM {quote(history.db_table)} h "
            f"JOIN {quote(through._meta.db_table)} t ON t.{source} = h.{quote(many.model._meta.pk.column)} "
            f"WHERE h.{quote(history.pk.column)} IN ({', '.join(['%s'] * len(numbers))}) ORDER BY t.id"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, list(numbers))

    def _write_baselines(self, stored: list[Any]) -> None:
        """First revisions of rows of one model, as they were when they were created."""
        for row in stored:
            row._history_user, row._history_date = None, row.created_at
        if stored:
            self.create_revisions(stored, "+")


def with_has_revisions(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of a model with a history with ``has_revisions``, so that their next saves need not look for a baseline."""
    revisions: Any = rows.model.history  # type: ignore[attr-defined]
    annotated: QuerySet[Any] = rows.annotate(has_revisions=Exists(revisions.filter(id=OuterRef("pk")).order_by()))
    return annotated
