"""The view of a collection's counts, and the facets of its list."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from rest_framework.request import Request

from archive.counts import Counts, CountsRead, parse_options
from archive.exceptions import ArchiveError, Problem
from archive.filters import FILTERSETS
from archive.filters.base import ArchiveFilterSet
from archive.rest import etags
from archive.rest.query_params import reject_unknown, require_json, single, split_names
from archive.sql.reads import run
from archive.text import whole_number
from archive.visibility import Viewer

#: Parameters that are not filters.
OPTION_PARAMS = ("by", "spans", "limit", "format")


class CountsView(etags.ReadView):
    """Numbers of a collection's records by one or two dimensions."""

    collection = ""

    def get(self, request: Request) -> HttpResponse:
        params = dict(request.query_params.lists())
        require_json(request.query_params)
        return etags.etag_response(request, counts_json(self.collection, params, request.user))


def count_params(filterset: type[ArchiveFilterSet]) -> list[str]:
    """The names of all parameters of counts: the filters of the list, and the options."""
    return [*(name for name in filterset.base_filters if name != "order_by"), *OPTION_PARAMS]


def counts_json(collection: str, params: Mapping[str, list[str]], user: Viewer) -> bytes:
    """The counts as JSON. Raises ArchiveError for invalid parameters; django.db.Error."""
    allowed = count_params(FILTERSETS[collection])
    reject_unknown([name for name in params if name not in allowed], allowed)
    filters = {name: values for name, values in params.items() if name not in OPTION_PARAMS}
    by = split_names(params.get("by", []))
    mode, limit = (single(params.get(name, []), name) or None for name in ("spans", "limit"))
    options = parse_options(collection, by, mode, parse_number("limit", limit))
    return run(CountsRead(Counts(collection, options, filters, user)), user)


def parse_number(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if (number := whole_number(text, 0, 999_999)) is None:
        raise ArchiveError([Problem(name, text[:64], "a number")])
    return number
