"""What `import convkit` gives, and what it must not bring with it."""

import ast
import subprocess
import sys
from pathlib import Path

import convkit

PACKAGE = Path(convkit.__file__).parent
HEAVY = ("cupy", "matplotlib", "dask", "distributed", "torch", "scipy", "IPython", "nbgrader")


def test_importing_convkit_imports_nothing_heavy():
    code = f"import convkit, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_every_public_name_exists_and_is_listed_in_order():
    assert sorted(convkit.__all__) == convkit.__all__
    for name in convkit.__all__:
        assert getattr(convkit, name).__doc__, f"{name} has no docstring"


def test_init_holds_imports_and_exports_only():
    for file in PACKAGE.rglob("__init__.py"):
        if file.parent.name in ("data", "check") or file.parent.parent.name == "assignments":
            continue  # data, and assignments: each is what its package holds
        for statement in ast.parse(file.read_text(encoding="utf-8")).body:
            allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
            assert isinstance(statement, allowed), (
                f"{file}:{statement.lineno} does more than export"
            )


def test_only_arrays_looks_for_cupy():
    """Other files get the library from the arrays; `doctor` looks whether it is installed."""
    for file in PACKAGE.rglob("*.py"):
        if file.name in ("arrays.py", "doctor.py") or "cuda" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(n.split(".")[0] == "cupy" for n in names), f"{file} imports CuPy"


def test_the_version_is_the_distributions():
    text = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert convkit.__version__ in text or 'dynamic = ["version"]' in text
