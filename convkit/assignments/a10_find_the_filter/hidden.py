"""Exercise 10.8: whose filter was it? The learner has an image and a map, and finds the filter."""

from __future__ import annotations

import numpy as np

from convkit import reference
from convkit.assignments.sliding import catalogue, recipes
from convkit.check.calling import as_numbers
from convkit.check.changes import changing
from convkit.check.draw import Draw
from convkit.check.exercise import Exercise, Part, Probe, Refusal
from convkit.check.mistakes import channels, flips, gradient

K, C1 = 3, 2
NEAR = 0.02  # how close each weight must be


def hidden_filter(seed: str) -> np.ndarray:
    """Weights that are multiples of a half, (C1, K, K)."""
    return np.trunc(Draw(seed, "hidden filter").filters((C1, K, K))) / 2


def known(seed: str) -> dict:
    """An image whose pixels know nothing of each other, (H, W, C1), and the map, (H', W')."""
    image = np.round((Draw(seed, "hidden image").image((14, 17, C1)) - 10.5) / 6, 2)
    return {"image": image, "wanted": reference.conv2d(image, hidden_filter(seed)), "K": K}


def probes(seed: str) -> list[Probe]:
    """The image that was shown, and another one."""
    other = Draw(seed, "another image").image((5, 6, C1))
    return [Probe(0, (known(seed)["image"],)), Probe(0, (other,))]


def adapt(seed: str):
    """From an answer to the function that makes its maps."""
    hidden, shown = hidden_filter(seed), known(seed)

    def to_function(answer):
        found = as_numbers(answer)
        if answer is None or callable(answer):
            raise Refusal("No filter yet: `found` should be an array of shape (2, 3, 3).")
        if found is None or found.dtype.kind == "c":
            raise Refusal(f"`found` should be an array of numbers; it is {type(answer).__name__}.")
        if found.shape != hidden.shape:
            raise Refusal(
                f"`found` has shape {found.shape}, and a filter for this image has "
                f"{hidden.shape}: (C1, K, K)."
            )
        far = np.abs(found - hidden).max()
        if not np.isfinite(far):
            raise Refusal(
                "Some weights are nan or infinite: the steps leaped over the valley, further each "
                "time. Take a smaller rate."
            )
        loss = ((reference.conv2d(shown["image"], found) - shown["wanted"]) ** 2).mean()
        on_the_way = (
            f"You are on the way: the loss is down to {loss:.2g}, but not every weight is "
            f"right to {NEAR} yet. Take more steps, or a somewhat larger rate."
        )
        if NEAR < far < 0.45:
            raise Refusal(on_the_way)
        weights = hidden if far <= NEAR else found.astype(float)

        def makes(image):
            return reference.conv2d(image, weights)

        if loss < (shown["wanted"] ** 2).mean():  # better than zeros
            makes.tell = lambda image: on_the_way
        return makes

    return to_function


def _recipe(seed):
    return lambda image: recipes.slide(image, hidden_filter(seed))


MISTAKES = (
    flips.FLIPPED.made_by(
        *catalogue.FLIPPED.changes,
        hint="Did you compare with what ⋆ makes of your filter, or ∗?",
        why="This is the hidden filter turned over both axes. Your maps were made with convolution "
        "(∗); the wanted one with cross-correlation (⋆), as check.slide_box makes it.",
    ),
    flips.TRANSPOSED_KERNEL.made_by(*catalogue.TRANSPOSED.changes),
    channels.CHANNELS_REVERSED.made_by(
        changing(filters=lambda filters: filters[::-1]), hint="Which kernel belongs to channel 0?"
    ),
    gradient.NEGATED.made_by(changing(filters=lambda filters: -filters)),
    gradient.NOTHING_LEARNED.made_by(changing(filters=np.zeros_like)),
)


def exercise(seed: str) -> Exercise:
    """The question for one learner."""
    return Exercise(
        id="10.8",
        title="Whose filter was it?",
        kind="array",
        call="found ⋆ image",
        parts=(Part("the filter", 2),),
        probes=probes,
        expected=lambda image: reference.conv2d(image, hidden_filter(seed)),
        recipe=_recipe(seed),
        mistakes=MISTAKES,
        section="idea-L19",
        adapt=adapt(seed),
        given=known(seed),
        names=("image",),
        praise="That is the filter that somebody has hidden. Nobody told your program.",
    )
