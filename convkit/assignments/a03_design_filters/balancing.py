"""Named mistakes in making a filter deaf to gray and to even areas."""

from __future__ import annotations

import numpy as np

from convkit.assignments.a03_design_filters.painting import COLORS_REVERSED
from convkit.assignments.sliding.catalogue import CUT_RESULT, NEGATIVES_LOST
from convkit.check.mistakes import axes, balance, channels, size


def _step(number=0, **changes):
    """Change the balance with this number, as `_step(axes=(1,))`."""

    def change(recipe):
        for name, value in changes.items():
            setattr(recipe.steps[number], name, value)

    return change


def _mean_alone(*, spread):
    def change(recipe):
        axes = recipe.steps[0].axes
        recipe.steps = []
        recipe.after.append(lambda weights: weights.mean(axis=axes, keepdims=spread))
        if spread:
            shape = recipe.mask.shape
            recipe.after.append(lambda mean: np.broadcast_to(mean, shape))

    return change


ALL_TOGETHER = balance.ONE_MEAN_FOR_ALL.made_by(_step(axes=(0, 1, 2)))
SUM_TAKEN = balance.SUM_FOR_MEAN.made_by(_step(count=lambda weights: 1))
MEAN_ADDED = balance.MEAN_ADDED.made_by(_step(times=1.0))
UNCHANGED = balance.UNCHANGED.made_by(_step(times=0.0))
MEAN_ALONE = balance.MEAN_ALONE.made_by(_mean_alone(spread=True), _mean_alone(spread=False))


GRAY = (
    ALL_TOGETHER,
    balance.EACH_CHANNELS_MEAN.made_by(_step(axes=(1, 2))),
    axes.WRONG_AXIS.made_by(
        _step(axes=(1,)), _step(axes=(2,)), _step(axes=(0, 1)), _step(axes=(0, 2))
    ),
    SUM_TAKEN,
    MEAN_ADDED,
    MEAN_ALONE,
    UNCHANGED,
    channels.ONE_CHANNEL_PAYS.made_by(_step(one_pays=True)),
    channels.ALWAYS_THREE_CHANNELS.made_by(
        _step(count=lambda weights: 3), section="section-zero-places"
    ),
    CUT_RESULT,
    NEGATIVES_LOST,
)
AREAS = (
    ALL_TOGETHER,
    balance.EACH_PLACES_MEAN.made_by(_step(axes=(0,))),
    axes.ROWS_OR_COLUMNS.made_by(_step(axes=(1,)), _step(axes=(2,))),
    SUM_TAKEN,
    MEAN_ADDED,
    MEAN_ALONE,
    UNCHANGED,
    size.SQUARE_KERNEL.made_by(
        _step(count=lambda weights: weights.shape[1] ** 2),
        _step(count=lambda weights: weights.shape[2] ** 2),
    ),
    balance.GROUND_LEFT_OUT.made_by(_step(only_drawn=True)),
    CUT_RESULT,
    NEGATIVES_LOST,
)

# The program to repair has one of each.
WHITE_HEARD = balance.WHITE_HEARD.made_by(_step(0, axes=(0, 1, 2)), _step(0, times=0.0))
REPAIRS = (
    WHITE_HEARD,
    balance.AREAS_HEARD.made_by(_step(1, axes=(1,)), _step(1, axes=(2,)), _step(1, times=0.0)),
    COLORS_REVERSED,
    CUT_RESULT,
    NEGATIVES_LOST,
)
