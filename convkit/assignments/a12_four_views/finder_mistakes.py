"""The named mistakes of an agreement: which lengths were taken out, and are they lengths?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_channels as d
from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _patch(rule):
    return setting(patch_length=lambda recipe: rule)


def _own(rule):
    return setting(own_length=lambda recipe: rule)


def _both(*changes):
    def change(recipe):
        for each in changes:
            each(recipe)

    return change


def _ones(patches):
    return np.ones(patches.shape[:2])


def _whole_image(recipe):
    length = np.sqrt((recipe.image**2).sum())
    recipe.patch_length = lambda patches: np.full(patches.shape[:2], length)


def _sums(patches):
    return np.abs(patches).sum(axis=(2, 3, 4))


def _squares(patches):
    return (patches**2).sum(axis=(2, 3, 4))


def _first_channel(patches):
    return np.sqrt((patches[:, :, 0] ** 2).sum(axis=(2, 3)))


def _mean_free(numbers):
    return numbers - numbers.mean(axis=(-3, -2, -1), keepdims=True)


FINDER = (
    Mistake(
        "patch-length-left-in",
        "an agreement that grows with the light",
        "Make the image twice as bright. Does your agreement change?",
        "The length of the patch is still in it. Divide by it: np.linalg.norm(patch), anew at each "
        "place.",
        "section-finder",
        (_patch(_ones),),
    ),
    Mistake(
        "filter-length-left-in",
        "an agreement that grows with the weights",
        "Double all weights of the filter. Does your agreement change?",
        "The length of the filter is still in it. Divide by it, too.",
        "section-finder",
        (_own(lambda filters: 1.0),),
    ),
    Mistake(
        "not-divided",
        "answers taken for agreements",
        "Is any of your numbers above 1? Can two arrows agree more than fully?",
        "These are the answers of the filter. Divide each by both lengths, that of its patch and "
        "that of the filter.",
        "section-finder",
        (_both(_patch(_ones), _own(lambda filters: 1.0)),),
    ),
    Mistake(
        "root-forgotten",
        "a square for a length",
        "How long is the arrow (3, 4)?",
        "A length is the square root of the sum of the squares. Without the root it is too large: "
        "for (3, 4) the squares add up to 25, and the length is 5.",
        "section-finder",
        (
            _both(_patch(_squares), _own(lambda filters: (filters**2).sum())),
            _patch(_squares),
            _own(lambda filters: (filters**2).sum()),
        ),
    ),
    Mistake(
        "sum-for-length",
        "a sum of the numbers for a length",
        "How long is the arrow (3, 4)?",
        "Numbers added up are no length: for (3, 4) they make 7, and the arrow has length 5. "
        "Square first, add, and take the root: np.linalg.norm.",
        "section-finder",
        (_both(_patch(_sums), _own(lambda filters: np.abs(filters).sum())), _patch(_sums)),
    ),
    Mistake(
        "length-of-the-image",
        "the length of the whole image for that of each patch",
        "Does your length change from place to place?",
        "You took one length for all places, that of the image. A dark patch is short and a bright "
        "one is long: each has its own.",
        "section-finder",
        (_whole_image,),
    ),
    Mistake(
        "length-of-one-channel",
        "the length of one channel for that of the whole patch",
        "How many numbers are there in a patch, and of how many did you take the length?",
        "The patch is a box, C1·K·K numbers, and so is the filter. All of them make its length.",
        "section-finder",
        (_patch(_first_channel),),
    ),
    Mistake(
        "mean-taken-out",
        "a correlation in which the means were taken out",
        "Did anybody ask to subtract something first?",
        "With the mean of patch and filter subtracted it is another measure, the correlation "
        "coefficient. The agreement of chapter 12 takes both as they are.",
        "section-finder",
        (setting(prepare=lambda recipe: _mean_free),),
    ),
    c.FLIPPED,
    c.TRANSPOSED,
    d.ONE_KERNEL,
    replace(
        d.AXES_MISREAD,
        name="a patch or filters reshaped where their axes should move",
        hint="patch.ravel() begins with the channels of one pixel. What does filters.ravel() "
        "begin with?",
        why="The patch is (K, K, C1) and the filter (C1, K, K): in a row, their numbers come in "
        "another order. Move the axis first: np.moveaxis(patch, -1, 0) is (C1, K, K).",
    ),
    c.TRANSPOSED_RESULT,
)
