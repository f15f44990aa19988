"""What the counting functions of 8.1 and 8.3 are tried on: sizes that hide no mistake."""

from __future__ import annotations

from convkit.check.draw import Draw
from convkit.check.exercise import Probe


def parameter_probes(seed: str) -> list[Probe]:
    """Parts 0 weights only, 1 weights and biases."""
    draw, probes = Draw(seed, "parameters"), []
    for K in (3, 5, 4):
        C1 = draw.whole(4, 9) + K
        shape = (C1, K, K, C1 + draw.whole(2, 20))
        probes += [Probe(0, (shape,), {"bias": False}), Probe(1, (shape,))]
    return [*probes, Probe(1, ((6, 1, 1, draw.whole(7, 19)),), {"bias": True})]


def small_parameters() -> list[Probe]:
    shapes = [(1, 1, 1, 1), (1, 1, 1, 2), (2, 1, 1, 1), (1, 2, 2, 1), (1, 3, 3, 1), (3, 1, 1, 2)]
    probes = [Probe(0, (shape,), {"bias": False}) for shape in shapes]
    return probes + [Probe(1, (shape,)) for shape in shapes]


def way_probes(seed: str) -> list[Probe]:
    """Parts 0 shared, 1 local, 2 dense; strides that leave a rest in one direction or in both."""
    draw, probes = Draw(seed, "ways"), []
    for part, way in enumerate(("shared", "local", "dense")):
        for K, stride in ((3, 1), (2, 2), (5, 3), (4, 2), (3, 3)):
            H = K + stride * draw.whole(4, 7) + (stride == 3)
            W = K + stride * draw.whole(8, 12) + (1 if stride == 2 else 2 if K == 3 else 0) % stride
            H, W = (H, W) if K % 2 else (W, H)
            C1 = draw.whole(6, 9)
            shapes = ((H, W, C1), (C1, K, K, C1 + draw.whole(2, 9)))
            probes.append(Probe(part, (way, *shapes), {} if stride == 1 else {"stride": stride}))
    return probes


def small_ways() -> list[Probe]:
    shapes = [
        ((1, 2, 1), (1, 1, 1, 1), 1),
        ((1, 2, 2), (2, 1, 1, 1), 1),
        ((1, 2, 1), (1, 1, 1, 3), 1),
        ((2, 3, 1), (1, 2, 2, 1), 1),
        ((2, 3, 2), (2, 2, 2, 3), 1),
        ((1, 3, 1), (1, 1, 1, 1), 2),
        ((1, 3, 1), (1, 1, 1, 1), 3),
        ((2, 4, 1), (1, 2, 2, 1), 2),
        ((3, 6, 2), (2, 2, 2, 2), 3),
    ]
    return [
        Probe(part, (way, image, filters), {"stride": stride})
        for image, filters, stride in shapes
        for part, way in enumerate(("shared", "local", "dense"))
    ]
