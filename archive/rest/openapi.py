"""The OpenAPI document: operations from FilterSets and serializers, and a hook that completes the document."""

from __future__ import annotations

from collections.abc import Iterable
from functools import update_wrapper
from http import HTTPStatus
from types import FunctionType
from typing import Any

from drf_spectacular.authentication import BasicScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from archive.chains import has_chain
from archive.filters import FILTERSETS, ArchiveFilterSet
from archive.filters.filter_types import ArchiveFilter, BooleanFilter, ChoicesFilter, OrderFilter
from archive.filters.united import UnitedFilter
from archive.media_types import PROBLEM_MEDIA_TYPE
from archive.rest.fields import DATE_SCHEMA, LINK_SCHEMA, TYPED_LINK_SCHEMA
from archive.rest.query_params import DEFAULT_LIMIT, MAX_LIMIT
from archive.rest.renderers.formats import FORMATS, format_names
from archive.rest.schemas import CHAIN_PARAMS, COUNT_TABLE, ChainSerializer, error_responses, revisions_serializer
from archive.rest.serializers import SERIALIZERS, ArchiveSerializer

_LIMIT_SCHEMA = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
PAGE_PARAMS = [
    OpenApiParameter("limit", _LIMIT_SCHEMA, description="Results a page; of a whole list, the first so many."),
    OpenApiParameter("cursor", str, description="Where the page begins; taken from next or previous."),
    OpenApiParameter("count", bool, description="true: count all matching records."),
]
_FACETS = OpenApiParameter(
    "facets",
    str,
    description="Dimensions of counts, with commas between: adds `facets`, an object with the counts by each, "
    "without the filters of its own values. Periods are decade and year.",
)
_IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="ETag of your last GET.", required=True
)
_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER,
    description="A text that is new for each write, such as a UUID: a retry with it is given the first answer again.",
)  # fmt: skip
_SLUG_PARAM = OpenApiParameter("slug", str, OpenApiParameter.PATH, description="The record's slug.")
_AS_OF = OpenApiParameter(
    "as_of", str,
    description="A past moment (ISO 8601): the record as the archive showed it then, without what is hidden now.",
)  # fmt: skip
_PAST_LIST_PARAMS = [
    OpenApiParameter(
        "as_of", str,
        description="A past moment (ISO 8601): the records in `slug` as the archive showed them then, without those "
        "that it did not show. Of the other parameters only `fields` and `include` go with it.",
    ),
    OpenApiParameter("slug", str, many=True, explode=True, description="With `as_of`: 1 to 50 slugs."),
]  # fmt: skip
_HISTORY_PARAMS = [
    OpenApiParameter("from", str, description="The number of a revision, or a past moment (ISO 8601)."),
    OpenApiParameter("to", str, description="The same; default the newest. Only with `from`."),
    OpenApiParameter("format", str, description="The form of the answer.", enum=["json"]),
]
_DESCRIPTIONS = {
    "list": "All filters hold together; several values of one are alternatives.",
    "read": "The record, if you may see it. The slug of a record that was merged into another is redirected to that.",
    "history": "The newest first; who made them and why, for those who see drafts. With `from` also the differences "
    "between two states of the record, its links and its parts, and the revisions between. If they do not fit on one "
    "page, the answer has `next` and `previous`, as a list.",
    "chain": "The record, what led to it and what followed, by relations between events, replies, statements at or "
    "about events, and outcomes of speech acts. The nearest first.",
    "create": "A draft unless status says otherwise.",
    "replace": "What is left out becomes blank, except status.",
    "change": "Only what is named changes.",
    "delete": "Refused while other records refer to it.",
}


def _output_params(collection: str) -> list[OpenApiParameter]:
    parts = ", ".join(SERIALIZERS[collection].parts) or "nothing"
    fields = (
        "Only these fields, with commas between; speaker.name goes deeper. All others are missing from the answer, "
        "also those that its schema requires."
    )
    return [
        OpenApiParameter("fields", str, description=fields),
        OpenApiParameter("include", str, description=f"Also these parts: {parts}."),
        OpenApiParameter("format", str, description="The form of the answer that is described here.", enum=["json"]),
    ]


