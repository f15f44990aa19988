"""Whole networks to and from PyTorch and Keras, with their weights.

Three things differ: the order of the filters' axes, that of the images' axes, and therefore the
order of numbers when feature maps are flattened. The last one is the trap: the first Dense layer
after Flatten must have its rows reordered, or the network runs and answers nonsense.
"""

from __future__ import annotations

from convkit.layers import frameworks_torch
from convkit.layers.conv import Conv2D
from convkit.layers.dense import Dense, Flatten
from convkit.layouts import dense_from, dense_to, filters_from, filters_to

to_torch = frameworks_torch.to_torch
from_torch = frameworks_torch.from_torch


def to_keras(model) -> list:
    """The parameters as Keras' ``model.set_weights`` wants them for the same layers.

    Parameters
    ----------
    model : Sequential

    Returns
    -------
    list of ndarray
        Filters (K, K, C1, C2), weights (features, units), each followed by its bias.

    Examples
    --------
    >>> from convkit.layers import Conv2D, Sequential
    >>> model = Sequential([Conv2D(64, 5, input_shape=(32, 32, 3))], seed=0)
    >>> [array.shape for array in to_keras(model)]
    [(5, 5, 3, 64), (64,)]
    """
    arrays = []
    for layer, maps_shape in with_flattened_maps(model):
        for name, array in layer.parameters.items():
            arrays.append(_to("keras", layer, name, array, maps_shape).copy())
    return arrays


def from_keras(model, arrays) -> None:
    """Take over the parameters of a Keras model: what its ``get_weights`` returned.

    Parameters
    ----------
    model : Sequential
        With the same layers.
    arrays : list of ndarray

    Raises
    ------
    ValueError
        If their number or a shape does not fit. Nothing is changed then.
    """
    arrays = list(arrays)
    names = [
        (layer, name, maps)
        for layer, maps in with_flattened_maps(model)
        for name in layer.parameters
    ]
    if len(arrays) != len(names):
        raise ValueError(f"the model has {len(names)} arrays, got {len(arrays)}")
    ours = [
        _from("keras", layer, name, array, maps)
        for (layer, name, maps), array in zip(names, arrays, strict=True)
    ]
    model.set_weights(ours)


def with_flattened_maps(model):
    """Each layer, with the (H, W, C) whose flattened numbers it takes: None for most."""
    maps_shape = None
    for layer in model.layers:
        if isinstance(layer, Flatten) and len(layer.input_shape) == 3:
            maps_shape = layer.input_shape
        yield layer, maps_shape if isinstance(layer, Dense) else None
        if isinstance(layer, Dense):
            maps_shape = None


def _to(framework, layer, name, array, maps_shape):
    if isinstance(layer, Conv2D) and name == "filters":
        return filters_to(framework, array)
    if isinstance(layer, Dense) and name == "weights":
        return dense_to(framework, array, maps_shape)
    return array


def _from(framework, layer, name, array, maps_shape):
    if isinstance(layer, Conv2D) and name == "filters":
        return filters_from(framework, array)
    if isinstance(layer, Dense) and name == "weights":
        return dense_from(framework, array, maps_shape)
    return array
