"""A network of ours as one of PyTorch's: its layers take channels first, ours last."""

from __future__ import annotations

from convkit.layers.activation import Activation, ReLU, Sigmoid, Softmax, Tanh
from convkit.layers.conv import Conv2D
from convkit.layers.dense import Dense, Flatten
from convkit.layers.dropout import Dropout
from convkit.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from convkit.layouts import dense_to, filters_to


def to_torch(model):
    """Make a ``torch.nn.Sequential`` that computes the same, with copies of the parameters.

    Parameters
    ----------
    model : Sequential
        Built, with layers that PyTorch has.

    Returns
    -------
    torch.nn.Sequential
        It takes images (N, C, H, W): ``torch.from_numpy(layouts.image_to('torch', x).copy())``.
        In evaluation mode, in which nothing is dropped: say ``.train()`` before training it.

    Raises
    ------
    ModuleNotFoundError
        Without PyTorch.
    ValueError
        For an unbuilt model, a layer that PyTorch has no like of, or an order of numbers that
        PyTorch would not have; it says which.
    """
    torch = import_torch()
    model.count_params()  # refuses a model that is not built
    check_order(model.layers)
    modules, maps_shape = [], None
    for layer in model.layers:
        if isinstance(layer, Flatten) and len(layer.input_shape) == 3:
            maps_shape = layer.input_shape
        modules += _modules(torch, layer, maps_shape)
        if isinstance(layer, Dense):
            maps_shape = None
    return torch.nn.Sequential(*modules).eval()


def check_order(layers) -> None:
    """Refuse networks that end in flattened maps.

    PyTorch flattens channels first, we flatten them last. A Dense after that is given its rows
    in another order; without one, the outputs themselves would stand in another order.
    """
    waiting = None
    for layer in layers:
        if isinstance(layer, Flatten) and len(layer.input_shape) == 3:
            rows, columns, channels = layer.input_shape
            if rows * columns > 1 and channels > 1:
                waiting = layer
        if isinstance(layer, Dense):
            waiting = None
    if waiting is not None:
        raise ValueError(
            f"{waiting.name or 'Flatten'!r}: PyTorch flattens maps channel by channel, we pixel by "
            f"pixel, and no Dense follows that could take care of it: the outputs would stand in "
            f"another order. End in GlobalAveragePooling2D or a Dense"
        )


def _modules(torch, layer, maps_shape) -> list:
    nn, kind = torch.nn, type(layer)
    if kind is Conv2D:
        return _convolution(torch, layer)
    if kind is Dense:
        if len(layer.input_shape) > 1:
            raise ValueError(
                f"layer {layer.name!r}: on maps {layer.input_shape} PyTorch's Linear would "
                f"multiply another axis; Conv2D({layer.units}, 1) does the same here and there"
            )
        module = nn.Linear(layer.input_shape[-1], layer.units, layer.use_bias)
        _fill(torch, module, dense_to("torch", _host(layer.weights), maps_shape), layer)
        return [module, *_activation(nn, layer.activation)]
    if kind in (Activation, ReLU, Sigmoid, Softmax, Tanh):
        if layer.activation == "softmax" and len(layer.input_shape) not in (1, 3):
            raise ValueError(
                f"layer {layer.name!r}: softmax on examples of shape {layer.input_shape} has no "
                f"like among PyTorch's: only maps (H, W, C) and rows of numbers go there"
            )
        return _activation(nn, layer.activation)
    if kind is Dropout:
        return [nn.Dropout(layer.rate)]
    if kind is Flatten:
        return [nn.Flatten()]
    if kind is GlobalAveragePooling2D:
        return [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    if kind in (MaxPooling2D, AveragePooling2D):
        if any(sum(pads) for pads in layer.problem.pads):
            raise ValueError(f"layer {layer.name!r}: PyTorch pools without padding='same'")
        like = nn.MaxPool2d if kind is MaxPooling2D else nn.AvgPool2d
        return [like(layer.pool_size, layer.strides)]
    raise ValueError(f"layer {layer.name!r}: PyTorch has no layer like {kind.__name__}")


def _convolution(torch, layer) -> list:
    nn = torch.nn
    (top, bottom), (left, right) = layer.problem.pads
    even = (top, left) == (bottom, right)
    module = nn.Conv2d(
        layer.input_shape[2],
        layer.maps,
        layer.kernel_size,
        layer.strides,
        (top, left) if even else 0,
        layer.dilation_rate,
        layer.groups,
        layer.use_bias,
    )
    _fill(torch, module, filters_to("torch", _host(layer.filters)), layer)
    before = [] if even else [nn.ZeroPad2d((left, right, top, bottom))]
    return [*before, module, *_activation(nn, layer.activation)]


def activations(nn) -> dict:
    """Our names → PyTorch's modules."""
    return {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "softmax": nn.Softmax}


def _activation(nn, name) -> list:
    if name is None:
        return []
    # Axis 1 is that of the channels, of maps as of plain numbers.
    return [nn.Softmax(dim=1) if name == "softmax" else activations(nn)[name]()]


def _fill(torch, module, weights, layer) -> None:
    module.to(torch.float64 if weights.dtype == "float64" else torch.float32)
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(weights.copy()))
        if layer.use_bias:
            module.bias.copy_(torch.from_numpy(_host(layer.bias).copy()))


def _host(array):
    return array.get() if hasattr(array, "get") else array


def import_torch():
    """PyTorch, or the command that installs it."""
    try:
        import torch
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "PyTorch is not installed: pip install 'convkit-course[peers]'"
        ) from None
    return torch
