"""The view of the ranked search over all kinds of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from archive.registry import COLLECTIONS
from archive.rest import etags
from archive.rest.fields import DateField
from archive.rest.openapi import PAGE_PARAMS, united_filter_params
from archive.rest.query_params import link_query, parse_count, parse_limit, require_json, single_value, split_names
from archive.rest.schemas import COUNT_TABLE, error_responses
from archive.rest.search_facets import parse_search_facets, search_facets
from archive.search.ranking import TIERS, kind_names, parse_search
from archive.search.results import Result, ResultPage, result_page
from archive.search.search_filters import search_filters
from archive.search.suggestions import suggestion

_PARAMS = ("q", "kind", "limit", "cursor", "count", "facets", "format")
_FRAGMENT = inline_serializer(
    "SearchFragment",
    {
        "html": serializers.CharField(help_text="Safe HTML: matches in <mark>, everything else escaped."),
        "text": serializers.CharField(help_text="The same passage as plain text."),
        "marks": serializers.ListField(
            child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2),
            help_text="Start and end of each match in the text, counted in Unicode code points.",
        ),
    },
)
_RESULT = inline_serializer(
    "SearchResult",
    {
        "type": serializers.CharField(help_text="The type of the record, as in links."),
        "kind": serializers.ChoiceField([*kind_names()], help_text="Its collection."),
        "slug": serializers.CharField(),
        "name": serializers.CharField(),
        "url": serializers.URLField(help_text="The record."),
        "date": DateField(allow_null=True, help_text="The date by which recent records come first."),
        "tier": serializers.ChoiceField(
            [*TIERS], help_text="exact: a name is the search. name: names have all its terms. text: all others."
        ),
        "fragment": _FRAGMENT,
    },
    many=True,
)
_PAGE = inline_serializer(
    "SearchPage",
    {
        "count": serializers.IntegerField(allow_null=True),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "kinds": serializers.DictField(
            child=serializers.IntegerField(), allow_null=True,
            help_text="With count=true: the number of matches of each kind that has any; of all kinds without filters.",
        ),
        "suggestion": serializers.CharField(
            allow_null=True, help_text="If nothing matches: the search with words that visible records have."
        ),
        "facets": serializers.DictField(
            child=serializers.DictField(child=type(COUNT_TABLE)()), required=False,
            help_text="By dimension and collection, the counts of the matches; if requested.",
        ),
        "results": _RESULT,
    },
)  # fmt: skip


class SearchView(APIView):
    """Records of all kinds that match a search, the best first."""

    @extend_schema(
        operation_id="search",
        summary="Search all records",
        description=(
            "One ranked list: records whose name is the search, those whose names have all its terms, then all "
            "others, each from the most recent. A filter holds for all kinds: each must have it."
        ),
        parameters=[
            OpenApiParameter(
                "q", str, required=True,
                description=(
                    'Words that all occur, "a phrase", -without, OR, prefix*; name:, summary: or text: before a word.'
                ),
            ),
            OpenApiParameter(
                "kind", str, many=True, explode=True, enum=[*kind_names()],
                description="Only records of these collections; with filters, collections that all have them.",
            ),
            *united_filter_params(search_filters().values()),
            *PAGE_PARAMS,
            OpenApiParameter(
                "facets", str,
                description="Dimensions of counts, with commas between: adds `facets`, the counts of the matches by "
                "each and by collection, without the filters of its own values. Periods are decade and year.",
            ),
        ],
        responses={200: _PAGE, **error_responses(400)},
        tags=["search"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        require_json(request.query_params)
        params = dict(request.query_params.lists())
        limit = parse_limit(single_value(request.query_params, "limit"))
        has_counts = parse_count(single_value(request.query_params, "count"))
        cursor = single_value(request.query_params, "cursor") or ""
        filters = {name: values for name, values in params.items() if name not in _PARAMS}
        search = parse_search(params.get("q", []), params.get("kind"), filters)
        names = split_names(params.get("facets", []))
        facets = parse_search_facets(search, names) if names else {}
        page = result_page(search, request.user, limit, cursor, has_counts)
        link = f"{request.build_absolute_uri(request.path)}?{link_query(params)}"
        content = _content(page, link, search.kinds)
        content["suggestion"] = suggestion(search, request.user) if not page.results and not cursor else None
        if facets:
            content["facets"] = search_facets(search, facets, request.user)
        content["results"] = [_result(result, request) for result in page.results]
        return etags.with_etag(request, Response(content))


def _content(page: ResultPage, link: str, kinds: tuple[str, ...]) -> dict[str, Any]:
    counts: Mapping[str, int] | None = page.kinds
    return {
        "count": None if counts is None else sum(counts.get(kind, 0) for kind in kinds),
        "next": page.next_cursor and f"{link}{page.next_cursor}",
        "previous": page.previous_cursor and f"{link}{page.previous_cursor}",
        "kinds": counts,
    }


def _result(result: Result, request: Request) -> dict[str, Any]:
    fragment = result.fragment
    return {
        "type": COLLECTIONS[result.kind].model._meta.model_name,
        "kind": result.kind,
        "slug": result.slug,
        "name": result.name,
        "url": request.build_absolute_uri(reverse(f"rest:{result.kind}-detail", args=[result.slug])),
        "date": result.date,
        "tier": result.tier,
        "fragment": {"html": fragment.html, "text": fragment.text, "marks": fragment.marks},
    }
