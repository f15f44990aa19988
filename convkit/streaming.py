"""Images on the host, arithmetic on the GPU: for what is larger than the GPU's memory.

    stream 0   in: rows 0-99   compute        out            in: rows 200-299   ...
    stream 1                   in: 100-199    compute        out                ...

The image goes to the GPU in blocks of rows (or of whole images, where several fit). Two streams
take turns: while one computes, the other copies. Copies overlap with arithmetic only from pinned
memory, pages that the operating system may not move; so each stream has a pinned buffer for what
goes in and one for what comes out, and as much on the GPU.

Nothing orders these two streams with any other. So each begins by waiting for all that was ordered
before the plan was made: the filters, and whoever had the memory of the buffers until then.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from convkit.activations import activate, check_activation
from convkit.arrays import array_library, compute_dtype, find_cupy, plain, storage_dtype
from convkit.cuda.device import compute_capability, has_device, is_capturing, using
from convkit.decide import check_precision, method_for
from convkit.interchange import adopt, adopt_out
from convkit.large import same_file
from convkit.methods import METHODS, choose_method
from convkit.plans import compute, fits, number_type, read_bias
from convkit.problem import Problem, four_dimensions, read_problem, result_shape
from convkit.scratch import ScratchPool

# In and out of one block together. Large enough that a launch is nothing beside the copies.
BLOCK_BYTES = 2**28


class HostPlan:
    """Cross-correlation of NumPy images on the GPU, block by block.

    Made by ``convkit.plan(..., stream_from_host=True)``. It holds two blocks on the GPU and in
    pinned memory, whatever the size of the image. Not for several threads at once.

    Attributes
    ----------
    problem : Problem
        What it solves.
    method : str
        How each block is solved: a key of `convkit.METHODS`.
    blocks : list of (images, rows)
        Slices of the result, in the order in which they are computed.
    """

    def __init__(
        self,
        filters,
        image_shape,
        *,
        bias=None,
        stride=1,
        padding="valid",
        dilation=1,
        groups=1,
        activation=None,
        method="auto",
        fast=True,
        precision=None,
        block_bytes=BLOCK_BYTES,
    ):
        filters = adopt("filters", filters)
        if array_library(filters=filters) is not np:
            raise TypeError(
                "stream_from_host=True is for NumPy arrays, and the filters are on the GPU: "
                "filters = cupy.asnumpy(filters), or leave stream_from_host out"
            )
        self._cupy = cupy = find_cupy()
        if cupy is None or not has_device(cupy):
            raise RuntimeError(
                "stream_from_host=True needs CuPy and a GPU: `convkit doctor` says how to get them"
            )
        if is_capturing(cupy):
            raise RuntimeError("a plan that streams cannot be made while a CUDA graph is captured")
        self._gpu = cupy.cuda.Device().id  # the one that is current, for good
        storage = storage_dtype(filters)
        check_activation(activation)
        check_precision(precision, "gpu", storage)
        self._activation = activation
        self._named = None if callable(activation) else activation
        self._image_shape = tuple(image_shape)
        _, shape = four_dimensions(self._image_shape, filters.shape)
        self.problem = read_problem(
            self._image_shape,
            filters.shape,
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
            dtype=compute_dtype(filters=filters),
            storage=storage,
            fast=fast,
            planned=True,
            device="gpu",
            precision=precision,
            compute_capability=compute_capability(cupy, self._gpu),
        )
        self._out_shape = result_shape(self.problem, len(self._image_shape), filters.ndim)
        self.blocks = list(_blocks_of(self.problem, block_bytes))
        largest = _part(self.problem, *self.blocks[0])[0] if self.blocks else self.problem
        self.method = (
            method_for(largest, method, self._named) if self.blocks else choose_method(largest)
        )
        chosen = METHODS[self.method]
        filters = np.ascontiguousarray(filters, number_type(chosen, self.problem)).reshape(shape)
        self._prepared = chosen.prepare(cupy.asarray(filters), largest)
        if bias is not None and not np.isscalar(bias):
            bias = adopt("bias", bias)
            array_library(bias=bias, filters=filters)  # refuses a mask, which CuPy would drop
            bias = cupy.asarray(bias)
        self._bias = read_bias(bias, self.problem, cupy)
        self._pool = ScratchPool(cupy)
        self._lanes = [_Lane(cupy, self.problem, self.blocks) for _ in range(2)]
        ready = cupy.cuda.Event(disable_timing=True)
        ready.record()
        for lane in self._lanes:
            lane.stream.wait_event(ready)

    def __getstate__(self):
        raise TypeError(
            "a plan that streams holds streams and buffers of this process and does not travel: "
            "make it anew where it is needed"
        )

    def __call__(self, image, out=None):
        """Cross-correlate one NumPy image, or batch, of the planned shape.

        Parameters
        ----------
        image : ndarray
            On the host; `numpy.memmap` too.
        out : ndarray, optional
            On the host, of the result's shape and dtype; it may not overlap the image.

        Returns
        -------
        ndarray
            On the host: `out` if given, else a new array.

        Raises
        ------
        ValueError, TypeError
            If image or out do not fit the plan.
        """
        image = adopt("image", image)
        given = out
        out = self._check(image, None if out is None else adopt_out(out))
        with using(self._cupy, self._gpu):
            self._stream(
                plain(image).reshape(self.problem.image_shape),
                plain(out).reshape(self.problem.output_shape),
            )
        return out if given is None else given

    def _stream(self, image, result) -> None:
        """(N, H, W, C1) into (N, H', W', C2), block by block."""
        try:
            self._blocks(image, result)
        except BaseException:
            for lane in self._lanes:
                lane.give_up()  # its buffers may be used again, now that nothing is under way
            raise

    def _blocks(self, image, result) -> None:
        for index, (images, rows) in enumerate(self.blocks):
            lane = self._lanes[index % 2]
            lane.finish()  # its buffers are free again, and hold an earlier block's result
            part, needed = _part(self.problem, images, rows)
            source, target = lane.begin(part, image[images, needed], result[images, rows])
            with lane.stream:
                compute(
                    METHODS[self.method],
                    source,
                    self._prepared,
                    part,
                    target,
                    self._pool,
                    bias=self._bias,
                    activation=self._named,
                    xp=self._cupy,
                )
                if self._named is None:
                    activate(self._activation, target, self._cupy)
            lane.fetch()
        for lane in self._lanes:
            lane.finish()

    def _check(self, image, out):
        arrays = {"image": image} if out is None else {"image": image, "out": out}
        if array_library(**arrays) is not np:
            raise TypeError("this plan streams from the host: give it NumPy arrays")
        if image.shape != self._image_shape:
            raise ValueError(
                f"this plan is for images of shape {self._image_shape}, got {image.shape}: "
                f"make a plan for that shape"
            )
        dtype = self.problem.result_dtype
        if not fits(image, self.problem):
            raise TypeError(
                f"the image is {image.dtype}, but this plan is for {dtype}: make the plan from "
                f"filters.astype('{storage_dtype(image) or compute_dtype(image=image)}')"
            )
        if out is None:
            return np.empty(self._out_shape, dtype)
        if out.shape != self._out_shape or out.dtype != dtype:
            raise ValueError(
                f"out must have shape {self._out_shape} and dtype {dtype}, "
                f"got {out.shape} and {out.dtype}"
            )
        if not out.flags.c_contiguous or not out.flags.writeable:
            what = "read-only" if out.flags.c_contiguous else "a view with gaps or another order"
            raise ValueError(f"out is {what}: give a contiguous array that may be written to")
        if np.may_share_memory(image, out) or same_file(image, out):
            raise ValueError("out overlaps the image, of which later blocks are still to be read")
        return out


class _Lane:
    """One stream with its buffers: a block is copied in, computed, and copied out."""

    def __init__(self, cupy, problem: Problem, blocks):
        parts = [_part(problem, *block)[0] for block in blocks]
        self._dtype = problem.result_dtype
        self.stream = cupy.cuda.Stream(non_blocking=True)
        sizes = [
            max((prod(shape) for shape in shapes), default=0)
            for shapes in zip(*((p.image_shape, p.output_shape) for p in parts), strict=True)
        ] or [0, 0]
        self._pinned = [_pinned(cupy, size, self._dtype) for size in sizes]
        self._on_gpu = [cupy.empty(size, self._dtype) for size in sizes]
        self._target = None

    def begin(self, part: Problem, rows, target):
        """Start to copy `rows` in; return the block's image and result on the GPU."""
        shapes = part.image_shape, part.output_shape
        self._now = [
            [buffer[: prod(shape)].reshape(shape) for buffer in pair]
            for shape, pair in zip(
                shapes, zip(self._pinned, self._on_gpu, strict=True), strict=True
            )
        ]
        (host_in, gpu_in), (_, gpu_out) = self._now
        np.copyto(host_in, rows)  # this also converts, say, bytes to float32
        gpu_in.set(host_in, stream=self.stream)
        self._target = target
        return gpu_in, gpu_out

    def fetch(self) -> None:
        """Start to copy the result out."""
        host_out, gpu_out = self._now[1]
        gpu_out.get(stream=self.stream, out=host_out, blocking=False)

    def finish(self) -> None:
        """Wait for this stream, and hand over the result, if there is one."""
        self.stream.synchronize()
        if self._target is not None:
            np.copyto(self._target, self._now[1][0])
            self._target = None

    def give_up(self) -> None:
        """Wait for this stream, and forget its result."""
        self._target = None
        self.stream.synchronize()


