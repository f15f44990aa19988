"""conv2d, what layers compute, and convolve2d, what mathematics calls convolution."""

from __future__ import annotations

from convkit.arrays import array_library, compute_dtype, plain, storage_dtype
from convkit.interchange import adopt
from convkit.larger_than_memory import check_unmasked, is_dask
from convkit.plans import Plan


def conv2d(
    image,
    filters,
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
    out=None,
):
    r"""Cross-correlate an image with one filter or many: what a convolution layer computes.

    .. math:: B[i,j,c] = f\Big(b[c] + \sum_{p,m,n} A[iS + mD - P,\; jS + nD - P,\; p]\;
              W[p,m,n,c]\Big)

    where A is zero outside the image, S is the stride, D the dilation, P the padding before and
    f the activation. The filters are not flipped; `convolve2d` flips them.

    Parameters
    ----------
    image : ndarray, or what offers one
        (H, W), (H, W, C1) or (N, H, W, C1). Any strides; it is never changed. What another
        library holds, a tensor of PyTorch or an array of JAX, is taken where it lies, by
        `__array__`, DLPack or CUDA's array interface; so are filters, bias and out.
    filters : ndarray
        (K, K), (C1/groups, K, K) or (C1/groups, K, K, C2). Kernels need not be square.
    bias : number or ndarray, optional
        One number for each feature map, (C2,), added at every pixel; a plain number for one map.
    stride, dilation : int or (int, int)
        For rows and columns.
    padding : {'valid', 'same', 'full'}, int or (int, int)
        'valid': windows that lie inside, (H − K) + 1 of them. 'same': zeros around, so that
        ``ceil(H / stride)`` rows come out; of an odd number the larger half goes after.
        'full': every window that touches the image, then the stride. A number: zeros on
        both sides; a pair: (rows, columns).
    groups : int
        Split channels and feature maps into this many parts that do not see each other.
        ``groups=C1`` is a depthwise convolution; it is also how many pairs of one gray image and
        one kernel are convolved in one call: P images as the channels of one, (H, W, P), and
        their kernels as (1, K, K, P), with ``groups=P``.
    activation : {None, 'relu', 'sigmoid', 'tanh'} or callable
        Applied to the result. A callable gets the whole result and returns its like; of a Dask
        image it gets block after block, each (N, H', W', C2).
    method : str
        'auto', or a key of `METHODS`.
    fast : bool
        True allows methods with larger rounding errors: in float32 1e-6 to 4e-6 of the results'
        root mean square, against 3e-7 for direct summation; `METHODS` and their files say more.
    precision : {None, 'tf32', '3xtf32', 'bf16', 'fp16'}
        For float32 arrays on GPUs; None is true float32. The others allow tensor cores, which
        multiply rounded numbers and add in float32; '3xtf32' does so three times, for the accuracy
        of float32 (but infinity gives NaN). Where there are no tensor cores for the problem,
        float32 is used. Arrays of float16 and bfloat16 are multiplied as they are, on tensor cores
        where there are any.
    threads : int, optional
        CPU threads. By default what the machine offers and the size is worth.
    out : ndarray, optional
        Where to write the result. It may overlap the image.

    Returns
    -------
    ndarray
        (H', W'), with a leading N if the image has one and a trailing C2 if the filters have
        one; of NumPy, or of CuPy for arrays on a GPU. float64 if image or filters are; float32 if
        both fit in it: whole numbers of up to 16 bits do, wider ones are computed in float64, so
        that nothing wraps around. float16 if both are, and bfloat16 (of ml_dtypes) if both are:
        summed in float32 and rounded once, an error of 2**-11 and 2**-8 of each number. On a CPU
        they are widened first, so they save memory there and no time.

    Raises
    ------
    ValueError
        If shapes or options do not fit together; the message has the numbers and a way out.
    TypeError
        For what is not an array, arrays that mix NumPy and CuPy or lie on two GPUs, and complex,
        object or 8-bit floating-point dtypes.

    Notes
    -----
    NaN and infinity are not errors. With ``fast=False`` a pixel that is not finite reaches the
    windows that hold it and no others (times a weight of 0 it gives NaN, as arithmetic has it);
    other methods may spread it to neighboring results, 'fft' to all of a tile. A weight that is not
    finite gives NaN where it meets the zeros of the padding, in methods that multiply those.

    Channels first, (N, C, H, W), needs no copy: ``conv2d(np.moveaxis(x, 1, 3), filters,
    out=np.moveaxis(y, 1, 3))`` reads and writes through the steps of these views.

    Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds for the direct methods.

    Sources: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
    doi:10.48550/arXiv.1603.07285.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.array([[0, 0, 9, 9], [0, 0, 9, 9], [0, 0, 9, 9]], np.uint8)
    >>> conv2d(image, np.array([[-1, 1]], np.int8))     # an edge from dark to bright
    array([[0., 9., 0.],
           [0., 9., 0.],
           [0., 9., 0.]], dtype=float32)
    >>> colors, filters = np.ones((32, 32, 3)), np.ones((3, 5, 5, 64))
    >>> conv2d(colors, filters, bias=np.zeros(64), activation="relu").shape
    (28, 28, 64)
    """
    image, filters = adopt("image", image), adopt("filters", filters)
    _check_arrays(image, filters)
    dtype = storage_dtype(image, filters) or compute_dtype(image=image, filters=filters)
    filters = plain(filters)
    if filters.dtype != dtype:
        filters = filters.astype(dtype)
    once = Plan(
        filters,
        image.shape,
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
        planned=False,
    )
    return once(image, out=out)


def convolve2d(
    image,
    filters,
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
    out=None,
):
    r"""Convolve an image with filters: cross-correlation with the filters flipped in space.

    .. math:: B[i,j,c] = f\Big(b[c] + \sum_{p,m,n} A[iS + mD - P,\; jS + nD - P,\; p]\;
              W[p,K-1-m,K-1-n,c]\Big)

    The two spatial axes of the filters are reversed, and nothing else: channels keep their order.
    Everything else, arguments, results and errors, is as in `conv2d`. With one channel and
    ``padding='full'`` this is the convolution of mathematics, which commutes.

    Parameters
    ----------
    image, filters, bias, stride, padding, dilation, groups
        As in `conv2d`.
    activation, method, fast, precision, threads, out
        As in `conv2d`.

    Returns
    -------
    ndarray
        As in `conv2d`.

    Raises
    ------
    ValueError, TypeError
        As in `conv2d`.

    Examples
    --------
    >>> import numpy as np
    >>> a, b = np.array([[1.0, 2.0, 3.0]]), np.array([[10.0, 1.0]])
    >>> convolve2d(a, b, padding="full")
    array([[10., 21., 32.,  3.]])
    >>> convolve2d(b, a, padding="full")
    array([[10., 21., 32.,  3.]])
    """
    image, filters = adopt("image", image), adopt("filters", filters)
    _check_arrays(image, filters)
    filters = plain(filters)
    if filters.ndim == 2:
        flipped = filters[::-1, ::-1]
    elif filters.ndim in (3, 4):
        flipped = filters[:, ::-1, ::-1]
    else:
        flipped = filters  # conv2d says which ranks there are
    return conv2d(
        image,
        flipped,
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
        out=out,
    )


def _check_arrays(image, filters) -> None:
    """Refuse what is not an array; a Dask image goes with filters in memory."""
    if is_dask(image):
        check_unmasked(image)
        array_library(filters=filters)
    else:
        array_library(image=image, filters=filters)
