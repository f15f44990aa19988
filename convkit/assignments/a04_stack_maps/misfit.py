"""Which layer of a stack does not fit? Exercise 4.5."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from convkit import conv2d
from convkit.check.changes import replacing, setting
from convkit.check.draw import Draw
from convkit.check.exercise import Probe
from convkit.check.mistakes import channels, counting, feature_maps, size


@dataclass
class Walk:
    """Go through a stack layer by layer, with the shape that each one gives to the next."""

    image_shape: tuple[int, int, int]
    layers: list[tuple[int, int, int, int]]
    depth: Callable = lambda filters, image_shape: filters[3]  # what goes on to the next layer
    first_depth: Callable = lambda image_shape: image_shape[2]
    wanted: Callable = lambda filters: filters[0]
    shrink: Callable = lambda size, K: size - K + 1
    fits: Callable = lambda rows, columns, K: rows >= K and columns >= K
    number: Callable = lambda index, count: index
    last: bool = False
    none: int = -1

    def carry_out(self):
        rows, columns = self.image_shape[:2]
        depth, found = self.first_depth(self.image_shape), []
        for index, filters in enumerate(self.layers):
            _, K, _, _ = filters
            known = depth is not None
            if (known and self.wanted(filters) != depth) or not self.fits(rows, columns, K):
                found.append(self.number(index, len(self.layers)))
            depth = self.depth(filters, self.image_shape)
            rows, columns = self.shrink(rows, K), self.shrink(columns, K)
        return found[-1 if self.last else 0] if found else self.none


def walk(image_shape, layers) -> Walk:
    return Walk(image_shape, layers)


def expected(image_shape, layers) -> int:
    """By trying: zeros go through the stack until a layer refuses them."""
    image = np.zeros(image_shape)
    for index, filters_shape in enumerate(layers):
        try:
            image = conv2d(image, np.zeros(filters_shape))
        except ValueError:
            return index
    return -1


def probes(seed: str) -> list[Probe]:
    """Parts 0 a wrong depth, 1 a kernel larger than what is left of the image, 2 all fit."""
    draw, found = Draw(seed, "4.5"), []
    for wrong in (0, 1, 2, 3, (1, 3), (2, 3)):
        shape, layers = _stack(draw, 4)
        for index in wrong if isinstance(wrong, tuple) else (wrong,):
            # The depth of the layer before, or of the picture: what people take it for.
            C1, K, _, C2 = layers[index]
            taken = layers[index - 1][0] if index else C1 + 1
            layers[index] = (taken, K, K, C2)
        found.append(Probe(0, (shape, layers)))
    for wrong in (0, 2, 3):
        for tall in (False, True):
            (H, W, depth), layers = _stack(draw, 4)
            shape = (W, H, depth) if tall else (H, W, depth)
            left = _room(shape, layers[:wrong])
            C1, _, _, C2 = layers[wrong]
            K = min(left) + (2 if wrong == 2 else 1)
            layers[wrong] = (C1, K, K, C2)
            layers[wrong + 1 :] = []
            found.append(Probe(1, (shape, layers)))
    for count in (1, 3, 4):
        for tall in (False, True):
            (H, W, C1), layers = _stack(draw, count)
            shape = (W, H, C1) if tall else (H, W, C1)
            K = min(_room(shape, layers[:-1]))  # the last kernel fits exactly
            layers[-1] = (layers[-1][0], K, K, layers[-1][3])
            found.append(Probe(2, (shape, layers)))
    return found


def _stack(draw, count):
    """A stack that fits, in which no two depths are alike."""
    depths = [draw.whole(2, 3)]
    while len(depths) <= count:
        depth = draw.whole(4, 20)
        if depth not in depths:
            depths.append(depth)
    H = draw.whole(14, 18)
    shape = (H, H + draw.whole(3, 8), depths[0])
    layers = []
    for C1, C2 in pairwise(depths):
        K = draw.whole(2, 4)
        layers.append((C1, K, K, C2))
    return shape, layers


def _room(shape, layers):
    rows, columns, _ = shape
    for _, K, _, _ in layers:
        rows, columns = rows - K + 1, columns - K + 1
    return rows, columns


def small() -> list[Probe]:
    return [
        Probe(2, ((5, 6, 3), [(3, 2, 2, 4)])),
        Probe(0, ((5, 6, 3), [(1, 2, 2, 4)])),
        Probe(2, ((5, 6, 1), [(1, 2, 2, 4)])),
        Probe(1, ((6, 5, 3), [(3, 6, 6, 4)])),
        Probe(1, ((5, 6, 3), [(3, 6, 6, 4)])),
        Probe(2, ((5, 6, 3), [(3, 5, 5, 4)])),
        Probe(0, ((5, 6, 3), [(3, 2, 2, 4), (3, 2, 2, 5)])),
        Probe(2, ((5, 6, 3), [(3, 2, 2, 4), (4, 2, 2, 5)])),
        Probe(1, ((5, 6, 3), [(3, 2, 2, 4), (4, 5, 5, 5)])),
        Probe(0, ((9, 10, 3), [(3, 2, 2, 4), (3, 2, 2, 5), (4, 2, 2, 6)])),
    ]


MISTAKES = (
    channels.DEPTH_OF_WHAT_CAME_IN.made_by(
        replacing(depth=lambda filters, image_shape: image_shape[2]),
        replacing(depth=lambda filters, image_shape: filters[0]),
    ),
    feature_maps.MAPS_MULTIPLIED.made_by(
        replacing(depth=lambda filters, image_shape: filters[0] * filters[3])
    ),
    channels.ALWAYS_THREE_CHANNELS.made_by(
        replacing(first_depth=lambda image_shape: 3),
        why="The depth of the first filters was compared with 3. Compare with image_shape[2].",
    ),
    channels.PICTURE_NOT_LOOKED_AT.made_by(replacing(first_depth=lambda image_shape: None)),
    channels.DEPTHS_NOT_LOOKED_AT.made_by(
        replacing(
            wanted=lambda filters: None,
            depth=lambda filters, image_shape: None,
            first_depth=lambda image_shape: None,
        )
    ),
    size.NOTHING_LEFT_LET_THROUGH.made_by(
        replacing(fits=lambda rows, columns, K: rows + 1 >= K and columns + 1 >= K)
    ),
    size.SIZES_NOT_LOOKED_AT.made_by(replacing(fits=lambda rows, columns, K: True)),
    size.SIZE_OF_THE_PICTURE.made_by(replacing(shrink=lambda size, K: size)),
    size.SQUARE_IMAGE.made_by(
        replacing(fits=lambda rows, columns, K: rows >= K),
        replacing(fits=lambda rows, columns, K: columns >= K),
        why="The kernel has to fit both ways: into the rows and into the columns.",
    ),
    size.ONE_TOO_STRICT.made_by(
        replacing(fits=lambda rows, columns, K: rows > K and columns > K),
        replacing(shrink=lambda size, K: size - K),
    ),
    counting.COUNTED_FROM_ONE.made_by(replacing(number=lambda index, count: index + 1)),
    feature_maps.LAST_MISFIT.made_by(setting(last=True)),
    feature_maps.NONE_FORGOTTEN.made_by(
        setting(none=0), setting(none=lambda recipe: len(recipe.layers))
    ),
)
