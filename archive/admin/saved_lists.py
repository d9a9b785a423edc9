"""Lists of the admin as their users arrange them: filters saved under a name and shared, and chosen columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ListFilter, ModelAdmin
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.middleware.csrf import get_token
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.list_parameters import saved_query
from archive.admin.mixins import AdminMixin
from archive.admin.record_lookup import row_with_key
from archive.exceptions import printable
from archive.models.fields import KeyField
from archive.models.saved_list import MAX_QUERY, ListColumns, SavedFilter, saved_filters
from archive.terms import field_label
from archive.visibility import sees_drafts

#: The filters that a user may have for a list.
MAX_FILTERS = 100
#: Columns that the archive writes and that a list may show all the same.
_OPTIONAL_COLUMNS = ("created_at", "updated_at", "version")


class SavedFilterForm(forms.ModelForm):  # type: ignore[type-arg]
    """Form of a saved filter: its name, and whether it is shared."""

    class Meta:
        model = SavedFilter
        fields = ("name", "is_shared")


class SavedLists(ListFilter):
    """The place in a list's sidebar where filters are saved and opened, and columns chosen; filters nothing itself."""

    title = _("saved filters and columns")
    template = "admin/archive/saved_lists.html"

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: SavedListsMixin
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.request, self.model_admin = request, model_admin

    def expected_parameters(self) -> list[str | None]:
        return []

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[models.Model]) -> Any:
        return queryset

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        admin, query = self.model_admin, saved_query(self.request.GET)
        columns = admin.chosen_columns(self.request)
        yield {
            "filters": [
                (row, row.query == query, _may_delete(row, self.request)) for row in admin.saved_filters(self.request)
            ],
            "query": query,
            "url": admin.saved_lists_url(),
            "csrf_token": get_token(self.request),
            "columns": [
                (name, _heading(name, admin), name in columns, name in admin.fixed_columns)
                for name in admin.possible_columns()
            ],
        }


