"""One function for each way to spoil a recipe: the wrong implementations behind the catalogue."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding.recipes import sizes_of


def flip_both(recipe):
    recipe.filters = recipe.filters[:, ::-1, ::-1]


def flip_rows(recipe):
    recipe.filters = recipe.filters[:, ::-1]


def flip_columns(recipe):
    recipe.filters = recipe.filters[:, :, ::-1]


def transpose_kernel(recipe):
    recipe.filters = recipe.filters.swapaxes(1, 2)


def quarter_turn(recipe):
    recipe.filters = np.rot90(recipe.filters, axes=(1, 2))


def one_short(recipe):
    if recipe.stride == 1:
        recipe.size = (recipe.size[0] - 1, recipe.size[1] - 1)
    else:  # (H - K) // S
        recipe.size = tuple(size - 1 for size in sizes_of(*_what(recipe), recipe.stride))


def divide_too_early(recipe):
    K = recipe.filters.shape[1]
    recipe.size = tuple((size - K + 1) // recipe.stride for size in recipe.image.shape[:2])


def ignore_stride(recipe):
    recipe.step = 1
    recipe.size = sizes_of(*_what(recipe), 1)


def steps_of_one(recipe):
    recipe.step = 1


def leave_holes(recipe):
    """Each number at the upper left pixel of its own window, zeros between."""
    recipe.after.append(lambda result: _spread(result, recipe, recipe.stride))


def crowd_into_corner(recipe):
    """The right numbers, in the corner of a result that is too large."""
    recipe.after.append(lambda result: _spread(result, recipe, 1))


def _spread(result, recipe, step):
    large = np.zeros((*sizes_of(*_what(recipe), 1), *result.shape[2:]), result.dtype)
    target = large[::step, ::step][: result.shape[0], : result.shape[1]]
    target[...] = result[: target.shape[0], : target.shape[1]]
    return large


def average(recipe):
    _change_total(recipe, lambda total, window, filters: total(window, filters) / filters.size)


def wrap_result(recipe):
    if recipe.given[0] == np.uint8:
        recipe.after.append(lambda result: result % 256)


def clip_result(recipe):
    if recipe.given[0] == np.uint8:
        recipe.after.append(lambda result: np.clip(result, 0, 255))


def wrap_products(recipe):
    if recipe.given[:2] == (np.uint8, np.uint8):
        recipe.total = lambda window, filters: (np.moveaxis(window, -1, 0) * filters % 256).sum()


def wrap_total(recipe):
    if recipe.given[:2] == (np.uint8, np.uint8):
        recipe.after.append(lambda result: result % 256)


def same_size(recipe):
    """Padding as convkit, Keras and ONNX do it: the odd pixel after, the stride included."""
    _pad_to_same(recipe, recipe.stride, odd_pixel_before=False)


def same_size_for_stride_one(recipe):
    """Padding for a stride of 1, whatever the stride: what a slice [::S] of the result gives."""
    _pad_to_same(recipe, 1, odd_pixel_before=False)


def same_size_odd_before(recipe):
    """SciPy's convolve2d puts the odd pixel before."""
    _pad_to_same(recipe, 1, odd_pixel_before=True)


def _pad_to_same(recipe, stride, *, odd_pixel_before):
    K = recipe.filters.shape[1]
    pads = []
    for pixels in recipe.image.shape[:2]:
        missing = max((-(-pixels // stride) - 1) * stride + K - pixels, 0)
        small, large = missing // 2, missing - missing // 2
        pads.append((large, small) if odd_pixel_before else (small, large))
    recipe.size = tuple(-(-pixels // recipe.stride) for pixels in recipe.image.shape[:2])
    recipe.image = np.pad(recipe.image, (*pads, (0, 0)))


def full_size(recipe):
    around = recipe.filters.shape[1] - 1
    recipe.image = np.pad(recipe.image, ((around, around), (around, around), (0, 0)))
    recipe.size = sizes_of(*_what(recipe), recipe.stride)


def center_window(recipe):
    half = recipe.filters.shape[1] // 2
    recipe.place = (recipe.place[0] - half, recipe.place[1] - half)


# ---- channels


def average_channels(recipe):
    _change_total(recipe, lambda total, window, filters: total(window, filters) / len(filters))


def first_channel_only(recipe):
    recipe.filters, recipe.image = recipe.filters[:1], recipe.image[:, :, :1]


def last_channel_only(recipe):
    recipe.filters, recipe.image = recipe.filters[-1:], recipe.image[:, :, -1:]


def reshape_axes(recipe):
    depth, rows, columns = recipe.filters.shape
    recipe.filters = np.moveaxis(recipe.filters.reshape(rows, columns, depth), -1, 0)


def multiply_as_they_lie(recipe):
    """Window (K, K, C1) times filter (C1, K, K), as NumPy broadcasts them, if it can."""
    recipe.total = lambda window, filters: (window * filters).sum()


def always_three(recipe):
    if recipe.image.shape[-1] < 3:
        raise IndexError("a channel that the image does not have")
    recipe.filters, recipe.image = recipe.filters[:3], recipe.image[:, :, :3]


# ---- convolution


def flip_image(recipe):
    """The image turned instead of the filter: every number is right, in the opposite place."""
    recipe.image = recipe.image[::-1, ::-1]
    recipe.filters = recipe.filters[:, ::-1, ::-1]


def _change_total(recipe, change):
    total = recipe.total
    recipe.total = lambda window, filters: change(total, window, filters)


def _what(recipe):
    return recipe.image, recipe.filters
