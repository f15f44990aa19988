"""What an answer is tried on: inputs that tell every two named mistakes apart, and small ones.

Height and width differ, channels and kernel differ, no weight equals another, and the stride
leaves a rest; every part has results below zero, and results that are not whole. Most public
graders miss wrong answers because theirs do not.
"""

from __future__ import annotations

import numpy as np

from convkit.check.draw import Draw
from convkit.check.exercise import Probe


def one_window(seed: str) -> list[Probe]:
    draw, probes = Draw(seed, "one window"), []
    for K in (2, 3):
        H = draw.whole(7, 9)
        W = H + draw.whole(2, 3)
        image, filters = draw.image((H, W)), draw.filters((K, K))
        for i, j in ((1, 3), (2, 1), (H - K, 2)):
            probes.append(Probe(0, (image, filters, i, j), watch=True))
        probes.append(Probe(0, (image, draw.below_zero((K, K)), 1, 2), watch=True))
    return probes


def slides(seed: str) -> list[Probe]:
    """A gray image: parts 0 stride 1, 1 other strides, 2 photographs."""
    draw = Draw(seed, "slides")
    wide, tall = _size(draw, wide=True), _size(draw, wide=False)
    probes = [
        Probe(0, (draw.image(wide), draw.filters((2, 2)))),
        Probe(0, (draw.image(tall), draw.below_zero((3, 3)))),
        *_strides(draw),
    ]
    return probes + _photographs(draw, wide, lambda K: (K, K))


def flips(seed: str) -> list[Probe]:
    draw = Draw(seed, "flips")
    wide, tall = _size(draw, wide=True), _size(draw, wide=False)
    return [
        Probe(0, (draw.image(wide), draw.filters((2, 2)))),
        Probe(0, (draw.image(tall), draw.below_zero((3, 3)))),
    ]


def boxes(seed: str, *, strides: bool = True) -> list[Probe]:
    """A color image: parts 0 stride 1, 1 other strides, 2 photographs."""
    draw = Draw(seed, "boxes")
    wide, tall = _size(draw, wide=True), _size(draw, wide=False)
    probes = []
    for size, K, C1 in ((wide, 2, 3), (tall, 3, 2), (wide, 3, 4), (tall, 2, 1)):
        filters = draw.below_zero if C1 == 2 else draw.filters
        probes.append(Probe(0, (draw.image((*size, C1)), filters((C1, K, K)))))
    if not strides:
        return probes
    probes += _strides(draw, 4)
    return probes + _photographs(draw, (*wide, 3), lambda K: (3, K, K))


def repairs(seed: str) -> list[Probe]:
    """A color image for the broken function: 0 one channel, 1 stride 1, 2 both together."""
    draw = Draw(seed, "repairs")
    wide, tall = _size(draw, wide=True), _size(draw, wide=False)
    probes = _strides(draw, 1, part=0)
    for size, K, C1 in ((wide, 2, 3), (tall, 3, 4), (tall, 3, 2)):
        filters = draw.below_zero if C1 == 2 else draw.filters
        probes.append(Probe(1, (draw.image((*size, C1)), filters((C1, K, K)))))
    return probes + _strides(draw, 4, part=2)


def sizes(seed: str) -> list[Probe]:
    """Parts 0 valid, 1 same, 2 full."""
    draw, probes = Draw(seed, "sizes"), []
    for part, padding in enumerate(("valid", "same", "full")):
        for kernel, stride in ((3, 1), (2, 2), (5, 3), (4, 2), (3, 4)):
            size = draw.whole(15, 40)
            probes.append(Probe(part, (size, kernel), {"padding": padding, "stride": stride}))
            probes.append(Probe(part, (size + 1, kernel), {"padding": padding, "stride": stride}))
    return probes


def _size(draw, *, wide):
    small = draw.whole(6, 7)
    large = small + draw.whole(2, 3)
    return (small, large) if wide else (large, small)


def _strides(draw, *channels, part=1):
    """Strides 2 and 3 on sizes that leave a rest, so that rounding wrongly shows."""
    probes = []
    for K, stride in ((2, 2), (3, 2), (2, 3)):
        H = K + stride * draw.whole(2, 3)  # the stride leaves nothing over in H
        W = K + stride * draw.whole(4, 5) + stride - 2 + (stride == 2)
        H, W = (H, W) if K == 2 else (W, H)
        filters = (draw.below_zero if stride == 3 else draw.filters)((*channels, K, K))
        probes.append(Probe(part, (draw.image((H, W, *channels)), filters), {"stride": stride}))
    return probes


def _photographs(draw, size, filters_shape):
    """uint8 as cameras store it; filters of floats, and a pattern cut out of a photograph."""
    image = draw.photograph(size)
    weights = np.ceil(np.abs(draw.filters(filters_shape(2))))
    pattern = draw.photograph(filters_shape(2), 60, 255)
    return [
        Probe(2, (image, weights), watch=True),
        Probe(2, (image, pattern), watch=True),
        Probe(2, (draw.image(size), draw.below_zero(filters_shape(2))), watch=True),
    ]
