"""Exercise 10.1: one weight, two pixels, one step of gradient descent, with a pencil."""

from __future__ import annotations

from dataclasses import dataclass

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistakes import gradient


def draw_step(draw: Draw) -> dict:
    """Two pixels, a weight, two wanted numbers and a rate: small, and the slope is not 0."""
    one = draw.whole(1, 3)
    pixels = (one, one + draw.whole(1, 2))
    weight = draw.whole(2, 5) / 2
    off = (draw.whole(1, 4), draw.whole(-6, 6))
    wanted = tuple(weight * x - d for x, d in zip(pixels, off, strict=True))
    return {
        "pixels": pixels,
        "weight": weight,
        "wanted": wanted,
        "rate": draw.whole(1, 4) / 20,
    }


@dataclass
class HandStep:
    """One question, each part of its answer open to change."""

    question: str  # 'loss', 'slope' or 'after'
    pixels: tuple[float, ...]
    weight: float
    wanted: tuple[float, ...]
    rate: float

    def __post_init__(self):
        self.count, self.two, self.power, self.sign = len(self.pixels), 2, 2, 1
        self.meets, self.kept, self.step = self.pixels, self.weight, self.rate

    def carry_out(self):
        off = [self.weight * x - t for x, t in zip(self.pixels, self.wanted, strict=True)]
        loss = sum(abs(d) ** self.power for d in off) / self.count
        slope = self.sign * self.two * sum(d * x for d, x in zip(off, self.meets, strict=True))
        slope /= self.count
        found = {"loss": loss, "slope": slope, "after": self.kept - self.step * slope}
        return round(found[self.question], 9)


HAND_MISTAKES = (
    gradient.NOT_A_MEAN.made_by(setting(count=1)),
    gradient.NOT_SQUARED.made_by(setting(power=1)),
    gradient.TWO_FORGOTTEN.made_by(setting(two=1)),
    gradient.PIXEL_FORGOTTEN.made_by(
        setting(meets=lambda r: (1,) * len(r.pixels)), setting(meets=lambda r: (r.weight,) * 2)
    ),
    gradient.OTHER_SIGN.made_by(setting(sign=-1)),
    gradient.UPHILL.made_by(setting(step=lambda r: -r.rate)),
    gradient.RATE_FORGOTTEN.made_by(setting(step=1)),
    gradient.STEP_ALONE.made_by(setting(kept=0)),
)
