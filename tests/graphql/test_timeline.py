"""The timeline over GraphQL has the content of REST's, under the selected keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from graphene.utils.str_converters import to_camel_case
from graphql import parse

from archive.choices import Instrument, MeasurePhase, RelationKind
from archive.filters import FILTERSETS
from archive.graphql.limits import DocumentCost
from archive.graphql.schema import schema
from archive.rest.timeline import timeline_json
from archive.timeline import TIMELINE, complete_selection
from archive.timeline.fields import Field, ObjectType, TimelineLaneType, TimelinePart, TimelineRecordKind
from archive.timeline.params import COLLECTIONS
from tests.support.graphql_client import code, data, post
from tests.support.json_differences import differences

pytestmark = pytest.mark.django_db
_ENUMS = (Instrument, MeasurePhase, RelationKind, TimelineLaneType, TimelinePart, TimelineRecordKind)


def everything(selection: Any = None) -> str:
    """The selection of all fields."""
    fields = complete_selection() if selection is None else selection
    return " ".join(to_camel_case(name) + (f" {{ {everything(below)} }}" if below else "") for _, name, below in fields)


def as_graphql(content: Any, object_type: ObjectType | None) -> Any:
    """REST's content with GraphQL's names and enum values."""
    if isinstance(content, list):
        return [as_graphql(item, object_type) for item in content]
    if object_type is None or not isinstance(content, dict):
        return content
    return {to_camel_case(field.name): _value(content[field.name], field) for field in object_type.fields}


def _value(value: Any, field: Field) -> Any:
    if isinstance(field.type, ObjectType):
        return as_graphql(value, field.type)
    return field.type(value).name if value is not None and field.type in _ENUMS else value  # type: ignore[operator]


@pytest.mark.parametrize(
    ("arguments", "params"),
    [
        ("", {}),
        ("(lanes: CLASSIFICATION, width: 10000)", {"lanes": ["classification"], "width": ["10000"]}),
        ('(from: "2019-07", to: "2019-08", lanes: COUNTRY)',
         {"from": ["2019-07"], "to": ["2019-08"], "lanes": ["country"]}),
        ('(kind: [EVENT, MEASURE], topic: ["gsomia"])', {"kind": ["event", "measure"], "topic": ["gsomia"]}),
        ('(country: "KR", certain: true, lanes: PARTICIPANT)',
         {"country": ["KR"], "certain": ["true"], "lanes": ["participant"]}),
        ("(kind: [])", {"kind": []}),
        ("(kind: [EVENT], classification: [ANNOUNCEMENT, DECISION])",
         {"kind": ["event"], "classification": ["announcement", "decision"]}),
        ('(kind: STATEMENT, speaker: "kim-you-geun", speechAct: DEMAND)',
         {"kind": ["statement"], "speaker": ["kim-you-geun"], "speech_act": ["demand"]}),
        ('(kind: [MEASURE], target: ["KR"], lanes: COUNTRY)',
         {"kind": ["measure"], "target": ["KR"], "lanes": ["country"]}),
    ],
)  # fmt: skip
def test_the_content_is_that_of_rest(dossier: None, arguments: str, params: dict[str, list[str]]) -> None:
    expected = as_graphql(json.loads(timeline_json(params, AnonymousUser())), TIMELINE)
    content = data(f"{{ timeline{arguments} {{ {everything()} }} }}")["timeline"]
    assert list(differences(content, expected)) == []


def test_fields_have_the_keys_of_the_document(dossier: None) -> None:
    query = """
        query Zoom($from: EDTF, $to: EDTF) {
          near: timeline(from: $from, to: $to, kind: EVENT) {
            ...Counts
            lanes { records { __typename when: date { text } } }
          }
          timeline { ...Counts __typename }
        }
        fragment Counts on Timeline { records: count }
    """
    content = data(query, **{"from": "2019-07-04", "to": "2019-07-04"})
    assert content["timeline"]["__typename"] == "Timeline"
    assert content["near"]["records"] < content["timeline"]["records"]
    [lane] = content["near"]["lanes"]
    assert {"__typename": "TimelineRecord", "when": {"text": "2019-07-04"}} in lane["records"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ('from: "yesterday"', "from"), ('from: "2020", to: "2019"', "to"), ("width: 0", "width"),
        ('topic: ["no-such-topic"]', "topic"), ('updatedAfter: "x"', "updatedAfter"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_an_error_of_its_field(dossier: None, arguments: str, field: str) -> None:
    response = post(f"{{ timeline({arguments}) {{ count }} topics(first: 1) {{ nodes {{ slug }} }} }}")
    content = response.json()
    assert content["data"]["timeline"] is None
    assert content["data"]["topics"]["nodes"]
    [error] = content["errors"]
    assert [problem["field"] for problem in error["extensions"]["errors"]] == [field]


def test_the_cost_is_counted_before_any_sql() -> None:
    document = parse("{ a: timeline { count } b: timeline { lanes { records { slug } } } }")
    size = DocumentCost(schema.graphql_schema, document, {}).operation(document.definitions[0])  # type: ignore[arg-type]
    assert size.cost == 4_000
    too_much = " ".join(f"t{number}: timeline {{ count }}" for number in range(11))
    assert code(post(f"{{ {too_much} }}")) == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("speaker: \"x\"", {"field": "speaker", "got": "x", "expected": "this filter only with kind: [STATEMENT]"}),
        ("kind: [EVENT, MEASURE], inReplyTo: [\"a\", \"b\"]",
         {"field": "inReplyTo", "got": "a, b", "expected": "this filter only with kind: [STATEMENT]"}),
        ("kind: [EVENT, STATEMENT], classification: [PRESS_STATEMENT]",
         {"field": "classification", "got": "PRESS_STATEMENT", "expected": "this word only with kind: [STATEMENT]"}),
    ],
)  # fmt: skip
def test_a_filter_of_some_kinds_is_refused_with_the_kinds_that_have_it(
    dossier: None, arguments: str, problem: dict[str, str]
) -> None:
    [error] = post(f"{{ timeline({arguments}) {{ count }} }}").json()["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT", "errors": [problem]}


def test_the_timeline_has_the_filters_of_every_kind() -> None:
    own = {name for kind in COLLECTIONS.values() for name in FILTERSETS[kind].base_filters}
    own -= {"date", "date_after", "date_before", "order_by"}
    arguments = schema.graphql_schema.query_type.fields["timeline"].args  # type: ignore[union-attr]
    assert {*arguments} - {"from", "to", "width", "lanes", "kind"} == {to_camel_case(name) for name in own}
