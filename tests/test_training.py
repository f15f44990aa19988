"""fit, step by step: losses, optimizers, parts and threads, PyTorch's loss curve, what stops it."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from convkit import data, layouts
from convkit.layers import (
    SGD,
    Adam,
    CategoricalCrossentropy,
    Conv2D,
    CosineDecay,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
    MeanSquaredError,
    ReLU,
    Sequential,
    Softmax,
    SparseCategoricalCrossentropy,
    TrainingStopped,
    to_torch,
)
from convkit.layers.progress import progress
from convkit.layers.stages import PooledConvolution, Stage, arrange
from convkit.layers.step import Stepper

LOGITS = SparseCategoricalCrossentropy(from_logits=True)


def network(*, seed=0, dtype=np.float64, classes=4):
    """Both quick ways through a Conv2D, pooling of both kinds, and Flatten before Dense."""
    return Sequential(
        [
            Conv2D(16, 5, input_shape=(17, 16, 3)),
            ReLU(),
            MaxPooling2D(2),
            Conv2D(20, 3, activation="relu"),
            MaxPooling2D(2),
            Flatten(),
            Dense(classes),
        ],
        seed=seed,
        dtype=dtype,
    )


def examples(count, classes=4, seed=0):
    random = np.random.default_rng(seed)
    y = random.integers(0, classes, count)
    x = random.standard_normal((count, 17, 16, 3)) * 0.3
    x[np.arange(count), 4 + 2 * y, 8] += 3  # something to learn: a bright pixel's row
    return x, y


# Losses


@pytest.mark.parametrize(
    "loss",
    [
        MeanSquaredError(),
        LOGITS,
        SparseCategoricalCrossentropy(),
        CategoricalCrossentropy(),
        CategoricalCrossentropy(from_logits=True),
    ],
    ids=lambda loss: f"{type(loss).__name__}-{getattr(loss, 'from_logits', '')}",
)
def test_the_slope_of_each_loss_is_its_slope(loss):
    random = np.random.default_rng(0)
    outputs = random.uniform(0.1, 1, (6, 4))
    logits = getattr(loss, "from_logits", True)
    if not logits:
        outputs /= outputs.sum(axis=1, keepdims=True)
    targets = random.integers(0, 4, 6)
    if not isinstance(loss, SparseCategoricalCrossentropy):
        targets = np.eye(4)[targets]
    slope = loss.slope(targets, outputs, np)
    for index in np.ndindex(3, 4):
        up, down = outputs.copy(), outputs.copy()
        up[index] += 1e-6
        down[index] -= 1e-6
        difference = loss.values(targets, up, np).sum() - loss.values(targets, down, np).sum()
        assert slope[index] == pytest.approx(difference / 2e-6, rel=1e-5, abs=1e-8)


@pytest.mark.peers
def test_losses_equal_torchs():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    outputs, y = np.random.default_rng(1).standard_normal((9, 5)) * 8, np.arange(9) % 5
    theirs = torch.nn.functional.cross_entropy(
        torch.from_numpy(outputs), torch.from_numpy(y), reduction="none"
    )
    np.testing.assert_allclose(LOGITS.values(y, outputs, np), theirs.numpy(), rtol=1e-12)
    hot = CategoricalCrossentropy(from_logits=True).values(np.eye(5)[y], outputs, np)
    np.testing.assert_allclose(hot, theirs.numpy(), rtol=1e-12)
    mse = torch.nn.functional.mse_loss(torch.from_numpy(outputs), torch.zeros(9, 5).double())
    ours = MeanSquaredError().values(np.zeros((9, 5)), outputs, np).mean()
    assert ours == pytest.approx(mse.item(), rel=1e-13)


def test_softmax_and_loss_learn_the_same_together_and_apart():
    x, y = examples(64)
    apart = network(seed=1)
    apart.compile(SGD(0.1), LOGITS)
    together = Sequential(
        [*network(seed=1).layers[:-1], Dense(4, activation="softmax")], seed=1, dtype=np.float64
    )
    together.compile(SGD(0.1), "sparse_categorical_crossentropy")
    losses = [m.fit(x, y, epochs=4, verbose=0).history["loss"] for m in (apart, together)]
    np.testing.assert_allclose(*losses, rtol=1e-9)


def test_softmax_recovers_from_a_confident_mistake():
    """Where the right class's probability has rounded to almost nothing, the slope is still 1."""
    loss = SparseCategoricalCrossentropy()
    model = Sequential([Dense(2, activation="softmax", input_shape=(1,))], seed=0)
    model.layers[0].weights[...] = [[40.0, -40.0]]
    model.compile(SGD(1.0), loss)
    model.fit(np.ones((1, 1), np.float32), np.array([1]), epochs=1, verbose=0)
    np.testing.assert_allclose(model.layers[0].weights, [[39.0, -39.0]], rtol=1e-5)


