"""Layers: shapes, numbers and gradients of each, names and defaults of Keras, refusals."""

import io

import numpy as np
import pytest

from convkit import conv2d, layers
from convkit.layers import (
    Activation,
    AveragePooling2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
    Memo,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
)
from convkit.layers.conv_algorithms import choose_algorithm

RANDOM = np.random.default_rng(7)

# Each layer with the shape of one example: odd sizes, and every way through a Conv2D.
CASES = {
    "conv lowered": (Conv2D(5, (3, 2), activation="tanh"), (7, 6, 3)),
    "conv lowered, stride": (Conv2D(4, 3, strides=(2, 1), padding="same"), (8, 7, 2)),
    "conv winograd": (Conv2D(17, 3, activation="sigmoid"), (9, 8, 16)),
    "conv winograd, padded": (Conv2D(16, (2, 5), padding="same"), (7, 10, 18)),
    "conv winograd, full": (Conv2D(16, 3, padding="full"), (6, 5, 16)),
    "conv general": (Conv2D(6, 3, dilation_rate=2, groups=3, padding="same"), (8, 9, 6)),
    "conv depthwise": (Conv2D(8, 3, groups=4, strides=2), (9, 8, 4)),
    "conv 1x1": (Conv2D(5, 1, use_bias=False, activation="relu"), (4, 5, 3)),
    "conv softmax": (Conv2D(4, 2, activation="softmax"), (4, 5, 3)),
    "dense": (Dense(4, activation="tanh"), (6,)),
    "dense on pixels": (Dense(4, use_bias=False), (3, 5, 6)),
    "relu": (ReLU(), (4, 5, 3)),
    "sigmoid": (Sigmoid(), (7,)),
    "tanh": (Tanh(), (4, 5, 3)),
    "softmax": (Softmax(), (7,)),
    "linear": (Activation("linear"), (7,)),
    "max pooling": (MaxPooling2D(2), (6, 8, 3)),
    "max pooling, odd": (MaxPooling2D(2), (7, 9, 3)),
    "max pooling, overlapping": (MaxPooling2D(3, strides=2), (7, 8, 2)),
    "max pooling, same": (MaxPooling2D((3, 2), strides=(2, 3), padding="same"), (7, 8, 2)),
    "max pooling, gaps": (MaxPooling2D(2, strides=3), (8, 9, 2)),
    "average pooling": (AveragePooling2D(2), (6, 8, 3)),
    "average pooling, same": (AveragePooling2D(3, strides=2, padding="same"), (7, 8, 2)),
    "global average pooling": (GlobalAveragePooling2D(), (5, 6, 4)),
    "flatten": (Flatten(), (3, 4, 2)),
}


def built(name, dtype=np.float64):
    layer, shape = CASES[name]
    layer.name, layer.input_shape, layer.output_shape = "tested", None, None
    layer.build(shape, np.random.default_rng(1), dtype)
    for array in layer.parameters.values():  # biases too: zeros would hide mistakes
        array[...] = np.random.default_rng(2).standard_normal(array.shape)
    return layer, shape


def passed(layer, x, grad=None):
    """Forward, and with a grad back: output, gradient to x, gradients to the parameters."""
    memo = Memo(np)
    memo.training = grad is not None
    out = layer.forward(x, memo)
    if grad is None:
        return out
    out = out.copy()
    to_x = layer.backward(grad.copy(), memo).copy()
    layer.finish(memo)
    return out, to_x, memo.gradients


@pytest.mark.parametrize("name", CASES)
def test_each_gradient_is_a_slope(name):
    layer, shape = built(name)
    random = np.random.default_rng(3)
    x = random.standard_normal((3, *shape))
    grad = random.standard_normal((3, *layer.output_shape))
    out, to_x, to_parameters = passed(layer, x, grad)
    assert out.shape == grad.shape
    assert to_parameters.keys() == layer.parameters.keys()
    for array, gradient in [
        (x, to_x),
        *((layer.parameters[k], to_parameters[k]) for k in to_parameters),
    ]:
        assert gradient.shape == array.shape
        for _ in range(8):
            index = tuple(random.integers(size) for size in array.shape)
            kept, losses = array[index], []
            for step in (1e-6, -1e-6):
                array[index] = kept + step
                losses.append(np.sum(grad * passed(layer, x)))
            array[index] = kept
            slope = (losses[0] - losses[1]) / 2e-6
            assert gradient[index] == pytest.approx(slope, rel=1e-5, abs=1e-7), (name, index)


