"""Reader of mappings: YAML to a :class:`MappingDefinition`, every mistake a problem with file, line and key."""

from __future__ import annotations

from pathlib import Path

from archive.datasets.mappings.definition import (
    ENCODINGS,
    Condition,
    FileForm,
    MappingDefinition,
    RecordRule,
    Rule,
    ValueTable,
)
from archive.datasets.mappings.document import MAX_BYTES, Value, parse_document
from archive.datasets.mappings.field_reader import FieldReader, read_table
from archive.datasets.mappings.keys import Keys
from archive.datasets.problems import DatasetError, Location, Problem, Problems, ReportedError, quote_value
from archive.datasets.schema import METADATA_KEYS, Metadata, RecordType, record_types
from archive.text import closest_match

FORMATS_DIRECTORY = Path(__file__).parent / "formats"
_SUFFIXES = (".yaml", ".yml")
_DELIMITERS = {"": "", "comma": ",", "semicolon": ";", "tab": "\t"}


def mapping_names() -> list[str]:
    """The names of the mappings that the archive brings."""
    return sorted(path.stem for path in FORMATS_DIRECTORY.glob("*.yaml"))


def read_mapping(name: str, problems: Problems) -> MappingDefinition:
    """The mapping of a name, or of a YAML file. Raises DatasetError where it has mistakes; all are in ``problems``."""
    if name in mapping_names():
        path = FORMATS_DIRECTORY / f"{name}.yaml"
    elif name.lower().endswith(_SUFFIXES):
        path = Path(name)
    else:
        expected = f"one of {', '.join(mapping_names())}, or a .yaml file"
        raise DatasetError(
            Problem(Location("--mapping"), "", quote_value(name), expected, closest_match(name, mapping_names()))
        )
    if not path.is_file():
        raise DatasetError(Problem(Location(name), "", "no such file", "a mapping in YAML"))
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    return parse_mapping(data, path.name, problems)


def parse_mapping(data: bytes, file: str, problems: Problems) -> MappingDefinition:
    """The mapping of the text of a YAML file. Raises DatasetError where it has mistakes."""
    before = problems.errors
    definition = _DocumentReader(parse_document(data, file), file, problems).read()
    if problems.errors > before:
        count = problems.errors - before
        got = f"a mapping with {count} {'mistake' if count == 1 else 'mistakes'}"
        raise ReportedError(Problem(Location(file), "", got, "one without"))
    return definition


