"""The admin site: its first page, groups of models by what people do, and labels in autocompletes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import update_wrapper
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page
from django.views.i18n import JavaScriptCatalog

from archive.accounts.two_factor import is_administrator
from archive.labels import record_label
from archive.registry import in_admin
from archive.terms import record_type
from archive.visibility import sees_drafts

#: Group -> the models in it, the most often entered first. Records that are in no group are entered in the first.
_ENTER, _REVIEW = _("Enter"), _("Review")
_GROUPS: dict[Any, tuple[str, ...]] = {
    _ENTER: ("Statement", "Event", "Measure", "Source", "Dossier"),
    _REVIEW: (),
    _("People and bodies"): ("Official", "Appointment", "Office", "Body"),
    _("Vocabulary"): ("Topic",),
    _("Data"): ("DatasetImport",),
}
_PARTS = _("Lists of parts")


class LabelledJsonView(AutocompleteJsonView):
    """Autocomplete results with the labels of records, and the slug where several on the page have the same label.

    With ``by=slug`` the ids are slugs; ``without`` is the id of a record that is left out.
    """

    def get_queryset(self) -> Any:
        from archive.admin.record_lookup import is_primary_key

        rows, without = super().get_queryset(), self.request.GET.get("without", "")
        return rows.exclude(pk=without) if is_primary_key(without) else rows

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[arg-type]
        counts = Counter(record_label(record) for record in context["object_list"])
        self.repeated = {label for label, count in counts.items() if count > 1}
        return context

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        key = "slug" if self.request.GET.get("by") == "slug" and hasattr(obj, "slug") else to_field_name
        label = record_label(obj)
        slug = getattr(obj, "slug", "") if label in self.repeated else ""
        return {"id": str(getattr(obj, key)), "text": f"{label} · {slug}" if slug else label}


class ArchiveAdminSite(admin.AdminSite):
    """The admin with a second factor, a home page of its own, and models in groups by what people do."""

    site_header = "Chancery"
    site_title = "Chancery"
    index_title = _("Home")

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        """Django's ``admin_view``, which redirects users who lack a required second factor to its page."""
        inner = super().admin_view(view, cacheable)

        def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            from archive.admin.two_factor import lacks_second_factor

            if self.has_permission(request) and lacks_second_factor(request):
                query = urlencode({"next": request.get_full_path()})
                return HttpResponseRedirect(f"{reverse('second_factor')}?{query}")
            return inner(request, *args, **kwargs)  # type: ignore[no-any-return]

        return update_wrapper(checked, inner)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:  # type: ignore[override]
        """Django's log-in page with a second step for the code."""
        index = reverse("admin:index")
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(index)
        from django.contrib.admin.forms import AdminAuthenticationForm

        from archive.admin.sign_in import SignInView

        context = {
            **self.each_context(request),
            "title": gettext("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **({} if "next" in request.GET or "next" in request.POST else {"next": index}),
            **(extra_context or {}),
        }
        request.current_app = self.name  # type: ignore[attr-defined]
        view = SignInView.as_view(
            extra_context=context, authentication_form=AdminAuthenticationForm, template_name="admin/login.html"
        )
        return view(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:  # type: ignore[override]
        """Django's page for changing the password, which counts wrong old passwords as failed log-ins."""
        from archive.admin.sign_in import OwnPasswordChangeView

        request.current_app = self.name  # type: ignore[attr-defined]
        view = OwnPasswordChangeView.as_view(
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        return LabelledJsonView.as_view(admin_site=self)(request)

    @method_decorator(conditional_page)
    def i18n_javascript(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:  # type: ignore[override]
        """The texts of the admin's scripts in the user's language; 304 if the browser has the current ones."""
        return JavaScriptCatalog.as_view(packages=["django.contrib.admin", "archive"])(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        # Importing the package registers models with this site.
        from archive.admin.home import home_context

        return super().index(request, {**home_context(request), **(extra_context or {})})

    def app_index(  # type: ignore[override]
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The lists of an application; those of the archive include the parts of records."""
        title = {"title": gettext("All lists")} if app_label == "archive" else {}
        return super().app_index(request, app_label, {**title, **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The groups of the archive's models, then the other applications in one group.

        The page of the archive alone lists the parts of records too, which are entered in the records' forms.
        """
        apps = super().get_app_list(request, app_label)
        archive = next((app for app in apps if app["app_label"] == "archive"), None)
        others = [app for app in apps if app is not archive]
        groups = _archive_groups(archive, request.user, with_parts=app_label is not None) if archive else []
        if others and app_label is None:
            models = [model for app in others for model in app["models"]]
            is_allowed = is_administrator(request.user)
            models += _pages(
                [(gettext("Audit log"), "audit_log", is_allowed), (gettext("Sessions"), "sessions", is_allowed)]
            )
            return [*groups, {**others[0], "name": gettext("Administration"), "models": models}]
        return groups + others


def _archive_groups(app: dict[str, Any], user: User | AnonymousUser, with_parts: bool) -> list[dict[str, Any]]:
    models = {
        entry["object_name"]: {**entry, "name": capfirst(record_type(entry["model"]._meta.verbose_name_plural))}
        for entry in app["models"]
    }
    grouped = {name for names in _GROUPS.values() for name in names}
    groups = {title: [models[name] for name in names if name in models] for title, names in _GROUPS.items()}
    groups[_ENTER] += [models[name] for name in in_admin() if name in models and name not in grouped]
    groups[_ENTER] += _pages([(gettext("Read an article"), "read_article", _may_read_articles(user))])
    groups[_REVIEW] += _pages(
        [
            (gettext("Contradictions"), "contradictions", sees_drafts(user)),
            (gettext("Deleted records"), "deleted_records", sees_drafts(user)),
            (gettext("Merged records"), "merged_records", sees_drafts(user)),
        ]
    )
    if with_parts:
        placed = {*grouped, *in_admin()}
        groups[_PARTS] = [entry for name, entry in models.items() if name not in placed]
    return [{**app, "name": str(title), "models": entries} for title, entries in groups.items() if entries]


def _may_read_articles(user: User | AnonymousUser) -> bool:
    return bool(user.has_perms(["archive.add_statement", "archive.add_speechact", "archive.add_citation"]))


def _pages(pages: list[tuple[str, str, bool]]) -> list[dict[str, Any]]:
    """Entries for pages that are no lists of a model: (name, name of the URL, whether the user may open it)."""
    return [
        {
            "name": name, "object_name": url_name, "admin_url": reverse(url_name), "add_url": None, "view_only": True,
            "perms": {},
        }
        for name, url_name, is_allowed in pages
        if is_allowed
    ]  # fmt: skip
