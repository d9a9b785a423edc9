"""The schema: its committed file, the fields of each record type, arguments, enums and descriptions."""

from __future__ import annotations

from typing import Any

import pytest
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLEnumType, get_named_type, is_non_null_type, print_schema

from archive.choice_descriptions import CHOICE_DESCRIPTIONS
from archive.filters import FILTERSETS, filter_types
from archive.graphql.schema import ROOTS, schema
from archive.management.commands.write_schema import PATH

SCHEMA = schema.graphql_schema
PAGE = {"first": "Int", "last": "Int", "after": "String", "before": "String"}
#: The fields of each type: a partial date is an object, a vocabulary an enum, a link a record or a list of records.
FIELDS: dict[str, str] = {
    "Body": "slug: String!  status: Status!  name: String!  abbreviation: String!  kind: BodyKind!  parent: Body  "
    "iso3166: String  existed: PartialDate  names: [Name!]!  identifiers: [Identifier!]!  citations: [Citation!]!",
    "Official": "slug: String!  status: Status!  name: String!  sortName: String!  born: PartialDate  "
    "died: PartialDate  state: Body  names: [Name!]!  identifiers: [Identifier!]!  citations: [Citation!]!",
    "Name": "text: String!  language: String!  script: String!  scheme: NameScheme!  bearer: Party",
    "Identifier": "scheme: String!  value: String!  subject: IdentifierSubject",
    "Office": "slug: String!  status: Status!  name: String!  body: Body",
    "Appointment": "slug: String!  status: Status!  official: Official  office: Office  appointed: PartialDate  "
    "start: PartialDate  end: PartialDate  endState: EndState!  mode: AppointmentMode!  citations: [Citation!]!",
    "Event": "slug: String!  status: Status!  name: String!  summary: String!  classification: EventClassification!  "
    "date: PartialDate!  place: String!  partOf: Event  topics: [Topic!]!  participations: [Participation!]!  "
    "relations: [Relation!]!  identifiers: [Identifier!]!  citations: [Citation!]!",
    "Participation": "event: Event  party: Party  role: ParticipationRole!  citations: [Citation!]!",
    "Relation": "fromEvent: Event  toEvent: Event  kind: RelationKind!  note: String!  citations: [Citation!]!",
    "Measure": "slug: String!  status: Status!  name: String!  summary: String!  instrument: Instrument!  "
    "imposers: [Body!]!  targets: [Body!]!  inForce: PartialDate  topics: [Topic!]!  steps: [MeasureStep!]!  "
    "goods: [MeasureGood!]!  identifiers: [Identifier!]!  citations: [Citation!]!",
    "MeasureStep": "measure: Measure  event: Event  phase: MeasurePhase!",
    "MeasureGood": "measure: Measure  name: String!  scheme: GoodScheme!  code: String!  inForce: PartialDate",
    "Statement": "slug: String!  status: Status!  name: String!  summary: String!  text: String!  form: TextForm!  "
    "language: String!  classification: StatementClassification!  date: PartialDate!  attribution: Attribution!  "
    "attributedAs: String!  speaker: Official  body: Body  capacities: [Appointment!]!  occasion: Event  "
    "about: [Subject!]!  inReplyTo: [Statement!]!  topics: [Topic!]!  speechActs: [SpeechAct!]!  "
    "identifiers: [Identifier!]!  citations: [Citation!]!",
    "SpeechAct": "slug: String!  statement: Statement  ordinal: Int!  kind: SpeechActKind!  form: TextForm!  "
    "text: String!  translation: String!  condition: String!  addressees: [Party!]!  about: Subject  "
    "outcomes: [Outcome!]!  state: State  citations: [Citation!]!",
    "Outcome": "speechAct: SpeechAct  date: PartialDate!  kind: OutcomeKind!  event: Event  answer: SpeechAct  "
    "note: String!",
    "Topic": "slug: String!  status: Status!  name: String!  description: String!  parent: Topic",
    "Source": "slug: String!  status: Status!  title: String!  publisher: Body  agency: String!  author: String!  "
    "language: String!  published: PartialDate  retrieved: PartialDate  url: String!  archivedUrl: String!  "
    "licence: String!  tier: SourceTier!",
    "Citation": "source: Source  locator: String!  quotation: String!  stance: Stance!  field: String!  "
    "variantValue: String!  subject: CitationSubject",
    "Dossier": "slug: String!  status: Status!  name: String!  introduction: String!  entries: [DossierEntry!]!",
    "DossierEntry": "dossier: Dossier  position: Int!  record: DossierRecord  note: String!",
    "PartialDate": "text: String!  display: String!  earliest: Date  latest: Date",
}