@pytest.mark.parametrize("name", CASES)
def test_training_and_predicting_give_the_same_numbers(name):
    layer, shape = built(name, np.float32)
    x = np.random.default_rng(4).standard_normal((2, *shape)).astype(np.float32)
    out, _, _ = passed(layer, x, np.zeros((2, *layer.output_shape), np.float32))
    assert out.dtype == np.float32
    np.testing.assert_allclose(
        out, passed(layer, x), rtol=0, atol=1e-5 * max(10, np.abs(out).max())
    )


@pytest.mark.parametrize("name", CASES)
def test_a_layer_does_not_change_what_it_is_given(name):
    layer, shape = built(name)
    x = np.random.default_rng(5).standard_normal((2, *shape))
    before = x.copy()
    passed(layer, x, np.ones((2, *layer.output_shape)))
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("conv")])
def test_conv2d_layer_is_conv2d(name):
    layer, shape = built(name)
    x = np.random.default_rng(6).standard_normal((2, *shape))
    sums = conv2d(
        x,
        layer.filters,
        bias=layer.bias if layer.use_bias else None,
        stride=layer.strides,
        padding=layer.padding,
        dilation=layer.dilation_rate,
        groups=layer.groups,
        method="direct",
    )
    expected = Activation(layer.activation)(sums)
    np.testing.assert_allclose(layer(x), expected, atol=1e-10)
    grad = np.zeros((2, *layer.output_shape))
    np.testing.assert_allclose(passed(layer, x, grad)[0], expected, atol=1e-10)


def test_the_cases_go_every_way():
    ways = set()
    for name in CASES:
        if name.startswith("conv"):
            ways.add(choose_algorithm(built(name)[0].problem).name)
    assert ways == {"winograd", "lowered", "general"}


def test_fast_false_keeps_to_plain_sums():
    layer = Conv2D(32, 3, fast=False, input_shape=(12, 12, 32), name="exact")
    layer.build((12, 12, 32), np.random.default_rng(0), np.float32)
    assert choose_algorithm(layer.problem).name != "winograd"


def test_the_layer_of_the_book_has_4864_parameters():
    model = Sequential([Conv2D(64, 5, activation="relu", input_shape=(32, 32, 3))])
    assert model.layers[0].filters.shape == (3, 5, 5, 64)
    assert model.output_shape == (28, 28, 64)
    assert model.count_params() == 4864


def test_the_summary_is_a_table_of_shapes_and_counts(capsys):
    model = Sequential(
        [
            Conv2D(64, 5, activation="relu", input_shape=(32, 32, 3)),
            MaxPooling2D(),
            Flatten(),
            Dense(10),
            Dense(10),
        ]
    )
    model.summary()
    lines = capsys.readouterr().out.splitlines()
    assert any(
        set(("conv2d", "(Conv2D)", "4,864")) <= set(line.split()) and "(None, 28, 28, 64)" in line
        for line in lines
    )
    assert any(line.startswith("max_pooling2d (MaxPooling2D)") for line in lines)
    assert any(line.startswith("dense_1 (Dense)") and line.endswith(" 110") for line in lines)
    total = 4864 + 14 * 14 * 64 * 10 + 10 + 110
    assert f"Total params: {total:,}" in "\n".join(lines)


