"""A kernel that is wrong on a GPU is not used there: found before its first use, told, kept."""

import json
import warnings

import numpy as np
import pytest

from convkit import METHODS, conv2d, gpu_facts, gpu_trust, gpu_verdict, read_problem
from convkit.cuda import loader
from convkit.decide import method_for
from convkit.methods import choose_method
from tests.emulator.stand_in import missing, stand_in

emulated = pytest.mark.skipif(missing() is not None, reason=missing() or "")
LAYER = (1, 8, 9, 5), (5, 3, 3, 6)  # small: 'gpu_tiled' is chosen
WRONG = {"tiled.cu": loader.source_of("tiled").replace(" sum = 0;", " sum = 1;")}
ROUNDED = [
    (name, precision)
    for name, precisions in {"gpu_mma": ("tf32", "3xtf32", "bf16", "fp16"),
                             "gpu_wgmma": ("bf16", "fp16")}.items()
    for precision in precisions
]  # fmt: skip


@pytest.fixture
def gpu(monkeypatch, tmp_path):
    """Start a stand-in for a GPU on which convkit checks kernels, and nothing is known yet."""
    path = gpu_trust._path

    def start(sources=None):
        monkeypatch.setattr(gpu_trust, "_path", lambda device: tmp_path / path(device).name)
        return stand_in((9, 0), sources=sources, checks=True)

    return start


def arrays(cupy):
    random = np.random.default_rng(0)
    return [cupy.asarray(random.standard_normal(shape).astype(np.float32)) for shape in LAYER]


def exact(image, filters):
    return conv2d(image.get().astype(np.float64), filters.get().astype(np.float64))


@pytest.fixture
def judged(monkeypatch):
    """The names of the methods that are judged, as it happens."""
    names = []

    def judge(name, like, activation):
        names.append(name)
        return gpu_verdict.judge(name, like, activation)

    monkeypatch.setattr(gpu_trust, "judge", judge)
    return names


@emulated
def test_a_wrong_kernel_is_told_once_and_auto_takes_another(gpu):
    with gpu(WRONG) as cupy:
        image, filters = arrays(cupy)
        told = (
            r"gpu_tiled in float32: worst error \d.*, allowed 4e-06.*emulated GPU, driver .*report"
        )
        with pytest.warns(RuntimeWarning, match=told):
            result = conv2d(image, filters)
        np.testing.assert_allclose(result.get(), exact(image, filters), atol=1e-4)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            conv2d(image, filters)
        refused = (
            r"wrong on this GPU and switched off.*worst error .* method='gpu_implicit_gemm' does"
        )
        with pytest.raises(ValueError, match=refused):
            conv2d(image, filters, method="gpu_tiled")


@emulated
def test_right_kernels_are_judged_once_and_later_processes_know(gpu, judged, tmp_path):
    with gpu() as cupy:
        image, filters = arrays(cupy)
        for _ in range(2):
            conv2d(image, filters, method="gpu_naive")
        assert judged == ["gpu_naive"]
        (kept,) = tmp_path.glob("verdicts-*.json")
        content = json.loads(kept.read_text())
        assert content["device"] == "emulated GPU" and content["verdicts"][0]["kind"] == "float32"
    with gpu() as cupy:  # as in another process: what was found here is forgotten
        conv2d(*arrays(cupy), method="gpu_naive")
        assert judged == ["gpu_naive"]
        assert [str(v.method) for v in gpu_trust.verdicts()] == ["gpu_naive"]


@emulated
@pytest.mark.parametrize("changed", ["driver", "uuid", "cupy", "nvrtc", "kernels"])
def test_another_driver_gpu_or_kernel_is_judged_anew(gpu, monkeypatch, changed):
    judged = []

    def judge(name, like, activation):
        judged.append(name)
        return gpu_verdict.Verdict(name, "float32", 0.0, 1.0)

    monkeypatch.setattr(gpu_trust, "judge", judge)
    with gpu() as cupy:
        conv2d(*arrays(cupy), method="gpu_naive")
        found = gpu_facts.facts(0)
    monkeypatch.setattr(gpu_trust, "facts", lambda device: found | {changed: "another"})
    with gpu() as cupy:
        conv2d(*arrays(cupy), method="gpu_naive")
    assert judged == ["gpu_naive"] * 2


