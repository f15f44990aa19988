"""Check, then time: one training step of a small network, convkit against PyTorch, on one core.

    python benchmarks/training.py               # into benchmarks/results/training.json

The network: Conv2D 32 5×5 → ReLU → MaxPooling 2 → Conv2D 64 3×3 → ReLU → GlobalAveragePooling →
Dense 10, on 64 images of 32×32×3 in float32. A step is forward, loss, backward and SGD.

How it measures: one process on one core. First both take the same steps from the same weights, and
their losses must agree. Then they take turns, a few steps each, as training does: the first step
of a turn only warms the caches and is not counted. PyTorch runs eagerly in both of its orders of
axes. Best and median time of each are told; the ratio is of the best times, since everything that
disturbs only makes slower.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)  # the processor's own kernels, as for PyTorch
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # all of this before NumPy is loaded
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 - see above

from convkit import layouts  # noqa: E402
from convkit.layers import (  # noqa: E402
    SGD,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    MaxPooling2D,
    ReLU,
    Sequential,
    SparseCategoricalCrossentropy,
    to_torch,
)
from convkit.layers.step import Stepper  # noqa: E402

IMAGES, RATE = 64, 0.01
TOLERANCE = 1e-5  # of the loss, after each of the first steps


def network() -> Sequential:
    """Build it; the same weights every time."""
    model = Sequential(
        [
            Conv2D(32, 5, input_shape=(32, 32, 3)),
            ReLU(),
            MaxPooling2D(2),
            Conv2D(64, 3),
            ReLU(),
            GlobalAveragePooling2D(),
            Dense(10),
        ],
        seed=0,
    )
    model.compile(SGD(RATE), SparseCategoricalCrossentropy(from_logits=True))
    return model


def examples():
    """64 images, 10 classes."""
    random = np.random.default_rng(0)
    images = random.standard_normal((IMAGES, 32, 32, 3)).astype(np.float32)
    return images, random.integers(0, 10, IMAGES)


def our_step(images, labels):
    """A function that takes one step and returns the loss."""
    stepper = Stepper(network(), np, threads=1)
    return lambda: stepper.step(images, labels)[0] / len(images)


def torch_step(images, labels, memory_format):
    """The same in PyTorch, eagerly."""
    import torch

    torch.set_num_threads(1)
    model = to_torch(network()).to(memory_format=getattr(torch, memory_format))
    x = torch.from_numpy(layouts.image_to("torch", images).copy())
    x = x.contiguous(memory_format=getattr(torch, memory_format))
    y = torch.from_numpy(labels)
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    loss_of = torch.nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def check(candidates, steps: int = 5) -> None:
    """Let all take the same steps: a wrong result is never timed."""
    losses = {name: [step() for _ in range(steps)] for name, step in candidates.items()}
    for name, values in losses.items():
        np.testing.assert_allclose(values, losses["convkit"], rtol=TOLERANCE, err_msg=name)


def measure(candidates, seconds: float, turn: int = 8) -> dict:
    """Take turns; milliseconds of every counted step."""
    times = {name: [] for name in candidates}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for name, step in candidates.items():
            step()
            for _ in range(turn):
                began = time.perf_counter()
                step()
                times[name].append((time.perf_counter() - began) * 1e3)
    return times


def main() -> None:
    """Measure, print, and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--to", type=Path, default=ROOT / "benchmarks/results/training.json")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    images, labels = examples()
    candidates = {
        "convkit": our_step(images, labels),
        "torch": torch_step(images, labels, "contiguous_format"),
        "torch, channels last": torch_step(images, labels, "channels_last"),
    }
    check(candidates)
    times = measure(candidates, options.seconds)
    ours = min(times["convkit"])
    import torch

    result = {
        "what": "one training step, 64 images of 32×32×3, float32, one core, milliseconds",
        "milliseconds": {
            name: {"best": round(min(v), 2), "median": round(float(np.median(v)), 2)}
            for name, v in times.items()
        },
        "times as fast": {
            name: {
                "best": round(min(v) / ours, 2),
                "median": round(float(np.median(v) / np.median(times["convkit"])), 2),
            }
            for name, v in times.items()
            if name != "convkit"
        },
        "steps": {name: len(v) for name, v in times.items()},
        "load before": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "numpy": np.__version__,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "processor": platform.processor() or platform.machine(),
    }
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    options.to.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
