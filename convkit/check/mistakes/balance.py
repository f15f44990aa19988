"""Mistakes in making a filter deaf to gray and to even areas."""

from __future__ import annotations

from convkit.check.mistake import Mistake

AREAS_HEARD = Mistake(
    "areas-heard",
    "a mean over the rows only, where both directions count",
    "Give your function a picture that is red all over. Is the map zero?",
    "mean(axis=1) balances each column for itself. For even areas to be silent, all weights of "
    "a channel together must sum to zero: axis=(1, 2).",
    "section-zero-space",
)
WHITE_HEARD = Mistake(
    "white-heard",
    "one mean for the whole filter, where each place needs its own",
    "Give your function a white picture with something drawn on it in black. Is the map zero?",
    "weights.mean() is one number for the whole filter. For gray to be silent, the weights of "
    "each place must sum to zero: weights.mean(axis=0).",
    "section-zero-places",
)
ZERO_OVER_CHANNELS_ONLY = Mistake(
    "zero-over-channels-only",
    "zero over the channels only",
    "What does your filter answer to a wall in its own color?",
    "Each place is balanced over the channels, so gray is silent. Even areas still are not: "
    "take each channel's mean away, too, axis=(1, 2).",
    "section-white",
)
ZERO_OVER_SPACE_ONLY = Mistake(
    "zero-over-space-only",
    "zero over space only",
    "What does your filter answer to your form in white?",
    "Each channel is balanced over space, so even areas are silent. White forms still are not: "
    "take away the mean over the channels, too, axis=0.",
    "section-white",
)
AS_CUT_OUT = Mistake(
    "as-cut-out",
    "a target that was not balanced",
    "What is at the place that your function found? Is it like the target, or merely bright?",
    "As it is cut out, all weights are positive, and the brightest place wins. Take the mean "
    "away from each channel first: target.mean(axis=(0, 1)).",
    "section-loud",
)
AS_DRAWN = Mistake(
    "as-drawn",
    "a drawing that is not balanced",
    "Lay your filter on a white picture, and then on a wall. What should it say, and why?",
    "The weights are those of the drawing. They should sum to zero over the channels at each "
    "place, and over space in each channel.",
    "section-white",
)
EACH_CHANNELS_MEAN = Mistake(
    "each-channel-s-mean",
    "each channel's own mean",
    "Take the weights of a single place, one from each channel. Is their sum 0?",
    "This is zero over space, in each channel: axis=(1, 2). Gray is silent when the weights "
    "sum to zero over the channels, at each place: axis=0.",
    "section-zero-places",
)
EACH_PLACES_MEAN = Mistake(
    "each-place-s-mean",
    "the mean over the channels",
    "Take one channel, and add up all its weights. Is the sum 0?",
    "This is zero over the channels, at each place: axis=0. An even area of any color is "
    "silent when the weights of each channel sum to zero over space: axis=(1, 2).",
    "section-zero-space",
)
GRAY_SILENCED = Mistake(
    "gray-silenced",
    "zero over the channels, for a target that may be white",
    "Is there anything white or gray in the target? Does your filter still hear that?",
    "Each place was balanced over the channels, so everything gray in the target became "
    "silent. Here the even areas should be silent: zero over space, in each channel.",
    "section-loud",
)
GROUND_LEFT_OUT = Mistake(
    "ground-left-out",
    "a balance that leaves the ground out",
    "Add up all weights of one channel, those that were 0 included. Is the sum 0?",
    "The mean was taken away only where something was drawn, so the sum is not zero yet. The "
    "ground has to pay as well: its weights become negative.",
    "section-zero-space",
)
HARD_EDGES = Mistake(
    "hard-edges",
    "a soft mask painted as if it were hard",
    "Give a mask with a ½ in it. What is the weight there, and what is it elsewhere?",
    "Every place that is not 0 got the full color. A mask of ½ means half a wish: multiply.",
    "idea-L05",
)
MEAN_ADDED = Mistake(
    "mean-added",
    "a mean that was added",
    "Add up the new weights by hand, for two weights 1 and 3. Did the sum shrink or grow?",
    "The mean was added where it should be taken away.",
    "section-white",
)
MEAN_ALONE = Mistake(
    "mean-alone",
    "the mean in place of the balanced weights",
    "Print your result. Is the drawing still in it?",
    "What came back is the mean itself. Take it away from the weights: filters - mean.",
    "section-white",
)
ONE_MEAN_FOR_ALL = Mistake(
    "one-mean-for-all",
    "one mean for the whole filter",
    "Your weights sum to zero all together. Do they also do it where you were asked?",
    "filters.mean() is one number for the whole filter. It silences a white wall and nothing "
    "else: a white circle still adds up. Say along which axis the mean runs.",
    "section-white",
)
SUM_FOR_MEAN = Mistake(
    "sum-for-mean",
    "the sum taken away from every weight",
    "Add up the new weights by hand, for two weights 1 and 3. What is their sum now?",
    "Every weight lost the whole sum, and so the sum went past zero. Each one loses its share: "
    "the sum divided by how many they are, which is the mean.",
    "section-white",
)
UNCHANGED = Mistake(
    "unchanged",
    "weights that came back as they went in",
    "Compare your result with what went in. What did your function change?",
    "Nothing was taken away. (filters - mean makes a new array; it must be given a name, or "
    "returned.)",
    "section-white",
)
WALL_TAKEN_FOR_SILENT = Mistake(
    "wall-taken-for-silent",
    "an even area taken for silent",
    "Do the weights of the blue channel sum to zero?",
    "An even area is silent only for a filter whose channels sum to zero over space. This one "
    "has not been balanced.",
    "section-white",
)
WHITE_TAKEN_FOR_SILENT = Mistake(
    "white-taken-for-silent",
    "white taken for nothing",
    "Which numbers does a white pixel hold?",
    "White is full red, full green and full blue. It is silent only where the three weights "
    "sum to zero, and these do not.",
    "section-white",
)
