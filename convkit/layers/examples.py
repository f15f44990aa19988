"""What is given to a network, checked against it: examples, targets, and both together."""

from __future__ import annotations

from convkit.arrays import array_library, compute_dtype
from convkit.layers.optimizers import number


def read_examples(model, x):
    """Check examples, build the model if need be, and find their array library."""
    xp = array_library(x=x)
    compute_dtype(x=x)
    if not model.built:
        model.build(x.shape[1:])
    if x.ndim < 1 or x.shape[1:] != model.input_shape:
        wanted = ", ".join(map(str, model.input_shape))
        hint = _way_out(x.shape, model.input_shape)
        raise ValueError(f"the model takes examples (N, {wanted}), got {x.shape}{hint}")
    parameters = model.parameters
    if parameters:
        name, array = next(iter(parameters.items()))
        if xp is not array_library(parameter=array):
            raise TypeError(
                f"x is a {type(x).__module__} array, but the model's parameters ({name} …) are "
                f"{type(array).__module__} arrays: move the model with "
                f"model.to({xp.__name__}), or the examples"
            )
    return xp, x


def _way_out(shape, wanted) -> str:
    """What makes this shape the wanted one, where one step does."""
    if shape == wanted:
        return ": a single example needs an axis in front, x[None]"
    if (*shape[1:], 1) == wanted:
        return ": the one channel needs an axis, x[..., None]"
    if len(shape) == 4 and (*shape[2:], shape[1]) == wanted:
        return ": channels stand last here, x.transpose(0, 2, 3, 1)"
    return ""


def read_pairs(model, x, y):
    """Check examples and targets against the model, the loss and each other."""
    if model.loss is None:
        raise ValueError(
            "the model does not know what to make small: call model.compile first, e.g. "
            "model.compile(optimizer='adam', loss='mean_squared_error')"
        )
    xp, x = read_examples(model, x)
    array_library(x=x, y=y)
    if y.ndim < 1 or len(x) != len(y):
        raise ValueError(
            f"x has {len(x)} examples, y has shape {y.shape}: there must be a target for each"
        )
    last = model.layers[-1]
    if getattr(model.loss, "from_logits", False) and (
        getattr(last, "activation", None) == "softmax"
    ):
        raise ValueError(
            f"{last.name!r} ends in softmax, and {type(model.loss).__name__}(from_logits=True) "
            f"takes softmax again: leave one of them away"
        )
    model.loss.check(y, model.output_shape)
    if y.dtype.kind not in "biuf":
        raise TypeError(
            f"the targets must be numbers, got y of {y.dtype}: convert them, e.g. "
            f"y.astype(np.float32)"
        )
    if y.dtype.kind == "f":
        y = y.astype(model.dtype, copy=False)
    return xp, x, y


def read_validation(model, x, y, data, split):
    """The pairs to learn from, and those to look at after each epoch or None.

    As in Keras, `split` takes the last share of the examples, before any shuffling.
    """
    if data is not None:
        if split:
            raise ValueError("validation_data and validation_split are two ways: give one")
        if not isinstance(data, (tuple, list)) or len(data) != 2:
            count = f"{len(data)} things" if isinstance(data, (tuple, list)) else type(data)
            raise TypeError(f"validation_data must be a pair (x, y), got {count}")
        return x, y, _not_empty(read_pairs(model, *data)[1:], "validation_data")
    if not 0 <= number(split, "validation_split") < 1:
        raise ValueError(f"validation_split is a share, at least 0 and below 1, got {split}")
    if not split:
        return x, y, None
    kept = round(len(x) * (1 - split))
    seen = _not_empty((x[kept:], y[kept:]), f"validation_split={split}")
    if not kept:
        raise ValueError(f"validation_split={split} leaves 0 of {len(x)} examples to learn from")
    return x[:kept], y[:kept], seen


def _not_empty(pair, name):
    if not len(pair[0]):
        raise ValueError(f"{name} has 0 examples: there is nothing to look at")
    return pair
