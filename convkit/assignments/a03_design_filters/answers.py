"""What does this filter answer to these pictures? Exercise 3.2, and the mistakes in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from convkit.check.changes import after, setting
from convkit.check.draw import Draw
from convkit.check.mistakes import balance, channels, sums

KERNEL = 9
QUESTIONS = ("white", "yellow", "dim", "wall")


def drawn_filter(seed: str) -> dict:
    """One learner's filter: how many places are painted, and with which three weights.

    Red is wished for, green is not, and blue is a little: no two of the sums are equal.
    """
    draw = Draw(seed, "3.2")
    return {
        "kernel": KERNEL,
        "places": draw.whole(6, 15) * 2,
        "red": draw.whole(6, 9) / 2,
        "green": -draw.whole(1, 2) / 2,
        "blue": draw.whole(3, 5) / 2,
        "level": draw.whole(1, 3) / 4,
    }


@dataclass
class Answer:
    """The sum of products for one picture, each step of it open to change."""

    color: tuple[float, ...]  # of the picture, red, green, blue
    weights: tuple[float, ...]
    places: int  # painted places that the picture covers
    everywhere: bool = False  # whether the picture is one even area
    after: list = field(default_factory=list)

    def carry_out(self):
        products = [weight * high for weight, high in zip(self.weights, self.color, strict=True)]
        result = self.places * sum(products)
        for change in self.after:
            result = change(result)
        return result


def answer(question: str, *, kernel, places, red, green, blue, level) -> Answer:
    """The right recipe for one question."""
    colors = {"white": (1, 1, 1), "yellow": (1, 1, 0), "dim": (level, 0, 0), "wall": (0, 0, 1)}
    return Answer(colors[question], (red, green, blue), places, question == "wall")


def expected(question: str, *, kernel, places, red, green, blue, level) -> float:
    """The same, straight from the definition: a filter laid on a picture."""
    sums = {"white": red + green + blue, "yellow": red + green, "dim": level * red, "wall": blue}
    return places * sums[question]


def _first_alone(recipe):
    if not recipe.everywhere:
        recipe.color = (recipe.color[0], 0, 0)


def _average(recipe):
    high = sum(value > 0 for value in recipe.color)
    recipe.after.append(lambda result: result / high)


def _whole_kernel(recipe):
    if recipe.everywhere:
        recipe.places = KERNEL**2


def _silent_wall(recipe):
    if recipe.everywhere:
        recipe.places = 0


def _silent_white(recipe):
    if recipe.color == (1, 1, 1):
        recipe.color = (0, 0, 0)


MISTAKES = (
    channels.RED_ALONE.made_by(_first_alone),
    channels.CHANNELS_AVERAGED.made_by(
        _average,
        after(lambda result: result / 3),
        hint="Is there a division anywhere in a sum of products?",
        section="idea-L05",
    ),
    sums.ONE_PLACE.made_by(setting(places=1)),
    sums.GROUND_COUNTED.made_by(_whole_kernel, setting(places=lambda recipe: KERNEL**2)),
    sums.BRIGHTNESS_IGNORED.made_by(
        setting(color=lambda recipe: tuple(float(value > 0) for value in recipe.color))
    ),
    sums.SIGNS_LOST.made_by(setting(weights=lambda recipe: tuple(map(abs, recipe.weights)))),
    balance.WALL_TAKEN_FOR_SILENT.made_by(_silent_wall),
    balance.WHITE_TAKEN_FOR_SILENT.made_by(_silent_white),
)