def _format_extension(collection: str, is_detail: bool = False) -> dict[str, Any]:
    """The names of the other formats, for ``_complete_read``."""
    return {"x-formats": format_names(collection, is_detail)[1:]}


def filter_param(name: str, declared: ArchiveFilter) -> OpenApiParameter:
    """The parameter of a filter."""
    enum: list[str] | None = None
    if isinstance(declared, ChoicesFilter):
        enum = [str(value) for value in declared.vocabulary.values]
    elif isinstance(declared, OrderFilter):
        orders = list(declared.extra["orders"])
        enum = [*orders, *(f"-{order}" for order in orders)]
    kind: Any = OpenApiTypes.BOOL if isinstance(declared, BooleanFilter) else OpenApiTypes.STR
    return OpenApiParameter(
        name,
        kind,
        description=declared.extra["help_text"],
        enum=enum,
        many=declared.many,
        explode=True if declared.many else None,
    )


def filter_params(filterset: type[ArchiveFilterSet]) -> list[OpenApiParameter]:
    return [filter_param(name, declared) for name, declared in filterset.base_filters.items()]


def united_filter_params(filters: Iterable[UnitedFilter]) -> list[OpenApiParameter]:
    """The parameters of filters of several kinds; one whose words differ by kind takes those of each."""
    params = []
    for united in filters:
        param = filter_param(united.name, united.first)
        param.description, param.enum = united.help_text, united.words or param.enum
        params.append(param)
    return params