def _blocks_of(problem: Problem, block_bytes: int):
    """Slices (images, rows) of the result whose data fits in a block; at least one row each."""
    batch, height = problem.batch, problem.output_size[0]
    part, _ = problem.rows(0, height)
    whole = _bytes(part) // max(batch, 1)
    if batch and whole <= block_bytes:
        step = max(1, block_bytes // max(whole, 1))
        for first in range(0, batch, step):
            yield slice(first, min(first + step, batch)), slice(0, height)
        return
    rows = max(1, height * block_bytes // max(whole, 1))
    for image in range(batch):
        for first in range(0, height, rows):
            yield slice(image, image + 1), slice(first, min(first + rows, height))


def _part(problem: Problem, images: slice, rows: slice) -> tuple[Problem, slice]:
    """The smaller problem of one block, and the rows of the image that it reads."""
    part, needed = problem.rows(rows.start, rows.stop)
    return replace(part, batch=images.stop - images.start), needed


def _bytes(problem: Problem) -> int:
    return (prod(problem.image_shape) + prod(problem.output_shape)) * problem.result_dtype.itemsize


def _pinned(cupy, size: int, dtype) -> np.ndarray:
    memory = cupy.cuda.alloc_pinned_memory(max(size, 1) * dtype.itemsize)
    return np.frombuffer(memory, dtype, size)