def test_of_equal_pixels_the_first_gets_the_gradient():
    for layer in (MaxPooling2D(2), MaxPooling2D(2, padding="same")):
        layer.name = "pool"
        layer.build((2, 4, 1), None, np.float64)
        x = np.array([[1.0, 1, 0, 2], [1, 1, 2, 2]]).reshape(1, 2, 4, 1)
        _, to_x, _ = passed(layer, x, np.array([10.0, 7]).reshape(1, 1, 2, 1))
        assert to_x[0, :, :, 0].tolist() == [[10, 0, 0, 7], [0, 0, 0, 0]]


def test_average_pooling_same_counts_only_pixels_that_exist():
    out = AveragePooling2D(2, padding="same")(np.ones((1, 3, 3, 1)))
    np.testing.assert_array_equal(out, np.ones((1, 2, 2, 1)))


def test_softmax_of_large_numbers_is_finite_and_sums_to_one():
    out = Softmax()(np.array([[1e4, 0.0, -1e4], [3.0, 3.0, 3.0]]))
    np.testing.assert_allclose(out, [[1, 0, 0], [1 / 3] * 3])


def test_dropout_drops_its_share_only_in_training_and_keeps_the_mean():
    layer = Dropout(0.25)
    x = np.ones((100, 400))
    np.testing.assert_array_equal(layer(x), x)
    memo = Memo(np)
    memo.training, memo.random = True, np.random.default_rng(0)
    out = layer.forward(x, memo)
    assert set(np.unique(out)) == {0.0, 1 / 0.75}
    assert (out == 0).mean() == pytest.approx(0.25, abs=0.01)
    np.testing.assert_array_equal(layer.backward(np.ones_like(x), memo), out)


@pytest.mark.parametrize(
    ("initializer", "variance"),
    [
        ("glorot_uniform", 2 / 1000),
        ("glorot_normal", 2 / 1000),
        ("he_uniform", 2 / 400),
        ("he_normal", 2 / 400),
    ],
)
def test_initial_weights_have_the_spread_of_their_name(initializer, variance):
    layer = Dense(600, kernel_initializer=initializer, name="wide")
    layer.build((400,), np.random.default_rng(0), np.float64)
    assert layer.weights.var() == pytest.approx(variance, rel=0.02)
    assert abs(layer.weights.mean()) < 5 * np.sqrt(variance / layer.weights.size)
    assert not layer.bias.any()
    if initializer.endswith("uniform"):
        assert np.abs(layer.weights).max() <= np.sqrt(3 * variance)


def test_fans_of_filters_count_the_kernel():
    layer = Conv2D(50, 4, kernel_initializer="he_normal", name="conv")
    layer.build((8, 8, 25), np.random.default_rng(0), np.float64)
    assert layer.filters.var() == pytest.approx(2 / (25 * 16), rel=0.03)


def test_the_same_seed_gives_the_same_network_and_another_seed_another():
    def weights(seed):
        return Sequential([Dense(5, input_shape=(4,)), Dense(5)], seed=seed).get_weights()

    np.testing.assert_array_equal(weights(3)[0], weights(3)[0])
    assert not np.array_equal(weights(3)[0], weights(4)[0])
    assert not np.array_equal(weights(3)[2], weights(3)[0][:, :5])
    drawn = Sequential([Dense(5, input_shape=(4,))])
    np.testing.assert_array_equal(
        Sequential([Dense(5, input_shape=(4,))], seed=drawn.seed).get_weights()[0],
        drawn.get_weights()[0],
    )


def test_predict_does_not_depend_on_the_batch_size():
    model = Sequential(
        [Conv2D(16, 3, activation="relu", input_shape=(8, 9, 3)), Flatten(), Dense(4)], seed=0
    )
    x = RANDOM.standard_normal((7, 8, 9, 3)).astype(np.float32)
    np.testing.assert_allclose(model.predict(x, batch_size=2), model.predict(x), rtol=1e-5)
    assert model.predict(x[:0]).shape == (0, 4)


