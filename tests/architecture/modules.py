"""The code as the tests of architecture see it: every module with what it imports and which names it uses."""

from __future__ import annotations

import ast
import functools
import gc
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
AREAS = (
    "accounts",
    "people",
    "chat",
    "calls",
    "crm",
    "outreach",
    "automations",
    "analytics",
    "moving",
    "webhooks",
    "support",
)


class Module(NamedTuple):
    """A file of ours: `hub.chat.messages`, its tree, and the modules and names that it imports when it runs."""

    name: str
    path: Path
    tree: ast.Module
    imports: frozenset[str]
    names: frozenset[tuple[str, str]]
    """(module, name) of each `from module import name`."""
    uses: frozenset[str]
    """Every dotted name that it mentions."""

    @property
    def area(self) -> str | None:
        """The area of the hub that the module belongs to, or None."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 and parts[0] == "hub" and parts[1] in AREAS else None

    def within(self, *packages: str) -> bool:
        """Tell whether the module is one of the packages or inside of one."""
        return any(self.name == package or self.name.startswith(f"{package}.") for package in packages)


@functools.cache
def modules() -> dict[str, Module]:
    """Return all modules of hub, storage, mobile_push, media and server.py, by name."""
    files = [ROOT / "server.py"]
    for package in ("hub", "storage", "mobile_push", "media"):
        files += (ROOT / package).rglob("*.py")
    gc.disable()  # millions of nodes of trees, none of which is garbage: looking for it takes longer than reading
    try:
        found = {module.name: module for module in map(_read, sorted(files))}
        gc.freeze()
    finally:
        gc.enable()
    return found


def _read(path: Path) -> Module:
    relative = path.relative_to(ROOT).with_suffix("")
    name = ".".join(relative.parts[:-1] if relative.name == "__init__" else relative.parts)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text("utf-8"))
    imports, names = set(), set()
    for node in _running(tree):
        if isinstance(node, ast.Import):
            imports |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
            imports.add(base)
            names |= {(base, alias.name) for alias in node.names}
            imports |= {f"{base}.{alias.name}" for alias in node.names if _is_module(f"{base}.{alias.name}")}
    mentioned = {dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)}
    return Module(name, path, tree, frozenset(imports), frozenset(names), frozenset(mentioned))


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Walk the tree without what only type checkers see."""
    waiting = deque([node])
    while waiting:
        for child in ast.iter_child_nodes(waiting.popleft()):
            if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
                continue
            yield child
            if not isinstance(child, ast.expr):  # inside of an expression nothing is imported
                waiting.append(child)


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` of an attribute or a name, else an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else f"?.{node.attr}"
    return ""