# Optimizers


@pytest.mark.peers
@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "adam"])
def test_optimizers_take_torchs_steps(name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    ours, theirs = {
        "sgd": (SGD(0.1), lambda p: torch.optim.SGD(p, 0.1)),
        "momentum": (SGD(0.1, momentum=0.9), lambda p: torch.optim.SGD(p, 0.1, momentum=0.9)),
        "nesterov": (
            SGD(0.1, momentum=0.9, nesterov=True),
            lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True),
        ),
        # epsilon stands at another place, so it is as good as none
        "adam": (Adam(0.01, epsilon=1e-30), lambda p: torch.optim.Adam(p, 0.01, eps=1e-30)),
    }[name]
    start = np.random.default_rng(2).uniform(-1, 1, 7)
    parameter, tensor = start.copy(), torch.from_numpy(start.copy()).requires_grad_()
    optimizer = theirs([tensor])
    for _ in range(20):
        optimizer.zero_grad()
        (tensor**4).sum().backward()
        optimizer.step()
        ours.update({"p": parameter}, {"p": 4 * parameter**3})
    assert np.abs(parameter - start).max() > 0.1
    np.testing.assert_allclose(parameter, tensor.detach().numpy(), rtol=1e-12)


def test_cosine_decay_counts_steps():
    x, y = examples(20)
    model = network()
    seen = []

    class Watched(CosineDecay):
        def __call__(self, step):
            seen.append(super().__call__(step))
            return seen[-1]

    model.compile(SGD(Watched(0.2, 6)), LOGITS)
    model.fit(x, y, batch_size=8, epochs=2, verbose=0)
    np.testing.assert_allclose(seen, 0.1 * (1 + np.cos(np.pi * np.arange(6) / 6)))


# Steps: the same gradients however a batch is cut, ordered and shared out


def gradients(model, x, y, *, part=None, threads=1, plain=False):
    stepper = Stepper(model, np, threads)
    stepper.part = part or stepper.part
    if plain:
        stepper._stages = [Stage(layer, index) for index, layer in enumerate(model.layers)]
    stepper.gradients(x, y)
    return stepper.collect(len(x))


@pytest.mark.parametrize(
    "cut",
    [{"part": 1}, {"part": 5}, {"part": 100}, {"plain": True}, {"threads": 3, "part": 4}],
    ids=str,
)
def test_gradients_do_not_depend_on_how_a_batch_is_cut(cut):
    x, y = examples(23)
    model = network()
    model.compile("sgd", LOGITS)
    for array in model.parameters.values():
        array += np.random.default_rng(3).standard_normal(array.shape) * 0.1
    expected = gradients(model, x, y)
    for name, gradient in gradients(model, x, y, **cut).items():
        np.testing.assert_allclose(gradient, expected[name], rtol=1e-9, atol=1e-13, err_msg=name)


