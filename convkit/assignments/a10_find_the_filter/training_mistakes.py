"""The named mistakes of gradient descent."""

from __future__ import annotations

import numpy as np

from convkit.check.changes import replacing, setting
from convkit.check.mistakes import channels, flips, gradient


def _of_channel(number):
    return setting(seen=lambda r: np.broadcast_to(r.pixels[[number]], r.pixels.shape))


STALE = gradient.LOOKED_ONCE.made_by(setting(look_again=False))
CHANNEL_ZERO = channels.PIXELS_OF_ONE_CHANNEL.made_by(_of_channel(0), _of_channel(-1))

TRAINING_MISTAKES = (
    STALE,
    CHANNEL_ZERO,
    gradient.UPHILL.made_by(setting(sign=-1)),
    gradient.RATE_FORGOTTEN.made_by(setting(rate=1)),
    gradient.TWO_FORGOTTEN.made_by(setting(two=1)),
    gradient.NOT_A_MEAN.made_by(setting(count=1), setting(count=lambda r: len(r.wanted))),
    flips.GRADIENT_FLIPPED.made_by(replacing(turn=lambda gradient: gradient[:, ::-1, ::-1])),
    flips.TRANSPOSED_KERNEL.made_by(
        replacing(turn=lambda gradient: gradient.swapaxes(1, 2)), section="idea-L19"
    ),
    gradient.ONE_NUMBER_FOR_ALL.made_by(
        replacing(turn=lambda gradient: np.full(gradient.shape, gradient.sum())),
        replacing(turn=lambda gradient: np.full(gradient.shape, gradient.mean())),
    ),
    gradient.SIGN_ONLY.made_by(replacing(turn=np.sign)),
    gradient.STARTS_FROM_ZERO.made_by(setting(begin=lambda r: np.zeros_like(r.filters))),
    gradient.STARTS_AGAIN.made_by(setting(go_on=False)),
    gradient.STEP_ALONE.made_by(
        replacing(step=lambda filters, by: -by), replacing(step=lambda filters, by: by)
    ),
    gradient.ONE_STEP_OFF.made_by(
        setting(steps=lambda r: r.steps - 1), setting(steps=lambda r: r.steps + 1)
    ),
    gradient.ENDS_AFTER_ONE.made_by(setting(steps=1)),
)
