"""A kernel that is wrong on a GPU is not used there: found before its first use, told, kept."""

import json
import threading
import warnings

import numpy as np
import pytest

from convkit import METHODS, conv2d, gpu_facts, gpu_trust, gpu_verdict, plan, read_problem
from convkit.chosen_method import method_for
from convkit.cuda import loader
from convkit.cuda.launch import NUMBERS
from convkit.methods import choose_method
from tests.emulator.cases import HALVES, numbers_of
from tests.emulator.stand_in import missing, stand_in

emulated = pytest.mark.skipif(missing() is not None, reason=missing() or "")
LAYER = (1, 8, 9, 5), (5, 3, 3, 6)  # small: 'gpu_tiled' is chosen
WRONG = {"tiled.cu": loader.source_of("tiled").replace(" sum = 0;", " sum = 1;")}


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


CHECKED = [name for name in METHODS if gpu_trust.has_kernel(name)]
IN_NUMBERS = [(name, numbers) for name in CHECKED for numbers in numbers_of(name)] + [
    (name, "float64") for name in ("gpu_naive", "gpu_tiled", "gpu_depthwise")
]


def problem_in(numbers, layer=LAYER):
    """A layer whose arrays, or whose products, are of these numbers."""
    half = HALVES.get(numbers)
    return read_problem(
        *layer,
        device="gpu",
        compute_capability=(9, 0),
        storage=half and np.dtype(half),
        dtype=np.dtype("float64" if numbers == "float64" else "float32"),
        precision=None if half or numbers == "float64" else numbers,
    )


def startable(name, numbers, activation):
    """(file, kernel, activation) of all that a method can start in these numbers but `pack`."""
    file, half = name.removeprefix("gpu_"), numbers in HALVES
    kind = NUMBERS[numbers if half or numbers == "float64" else "float32"]
    names = loader.kernel_names(loader.source_of(file))
    if file in ("naive", "tiled", "depthwise"):
        return {(file, one, activation) for one in names if one.endswith(f"_{kind}")}
    if file != "implicit_gemm":
        names = [n for n in names if n.startswith(f"{file}_{kind if half else numbers}_")]
    parts = {(file, one, None) for one in names if not one.endswith("_out16")}
    whole = {(file, one, activation) for one in names if one.endswith("_out16") == half}
    return parts | whole | {("reduce", f"reduce_{kind}", activation)}


@emulated
@pytest.mark.parametrize("activation", loader.ACTIVATIONS)
@pytest.mark.parametrize(("name", "numbers"), IN_NUMBERS)
def test_every_kernel_that_a_method_can_start_is_started(name, numbers, activation, monkeypatch):
    """Without running one, since only their names are asked for."""
    started = set()

    def listed(file, kernel, capability, device, shared=0, activation=None):
        return lambda *_, **__: started.add((file, kernel, activation))

    monkeypatch.setattr(loader, "kernel", listed)
    with stand_in((9, 0)):
        verdict = gpu_verdict.judge(name, problem_in(numbers), activation)
    assert not verdict.right and not verdict.words, "nothing was written"
    assert {one for one in started if one[0] != "pack"} == startable(name, numbers, activation)


@emulated
@pytest.mark.parametrize(
    ("name", "numbers", "activation"),
    [
        ("gpu_tiled", "float64", "tanh"),
        ("gpu_implicit_gemm", None, "relu"),
        ("gpu_mma", "3xtf32", "sigmoid"),
        ("gpu_mma", "float16", "relu"),
        ("gpu_wgmma", "bfloat16", "relu"),
    ],
)
def test_all_of_them_run_and_are_right(name, numbers, activation):
    launched = set()
    with stand_in((9, 0), launched=launched):
        verdict = gpu_verdict.judge(name, problem_in(numbers), activation)
    assert verdict.right, verdict
    expected = {one[:2] for one in startable(name, numbers, activation)}
    assert {one for one in launched if one[0] != "pack"} == expected


LARGE = (8, 56, 56, 64), (64, 3, 3, 256)
IN_ONE_TILE = {
    f"{file}_bf16_{tile}": (f"gpu_{file}", "bf16", f"({file}_bf16_{tile}, Bf16", "Fp16")
    for file, tile in (("wgmma", "192x256"), ("wgmma", "384x64"), ("mma", "256x64"))
} | {
    "implicit_gemm_128x128": (
        "gpu_implicit_gemm",
        None,
        "float sums[4 * DOWN][4 * ACROSS] = {};",
        " if (PIXELS == 128 && MAPS == 128) sums[0][0] = 1;",
    )
}


