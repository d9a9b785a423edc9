"""Change list filter: a form with the parameters of the record's FilterSet, and who changed the record, and when.

Its parameters are those of REST (``speaker=kim-you-geun``), its conditions those of ``archive.filters``. A relation has
an autocomplete for each model that it may refer to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.contrib.admin import ListFilter, ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.list_parameters import Correction, UnusableParameters
from archive.exceptions import ArchiveError, FilterError, Problem
from archive.filters import FILTERSETS, ArchiveFilterSet
from archive.filters.fields import MAX_VALUES
from archive.labels import label_relations, record_label
from archive.models import (
    Appointment,
    Body,
    Citation,
    Dossier,
    DossierEntry,
    Event,
    Measure,
    MeasureStep,
    Office,
    Official,
    Source,
    Statement,
    Topic,
)
from archive.models.base import Record
from archive.moments import start_of
from archive.sql.slugs import find_all_or_redirect
from archive.terms import field_label, record_type
from archive.visibility import sees_drafts

CHANGED_BY, CHANGED_FROM, CHANGED_TO = "changed_by", "changed_from", "changed_to"
_LABELS = {CHANGED_BY: _("Changed by"), CHANGED_FROM: _("Changed from"), CHANGED_TO: _("Changed until")}
#: Fields of the form that are sent also when they are empty.
FORM_FIELDS = (CHANGED_BY, CHANGED_FROM, CHANGED_TO)
#: Model -> a relation to it, through which the admin's autocomplete view searches it.
_AUTOCOMPLETE_RELATIONS: dict[type[Model], tuple[type[Model], str]] = {
    Official: (Statement, "speaker"),
    Body: (Statement, "body"),
    Office: (Appointment, "office"),
    Topic: (Statement, "topics"),
    Event: (Statement, "occasion"),
    Source: (Citation, "source"),
    Dossier: (DossierEntry, "dossier"),
    Measure: (MeasureStep, "measure"),
}
_MAX_PEOPLE = 200


def _label(name: str) -> str:
    """The label of a parameter in the form."""
    return str(_LABELS[name]) if name in _LABELS else capfirst(field_label(name.replace("_", " ")))


def _sentence(problem: Problem) -> str:
    return replace(problem, field=_label(problem.field)).sentence()


@dataclass(frozen=True, slots=True)
class RecordSelect:
    """An autocomplete of the form: its parameter, its label, and the selected records (slug and label)."""

    name: str
    label: str
    html_id: str
    relation: tuple[type[Model], str]
    selected: list[tuple[str, str]]

    @property
    def app_label(self) -> str:
        return str(self.relation[0]._meta.app_label)

    @property
    def model_name(self) -> str:
        return str(self.relation[0]._meta.model_name)

    @property
    def field_name(self) -> str:
        return self.relation[1]


class FilterSetListFilter(ListFilter):
    """A form of filters by related records and by changes; ``of`` makes the class for the filters of a change list."""

    title = _("what it is tied to")
    template = "admin/archive/list_filters.html"
    #: Parameters of the FilterSet whose values are records.
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, *names: str) -> type[FilterSetListFilter]:
        return type("FilterSetListFilter", (cls,), {"names": names})

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[Record], model_admin: ModelAdmin[Any]
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.request, self.model = request, model
        self.values: dict[str, list[str]] = {}
        for name in self._parameters:
            if values := [value.strip() for value in params.pop(name, []) if value.strip()]:
                self.values[name] = values

    @property
    def filterset_class(self) -> type[ArchiveFilterSet]:
        return next(filterset for filterset in FILTERSETS.values() if filterset._meta.model is self.model)

    @property
    def _parameters(self) -> list[str]:
        return [*self.names, *FORM_FIELDS]

    def expected_parameters(self) -> list[str | None]:
        return [*self._parameters]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> Any:
        try:
            return queryset.filter(self._record_condition(), self._change_condition())
        except ArchiveError as error:
            raise UnusableParameters(self._corrections(error.problems)) from error

    def _corrections(self, problems: Iterable[Problem]) -> Iterator[Correction]:
        """The corrections of the values that the problems are about: one for each value that names no record."""
        for problem in problems:
            values = self.values[problem.field] if problem.field in self.names else []
            separate = dict.fromkeys(values) if len(values) <= MAX_VALUES else ()
            corrections = [self._correction(problem.field, value) for value in separate]
            yield from [correction for correction in corrections if correction] or [
                Correction(problem.field, None, _sentence(problem))
            ]

    def _correction(self, name: str, value: str) -> Correction | None:
        """The correction of one value of a filter by records; None if it names a record."""
        problems = self.filterset_class({name: [value]}, self.request.user).problems()
        return Correction(name, value, _sentence(problems[0])) if problems else None

    def _record_condition(self) -> Q:
        params = {name: values for name, values in self.values.items() if name in self.names}
        if not params:
            return Q()
        filterset = self.filterset_class(params, self.request.user)
        filterset.check()
        return filterset.condition()

    def _change_condition(self) -> Q:
        """The condition that the record has a revision of that user in that time; of any user, the last change.

        Who changed what is for users who see drafts: revisions of drafts count, and their authors are not public.
        """
        first, last = self._day(CHANGED_FROM), self._day(CHANGED_TO)
        username = self._text(CHANGED_BY)
        path = "history_date" if username else "updated_at"
        condition = Q()
        if first:
            condition &= Q(**{f"{path}__gte": start_of(first)})
        if last:
            condition &= Q(**{f"{path}__lt": start_of(last + timedelta(days=1))})
        if not username:
            return condition
        if not sees_drafts(self.request.user):
            raise FilterError(
                [Problem(CHANGED_BY, username, gettext("no user: your account does not see who changed what"))]
            )
        user = get_user_model()._default_manager.filter(username=username).first()
        if user is None:
            raise FilterError([Problem(CHANGED_BY, username, gettext("the name of a user"))])
        revisions = self.model.history.filter(condition, history_user=user)
        return Q(pk__in=revisions.order_by().values("id"))

    def _text(self, name: str) -> str:
        return str(self.values.get(name, [""])[-1])

    def _day(self, name: str) -> date | None:
        text = self._text(name)
        try:
            day = parse_date(text)
        except ValueError:
            day = None
        if text and (day is None or day == date.max):
            raise FilterError([Problem(name, text, gettext("a day such as 2026-11-28"))])
        return day

    # For the template.

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        yield {
            "selects": list(self._selects()),
            "people": self._people(),
            "labels": _LABELS,
            "changed_by": self._text(CHANGED_BY),
            "changed_from": self._text(CHANGED_FROM),
            "changed_to": self._text(CHANGED_TO),
            "autocomplete_url": f"{reverse('admin:autocomplete')}?by=slug",
            "other_params": [
                (name, value)
                for name, values in changelist.filter_params.items()
                for value in (values if isinstance(values, list) else [values])
                if name not in self._parameters
            ],
            "clear_url": changelist.get_query_string(remove=self._parameters),
            "is_active": bool(self.values),
        }

    def _selects(self) -> Iterator[RecordSelect]:
        filters = self.filterset_class.base_filters
        for name in self.names:
            models = filters[name].extra["models"]
            for model in models:
                label = _label(name)
                if len(models) > 1:
                    label = f"{label} ({record_type(model._meta.verbose_name)})"
                html_id = f"filter_{name}_{model._meta.model_name}"
                yield RecordSelect(name, label, html_id, _AUTOCOMPLETE_RELATIONS[model], self._selected(model, name))

    def _selected(self, model: type[Record], name: str) -> list[tuple[str, str]]:
        slugs = self.values.get(name)
        if not slugs:
            return []
        user = self.request.user
        records = model._default_manager.visible_to(user).select_related(*label_relations(model))
        selected = find_all_or_redirect(records, slugs, with_drafts=sees_drafts(user))
        return [(slug, record_label(record)) for slug, record in {row.slug: row for row in selected.values()}.items()]

    def _people(self) -> list[str]:
        """The names that the form offers; none for users who see no drafts."""
        if not sees_drafts(self.request.user):
            return []
        people = get_user_model()._default_manager.filter(is_active=True, is_staff=True).order_by("username")
        return list(people.values_list("username", flat=True)[:_MAX_PEOPLE])