def test_committed_schema_is_current() -> None:
    """``make schema`` updates it."""
    assert PATH.read_text(encoding="utf-8").rstrip() == print_schema(SCHEMA).rstrip()


@pytest.mark.parametrize("name", FIELDS)
def test_fields_of_each_record_type(name: str) -> None:
    live = {f"{field_name}: {field.type}" for field_name, field in SCHEMA.type_map[name].fields.items()}
    assert set(FIELDS[name].split("  ")) - live == set()


def test_every_record_type_is_listed_above() -> None:
    records = {record.name for record in SCHEMA.get_implementations(SCHEMA.type_map["Node"]).objects}
    assert records == set(FIELDS) - {"PartialDate"}


def test_fields_that_all_record_types_have() -> None:
    for name in set(FIELDS) - {"PartialDate"}:
        live = {f"{field_name}: {field.type}" for field_name, field in SCHEMA.type_map[name].fields.items()}
        assert {"id: ID!", "version: Int!", "createdAt: DateTime!", "updatedAt: DateTime!"} <= live, name


def test_links_to_records_are_nullable() -> None:
    """They are null for users who may not see the linked record."""
    records = [*(SCHEMA.type_map[name] for name in FIELDS)]
    linked = {"Party", "Subject", "DossierRecord", "CitationSubject", "IdentifierSubject", *FIELDS} - {"PartialDate"}
    forced = [f"{record.name}.{name}" for record in records for name, field in record.fields.items()
              if is_non_null_type(field.type) and getattr(field.type.of_type, "name", "") in linked]  # fmt: skip
    assert forced == []


@pytest.mark.parametrize(
    ("union", "kinds_of_records"),
    [
        ("Subject", "Event Measure"),
        ("DossierRecord", "Event Measure Statement"),
        ("CitationSubject", "Appointment Body Event Measure MeasureGood Office Official Outcome Participation Relation "
         "SpeechAct Statement"),
        ("IdentifierSubject", "Appointment Body Event Measure Office Official Source Statement Topic"),
        ("SearchResult", "Body Dossier Event Measure Office Official Source Statement Topic"),
    ],
)  # fmt: skip
def test_members_of_each_union(union: str, kinds_of_records: str) -> None:
    types = SCHEMA.get_possible_types(SCHEMA.type_map[union])
    assert sorted(type_.name for type_ in types) == kinds_of_records.split()


def _lists() -> list[tuple[str, str, Any]]:
    """The collection, path and field of every connection."""
    kinds_of = {f"{name}Connection": kind for kind, (name, _, _) in ROOTS.items()}
    return [
        (kinds_of[get_named_type(field.type).name], f"{type_.name}.{name}", field)
        for type_ in SCHEMA.type_map.values() if hasattr(type_, "fields") and not type_.name.startswith("__")
        for name, field in type_.fields.items() if get_named_type(field.type).name in kinds_of
    ]  # fmt: skip


def test_every_list_has_every_filter_as_an_argument() -> None:
    lists = _lists()
    assert {kind for kind, where, _ in lists if where.startswith("Query.")} == set(FILTERSETS)
    for kind, where, field in lists:
        declared, model = FILTERSETS[kind].base_filters, ROOTS[kind][0]
        expected = {to_camel_case(name): _kind(filter_, model) for name, filter_ in declared.items()}
        assert {name: str(argument.type) for name, argument in field.args.items()} == {**PAGE, **expected}, where
        assert all(argument.description for argument in field.args.values()), where


