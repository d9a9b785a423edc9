"""The page that shows two versions of a record side by side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext

from archive.admin.mixins import AdminMixin
from archive.admin.record_lookup import is_primary_key
from archive.revisions.comparison import compare
from archive.revisions.names import Names
from archive.revisions.planning import referenced_keys
from archive.revisions.reason_texts import reason_text
from archive.revisions.version import Version, version_of

#: The most versions that the page offers, the newest first.
_MAX_VERSIONS = 500


class ComparisonMixin(AdminMixin):
    """For admins with a history: a page that compares any two versions of a record with each other."""

    def comparison_urls(self) -> list[Any]:
        name = f"archive_{self.opts.model_name}_compare"
        return [path("<path:object_id>/history/compare/", self.admin_site.admin_view(self.compare_view), name=name)]

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The differences between the versions of the revisions ``from`` and ``to``; by default the newest two."""
        key = _number(object_id, "record")
        self.require_view(request, self.model._base_manager.filter(pk=key).first())
        rows = list(self.get_history_queryset(request, self.model.history, "id", key)[:_MAX_VERSIONS])
        if not rows:
            raise Http404(
                gettext("The {kind} {record} has no earlier version.").format(kind=self.opts.verbose_name, record=key)
            )
        later = self._requested_version(request, "to", key, rows[0])
        earlier = self._requested_version(request, "from", key, _before(rows, later))
        if earlier.last.history_id > later.last.history_id:
            earlier, later = later, earlier
        names = Names()
        before, after = earlier.tree(), later.tree()
        names.fetch(referenced_keys(before) | referenced_keys(after))
        name = names.of_node(next(iter(after.values())))
        numbers = [row.history_id for row in rows]
        place = numbers.index(later.last.history_id) if later.last.history_id in numbers else None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Compare versions of {name}").format(name=name),
            "name": name,
            "opts": self.opts,
            "versions": [self._column(version) for version in (earlier, later)],
            "rows": rows,
            "differences": compare(before, after, names),
            "older_url": self._pair_url(key, rows, place + 1) if place is not None else "",
            "newer_url": self._pair_url(key, rows, place - 1) if place else "",
            "change_url": self._address(key, "change") if later.stored is not None else "",
            "history_url": self._address(key, "history"),
            "changelist_url": self._address(None, "changelist"),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/archive/compare.html", context)

    def _requested_version(self, request: HttpRequest, param: str, key: int, default: Any) -> Version:
        number = _number(request.GET[param], "version") if request.GET.get(param) else default.history_id
        version = version_of(self.model, key, number)
        if version is None:
            raise Http404(
                gettext("The {kind} {record} has no revision {number}.").format(
                    kind=self.opts.verbose_name, record=key, number=number
                )
            )
        return version

    def _column(self, version: Version) -> dict[str, Any]:
        """The head of a version's column."""
        reasons = (row.history_change_reason for row in (version.last, version.first))
        url = reverse(f"admin:archive_{self.opts.model_name}_simple_history", args=[version.pk, version.last.pk])
        return {
            "version": version,
            "id": version.last.history_id,
            "name": gettext("Version {number}").format(number=version.number)
            + (", " + gettext("as it was deleted") if version.is_deletion else ""),
            "date": version.first.history_date,
            "author": version.last.history_user,
            "reason": reason_text(next((reason for reason in reasons if reason), "")),
            "url": url,
        }

    def _pair_url(self, key: int, rows: list[Any], place: int) -> str:
        """The page of the version at a place of the list and the one before it; empty if there are no two."""
        if not 0 <= place < len(rows) - 1:
            return ""
        url = reverse(f"admin:archive_{self.opts.model_name}_compare", args=[key])
        return f"{url}?from={rows[place + 1].history_id}&to={rows[place].history_id}"


def _before(rows: list[Any], version: Version) -> Any:
    """The revision listed before a version; the version's own if it is the first."""
    return next((row for row in rows if row.history_id < version.first.history_id), version.last)


def _number(text: str, kind: str) -> int:
    if not is_primary_key(text):
        raise Http404(gettext("There is no {kind} with the number '{number}'.").format(kind=kind, number=text[:64]))
    return int(text)