@emulated
def test_a_wrong_verdict_in_the_cache_switches_off_without_judging(gpu, judged):
    with gpu(WRONG) as cupy, pytest.warns(RuntimeWarning, match="gpu_tiled"):
        conv2d(*arrays(cupy))
    assert judged == ["gpu_tiled", "gpu_implicit_gemm"]
    with gpu() as cupy, pytest.warns(RuntimeWarning, match="gpu_tiled"):
        conv2d(*arrays(cupy))
    assert judged == ["gpu_tiled", "gpu_implicit_gemm"]


@emulated
def test_a_kernel_that_does_not_start_is_passed_over_now_and_tried_by_the_next_process(
    gpu, monkeypatch, tmp_path
):
    kernel = loader.kernel

    def refuse(file, *arguments):
        if file == "tiled":
            raise RuntimeError("CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES")
        return kernel(file, *arguments)

    with gpu() as cupy:
        image, filters = arrays(cupy)
        monkeypatch.setattr(loader, "kernel", refuse)
        with pytest.warns(RuntimeWarning, match="OUT_OF_RESOURCES"):
            result = conv2d(image, filters)
        np.testing.assert_allclose(result.get(), exact(image, filters), atol=1e-4)
        (kept,) = tmp_path.glob("verdicts-*.json")
        assert "gpu_tiled" not in kept.read_text()


@emulated
def test_nothing_is_judged_while_a_graph_is_captured(gpu, judged):
    problem = read_problem(*LAYER, device="gpu", compute_capability=(9, 0))
    with gpu() as cupy:
        stream = cupy.cuda.Stream(non_blocking=True)
        with stream:
            stream.begin_capture()
            with pytest.raises(RuntimeError, match=r"gpu_naive has not been .*call it once before"):
                method_for(problem, "gpu_naive")
            stream.end_capture()
        assert judged == []
        assert method_for(problem, "gpu_naive") == "gpu_naive"
        gpu_trust.forget()
        with stream:  # now the cache knows
            stream.begin_capture()
            assert method_for(problem, "gpu_naive") == "gpu_naive"
            stream.end_capture()
        assert judged == ["gpu_naive"]


@emulated
def test_without_checks_a_wrong_kernel_runs(gpu, judged):
    with gpu(WRONG) as cupy, gpu_trust.without_checks():
        image, filters = arrays(cupy)
        result = conv2d(image, filters, method="gpu_tiled")
        np.testing.assert_allclose(result.get() - 1, exact(image, filters), atol=1e-4)
    assert judged == []


@emulated
def test_a_number_that_is_never_written_is_wrong(gpu):
    source = loader.source_of("naive").replace("if (index >= count)", "if (index + 1 >= count)")
    assert source != loader.source_of("naive")
    with gpu({"naive.cu": source}), pytest.warns(RuntimeWarning, match="worst error inf"):
        problem = read_problem(*LAYER, device="gpu", compute_capability=(9, 0))
        with pytest.raises(ValueError, match="switched off"):
            method_for(problem, "gpu_naive")


def test_choosing_stays_pure_and_takes_what_is_switched_off_as_data():
    layer = (32, 56, 56, 256), (256, 3, 3, 256)
    here = {"device": "gpu", "compute_capability": (9, 0), "precision": "bf16"}
    problem = read_problem(*layer, **here)
    assert choose_method(problem) == "gpu_wgmma"
    off = (("gpu_wgmma", "worst error 1"),)
    without = type(problem)(**{**vars_of(problem), "switched_off": off})
    assert choose_method(without) == "gpu_mma"


def vars_of(problem):
    return {name: getattr(problem, name) for name in type(problem).__dataclass_fields__}


@pytest.mark.parametrize("name", [name for name in METHODS if gpu_trust.has_kernel(name)])
def test_each_kernel_takes_a_case_in_each_kind_of_numbers(name):
    kinds = [precision for rung, precision in ROUNDED if rung == name] or [None]
    for precision in kinds:
        problems = [
            read_problem(image, filters, device="gpu", precision=precision,
                         compute_capability=(9, 0), **options)
            for image, filters, options in gpu_verdict.CASES
        ]  # fmt: skip
        taken = [p for p in problems if METHODS[name].refuses(p) is None]
        assert taken, f"{name} in {precision} is never compared"
        assert gpu_verdict.kind_of(name, taken[0]) in gpu_verdict.ALLOWED


def test_every_kernel_file_belongs_to_a_method_that_is_checked():
    checked = {name.removeprefix("gpu_") for name in METHODS if gpu_trust.has_kernel(name)}
    assert set(loader.OLDEST) - checked == {"pack", "reduce"}, "they only serve other kernels"
