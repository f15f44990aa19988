"""The benchmarks: what is wrong is not timed, and a part of a table replaces no whole one."""

import json
import math
import sys
from argparse import Namespace
from types import SimpleNamespace

import pytest

from benchmarks import cpu, depthwise, gpu_baselines, gpu_layer


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
