"""Names: one word for one thing, and nobody reaches for what another file calls private."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RETIRED = re.compile(r"(?:^|_)(piece|cut|shard|portion|chunk)s?(?:_|$)", re.IGNORECASE)
# Words of Dask and of PNG; and a normal distribution cut at two standard deviations.
TAKEN = {"chunk", "chunks", "map_blocks", "_cut_normal", "CUT_SPREAD"}
CODE = [
    path
    for folder in ("convkit", "grading", "book/ext", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
LIBRARY = [
    path
    for path in CODE
    if path.is_relative_to(ROOT / "convkit")
    and not {"check", "assignments", "paper", "roster"} & set(path.parts)
]


def names_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_smaller_than_the_whole_has_one_of_few_names(path):
    """CONTRIBUTING lists them."""
    found = set(names_in(ast.parse(path.read_text(encoding="utf-8")))) - TAKEN
    assert not {name for name in found if RETIRED.search(name)}


def modules_of(tree) -> set[str]:
    """Names under which other files are known here."""
    return {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nobody_uses_what_another_file_calls_private(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = modules_of(tree)
    imported = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if is_private(alias.name)
    ]
    reached = [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and is_private(node.attr)
        and isinstance(node.value, ast.Name)
        and node.value.id in modules
        and node.value.id.islower()
    ]
    assert not imported
    assert set(reached) <= {"os._exit"}
