"""What the kernels are told: the struct of convolution.cuh, and how many blocks to start."""

from __future__ import annotations

from math import prod

import numpy as np

from convkit.arrays import array_library
from convkit.cuda import loader
from convkit.cuda.device import compute_capability
from convkit.problem import Problem

# Field by field the struct in convolution.cuh; `align` gives it the layout that C++ gives.
CONVOLUTION = np.dtype(
    [
        ("batch", np.int32),
        ("height", np.int32),
        ("width", np.int32),
        ("channels", np.int32),
        ("kernel_rows", np.int32),
        ("kernel_columns", np.int32),
        ("maps", np.int32),
        ("rows", np.int32),
        ("columns", np.int32),
        ("stride_rows", np.int32),
        ("stride_columns", np.int32),
        ("dilation_rows", np.int32),
        ("dilation_columns", np.int32),
        ("pad_top", np.int32),
        ("pad_left", np.int32),
        ("groups", np.int32),
        ("splits", np.int32),
        ("stored_maps", np.int32),
        ("image_step", np.int64, 4),
        ("out_step", np.int64, 4),
    ],
    align=True,
)

NO_BIAS = np.uintp(0)  # a null pointer

# What a kernel's name says of the numbers that it reads and writes.
NUMBERS = {"float32": "float", "float64": "double", "float16": "fp16", "bfloat16": "bf16"}

COUNTED = 2**31  # numbers that 32 bits tell apart
# Kernels count on to the end of a tile, and begin each row of windows as far left as padding goes.
MOST_COUNTED, MOST_PADDED = COUNTED - 2**10, 2**30


def describe(problem: Problem, image, out, *, stored_maps=None, splits=1) -> np.ndarray:
    """Fill the struct. CuPy hands a NumPy array of one struct to a kernel by value."""
    return np.array(
        [
            (
                *problem.image_shape,
                *problem.kernel,
                problem.maps,
                *problem.output_size,
                *problem.stride,
                *problem.dilation,
                problem.pads[0][0],
                problem.pads[1][0],
                problem.groups,
                splits,
                stored_maps or problem.maps,
                _steps(image),
                _steps(out),
            )
        ],
        CONVOLUTION,
    )


def _steps(array) -> tuple[int, ...]:
    return tuple(step // array.itemsize for step in array.strides)


def launch(
    file,
    name,
    grid,
    block,
    image,
    filters,
    problem,
    out,
    *,
    bias=None,
    activation=None,
    shared=0,
    stored_maps=None,
    splits=1,
) -> None:
    """Start one kernel on the current stream; nothing is waited for."""
    if 0 in problem.output_shape:
        return  # a grid may not be empty
    kernel = kernel_for(image, file, name, shared, activation)
    arguments = (
        image,
        filters,
        NO_BIAS if bias is None else bias,
        out,
        describe(problem, image, out, stored_maps=stored_maps, splits=splits),
    )
    kernel(grid, block, arguments, shared_mem=shared)


def kernel_for(array, file: str, name: str, shared: int = 0, activation: str | None = None):
    """The kernel, compiled for the GPU that the array is on, and loaded there."""
    number = array.device.id
    capability = compute_capability(array_library(array=array), number)
    return loader.kernel(file, name, capability, number, shared, activation)


def blocks(size: int, each: int) -> int:
    """How many blocks of `each` cover `size`."""
    return -(-size // each)


def aligned(array, numbers: int = 4) -> bool:
    """Whether every pixel of `array` begins at a multiple of 16 bytes, its channels in a row.

    `numbers` is how many of them make 16 bytes.
    """
    *steps, last = _steps(array)
    return last == 1 and array.data.ptr % 16 == 0 and all(step % numbers == 0 for step in steps)


def span(array) -> int:
    """How many numbers lie from the lowest that an array's steps reach to the highest.

    Of a view this can be far more than its size: a kernel that adds up places in 32 bits must look
    at the span.
    """
    if 0 in array.shape:
        return 0
    return 1 + sum((n - 1) * abs(step) for n, step in zip(array.shape, _steps(array), strict=True))


def spans_too_far(array) -> bool:
    """Whether the places of an array's numbers do not fit into 32 bits."""
    return span(array) >= COUNTED


def refuses_on_gpu(problem: Problem, file: str) -> str | None:
    """The reasons that all rungs share: no GPU, an old GPU, a size that no kernel can be told."""
    if problem.device != "gpu":
        return "it runs on a GPU, and these are NumPy arrays: move them with cupy.asarray"
    if not loader.runs_on(file, problem.compute_capability):
        need = loader.ONLY.get(file) or "sm_{}{} or later".format(*loader.OLDEST[file])
        have = (
            "unknown"
            if problem.compute_capability is None
            else "sm_{}{}".format(*problem.compute_capability)
        )
        return f"it needs a GPU of {need}, this one is {have}"
    largest = max(
        *padded_size(problem),
        *problem.image_shape,
        *problem.filters_shape,
        *problem.stride,
        *problem.dilation,
    )
    if largest >= COUNTED:
        return f"a kernel is told its sizes in 32 bits, and {largest} is more"
    return None


def too_large(problem: Problem) -> str | None:
    """The faster rungs count pixels, and numbers of image and filters, in 32 bits."""
    for what, size, most in (
        ("pixels in the result", prod(problem.output_shape[:3]), MOST_COUNTED),
        ("numbers in the image", prod(problem.image_shape), MOST_COUNTED),
        ("numbers in the filters", prod(problem.filters_shape), MOST_COUNTED),
        ("rows or columns with padding", max(padded_size(problem)), MOST_PADDED),
    ):
        if size > most:
            return (
                f"{size} {what} are more than {most} (about 2**{most.bit_length()}): give it less"
            )
    return None


def padded_size(problem: Problem) -> tuple[int, int]:
    """Rows and columns of the image with the zeros around it."""
    return tuple(n + sum(pads) for n, pads in zip(problem.image_size, problem.pads, strict=True))