def test_the_gradient_to_the_image_is_there_for_those_who_want_it():
    model = Sequential(
        [
            Conv2D(4, 3, activation="tanh", input_shape=(6, 6, 2)),
            MaxPooling2D(2),
            Flatten(),
            Dense(1),
        ],
        seed=0,
        dtype=np.float64,
    )
    x = RANDOM.standard_normal((1, 6, 6, 2))
    memos = model.memos(np)
    for memo in memos:
        memo.training = True
    model.forward(x, memos)
    gradient = model.backward(np.ones((1, 1)), memos).copy()
    for index in [(0, 1, 2, 0), (0, 3, 3, 1)]:
        up, down = x.copy(), x.copy()
        up[index] += 1e-6
        down[index] -= 1e-6
        slope = (model.predict(up) - model.predict(down)).item() / 2e-6
        assert gradient[index] == pytest.approx(slope, rel=1e-5, abs=1e-8)


IMAGES = np.zeros((2, 8, 9, 3), np.float32)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Conv2D(0, 3), ValueError, "filters must be at least 1, got 0"),
        (lambda: Conv2D(4, 3, strides=0), ValueError, "strides must be at least 1"),
        (lambda: Conv2D(4, 3, activation="relux"), ValueError, "'relu', 'sigmoid'"),
        (lambda: Conv2D(4, 3, activation=np.tanh), ValueError, "subclass of Layer"),
        (lambda: Dense(4, kernel_initializer="he"), ValueError, "'he_normal'"),
        (lambda: Dropout(1.0), ValueError, "below 1, got 1.0"),
        (lambda: MaxPooling2D(2, padding="full"), ValueError, "'valid' or 'same'"),
        (
            lambda: Sequential([Conv2D(4, 9, input_shape=(8, 9, 3))]),
            ValueError,
            "layer 0, 'conv2d': a kernel of 9 rows does not fit into an image of 8",
        ),
        (
            lambda: Sequential([Dense(4, input_shape=(5,)), Conv2D(4, 3)]),
            ValueError,
            r"layer 1, 'conv2d': .* got examples of shape \(4,\)",
        ),
        (
            lambda: Sequential([Conv2D(4, 3, groups=2, input_shape=(8, 9, 3))]),
            ValueError,
            "groups .=2. must divide the 3 channels",
        ),
        (lambda: Sequential(["conv"]), TypeError, "Conv2D"),
        (lambda: Sequential().build((3,)), ValueError, "no layers"),
        (lambda: Sequential([Conv2D(4, 3)]).summary(), ValueError, "input_shape"),
        (lambda: Sequential(dtype=np.float16), ValueError, "float32 or float64"),
        (lambda: Sequential([Dense(2, name="a"), Dense(2, name="a")]), ValueError, "both"),
        (
            lambda: Sequential([Conv2D(4, 3, input_shape=(8, 9, 3))]).predict(IMAGES[0]),
            ValueError,
            r"x\[None\]",
        ),
        (
            lambda: Sequential([Conv2D(4, 3, input_shape=(8, 9, 1))]).predict(IMAGES[..., 0]),
            ValueError,
            r"x\[..., None\]",
        ),
        (
            lambda: Sequential([Conv2D(4, 3, input_shape=(8, 9, 3))]).predict([1.0]),
            TypeError,
            "np.asarray",
        ),
        (lambda: Conv2D(4, 3).filters, AttributeError, "not built"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_numbers(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_layer_of_another_model_keeps_its_parameters():
    first = Sequential([Conv2D(4, 3, input_shape=(9, 10, 2)), GlobalAveragePooling2D()], seed=0)
    filters = first.layers[0].filters
    second = Sequential([first.layers[0], Flatten(), Dense(2)], seed=1)
    assert second.layers[0].filters is filters
    assert second.predict(np.ones((1, 9, 10, 2))).shape == (1, 2)
    with pytest.raises(ValueError, match=r"built for examples of shape \(9, 10, 2\).*\(9, 9, 2\)"):
        Sequential([ReLU(input_shape=(9, 9, 2)), first.layers[0]])
    with pytest.raises(ValueError, match="its parameters are float32, the model's are float64"):
        Sequential([first.layers[0]], dtype=np.float64)


def test_what_could_not_be_built_can_be_mended_and_built():
    model = Sequential([Conv2D(4, 3, input_shape=(9, 10, 2)), Flatten()], seed=0)
    wrong = Conv2D(4, 3)
    for _ in range(2):
        with pytest.raises(ValueError, match=r"layer 2, 'conv2d_1'.* needs images"):
            model.add(wrong)
        assert len(model.layers) == 2
    assert (wrong.name, wrong.input_shape, wrong.output_shape) == (None, None, None)
    model.add(Dense(2))
    assert model.predict(np.ones((1, 9, 10, 2))).shape == (1, 2)
    unbuilt = Sequential([Conv2D(4, 5), Conv2D(4, 5)], seed=0)
    with pytest.raises(ValueError, match="a kernel of 5 rows does not fit into an image of 2"):
        unbuilt.predict(np.ones((1, 6, 6, 1)))
    assert unbuilt.predict(np.ones((1, 12, 12, 1))).shape == (1, 4, 4, 4)
    alone = Conv2D(4, 3)
    with pytest.raises(ValueError, match="needs images"):
        alone(np.ones((2, 9)))
    assert alone(np.ones((2, 9, 9, 1))).shape == (2, 7, 7, 4)


def test_get_layer_finds_by_name_and_by_place():
    model = Sequential([Conv2D(4, 3, input_shape=(9, 10, 2)), Flatten(), Dense(2)])
    assert model.get_layer("dense") is model.get_layer(index=2) is model.layers[2]
    with pytest.raises(ValueError, match="no layer 'conv'; there are 'conv2d', 'flatten', 'dense'"):
        model.get_layer("conv")
    with pytest.raises(ValueError, match="say which"):
        model.get_layer()


def test_keras_word_for_filters_and_weights_is_explained():
    model = Sequential([Conv2D(4, 3, input_shape=(9, 10, 2))])
    with pytest.raises(AttributeError, match="called 'filters' here"):
        _ = model.layers[0].kernel


def test_the_summary_prints_on_a_screen_without_lines(monkeypatch):
    model = Sequential([Conv2D(4, 3, input_shape=(9, 10, 2))])
    ascii_only = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", ascii_only)
    model.summary()
    ascii_only.flush()
    assert b"-----" in ascii_only.buffer.getvalue()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Sequential(seed=-1), ValueError, "seed must be at least 0, got -1"),
        (lambda: Sequential(seed="a"), TypeError, "seed must be a whole number"),
        (lambda: Sequential(seed=True), TypeError, "seed must be a whole number"),
        (lambda: Conv2D(4, 3, input_shape=32), TypeError, r"such as \(32, 32, 3\)"),
        (lambda: Conv2D(4, 3, input_shape=(None, 9, 9, 2)), ValueError, r"\(9, 9, 2\), not"),
        (lambda: Conv2D(4, 3, input_shape=(9, 9, 0)), ValueError, "at least 1, got 0"),
        (lambda: Sequential([Conv2D(4, 3)]).build((None, 9, 9, 2)), ValueError, "without the axis"),
        (lambda: Sequential([Conv2D(4, 3)]).build(9), TypeError, "the shape of one example"),
        (lambda: Conv2D(4, 3, use_bias="no"), TypeError, "use_bias must be True or False"),
        (lambda: Dense(4, use_bias=0), TypeError, "use_bias must be True or False, got 0"),
        (lambda: Sequential(Dense(4)), TypeError, "layers must be a list"),
        (lambda: Sequential(dtype=None), ValueError, "float32 or float64, got None"),
        (lambda: Sequential([Dense(4)]).get_layer(index=1), ValueError, "no layer 1; the last is"),
        (lambda: Sequential([Dense(4)]).get_layer(index="a"), TypeError, "index must be a whole"),
    ],
)
def test_keras_habits_meet_words_and_not_tracebacks(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_the_same_layer_cannot_stand_twice():
    layer = Dense(4)
    with pytest.raises(ValueError, match="make a second one"):
        Sequential([layer, layer])


def test_every_public_name_is_documented():
    for name in layers.__all__:
        assert getattr(layers, name).__doc__
