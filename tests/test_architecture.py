"""The picture in docs/architecture.md, held to: imports only go down, and few modules touch the world outside."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = ("api", "graph", "ontology", "shapes")

# From top to bottom; a module imports from its own line or lines below. The same lines stand in docs/architecture.md.
LAYERS = (
    ("api",),
    ("graph.reading", "graph.reasoning", "graph.impact", "graph.preflight"),
    (
        "graph.instance",
        "graph.export",
        "graph.sample",
        "graph.entities",
        "graph.feeds",
        "graph.incoming",
        "graph.neighbours",
        "graph.knowledge",
        "graph.authority",
        "graph.submission",
        "graph.versions",
        "graph.backup",
    ),
    (
        "graph.ingest",
        "graph.views",
        "graph.derivations",
        "graph.bundled",
        "graph.executables",
        "graph.governance",
        "graph.findings",
    ),
    ("graph.statistics",),
    ("graph.store", "graph.gate", "graph.rendering", "graph.terminology"),
    ("graph.log", "graph.cages", "graph.fetch"),
    ("graph.records",),
    ("graph.terms", "graph.errors", "graph.closing"),
    ("ontology", "shapes", "civigraph"),
)

# What opens sockets, and where that is allowed, with the reason.
OUTWARD = {
    "ftplib", "httpcore", "http.client", "http.server", "httpx", "requests", "smtplib", "socket", "socketserver", "ssl",
    "urllib.request", "SPARQLWrapper", "asyncio.streams",
}  # fmt: skip
MAY_GO_OUT = {
    "api.commands.serve": "listens at the address that the operator names",
    "api.server.connections": "resets the connections of readers who take nothing",
    "graph.cages.channel": "frames over a socket pair",
    "graph.cages.forker": "passes a worker's end of a socket pair",
    "graph.cages.network": "tries, inside a cage, that no socket opens",
    "graph.cages.worker": "holds the other end of a socket pair",
    "graph.cages.zygote": "makes the socket pairs",
    "graph.fetch": "fetches what data and users name, after it has looked where that is",
    "graph.store.remote.engine": "asks the engine that the operator names",
    "graph.store.remote.exchange": "one request to that engine",
    "graph.views.door": "a Unix socket in the data folder",
}

# Modules whose strings hold a word of SPARQL, with the reason.
MAY_SPELL_SPARQL = {
    "graph.governance.compiling.leaves": "writes queries of constraints from the terms, paths and patterns of shapes",
    "graph.governance.compiling.queries": "turns an ASK into the SELECT of what it holds for",
    "graph.governance.compiling.running": "asks for the classes below a class",
    "graph.governance.rejudging.steps": "lets the parser read a path, which is no query by itself",
    "graph.governance.compiling.sources": "writes patterns for focus nodes, which other queries take in",
    "graph.store.embedded": "removes and adds terms of the store itself in one transaction, which only an update can",
    "graph.store.remote.updates": "the same in another engine, whose one way to write is an update",
    "graph.store.remote.text": "writes a query anew for an engine, from its tokens",
    "graph.store.remote.generations": "marks which graphs of the engine are whose",
}

SPARQL = re.compile(
    r"\b(SELECT\s+(DISTINCT\s+)?[?*(]|CONSTRUCT\s*(WHERE\s*)?\{|INSERT\s+DATA|DELETE\s+(DATA|WHERE)|ASK\s*\{)"
)


def module_of(path: Path) -> str:
    """Give the import path of a file."""
    parts = path.relative_to(CHECKOUT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules() -> list[Path]:
    """Give every module of the project, and the one it starts by."""
    return [CHECKOUT / "civigraph.py", *sorted(path for name in PACKAGES for path in (CHECKOUT / name).rglob("*.py"))]


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Give every module with its syntax tree."""
    for path in modules():
        yield module_of(path), ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(tree: ast.Module) -> set[str]:
    """Give every module that is imported anywhere in the tree, inside functions and for types too."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the path"
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def layer_of(module: str) -> int | None:
    """Give the line that a module stands on, None for what is not ours (or is a bare package)."""
    for number, names in enumerate(LAYERS):
        if any(module == name or module.startswith(f"{name}.") for name in names):
            return number
    return None


def test_every_module_stands_in_the_picture() -> None:
    lost = [module for module, _ in trees() if layer_of(module) is None and module != "graph"]
    assert lost == []


def test_imports_only_go_down() -> None:
    upward = []
    for module, tree in trees():
        if module == "civigraph":
            continue  # it starts the command line, inside a function, after it has looked
        own = layer_of(module)
        for imported in imports(tree):
            other = layer_of(imported)
            if own is not None and other is not None and other < own:
                upward.append(f"{module} imports {imported}")
    assert sorted(upward) == []


def test_picture_in_the_documentation_is_this_one() -> None:
    text = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = text.split("## Layers")[1].split("```")[1]
    lines = [line for line in picture.splitlines() if re.match(r" \w", line)]
    for names, line in zip(LAYERS[1:-1], lines, strict=True):
        for name in names:
            assert re.search(rf"\b{name.removeprefix('graph.')}\b", line), f"{name} is not on the line {line!r}"


def test_environment_is_read_in_one_module() -> None:
    readers = set()
    for module, tree in trees():
        for node in ast.walk(tree):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if name in {"environ", "environb", "getenv", "getenvb", "putenv"}:
                readers.add(module)
    assert {reader for reader in readers if not reader.startswith("api.")} == set()


def test_only_named_modules_go_out() -> None:
    outward = {module for module, tree in trees() if imports(tree) & OUTWARD}
    assert outward == set(MAY_GO_OUT)


def test_nothing_is_printed_below_the_api() -> None:
    printing = [
        f"{module}:{node.lineno}"
        for module, tree in trees()
        if not module.startswith("api")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


def test_queries_live_in_files_of_their_own() -> None:
    """A query in a string escapes review, highlighting and the rule that values enter only through `graph.terms`."""
    spelled = set()
    for module, tree in trees():
        documentation = {id(node.body[0].value) for node in ast.walk(tree) if has_docstring(node)}
        strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        if any(SPARQL.search(str(node.value)) for node in strings if id(node) not in documentation):
            spelled.add(module)
    assert spelled == set(MAY_SPELL_SPARQL)


def has_docstring(node: ast.AST) -> bool:
    """Say whether a node opens with a docstring."""
    return (
        isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and bool(node.body)
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_say_what_they_are(package: str) -> None:
    silent = [
        module_of(path)
        for path in (CHECKOUT / package).rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_scripts_can_be_run() -> None:
    files = [path for folder in ("scripts", ".ci") for path in (CHECKOUT / folder).iterdir() if path.is_file()]
    assert files
    assert not [path.name for path in files if not os.access(path, os.X_OK)]
