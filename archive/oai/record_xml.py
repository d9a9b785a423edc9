"""The archive's own format: the XML of a record, and the XML Schema that describes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from archive.oai.record_fields import RecordField, element_name, record_fields
from archive.oai.sets import harvested_collections
from archive.oai.xml import element, wrap
from archive.registry import COLLECTIONS

NAMESPACE = "tag:chancery.invalid,2026:record"
SCHEMA_PATH = "oai/record.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TYPES = {"text": "xs:string", "number": "xs:integer", "date": "date", "link": "link", "links": "link"}


def write_record(collection: str, row: Mapping[str, Any], base_url: str) -> str:
    """The record's element. Blank fields are left out."""
    model = COLLECTIONS[collection].model
    return wrap(
        element_name(model), _contents(record_fields(model), row),
        collection=collection, slug=row["slug"], updated=row["updated_at"],
        url=f"{base_url}{collection}/{row['slug']}/",
        xmlns=NAMESPACE, xmlns__xsi=_XSI, xsi__schemaLocation=f"{NAMESPACE} {base_url}{SCHEMA_PATH}",
    )  # fmt: skip


def _contents(fields: tuple[RecordField, ...], row: Mapping[str, Any]) -> Iterator[str]:
    for field in fields:
        value = row[field.name]
        if value in (None, "", []):
            continue
        if field.kind == "parts":
            yield wrap(field.name, (wrap(field.part, _contents(field.fields, part)) for part in value))
        elif field.kind in ("link", "links"):
            for linked in value if isinstance(value, list) else [value]:
                yield element(field.name, linked["name"], collection=field.collection, slug=linked["slug"])
        elif field.kind == "date":
            bounds = {name: value[name] or "" for name in ("earliest", "latest")}
            yield element(field.name, value["text"], display=value["display"], **bounds)
        else:
            yield element(field.name, str(value))


@cache
def xml_schema() -> str:
    """The XML Schema of the elements of all collections, with the data dictionary's sentences."""
    collections = [COLLECTIONS[name] for name in harvested_collections()]
    attributes = [
        wrap("xs:attribute", [], name="collection", type="xs:string", use="required"),
        wrap("xs:attribute", [], name="slug", type="xs:string", use="required"),
        wrap("xs:attribute", [], name="updated", type="xs:dateTime", use="required"),
        wrap("xs:attribute", [], name="url", type="xs:anyURI", use="required"),
    ]
    records = [
        wrap("xs:element", [
            _documentation(" ".join(str(collection.model.__doc__).split())),
            wrap("xs:complexType", [_sequence(record_fields(collection.model)), *attributes]),
        ], name=element_name(collection.model))
        for collection in collections
    ]  # fmt: skip
    return wrap(
        "xs:schema", [_DATE, _LINK, *records],
        xmlns__xs="http://www.w3.org/2001/XMLSchema", xmlns=NAMESPACE, targetNamespace=NAMESPACE,
        elementFormDefault="qualified",
    )  # fmt: skip


def _sequence(fields: tuple[RecordField, ...]) -> str:
    return wrap("xs:sequence", map(_declaration, fields))


def _declaration(field: RecordField) -> str:
    documentation = _documentation(field.help_text)
    if field.kind != "parts":
        many = "unbounded" if field.kind == "links" else ""
        return wrap(
            "xs:element", [documentation], name=field.name, type=_TYPES[field.kind], minOccurs="0", maxOccurs=many
        )
    part = wrap(
        "xs:element", [wrap("xs:complexType", [_sequence(field.fields)])], name=field.part, maxOccurs="unbounded"
    )
    content = wrap("xs:complexType", [wrap("xs:sequence", [part])])
    return wrap("xs:element", [documentation, content], name=field.name, minOccurs="0")


def _documentation(text: str) -> str:
    return wrap("xs:annotation", [element("xs:documentation", text)]) if text else ""


def _simple_type(name: str, text: str, attributes: Mapping[str, str]) -> str:
    declared = [wrap("xs:attribute", [], name=key, type=kind) for key, kind in attributes.items()]
    extension = wrap("xs:extension", declared, base="xs:string")
    return wrap("xs:complexType", [_documentation(text), wrap("xs:simpleContent", [extension])], name=name)


_DATE = _simple_type(
    "date",
    "A partial date in EDTF (ISO 8601-2); its first and last day, which an open or unknown end does not have.",
    {"display": "xs:string", "earliest": "xs:date", "latest": "xs:date"},
)
_LINK = _simple_type(
    "link", "The name of a linked record, and where it is found.", {"collection": "xs:string", "slug": "xs:string"}
)