class _DocumentReader:
    def __init__(self, document: Value, file: str, problems: Problems) -> None:
        self.file, self.problems = file, problems
        self.keys = Keys(document, "", file, problems)
        self.tables: dict[str, ValueTable] = {}

    def read(self) -> MappingDefinition:
        keys = self.keys
        keys.text("description")
        metadata = self._metadata()
        form = self._form()
        optional, ignored = frozenset(keys.texts("optional")), frozenset(keys.texts("ignored"))
        self._read_tables()
        records = self._records()
        keys.end()
        return MappingDefinition(self.file, records, form, metadata, optional, ignored)

    def _metadata(self) -> Metadata:
        keys = self.keys.keys("dataset")
        if keys is None:
            return Metadata()
        values = {key: " ".join(keys.text(key).split()) for key in METADATA_KEYS}
        keys.end()
        return Metadata(**{key: values[key] for key in Metadata.__dataclass_fields__})

    def _form(self) -> FileForm:
        keys = self.keys.keys("file")
        if keys is None:
            return FileForm()
        delimiter = _DELIMITERS[keys.word("delimiter", list(_DELIMITERS)[1:], "")]
        is_quoted = keys.flag("quoted", default=True)
        headers = self._headers(keys)
        sheet = keys.text("sheet")
        encoding = keys.word("encoding", ENCODINGS, "utf-8")
        keys.end()
        return FileForm(delimiter, is_quoted, headers, sheet, encoding)

    def _headers(self, keys: Keys) -> tuple[tuple[str, ...], ...]:
        """The column names of a file without a header line: a list, or several lists by name."""
        value = keys.take("columns")
        if value is None:
            return ()
        lists = list(value.content.values()) if isinstance(value.content, dict) else [value]
        headers = tuple(keys.texts_of(item, "columns") for item in lists)
        for header, item in zip(headers, lists, strict=True):
            repeated = next((name for name in header if header.count(name) > 1), "")
            if repeated:
                keys.fail(item, "columns", f"{quote_value(repeated)} twice", "each name once")
        return headers

    def _read_tables(self) -> None:
        keys = self.keys.keys("tables")
        if keys is None:
            return
        for name, value in keys.take_all().items():
            self.tables[name] = read_table(keys, value, name)

    # Records

    def _records(self) -> tuple[RecordRule, ...]:
        value = self.keys.take("records")
        if value is None or not isinstance(value.content, list) or not value.content:
            got = "no records" if value is None else value.kind
            expected = "a list of records, such as - collection: events"
            self.keys.fail(value or self.keys.value, "records", got, expected)
            return ()
        records = [self._record(item) for item in value.content]
        return tuple(record for record in records if record is not None)

    def _record(self, value: Value) -> RecordRule | None:
        keys = Keys(value, "records", self.file, self.problems)
        record_type = self._record_type(keys)
        if record_type is None:
            return None
        keys.path = f"records.{record_type.name}"
        rows = tuple(part for part in keys.text("rows").split(".") if part)
        conditions, exclusions = self._conditions(keys, "when"), self._conditions(keys, "unless")
        each, separator = self._each(keys)
        is_distinct, keeps_existing = (
            keys.flag("distinct"),
            keys.word("existing", ("update", "keep"), "update") == "keep",
        )
        row_id = keys.text("id")
        fields = self._fields(keys, record_type)
        keys.end()
        if keeps_existing and not record_type.has_slug:
            keys.fail(value, "existing", "'keep'", f"no such key: {record_type.name} have no slug")
        return RecordRule(
            record_type, value.line, fields, rows, conditions, exclusions, each, separator, is_distinct,
            keeps_existing, row_id,
        )  # fmt: skip

    def _record_type(self, keys: Keys) -> RecordType | None:
        name, types = keys.text("collection"), record_types()
        if name not in types:
            expected = f"one of {', '.join(types)}"
            keys.fail(keys.value, "collection", quote_value(name), expected, closest_match(name, list(types)))
        return types.get(name)

    def _conditions(self, keys: Keys, key: str) -> tuple[Condition, ...]:
        value = keys.take(key)
        if value is None:
            return ()
        if not isinstance(value.content, dict):
            return tuple(map(Condition, keys.texts_of(value, key)))
        conditions = []
        for column, allowed in value.content.items():
            texts = keys.texts_of(allowed, f"{key}.{column}")
            prefixes = tuple((text.removesuffix("*"), text) for text in texts if text.endswith("*"))
            exact: dict[str, str | None] = {text: text for text in texts if not text.endswith("*")}
            conditions.append(Condition(column, ValueTable(exact, prefixes, allowed.line)))
        return tuple(conditions)

    def _each(self, keys: Keys) -> tuple[str, str]:
        """The column whose pieces each become a record, and what stands between them."""
        inner = keys.keys("each")
        if inner is None:
            return "", ""
        column, separator = inner.text("from"), inner.text("split")
        if not column:
            inner.fail(inner.value, "from", "nothing", "the name of a column")
        inner.end()
        return column, separator

    def _fields(self, keys: Keys, record_type: RecordType) -> tuple[Rule, ...]:
        inner = keys.keys("fields")
        if inner is None:
            keys.fail(keys.value, "fields", "nothing", f"fields of {record_type.name}, such as name: Headline")
            return ()
        reader, rules = FieldReader(record_type, self.tables, self.file, self.problems), []
        content = inner.take_all()
        for name, value in content.items():
            rule = reader.read(name, value)
            if rule is not None:
                rules.append(rule)
        missing = [name for name in record_type.key if _is_needed(record_type, name) and name not in content]
        for name in missing:
            inner.fail(inner.value, name, "nothing", f"this field: it is the key of {record_type.name}")
        return tuple(rules)


def _is_needed(record_type: RecordType, name: str) -> bool:
    """Whether a field of the key must be mapped: a speech act's slug follows from its statement."""
    return record_type.column(name).required and not (record_type.name == "speech_acts" and name == "slug")