_SCALARS = {
    filter_types.BooleanFilter: "Boolean",
    filter_types.DateFilter: "EDTF",
    filter_types.DateTimeFilter: "DateTime",
}


def _kind(declared: filter_types.ArchiveFilter, model: str) -> str:
    if isinstance(declared, filter_types.OrderFilter):
        return f"{model}OrderBy"
    plain = _SCALARS.get(type(declared), "String")
    name = declared.vocabulary.__name__ if isinstance(declared, filter_types.ChoicesFilter) else plain
    return f"[{name}!]" if declared.many else name


LITERAL = {
    "events": "date: EDTF  certain: Boolean  classification: [EventClassification!]  actor: [String!]  "
    "orderBy: EventOrderBy",
    "measures": "inForceOn: EDTF  good: [String!]  instrument: [Instrument!]  country: [String!]",
    "statements": "speechAct: [SpeechActKind!]  attribution: [Attribution!]  inReplyTo: [String!]  "
    "updatedAfter: DateTime",
    "speech-acts": "state: [State!]  openOn: EDTF  conditional: Boolean  kind: [SpeechActKind!]",
    "officials": "name: String  inOfficeOn: EDTF  certain: Boolean  office: [String!]",
    "appointments": "mode: [AppointmentMode!]  on: EDTF", "bodies": "kind: [BodyKind!]  parent: [String!]",
    "sources": "tier: [SourceTier!]  publisher: [String!]",
}  # fmt: skip


@pytest.mark.parametrize("kind", LITERAL)
def test_types_of_arguments(kind: str) -> None:
    field = SCHEMA.query_type.fields[to_camel_case(ROOTS[kind][1])]
    assert set(LITERAL[kind].split("  ")) <= {f"{name}: {argument.type}" for name, argument in field.args.items()}


def test_enum_values_are_in_full_and_in_capitals() -> None:
    enums = {type_.name: type_ for type_ in SCHEMA.type_map.values() if isinstance(type_, GraphQLEnumType)}
    assert {"ON_BACKGROUND", "NAMED", "ANONYMOUS"} <= set(enums["Attribution"].values)
    assert "RESPONDS_TO" in enums["RelationKind"].values
    assert all(
        name == name.upper() for enum in enums.values() if not enum.name.startswith("__") for name in enum.values
    )


def test_every_element_of_the_schema_has_a_description() -> None:
    described: dict[str, str | None] = {}
    for name, type_ in SCHEMA.type_map.items():
        if name.startswith("__"):
            continue
        described[name] = type_.description
        for field_name, field in getattr(type_, "fields", {}).items():
            described[f"{name}.{field_name}"] = field.description
            described |= {f"{name}.{field_name}({arg})": argument.description for arg, argument in field.args.items()}
        for value, member in getattr(type_, "values", {}).items():
            described[f"{name}.{value}"] = member.description
            assert _letters(member.description or "") != _letters(value), f"{name}.{value} is described by its name"
    assert [where for where, text in described.items() if not (text or "").strip()] == []
    assert [where for where, text in described.items() if "``" in str(text) or "in_office_on" in str(text)] == []


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalpha())


@pytest.mark.parametrize("vocabulary", CHOICE_DESCRIPTIONS)
def test_every_value_of_a_vocabulary_has_a_description(vocabulary: Any) -> None:
    assert set(CHOICE_DESCRIPTIONS[vocabulary]) == {"", *vocabulary.values}


@pytest.mark.parametrize("scalar", ["EDTF", "Date", "DateTime"])
def test_scalars_have_specification_urls(scalar: str) -> None:
    assert str(SCHEMA.type_map[scalar].specified_by_url).startswith("https://")


def test_root_fields_are_nullable() -> None:
    assert [name for name, field in SCHEMA.query_type.fields.items() if is_non_null_type(field.type)] == []
