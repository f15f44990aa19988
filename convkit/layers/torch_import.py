"""A network of PyTorch's as one of ours: what would compute something else is refused."""

from __future__ import annotations

from convkit.layers.activation import Activation
from convkit.layers.conv import Conv2D
from convkit.layers.dense import Dense, Flatten
from convkit.layers.dropout import Dropout
from convkit.layers.layer import example_shape
from convkit.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from convkit.layers.sequential import Sequential
from convkit.layers.torch_export import activations, check_order, import_torch
from convkit.layouts import dense_from, filters_from


def from_torch(module, input_shape, *, seed=None) -> Sequential:
    """Make a `Sequential` that computes the same as a ``torch.nn.Sequential``.

    Parameters
    ----------
    module : torch.nn.Sequential
        Of PyTorch's own layers, in float32 or float64. What they do outside training counts.
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
    TypeError
        If it is not a ``torch.nn.Sequential``.
    ValueError
        For a layer that convkit has no like of, or one changed by hooks; it says which.
    """
    torch = import_torch()
    if type(module) is not torch.nn.Sequential:
        raise TypeError(
            f"from_torch takes a torch.nn.Sequential, got {type(module).__name__}: put its layers, "
            f"in the order of its forward, into torch.nn.Sequential(…)"
        )
    _refuse_changed(module)
    dtype = _dtype(torch, module)
    parts = list(module)
    layers, arrays, maps_shape = [], [], None
    shape = example_shape(input_shape)
    place = 0
    while place < len(parts):
        layer, part, used = _next(torch, parts[place:], shape)
        place += used
        for taken in parts[place - used : place]:
            _refuse_changed(taken)
        _build(layer, shape, dtype)
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
    check_order(layers)
    model = Sequential(layers, seed=seed, dtype=dtype)
    model.build(input_shape)
    model.set_weights(arrays)
    return model


def _refuse_changed(part) -> None:
    """Hooks, or a forward put onto a module, make it compute what its kind does not."""
    if part._forward_hooks or part._forward_pre_hooks or "forward" in vars(part):
        raise ValueError(
            f"PyTorch's {part} has hooks or a forward of its own: what they do would be lost"
        )


def _dtype(torch, module) -> str:
    dtypes = {value.dtype for value in module.parameters()} or {torch.float32}
    known = {torch.float32: "float32", torch.float64: "float64"}
    if len(dtypes) > 1 or not dtypes <= known.keys():
        raise ValueError(
            f"all parameters must be float32, or all float64, got "
            f"{', '.join(sorted(map(str, dtypes)))}: convert them with module.float()"
        )
    return known[dtypes.pop()]


def _next(torch, parts, shape):
    """Our layer for the first of `parts`, the part that holds its parameters, how many it took."""
    nn, part = torch.nn, parts[0]
    after = parts[1] if len(parts) > 1 else None
    if type(part) is nn.ZeroPad2d:
        if type(after) is not nn.Conv2d or after.padding not in (0, (0, 0)):
            raise ValueError(f"{part}: zeros are padded here only as a part of a Conv2d after it")
        return _convolution(torch, after, shape, part.padding), after, 2
    if type(part) is nn.AdaptiveAvgPool2d and part.output_size in (1, (1, 1)):
        if type(after) is not nn.Flatten or not _whole(after):
            raise ValueError(
                f"{part}: GlobalAveragePooling2D gives one row of numbers, so nn.Flatten() must "
                f"follow, got {after}"
            )
        return GlobalAveragePooling2D(), part, 2
    layer = _layer(torch, part, shape)
    if layer is None:
        raise ValueError(f"convkit has no layer like PyTorch's {part}")
    return layer, part, 1


def _layer(torch, part, shape):
    nn, kind = torch.nn, type(part)  # a subclass may compute something else
    if kind is nn.Conv2d:
        return _convolution(torch, part, shape, None)
    if kind is nn.Linear and len(shape) == 1:
        return Dense(part.out_features, use_bias=part.bias is not None)
    if kind is nn.Flatten and _whole(part):
        return Flatten()
    if kind is nn.Dropout:
        return Dropout(part.p)
    for name, like in activations(nn).items():
        # Of maps PyTorch's axis 1 is the channels, our last one; of numbers 1 and -1 are the same.
        axes = {1: (1, -1), 3: (1, -3)}.get(len(shape), ())
        if kind is like and (name != "softmax" or part.dim in axes):
            return Activation(name)
    plain = getattr(part, "padding", 0) in (0, (0, 0)) and not getattr(part, "ceil_mode", False)
    if kind is nn.MaxPool2d and plain and part.dilation in (1, (1, 1)) and not part.return_indices:
        return MaxPooling2D(part.kernel_size, part.stride)
    if kind is nn.AvgPool2d and plain and part.divisor_override is None:
        return AveragePooling2D(part.kernel_size, part.stride)
    return None


def _whole(flatten) -> bool:
    """Whether it flattens all axes of an example."""
    return flatten.start_dim == 1 and flatten.end_dim == -1


def _convolution(torch, part, shape, pads):
    options = {
        "dilation_rate": part.dilation,
        "groups": part.groups,
        "use_bias": part.bias is not None,
    }
    padding = part.padding
    if pads is not None:  # uneven zeros are what 'same' needs, or nothing that we have
        left, right, top, bottom = pads
        probe = Conv2D(part.out_channels, part.kernel_size, part.stride, "same", **options)
        _build(probe, shape, "float32")
        if probe.problem.pads != ((top, bottom), (left, right)):
            raise ValueError(f"{part} after zeros {pads}: they must be those of padding='same'")
        padding = "same"
    elif part.padding_mode != "zeros":
        raise ValueError(f"{part}: only zeros are padded here")
    return Conv2D(part.out_channels, part.kernel_size, part.stride, padding, **options)


def _build(layer, shape, dtype) -> None:
    """So that its output's shape is known; the parameters are overwritten later."""
    Sequential([layer], seed=0, dtype=dtype).build(shape)
    layer.name = None
