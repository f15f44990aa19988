"""Which layer of a stack does not fit? Exercise 4.5."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from convkit import conv2d
from convkit.check.draw import Draw
from convkit.check.exercise import Probe
from convkit.check.mistake import Mistake


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


def _set(**changes):
    def change(recipe):
        for name, value in changes.items():
            setattr(recipe, name, value)

    return change


MISTAKES = (
    Mistake(
        "depth-of-what-came-in",
        "a layer compared with what came into the layer before, or with the picture",
        "In (C1, K, K, C2), which number says how many maps come out?",
        "Only the first layer meets the picture. What goes on to the next one is as deep as the "
        "layer has filters: the last number, C2. The first, C1, is what came in.",
        "idea-L10",
        # The first misfit is the same for both: until then, all depths are the picture's.
        (
            _set(depth=lambda filters, image_shape: image_shape[2]),
            _set(depth=lambda filters, image_shape: filters[0]),
        ),
    ),
    Mistake(
        "maps-multiplied",
        "maps multiplied from layer to layer",
        "Ten maps meet five filters. Do fifty come out?",
        "A filter reaches through all maps and adds them up, so a layer gives one map for each "
        "of its filters, C2 and not C1 · C2.",
        "idea-L10",
        (_set(depth=lambda filters, image_shape: filters[0] * filters[3]),),
    ),
    Mistake(
        "always-three",
        "a depth of 3 taken for granted",
        "Does every picture have three channels?",
        "The depth of the first filters was compared with 3. Compare with image_shape[2].",
        "idea-L02",
        (_set(first_depth=lambda image_shape: 3),),
    ),
    Mistake(
        "picture-not-looked-at",
        "a first layer that was not compared with the picture",
        "Does your function use image_shape[2] at all?",
        "The layers were compared with each other, and the first one with nothing. It has to fit "
        "the picture.",
        "idea-L07",
        (_set(first_depth=lambda image_shape: None),),
    ),
    Mistake(
        "depths-not-looked-at",
        "depths that were not compared",
        "Two numbers have to be equal where two layers meet. Which two does your function compare?",
        "The filters of a layer must be as deep as what comes to it: C1 has to be the number of "
        "maps from the layer before, and the channels of the picture for the first layer.",
        "idea-L10",
        (
            _set(
                wanted=lambda filters: None,
                depth=lambda filters, image_shape: None,
                first_depth=lambda image_shape: None,
            ),
        ),
    ),
    Mistake(
        "nothing-left-let-through",
        "a map of size 0 taken for a map",
        "A kernel of 6 × 6 on a map of 5 × 5: what does H - K + 1 give, and is that a map?",
        "H - K + 1 is 0 when the kernel is one larger than what is left, and then there is no "
        "place at all. Look for K > H, or for a size of 0 or less.",
        "section-sizes",
        (_set(fits=lambda rows, columns, K: rows + 1 >= K and columns + 1 >= K),),
    ),
    Mistake(
        "sizes-not-looked-at",
        "kernels larger than what is left of the picture",
        "How many rows and columns are left after each layer? Does the next kernel fit in?",
        "Each layer takes K - 1 rows and columns away. A kernel larger than what is left has no "
        "place at all.",
        "section-sizes",
        (_set(fits=lambda rows, columns, K: True),),
    ),
    Mistake(
        "size-of-the-picture",
        "every kernel compared with the size of the picture",
        "How large are the maps that the second layer sees?",
        "The kernels were compared with the picture. After each layer there are only H - K + 1 "
        "rows and W - K + 1 columns.",
        "section-sizes",
        (_set(shrink=lambda size, K: size),),
    ),
    Mistake(
        "one-direction",
        "rows or columns alone",
        "Try a picture that is wider than tall, and one that is taller than wide.",
        "The kernel has to fit both ways: into the rows and into the columns.",
        "section-sizes",
        (
            _set(fits=lambda rows, columns, K: rows >= K),
            _set(fits=lambda rows, columns, K: columns >= K),
        ),
    ),
    Mistake(
        "one-too-strict",
        "a kernel as large as the map taken for too large",
        "A kernel of 5 × 5 on a map of 5 × 5: how many places are there?",
        "A kernel as large as the map fits exactly once.",
        "section-sizes",
        (
            _set(fits=lambda rows, columns, K: rows > K and columns > K),
            _set(shrink=lambda size, K: size - K),
        ),
    ),
    Mistake(
        "counted-from-one",
        "layers counted from 1",
        "What is the number of the first layer here?",
        "Layers are counted from 0, as in Python: layers[0] is the first.",
        "idea-L10",
        (_set(number=lambda index, count: index + 1),),
    ),
    Mistake(
        "last-misfit",
        "the last layer that does not fit, not the first",
        "When the first misfit is found, does your function go on?",
        "The first one was asked for: return as soon as it is found.",
        "idea-L10",
        (_set(last=True),),
    ),
    Mistake(
        "none-forgotten",
        "a stack that fits, and no -1",
        "What does your function return when every layer fits?",
        "When every layer fits, the answer is -1.",
        "idea-L10",
        (_set(none=0), lambda recipe: setattr(recipe, "none", len(recipe.layers))),
    ),
)