def _page_serializer(name: str, results: serializers.BaseSerializer[Any]) -> Any:
    """A page of a list, with these records."""
    page = inline_serializer(
        f"{name}Page",
        {
            "count": serializers.IntegerField(allow_null=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "facets": serializers.DictField(
                child=type(COUNT_TABLE)(), required=False, help_text="By dimension, the counts; if requested."
            ),
            "suggestion": serializers.CharField(
                allow_null=True, required=False, help_text="If nothing matches q: q with words that records have."
            ),
            "results": results,
        },
    )
    extend_schema_serializer(many=False)(type(page))
    return page


def with_schema(collection: str, view: object) -> Any:
    """The viewset with the schema of each operation."""
    serializer = SERIALIZERS[collection]
    model = serializer.Meta.model  # type: ignore[attr-defined]
    name, word, plural = model.__name__, model._meta.verbose_name, collection.replace("-", " ")  # type: ignore[attr-defined]
    a_word = f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
    parts = tuple(serializer.parts)
    page = _page_serializer(name, serializer(many=True, include=parts))
    revisions, record = revisions_serializer(name), serializer(include=parts)

    def operation(action: str, summary: str, code: int, body: object, *errors: int, **extra: Any) -> Any:
        return extend_schema(
            operation_id=f"{collection.replace('-', '_')}_{action}",
            summary=summary,
            description=_DESCRIPTIONS[action],
            responses={code: body, **error_responses(*errors)},
            tags=[plural],
            **extra,
        )

    filters = [*filter_params(FILTERSETS[collection]), *PAGE_PARAMS, _FACETS, *_output_params(collection)]
    filters += _PAST_LIST_PARAMS
    change = {"request": serializer, "parameters": [_SLUG_PARAM, _IF_MATCH]}
    refused = (400, 401, 403, 409, 411, 413, 415)
    stale = (404, 410, 412, 428)
    operations = {
        "list": operation(
            "list", f"List {plural}", 200, page, 400, parameters=filters, extensions=_format_extension(collection)
        ),
        "retrieve": operation(
            "read",
            f"One {word}",
            200,
            record,
            400,
            404,
            410,
            parameters=[_SLUG_PARAM, *_output_params(collection), _AS_OF],
            extensions=_format_extension(collection, is_detail=True),
        ),
        "history": operation(
            "history",
            f"Revisions of one {word}",
            200,
            revisions,
            400,
            404,
            410,
            parameters=[_SLUG_PARAM, *_HISTORY_PARAMS, *PAGE_PARAMS[:2]],
        ),
        "create": operation(
            "create", f"Add {a_word}", 201, record, *refused, 422, request=serializer, parameters=[_IDEMPOTENCY_KEY]
        ),
        "update": operation("replace", f"Replace {a_word}", 200, record, *refused, *stale, **change),
        "partial_update": operation("change", f"Change {a_word}", 200, record, *refused, *stale, **change),
        "destroy": operation(
            "delete", f"Delete {a_word}", 204, None, 400, 401, 403, 409, *stale, parameters=[_SLUG_PARAM, _IF_MATCH]
        ),
    }
    if has_chain(model):
        operations["chain"] = operation(
            "chain", f"What led to one {word}, and what followed", 200, ChainSerializer, 400, 404, 410,
            parameters=[_SLUG_PARAM, *CHAIN_PARAMS],
        )  # fmt: skip
    for method, decorate in operations.items():
        setattr(view, method, decorate(copy_method(getattr(view, method))))
    return view


def copy_method(method: FunctionType) -> Any:
    """A copy of an inherited method: drf-spectacular stores the schema on the function."""
    copied = FunctionType(method.__code__, method.__globals__, method.__name__, method.__defaults__, method.__closure__)
    copied.__kwdefaults__ = method.__kwdefaults__
    return update_wrapper(copied, method)


_TEXT = {"type": "string"}
_DEFAULT_ERROR = {
    "description": "Any other error.",
    "content": {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_ETAG = {"description": "Changes with the response; a record's begins with its version.", "schema": _TEXT}
_URI = {"type": "string", "format": "uri"}
_LOCATION = {"description": "The new record's address.", "schema": _URI}
_MOVED = {
    "description": "The record was merged into another one; Location is the corresponding address of that.",
    "headers": {"Location": {"description": "The other record's address.", "schema": _URI}},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "schema": _TEXT,
    "description": "ETags of responses that you have: 304 if one of them is current.",
}
_CHANGE_REASON = {
    "name": "X-Change-Reason",
    "in": "header",
    "schema": _TEXT,
    "description": "The reason of the change, for the history.",
}
#: Objects in many records, which become components.
_COMPONENTS = {"PartialDate": DATE_SCHEMA, "Link": LINK_SCHEMA, "TypedLink": TYPED_LINK_SCHEMA}
#: Component -> the component of its input, the input's only property, and a description.
_INPUT_COMPONENTS = {
    "PartialDate": ("PartialDateInput", "text", "A partial date by its EDTF text."),
    "Link": ("LinkInput", "slug", "A record by its slug."),
}
_TAGS = {
    "root": "The addresses of the API.",
    "search": "All records that hold given words.",
    "timeline": "The records of a period, by themselves or in clusters.",
    "token": "Tokens for scripts and front ends.",
}


class TokenScheme(OpenApiAuthenticationExtension):
    """The security scheme of token authentication."""

    target_class = "archive.rest.auth.ArchiveTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <token>"}


class PasswordScheme(BasicScheme):
    """The security scheme of HTTP Basic."""

    target_class = "archive.rest.auth.PasswordAuthentication"


def postprocess(result: dict[str, Any], generator: object, request: Request, public: bool) -> dict[str, Any]:
    """drf-spectacular's postprocessing hook: adds headers, formats, parts, components and tags."""
    for operations in result["paths"].values():
        for method, operation in operations.items():
            (_complete_read if method == "get" else _complete_write)(operation)
            operation["responses"]["default"] = _DEFAULT_ERROR
            for status, response in operation["responses"].items():
                response["description"] = response.get("description") or f"{HTTPStatus(int(status)).phrase}."
    schemas = result["components"]["schemas"]
    for serializer in SERIALIZERS.values():
        _add_parts(serializer, schemas)
    for serializer in _all_serializers():
        schemas[_component_name(serializer)]["required"] = [*serializer.Meta.fields, *serializer.nested]
    for name, schema in schemas.items():
        is_input = name.endswith("Request")
        for key, described in schema.get("properties", {}).items():
            schema["properties"][key] = _with_references(described, is_input)
    schemas |= {name: dict(schema) for name, schema in _COMPONENTS.items()}
    for name, key, text in _INPUT_COMPONENTS.values():
        schemas[name] = {"type": "object", "description": text, "properties": {key: _TEXT}, "required": [key]}
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    result["tags"] = [{"name": name, "description": text} for name, text in {**_collection_tags(), **_TAGS}.items()]
    return result


def _collection_tags() -> dict[str, str]:
    models = {name: serializer.Meta.model for name, serializer in SERIALIZERS.items()}  # type: ignore[attr-defined]
    return {
        name.replace("-", " "): " ".join(str(model.__doc__).split("\n\n")[0].split()) for name, model in models.items()
    }


def _all_serializers() -> set[Any]:
    """The serializers of the collections and of their parts."""
    serializers_seen: set[Any] = set()
    waiting: list[Any] = list(SERIALIZERS.values())
    while waiting:
        serializer = waiting.pop()
        if serializer not in serializers_seen:
            serializers_seen.add(serializer)
            waiting += [*serializer.parts.values(), *serializer.nested.values()]
    return serializers_seen


def _add_parts(serializer: type[ArchiveSerializer], schemas: dict[str, Any]) -> None:
    """Add the parts that ``include`` adds: schemas of records that are parts of others are generated without."""
    properties = schemas[_component_name(serializer)]["properties"]
    for name, part in serializer.parts.items():
        properties.setdefault(name, {"type": "array", "items": _reference(_component_name(part)), "readOnly": True})


def _component_name(serializer: type[ArchiveSerializer]) -> str:
    return str(serializer.__name__).removesuffix("Serializer")


def _with_references(schema: dict[str, Any], is_input: bool, is_item: bool = False) -> dict[str, Any]:
    """The schema with references to the components of dates and links.

    A relation is nullable, as its record may be invisible; arrays leave such records out. The input of a relation may
    be its slug, that of a date its text.
    """
    if "items" in schema:
        return {**schema, "items": _with_references(schema["items"], is_input, is_item=True)}
    name = next((name for name, item in _COMPONENTS.items() if schema.get("properties") == item["properties"]), "")
    if not name:
        return schema
    is_nullable = "null" in schema["type"] or not (is_input or is_item or name == "PartialDate")
    about: dict[str, Any] = {key: schema[key] for key in ("description", "readOnly") if key in schema and not is_item}
    choices: list[dict[str, Any]] = [_reference(name)]
    if is_input:
        choices = [_TEXT, _reference(_INPUT_COMPONENTS[name][0])]
    if is_nullable:
        choices.append({"type": "null"})
    if len(choices) > 1:
        return {**about, "anyOf": choices}
    return {**about, "allOf": choices} if about else choices[0]


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _complete_read(operation: dict[str, Any]) -> None:
    operation["security"] = [{}, *operation.get("security", [])]
    for parameter in operation.setdefault("parameters", []):
        if parameter["in"] == "query" and "enum" in parameter["schema"].get("items", parameter["schema"]):
            parameter["allowEmptyValue"] = True  # a blank value, which the enum lacks, counts as absent
    operation["parameters"].append(_IF_NONE_MATCH)
    operation["responses"]["200"]["headers"] = {"ETag": _ETAG}
    if any(parameter["in"] == "path" and parameter["name"] == "slug" for parameter in operation["parameters"]):
        operation["responses"]["301"] = _MOVED
    operation["responses"]["304"] = {"description": "You have the current response.", "headers": {"ETag": _ETAG}}
    formats = [FORMATS[name] for name in operation.pop("x-formats", ())]
    if formats:
        # Not as contents of the response: generated clients would then return JSON or text from each read.
        listed = ", ".join(f"`{item.name}` ({item.media_type.partition(';')[0]})" for item in formats)
        operation["description"] += f" Other formats, by the parameter `format` or by `Accept`: {listed}."
        operation["x-formats"] = {item.name: item.media_type for item in formats}


def _complete_write(operation: dict[str, Any]) -> None:
    if operation["operationId"].startswith("token"):
        return
    operation.setdefault("parameters", []).append(_CHANGE_REASON)
    for status, headers in {"200": {"ETag": _ETAG}, "201": {"ETag": _ETAG, "Location": _LOCATION}}.items():
        if status in operation["responses"]:
            operation["responses"][status]["headers"] = headers
