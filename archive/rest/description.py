"""What every operation has in the description of the API, added when it is written: headers, formats, who may ask."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.authentication import BasicScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension

from archive.rest.fields import DATE_SCHEMA, LINK_SCHEMA, TYPED_LINK_SCHEMA
from archive.rest.formats import FORMATS
from archive.rest.problems import CONTENT_TYPE
from archive.rest.serializers import SERIALIZERS

_TEXT = {"type": "string"}
_PROBLEM = {
    "description": "Any other error.",
    "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_TAG = {"description": "Stands for these bytes; a record's begins with its version.", "schema": _TEXT}
_LOCATION = {"description": "The new record's address.", "schema": {"type": "string", "format": "uri"}}
_KNOWN = {
    "name": "If-None-Match",
    "in": "header",
    "schema": _TEXT,
    "description": "ETags that you have: 304 if one holds.",
}
_REASON = {"name": "X-Change-Reason", "in": "header", "schema": _TEXT, "description": "Why, for the history."}
#: Objects that many records hold, each described once under its name.
_OBJECTS = {"PartialDate": DATE_SCHEMA, "Link": LINK_SCHEMA, "TypedLink": TYPED_LINK_SCHEMA}
#: What is written in their place, besides the text or slug alone.
_WRITTEN = {
    "PartialDate": ("PartialDateInput", "text", "A partial date by its EDTF text."),
    "Link": ("LinkInput", "slug", "A record by its slug."),
}
_TAGS = {
    "root": "The addresses of the API.",
    "search": "All records that hold given words.",
    "token": "Tokens for scripts and front ends.",
}


class TokenScheme(OpenApiAuthenticationExtension):
    """How a token is sent."""

    target_class = "archive.rest.authentication.ArchiveTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <token>"}


class PasswordScheme(BasicScheme):
    """How a name and password are sent."""

    target_class = "archive.rest.authentication.PasswordAuthentication"


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular: the description, completed."""
    for operations in result["paths"].values():
        for method, operation in operations.items():
            (_read if method == "get" else _write)(operation)
            operation["responses"]["default"] = _PROBLEM
            for status, response in operation["responses"].items():
                response["description"] = response.get("description") or f"{HTTPStatus(int(status)).phrase}."
    schemas = result["components"]["schemas"]
    for serializer in SERIALIZERS.values():
        _add_parts(serializer, schemas)
    for serializer in _all_serializers():
        schemas[_name(serializer)]["required"] = [*serializer.Meta.fields, *serializer.nested]
    for name, schema in schemas.items():
        is_written = name.endswith("Request")
        for key, described in schema.get("properties", {}).items():
            schema["properties"][key] = _named(described, is_written)
    schemas |= {name: dict(schema) for name, schema in _OBJECTS.items()}
    for name, key, text in _WRITTEN.values():
        schemas[name] = {"type": "object", "description": text, "properties": {key: _TEXT}, "required": [key]}
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    result["tags"] = [{"name": name, "description": text} for name, text in {**_tags(), **_TAGS}.items()]
    return result


def _tags() -> dict[str, str]:
    models = {name: serializer.Meta.model for name, serializer in SERIALIZERS.items()}  # type: ignore[attr-defined]
    return {
        name.replace("-", " "): " ".join(str(model.__doc__).split("\n\n")[0].split()) for name, model in models.items()
    }


def _all_serializers() -> set[Any]:
    """Those of the collections, and of their parts."""
    found: set[Any] = set()
    waiting: list[Any] = list(SERIALIZERS.values())
    while waiting:
        serializer = waiting.pop()
        if serializer not in found:
            found.add(serializer)
            waiting += [*serializer.parts.values(), *serializer.nested.values()]
    return found


def _add_parts(serializer: Any, schemas: dict[str, Any]) -> None:
    """What ``include`` adds; a record that is itself a part of another was described without."""
    properties = schemas[_name(serializer)]["properties"]
    for name, part in serializer.parts.items():
        properties.setdefault(name, {"type": "array", "items": _reference(_name(part)), "readOnly": True})


def _name(serializer: Any) -> str:
    return str(serializer.__name__).removesuffix("Serializer")


def _named(schema: dict[str, Any], is_written: bool, is_item: bool = False) -> dict[str, Any]:
    """The schema with its dates and links by the names of their components.

    A relation is null where its record may not be seen, even if there always is one; in a list such records are left
    out. It is also written by its slug, and a date by its text.
    """
    if "items" in schema:
        return {**schema, "items": _named(schema["items"], is_written, is_item=True)}
    name = next((name for name, known in _OBJECTS.items() if schema.get("properties") == known["properties"]), "")
    if not name:
        return schema
    is_null = "null" in schema["type"] or not (is_written or is_item or name == "PartialDate")
    about = {key: schema[key] for key in ("description", "readOnly") if key in schema and not is_item}
    choices: list[dict[str, Any]] = [_reference(name)]
    if is_written:
        choices = [_TEXT, _reference(_WRITTEN[name][0])]
    if is_null:
        choices.append({"type": "null"})
    if len(choices) > 1:
        return {**about, "anyOf": choices}
    return {**about, "allOf": choices} if about else choices[0]


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _read(operation: dict[str, Any]) -> None:
    operation["security"] = [{}, *operation.get("security", [])]
    for parameter in operation.setdefault("parameters", []):
        if parameter["in"] == "query" and "enum" in parameter["schema"].get("items", parameter["schema"]):
            parameter["allowEmptyValue"] = True  # a blank is as if not given, though it is none of the words
    operation["parameters"].append(_KNOWN)
    answer = operation["responses"]["200"]
    answer["headers"] = {"ETag": _TAG}
    operation["responses"]["304"] = {"description": "You have this answer.", "headers": {"ETag": _TAG}}
    others = [FORMATS[name] for name in operation.pop("x-formats", ())]
    if others:
        # Not among the contents of the answer: clients made from the description would get JSON or text from each read.
        listed = ", ".join(f"`{one.name}` ({one.media.partition(';')[0]})" for one in others)
        operation["description"] += f" Other formats, by the parameter `format` or by `Accept`: {listed}."
        operation["x-formats"] = {one.name: one.media for one in others}


def _write(operation: dict[str, Any]) -> None:
    if operation["operationId"].startswith("token"):
        return
    operation.setdefault("parameters", []).append(_REASON)
    for status, headers in {"200": {"ETag": _TAG}, "201": {"ETag": _TAG, "Location": _LOCATION}}.items():
        if status in operation["responses"]:
            operation["responses"][status]["headers"] = headers
