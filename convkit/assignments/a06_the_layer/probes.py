"""What bias, activation and two merged layers are tried on."""

from __future__ import annotations

import numpy as np

from convkit import reference
from convkit.assignments.formula.inputs import bank, layer, wide_and_tall
from convkit.check.draw import Draw
from convkit.check.exercise import Probe


def biases(draw, C2):
    """Biases below and above zero, no two equal in size, and none a multiple of one half."""
    return np.abs(draw.filters((C2,))) * (1 - 2 * (np.arange(C2) % 2)) + 0.25


def maps_and_biases(seed: str) -> list[Probe]:
    """Parts 0 maps last, 1 maps first, 2 many images. Some sizes agree, so that slips run."""
    draw, probes = Draw(seed, "maps and biases"), []
    C2 = draw.whole(3, 5)
    for H, W in ((C2 + 2, C2 + 4), (C2, C2 + 3), (C2 + 3, C2)):
        for first in (False, True):
            probes.append(Probe(int(first), *_maps(draw, (H, W), C2, first)))
    N = draw.whole(6, 7)
    for first in (False, True):
        probes.append(Probe(2, *_maps(draw, (C2 + 1, C2 + 3), C2, first, N), watch=True))
    probes.append(Probe(2, *_maps(draw, (C2 + 1, C2 + 3), C2, True, C2), watch=True))
    return probes


def _maps(draw, size, C2, first, *images):
    maps = draw.image((*images, *size, C2)) - 10
    if first:
        maps = np.moveaxis(maps, -1, -3)
    return (maps, biases(draw, C2)), {"maps_first": True} if first else {}


def activations(seed: str) -> list[Probe]:
    """Parts 0 none, 1 relu, 2 sigmoid, 3 tanh; the last two with sums that are not large."""
    draw, probes = Draw(seed, "activations"), []
    wide, tall = wide_and_tall(draw)
    for part, name in enumerate((None, "relu", "sigmoid", "tanh")):
        for size, K, C1, C2 in ((wide, 2, 3, 4), (tall, 3, 2, 4)):
            image, filters = layer(draw, size, K, C1, C2)
            image, bias = image - 10, 20 * biases(draw, C2)
            if part > 1:
                image, filters, bias = image / 20, filters / 40, bias / 80
            probes.append(Probe(part, (image, filters, bias), {"activation": name}))
    return probes


def repairs(seed: str) -> list[Probe]:
    """Parts 0 one filter, 1 one channel, 2 many of both."""
    draw, probes = Draw(seed, "repair the layer"), []
    wide, tall = wide_and_tall(draw)
    cases = (
        (0, wide, 2, 3, 1),
        (0, tall, 3, 2, 1),
        (1, wide, 2, 1, 3),
        (1, tall, 3, 1, 4),
        (2, tall, 2, 3, 4),
        (2, wide, 3, 2, 5),
    )
    for part, *case in cases:
        image, filters = layer(draw, *case)
        image = image - 10
        probes.append(Probe(part, (image, filters, 20 * biases(draw, filters.shape[-1]))))
    return probes


def merges(seed: str) -> list[Probe]:
    """Parts 0 a second layer of 1 × 1, 1 larger kernels."""
    draw, probes = Draw(seed, "merges"), []
    cases = ((0, 2, 3, 4, 1, 5), (0, 3, 2, 4, 1, 3), (1, 2, 3, 4, 2, 5), (1, 3, 2, 4, 2, 1))
    for part, K, C1, C2, L, C3 in cases:
        probes.append(Probe(part, (bank(draw, C1, K, C2), bank(draw, C2, L, C3) / 4)))
    return probes


def exchanges(seed: str) -> list[Probe]:
    """Full maps. Parts 0 correlation, 1 convolution."""
    draw, probes = Draw(seed, "exchanges"), []
    for part, name in enumerate(("correlation", "convolution")):
        for size, K in zip(wide_and_tall(draw), (2, 3), strict=True):
            result = full(draw.image(size) - 10, draw.filters((K, K)), name)
            probes.append(Probe(part, (result,), {"operation": name}))
    return probes


def full(image, filters, operation):
    """Every place that touches the image: (H, W) and (K, K) → (H+K-1, W+K-1)."""
    turned = filters[::-1, ::-1] if operation == "convolution" else filters
    return reference.conv2d(image, turned, padding="full")
