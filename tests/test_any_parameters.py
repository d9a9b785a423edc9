"""``Any`` as a parameter's type stands at a library's border: their number may only fall."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support.import_graph import Module, modules

#: The number of parameters of ``archive`` and ``config`` that are annotated ``Any``, ``*args`` and ``**kwargs`` too.
LIMIT = 193


def test_parameters_of_any_type_do_not_become_more() -> None:
    names = [name for folder in ("archive", "config") for module in modules(folder) for name in _of_any_type(module)]
    assert len(names) <= LIMIT, (
        f"parameters annotated Any: got {len(names)}, expected at most {LIMIT}. Give new ones the type they have."
    )


def _of_any_type(module: Module) -> Iterator[str]:
    for function in ast.walk(ast.parse(module.source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for parameter in ast.walk(function.args):
                if isinstance(parameter, ast.arg) and _is_any(parameter.annotation):
                    yield f"{module.name}.{function.name}({parameter.arg})"


def _is_any(annotation: ast.expr | None) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id == "Any"
