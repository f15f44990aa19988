"""Gradients of conv2d: how much the loss changes with the image, the filters and the bias.

`grad` is always the gradient of the loss with respect to the result of `conv2d` before its
activation: one number for each number of the result, and of the result's shape.
"""

from __future__ import annotations

import numpy as np

from convkit.arrays import array_library, compute_dtype, storage_dtype
from convkit.backward import image as by_image
from convkit.backward import windows, winograd
from convkit.chosen_method import check_precision
from convkit.cuda.device import described, is_capturing, using
from convkit.interchange import adopt
from convkit.methods import METHODS
from convkit.problem import Problem, four_dimensions, read_problem, result_shape
from convkit.scratch import Scratch


def conv2d_grad_image(
    grad,
    filters,
    image_shape,
    *,
    stride=1,
    padding="valid",
    dilation=1,
    groups=1,
    method="auto",
    fast=True,
    precision=None,
    threads=None,
):
    r"""Gradient of the loss with respect to the image: a convolution with flipped filters.

    .. math:: \frac{\partial L}{\partial A[y,x,p]} =
              \sum_{c} \sum_{\substack{iS + mD - P = y \\ jS + nD - P = x}}
              \frac{\partial L}{\partial B[i,j,c]}\; W[p,m,n,c]

    Each pixel collects from every window that it was in, by the weight that it met there.

    Parameters
    ----------
    grad : ndarray
        Of the shape of ``conv2d(image, filters, …)``: (H', W'), (H', W', C2), (N, H', W') or
        (N, H', W', C2).
    filters : ndarray
        Those of the forward pass, (K, K), (C1/groups, K, K) or (C1/groups, K, K, C2).
    image_shape : tuple of int
        The shape of the image: with a stride it does not follow from that of `grad`.
    stride, padding, dilation, groups
        Those of the forward pass, as in `conv2d`.
    method : str
        'auto', or a key of `METHODS`, for the cross-correlations that this consists of.
    fast, precision, threads
        As in `conv2d`.

    Returns
    -------
    ndarray
        Of shape `image_shape`; float64 if grad or filters are, else float32, or float16 or
        bfloat16 if that is what both are: summed in float32, rounded once.

    Raises
    ------
    ValueError, TypeError
        If shapes or options do not fit together; the message has the numbers.

    Notes
    -----
    Cost: N·H'·W'·C1·C2/groups·K² multiply-adds by direct methods; fewer where `choose_method`
    picks one that needs fewer.

    Sources: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
    doi:10.48550/arXiv.1603.07285 (section 4, transposed convolution).

    Examples
    --------
    >>> import numpy as np
    >>> filters = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> one = np.zeros((2, 2))
    >>> one[0, 1] = 1                       # only the result at row 0, column 1 matters
    >>> conv2d_grad_image(one, filters, (3, 3))
    array([[0., 1., 2.],
           [0., 3., 4.],
           [0., 0., 0.]])
    """
    grad, filters = adopt("grad", grad), adopt("filters", filters)
    xp = array_library(grad=grad, filters=filters)
    problem = _problem(
        image_shape,
        filters.shape,
        xp,
        (grad, filters),
        dtype=compute_dtype(grad=grad, filters=filters),
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        fast=fast,
        precision=precision,
    )
    _check_grad(grad, problem, len(image_shape), filters.ndim)
    if not isinstance(method, str) or (method != "auto" and method not in METHODS):
        names = ", ".join(map(repr, ["auto", *METHODS]))
        raise ValueError(f"method must be one of {names}, got {method!r}")
    with using(xp, None if xp is np else grad.device.id):
        out = xp.empty(problem.image_shape, problem.dtype)
        by_image.grad_image(
            xp.asarray(grad, problem.dtype).reshape(problem.output_shape),
            xp.asarray(filters, problem.dtype).reshape(problem.filters_shape),
            problem,
            out,
            method=method,
            threads=threads,
        )
        return _rounded(out.reshape(tuple(image_shape)), grad, filters)


