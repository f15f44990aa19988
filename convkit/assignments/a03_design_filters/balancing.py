"""Named mistakes in making a filter deaf to gray and to even areas."""

from __future__ import annotations

import numpy as np

from convkit.assignments.a03_design_filters.painting import COLORS_REVERSED
from convkit.assignments.sliding.catalogue_numbers import CUT_RESULT, NEGATIVES_LOST
from convkit.check.mistake import Mistake


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


ALL_TOGETHER = Mistake(
    "one-mean-for-all",
    "one mean for the whole filter",
    "Your weights sum to zero all together. Do they also do it where you were asked?",
    "filters.mean() is one number for the whole filter. It silences a white wall and nothing "
    "else: a white circle still adds up. Say along which axis the mean runs.",
    "section-white",
    (_step(axes=(0, 1, 2)),),
)
CHANNEL_MEANS = Mistake(
    "each-channel-s-mean",
    "each channel's own mean",
    "Take the weights of a single place, one from each channel. Is their sum 0?",
    "This is zero over space, in each channel: axis=(1, 2). Gray is silent when the weights sum "
    "to zero over the channels, at each place: axis=0.",
    "section-zero-places",
    (_step(axes=(1, 2)),),
)
PLACE_MEANS = Mistake(
    "each-place-s-mean",
    "the mean over the channels",
    "Take one channel, and add up all its weights. Is the sum 0?",
    "This is zero over the channels, at each place: axis=0. An even area of any color is silent "
    "when the weights of each channel sum to zero over space: axis=(1, 2).",
    "section-zero-space",
    (_step(axes=(0,)),),
)
ONE_DIRECTION = Mistake(
    "rows-or-columns",
    "a mean along one direction only",
    "How many numbers does your mean give for one channel: one, or one for each row or column?",
    "A mean along one axis of the kernel balances rows or columns one by one. Over space means "
    "both at once, one number for each channel: axis=(1, 2).",
    "section-zero-space",
    (_step(axes=(1,)), _step(axes=(2,))),
)
WRONG_AXIS = Mistake(
    "wrong-axis",
    "a mean along another axis",
    "In filters.shape, which axis counts the channels?",
    "A filter is (C1, K, K): the channels are axis 0. The axes 1 and 2, or -1, are rows and "
    "columns.",
    "section-zero-places",
    (_step(axes=(1,)), _step(axes=(2,)), _step(axes=(0, 1)), _step(axes=(0, 2))),
)
SUM_TAKEN = Mistake(
    "sum-for-mean",
    "the sum taken away from every weight",
    "Add up the new weights by hand, for two weights 1 and 3. What is their sum now?",
    "Every weight lost the whole sum, and so the sum went past zero. Each one loses its share: "
    "the sum divided by how many they are, which is the mean.",
    "section-white",
    (_step(count=lambda weights: 1),),
)
MEAN_ADDED = Mistake(
    "mean-added",
    "a mean that was added",
    "Add up the new weights by hand, for two weights 1 and 3. Did the sum shrink or grow?",
    "The mean was added where it should be taken away.",
    "section-white",
    (_step(times=1.0),),
)
UNCHANGED = Mistake(
    "unchanged",
    "weights that came back as they went in",
    "Compare your result with what went in. What did your function change?",
    "Nothing was taken away. (filters - mean makes a new array; it must be given a name, or "
    "returned.)",
    "section-white",
    (_step(times=0.0),),
)
MEAN_ALONE = Mistake(
    "mean-alone",
    "the mean in place of the balanced weights",
    "Print your result. Is the drawing still in it?",
    "What came back is the mean itself. Take it away from the weights: filters - mean.",
    "section-white",
    (_mean_alone(spread=True), _mean_alone(spread=False)),
)
ONE_PAYS = Mistake(
    "one-channel-pays",
    "one channel that pays for all",
    "Which channels did your function change?",
    "The sum is zero, but the first channel alone was changed, and with it the color that the "
    "filter looks for. Take the same from every channel.",
    "section-zero-places",
    (_step(one_pays=True),),
)
ALWAYS_THREE = Mistake(
    "always-three-channels",
    "three channels taken for granted",
    "Try a filter of two channels, and one of four. Where does your code get its 3 from?",
    "The sum was divided by 3. A filter can have any number of channels: filters.shape[0], or "
    "let mean count them.",
    "section-zero-places",
    (_step(count=lambda weights: 3),),
)
SQUARE_KERNEL = Mistake(
    "square-kernel",
    "a kernel taken for a square",
    "Try a kernel of 3 × 4. How many weights has a channel?",
    "The sum was divided by K·K with one of the two sizes. A kernel of K rows and K' columns has "
    "K·K' weights.",
    "section-zero-space",
    (
        _step(count=lambda weights: weights.shape[1] ** 2),
        _step(count=lambda weights: weights.shape[2] ** 2),
    ),
)
DRAWN_ONLY = Mistake(
    "ground-left-out",
    "a balance that leaves the ground out",
    "Add up all weights of one channel, those that were 0 included. Is the sum 0?",
    "The mean was taken away only where something was drawn, so the sum is not zero yet. The "
    "ground has to pay as well: its weights become negative.",
    "section-zero-space",
    (_step(only_drawn=True),),
)


GRAY = (
    ALL_TOGETHER,
    CHANNEL_MEANS,
    WRONG_AXIS,
    SUM_TAKEN,
    MEAN_ADDED,
    MEAN_ALONE,
    UNCHANGED,
    ONE_PAYS,
    ALWAYS_THREE,
    CUT_RESULT,
    NEGATIVES_LOST,
)
AREAS = (
    ALL_TOGETHER,
    PLACE_MEANS,
    ONE_DIRECTION,
    SUM_TAKEN,
    MEAN_ADDED,
    MEAN_ALONE,
    UNCHANGED,
    SQUARE_KERNEL,
    DRAWN_ONLY,
    CUT_RESULT,
    NEGATIVES_LOST,
)

# The program to repair has one of each.
WHITE_HEARD = Mistake(
    "white-heard",
    "one mean for the whole filter, where each place needs its own",
    "Give your function a white picture with something drawn on it in black. Is the map zero?",
    "weights.mean() is one number for the whole filter. For gray to be silent, the weights of "
    "each place must sum to zero: weights.mean(axis=0).",
    "section-zero-places",
    (_step(0, axes=(0, 1, 2)), _step(0, times=0.0)),
)
AREAS_HEARD = Mistake(
    "areas-heard",
    "a mean over the rows only, where both directions count",
    "Give your function a picture that is red all over. Is the map zero?",
    "mean(axis=1) balances each column for itself. For even areas to be silent, all weights of a "
    "channel together must sum to zero: axis=(1, 2).",
    "section-zero-space",
    (_step(1, axes=(1,)), _step(1, axes=(2,)), _step(1, times=0.0)),
)
REPAIRS = (WHITE_HEARD, AREAS_HEARD, COLORS_REVERSED, CUT_RESULT, NEGATIVES_LOST)
