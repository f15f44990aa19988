"""Every rung of the GPU ladder, from its own source, on the CPU emulator, against the definition.

These tests say that indices, masks, barriers and layouts are right. They are no test on a GPU.
"""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from problems import assert_close, definition, problems

from convkit import METHODS, conv2d, read_problem
from convkit.cuda import loader
from convkit.cuda.launch import CONVOLUTION
from tests.emulator.build import ORDERS, build
from tests.emulator.cases import (
    CASES,
    HALVES,
    TOLERANCES,
    compare,
    make,
    numbers_of,
    precisions_of,
    tile_of_case,
)
from tests.emulator.stand_in import missing, stand_in

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")

RUNGS = [name for name in METHODS if name.startswith("gpu_")]
EVERY = [
    pytest.param(rung, numbers, case, id=f"{rung}-{numbers or 'float32'}-{case}")
    for rung in RUNGS
    for numbers in numbers_of(rung)
    for case in CASES[rung]
]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("rung", "numbers", "case"), EVERY)
def test_rung_equals_the_definition(rung, numbers, case, order):
    with stand_in(order=order, seed=3):
        compare(rung, numbers, case)


@pytest.mark.parametrize("method", ["auto", *RUNGS])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(problem=problems())
def test_any_problem_is_solved_or_refused_with_a_reason(method, problem):
    image, filters, options = problem
    with stand_in(order="random") as cupy:
        on_gpu = {n: cupy.asarray(o) if n == "bias" else o for n, o in options.items()}
        try:
            result = conv2d(cupy.asarray(image), cupy.asarray(filters), method=method, **on_gpu)
        except ValueError as refusal:
            assert method != "auto"
            assert "does not take this problem" in str(refusal)
            return
    assert_close(
        result.get(),
        image,
        filters,
        options,
        tolerance=1e-5 if image.itemsize == 4 else 1e-13,
        shared=method != "auto" and METHODS[method].larger_rounding,
    )


