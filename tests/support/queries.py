"""Hypothesis strategies for GraphQL requests with variables, fragments and several operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentSpreadNode,
    NameNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    is_non_null_type,
    parse,
    print_ast,
    value_from_ast_untyped,
    visit,
)
from hypothesis import strategies as st

from tests.support.documents import SCHEMA, documents

BESIDE = ["__typename", '__type(name: "Party") { name possibleTypes { name } }', "__schema { queryType { name } }"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a client sends: a document with variables, and which of its operations to run."""

    document: str
    variables: dict[str, Any]
    operation: str | None


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A random document of ``documents``, said in other words."""
    info = TypeInfo(SCHEMA)
    varied = _Varied(draw, info)
    text = print_ast(visit(parse(draw(documents())), TypeInfoVisitor(info, varied)))
    if draw(st.integers(0, 3)) == 0:
        text = f"{{ beside: {draw(st.sampled_from(BESIDE))} {text.lstrip()[1:]}"
    declared = f"({', '.join(varied.declared)})" if varied.declared else ""
    other = "query Other { __typename }"
    return Question("\n".join([f"query Asked{declared} {text}", *varied.fragments, other]), varied.variables, "Asked")


class _Varied(Visitor):
    """Says the same with variables for values, named fragments for inline ones, and fields in two places."""

    def __init__(self, draw: st.DrawFn, info: TypeInfo) -> None:
        super().__init__()
        self.draw, self.info = draw, info
        self.variables: dict[str, Any] = {}
        self.declared: list[str] = []
        self.fragments: list[str] = []

    def leave_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
        of = self.info.get_input_type()
        if not self.draw(st.booleans()):
            return None
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}: {of}")
        if is_non_null_type(of) or self.draw(st.integers(0, 9)):
            self.variables[name] = value_from_ast_untyped(node.value)
        elif self.draw(st.booleans()):
            self.variables[name] = None
        return ArgumentNode(name=node.name, value=VariableNode(name=NameNode(value=name)))

    def leave_inline_fragment(self, node: Any, *_: Any) -> FragmentSpreadNode | None:
        if node.type_condition is None or not self.draw(st.booleans()):
            return None
        name = f"F{len(self.fragments)}"
        condition = node.type_condition.name.value
        self.fragments.append(f"fragment {name} on {condition} {print_ast(node.selection_set)}")
        return FragmentSpreadNode(name=NameNode(value=name), directives=node.directives)

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode | None:
        again = [
            selection
            for selection in node.selections
            if isinstance(selection, FieldNode) and self.draw(st.integers(0, 5)) == 0
        ]
        if not again:
            return None
        return SelectionSetNode(selections=(*node.selections, *map(_half, again)))


def _half(field: FieldNode) -> FieldNode:
    """The same field, with one of its fields only: both are merged into one."""
    below = field.selection_set and SelectionSetNode(selections=field.selection_set.selections[-1:])
    return FieldNode(alias=field.alias, name=field.name, arguments=field.arguments, directives=(), selection_set=below)
