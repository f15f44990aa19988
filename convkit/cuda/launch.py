"""What the kernels are told: the struct of convolution.cuh, and how many blocks to start."""

from __future__ import annotations

import numpy as np

from convkit.arrays import array_library
from convkit.cuda import loader
from convkit.cuda.device import compute_capability
from convkit.problem import Problem

# Field by field the struct in convolution.cuh; `align` gives it the layout that C++ gives.
CONVOLUTION = np.dtype(
    [
        ("batch", np.int32), ("height", np.int32), ("width", np.int32), ("channels", np.int32),
        ("kernel_rows", np.int32), ("kernel_columns", np.int32), ("maps", np.int32),
        ("rows", np.int32), ("columns", np.int32),
        ("stride_rows", np.int32), ("stride_columns", np.int32),
        ("dilation_rows", np.int32), ("dilation_columns", np.int32),
        ("pad_top", np.int32), ("pad_left", np.int32),
        ("groups", np.int32), ("activation", np.int32), ("stored_maps", np.int32),
        ("image_step", np.int64, 4), ("out_step", np.int64, 4),
    ],
    align=True,
)  # fmt: skip

ACTIVATIONS = {None: 0, "relu": 1, "sigmoid": 2, "tanh": 3}

NO_BIAS = np.uintp(0)  # a null pointer


def describe(problem: Problem, image, out, activation=None, stored_maps=None) -> np.ndarray:
    """Fill the struct. CuPy hands a NumPy array of one struct to a kernel by value."""
    return np.array(
        [
            (
                *problem.image_shape, *problem.kernel, problem.maps, *problem.output_size,
                *problem.stride, *problem.dilation, problem.pads[0][0], problem.pads[1][0],
                problem.groups, ACTIVATIONS[activation], stored_maps or problem.maps,
                _steps(image), _steps(out),
            )
        ],
        CONVOLUTION,
    )  # fmt: skip


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
) -> None:
    """Start one kernel on the current stream; nothing is waited for."""
    if 0 in problem.output_shape:
        return  # a grid may not be empty
    kernel = kernel_for(image, file, name, shared)
    arguments = (
        image, filters, NO_BIAS if bias is None else bias, out,
        describe(problem, image, out, activation, stored_maps),
    )  # fmt: skip
    kernel(grid, block, arguments, shared_mem=shared)


def kernel_for(array, file: str, name: str, shared: int = 0):
    """The kernel, compiled for the GPU that the array is on, and loaded there."""
    number = array.device.id
    capability = compute_capability(array_library(array=array), number)
    return loader.kernel(file, name, capability, number, shared)


def blocks(size: int, each: int) -> int:
    """How many blocks of `each` cover `size`."""
    return -(-size // each)


def aligned(array, numbers: int = 4) -> bool:
    """Whether every pixel of `array` begins at a multiple of 16 bytes, its channels in a row.

    `numbers` is how many of them make 16 bytes.
    """
    *steps, last = _steps(array)
    return last == 1 and array.data.ptr % 16 == 0 and all(step % numbers == 0 for step in steps)


def refuses_on_gpu(problem: Problem, file: str) -> str | None:
    """The reasons that all rungs share: no GPU, an old GPU, sizes beyond 32-bit indices."""
    if problem.device != "gpu":
        return "it runs on a GPU, and these are NumPy arrays: move them with cupy.asarray"
    if not loader.runs_on(file, problem.compute_capability):
        need = loader.ONLY.get(file) or "sm_{}{} or later".format(*loader.OLDEST[file])
        have = "unknown" if problem.compute_capability is None else "sm_{}{}".format(
            *problem.compute_capability
        )  # fmt: skip
        return f"it needs a GPU of {need}, this one is {have}"
    return None


def too_large(problem: Problem) -> str | None:
    """The faster rungs count pixels, and numbers of the filters, in 32 bits."""
    batch, rows, columns, _ = problem.output_shape
    for what, size in (
        ("pixels in the result", batch * rows * columns),
        ("numbers in the image", np.prod(problem.image_shape, dtype=object)),
        ("numbers in the filters", np.prod(problem.filters_shape, dtype=object)),
    ):
        if size >= 2**31:
            return f"{size} {what} are more than 2**31 - 1: give it smaller batches"
    return None
