"""The largest files and functions, printed for the reader. Nothing fails on a number."""

from __future__ import annotations

import ast

from tests.architecture.modules import modules


def test_the_ten_largest_files_and_functions_are_printed(capsys):
    files, functions = [], []
    for module in modules().values():
        files.append((len(module.path.read_text("utf-8").splitlines()), module.name))
        functions += [
            (node.end_lineno - node.lineno + 1, f"{module.name}.{node.name}")
            for node in ast.walk(module.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    with capsys.disabled():
        for title, found in (("files", files), ("functions", functions)):
            largest = ", ".join(f"{name} {lines}" for lines, name in sorted(found, reverse=True)[:10])
            print(f"\nThe ten largest {title} (lines): {largest}")
    assert files and functions
