"""Views whose numbers lie further apart than 32 bits can count, without the memory between them."""

import mmap
from contextlib import ExitStack
from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from problems import definition

from convkit import METHODS, read_problem
from convkit.cuda import launch, loader, pack, split
from convkit.methods import gpu_implicit_gemm, gpu_mma
from tests.emulator.build import EmulatorError, Kernel, build, compiler

needs_compiler = pytest.mark.skipif(
    compiler() is None, reason="no compiler (g++ or clang++ on Linux)"
)
FAR = 2**30  # numbers from one row to the next: the third is beyond 2**31
SHAPE, FILTERS = (1, 5, 9, 8), (8, 2, 3, 16)

# rung: its precision, the type of the arrays, the error that is allowed
RUNGS = {
    "gpu_naive": (None, np.float32, 1e-6),
    "gpu_tiled": (None, np.float32, 1e-6),
    "gpu_implicit_gemm": (None, np.float32, 1e-6),
    "gpu_mma": ("3xtf32", np.float32, 1e-6),
    "gpu_wgmma": (None, np.float16, 1e-3),
}


class OnGpu(np.ndarray):
    """Memory of this machine in the place of a GPU's."""

    data = property(lambda self: SimpleNamespace(ptr=self.ctypes.data))


def far_apart(shape, dtype, backwards=False):
    """An array whose rows lie `FAR` apart, in memory that is only promised."""
    dtype = np.dtype(dtype)
    rows = shape[1] - 1
    try:
        promised = mmap.mmap(
            -1,
            rows * FAR * dtype.itemsize + 2**20,
            flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0),
        )
    except OSError:
        pytest.skip("this system promises no more memory than it has")
    numbers = np.frombuffer(promised, dtype, (2**20) // dtype.itemsize).view(OnGpu)
    steps = (FAR, FAR, shape[2 + 1], 1)  # there is one image only
    view = np.lib.stride_tricks.as_strided(
        numbers, shape, [step * dtype.itemsize for step in steps], subok=True
    )
    return view[:, ::-1] if backwards else view


def run(rung, image, filters, out, **options):
    """`run` of a rung with its kernels emulated."""
    precision, dtype, _ = RUNGS[rung]
    storage = np.dtype(dtype) if dtype != np.float32 else None
    problem = read_problem(
        image.shape,
        filters.shape,
        padding=1,
        device="gpu",
        compute_capability=(9, 0),
        precision=precision,
        storage=storage,
    )

    def kernel_for(array, file, name, shared=0, activation=None):
        return Kernel(build(file, macros=(loader.definition(activation),)), name)

    def scratch(_, shape, dtype):
        return np.full(shape, 7, dtype).view(OnGpu)

    with ExitStack() as stack:
        for module in (launch, pack, split):
            stack.enter_context(patch.object(module, "kernel_for", kernel_for))
        prepared = METHODS[rung].prepare(filters.view(OnGpu), problem)
        METHODS[rung].run(image, prepared.view(OnGpu), problem, out, scratch, **options)


def numbers(shape, dtype, seed):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


@needs_compiler
@pytest.mark.parametrize("backwards", [False, True], ids=["downwards", "upwards"])
@pytest.mark.parametrize("where", ["image", "out"])
@pytest.mark.parametrize("rung", RUNGS)
def test_rows_that_lie_far_apart_are_read_and_written_where_they_are(rung, where, backwards):
    _, dtype, tolerance = RUNGS[rung]
    image, filters = numbers(SHAPE, dtype, 1), numbers(FILTERS, dtype, 2)
    expected = definition(image, filters, padding=1)
    scale = definition(image, filters, padding=1, absolute=True)
    out = np.full(expected.shape, np.nan, dtype).view(OnGpu)
    if where == "image":
        view = far_apart(SHAPE, dtype, backwards)
        view[...] = image
        image = view
    else:
        out = far_apart(expected.shape, dtype, backwards)
    run(rung, image.view(OnGpu), filters, out)
    assert (np.abs(np.asarray(out, np.float64) - expected) <= tolerance * scale).all()


@needs_compiler
@pytest.mark.parametrize(
    ("rung", "module"),
    [("gpu_implicit_gemm", gpu_implicit_gemm), ("gpu_mma", gpu_mma), ("gpu_wgmma", gpu_mma)],
)
def test_without_the_look_at_the_span_a_kernel_reads_elsewhere(rung, module):
    """So the test above can fail."""
    _, dtype, _ = RUNGS[rung]
    image, filters = far_apart(SHAPE, dtype), numbers(FILTERS, dtype, 2)
    image[...] = numbers(SHAPE, dtype, 1)
    out = np.empty((1, 6, 9, 16), dtype).view(OnGpu)
    run(rung, image, filters, out)
    with (
        patch.object(module, "spans_too_far", lambda array: False),
        pytest.raises(EmulatorError, match="not its own"),
    ):
        run(rung, image, filters, out)


def strided(shape, steps, itemsize=4):
    return SimpleNamespace(
        shape=shape, strides=tuple(itemsize * step for step in steps), itemsize=itemsize
    )


@pytest.mark.parametrize(
    ("array", "span"),
    [
        (strided((2, 3, 4, 5), (60, 20, 5, 1)), 120),
        (strided((2, 3, 4, 5), (60, -20, 5, 1)), 120),
        (strided((2, 3, 4, 1), (60, 20, 5, 1)), 116),
        (strided((1, 3, 4, 5), (2**40, 20, 5, 1)), 60),  # a step that is never taken
        (strided((7, 3, 4, 5), (0, 20, 5, 1)), 60),
        (strided((2, 0, 4, 5), (60, 20, 5, 1)), 0),
        (strided((1, 30_000, 30_000, 1), (3_600_000_000, 120_000, 4, 1)), 3_599_999_997),
    ],
)
def test_a_span_is_what_lies_between_the_outermost_numbers(array, span):
    assert launch.span(array) == span
    assert launch.spans_too_far(array) == (span >= 2**31)


LAYER = read_problem((1, 9, 8, 8), (8, 3, 3, 16), device="gpu", compute_capability=(9, 0))


@pytest.mark.parametrize(
    ("large", "words"),
    [
        ({"image_size": (2**16, 2**15 - 1), "channels": 1, "kernel": (1, 1)}, None),
        ({"image_size": (2**16, 2**15), "channels": 1, "kernel": (1, 1)}, "pixels in the result"),
        # Its last tile would be counted beyond 2**31.
        ({"image_size": (1, 2**31 - 200), "channels": 1, "kernel": (1, 1)}, "pixels"),
        ({"image_size": (2**16, 2**12)}, "numbers in the image"),
        ({"maps": 2**25}, "numbers in the filters"),
        ({"pads": ((2**29, 2**29), (0, 0)), "stride": (2**28, 1)}, "with padding"),
    ],
)
def test_what_is_counted_in_32_bits_is_refused_beyond(large, words):
    reason = launch.too_large(replace(LAYER, **large))
    assert reason is None if words is None else words in reason
    assert METHODS["gpu_naive"].refuses(replace(LAYER, **large)) is None


@pytest.mark.parametrize(
    "huge",
    [
        {"stride": (2**31, 1)},
        {"dilation": (1, 2**31), "kernel": (1, 1)},
        {"pads": ((2**30, 2**30), (0, 0))},
    ],
)
def test_no_kernel_is_told_a_size_that_32_bits_do_not_hold(huge):
    problem = replace(LAYER, **huge)
    for rung in RUNGS:
        if rung != "gpu_wgmma":
            precision = RUNGS[rung][0]
            assert "32 bits" in METHODS[rung].refuses(replace(problem, precision=precision))
    assert METHODS["gpu_im2col"].refuses(problem) is None
