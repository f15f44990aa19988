"""Experiment (a): gradient descent recovers a filter that it has never seen.

Somebody hides an edge filter. All that is known are images and what the filter made of them. A
layer with one random 3×3 filter is trained to make the same.
"""

from __future__ import annotations

import numpy as np

from convkit import conv2d, data
from convkit.layers import SGD, Conv2D, Sequential

HIDDEN = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])  # Sobel's


def noise_images(count=32, size=(20, 24), seed=0):
    """Images whose pixels know nothing of each other, (N, H, W, 1)."""
    return np.random.default_rng(seed).normal(0, 1, (count, *size, 1))


def photograph_images(count=32, size=(20, 24), seed=0):
    """Pieces of the portrait, gray, with mean 0 and standard deviation 1, (N, H, W, 1)."""
    gray = data.portrait().mean(axis=-1)
    random = np.random.default_rng(seed)
    rows = random.integers(0, gray.shape[0] - size[0], count)
    columns = random.integers(0, gray.shape[1] - size[1], count)
    corners = zip(rows, columns, strict=True)
    pieces = np.stack([gray[r : r + size[0], c : c + size[1]] for r, c in corners])
    return ((pieces - pieces.mean()) / pieces.std())[..., None]


def recover(images, *, learning_rate, epochs, momentum=0.0, seed=0):
    """Train one filter; return what it looked like after each epoch, and the losses.

    Returns
    -------
    filters : ndarray (epochs + 1, 3, 3)
    losses : ndarray (epochs,)
    """
    answers = conv2d(images, HIDDEN[None, :, :, None])  # (N, H', W', 1)
    model = Sequential(
        [Conv2D(1, 3, use_bias=False, input_shape=images.shape[1:])], seed=seed, dtype=np.float64
    )
    model.compile(SGD(learning_rate, momentum=momentum), "mean_squared_error")
    seen = [model.layers[0].filters[0, :, :, 0].copy()]
    history = model.fit(
        images,
        answers,
        batch_size=len(images),
        epochs=epochs,
        verbose=0,
        on_epoch_end=lambda epoch, logs: seen.append(model.layers[0].filters[0, :, :, 0].copy()),
    )
    return np.array(seen), np.array(history.history["loss"])


def steps_until(filters, distance=0.01):
    """The first step at which every weight is that close to the hidden one; None if never."""
    far = np.abs(filters - HIDDEN).max(axis=(1, 2))
    close = np.flatnonzero(far < distance)
    return int(close[0]) if len(close) else None


def conditioning(images):
    """Largest by smallest curvature of the loss: how much longer the slowest direction takes."""
    windows = np.lib.stride_tricks.sliding_window_view(images[..., 0], (3, 3), axis=(1, 2))
    rows = windows.reshape(-1, 9)
    curvatures = np.linalg.eigvalsh(rows.T @ rows / len(rows))
    return curvatures[-1] / curvatures[0]


def run():
    """Both kinds of images, with the largest steps that are stable by a margin."""
    results = {}
    for name, images, rate, momentum, epochs in [
        ("noise", noise_images(), 0.2, 0.0, 60),
        ("photograph", photograph_images(), 0.08, 0.0, 3000),
        ("photograph with momentum", photograph_images(), 0.08, 0.95, 300),
    ]:
        filters, losses = recover(images, learning_rate=rate, epochs=epochs, momentum=momentum)
        results[name] = {
            "filters": filters,
            "losses": losses,
            "steps until within 0.01": steps_until(filters),
            "conditioning": float(conditioning(images)),
        }
    return results


if __name__ == "__main__":
    for name, result in run().items():
        print(
            f"{name}: {result['steps until within 0.01']} steps, conditioning "
            f"{result['conditioning']:.0f}, last loss {result['losses'][-1]:.2e}"
        )
        print(result["filters"][-1].round(3))