def test_bias_and_relu_wait_for_the_pooling_where_they_can():
    kinds = [type(stage) for stage in arrange(network().layers)]
    assert kinds == [PooledConvolution, PooledConvolution, Stage, Stage]


@pytest.mark.parametrize("pool", [MaxPooling2D(2), MaxPooling2D(3, strides=2)], ids=["2", "3"])
def test_a_pooled_convolution_passes_its_gradient_on(pool):
    """In the middle of a network, where the gradient to its input is needed."""
    model = Sequential(
        [
            Conv2D(3, 2, activation="tanh", input_shape=(12, 13, 2)),
            Conv2D(5, 3, activation="relu"),
            pool,
            Flatten(),
            Dense(3),
        ],
        seed=0,
        dtype=np.float64,
    )
    pool.name = "max_pooling2d"
    model.compile("sgd", LOGITS)
    x, y = np.random.default_rng(4).standard_normal((7, 12, 13, 2)), np.arange(7) % 3
    expected = gradients(model, x, y, plain=True)
    for name, gradient in gradients(model, x, y, part=3).items():
        np.testing.assert_allclose(gradient, expected[name], rtol=1e-9, atol=1e-13, err_msg=name)


@pytest.mark.peers
def test_the_loss_curve_is_torchs(request):
    """The same first weights, 50 steps in float64: the losses agree to 1e-8 of their size."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # two fight over a busy machine, and take ten times as long
    request.addfinalizer(lambda: torch.set_num_threads(threads))
    model = Sequential(
        [
            Conv2D(32, 5, input_shape=(32, 32, 3)),
            ReLU(),
            MaxPooling2D(2),
            Conv2D(64, 3),
            ReLU(),
            GlobalAveragePooling2D(),
            Dense(2),
        ],
        seed=0,
        dtype=np.float64,
    )
    theirs = to_torch(model)
    model.compile(SGD(0.2, momentum=0.9), LOGITS)
    stepper_of_torch = torch.optim.SGD(theirs.parameters(), 0.2, momentum=0.9)
    images, labels, _ = data.colored_shapes(32, seed=1)
    images = images.astype(np.float64)
    stepper = Stepper(model, np, threads=2)
    x, y = torch.from_numpy(layouts.image_to("torch", images).copy()), torch.from_numpy(labels)
    ours, expected = [], []
    for step in range(50):
        some = slice(8 * (step % 4), 8 * (step % 4) + 8)
        ours.append(stepper.step(images[some], labels[some])[0] / 8)
        stepper_of_torch.zero_grad()
        loss = torch.nn.functional.cross_entropy(theirs(x[some]), y[some])
        loss.backward()
        stepper_of_torch.step()
        expected.append(loss.item())
    np.testing.assert_allclose(ours, expected, rtol=1e-8)
    assert max(expected) - min(expected) > 0.05, "nothing was learned, so nothing was compared"


# fit


def test_fit_learns_and_tells_its_history():
    x, y = examples(160)
    model = network(dtype=np.float32)
    model.compile(Adam(0.003), LOGITS)
    seen = []
    history = model.fit(
        x,
        y,
        epochs=6,
        verbose=0,
        validation_data=(x[:40], y[:40]),
        on_epoch_end=lambda epoch, logs: seen.append((epoch, logs["loss"])),
    )
    assert sorted(history.history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert all(len(values) == 6 for values in history.history.values())
    assert seen == list(enumerate(history.history["loss"]))
    loss, accuracy = model.evaluate(x[:40], y[:40])
    assert loss == pytest.approx(history.history["val_loss"][-1], rel=1e-5)
    assert accuracy == history.history["val_accuracy"][-1] > 0.9
    assert (model.predict(x[:40]).argmax(axis=1) == y[:40]).mean() == accuracy


def test_the_same_seed_trains_the_same_network():
    x, y = examples(50)

    def trained(seed, threads=None):
        model = Sequential([Flatten(input_shape=(17, 16, 3)), Dropout(0.5), Dense(4)], seed=seed)
        model.compile(SGD(0.01, momentum=0.9), LOGITS)
        model.fit(x, y, epochs=2, verbose=0, threads=threads)
        return model.get_weights()[0]

    np.testing.assert_array_equal(trained(1, threads=1), trained(1, threads=1))
    np.testing.assert_allclose(trained(1, threads=1), trained(1, threads=3), rtol=1e-3, atol=1e-6)
    assert not np.allclose(trained(1), trained(2))


def test_a_new_order_each_epoch_and_none_without_shuffle():
    x = np.arange(40.0).reshape(40, 1)
    orders = []

    class Watching(Dense):
        def forward(self, x, memo):
            if memo.training:
                orders[-1] += x[:, 0].tolist()
            return super().forward(x, memo)

    def run(shuffle):
        model = Sequential([Watching(1, input_shape=(1,))], seed=0)
        model.compile(SGD(0), "mean_squared_error")
        for _ in range(2):
            orders.append([])
            model.fit(x, x, batch_size=7, verbose=0, shuffle=shuffle, threads=1)

    run(shuffle=True)
    run(shuffle=False)
    first, second, third, fourth = orders
    assert first != second
    assert sorted(first) == sorted(second) == third == fourth == x[:, 0].tolist()


def test_whole_number_images_train_without_being_converted():
    x = (np.random.default_rng(5).random((20, 17, 16, 3)) * 3).astype(np.uint8)
    model = network(dtype=np.float32)
    model.compile("adam", LOGITS)
    first = model.fit(x, np.arange(20) % 4, verbose=0).history["loss"]
    assert np.isfinite(first).all()


@pytest.mark.parametrize("verbose", [1, 2])
def test_without_tqdm_progress_is_a_line_for_each_epoch_and_nothing_that_moves(
    verbose, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    x, y = examples(16)
    model = network()
    model.compile("sgd", LOGITS)
    model.fit(x, y, epochs=2, verbose=verbose)
    said = capsys.readouterr().out
    assert "\r" not in said
    lines = said.splitlines()
    assert len(lines) == 2
    assert re.fullmatch(r"Epoch 2/2: [\d.]+ s  loss [\d.]+, accuracy [\d.]+", lines[1])


def test_the_bar_of_tqdm_itself_moves_and_is_taken_away(capsys):
    pytest.importorskip("tqdm", reason="tqdm is not installed")
    with progress("Epoch 1/1", 3, 1) as bar:
        bar.advance({"loss": 2.5})
        bar._bar.refresh()  # what it does by itself when a tenth of a second has passed
        bar.done({"loss": 2.5})
    said = capsys.readouterr().out
    assert "1/3" in said and "loss 2.5000" in said
    *moving, line = said.split("\r")
    assert not moving[-1].strip()  # blanks over the bar, then the line that stays
    assert re.fullmatch(r"Epoch 1/1: [\d.]+ s  loss 2.5000\n", line)


def test_progress_uses_tqdm_where_it_is_installed(monkeypatch, capsys):
    calls = []

    class Bar:
        def __init__(self, total, desc, **options):
            calls.append(("begin", total, desc))

        def update(self):
            calls.append("update")

        def set_postfix_str(self, text, refresh=True):
            calls.append(text)

        def close(self):
            calls.append("close")

    fake = type(sys)("tqdm")
    fake.tqdm = Bar
    monkeypatch.setitem(sys.modules, "tqdm", fake)
    x, y = examples(20)
    model = network()
    model.compile("sgd", LOGITS)
    model.fit(x, y, batch_size=8, validation_data=(x, y), verbose=1)
    assert calls[0] == ("begin", 3, "Epoch 1/1")
    assert calls.count("update") == 3
    assert calls[-1] == "close"
    line = capsys.readouterr().out
    assert line.count("\n") == 1  # what stays, uncut: a bar as wide as the terminal cut it
    assert re.search(r"val_loss \d.\d{4}, val_accuracy \d.\d{4}$", line.strip())
    calls.clear()
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)  # of other tests
    model.fit(x, y, batch_size=8)  # captured: neither a terminal nor a notebook
    assert calls == []


# What stops it


def test_a_loss_that_is_not_finite_stops_fit_and_puts_the_parameters_back():
    x, y = examples(64)
    model = network(dtype=np.float32)
    model.compile(SGD(1e30), LOGITS)
    before = model.get_weights()
    with pytest.raises(TrainingStopped) as stopped, np.errstate(all="ignore"):
        model.fit(x, y, epochs=2, verbose=0)
    message = str(stopped.value)
    assert "epoch 1, step 2" in message
    assert "layer 0, 'conv2d'" in message or "layer 3, 'conv2d_1'" in message
    assert "learning rate: it is 1e+30, try 1e+29" in message
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_last_step_that_ruins_the_parameters_is_taken_back(recwarn):
    """Its parameters meet no loss any more: fit would return a network that answers NaN."""
    model = network(dtype=np.float32)
    model.compile(SGD(1e300), LOGITS)
    before = model.get_weights()
    with pytest.raises(TrainingStopped, match=r"last step of epoch 1: in layer 0, 'conv2d'"):
        model.fit(X, Y, verbose=0)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert model.optimizer.iterations == 0
    assert not recwarn.list


def test_a_parameter_that_is_not_finite_is_named():
    x, y = examples(8)
    model = network()
    model.compile(SGD(0.1), LOGITS)
    model.layers[3].filters[2, 1, 0, 5] = np.nan
    with pytest.raises(TrainingStopped, match=r"layer 3, 'conv2d_1', 1 of 2880 numbers of filters"):
        model.fit(x, y, verbose=0)


def test_examples_that_are_not_finite_are_told_from_layers_that_are_not():
    x, y = examples(8)
    x[3, 5, 6, 1] = np.nan
    model = network()
    model.compile(SGD(0.1), LOGITS)
    with pytest.raises(
        TrainingStopped, match=r"1 of 6528 numbers of the examples .*\(3, 5, 6, 1\)"
    ):
        model.fit(x, y, verbose=0, shuffle=False)


def test_examples_too_large_for_the_models_dtype_are_named(recwarn):
    model = ready(dtype=np.float32)
    x = X * 1e300  # finite in float64
    with pytest.raises(TrainingStopped, match=r"np.isfinite\(x.astype\('float32'\)\).all"):
        model.fit(x, Y, verbose=0)
    assert not recwarn.list


def test_large_inputs_are_named_as_a_cause():
    model = network(dtype=np.float32)
    model.compile(SGD(1e30), LOGITS)
    x, y = examples(64)
    with pytest.raises(TrainingStopped, match="try x / 255"), np.errstate(all="ignore"):
        model.fit(np.clip(np.abs(x) * 1000, 0, 255), y, epochs=20, verbose=0)


X, Y = examples(8)


def ready(loss=LOGITS, *, softmax=False, **options):
    model = network(**options)
    if softmax:
        model.add(Softmax())
    model.compile("sgd", loss)
    return model


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: network().fit(X, Y), ValueError, "model.compile"),
        (lambda: network().compile("sgd"), ValueError, "needs a loss"),
        (lambda: network().compile("sdg", LOGITS), ValueError, "'sgd', 'adam', got 'sdg'"),
        (lambda: network().compile("sgd", "mae"), ValueError, "'mean_squared_error'"),
        (lambda: network().compile(0.1, LOGITS), TypeError, "SGD"),
        (lambda: SGD(-1), ValueError, "at least 0, got -1"),
        (lambda: ready().fit(X, Y[:5]), ValueError, "8 examples, y has shape .5,."),
        (lambda: ready().fit(X[:0], Y[:0]), ValueError, "0 examples"),
        (lambda: ready().fit(X, Y + 1), ValueError, "classes 0 to 3, but the targets go from"),
        (lambda: ready().fit(X, Y.astype(float)), ValueError, r"y.astype\(int\)"),
        (lambda: ready().fit(X, Y[:, None]), ValueError, r"y\[:, 0\]"),
        (lambda: ready().fit(X, np.eye(4)[Y]), ValueError, "categorical_crossentropy"),
        (lambda: ready().evaluate(X[:0], Y[:0]), ValueError, "0 examples"),
        (lambda: ready().fit(X, Y, validation_data=(X[:0], Y[:0])), ValueError, "0 examples"),
        (lambda: ready().fit(X, Y, validation_data=X), TypeError, r"a pair \(x, y\), got"),
        (lambda: ready().fit(X, Y, validation_data=(X, Y, Y)), TypeError, "got 3 things"),
        (lambda: ready().fit(X, Y, validation_split=1), ValueError, "below 1, got 1"),
        (lambda: ready().fit(X, Y, validation_split=0.01), ValueError, "0 examples"),
        (lambda: ready().fit(X, Y, validation_split=0.99), ValueError, "leaves 0 of 8 examples"),
        (
            lambda: ready().fit(X, Y, validation_split=0.5, validation_data=(X, Y)),
            ValueError,
            "give one",
        ),
        (lambda: ready().fit(X.transpose(0, 3, 1, 2), Y), ValueError, "channels stand last here"),
        (lambda: ready().compile("sgd", LOGITS, metrics=["mae"]), ValueError, "accuracy"),
        (lambda: ready().compile("sgd", "mse", metrics=["accuracy"]), ValueError, "no metric"),
        (lambda: ready().compile(SGD, LOGITS), TypeError, r"SGD\(0.01\)"),
        (lambda: ready().compile("sgd", MeanSquaredError), TypeError, r"MeanSquaredError\(\)"),
        (lambda: SGD("a"), TypeError, "learning_rate must be a number, got 'a'"),
        (lambda: SGD(float("nan")), ValueError, "learning_rate must be at least 0, got nan"),
        (lambda: SGD(CosineDecay), TypeError, "call it with its numbers"),
        (lambda: SGD(0.1, momentum=2), ValueError, "at least 0 and below 1, got 2"),
        (lambda: SGD(0.1, momentum=1), ValueError, "at least 0 and below 1, got 1"),
        (lambda: SGD(0.1, 0.9, nesterov="no"), TypeError, "nesterov must be True or False"),
        (lambda: SGD(lambda step: np.nan).rate(), ValueError, r"learning_rate\(0\) must be .* nan"),
        (lambda: SGD(lambda step: "fast").rate(), TypeError, r"learning_rate.0. must be a number"),
        (lambda: Dropout("half"), TypeError, "rate must be a number, got 'half'"),
        (lambda: ready().compile("sgd", LOGITS, metrics=5), ValueError, "metrics=5"),
        (lambda: ready().compile("sgd", LOGITS, metrics=[[]]), ValueError, "nothing else is"),
        (lambda: ready().fit(X, Y, shuffle="batch"), TypeError, "shuffle must be True or False"),
        (lambda: ready().fit(X, Y, validation_split="a"), TypeError, "must be a number, got 'a'"),
        (lambda: ready().fit(X, Y, on_epoch_end=5), TypeError, "on_epoch_end must be a function"),
        (lambda: ready("mse").fit(X, np.full((8, 4), "a")), TypeError, "targets must be numbers"),
        (lambda: ready("mse").fit(X, np.ones((8, 4), complex)), TypeError, "must be numbers"),
        (
            lambda: ready(CategoricalCrossentropy(True)).fit(X, 2 * np.eye(4)[Y]),
            ValueError,
            "sums are 2 to 2",
        ),
        (
            lambda: ready(CategoricalCrossentropy(True)).fit(X, -np.eye(4)[Y]),
            ValueError,
            "smallest number is -1",
        ),
        (lambda: CosineDecay(0.1, 0), ValueError, "decay_steps must be at least 1"),
        (lambda: CosineDecay("fast", 9), TypeError, "initial_learning_rate"),
        (
            lambda: ready(SparseCategoricalCrossentropy(True), softmax=True).fit(X, Y),
            ValueError,
            "softmax again",
        ),
        (lambda: ready(CategoricalCrossentropy()).fit(X, Y), ValueError, "one-hot"),
        (lambda: ready("mse").fit(X, Y), ValueError, r"\(N, 4\), the targets \(8,\)"),
        (lambda: ready("sparse_categorical_crossentropy").fit(X, Y), ValueError, "from_logits"),
        (lambda: ready().fit(X[:, 1:], Y), ValueError, r"examples \(N, 17, 16, 3\), got"),
        (lambda: ready().fit(X, Y, batch_size=0), ValueError, "batch_size must be at least 1"),
        (lambda: ready().fit(X, Y, verbose=3), ValueError, "verbose must be"),
        (lambda: ready().fit(X, Y, validation_data=(X, Y[:3])), ValueError, "8 examples"),
        (lambda: ready().fit(X.tolist(), Y), TypeError, "np.asarray"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_changes(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_an_optimizer_trains_one_model():
    optimizer = SGD(0.1, momentum=0.9)
    model = network()
    model.compile(optimizer, LOGITS)
    model.compile(optimizer, "mse")
    with pytest.raises(ValueError, match="SGD trains another model"):
        network().compile(optimizer, LOGITS)
    model.fit(X, np.eye(4)[Y], verbose=0)
    assert optimizer.iterations == 1
    del model  # nobody else then
    second, fresh = network(seed=2), network(seed=2)
    second.compile(optimizer, LOGITS)
    fresh.compile(SGD(0.1, momentum=0.9), LOGITS)
    for model in (second, fresh):  # nothing is left of the first one's velocities
        model.fit(X, Y, verbose=0)
    for one, other in zip(second.get_weights(), fresh.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_metrics_may_name_the_accuracy_as_keras_users_do():
    for metrics in (["accuracy"], "accuracy", ["acc"], []):
        network().compile("sgd", LOGITS, metrics=metrics)


def test_a_loss_of_ones_own_needs_no_metric():
    class Absolute:
        def check(self, targets, output_shape):
            assert targets.shape[1:] == output_shape

        def values(self, targets, outputs, xp):
            return xp.abs(outputs - targets).sum(axis=-1)

        def slope(self, targets, outputs, xp):
            return xp.sign(outputs - targets)

    model = ready(Absolute())
    history = model.fit(X, np.ones((8, 4)), epochs=5, verbose=0).history
    assert list(history) == ["loss"]
    assert history["loss"][-1] < history["loss"][0]
    assert model.evaluate(X, np.ones((8, 4))) < history["loss"][0]


def test_validation_split_takes_the_last_examples():
    x, y = examples(20)
    whole, split = (network() for _ in range(2))
    for model in (whole, split):
        model.compile("sgd", LOGITS)
    expected = whole.fit(x[:15], y[:15], validation_data=(x[15:], y[15:]), verbose=0)
    found = split.fit(x, y, validation_split=0.25, verbose=0)
    assert expected.history == found.history
    assert "val_accuracy" in found.history


def test_outputs_that_are_not_finite_are_never_right():
    model = ready()
    model.layers[-1].weights[:, 0] = np.nan
    with pytest.warns(RuntimeWarning, match="the outputs for 8 of 8 examples"):
        found = model.evaluate(X, Y, return_dict=True)
    assert found["accuracy"] == 0
    assert np.isnan(found["loss"])


def test_the_optimizer_goes_back_with_the_parameters():
    model = network()
    optimizer = SGD(0.01, momentum=0.9)
    model.compile(optimizer, LOGITS)
    model.fit(X, Y, verbose=0, batch_size=4)
    before = optimizer.state()
    x = X.copy()
    x[7, 0, 0, 0] = np.nan  # in one of two batches
    with pytest.raises(TrainingStopped):
        model.fit(x, Y, verbose=0, batch_size=4, shuffle=False)
    after = optimizer.state()
    assert before[0] == after[0] == 2
    for name, arrays in before[1].items():
        np.testing.assert_array_equal(arrays, after[1][name])


def test_stopping_warns_of_nothing_before_it_explains(recwarn):
    model = network()
    model.compile(SGD(1e9), "mse")
    y = np.ones((8, 4))
    with pytest.raises(TrainingStopped, match=r"try .*1e\+08|try 1e\+08"):
        model.fit(X * 1e3, y, epochs=30, verbose=0)
    assert not recwarn.list


def test_targets_that_are_not_finite_are_named():
    y = np.ones((8, 4))
    y[3, 2] = np.inf
    model = ready("mse")
    with pytest.raises(TrainingStopped, match="1 of 32 numbers of the targets"):
        model.fit(X, y, verbose=0)


# The experiments of chapters 10 and 11


@pytest.fixture
def experiments(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "book"))


def test_a_hidden_filter_is_recovered(experiments):
    from experiments import hidden_filter

    filters, losses = hidden_filter.recover(
        hidden_filter.noise_images(), learning_rate=0.2, epochs=60
    )
    assert np.abs(filters[0] - hidden_filter.HIDDEN).max() > 0.5
    np.testing.assert_allclose(filters[-1], hidden_filter.HIDDEN, atol=1e-8)
    assert (np.diff(losses) < 0).all()


def test_digits_are_learned_within_a_few_epochs(experiments):
    from experiments import digits

    assert digits.network().count_params() < 20_000
    assert digits.run(split=0, epochs=8)["accuracy"] > 0.95


def test_the_map_of_red_circles_sums_to_the_networks_answer(experiments):
    """Weighing the maps before averaging is the same sum in another order."""
    from experiments import red_circles

    model = red_circles.network()
    images = data.colored_shapes(4, seed=5)[0]
    maps = red_circles.red_circle_map(model, images)
    answers = model.predict(images)
    np.testing.assert_allclose(maps.mean(axis=(1, 2)), answers[:, 1] - answers[:, 0], atol=1e-5)


@pytest.mark.parametrize("name", ["digits", "shifted_patterns"])
def test_the_committed_study_has_what_the_chapter_claims(experiments, name):
    from experiments import record

    result = record.read(name)
    if name == "digits":
        assert result["splits"] == [0, 1, 2, 3, 4]
        assert result["mean"] >= 0.985
        assert result["parameters"] < 20_000
    else:
        assert len(result["seeds"]) >= 5
        table = result["accuracies"]["left only"]
        assert table["convolutions, pooled"]["right"]["mean"] > 0.9
        assert table["convolutions, flattened"]["right"]["mean"] < 0.75
        assert table["dense"]["right"]["mean"] < 0.75


def test_training_needs_no_optional_package():
    code = (
        "import sys\n"
        "for name in ('tqdm', 'safetensors', 'threadpoolctl', 'scipy', 'torch'):\n"
        "    sys.modules[name] = None\n"
        "import numpy as np\n"
        "from convkit.layers import Sequential, Conv2D, Flatten, Dense\n"
        "m = Sequential([Conv2D(4, 3, input_shape=(8, 8, 1)), Flatten(), Dense(2)])\n"
        "m.compile('adam', 'mse')\n"
        "print(m.fit(np.ones((4, 8, 8, 1)), np.zeros((4, 2)), verbose=0).epoch)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[0]", result.stderr
