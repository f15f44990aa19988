"""The named mistakes of gradient descent."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _stepping(function):
    return setting(step=lambda recipe: function)


def _turning(function):
    return setting(turn=lambda recipe: function)


def _of_channel(number):
    return setting(seen=lambda r: np.broadcast_to(r.pixels[[number]], r.pixels.shape))


STALE = Mistake(
    "looked-once",
    "a map that is made only once",
    "After the first step the filter is another one. Is your map the new filter's?",
    "The map was made once, before the loop, so every step answers to the first filter. Make it "
    "anew in each step: forward, compare, back, step.",
    "section-step",
    (setting(look_again=False),),
)
CHANNEL_ZERO = Mistake(
    "one-channel-only",
    "the pixels of one channel for all",
    "Which channel's pixels did filters[p] meet?",
    "The pixels of one channel were used for every kernel. Kernel p met channel p: image[…, p].",
    "idea-L04",
    (_of_channel(0), _of_channel(-1)),
)

TRAINING_MISTAKES = (
    STALE,
    CHANNEL_ZERO,
    Mistake(
        "uphill",
        "steps uphill",
        "Compute the loss before and after a step. Does it fall?",
        "The filter moved to where the loss rises. Either the step has the wrong sign (it is "
        "filters - rate * gradient), or the differences are the wrong way round (it is made - "
        "wanted).",
        "section-step",
        (setting(sign=-1),),
    ),
    Mistake(
        "rate-forgotten",
        "steps without the rate",
        "Does your result change with `rate`?",
        "Each step is rate * gradient. Without the rate it may leap over the valley.",
        "section-step",
        (setting(rate=1),),
    ),
    Mistake(
        "two-forgotten",
        "the 2 of the square forgotten",
        "How fast does d² grow with d?",
        "The slope of d² is 2·d: slopes = 2 * (made - wanted) / wanted.size.",
        "idea-L19",
        (setting(two=1),),
    ),
    Mistake(
        "not-a-mean",
        "slopes of a sum, where the loss is a mean",
        "The loss is a mean over the map. How much of it does one place decide?",
        "The slopes must be divided by how many numbers the map has: / wanted.size.",
        "section-guess",
        (setting(count=1), setting(count=lambda r: len(r.wanted))),
    ),
    Mistake(
        "gradient-flipped",
        "a gradient that is turned over",
        "Which pixels did the upper left weight meet, those at the upper left or the lower right?",
        "The gradient was flipped. It is image ⋆ slopes, and nothing is turned.",
        "idea-L19",
        (_turning(lambda gradient: gradient[:, ::-1, ::-1]),),
    ),
    Mistake(
        "transposed-kernel",
        "a transposed kernel",
        "Follow one weight off the diagonal, such as row 0, column 1. Which pixels did it meet?",
        "Rows and columns of the gradient have changed places.",
        "idea-L19",
        (_turning(lambda gradient: gradient.swapaxes(1, 2)),),
    ),
    Mistake(
        "one-number-for-all",
        "the same step for all weights",
        "How many slopes are there for a filter of C1·K·K weights?",
        "The gradient was added or averaged to one number. Each weight has a slope of its own.",
        "idea-L19",
        (
            _turning(lambda gradient: np.full(gradient.shape, gradient.sum())),
            _turning(lambda gradient: np.full(gradient.shape, gradient.mean())),
        ),
    ),
    Mistake(
        "sign-only",
        "steps of equal length",
        "Is a steep slope followed by a longer step than a flat one?",
        "Only the sign of the gradient was used. The step is rate times the whole gradient.",
        "section-step",
        (_turning(np.sign),),
    ),
    Mistake(
        "begins-at-zero",
        "a start from zero",
        "With which filter should the first step begin?",
        "The filter that was handed over was not used. Begin with it.",
        "section-step",
        (setting(begin=lambda r: np.zeros_like(r.filters)),),
    ),
    Mistake(
        "starts-again",
        "every step taken from the beginning",
        "From which filter does your second step start?",
        "Each step began with the first filter, so only the last step counted. Go on from where "
        "the one before ended: filters = filters - …",
        "section-step",
        (setting(go_on=False),),
    ),
    Mistake(
        "step-alone",
        "the step alone",
        "From where does a step begin?",
        "The gradient (times the rate) was given back in place of the filter. The new filter is "
        "the old one minus that.",
        "section-step",
        (_stepping(lambda filters, by: -by), _stepping(lambda filters, by: by)),
    ),
    Mistake(
        "one-step-off",
        "one step too many, or one too few",
        "How often does your loop run for steps = 1?",
        "range(steps) runs `steps` times. Count again where the first step is made.",
        "section-step",
        (setting(steps=lambda r: r.steps - 1), setting(steps=lambda r: r.steps + 1)),
    ),
    Mistake(
        "ends-after-one",
        "an end after the first step",
        "How often does your loop run? Put a print into it.",
        "Only one step was made. The return belongs after the loop, not into it.",
        "section-step",
        (setting(steps=1),),
    ),
)