@pytest.mark.parametrize("activation", [None, "relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("rung", RUNGS)
def test_the_epilogue_of_a_rung_is_bias_then_activation(rung, activation):
    precision = precisions_of(rung)[0]
    image, filters, _ = make(next(iter(CASES[rung].values())))
    image, filters = image[:1, :6, :6], filters / 4
    bias = np.linspace(-2, 2, filters.shape[-1], dtype=np.float32)
    with stand_in() as cupy:
        arguments = cupy.asarray(image), cupy.asarray(filters)
        options = {"method": rung, "precision": precision, "bias": cupy.asarray(bias)}
        plain = conv2d(*arguments, **options).get()
        result = conv2d(*arguments, activation=activation, **options).get()
    expected = {
        None: lambda x: x,
        "relu": lambda x: np.maximum(x, 0),
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "tanh": np.tanh,
    }[activation](plain.astype(np.float64))
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("rung", RUNGS)
def test_views_are_read_and_written_in_place(rung):
    """Steps between numbers, a view that begins in the middle, and an out that is a view."""
    precision = precisions_of(rung)[0]
    image, filters, _ = make(next(iter(CASES[rung].values())))
    expected = definition(image, filters, padding=1)
    scale = definition(image, filters, padding=1, absolute=True)
    views = {
        "channels apart": lambda a: np.repeat(a, 2, 3)[..., ::2],
        "in the middle": lambda a: np.pad(a, ((0, 0), (1, 0), (2, 0), (1, 2)))[:, 1:, 2:, 1:-2],
        "rows upside down": lambda a: np.ascontiguousarray(a[:, ::-1])[:, ::-1],
        "columns first": lambda a: np.ascontiguousarray(a.swapaxes(1, 2)).swapaxes(1, 2),
        "channels first": lambda a: np.moveaxis(np.ascontiguousarray(np.moveaxis(a, 3, 1)), 1, 3),
    }
    with stand_in(order="random") as cupy:
        for name, view in views.items():
            large = view(image)
            base = cupy.asarray(large.base if large.base is not None else large)
            offset = large.__array_interface__["data"][0] - base_address(large)
            shown = cupy.lib.stride_tricks.as_strided(
                base.reshape(-1)[offset // 4 :], large.shape, large.strides
            )
            np.testing.assert_array_equal(shown.get(), image, err_msg=name)
            room = cupy.asarray(np.full((*expected.shape[:3], 2 * expected.shape[3]), 7, "f4"))
            out = room[..., ::2]
            conv2d(
                shown, cupy.asarray(filters), padding=1, out=out, method=rung, precision=precision
            )
            error = np.abs(out.get() - expected)
            assert (error <= TOLERANCES[precision] * scale).all(), name
            assert (room[..., 1::2].get() == 7).all(), f"{name}: wrote beside out"


def base_address(view):
    base = view if view.base is None else view.base
    return base.__array_interface__["data"][0]


@pytest.mark.parametrize("rung", RUNGS)
def test_on_the_cpu_a_rung_refuses_and_says_how_to_move(rung):
    with pytest.raises(ValueError, match=r"cupy\.asarray"):
        conv2d(np.ones((8, 8), np.float32), np.ones((3, 3), np.float32), method=rung)


def test_sizes_beyond_32_bits_are_left_to_methods_that_count_further():
    huge = read_problem(
        (40_000, 300, 300, 4), (4, 3, 3, 8), device="gpu", compute_capability=(9, 0)
    )
    for rung in RUNGS:
        precision = precisions_of(rung)[0]
        reason = METHODS[rung].refuses(replace(huge, precision=precision))
        if rung in ("gpu_naive", "gpu_im2col", "gpu_depthwise", "gpu_fft"):
            assert reason is None
        else:
            assert "2**31" in reason


def test_the_cases_run_every_kernel_of_every_file():
    run = set()
    for rung in RUNGS:
        for numbers in numbers_of(rung):
            for case in CASES[rung].values():
                image, filters, options = make(case, numbers=numbers)
                with stand_in(launched=run) as cupy, tile_of_case(rung, case):
                    conv2d(
                        cupy.asarray(image),
                        cupy.asarray(filters),
                        method=rung,
                        precision=None if numbers in HALVES else numbers,
                        **{**options, "bias": None, "activation": None},
                    )
    image, filters = np.ones((1, 5, 6, 3)), np.ones((3, 2, 2, 4))
    with stand_in(launched=run) as cupy:
        for rung in ("gpu_naive", "gpu_tiled", "gpu_depthwise"):
            conv2d(cupy.asarray(image), cupy.asarray(filters), method=rung)
        pairs = cupy.ones((1, 5, 6, 9)), cupy.ones((1, 2, 2, 9))
        conv2d(*pairs, groups=9, method="gpu_depthwise")
    assert run == {
        (file, name)
        for file in loader.OLDEST
        for name in loader.kernel_names(loader.source_of(file))
    }


def test_the_struct_has_the_layout_that_cpp_gives_it():
    """Each field of `Convolution`, as the compiler places it, against Python's description."""
    header = loader.headers()["convolution.cuh"]
    body = re.search(r"struct Convolution \{(.*?)\};", header, re.DOTALL)[1]
    fields = re.findall(r"(\w+)(?:\[4\])?[,;]", re.sub(r"//.*", "", body))
    assert fields == list(CONVOLUTION.names)
    offsets = [CONVOLUTION.fields[name][1] for name in fields]
    probe = "".join(
        f"static_assert(offsetof(Convolution, {f}) == {o});"
        for f, o in zip(fields, offsets, strict=True)
    )
    probe += f"static_assert(sizeof(Convolution) == {CONVOLUTION.itemsize});"
    source = f"""#include "convolution.cuh"
#include <cstddef>
{probe}
extern "C" __global__ void nothing(const Convolution p) {{}}
"""
    build("naive", {"naive.cu": source})  # it compiles, or says which field
