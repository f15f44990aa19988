"""Our order of axes, and that of Keras, PyTorch and JAX: the Rosetta table in code.

=========  ==================  =================
framework  filters             images
=========  ==================  =================
convkit    (C1, K, K, C2)      (N, H, W, C1)
keras      (K, K, C1, C2)      (N, H, W, C1)
torch      (C2, C1, K, K)      (N, C1, H, W)
jax        (C2, C1, K, K)      (N, C1, H, W)
flax       (K, K, C1, C2)      (N, H, W, C1)
=========  ==================  =================

'jax' is the default of ``jax.lax.conv`` (NCHW, OIHW); 'flax' is what ``flax.linen.Conv`` uses
(NHWC, HWIO). With groups, C1 of the filters is C1/groups in all of them.
"""

from __future__ import annotations

import numpy as np

from convkit.arrays import array_library
from convkit.interchange import adopt

# For each framework: which of our axes stands at each of its places.
FILTER_AXES = {
    "keras": (1, 2, 0, 3),
    "torch": (3, 0, 1, 2),
    "jax": (3, 0, 1, 2),
    "flax": (1, 2, 0, 3),
}
IMAGE_AXES = {
    "keras": (0, 1, 2, 3),
    "torch": (0, 3, 1, 2),
    "jax": (0, 3, 1, 2),
    "flax": (0, 1, 2, 3),
}


def filters_to(framework: str, filters):
    """Reorder our filters (C1, K, K, C2) as `framework` wants them.

    Parameters
    ----------
    framework : {'keras', 'torch', 'jax', 'flax'}
    filters : ndarray
        (C1, K, K, C2), of any dtype.

    Returns
    -------
    ndarray
        A view: no number is copied, and none is flipped (all of these cross-correlate).

    Raises
    ------
    ValueError
        For an unknown framework or another number of axes.

    Examples
    --------
    >>> filters_to("torch", np.zeros((3, 5, 5, 64))).shape
    (64, 3, 5, 5)
    """
    return _four_axes(filters, "filters").transpose(_axes(FILTER_AXES, framework))


def filters_from(framework: str, filters):
    """Reorder filters of `framework` as ours, (C1, K, K, C2). The inverse of `filters_to`.

    Parameters
    ----------
    framework : {'keras', 'torch', 'jax', 'flax'}
    filters : ndarray
        In that framework's order, of any dtype.

    Returns
    -------
    ndarray
        (C1, K, K, C2), a view.

    Raises
    ------
    ValueError
        For an unknown framework or another number of axes.

    Examples
    --------
    >>> filters_from("keras", np.zeros((5, 5, 3, 64))).shape
    (3, 5, 5, 64)
    """
    return _four_axes(filters, "filters").transpose(np.argsort(_axes(FILTER_AXES, framework)))


def image_to(framework: str, image):
    """Reorder our image (H, W, C1), or batch (N, H, W, C1), as `framework` wants it.

    Parameters
    ----------
    framework : {'keras', 'torch', 'jax', 'flax'}
    image : ndarray
        (H, W, C) or (N, H, W, C), of any dtype; feature maps have the same order.

    Returns
    -------
    ndarray
        A view with the same number of axes.

    Raises
    ------
    ValueError
        For an unknown framework or another number of axes.

    Examples
    --------
    >>> image_to("torch", np.zeros((32, 48, 3))).shape
    (3, 32, 48)
    """
    return _reorder_image(image, _axes(IMAGE_AXES, framework))


def image_from(framework: str, image):
    """Reorder an image, or batch, of `framework` as ours. The inverse of `image_to`.

    Parameters
    ----------
    framework : {'keras', 'torch', 'jax', 'flax'}
    image : ndarray
        Three or four axes in that framework's order, of any dtype.

    Returns
    -------
    ndarray
        (H, W, C) or (N, H, W, C), a view.

    Raises
    ------
    ValueError
        For an unknown framework or another number of axes.

    Examples
    --------
    >>> image_from("torch", np.zeros((8, 3, 32, 48))).shape
    (8, 32, 48, 3)
    """
    return _reorder_image(image, tuple(np.argsort(_axes(IMAGE_AXES, framework))))


def dense_to(framework: str, weights, maps_shape=None):
    """Reorder a dense layer's weights, (features, units), as `framework` wants them.

    Parameters
    ----------
    framework : {'keras', 'torch', 'jax', 'flax'}
    weights : ndarray
        (features, units).
    maps_shape : (int, int, int), optional
        (H, W, C) of the feature maps, for the first dense layer after they were flattened: we
        flatten channels innermost, frameworks with channels first flatten them outermost.

    Returns
    -------
    ndarray
        (units, features) for PyTorch, (features, units) for the others; a copy if features had
        to be reordered.

    Raises
    ------
    ValueError
        For an unknown framework, or features that are not H·W·C.

    Examples
    --------
    >>> weights = np.arange(8.0)[:, None]          # 2×2 pixels of 2 channels, one unit
    >>> dense_to("torch", weights, maps_shape=(2, 2, 2))
    array([[0., 2., 4., 6., 1., 3., 5., 7.]])
    """
    axes = [axis - 1 for axis in _axes(IMAGE_AXES, framework)[1:]]
    if maps_shape is not None:
        _check_flat(weights.shape[0], maps_shape)
        boxes = weights.reshape(*maps_shape, -1)  # (H, W, C, units)
        weights = boxes.transpose(*axes, 3).reshape(weights.shape)
    return weights.T if framework == "torch" else weights


def dense_from(framework: str, weights, maps_shape=None):
    """Reorder a dense layer's weights of `framework` as ours. The inverse of `dense_to`.

    Parameters
    ----------
    framework : {'keras', 'torch', 'jax', 'flax'}
    weights : ndarray
        (units, features) for PyTorch, (features, units) for the others.
    maps_shape : (int, int, int), optional
        (H, W, C) in our order, as in `dense_to`.

    Returns
    -------
    ndarray
        (features, units).

    Raises
    ------
    ValueError
        For an unknown framework, or features that are not H·W·C.

    Examples
    --------
    >>> dense_from("torch", np.zeros((10, 50)), maps_shape=(5, 5, 2)).shape
    (50, 10)
    """
    axes = [axis - 1 for axis in _axes(IMAGE_AXES, framework)[1:]]
    weights = weights.T if framework == "torch" else weights
    if maps_shape is None:
        return weights
    _check_flat(weights.shape[0], maps_shape)
    theirs = [maps_shape[axis] for axis in axes]
    boxes = weights.reshape(*theirs, -1)
    return boxes.transpose(*np.argsort(axes), 3).reshape(weights.shape)


def _check_flat(features: int, maps_shape) -> None:
    height, width, channels = maps_shape
    if features != height * width * channels:
        raise ValueError(
            f"feature maps {tuple(maps_shape)} flatten to {height * width * channels} numbers, "
            f"but the weights have {features} features"
        )


def _reorder_image(image, axes):
    image = adopt("image", image)
    array_library(image=image)
    if image.ndim == 3:  # without N: the same order, counted from 0
        return image.transpose([axis - 1 for axis in axes[1:]])
    return _four_axes(image, "image").transpose(axes)


def _axes(table: dict, framework: str):
    if framework not in table:
        raise ValueError(
            f"framework must be one of {', '.join(map(repr, table))}, got {framework!r}"
        )
    return table[framework]


def _four_axes(array, name: str):
    array = adopt(name, array)
    array_library(**{name: array})  # says how to make an array of what is none
    if array.ndim != 4:
        raise ValueError(f"{name} must have four axes, got shape {tuple(array.shape)}")
    return array
