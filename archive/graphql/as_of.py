"""The argument ``asOf`` of a single record: the selected fields of its state at a past moment.

The state is read by some queries of the revisions (``archive.revisions``), not by the compiled query of the document.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models as db
from graphql import FieldNode, GraphQLError, GraphQLObjectType
from graphql_relay import to_global_id

from archive.dates import PartialDate
from archive.exceptions import NotFoundError, Problem
from archive.graphql.enums import VOCABULARIES
from archive.graphql.relay import has_slug
from archive.models import Outcome, SpeechAct
from archive.models.fields import PartialDateField
from archive.moments import utc_text
from archive.revisions.as_of import PastRecord, record_as_of
from archive.revisions.state import Node, own_parts
from archive.sql.act_states import act_state
from archive.sql.opaque_ids import opaque_id
from archive.sql.slugs import find_or_redirect, slug_not_found
from archive.visibility import sees_drafts

if TYPE_CHECKING:
    from archive.graphql.planner import Planner

#: Fields of every record that count or date its saves, which drafts may have caused.
_STAMPS = ("version", "updatedAt")


def past_fields(
    planner: Planner, record_type: GraphQLObjectType, nodes: list[FieldNode], slug: str, moment: datetime
) -> dict[str, Any]:
    """The record's selected fields. Raises NotFoundError; GraphQLError for a field that has no past."""
    model: Any = record_type.graphene_type._meta.model  # type: ignore[attr-defined]
    visible = model._default_manager.visible_to(planner.user)
    record = find_or_redirect(visible, slug, with_drafts=sees_drafts(planner.user))
    if record is None:
        raise slug_not_found(visible, slug)
    past = record_as_of(record, moment, planner.user)
    if past is None:
        at = utc_text(moment)
        raise NotFoundError([Problem("as_of", at, "a moment at which the record was in the archive")])
    return PastFields(planner, past).of_node(past.root, record_type, nodes)


class PastFields:
    """Reads the selected fields of the rows of a past state, and the columns of the records that they link to."""

    def __init__(self, planner: Planner, past: PastRecord) -> None:
        self.planner, self.past = planner, past

    def of_node(self, node: Node, object_type: GraphQLObjectType, nodes: list[FieldNode]) -> dict[str, Any]:
        return {
            key: self.field(node, object_type, name, below)
            for key, name, below in self.planner.selected(object_type, nodes)
        }

    def field(self, node: Node, object_type: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> Any:
        field = self.planner.graphene_field(object_type, name)
        kind = getattr(field, "kind", "")
        if kind == "related":
            return next(iter(self.related(node, field.relations, nodes)), None)
        if kind == "list":
            return self.related(node, field.relations, nodes)
        if kind == "enum":
            return self.state(node)
        if kind or name in _STAMPS:
            raise _no_past(nodes[0], f"{object_type.name}.{name}")
        if name == "createdAt":
            return utc_text(node.created_at)
        return self.column(object_type, name, nodes, node.pk, node.values)

    def related(self, node: Node, relations: tuple[str, ...], nodes: list[FieldNode]) -> list[dict[str, Any]]:
        """The parts and linked records by these relations."""
        results: list[dict[str, Any]] = []
        for name in relations:
            relation = node.model._meta.get_field(name)
            object_type = self.planner.type_of(relation.related_model)
            if relation.one_to_many:
                if relation.remote_field not in own_parts(node.model):
                    raise _no_past(nodes[0], f"{node.model.__name__}.{nodes[0].name.value}")
                parts = self.past.parts(node, relation.remote_field)
                results += [self.of_node(part, object_type, nodes) for part in parts]
                continue
            pks = node.links.get(name, []) if relation.many_to_many else [node.values[relation.attname]]
            own = [self.past.tree[key] for pk in pks if (key := (relation.related_model, pk)) in self.past.tree]
            results += [self.of_node(part, object_type, nodes) for part in own]
            others = set(pks) - {None} - {part.pk for part in own}
            rows = self.past.linked(relation.related_model, others)
            results += [self.of_linked(row, object_type, nodes) for row in rows]
        return results

    def of_linked(self, row: db.Model, object_type: GraphQLObjectType, nodes: list[FieldNode]) -> dict[str, Any]:
        """Columns of a linked record, as it is now. Raises GraphQLError for its links and parts."""
        content = {}
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        for key, name, below in self.planner.selected(object_type, nodes):
            if getattr(self.planner.graphene_field(object_type, name), "kind", ""):
                expected = "columns: with asOf a linked record has no more; read it by its slug"
                problem = Problem(name, f"{object_type.name}.{name}", expected)
                raise GraphQLError(problem.sentence(), below[0], extensions={"errors": [problem.as_dict()]})
            content[key] = self.column(object_type, name, below, row.pk, values)
        return content

    def state(self, node: Node) -> str | None:
        """The state of a speech act by its outcomes at the moment."""
        key = Outcome._meta.get_field("speech_act")
        outcomes = [Outcome(pk=part.pk, **part.values) for part in self.past.parts(node, key)]
        for outcome in outcomes:
            outcome.set_derived_fields()
        state = act_state(SpeechAct(**node.values), outcomes)
        return None if state is None else VOCABULARIES["SpeechAct", "state"](state).name

    def column(
        self, object_type: GraphQLObjectType, name: str, nodes: list[FieldNode], pk: int, values: dict[str, Any]
    ) -> Any:
        if name == "__typename":
            return object_type.name
        model: Any = object_type.graphene_type._meta.model  # type: ignore[attr-defined]
        if name == "id":
            return to_global_id(object_type.name, values["slug"] if has_slug(model) else opaque_id(pk))
        column = self.planner.model_column(object_type, name)
        value = values[column.attname]
        if value is None:
            return None
        if isinstance(column, PartialDateField):
            selected = self.planner.subfields(self.planner.object_type("PartialDate"), nodes, lambda name, _: name)
            return {key: _date_part(value, part) for key, part in selected}
        if column.choices:
            vocabulary = VOCABULARIES[model.__name__, column.name]
            return next((member.name for member in vocabulary if member.value == value), None)
        return utc_text(value) if isinstance(column, db.DateTimeField) else value


def _date_part(value: PartialDate, part: object) -> str | None:
    if not isinstance(part, str):
        return "PartialDate"  # __typename
    bound = getattr(value, part)
    return bound if bound is None or isinstance(bound, str) else str(bound.isoformat())


def _no_past(node: FieldNode, name: str) -> GraphQLError:
    problem = Problem(node.name.value, name, "fields that have a past: with asOf leave it out")
    return GraphQLError(problem.sentence(), node, extensions={"errors": [problem.as_dict()]})
