"""The engine of the checks loads without any assignment, and an exercise loads its own alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import convkit
from convkit.check import registry

PACKAGE = Path(convkit.__file__).parent


def new_modules(code: str) -> list[str]:
    """The modules of convkit that this code loads, beyond those of `import convkit`."""
    program = f"""
import sys, convkit
before = set(sys.modules)
{code}
print(*sorted(name for name in set(sys.modules) - before if name.startswith("convkit")))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def assignments_in(modules) -> set[str]:
    """The packages of assignments among these modules."""
    return {name.split(".")[2] for name in modules if name.startswith("convkit.assignments.a")}


def test_the_engine_is_at_most_40_modules_and_no_assignment():
    modules = new_modules("import convkit.check")
    assert len(modules) <= 40
    assert not [name for name in modules if name.startswith("convkit.assignments")]


def test_what_the_check_offers_is_listed_without_an_assignment():
    modules = new_modules("import convkit.check; dir(convkit.check); convkit.check.slide_and_sum")
    assert not assignments_in(modules)


def test_an_exercise_loads_its_own_assignment_and_no_other():
    modules = new_modules("from convkit import check; check.run('3.2', {})")
    assert assignments_in(modules) == {"a03_design_filters"}


def test_the_registry_alone_imports_an_assignment():
    """Everywhere in the package, but for the assignments themselves."""
    for file in PACKAGE.rglob("*.py"):
        if "assignments" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(n.startswith("convkit.assignments") for n in names), file


def test_the_registry_has_every_package_once():
    packages = sorted(path.name for path in (PACKAGE / "assignments").glob("a[0-9][0-9]_*"))
    known = {registry.package_of(id_).__name__ for id_ in registry.all_exercises()}
    assert sorted(name.split(".")[-1] for name in known) == packages


def test_no_assignment_imports_another():
    """What several of them share stands in packages of its own."""
    for file in (PACKAGE / "assignments").glob("a[0-9][0-9]_*/*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            if name.startswith("convkit.assignments.a"):
                assert name.split(".")[2] == file.parent.name, file
