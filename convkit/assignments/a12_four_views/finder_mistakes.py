"""The named mistakes of an agreement: which lengths were taken out, and are they lengths?"""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding import catalogue
from convkit.check.changes import replacing, together
from convkit.check.mistakes import finding


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
    finding.PATCH_LENGTH_LEFT_IN.made_by(replacing(patch_length=_ones)),
    finding.FILTER_LENGTH_LEFT_IN.made_by(replacing(own_length=lambda filters: 1.0)),
    finding.NOT_DIVIDED.made_by(
        together(replacing(patch_length=_ones), replacing(own_length=lambda filters: 1.0))
    ),
    finding.ROOT_FORGOTTEN.made_by(
        together(
            replacing(patch_length=_squares),
            replacing(own_length=lambda filters: (filters**2).sum()),
        ),
        replacing(patch_length=_squares),
        replacing(own_length=lambda filters: (filters**2).sum()),
    ),
    finding.SUM_FOR_LENGTH.made_by(
        together(
            replacing(patch_length=_sums),
            replacing(own_length=lambda filters: np.abs(filters).sum()),
        ),
        replacing(patch_length=_sums),
    ),
    finding.LENGTH_OF_THE_IMAGE.made_by(_whole_image),
    finding.LENGTH_OF_ONE_CHANNEL.made_by(replacing(patch_length=_first_channel)),
    finding.MEAN_TAKEN_OUT.made_by(replacing(prepare=_mean_free)),
    catalogue.FLIPPED,
    catalogue.TRANSPOSED,
    catalogue.ONE_KERNEL,
    catalogue.AXES_MISREAD.made_by(
        *catalogue.AXES_MISREAD.changes,
        hint="patch.ravel() begins with the channels of one pixel. What does filters.ravel() begin "
        "with?",
        why="The patch is (K, K, C1) and the filter (C1, K, K): in a row, their numbers come in "
        "another order. Move the axis first: np.moveaxis(patch, -1, 0) is (C1, K, K).",
    ),
    catalogue.TRANSPOSED_RESULT,
)
