"""Networks to and from PyTorch: its layers take channels first, ours last."""

from __future__ import annotations

from convkit.layers.activation import Activation
from convkit.layers.conv import Conv2D
from convkit.layers.dense import Dense, Flatten
from convkit.layers.dropout import Dropout
from convkit.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from convkit.layers.sequential import Sequential
from convkit.layouts import dense_from, dense_to, filters_from, filters_to


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

    Raises
    ------
    ModuleNotFoundError
        Without PyTorch.
    ValueError
        For a layer that PyTorch has no like of; it says which.
    """
    torch = _torch()
    modules, maps_shape = [], None
    for layer in model.layers:
        if isinstance(layer, Flatten) and len(layer.input_shape) == 3:
            maps_shape = layer.input_shape
        modules += _modules(torch, layer, maps_shape)
        if isinstance(layer, Dense):
            maps_shape = None
    return torch.nn.Sequential(*modules)


def from_torch(module, input_shape, *, seed=None) -> Sequential:
    """Make a `Sequential` that computes the same as a ``torch.nn.Sequential``.

    Parameters
    ----------
    module : torch.nn.Sequential
    input_shape : tuple of int
        Of one example in our order, (H, W, C).
    seed : int, optional
        For training it further.

    Returns
    -------
    Sequential
        With copies of the parameters.

    Raises
    ------
    ValueError
        For a layer that convkit has no like of; it says which.
    """
    torch = _torch()
    layers, arrays = [], []
    shape, maps_shape, pads = tuple(input_shape), None, None
    first = next(module.parameters(), None)
    dtype = "float64" if first is not None and first.dtype == torch.float64 else "float32"
    for part in module:
        if isinstance(part, torch.nn.ZeroPad2d):
            pads = part.padding
            continue
        layer = _layer(torch, part, shape, pads)
        pads = None
        if layer is None:
            continue
        probe = Sequential([layer], seed=0, dtype=dtype)
        probe.build(shape)
        if isinstance(layer, Flatten) and len(shape) == 3:
            maps_shape = shape
        shape = layer.output_shape
        layers.append(layer)
        state = {name: value.detach().cpu().numpy() for name, value in part.named_parameters()}
        if isinstance(layer, Conv2D):
            arrays.append(filters_from("torch", state["weight"]))
        elif isinstance(layer, Dense):
            arrays.append(dense_from("torch", state["weight"], maps_shape))
            maps_shape = None
        if "bias" in state:
            arrays.append(state["bias"])
    for layer in layers:
        layer.name = None
    model = Sequential(layers, seed=seed, dtype=dtype)
    model.build(input_shape)
    model.set_weights(arrays)
    return model


def _modules(torch, layer, maps_shape) -> list:
    nn = torch.nn
    if isinstance(layer, Conv2D):
        (top, bottom), (left, right) = layer.problem.pads
        module = nn.Conv2d(
            layer.input_shape[2], layer.maps, layer.kernel_size, layer.strides,
            (top, left) if (top, left) == (bottom, right) else 0,
            layer.dilation_rate, layer.groups, layer.use_bias,
        )  # fmt: skip
        _fill(torch, module, filters_to("torch", _host(layer.filters)), layer)
        uneven = (
            [] if (top, left) == (bottom, right) else [nn.ZeroPad2d((left, right, top, bottom))]
        )
        return [*uneven, module, *_activation(nn, layer.activation)]
    if isinstance(layer, Dense):
        module = nn.Linear(layer.input_shape[-1], layer.units, layer.use_bias)
        _fill(torch, module, dense_to("torch", _host(layer.weights), maps_shape), layer)
        return [module, *_activation(nn, layer.activation)]
    if isinstance(layer, Activation):
        return _activation(nn, layer.activation)
    if isinstance(layer, Dropout):
        return [nn.Dropout(layer.rate)]
    if isinstance(layer, Flatten):
        return [nn.Flatten()]
    if isinstance(layer, GlobalAveragePooling2D):
        return [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    if isinstance(layer, (MaxPooling2D, AveragePooling2D)):
        if any(sum(pads) for pads in layer.problem.pads):
            raise ValueError(f"layer {layer.name!r}: PyTorch pools without padding='same'")
        kind = nn.MaxPool2d if isinstance(layer, MaxPooling2D) else nn.AvgPool2d
        return [kind(layer.pool_size, layer.strides)]
    raise ValueError(f"layer {layer.name!r}: PyTorch has no layer like {type(layer).__name__}")


def _layer(torch, part, shape, pads):
    nn = torch.nn
    if isinstance(part, nn.Conv2d):
        padding = part.padding
        if pads is not None or part.padding_mode != "zeros":
            left, right, top, bottom = pads or (None,) * 4
            probe = Conv2D(
                part.out_channels, part.kernel_size, part.stride, "same",
                dilation_rate=part.dilation, groups=part.groups,
            )  # fmt: skip
            Sequential([probe], seed=0).build(shape)
            if probe.problem.pads != ((top, bottom), (left, right)):
                raise ValueError(f"{part}: only zeros are padded here, on both sides or as 'same'")
            padding = "same"
        return Conv2D(
            part.out_channels, part.kernel_size, part.stride, padding,
            dilation_rate=part.dilation, groups=part.groups, use_bias=part.bias is not None,
        )  # fmt: skip
    if isinstance(part, nn.Linear):
        return Dense(part.out_features, use_bias=part.bias is not None)
    if isinstance(part, nn.Flatten):
        return Flatten() if len(shape) > 1 else None  # GlobalAveragePooling2D is flat already
    if isinstance(part, nn.AdaptiveAvgPool2d) and part.output_size in (1, (1, 1)):
        return GlobalAveragePooling2D()
    if isinstance(part, nn.Dropout):
        return Dropout(part.p)
    for name, kind in _activations(nn).items():
        if isinstance(part, kind):
            return Activation(name)
    plain = getattr(part, "padding", 0) in (0, (0, 0)) and not getattr(part, "ceil_mode", False)
    if isinstance(part, nn.MaxPool2d) and plain and part.dilation == 1:
        return MaxPooling2D(part.kernel_size, part.stride)
    if isinstance(part, nn.AvgPool2d) and plain and part.divisor_override is None:
        return AveragePooling2D(part.kernel_size, part.stride)
    raise ValueError(f"convkit has no layer like PyTorch's {part}")


def _activations(nn) -> dict:
    return {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "softmax": nn.Softmax}


def _activation(nn, name) -> list:
    if name is None:
        return []
    return [nn.Softmax(dim=1) if name == "softmax" else _activations(nn)[name]()]


def _fill(torch, module, weights, layer) -> None:
    module.to(torch.float64 if weights.dtype == "float64" else torch.float32)
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(weights.copy()))
        if layer.use_bias:
            module.bias.copy_(torch.from_numpy(_host(layer.bias).copy()))


def _host(array):
    return array.get() if hasattr(array, "get") else array


def _torch():
    try:
        import torch
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "PyTorch is not installed: pip install 'convkit-course[peers]'"
        ) from None
    return torch
