"""The named mistakes of proving that a matrix does what the sliding filter does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convkit.assignments.sliding import catalogue as c
from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _after(change):
    return lambda recipe: recipe.after.append(change)


FLIPPED = replace(c.FLIPPED, changes=(setting(filters=lambda recipe: recipe.filters[::-1, ::-1]),))
SIGN = Mistake(
    "sign-exchanged",
    "the difference the other way round",
    "Which is to be taken from which?",
    "Asked was: what the matrix gives, minus what sliding gives.",
    "idea-L17",
    (setting(join=lambda recipe: lambda ours, true: true - ours),),
)
ONLY_MATRIX = Mistake(
    "nothing-compared",
    "one side of the comparison only",
    "With what do you compare what the matrix gives?",
    "Two numbers are compared for each place: what the matrix makes of the picture, and what the "
    "sliding filter makes of it. Take one from the other.",
    "idea-L17",
    (
        setting(join=lambda recipe: lambda ours, true: ours),
        setting(join=lambda recipe: lambda ours, true: true),
    ),
)
LIGHTS_STAY = Mistake(
    "lights-stay-on",
    "pixels that stay bright",
    "How many bright pixels has your second picture?",
    "The picture was not made dark again, so each has one bright pixel more than the one before. "
    "Make a new picture of zeros for each pixel.",
    "idea-L17",
    (setting(pictures=lambda r: np.tril(np.ones((r.H * r.W,) * 2))),),
)
PIXELS_DOWN = Mistake(
    "column-by-column",
    "a picture read column by column",
    "Pixel number 1 of image.ravel(): is it to the right of pixel 0, or below it?",
    "The pixels were taken column by column, and the matrix has them line by line: pixel k is in "
    "row k // W and column k % W.",
    "idea-L17",
    (setting(pictures=lambda r: np.eye(r.H * r.W)[_down(r.H, r.W)]),),
)
PIXELS_AS_ROWS = Mistake(
    "a-row-for-each-pixel",
    "a row for each pixel, where a column was asked",
    "What should column k of your answer be?",
    "Each pixel gives a column: what came out of the picture in which only that pixel is bright. "
    "np.array(list).T turns rows into columns.",
    "idea-L17",
    (_after(np.transpose),),
)
ONE_PICTURE = Mistake(
    "one-picture-only",
    "a test on one picture",
    "Two wrong cells may cancel out. Would your test see it?",
    "One picture proves nothing: errors can cancel, or meet a pixel that is zero. Any picture is a "
    "sum of single bright pixels, so test each of them.",
    "idea-L17",
    (_after(lambda found: found.sum(axis=1)),),
)


def _down(H, W):
    return np.arange(H * W).reshape(H, W).T.ravel()
