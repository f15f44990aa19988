"""Matrix products cut to the size that a BLAS multiplies fastest."""

from __future__ import annotations

import numpy as np

# OpenBLAS multiplies small matrices where they lie, without packing them first: up to twice as
# fast, for M·N·K up to this.
UNPACKED = 1_000_000
WIDTH = 64  # columns at a time: four AVX-512 registers, and a piece of b that fits the first cache
FEWEST_ROWS = 8  # of a; with fewer, packing pays


def multiply(a, b, out) -> None:
    """Write a · b into out, with a (…, M, K), b (K, N) and out (…, M, N).

    Rows are taken as many at a time as `UNPACKED` allows, columns by `WIDTH`, and
    each call multiplies a whole stack of them. Cutting an axis in two never copies.
    """
    *outer, size, depth = a.shape
    columns = b.shape[1]
    if columns > WIDTH and columns % WIDTH == 0 and FEWEST_ROWS * depth * WIDTH <= UNPACKED:
        count, columns = columns // WIDTH, WIDTH
        a = a[..., None, :, :]  # (…, 1, M, K)
        b = b.reshape(depth, count, WIDTH).transpose(1, 0, 2)  # (N/64, K, 64)
        out = np.moveaxis(out.reshape(*outer, size, count, WIDTH), -2, -3)  # (…, N/64, M, 64)
        outer = [*outer, count]
    most = UNPACKED // max(depth * columns, 1)
    if size <= most or most < FEWEST_ROWS:
        np.matmul(a, b, out=out)
        return
    rows = -(-size // -(-size // most))  # as equal as possible
    whole = size // rows
    kept = whole * rows
    np.matmul(
        a[..., :kept, :].reshape(*a.shape[:-2], whole, rows, depth),
        b if b.ndim == 2 else b[:, None],
        out=out[..., :kept, :].reshape(*outer, whole, rows, columns),
    )
    if kept < size:
        np.matmul(a[..., kept:, :], b, out=out[..., kept:, :])


def multiply_wide(a, b, out) -> None:
    """Write a · b into out, with a (P, M, K), b (P, Q, K, N) and out (P, M, Q, N).

    For each of P places, the columns of b come in Q parts. A part meets all rows of a while it
    is in the cache, at most so many in a call that OpenBLAS need not pack them.
    """
    places, size, depth = a.shape
    columns = b.shape[3]
    out = out.transpose(0, 2, 1, 3)  # (P, Q, M, N)
    most = UNPACKED // (depth * columns)
    if size <= most or most < FEWEST_ROWS:
        np.matmul(a[:, None], b, out=out)
        return
    rows = -(-size // -(-size // most))  # as equal as possible
    rows += rows % 2 if rows < most else 0  # its inner loop takes two rows or six
    whole = size // rows
    kept = whole * rows
    np.matmul(
        a[:, None, :kept].reshape(places, 1, whole, rows, depth),
        b[:, :, None],
        out=out[:, :, :kept].reshape(places, -1, whole, rows, columns),
    )
    if kept < size:
        np.matmul(a[:, None, kept:], b, out=out[:, :, kept:])


def transform(matrix, a, out) -> None:
    """Write matrix · a into out, with matrix (M, K), a (…, K, N), out (…, M, N), N long."""
    most = UNPACKED // matrix.size
    most = a.shape[-1] if most < WIDTH else most  # a large matrix is worth packing
    for first in range(0, a.shape[-1], most):
        some = slice(first, first + most)
        np.matmul(matrix, a[..., some], out=out[..., some])
