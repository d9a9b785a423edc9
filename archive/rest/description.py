"""What every operation has in the description of the API, added when it is written: headers, formats, who may ask."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.authentication import BasicScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension

from archive.rest.fields import DATE_SCHEMA, LINK_SCHEMA
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
#: Ends of the names of what ``fields`` does not reach.
_WHOLE = ("Page", "Revision", "Revisions", "Request", "Problem", "ProblemError", "Found", "Token")


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
    for name, schema in result["components"]["schemas"].items():
        if not name.endswith(_WHOLE):
            _loosen(schema)
        if name.endswith("Request"):
            schema["properties"] = {key: _written(one) for key, one in schema["properties"].items()}
    for serializer in SERIALIZERS.values():
        _add_parts(serializer, result["components"]["schemas"])
    return result


def _add_parts(serializer: Any, schemas: dict[str, Any]) -> None:
    """What ``include`` adds; a record that is itself a part of another was described without."""
    properties = schemas[_name(serializer)]["properties"]
    for name, part in serializer.parts.items():
        reference = {"$ref": f"#/components/schemas/{_name(part)}"}
        properties.setdefault(name, {"type": "array", "items": reference, "readOnly": True})


def _name(serializer: Any) -> str:
    return str(serializer.__name__).removesuffix("Serializer")


def _loosen(schema: dict[str, Any]) -> None:
    """Nothing of a record is sure to be there: ``fields`` may leave out any of it."""
    schema.pop("required", None)
    for one in (*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])):
        _loosen(one)


def _read(operation: dict[str, Any]) -> None:
    operation["security"] = [{}, *operation.get("security", [])]
    operation.setdefault("parameters", []).append(_KNOWN)
    answer = operation["responses"]["200"]
    answer["headers"] = {"ETag": _TAG}
    operation["responses"]["304"] = {"description": "You have this answer.", "headers": {"ETag": _TAG}}
    offered = next((one["schema"]["enum"] for one in operation["parameters"] if one["name"] == "format"), [])
    for name in offered:
        if name in FORMATS:
            media = FORMATS[name].media.partition(";")[0]
            answer["content"][media] = {"schema": {"type": "object"} if media.endswith("json") else _TEXT}


def _write(operation: dict[str, Any]) -> None:
    if operation["operationId"].startswith("token"):
        return
    operation.setdefault("parameters", []).append(_REASON)
    for status, headers in {"200": {"ETag": _TAG}, "201": {"ETag": _TAG, "Location": _LOCATION}}.items():
        if status in operation["responses"]:
            operation["responses"][status]["headers"] = headers


def _written(schema: dict[str, Any]) -> dict[str, Any]:
    """A relation is also written by its slug, a date by its text."""
    if "items" in schema:
        return {**schema, "items": _written(schema["items"])}
    for known, key in ((DATE_SCHEMA, "text"), (LINK_SCHEMA, "slug")):
        if set(schema.get("properties", ())) == set(known["properties"]):
            whole = {"type": "object", "properties": {key: _TEXT}, "required": [key]}
            told = {"description": schema["description"]} if "description" in schema else {}
            return {**told, "anyOf": [_TEXT, whole, {"type": "null"}]}
    return schema