class SavedListsMixin(AdminMixin):
    """For admins: saved filters and chosen columns of the list, and the address that changes them."""

    def saved_list_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.saved_lists_view)
        return [path("saved/", view, name=f"archive_{self.opts.model_name}_saved")]

    def _own(self, request: HttpRequest) -> dict[str, Any]:
        """The condition of the user's own rows of this list."""
        return {"kind": self.opts.model_name, "user": request.user}

    def saved_lists_url(self) -> str:
        return reverse(f"admin:archive_{self.opts.model_name}_saved")

    def saved_filters(self, request: HttpRequest) -> Any:
        """The filters that the user may use; those of others only if the user sees drafts, which their queries name."""
        user: Any = request.user
        rows = saved_filters(str(self.opts.model_name), user)
        return rows if sees_drafts(user) else rows.filter(user=user)

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters = super().get_list_filter(request)  # type: ignore[misc]
        return filters if IS_POPUP_VAR in request.GET else [SavedLists, *filters]

    @property
    def fixed_columns(self) -> tuple[Any, ...]:
        """The columns that link to the record: they cannot be left out."""
        return tuple(self.list_display_links or self.list_display[:1])

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.chosen_columns(request)

    def chosen_columns(self, request: HttpRequest) -> list[str]:
        """The columns that the user has chosen, else those of the list."""
        if not hasattr(request, "list_columns"):
            rows = ListColumns.objects.filter(**self._own(request))
            chosen = rows.values_list("columns", flat=True).first()
            # A column may have been renamed or removed since.
            columns = self._columns({*chosen, *self.fixed_columns}) if chosen else [*self.list_display]
            request.list_columns = columns  # type: ignore[attr-defined]
        return request.list_columns  # type: ignore[attr-defined, no-any-return]

    def _columns(self, chosen: Collection[str]) -> list[str]:
        """The chosen ones of the columns that the list may have, in the list's order."""
        return [name for name in self.possible_columns() if name in chosen]

    def possible_columns(self) -> list[str]:
        """The columns that the list may have: its own first, then other short fields."""
        names = [*self.list_display, *(field.name for field in self.opts.concrete_fields if _is_column(field))]
        # The badge is the status.
        left_out = {"status"} if "badge" in names else set()
        return [name for name in dict.fromkeys(names) if name not in left_out]

    def saved_lists_view(self, request: HttpRequest) -> HttpResponseRedirect:
        """Saves or deletes a filter, or the choice of columns, and leads back to the list."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        query = saved_query(QueryDict(request.POST.get("query", "").replace("\x00", "")))
        if request.method == "POST":
            if "delete" in request.POST:
                self._delete_filter(request)
            elif "columns" in request.POST:
                self._save_columns(request)
            else:
                self._save_filter(request, query)
        url = reverse(f"admin:archive_{self.opts.model_name}_changelist")
        return HttpResponseRedirect(f"{url}?{query}" if query else url)

    def _save_filter(self, request: HttpRequest, query: str) -> None:
        own = SavedFilter.objects.filter(**self._own(request))
        stored = own.filter(name=request.POST.get("name", "").replace("\x00", "").strip()).first()
        form = SavedFilterForm(request.POST, instance=stored)
        if not query or len(query) > MAX_QUERY:
            got = (
                gettext("filters of {count} characters").format(count=f"{len(query):,}")
                if query
                else gettext("a list without a filter or search")
            )
            messages.error(
                request,
                gettext("Not saved: got {got}, expected a filter of at most {max_query:,} characters.").format(
                    got=got, max_query=MAX_QUERY
                ),
            )
        elif not form.is_valid():
            errors = " ".join(str(error) for texts in form.errors.values() for error in texts)
            messages.error(
                request,
                gettext("Not saved as '{value}'. Name: {errors}").format(
                    value=printable(request.POST.get("name", "")), errors=errors
                ),
            )
        elif stored is None and own.count() >= MAX_FILTERS:
            messages.error(
                request,
                gettext("Not saved: you have {max_filters} filters of this list, the most. Delete one first.").format(
                    max_filters=MAX_FILTERS
                ),
            )
        else:
            form.instance.kind, form.instance.user, form.instance.query = self.opts.model_name, request.user, query
            try:
                with transaction.atomic():
                    form.save()
            except IntegrityError:
                text = gettext("Not stored: you sent the same form twice. This is what was stored first.")
                messages.error(request, text)
                return
            text = gettext("Filter '{name}' replaced.") if stored else gettext("Filter '{name}' saved.")
            shared = " " + gettext("All colleagues see it.") if form.instance.is_shared else ""
            messages.success(request, text.format(name=form.instance) + shared)

    def _delete_filter(self, request: HttpRequest) -> None:
        key = request.POST["delete"]
        row = row_with_key(self.saved_filters(request), key)
        if row is None or not _may_delete(row, request):
            messages.error(
                request, gettext("Not deleted: got a filter that is gone or somebody else's, expected one of yours.")
            )
            return
        row.delete()
        messages.success(request, gettext("Filter '{row}' deleted.").format(row=row))

    def _save_columns(self, request: HttpRequest) -> None:
        rows = ListColumns.objects.filter(**self._own(request))
        if request.POST["columns"] == "reset":
            rows.delete()
            messages.success(request, gettext("The list has its own columns again."))
            return
        columns = self._columns({*request.POST.getlist("column"), *self.fixed_columns})
        ListColumns.objects.update_or_create(**self._own(request), defaults={"columns": columns})
        messages.success(
            request,
            gettext("The list has {count} columns.").format(count=len(columns))
            if len(columns) > 1
            else gettext("The list has one column."),
        )


def _may_delete(row: SavedFilter, request: HttpRequest) -> bool:
    """Whether the filter is the user's own, or a shared one of a deleted account."""
    return row.user_id in (None, request.user.pk)


def _heading(name: str, model_admin: ModelAdmin[Any]) -> str:
    return capfirst(field_label(label_for_field(name, model_admin.model, model_admin)))


def _is_column(field: models.Field[Any, Any]) -> bool:
    """Whether a list may show the field: a short value, of the record itself, that people enter or know."""
    if field.is_relation or field.primary_key or isinstance(field, models.JSONField):
        return False
    if isinstance(field, models.TextField) and not isinstance(field, KeyField):
        return False
    return bool(field.editable or field.name in _OPTIONAL_COLUMNS)
