"""The public surface of the checks' engine: every name has its types and a docstring."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from convkit import check

ROOT = Path(check.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))


def public(tree: ast.Module):
    """The public functions and classes of a module, and the public methods of these classes."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
            yield from (n for n in methods if not n.name.startswith("_") or n.name == "__init__")


def untyped(function: ast.FunctionDef) -> list[str]:
    """The parameters without a type, and "return"."""
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    bare = [a.arg for a in every if a and not a.annotation and a.arg not in ("self", "cls")]
    return bare + ["return"] * (function.returns is None and function.name != "__init__")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_public_name_has_a_docstring_and_types(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in public(tree):
        name = f"{file.name}:{node.lineno} {node.name}"
        assert node.name == "__init__" or ast.get_docstring(node), f"{name} has no docstring"
        if isinstance(node, ast.FunctionDef):
            assert not untyped(node), f"{name} has no type for {untyped(node)}"
