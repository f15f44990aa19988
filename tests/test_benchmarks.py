"""The benchmarks: what is wrong is not timed, and a part of a table replaces no whole one."""

import ast
import json
import math
import re
import sys
from argparse import Namespace
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import cpu, cpu_rows, depthwise, gpu_baselines, gpu_layer, gpu_rows
from benchmarks.row import Row
from convkit import read_problem

FOLDER = Path(cpu.__file__).parent


@pytest.mark.parametrize(
    ("what", "given", "name"),
    [
        ("cpu", {}, "cpu.json"),
        ("cpu", {"threads": 2}, "cpu-2-threads.json"),
        ("cpu", {"threads": 2, "coretype": "Haswell"}, "cpu-haswell-2-threads.json"),
        ("growth", {}, "growth.json"),
        ("growth", {"coretype": "Haswell"}, "growth-haswell.json"),
        ("growth", {"to": "elsewhere.json"}, "elsewhere.json"),
    ],
)
def test_other_kernels_and_threads_have_files_of_their_own(what, given, name):
    options = Namespace(**{"threads": 1, "coretype": None, "to": None} | given)
    target = cpu.result_file(what, options)
    assert target == given.get("to", cpu.RESULTS / name)


@pytest.mark.parametrize("part", ["--growth", "--depthwise"])
def test_some_parts_are_of_one_thread(part, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["bench", part, "--threads", "2"])
    with pytest.raises(SystemExit):
        cpu.main()
    assert "leave --threads out" in capsys.readouterr().err


def test_the_ways_of_a_depthwise_layer_are_checked_before_they_are_timed(tmp_path, monkeypatch):
    target = tmp_path / "depthwise.json"
    depthwise.main({"processor": "any"}, target, 0)
    times = json.loads(target.read_text())["ms"]
    assert {"convkit (einsum)", "evaluated", "block diagonal", "multiply and add"} <= set(times)
    assert min(times.values()) > 0
    target.unlink()

    def evaluated(image, filters, out):
        out[...] = 0

    monkeypatch.setattr(depthwise, "evaluated", evaluated)
    with pytest.raises(AssertionError, match="evaluated is wrong"):
        depthwise.main({}, target, 0)
    assert not target.exists()


def test_a_nan_is_never_a_right_result():
    assert gpu_layer.wrong(1e-6, 2e-5) is None
    assert "allowed 2e-05" in gpu_layer.wrong(1e-3, 2e-5)
    assert "nan" in gpu_layer.wrong(math.nan, 2e-5)


def test_a_pytorch_without_cuda_is_as_good_as_none(monkeypatch):
    cuda = SimpleNamespace(is_available=lambda: False)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda, __version__="2.13+cpu"))
    with pytest.raises(ImportError, match=r"2\.13\+cpu has no CUDA"):
        gpu_baselines.Torch()


# ---- the folder


def test_the_rows_of_both_tables_are_layers_of_one_kind():
    for row in (*cpu_rows.ROWS, *gpu_rows.ROWS):
        assert isinstance(row, Row)
        problem = read_problem(row.image_shape, row.filters_shape, **row.options)
        assert row.flops == 2 * problem.multiply_adds, row.name
        assert problem.output_shape[-3:-1] == (row.side, row.side)


@pytest.mark.parametrize("path", sorted(cpu.RESULTS.glob("cpu*.json")), ids=lambda path: path.stem)
def test_committed_results_are_of_the_rows_that_the_command_measures(path):
    names = {field.name for field in fields(Row)}
    listed = [{name: getattr(row, name) for name in names} for row in cpu_rows.ROWS]
    measured = json.loads(path.read_text(encoding="utf-8"))["rows"]
    assert [{name: row[name] for name in names} for row in measured] == listed


def imports() -> dict[str, set[str]]:
    """Each module of the folder, and the others of it that it imports, anywhere in its text."""
    found = {}
    for path in FOLDER.glob("*.py"):
        needs = found[path.stem] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "benchmarks":
                needs |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("benchmarks."):
                needs.add(node.module.split(".")[1])
    return found


def test_no_benchmark_imports_one_that_imports_it():
    left = imports()
    assert "row" in left["cpu_rows"] & left["gpu_rows"]  # what is read is what is there
    while free := {name for name, needs in left.items() if not needs & left.keys()}:
        left = {name: needs for name, needs in left.items() if name not in free}
    assert not left


def test_the_map_of_the_folder_names_every_file_and_no_other():
    words = (FOLDER / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(\w+)\.py", words)) - {"run"}
    assert named == {path.stem for path in FOLDER.glob("*.py")}
