"""What `convkit doctor` says about the GPU, for each thing that can be missing."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from convkit import doctor
from convkit import gpu_diagnosis as diagnose
from convkit.cli import main
from convkit.cuda import loader
from tests.emulator.stand_in import missing, stand_in


@pytest.fixture
def machine(monkeypatch):
    """A machine to be described: which packages, which driver, how many GPUs."""

    def describe(*, packages=(), driver=None, gpus=1, capability=(8, 6), nvrtc=True, loads=True):
        def is_installed(name):
            return name in packages

        monkeypatch.setattr(diagnose, "_is_installed", is_installed)
        monkeypatch.setattr(diagnose, "driver_version", lambda: driver)
        found = SimpleNamespace() if packages else None
        monkeypatch.setattr(diagnose.util, "find_spec", lambda name: found)
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        for name in ("cupy", "cupy.cuda"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        if not packages:
            return
        if not loads:
            monkeypatch.setitem(sys.modules, "cupy", None)  # its import raises ImportError
            return
        cupy = ModuleType("cupy")
        cupy.__version__, cupy.__path__ = "14.2.0", []
        device = SimpleNamespace(id=0, compute_capability="{}{}".format(*capability))
        cupy.cuda = SimpleNamespace(Device=lambda *_: device)

        def count():
            if gpus == 0:
                raise RuntimeError("cudaErrorNoDevice: no CUDA-capable device is detected")
            return gpus

        cupy.cuda.runtime = SimpleNamespace(
            getDeviceCount=count, getDeviceProperties=lambda index: {"name": b"GPU of this test"}
        )

        def version():
            if not nvrtc:
                raise RuntimeError("CuPy failed to load libnvrtc.so.12: cannot open shared object")
            return 12, 9

        cupy.cuda.nvrtc = SimpleNamespace(getVersion=version)
        monkeypatch.setitem(sys.modules, "cupy", cupy)
        monkeypatch.setitem(sys.modules, "cupy.cuda", cupy.cuda)

    return describe


CASES = {
    "nothing at all": ({}, None, "runs on the CPU", ""),
    "a GPU but no CuPy": (
        {"driver": 12_040},
        None,
        "CUDA 12.4",
        "pip install 'cupy-cuda12x[ctk]'",
    ),
    "a new GPU but no CuPy": (
        {"driver": 13_000},
        None,
        "CUDA 13.0",
        "pip install 'cupy-cuda13x[ctk]'",
    ),
    "an old driver and no CuPy": ({"driver": 11_080}, None, "too old", "525 or later"),
    "two CuPys": (
        {"packages": ["cupy-cuda12x", "cupy-cuda13x"], "driver": 12_080},
        False,
        "both installed",
        "pip uninstall -y cupy-cuda12x cupy-cuda13x && pip install 'cupy-cuda12x",
    ),
    "CuPy does not load": (
        {"packages": ["cupy-cuda12x"], "driver": 12_080, "loads": False},
        False,
        "does not load",
        "pip uninstall -y cupy-cuda12x && pip install 'cupy-cuda12x[ctk]'",
    ),
    "no driver": ({"packages": ["cupy-cuda12x"]}, False, "no NVIDIA driver", "install its driver"),
    "driver too old": (
        {"packages": ["cupy-cuda12x"], "driver": 11_040},
        False,
        "CUDA 11.4",
        "525 or later",
    ),
    "wrong CUDA major": (
        {"packages": ["cupy-cuda13x"], "driver": 12_040},
        False,
        "is for CUDA 13",
        "pip uninstall -y cupy-cuda13x && pip install 'cupy-cuda12x[ctk]'",
    ),
    "no device": (
        {"packages": ["cupy-cuda12x"], "driver": 12_040, "gpus": 0},
        False,
        "no GPU",
        "nvidia-smi",
    ),
    "an old GPU": (
        {"packages": ["cupy-cuda12x"], "driver": 12_040, "capability": (6, 1)},
        False,
        "capability 6.1",
        "gpu_im2col",
    ),
    "no NVRTC": (
        {"packages": ["cupy-cuda13x"], "driver": 13_000, "nvrtc": False},
        False,
        "libnvrtc",
        "pip install 'cupy-cuda13x[ctk]'",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_doctor_says_what_is_missing_and_the_one_command(case, machine):
    description, good, words, mend = CASES[case]
    machine(**description)
    finding, *_ = doctor._gpu()
    assert finding.good is good
    assert words in finding.what
    assert mend in finding.mend
    assert bool(mend) == bool(finding.mend)
    assert "Traceback" not in str(finding)


def test_hidden_devices_are_named(machine, monkeypatch):
    machine(packages=["cupy-cuda12x"], driver=12_040, gpus=0)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    finding, *_ = doctor._gpu()
    assert "CUDA_VISIBLE_DEVICES is ''" in finding.what
    assert "unset" in finding.mend


def test_what_is_absent_but_not_needed_is_no_failure(machine, capsys):
    machine()
    assert main(["doctor"]) == 0
    assert "optional" in capsys.readouterr().out


def test_what_is_broken_is_a_failure(machine, capsys):
    machine(packages=["cupy-cuda13x"], driver=12_040)
    assert main(["doctor"]) == 1
    assert "missing" in capsys.readouterr().out


@pytest.mark.skipif(missing() is not None, reason=missing() or "")
def test_a_gpu_that_works_runs_a_kernel_first(capsys):
    with stand_in((8, 6)):
        finding, *_ = doctor._gpu()
        assert main(["doctor"]) == 0
    assert finding.good is True
    assert "emulated GPU" in finding.what and finding.what in capsys.readouterr().out
    assert "mma" in finding.what
    assert "wgmma" not in finding.what


@pytest.mark.skipif(missing() is not None, reason=missing() or "")
def test_a_first_kernel_that_fails_is_told(monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise RuntimeError("naive.cu does not compile for sm_86")

    with stand_in((8, 6)):
        monkeypatch.setenv("CONVKIT_CACHE", str(tmp_path))
        monkeypatch.setattr(loader, "compile_cubin", refuse)
        finding, *_ = doctor._gpu()
    assert finding.good is False
    assert "first kernel failed: naive.cu does not compile" in finding.what


def test_the_driver_is_asked_without_cupy():
    version = diagnose.driver_version()
    assert version is None or version >= 10_000
