"""Notebooks from the published book install our wheel, by address and fingerprint, and no other."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path

import nbformat
import numpy as np
import pytest

from tests.browser.driver import served

ROOT = Path(__file__).parent.parent
RELEASED = sorted((ROOT / "exercises").glob("*/*.ipynb"))


@pytest.fixture(scope="module")
def handouts():
    sys.path.insert(0, str(ROOT / "book" / "ext"))
    try:
        yield importlib.import_module("handouts")
    finally:
        sys.path.remove(str(ROOT / "book" / "ext"))


def first_cell(path):
    cells = nbformat.read(path, 4).cells
    return next(
        c.source for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "begin"
    )


@pytest.fixture(scope="module")
def site(handouts, tmp_path_factory):
    """A book's folder with one notebook and the wheel, served on loopback: (address, notebook)."""
    folder = tmp_path_factory.mktemp("site")
    notebook = folder / "_downloads" / "abc" / RELEASED[0].name
    notebook.parent.mkdir(parents=True)
    shutil.copy(RELEASED[0], notebook)
    with served(folder) as address:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BOOK_ADDRESS", f"{address}/")
            handouts.fill_in(types.SimpleNamespace(outdir=folder), None)
        wheel = handouts.run_vendor.build_wheel()
        target = folder / "_static" / "run"
        target.mkdir(parents=True)
        shutil.copy(wheel, target)
        yield address, notebook


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An interpreter with pip and NumPy, but without convkit."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    packages = next(folder.glob("lib/python*/site-packages"), folder / "Lib" / "site-packages")
    numpy = Path(np.__file__).parent
    (packages / "numpy").symlink_to(numpy)
    libraries = numpy.with_name("numpy.libs")
    if libraries.is_dir():
        (packages / libraries.name).symlink_to(libraries)
    told = Path(importlib.metadata.distribution("numpy").locate_file(""))
    facts = next(told.glob("numpy-*.dist-info"))
    (packages / facts.name).symlink_to(facts)
    return next(
        path
        for path in (folder / "bin" / "python", folder / "Scripts" / "python.exe")
        if path.exists()
    )


def run(python, code):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_"))}
    return subprocess.run(
        [python, "-c", code], capture_output=True, text=True, env=environment, cwd="/"
    )


def test_all_notebooks_begin_alike_and_never_install_by_name():
    (cell,) = {first_cell(path) for path in RELEASED}
    assert 'WHEEL = ""' in cell
    assert 'SHA256 = ""' in cell
    assert not re.search(r"install[^\n]*\bconvkit\b(?!-course)", cell.replace("pip uninstall", ""))


def test_a_notebook_of_the_book_installs_the_books_own_wheel(site, python):
    address, notebook = site
    cell = first_cell(notebook)
    assert f'WHEEL = "{address}/_static/run/convkit_course-' in cell
    missing = run(python, first_cell(RELEASED[0]))
    assert "The course's package is missing" in missing.stderr
    broken = re.sub(r'SHA256 = "(.)', lambda m: f'SHA256 = "{"1" if m[1] == "0" else "0"}', cell)
    refused = run(python, broken)
    assert refused.returncode
    assert "hash" in refused.stderr.lower()
    done = run(python, cell + "\nprint(check.start('public'))")
    assert done.returncode == 0, done.stderr
    assert "public numbers" in done.stdout
    every_assignment = "from convkit.check.registry import all_exercises; all_exercises()"
    assert run(python, every_assignment).returncode == 0


def test_without_an_address_nothing_is_filled_in(handouts, tmp_path, monkeypatch):
    monkeypatch.delenv("BOOK_ADDRESS", raising=False)
    path = tmp_path / "_downloads" / "abc" / "x.ipynb"
    path.parent.mkdir(parents=True)
    shutil.copy(RELEASED[0], path)
    handouts.fill_in(types.SimpleNamespace(outdir=tmp_path), None)
    assert path.read_bytes() == RELEASED[0].read_bytes()
