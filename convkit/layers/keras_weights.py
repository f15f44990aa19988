"""The weights of a whole network to and from Keras.

Keras orders the axes of filters differently. Its images are channels last like ours, so flattened
maps stand in the same order; in `torch_export` they do not.
"""

from __future__ import annotations

from convkit.layers.conv import Conv2D
from convkit.layouts import filters_from, filters_to


def to_keras(model) -> list:
    """The parameters as Keras' ``model.set_weights`` wants them for the same layers.

    Parameters
    ----------
    model : Sequential

    Returns
    -------
    list of ndarray
        Filters (K, K, C1, C2), weights (features, units), each followed by its bias.

    Raises
    ------
    ValueError
        If the model is not built: it has no parameters yet.

    Examples
    --------
    >>> from convkit.layers import Conv2D, Sequential
    >>> model = Sequential([Conv2D(64, 5, input_shape=(32, 32, 3))], seed=0)
    >>> [array.shape for array in to_keras(model)]
    [(5, 5, 3, 64), (64,)]
    """
    model.count_params()  # refuses a model that is not built
    arrays = []
    for layer in model.layers:
        for name, array in layer.parameters.items():
            swap = isinstance(layer, Conv2D) and name == "filters"
            arrays.append((filters_to("keras", array) if swap else array).copy())
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
        If the model is not built, or their number or a shape does not fit. Nothing is changed
        then.
    """
    model.count_params()  # refuses a model that is not built
    arrays = list(arrays)
    names = [(layer, name) for layer in model.layers for name in layer.parameters]
    if len(arrays) != len(names):
        raise ValueError(f"the model has {len(names)} arrays, got {len(arrays)}")
    ours = [
        filters_from("keras", array) if isinstance(layer, Conv2D) and name == "filters" else array
        for (layer, name), array in zip(names, arrays, strict=True)
    ]
    model.set_weights(ours)
