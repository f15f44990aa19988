"""Sequential: layers one after the other, from the first image to the last number."""

from __future__ import annotations

import sys

import numpy as np

from convkit.arrays import array_library
from convkit.layers import saving
from convkit.layers.examples import read_examples
from convkit.layers.layer import Layer, all_or_nothing, default_name, example_shape
from convkit.layers.losses import find_loss, metric_of
from convkit.layers.memo import Memo
from convkit.layers.optimizers import find_optimizer
from convkit.layers.summary import summary_text
from convkit.layers.training import History, evaluate, fit
from convkit.shapes import whole_number


class Sequential:
    """A network whose layers follow each other.

    Parameters
    ----------
    layers : sequence of Layer
        If the first one says its `input_shape`, the network is built at once; else when it
        first sees data.
    seed : int, optional
        Makes everything random repeatable: first weights, order of examples, dropout. If none is
        given one is drawn, and kept in `seed`.
    dtype : float32 or float64
        Of parameters and of all sums.

    Examples
    --------
    >>> from convkit.layers import Conv2D, Dense, GlobalAveragePooling2D
    >>> model = Sequential([
    ...     Conv2D(64, 5, activation="relu", input_shape=(32, 32, 3)),
    ...     GlobalAveragePooling2D(),
    ...     Dense(10),
    ... ], seed=0)
    >>> model.count_params()
    5514
    >>> model.predict(np.zeros((2, 32, 32, 3), np.float32)).shape
    (2, 10)
    """

    def __init__(self, layers=(), *, seed=None, dtype=np.float32, name="sequential"):
        self.name = name
        self.layers = []
        self.seed = (
            int(np.random.SeedSequence().entropy % 2**32)
            if seed is None
            else whole_number(seed, "seed", least=0)
        )
        self.dtype = np.dtype("O" if dtype is None else dtype)  # NumPy's None is float64
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype must be float32 or float64, got {dtype}")
        self.built = False
        self.optimizer = self.loss = None
        self.epochs_done = 0
        if isinstance(layers, Layer):
            raise TypeError(f"layers must be a list, even of one layer: Sequential([{layers!r}])")
        for layer in layers:
            self.add(layer)

    def add(self, layer: Layer) -> None:
        """Put a layer at the end; one that does not fit there is not added."""
        if not isinstance(layer, Layer):
            raise TypeError(f"a layer is needed, such as Conv2D(64, 5), got {layer!r}")
        if any(layer is other for other in self.layers):
            raise ValueError(f"layer {layer.name!r} is in this model already: make a second one")
        name = layer.name
        if name is None:
            layer.name = self._free_name(default_name(layer))
        elif any(layer.name == other.name for other in self.layers):
            raise ValueError(
                f"two layers cannot both be called {layer.name!r}: give one a name of its own, "
                f"layer.name = '{self._free_name(layer.name)}'"
            )
        self.layers.append(layer)
        try:
            if self.built:
                with all_or_nothing([layer]):
                    self._build_layer(len(self.layers) - 1, self.layers[-2].output_shape)
            elif self.layers[0].input_shape is not None and len(self.layers) == 1:
                self.build(self.layers[0].input_shape)
        except BaseException:
            self.layers.pop().name = name
            raise

    def build(self, input_shape) -> None:
        """Tell the shape of one example; draws all parameters."""
        if not self.layers:
            raise ValueError("the model has no layers: add some, e.g. model.add(Conv2D(64, 5))")
        shape = example_shape(input_shape)
        with all_or_nothing(self.layers):
            for index in range(len(self.layers)):
                shape = self._build_layer(index, shape)
        self.built = True

    def _build_layer(self, index: int, shape):
        layer = self.layers[index]
        random = np.random.default_rng([self.seed, index])
        try:
            if layer.output_shape is None:
                layer.build(shape, random, self.dtype)
            else:
                layer.fits(shape, self.dtype)
        except ValueError as error:
            raise ValueError(f"layer {index}, {layer.name!r}: {error}") from None
        return layer.output_shape

    def _free_name(self, name: str) -> str:
        taken = {layer.name for layer in self.layers}
        numbered = (f"{name}_{number}" for number in range(1, len(taken) + 2))
        return next(n for n in (name, *numbered) if n not in taken)

    @property
    def input_shape(self):
        """Of one example; None while unknown."""
        return self.layers[0].input_shape if self.layers else None

    @property
    def output_shape(self):
        """Of one example; None while unknown."""
        return self.layers[-1].output_shape if self.layers else None

    @property
    def parameters(self) -> dict:
        """All parameters: 'layer.name' → the array itself."""
        return {
            f"{layer.name}.{name}": array
            for layer in self.layers
            for name, array in layer.parameters.items()
        }

    def count_params(self) -> int:
        """How many numbers training may change."""
        self._need_built()
        return sum(layer.count_params() for layer in self.layers)

    def summary(self) -> None:
        """Print each layer's output shape and number of parameters."""
        self._need_built()
        text = summary_text(self)
        try:
            "─".encode(sys.stdout.encoding or "utf-8")
        except (LookupError, UnicodeEncodeError):
            text = text.replace("─", "-")
        print(text)

    def get_layer(self, name=None, index=None) -> Layer:
        """The layer of this name, or at this place."""
        if (name is None) == (index is None):
            raise ValueError("say which layer: get_layer('conv2d') or get_layer(index=0)")
        if index is not None:
            index = whole_number(index, "index", least=-len(self.layers))
            if index >= len(self.layers):
                raise ValueError(f"there is no layer {index}; the last is {len(self.layers) - 1}")
            return self.layers[index]
        found = next((layer for layer in self.layers if layer.name == name), None)
        if found is None:
            names = ", ".join(repr(layer.name) for layer in self.layers)
            raise ValueError(f"there is no layer {name!r}; there are {names}")
        return found

    def compile(self, optimizer="sgd", loss=None, metrics=None) -> None:
        """Say how to train: an optimizer, and what to make small.

        Parameters
        ----------
        optimizer : {'sgd', 'adam'} or an optimizer such as ``SGD(0.1, momentum=0.9)``
        loss : str or loss
            'mean_squared_error', 'categorical_crossentropy', 'sparse_categorical_crossentropy',
            or one such as ``SparseCategoricalCrossentropy(from_logits=True)``.
        metrics : None or ['accuracy']
            Cross-entropy always reports the accuracy; nothing else can be asked for.
        """
        if loss is None:
            raise ValueError("compile needs a loss, e.g. loss='mean_squared_error'")
        optimizer, loss = find_optimizer(optimizer), find_loss(loss)
        metric = metric_of(loss)
        names = [metrics] if isinstance(metrics, str) else metrics or []
        known = (metric, "acc") if metric else ()
        if not isinstance(names, (list, tuple, set, dict)) or any(n not in known for n in names):
            raise ValueError(
                f"metrics={metrics!r}: {type(loss).__name__} reports {metric or 'no metric'}, and "
                f"nothing else is measured here"
            )
        if hasattr(optimizer, "belong_to"):
            optimizer.belong_to(self)
        self.optimizer, self.loss = optimizer, loss

    def fit(
        self,
        x,
        y,
        *,
        batch_size=32,
        epochs=1,
        verbose="auto",
        validation_data=None,
        validation_split=0.0,
        shuffle=True,
        threads=None,
        on_epoch_end=None,
    ) -> History:
        """Find the parameters: walk through the examples and step against the gradient.

        Parameters
        ----------
        x : ndarray
            `(N, *input_shape)`.
        y : ndarray
            N targets, of the form that the loss wants.
        batch_size : int
            Examples for one step.
        epochs : int
            How often to see every example.
        verbose : {'auto', 0, 1, 2}
            0: nothing. 1: a progress bar (`pip install tqdm`; without it as 2). 2: a line for
            each epoch. 'auto': 1 at a terminal and in a notebook, 2 where the output is a file.
        validation_data : (x, y), optional
            Looked at after each epoch, never learned from.
        validation_split : float
            Instead: keep this share at the end of x and y for that.
        shuffle : bool
            A new order for each epoch.
        threads : int, optional
            Parts of a batch at the same time; by default what the machine offers.
        on_epoch_end : callable, optional
            Called as ``on_epoch_end(epoch, logs)`` after each epoch, epochs counted from 0.

        Returns
        -------
        History
            ``history.history`` is a dict: 'loss', 'accuracy', 'val_loss', … → a number per epoch.

        Raises
        ------
        TrainingStopped
            If the loss or a parameter is not finite any more. It says where that began, and
            parameters and optimizer are put back to where they were at the start of the epoch.
        ValueError, TypeError
            If x and y do not fit the model, the loss, or each other.
        """
        return fit(
            self,
            x,
            y,
            batch_size=batch_size,
            epochs=epochs,
            verbose=verbose,
            validation_data=validation_data,
            validation_split=validation_split,
            shuffle=shuffle,
            threads=threads,
            on_epoch_end=on_epoch_end,
        )

    def evaluate(self, x, y, *, batch_size=32, return_dict=False):
        """The loss on these examples, and the accuracy if classes are told apart.

        Returns
        -------
        float, list or dict
            As in Keras: the loss alone, [loss, accuracy], or a dict with `return_dict`.

        Warns
        -----
        RuntimeWarning
            If some outputs are not finite.
        """
        logs = evaluate(self, x, y, batch_size=batch_size)
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values

    def predict(self, x, *, batch_size=32):
        """The outputs for a batch of examples.

        Parameters
        ----------
        x : ndarray, `(N, *input_shape)`
        batch_size : int
            How many at the same time; the result does not depend on it.

        Returns
        -------
        ndarray, `(N, *output_shape)`
        """
        xp, x = read_examples(self, x)
        batch_size = whole_number(batch_size, "batch_size", least=1)
        out = xp.empty((len(x), *self.output_shape), self.dtype)
        for first in range(0, len(x), batch_size):
            part = slice(first, first + batch_size)
            out[part] = self.forward(xp.asarray(x[part], self.dtype), self.memos(xp))
        return out

    __call__ = predict

    def memos(self, xp) -> list[Memo]:
        """Fresh notes for one pass, one for each layer."""
        return [Memo(xp) for _ in self.layers]

    def forward(self, x, memos):
        """Pass a batch through all layers; `memos` are what a backward pass needs."""
        for layer, memo in zip(self.layers, memos, strict=True):
            x = layer.forward(x, memo)
        return x

    def backward(self, grad, memos):
        """Pass the outputs' gradient back to the inputs, adding to the memos' gradients.

        `fit` does this by itself, in a quicker order. Here is the plain one, for those who want
        the gradient to the image.
        """
        for layer, memo in reversed(list(zip(self.layers, memos, strict=True))):
            grad = layer.backward(grad, memo)
            layer.finish(memo)
        return grad

    def to(self, xp):
        """Move all parameters to an array library: ``model.to(cupy)`` or ``model.to(numpy)``."""
        self._need_built()
        for layer in self.layers:
            for name, array in layer.parameters.items():
                host = array.get() if hasattr(array, "get") else array
                layer.parameters[name] = xp.asarray(host)
        return self

    def get_weights(self) -> list:
        """Copies of all parameters, in the order of the layers."""
        self._need_built()
        return [array.copy() for array in self.parameters.values()]

    def set_weights(self, arrays) -> None:
        """Replace all parameters; nothing is changed unless every shape fits."""
        self._need_built()
        arrays = list(arrays)
        names = list(self.parameters)
        if len(arrays) != len(names):
            raise ValueError(
                f"the model has {len(names)} arrays, {', '.join(names)}; got {len(arrays)}"
            )
        given = dict(zip(names, arrays, strict=True))
        for name, array in given.items():
            array_library(**{name: array})
        saving.assign(self, given)

    def save(self, path) -> None:
        """Write the parameters to a file, '.npz' or '.safetensors'; see `convkit.layers.saving`.

        Raises
        ------
        ValueError
            For another ending, or parameters that are not finite: `load` would not take them.
        """
        self._need_built()
        saving.save(self, path)

    def load(self, path) -> None:
        """Read parameters that `save` wrote. A file that does not fit changes nothing.

        Raises
        ------
        ValueError
            For a damaged file, or one of another network.
        """
        self._need_built()
        saving.load(self, path)

    def _need_built(self) -> None:
        if not self.built:
            raise ValueError(
                "the model does not know the shape of its input yet: say it in the first layer, "
                "e.g. Conv2D(64, 5, input_shape=(32, 32, 3)), or call model.build((32, 32, 3))"
            )

    def __repr__(self) -> str:
        inside = ",\n    ".join(map(repr, self.layers))
        return f"Sequential([\n    {inside},\n])" if self.layers else "Sequential([])"
