"""Imports and names in the source, by parsing without execution."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: The house from the ground up: a package imports from tiers below its own, and itself.
TIERS: tuple[frozenset[str], ...] = (
    frozenset({"exceptions", "text"}),
    frozenset(
        {
            "bind_parameters",
            "choices",
            "countries",
            "csv_dialect",
            "database",
            "planner_statistics",
            "dates",
            "languages",
            "log_filters",
            "lru",
            "migrations_guard",
            "moments",
            "page_language",
            "parameter_names",
            "search_syntax",
            "stored_texts",
            "strict_json",
            "url_normalization",
            "virus_scan",
        }
    ),
    frozenset(
        {
            "act_state_on_day",
            "appointment_conditions",
            "choice_descriptions",
            "forms",
            "media_types",
            "pagination",
            "slugs",
        }
    ),
    frozenset({"models"}),
    frozenset({"fixture_formats", "registry", "visibility"}),
    frozenset({"search_index"}),
    frozenset({"accounts", "permissions", "sql", "terms"}),
    frozenset({"chains", "labels"}),
    frozenset({"filters", "checks", "revisions"}),
    frozenset(
        {"articles", "attachments", "bibliography", "counts", "merging", "search", "cache", "timeline", "workflow"}
    ),
    frozenset({"drawing"}),
    frozenset({"admin", "rest", "graphql", "oai", "templatetags", "web", "datasets"}),
    frozenset({"data_dictionary"}),
    frozenset({"admin_site", "middleware"}),
    frozenset({"apps", "management"}),
)
DOORS = frozenset({"admin", "rest", "graphql", "oai", "web", "datasets"})
#: Where the rule is broken on purpose, and the record of the decision that says why.
ALLOWED = {
    ("archive.models.managers", "archive.visibility"): "docs/adr/0009-visibility-in-the-default-manager.md",
    ("archive.admin.import_jobs", "archive.datasets.load"): "docs/adr/0011-dataset-imports-in-the-admin.md",
    ("archive.admin.list_export", "archive.datasets.export.records"): "docs/adr/0011-dataset-imports-in-the-admin.md",
}
#: Packages by which HTTP, or a door's own library, would come in below the doors.
HTTP = (
    "django.http", "django.shortcuts", "django.urls", "django.views", "django.test", "django.middleware",
    "django.contrib.admin", "django.contrib.sessions", "rest_framework", "drf_spectacular", "knox", "graphene",
    "graphene_django", "graphql", "graphql_relay", "requests", "urllib.request", "http",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Module:
    """A module's dotted name, and its source."""

    name: str
    source: str

    @property
    def package(self) -> str:
        """What stands after ``archive.``; empty for what is not of the archive."""
        parts = self.name.split(".")
        return parts[1] if parts[0] == "archive" and len(parts) > 1 else ""


def modules(folder: str) -> Iterator[Module]:
    """All modules of a folder; migrations, which are made, and what ``bench`` installed are left out."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        if not {"migrations", ".venv"} & {*path.relative_to(ROOT).parts}:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield Module(name, path.read_text(encoding="utf-8"))


def imports(module: Module) -> Iterator[tuple[str, int]]:
    """The modules imported, also inside functions, each with its line. ``from x import y`` gives x and x.y."""
    for node in ast.walk(ast.parse(module.source)):
        if isinstance(node, ast.Import):
            yield from ((name_node.name, node.lineno) for name_node in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module.name}:{node.lineno}: a relative import; write the whole name"
            yield str(node.module), node.lineno
            yield from ((f"{node.module}.{name_node.name}", node.lineno) for name_node in node.names)


def tier(package: str) -> int:
    """How high a package stands. Raises LookupError for one that the table does not know."""
    for height, packages in enumerate(TIERS):
        if package in packages:
            return height
    raise LookupError(f"archive/{package} is in no tier: add it to TIERS in tests/support/import_graph.py")


def upward(module: Module) -> list[str]:
    """Imports that point up, sideways to another package of the same tier, or out to ``config``."""
    violations = []
    for name, line in imports(module):
        place = f"{module.name}:{line} imports {name}"
        if name.split(".")[0] == "config":
            violations.append(f"{place}: the archive knows nothing of config")
        if not name.startswith("archive."):
            continue
        package = name.split(".")[1]
        if package == module.package or any(
            module.name == name_node and (name == other or name.startswith(f"{other}.")) for name_node, other in ALLOWED
        ):
            continue
        if tier(package) >= tier(module.package):
            violations.append(f"{place}: imports point down only")
    return violations


def http(module: Module) -> list[str]:
    """What a module below the doors has of HTTP: an import, or anything called a request."""
    violations = [
        f"{module.name}:{line} imports {name}: below the doors there is no HTTP"
        for name, line in imports(module)
        if any(name == name_node or name.startswith(f"{name_node}.") for name_node in HTTP)
    ]
    for node in ast.walk(ast.parse(module.source)):
        called = {ast.Name: "id", ast.arg: "arg", ast.Attribute: "attr"}.get(type(node))
        if called and getattr(node, called) == "request":
            violations.append(f"{module.name}:{node.lineno} names a request: below the doors there is no HTTP")
    return violations


def is_below_the_doors(module: Module) -> bool:
    return bool(module.package) and tier(module.package) < tier("admin")