def conv2d_grad_filters(
    grad,
    image,
    filters_shape,
    *,
    stride=1,
    padding="valid",
    dilation=1,
    groups=1,
    method="auto",
    fast=True,
    precision=None,
):
    r"""Gradient of the loss with respect to the filters: `grad` slid along the image.

    .. math:: \frac{\partial L}{\partial W[p,m,n,c]} = \sum_{i,j} A[iS + mD - P,\;
              jS + nD - P,\; p]\; \frac{\partial L}{\partial B[i,j,c]}

    and summed over the images of a batch. Each weight is used at every place, so its gradient is
    a sum over all places: what sharing means in training.

    Parameters
    ----------
    grad : ndarray
        Of the shape of ``conv2d(image, filters, …)``.
    image : ndarray
        That of the forward pass, (H, W), (H, W, C1) or (N, H, W, C1).
    filters_shape : tuple of int
        (K, K), (C1/groups, K, K) or (C1/groups, K, K, C2).
    stride, padding, dilation, groups
        Those of the forward pass, as in `conv2d`.
    method : {'auto', 'im2col', 'winograd'}
        How to sum: over windows, or among tiles that are evaluated at points as in the forward
        pass. 'auto' takes the second where it is allowed and worth it.
    fast, precision
        As in `conv2d`.

    Returns
    -------
    ndarray
        Of shape `filters_shape`; float64 if grad or image are, else float32, or float16 or
        bfloat16 if that is what both are: summed in float32, rounded once.

    Raises
    ------
    ValueError, TypeError
        If shapes or options do not fit together; the message has the numbers.

    Notes
    -----
    Cost: N·H'·W'·C1·C2/groups·K² multiply-adds by 'im2col'; by 'winograd' about (m+2)²/(9m²) of
    that for a 3×3 kernel and tiles of m×m results, with its larger rounding.

    Sources: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016,
    doi:10.1109/CVPR.2016.435.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.arange(9.0).reshape(3, 3)
    >>> conv2d_grad_filters(np.ones((2, 2)), image, (2, 2))    # sums of the four windows' pixels
    array([[ 8., 12.],
           [20., 24.]])
    """
    grad, image = adopt("grad", grad), adopt("image", image)
    xp = array_library(grad=grad, image=image)
    problem = _problem(
        image.shape,
        filters_shape,
        xp,
        (grad, image),
        dtype=compute_dtype(grad=grad, image=image),
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        fast=fast,
        precision=precision,
    )
    filters_shape = tuple(filters_shape)
    _check_grad(grad, problem, image.ndim, len(filters_shape))
    function = _filters_method(method, problem)
    with using(xp, None if xp is np else grad.device.id):
        out = xp.empty(problem.filters_shape, problem.dtype)
        function(
            xp.asarray(grad, problem.dtype).reshape(problem.output_shape),
            xp.asarray(image, problem.dtype).reshape(problem.image_shape),
            problem,
            out,
            Scratch(xp),
        )
        return _rounded(out.reshape(filters_shape), grad, image)


def conv2d_grad_bias(grad, *, one_filter=False):
    r"""Gradient of the loss with respect to the bias: the sum of `grad` over all places.

    .. math:: \frac{\partial L}{\partial b[c]} =
              \sum_{i,j} \frac{\partial L}{\partial B[i,j,c]}

    Parameters
    ----------
    grad : ndarray
        (H', W', C2) or (N, H', W', C2); (H', W') has one map.
    one_filter : bool
        Say True for the maps (N, H', W') of a single filter (C1, K, K): no axis is C2 then.

    Returns
    -------
    ndarray
        (C2,), or () for one map.

    Raises
    ------
    ValueError, TypeError
        For another number of axes, or what cannot be summed.

    Examples
    --------
    >>> import numpy as np
    >>> conv2d_grad_bias(np.ones((10, 28, 28, 3)))
    array([7840., 7840., 7840.])
    """
    grad = adopt("grad", grad)
    xp = array_library(grad=grad)
    dtype = compute_dtype(grad=grad)
    if not isinstance(one_filter, (bool, np.bool_)):
        raise TypeError(f"one_filter must be True or False, got {one_filter!r}")
    if grad.ndim not in (2, 3, 4) or (one_filter and grad.ndim == 4):
        raise ValueError(
            f"grad must have the shape of the result of conv2d: (H', W'), (H', W', C2), "
            f"(N, H', W') with one_filter=True, or (N, H', W', C2); "
            f"got {grad.shape} and one_filter={one_filter}"
        )
    with using(xp, None if xp is np else grad.device.id):
        if one_filter or grad.ndim == 2:
            return _rounded(xp.asarray(grad, dtype).sum()[...], grad)
        places = xp.asarray(grad, dtype).reshape(-1, grad.shape[-1])  # (N·H'·W', C2)
        # A product is summed in blocks: less rounding.
        return _rounded(xp.ones(len(places), dtype) @ places, grad)


def _rounded(result, *arrays):
    """The result in the 16 bits that all the arrays have, or as it is."""
    storage = storage_dtype(*arrays)
    return result if storage is None else result.astype(storage)


def _problem(image_shape, filters_shape, xp, arrays, *, precision, **options) -> Problem:
    device = described(xp, arrays[0])
    check_precision(precision, device["device"], storage_dtype(*arrays))
    if xp is not np and is_capturing(xp):
        raise RuntimeError(
            "gradients cannot be captured into a CUDA graph: they need memory that is free again "
            "when the graph runs"
        )
    return read_problem(image_shape, filters_shape, precision=precision, **device, **options)


def _filters_method(method: str, problem: Problem):
    """The function for this method's name, after making sure that it takes the problem."""
    functions = {"im2col": windows.grad_filters, "winograd": winograd.grad_filters}
    if method == "auto":
        method = "winograd" if winograd.pays(problem) else "im2col"
    if method not in functions:
        names = ", ".join(map(repr, ["auto", *functions]))
        raise ValueError(f"method must be one of {names}, got {method!r}")
    reason = winograd.refuses(problem) if method == "winograd" else None
    if reason:
        raise ValueError(f"method 'winograd' does not take this problem: {reason}")
    return functions[method]


def _check_grad(grad, problem: Problem, image_rank: int, filters_rank: int) -> None:
    expected = result_shape(problem, image_rank, filters_rank)
    if grad.shape != expected:
        _, kernel = four_dimensions(problem.image_shape, problem.filters_shape)
        raise ValueError(
            f"grad has shape {grad.shape}, but images {problem.image_shape} and filters {kernel} "
            f"give a result of shape {expected}: there must be one number for each result. "
            f"Were stride, padding and dilation those of the forward pass?"
        )
