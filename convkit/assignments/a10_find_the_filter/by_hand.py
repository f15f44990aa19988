"""Exercise 10.1: one weight, two pixels, one step of gradient descent, with a pencil."""

from __future__ import annotations

from dataclasses import dataclass

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistake import Mistake


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
    Mistake(
        "summed",
        "a sum for the mean",
        "The loss is the mean of the squared differences. Of how many?",
        "The squares were added and not divided by how many there are. The mean has its effect in "
        "the slope, too.",
        "section-guess",
        (setting(count=1),),
    ),
    Mistake(
        "not-squared",
        "differences that are not squared",
        "Which is worse, to be off by 4 once, or by 1 four times? What does your loss say?",
        "The loss is the mean of the squared differences.",
        "section-guess",
        (setting(power=1),),
    ),
    Mistake(
        "two-forgotten",
        "the 2 of the square forgotten",
        "How fast does d² grow with d?",
        "The slope of d² is 2·d. The 2 belongs in front.",
        "idea-L19",
        (setting(two=1),),
    ),
    Mistake(
        "pixel-forgotten",
        "a slope without the pixels",
        "If the weight grows by a hair, by how much does each number of the map grow?",
        "Each number of the map grows by the hair times its pixel. So each difference is "
        "multiplied with the pixel that its weight met.",
        "idea-L19",
        (setting(meets=lambda r: (1,) * len(r.pixels)), setting(meets=lambda r: (r.weight,) * 2)),
    ),
    Mistake(
        "other-sign",
        "a slope with the wrong sign",
        "Make the weight a little larger. Does the loss rise, and what does your slope say?",
        "The differences were taken the other way round. It is what was made minus what was "
        "wanted, so the slope points to where the loss rises.",
        "idea-L19",
        (setting(sign=-1),),
    ),
    Mistake(
        "uphill",
        "a step uphill",
        "What is the loss with your new weight? Is it smaller than before?",
        "The slope points to where the loss rises. Step against it: weight - rate · slope.",
        "section-step",
        (setting(step=lambda r: -r.rate),),
    ),
    Mistake(
        "rate-forgotten",
        "a step without the rate",
        "How long is the step, for this slope and this rate?",
        "The step is rate times slope: weight - rate · slope.",
        "section-step",
        (setting(step=1),),
    ),
    Mistake(
        "step-alone",
        "the step alone",
        "From where does the step begin?",
        "The new weight is the old one and the step together: weight - rate · slope.",
        "section-step",
        (setting(kept=0),),
    ),
)
