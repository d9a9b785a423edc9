"""Names in the source say what they hold: no participles and pronouns, which fit anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.import_graph import Module, modules

#: Words that tell nothing of the value, as the whole name of a variable, parameter, attribute, function or class.
VAGUE = frozenset({"asked", "evident", "found", "given", "kept", "known", "one", "shown", "told", "usual"})


@pytest.mark.parametrize("folder", ["archive", "config"])
def test_names_say_what_they_hold(folder: str) -> None:
    vague = [line for module in modules(folder) for line in vague_names(module)]
    assert not vague, "vague names; expected what the value is, such as rows, slug or date_guess:\n" + "\n".join(vague)


@pytest.mark.parametrize(
    "source",
    [
        "found = 1", "def f(told): ...", "def _asked(): ...", "class Kept: ...", "self.known = 1", "import os as one",
        "f(shown=1)", "for given in rows: ...", "[usual for usual in rows]", "match row:\n    case one: ...",
        "try: ...\nexcept E as found: ...",
    ],
)  # fmt: skip
def test_a_vague_name_is_refused_wherever_it_is_bound(source: str) -> None:
    assert [line.partition(":")[0] for line in vague_names(Module("archive.example", source))]


def vague_names(module: Module) -> Iterator[str]:
    """Vague names that the module binds or passes, each with its line."""
    for node in ast.walk(ast.parse(module.source)):
        for name in _names(node):
            if name.strip("_").lower() in VAGUE:
                yield f"{module.name}:{getattr(node, 'lineno', 0)}: {name}"
    if module.name.rpartition(".")[2].lower() in VAGUE:
        yield f"{module.name}: the module's name"


def _names(node: ast.AST) -> Iterator[str]:
    """The names that a node of the syntax tree binds, or by which it passes an argument."""
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.keyword(arg=str(name)) | ast.alias(asname=str(name)):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
