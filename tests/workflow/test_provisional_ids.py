"""Ids of the rows of a proposal that are not stored: in the order in which they were added, with the links to them."""

from __future__ import annotations

from django.utils import timezone

from archive.models import Outcome, SpeechAct, Statement
from archive.revisions.state import Key, Node, Tree, foreign_keys
from archive.workflow.states import PROVISIONAL, with_provisional_ids


def _node(model: type, pk: int, parent: Key | None = None, **values: object) -> Node:
    via = None
    if parent is not None:
        via = model._meta.get_field("statement" if model is SpeechAct else "speech_act")  # type: ignore[attr-defined]
        values[via.attname] = parent[1]
    values = {key.attname: None for key in foreign_keys(model)} | values
    return Node(model, pk, values, 1, timezone.now(), via=via, parent=parent)


def _tree(*nodes: Node) -> Tree:
    return {node.key: node for node in nodes}


def test_what_was_proposed_before_comes_before_what_is_added_with_a_smaller_id() -> None:
    root = _node(Statement, 1)
    acts = [_node(SpeechAct, pk, root.key, text=text) for pk, text in ((7, "third"), (PROVISIONAL, "first"))]
    acts.append(_node(SpeechAct, PROVISIONAL + 1, root.key, text="second"))
    numbered = with_provisional_ids(_tree(root, *acts), _tree(root))
    assert [(key[1], node.values.get("text")) for key, node in numbered.items()] == [
        (1, None), (PROVISIONAL, "first"), (PROVISIONAL + 1, "second"), (PROVISIONAL + 2, "third"),
    ]  # fmt: skip


def test_an_outcome_keeps_the_answer_that_is_added_with_it() -> None:
    root = _node(Statement, 1)
    demand, answer = _node(SpeechAct, 5, root.key), _node(SpeechAct, 8, root.key)
    outcome = _node(Outcome, 3, demand.key, answer_id=8)
    numbered = with_provisional_ids(_tree(root, demand, outcome, answer), _tree(root, demand))
    [stored] = [node for node in numbered.values() if node.model is Outcome]
    [added] = [node for node in numbered.values() if node.model is SpeechAct and node.pk != 5]
    assert (stored.values["speech_act_id"], stored.values["answer_id"]) == (5, added.pk)
    assert added.pk >= PROVISIONAL


def test_the_parts_of_an_added_part_go_with_it() -> None:
    root = _node(Statement, 1)
    demand = _node(SpeechAct, 5, root.key)
    numbered = with_provisional_ids(_tree(root, demand, _node(Outcome, 3, demand.key, answer_id=None)), _tree(root))
    [outcome] = [node for node in numbered.values() if node.model is Outcome]
    assert outcome.parent == (SpeechAct, PROVISIONAL)
    assert outcome.values["speech_act_id"] == PROVISIONAL
