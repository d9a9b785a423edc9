"""Parts that are collapsed: of a long list a form has the headings, and the fields only of the parts that are opened.

A collapsed part sends its key and its position, and stays otherwise as it is stored. The form's address with
``?expand=<prefix>-<key>`` is the form with that part expanded; with ``&fragment=1`` too it is that part's row, which
``collapsed_parts.js`` puts into the page.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse

from archive.admin.mixins import AdminMixin

#: The field of a collapsed part with the position that its form was opened with, empty if parts are not numbered.
COLLAPSED = "collapsed"
#: A longer list of stored parts is collapsed.
MAX_EXPANDED = 12
#: The parameter that names a part to expand, and the one that asks for its row alone.
EXPAND, _FRAGMENT = "expand", "fragment"


def expanded_parts(request: HttpRequest) -> frozenset[str]:
    """The parts that the address expands, each as the prefix of its formset and its primary key with a hyphen."""
    return frozenset(request.GET.getlist(EXPAND))


class CollapsedPartsMixin(AdminMixin):
    """For admins of records: the rows of expanded parts without the page around them."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, change: bool = False,
        form_url: str = "", obj: Model | None = None,
    ) -> Any:  # fmt: skip
        response = super().render_change_form(request, context, add, change, form_url, obj)  # type: ignore[misc]
        if request.method == "GET" and _FRAGMENT in request.GET and isinstance(response, TemplateResponse):
            response.template_name = "admin/archive/parts/expanded.html"
        return response
