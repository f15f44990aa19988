"""A convolution with everything decided in advance: checked, chosen, filters transformed."""

from __future__ import annotations

from functools import cached_property
from itertools import islice

import numpy as np

from convkit.activations import activate, check_activation
from convkit.arrays import array_library, compute_dtype, plain, storage_dtype
from convkit.cuda.device import Made, described, is_capturing, using
from convkit.decide import check_precision, decide
from convkit.interchange import adopt, adopt_out
from convkit.large import check_unmasked, correlate_lazily, is_dask, memory_parts, same_file
from convkit.methods import METHODS
from convkit.problem import Problem, four_dimensions, result_shape, shape_of
from convkit.scratch import KeptScratch, ScratchPool
from convkit.thread_parts import MapParts, prepare_parts
from convkit.threads import run_threaded, thread_count


class Plan:
    """Cross-correlation of many images of one shape with the same filters.

    Made by `convkit.plan`. It keeps the filters in the form that its method wants, and work
    space between calls; a call with ``out=`` then allocates nothing that is large, if the image
    has the plan's dtype and lies apart from `out`. A plan may be called from several threads at
    once, and sent to other processes.

    Attributes
    ----------
    problem : Problem
        What it solves.
    method : str
        How: a key of `convkit.METHODS`.
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
        threads=None,
        planned=True,
    ):
        filters = adopt("filters", filters)
        self._xp = array_library(filters=filters)
        filters = plain(filters)
        # The GPU is the one that the filters are on, whichever is current.
        self._gpu = None if self._xp is np else filters.device.id
        with using(self._xp, self._gpu):
            self._decide(
                filters,
                image_shape,
                bias,
                activation,
                method,
                threads,
                planned,
                stride=stride,
                padding=padding,
                dilation=dilation,
                groups=groups,
                fast=fast,
                precision=precision,
            )

    def _decide(
        self,
        filters,
        image_shape,
        bias,
        activation,
        method,
        threads,
        planned,
        *,
        precision,
        **options,
    ):
        device = described(self._xp, filters)
        storage = storage_dtype(filters)
        check_activation(activation)
        check_precision(precision, device["device"], storage)
        if self._gpu is not None and is_capturing(self._xp):
            raise RuntimeError(
                "a CUDA graph is being captured: make a plan before, and call it once, so that "
                "its kernels are loaded and its filters are ready"
            )
        self._image_shape = shape_of(image_shape, "image_shape", (6, 8))
        self._filters_rank = filters.ndim
        self._activation = activation
        self._named = None if callable(activation) else activation
        self.problem, self.method = decide(
            self._image_shape,
            filters.shape,
            method=method,
            activation=self._named,
            planned=planned,
            dtype=compute_dtype(filters=filters),
            storage=storage,
            precision=precision,
            **device,
            **options,
        )
        self._threads = thread_count(threads, self.problem, METHODS[self.method])
        self._bias = read_bias(bias, self.problem, self._xp)
        self._out_shape = result_shape(self.problem, len(self._image_shape), self._filters_rank)
        _, shape = four_dimensions(self._image_shape, filters.shape)
        # A plan outlives the call, so it keeps filters of its own; one call may read the caller's.
        own = filters.astype(number_type(METHODS[self.method], self.problem), copy=planned)
        self._borrowed = () if planned else (filters,)
        self._filters = own.reshape(shape)
        self._prepared = prepare_parts(
            METHODS[self.method], self._filters, self.problem, self._threads
        )
        self._pool = ScratchPool(self._xp)
        self._captured = []  # work space that a CUDA graph will use again
        self._made = None if self._gpu is None else Made(self._xp)
        few = tuple(islice(memory_parts(self.problem), 2))
        self._parts = few if len(few) == 1 else None  # many are counted when they are needed

    def __getstate__(self) -> dict:
        """All but the work space and the module, which do not travel."""
        stay = ("_xp", "_pool", "_captured", "_made")
        return {name: value for name, value in vars(self).items() if name not in stay}

    def __setstate__(self, state: dict) -> None:
        vars(self).update(state)
        self._xp = array_library(filters=self._filters)
        self._pool = ScratchPool(self._xp)
        self._captured, self._made = [], None
        if self._gpu is not None:
            self._gpu = self._filters.device.id  # where they were unpacked
            with using(self._xp, self._gpu):
                self._made = Made(self._xp)

    def __repr__(self) -> str:
        problem = self.problem
        return (
            f"<plan: {problem.image_shape} ⋆ {problem.filters_shape} → {problem.output_shape}, "
            f"{problem.result_dtype}, method {self.method!r}, {self._threads} thread(s)>"
        )

    def __call__(self, image, out=None):
        """Cross-correlate one image, or one batch, of the planned shape.

        Parameters
        ----------
        image : ndarray, or what offers one
            Of the planned shape; its dtype must fit into the plan's without loss.
        out : ndarray, optional
            Where to write the result; of the result's shape and dtype. It may overlap `image`,
            but no two of its own numbers may share a place in memory.

        Returns
        -------
        ndarray
            `out` if given, else a new array.

        Raises
        ------
        ValueError, TypeError
            If image or out do not fit the plan.
        RuntimeError
            If a CUDA graph is being captured, and this call cannot be part of one.

        Notes
        -----
        A call may be captured into a CUDA graph, if `out` is given, the image has the plan's
        dtype and the method starts kernels of ours ('gpu_im2col' and 'gpu_fft' call libraries
        that CuPy does not capture). Call the plan once before, so that its kernels are loaded,
        and keep it as long as the graph: the work space is the plan's.
        """
        if is_dask(image):
            return self._lazily(image, out)
        image = adopt("image", image)
        place = None if out is None else adopt_out(out)
        with using(self._xp, self._gpu):
            result = self._run(image, place)
        return result if out is None else out

    def _run(self, image, out):
        xp, problem = self._xp, self.problem
        one_file = same_file(image, out)
        image = self._read_image(image)
        if out is not None:
            self._check_out(out)
        # An out that overlaps what is read would change it half way: then write beside it first.
        read = (image, *self._borrowed)
        beside = out is None or one_file or any(xp.may_share_memory(out, a) for a in read)
        capturing = self._gpu is not None and is_capturing(xp)
        if capturing:
            self._check_capture(image, beside)
        elif self._made is not None:
            self._made.wait(xp)  # a graph may not: it was made, and called, before
        result = xp.empty(self._out_shape, problem.result_dtype) if beside else plain(out)
        full = result.reshape(problem.output_shape)  # a view: only axes of length 1 are added
        pool = KeptScratch(xp, self._captured) if capturing else self._pool
        compute(
            METHODS[self.method],
            image,
            self._prepared,
            problem,
            full,
            pool,
            parts=self._parts,
            threads=self._threads,
            bias=self._bias,
            activation=self._named,
            xp=xp,
        )
        if self._named is None:
            activate(self._activation, result, xp)  # a caller's own function, on the whole result
        if out is None:
            return result
        if beside:
            plain(out)[...] = result
        return out

    def _check_capture(self, image, beside: bool) -> None:
        """Refuse what would be freed before the graph runs again, or cannot be captured."""
        if not METHODS[self.method].fuses:
            raise RuntimeError(
                f"method {self.method!r} calls a library that CuPy does not capture into a CUDA "
                f"graph: make the plan with another, e.g. method='gpu_naive'"
            )
        if beside or callable(self._activation) or image.dtype != self.problem.result_dtype:
            raise RuntimeError(
                f"while a CUDA graph is captured, give out= apart from the image, an image of "
                f"{self.problem.result_dtype}, and no function as activation: anything else needs "
                f"memory that is free again when the graph runs"
            )

    def _lazily(self, image, out):
        check_unmasked(image)
        self._check_image(image)
        if out is not None:
            raise ValueError(
                "a Dask image gives a lazy result, which out= cannot hold: leave it away, and "
                "write blocks as they are done with dask.array.store or .to_zarr"
            )
        options = {
            "method": self.method,
            "prepared": self._unshared,
            "bias": self._bias,
            "activation": self._activation,
        }
        return correlate_lazily(image, self.problem, self._out_shape, options)

    @cached_property
    def _unshared(self):
        """The prepared filters as blocks of Dask want them: of all maps, since no threads share."""
        if isinstance(self._prepared, MapParts):
            return METHODS[self.method].prepare(self._filters, self.problem)
        return self._prepared

    def _read_image(self, image):
        """The checked image as (N, H, W, C1); parts of it are converted when they are used."""
        array_library(image=image, filters=self._filters)
        self._check_image(image)
        return plain(image).reshape(self.problem.image_shape)

    def _check_image(self, image) -> None:
        if image.shape != self._image_shape:
            raise ValueError(
                f"this plan is for images of shape {self._image_shape}, got {image.shape}: "
                f"make a plan for that shape"
            )
        if not fits(image, self.problem):
            wanted = self.problem.result_dtype
            raise TypeError(
                f"the image is {image.dtype}, but this plan is for {wanted}: convert the image "
                f"with image.astype('{wanted}'), or make the plan from "
                f"filters.astype('{storage_dtype(image) or compute_dtype(image=image)}')"
            )

    def _check_out(self, out) -> None:
        array_library(out=out, filters=self._filters)
        if out.shape != self._out_shape or out.dtype != self.problem.result_dtype:
            raise ValueError(
                f"out must have shape {self._out_shape} and dtype {self.problem.result_dtype}, "
                f"got {out.shape} and {out.dtype}"
            )
        if not getattr(out.flags, "writeable", True):  # CuPy's arrays always are
            raise ValueError("out is read-only: give an array that may be written to")


def compute(
    method,
    image,
    prepared,
    problem: Problem,
    out,
    pool,
    *,
    xp,
    parts=None,
    threads=1,
    bias=None,
    activation=None,
) -> None:
    """Sums, bias and activation into out (N, H', W', C2): in one go where the method can.

    Such a method reads and writes numbers of 16 bits itself. For the others they are widened part
    by part, and each result is rounded once.
    """
    if method.fuses:
        with pool.borrow() as scratch:
            image = xp.asarray(image, problem.result_dtype)
            method.run(image, prepared, problem, out, scratch, bias, activation)
        return
    for part, image_index, out_index in parts or memory_parts(problem):
        some, place = xp.asarray(image[image_index], part.dtype), out[out_index]
        target = place if part.storage is None else xp.empty(part.output_shape, part.dtype)
        run_threaded(method, some, prepared, part, target, pool, threads)
        if bias is not None:
            target += bias  # (C2,): one number for each feature map, at every pixel
        activate(activation, target, xp)
        if target is not place:
            place[...] = target


def number_type(method, problem: Problem) -> np.dtype:
    """The type in which a method wants image and filters."""
    return problem.result_dtype if method.fuses else problem.dtype


def fits(image, problem: Problem) -> bool:
    """Whether every number of the image's dtype is one of the plan's."""
    if image.dtype == problem.result_dtype:
        return True
    dtype = compute_dtype(image=image)
    if problem.storage is not None:
        bytes_only = image.dtype.kind in "biu" and image.dtype.itemsize == 1
        return bytes_only or storage_dtype(image) == problem.storage
    return np.promote_types(dtype, problem.dtype) == problem.dtype


def plan(
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
    threads=None,
    stream_from_host=False,
) -> Plan:
    """Prepare the cross-correlation of many images of one shape with the same filters.

    What does not depend on the pixels is done here, once: checks, the choice of the method, and
    the transformation of the filters. The plan copies the filters; changing them later does not
    change the plan.

    Parameters
    ----------
    filters : ndarray
        (K, K), (C1/groups, K, K) or (C1/groups, K, K, C2). The plan computes in their dtype,
        promoted as in `conv2d`.
    image_shape : tuple of int
        The shape of every image to come, (H, W), (H, W, C1) or (N, H, W, C1).
    bias, stride, padding, dilation, groups, activation, method, fast, precision, threads
        As in `conv2d`.
    stream_from_host : bool
        Compute on the GPU while images and filters stay NumPy arrays, in blocks that are copied
        while others are computed: for images larger than the GPU's memory. An activation that is
        a function is then given block by block.

    Returns
    -------
    Plan
        Call it as ``plan(image)`` or ``plan(image, out=array)``.

    Raises
    ------
    ValueError, TypeError
        As `conv2d`, for all that can be known without an image.

    Examples
    --------
    >>> import numpy as np
    >>> edges = plan(np.array([[-1.0, 1.0]]), (2, 4))
    >>> edges(np.array([[0.0, 0.0, 5.0, 5.0], [0.0, 5.0, 5.0, 5.0]]))
    array([[0., 5., 0.],
           [5., 0., 0.]])
    >>> edges.problem.output_shape
    (1, 2, 3, 1)
    """
    if stream_from_host:
        from convkit.streaming import HostPlan  # it imports this module

        return HostPlan(
            filters,
            image_shape,
            bias=bias,
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
            activation=activation,
            method=method,
            fast=fast,
            precision=precision,
        )
    return Plan(
        filters,
        image_shape,
        bias=bias,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        activation=activation,
        method=method,
        fast=fast,
        precision=precision,
        threads=threads,
    )


def read_bias(bias, problem: Problem, xp):
    """The bias as an array (C2,), or None."""
    if bias is None:
        return None
    if isinstance(bias, bool):
        raise TypeError(f"bias must be a number or one number for each map, got {bias!r}")
    if isinstance(bias, (int, float)) or (
        isinstance(bias, np.generic) and not isinstance(bias, np.bool_)
    ):
        bias = xp.asarray(float(bias) if isinstance(bias, int) else bias)
    bias = adopt("bias", bias)
    array_library(bias=bias, filters=xp.empty(0))
    compute_dtype(bias=bias)
    if bias.shape != (problem.maps,) and not (bias.shape == () and problem.maps == 1):
        raise ValueError(
            f"the bias has shape {bias.shape}, but there must be one number for each of the "
            f"{problem.maps} feature maps: shape ({problem.maps},), "
            f"e.g. np.zeros({problem.maps})"
        )
    return xp.asarray(bias, problem.dtype).reshape(-1).copy()
