"""The named mistakes of proving that a matrix does what the sliding filter does."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding import catalogue
from convkit.check.changes import after, replacing, setting
from convkit.check.mistakes import matrices

FLIPPED = catalogue.FLIPPED.made_by(setting(filters=lambda recipe: recipe.filters[::-1, ::-1]))
SIGN = matrices.SIGN_EXCHANGED.made_by(replacing(join=lambda ours, true: true - ours))
ONLY_MATRIX = matrices.NOTHING_COMPARED.made_by(
    replacing(join=lambda ours, true: ours),
    replacing(join=lambda ours, true: true),
)
LIGHTS_STAY = matrices.LIGHTS_STAY_ON.made_by(
    setting(pictures=lambda r: np.tril(np.ones((r.H * r.W,) * 2)))
)
PIXELS_DOWN = matrices.COLUMN_BY_COLUMN.made_by(
    setting(pictures=lambda r: np.eye(r.H * r.W)[_down(r.H, r.W)])
)
PIXELS_AS_ROWS = matrices.A_ROW_FOR_EACH_PIXEL.made_by(after(np.transpose))
ONE_PICTURE = matrices.ONE_PICTURE_ONLY.made_by(after(lambda found: found.sum(axis=1)))


def _down(H, W):
    return np.arange(H * W).reshape(H, W).T.ravel()