@emulated
@pytest.mark.parametrize("kernel", IN_ONE_TILE)
def test_a_fault_in_one_tile_switches_the_method_off_before_it_is_used(kernel, gpu):
    name, precision, text, fault = IN_ONE_TILE[kernel]
    file = name.removeprefix("gpu_")
    source = loader.source_of(file)
    assert source.count(text) == 1
    wrong = text.replace("Bf16", fault) if precision else text + fault
    with (
        gpu({f"{file}.cu": source.replace(text, wrong)}),
        pytest.warns(RuntimeWarning, match=f"{name} in .*worst error"),
        pytest.raises(ValueError, match="switched off"),
    ):
        method_for(problem_in(precision, LARGE), name)


@emulated
def test_a_fault_in_one_activation_switches_off_with_that_one_only(gpu):
    header = loader.headers()["convolution.cuh"]
    source = header.replace("return sum < 0 ? Number(0) : sum;", "return sum;")
    assert source != header
    with gpu({"convolution.cuh": source}) as cupy:
        image, filters = arrays(cupy)
        assert plan(filters, image.shape, method="gpu_naive").method == "gpu_naive"
        with (
            pytest.warns(RuntimeWarning, match="gpu_naive in float32 with relu: worst error"),
            pytest.raises(ValueError, match=r"switched off .gpu_naive in float32 with relu"),
        ):
            conv2d(image, filters, activation="relu", method="gpu_naive")
        assert plan(filters, image.shape, method="gpu_naive").method == "gpu_naive"
        own = plan(filters, image.shape, method="gpu_naive", activation=lambda a: a)
        assert own.method == "gpu_naive", "a function comes after the kernel"
        host = {"stream_from_host": True, "method": "gpu_naive", "activation": "relu"}
        with pytest.raises(ValueError, match="switched off"):
            plan(filters.get(), image.shape, **host)


@emulated
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("numbers", [None, *HALVES, "float64"])
def test_a_right_kernel_passes_with_each_activation(activation, numbers):
    with stand_in((9, 0)):
        verdict = gpu_verdict.judge("gpu_depthwise", problem_in(numbers), activation)
    assert verdict.right and verdict.error > 0, verdict


@emulated
def test_threads_that_need_a_method_wait_for_one_verdict(gpu, monkeypatch):
    judging, go_on, judged, chosen = threading.Event(), threading.Event(), [], []

    def judge(name, like, activation):
        judged.append(name)
        judging.set()
        go_on.wait(20)
        return gpu_verdict.Verdict(name, "float32", 1.0, 0.0)

    problem = problem_in(None)
    monkeypatch.setattr(gpu_trust, "judge", judge)

    def choose():
        try:
            chosen.append(method_for(problem, "gpu_naive"))
        except ValueError as error:
            chosen.append(str(error))

    with gpu(), pytest.warns(RuntimeWarning, match="gpu_naive"):
        threads = [threading.Thread(target=choose) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert judging.wait(20)
        threads[-1].join(0.3)
        assert chosen == [], "nobody uses a kernel while it is judged"
        go_on.set()
        for thread in threads:
            thread.join()
    assert judged == ["gpu_naive"]
    assert len(chosen) == 3 and all("switched off" in words for words in chosen)


@emulated
def test_a_verdict_is_there_in_full_or_not_at_all(gpu, monkeypatch):
    """Whoever looks while another thread finds something out sees nothing, or that it is wrong."""
    wrong = gpu_verdict.Verdict("gpu_naive", "float32", 1.0, 0.0)
    monkeypatch.setattr(gpu_trust, "judge", lambda *_: wrong)
    seen = []

    def warn(*_, **__):
        other = threading.Thread(
            target=lambda: seen.append(gpu_trust._switched_off(problem, "gpu_naive", None))
        )
        other.start()
        other.join(20)

    problem = problem_in(None)
    monkeypatch.setattr(gpu_trust.warnings, "warn", warn)
    with gpu(), pytest.raises(ValueError, match="switched off"):
        method_for(problem, "gpu_naive")
    assert seen == [(("gpu_naive", str(wrong)),)]


@emulated
def test_what_another_process_found_stays_and_a_file_that_cannot_be_written_costs_nothing(
    gpu, monkeypatch
):
    with gpu():
        method_for(problem_in(None), "gpu_naive")
        gpu_trust.forget()  # as another process, which has found nothing yet
        method_for(problem_in(None), "gpu_naive", "relu")
        assert {v.activation for v in gpu_trust._stored(0)} == {None, "relu"}

        write = loader.write_at_once

        def refuse(path, content):
            if path.suffix == ".json":
                raise PermissionError("another user's")
            write(path, content)

        monkeypatch.setattr(loader, "write_at_once", refuse)
        assert method_for(problem_in(None), "gpu_naive", "tanh") == "gpu_naive"


def test_every_kernel_file_belongs_to_a_method_that_is_checked():
    checked = {name.removeprefix("gpu_") for name in METHODS if gpu_trust.has_kernel(name)}
    assert set(loader.OLDEST) - checked == {"pack", "reduce"}, "they only serve other kernels"
