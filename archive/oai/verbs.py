"""The six verbs: each from valid arguments to the XML of its element."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings

from archive.oai import harvest
from archive.oai.arguments import format_datestamp, parse_period
from archive.oai.errors import OaiError, bad_token
from archive.oai.formats import FORMATS, XSI, Format, find_format
from archive.oai.harvest import Entry, Query, get_entry, identifier_prefix
from archive.oai.sets import list_sets, parse_set
from archive.oai.tokens import Token, decode_token
from archive.oai.xml import element, wrap

Arguments = Mapping[str, str]
#: A lower limit of all datestamps, which says nothing about when drafts were entered.
_EARLIEST = "1970-01-01T00:00:00Z"
_IDENTIFIER_NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai-identifier"


def identify(arguments: Arguments, base_url: str) -> str:
    prefix = identifier_prefix()
    identifier = wrap(
        "oai-identifier",
        [
            element("scheme", "oai"),
            element("repositoryIdentifier", prefix.split(":")[1]),
            element("delimiter", ":"),
            element("sampleIdentifier", f"{prefix}events/2019-07-04-japan-export-curbs-take-effect"),
        ],
        xmlns=_IDENTIFIER_NAMESPACE, xmlns__xsi=XSI,
        xsi__schemaLocation=f"{_IDENTIFIER_NAMESPACE} {_IDENTIFIER_NAMESPACE}.xsd",
    )  # fmt: skip
    return wrap(
        "Identify",
        [
            element("repositoryName", settings.ARCHIVE_NAME),
            element("baseURL", f"{base_url}oai"),
            element("protocolVersion", "2.0"),
            element("adminEmail", settings.CONTACT_EMAIL),
            element("earliestDatestamp", _EARLIEST),
            element("deletedRecord", "transient"),
            element("granularity", "YYYY-MM-DDThh:mm:ssZ"),
            wrap("description", [identifier]),
        ],
    )


def list_metadata_formats(arguments: Arguments, base_url: str) -> str:
    """The formats, all of which every item has."""
    if "identifier" in arguments:
        get_entry(arguments["identifier"], next(iter(FORMATS.values())))
    return wrap(
        "ListMetadataFormats",
        [
            wrap(
                "metadataFormat",
                [
                    element("metadataPrefix", output_format.prefix),
                    element("schema", output_format.schema_url(base_url)),
                    element("metadataNamespace", output_format.namespace),
                ],
            )
            for output_format in FORMATS.values()
        ],
    )


def list_sets_xml(arguments: Arguments, base_url: str) -> str:
    token = _token(arguments)
    sets, following = list_sets(token)
    elements = [wrap("set", [element("setSpec", spec), element("setName", name)]) for spec, name in sets]
    return wrap("ListSets", [*elements, _resumption(token, following)])


def list_records(arguments: Arguments, base_url: str) -> str:
    token, output_format, entries, following = _list(arguments)
    records = [_record(entry, output_format, base_url) for entry in entries]
    return wrap("ListRecords", [*records, _resumption(token, following)])


def list_identifiers(arguments: Arguments, base_url: str) -> str:
    token, _, entries, following = _list(arguments)
    return wrap("ListIdentifiers", [*map(_header, entries), _resumption(token, following)])


def get_record(arguments: Arguments, base_url: str) -> str:
    output_format = find_format(arguments["metadataPrefix"])
    entry = get_entry(arguments["identifier"], output_format)
    return wrap("GetRecord", [_record(entry, output_format, base_url)])


ANSWERS: dict[str, Callable[[Arguments, str], str]] = {
    "Identify": identify,
    "ListMetadataFormats": list_metadata_formats,
    "ListSets": list_sets_xml,
    "ListIdentifiers": list_identifiers,
    "ListRecords": list_records,
    "GetRecord": get_record,
}


def _list(arguments: Arguments) -> tuple[Token, Format, list[Entry], Token | None]:
    """The entries of a page. Raises OaiError: noRecordsMatch for an empty list, badResumptionToken for its end."""
    token = _token(arguments)
    is_resumed = "resumptionToken" in arguments
    try:
        output_format = find_format(token.prefix)
        period = parse_period(token.start or None, token.end or None)
        query = Query(parse_set(token.set_spec), period, output_format)
    except OaiError as error:
        raise bad_token() if is_resumed else error from error
    entries, following = harvest.list_page(query, token)
    if not entries:
        # What a token promised may be gone: a set was withdrawn, or the last records of the list.
        raise bad_token() if is_resumed else OaiError("noRecordsMatch", "No record matches from, until and set.")
    return token, output_format, entries, following


def _token(arguments: Arguments) -> Token:
    """The token of the request, or one for the beginning of its list."""
    verb = arguments["verb"]
    if "resumptionToken" in arguments:
        return decode_token(arguments["resumptionToken"], verb)
    prefix, set_spec, start, end = (arguments.get(name, "") for name in ("metadataPrefix", "set", "from", "until"))
    return Token(verb, prefix, set_spec, start, end)


def _resumption(token: Token, following: Token | None) -> str:
    """The token of the next page; an empty one ends a list of several pages (section 3.5)."""
    if following is None and not token.delivered:
        return ""
    return element("resumptionToken", following.encode() if following else "", cursor=str(token.delivered))


def _record(entry: Entry, output_format: Format, base_url: str) -> str:
    metadata = []
    if entry.row is not None:
        metadata = [wrap("metadata", [output_format.write(entry.collection, entry.row, base_url)])]
    return wrap("record", [_header(entry), *metadata])


def _header(entry: Entry) -> str:
    dossiers = [part["dossier"]["slug"] for part in (entry.row or {}).get("dossier_entries", ()) if part["dossier"]]
    return wrap(
        "header",
        [
            element("identifier", entry.identifier),
            element("datestamp", format_datestamp(entry.datestamp)),
            element("setSpec", f"collection:{entry.collection}"),
            *(element("setSpec", f"dossier:{slug}") for slug in dossiers),
        ],
        status="deleted" if entry.row is None else "",
    )
