"""gpu_depthwise: for maps of one channel, where a tile of pixels × maps would be nearly empty.

Depthwise layers, many pairs of an image and a kernel in one call (groups = pairs), one channel.
The kernel, `convkit/cuda/depthwise.cu`, has two forms: 32 threads take neighboring maps where those
lie side by side, neighboring columns of one map elsewhere.

Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds; no work space. In the second form the image is read
once for each map of its group.
Rounding: that of a plain sum in the given dtype; of 16-bit arrays in float32, rounded once.
"""

from __future__ import annotations

from math import prod

from convkit.cuda.launch import NUMBERS, ceil_divide, launch, refuses_on_gpu
from convkit.methods.gpu_naive import prepare
from convkit.methods.method import Method
from convkit.problem import Problem

# As in depthwise.cu: of a block, of its shared memory, and of a thread.
SIDE, SPAN, WEIGHTS, STRIP, COLUMNS = 32, 65, 512, 8, 8
# Maps from which a warp takes maps. With 8 a quarter of its threads work; but columns that are 8
# channels apart cost it a sector of 32 bytes for each of their numbers.
FEWEST_MAPS = 8


def refuses(problem: Problem) -> str | None:
    """Everything but results of more blocks than one launch has."""
    count = max(prod(grid(problem)) for grid in (_planes_grid, _maps_grid))
    if count >= 2**31:
        return f"{count} blocks are more than a grid's 2**31 - 1: give it smaller batches"
    return refuses_on_gpu(problem, "depthwise")


def takes_maps(problem: Problem, image, out) -> bool:
    """Whether a warp takes neighboring maps: where they lie closer together than columns."""
    if problem.channels != problem.groups or problem.maps < FEWEST_MAPS:
        return False
    return all(
        array.shape[3] == 1 or abs(array.strides[3]) < abs(array.strides[2])
        for array in (image, out)
    )


def run(image, prepared, problem: Problem, out, scratch, bias=None, activation=None) -> None:
    """Start the kernel; image and out may be any views."""
    kind = NUMBERS[problem.result_dtype.name]
    if takes_maps(problem, image, out):
        name, grid, block, shared = f"depthwise_maps_{kind}", _maps_grid, (32, COLUMNS), 0
    else:
        name, grid, block = f"depthwise_planes_{kind}", _planes_grid, (SIDE, SIDE // STRIP)
        shared = (SPAN**2 + WEIGHTS) * problem.dtype.itemsize  # the struct `Tile`
    launch(
        "depthwise",
        name,
        grid(problem),
        block,
        image,
        prepared,
        problem,
        out,
        bias=bias,
        activation=activation,
        shared=shared,
    )


def _maps_grid(problem: Problem) -> tuple[int]:
    rows, columns = problem.output_size
    places = problem.batch * ceil_divide(rows, STRIP) * ceil_divide(columns, COLUMNS)
    return (places * ceil_divide(problem.maps, 32),)


def _planes_grid(problem: Problem) -> tuple[int]:
    tiles = [
        ceil_divide(size, min(SIDE, (SPAN - min(extent, SPAN // 2)) // stride + 1))
        for size, extent, stride in zip(
            problem.output_size, problem.extent, problem.stride, strict=True
        )
    ]
    return (problem.batch * problem.maps * prod(tiles),)


METHOD = Method("gpu_depthwise", refuses, prepare, run, fuses=True)
