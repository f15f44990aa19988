"""One training step: forward, loss, backward, update; a batch in parts that fit into a cache.

A batch goes through the whole network in parts of a few images. Gradients are sums over the
examples, so the sum over the parts is the gradient of the batch; but the maps of a few images
stay in a core's cache between one layer and the next, while those of a whole batch go out to
memory and come back. Parts are also what threads share: each takes every part in its share, with
notes of its own.
"""

from __future__ import annotations

from math import prod

import numpy as np

from convkit.layers.losses import metric_of
from convkit.layers.memo import Memo
from convkit.layers.stages import arrange
from convkit.thread_parts import even_parts
from convkit.threads import one_blas_thread, useful_cores, worker_pool

# Of the largest array between two layers, for one part.
PART_BYTES = 2**20


class Stepper:
    """Takes steps with one model. Keeps its buffers from step to step."""

    def __init__(self, model, xp, threads=None):
        self.model, self.xp = model, xp
        self.part = examples_per_part(model) if xp is np else None
        cores = useful_cores() if xp is np else 1
        self.threads = cores if threads is None else threads
        self._memos = [model.memos(xp) for _ in range(self.threads)]
        for memo in self._all_memos():
            memo.training = True
        self._stages = arrange(model.layers)
        learning = first_that_learns(model.layers)
        self._needed = next(
            (n for n, stage in enumerate(self._stages) if stage.index >= learning),
            len(self._stages),
        )
        self._draws = any(getattr(layer, "draws", False) for layer in model.layers)

    def _all_memos(self) -> list[Memo]:
        return [memo for memos in self._memos for memo in memos]

    def step(self, x, y):
        """Change the parameters once. Returns the sum of the losses, and how many were right."""
        loss, right = self.gradients(x, y)
        if np.isfinite(loss):
            with np.errstate(over="ignore", invalid="ignore"):
                self.model.optimizer.update(self.model.parameters, self.collect(len(x)))
        return loss, right

    def gradients(self, x, y):
        """Leave the sums of gradients in the memos; see `collect`."""
        for memo in self._all_memos():
            memo.begin_step()
        part = self.part or max(1, len(x))
        parts = [slice(first, first + part) for first in range(0, len(x), part)]
        count = min(self.threads, len(parts))
        if count <= 1:
            return self._run(parts, x, y, self._memos[0])
        with one_blas_thread():
            jobs = [
                worker_pool(count).submit(self._run, parts[first:last], x, y, memos)
                for (first, last), memos in zip(
                    even_parts(len(parts), count), self._memos, strict=False
                )
            ]
            results = [job.result() for job in jobs]
        return sum(loss for loss, _ in results), sum(right for _, right in results)

    def collect(self, examples: int) -> dict:
        """The mean gradient of each parameter: 'layer.name' → array."""
        gradients = {}
        for index, layer in enumerate(self.model.layers):
            for name in layer.parameters:
                found = [
                    m[index].gradients[name] for m in self._memos if name in m[index].gradients
                ]
                total = found[0]
                for other in found[1:]:
                    total = total + other
                gradients[f"{layer.name}.{name}"] = total / examples
        return gradients

    def _run(self, parts, x, y, memos):
        with np.errstate(over="ignore", invalid="ignore"):  # fit looks at the loss, and explains
            return self._run_parts(parts, x, y, memos)

    def _run_parts(self, parts, x, y, memos):
        model, loss = self.model, self.model.loss
        total, right = 0.0, 0
        for part in parts:
            if self._draws:
                # The same whatever the threads: it depends on the step and on the part alone.
                step = model.optimizer.iterations
                random = np.random.default_rng([model.seed, 1, step, part.start])
                for memo in memos:
                    memo.random = random
            out, targets = x[part], y[part]
            for stage in self._stages:
                out = stage.forward(out, memos)
            total += float(loss.values(targets, out, self.xp).sum(dtype=np.float64))
            if metric_of(loss):
                right += int(loss.right(targets, out, self.xp).sum())
            grad = loss.slope(targets, out, self.xp)
            for number in range(len(self._stages) - 1, self._needed - 1, -1):
                # Nothing before the first stage that learns needs a gradient.
                to_input = number > self._needed
                grad = self._stages[number].backward(grad, memos, to_input=to_input)
        for layer, memo in zip(model.layers, memos, strict=True):
            layer.finish(memo)
        return total, right


def first_that_learns(layers) -> int:
    """Index of the first layer with parameters."""
    return next((i for i, layer in enumerate(layers) if layer.parameters), len(layers))


def examples_per_part(model) -> int:
    """How many examples keep the largest array between two layers below `PART_BYTES`."""
    shapes = [model.input_shape, *(layer.output_shape for layer in model.layers)]
    largest = max(prod(shape) for shape in shapes) * model.dtype.itemsize
    return max(1, PART_BYTES // largest)
