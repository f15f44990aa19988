"""The named ways to test something else than equivariance, for exercise 9.7."""

from __future__ import annotations

import numpy as np

from convkit.assignments.a09_a_whole_network.shifts import overlap
from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _pairing(function):
    return setting(pair=lambda recipe: function)


def _zero_slice(maps, shifted, down, right):
    return maps[:-down, :-right], shifted[down:, right:]


SHIFT_MISTAKES = (
    Mistake(
        "empty-slice",
        "a slice that is empty when nothing moves",
        "What is maps[:-down] for down = 0? Print its shape.",
        "[:-0] is [:0], and that is empty: nothing is left to compare. Write maps[: H - down] "
        "instead.",
        "idea-L24",
        (_pairing(_zero_slice),),
    ),
    Mistake(
        "other-direction",
        "a shift the other way",
        "The image moved down by one row. What stood in row 0 of a map: where should it be now?",
        "What stood at [i, j] is now at [i + down, j + right]. Compare maps[: H - down] with "
        "shifted_maps[down:], and not the other way round.",
        "idea-L24",
        (_pairing(lambda maps, shifted, down, right: overlap(shifted, maps, down, right)),),
    ),
    Mistake(
        "rows-columns-exchanged",
        "rows and columns exchanged",
        "`down` counts rows. Which axis of the maps is that?",
        "`down` belongs to the first axis, `right` to the second.",
        "idea-L24",
        (_pairing(lambda maps, shifted, down, right: overlap(maps, shifted, right, down)),),
    ),
    Mistake(
        "tests-invariance",
        "a test for maps that stay where they are",
        "If the image moves and the maps do not, do they move along?",
        "The maps were compared as they lie. That tests invariance: nothing changes. Equivariant "
        "maps move as the image does.",
        "idea-L24",
        (
            _pairing(lambda maps, shifted, down, right: (maps, shifted)),
            _pairing(
                lambda maps, shifted, down, right: (maps[down:, right:], shifted[down:, right:])
            ),
        ),
    ),
    Mistake(
        "border-compared",
        "new pixels compared, too",
        "Which rows of shifted_maps belong to pixels that were not in the image before?",
        "np.roll brings back at one border what leaves at the other. In a real image new pixels "
        "come in there: compare only what was there before.",
        "idea-L24",
        (
            _pairing(
                lambda maps, shifted, down, right: (
                    np.roll(maps, (down, right), axis=(0, 1)),
                    shifted,
                )
            ),
        ),
    ),
    Mistake(
        "exact-comparison",
        "== for numbers that were computed",
        "Is 0.1 + 0.2 == 0.3? What does Python say?",
        "Computed numbers differ in their last digits. Ask whether they are close: np.allclose, or "
        "a difference below 1e-6.",
        "idea-L24",
        (setting(most=0),),
    ),
    Mistake(
        "sign-forgotten",
        "a difference without its absolute value",
        "Is -5 below 1e-6? Are maps that differ by -5 equal?",
        "A negative difference is below every small number. Take np.abs of it first.",
        "idea-L24",
        (
            setting(far=lambda recipe: lambda one, other: one - other),
            setting(far=lambda recipe: lambda one, other: other - one),
        ),
    ),
    Mistake(
        "any-for-all",
        "one equal number taken for all",
        "How many numbers must agree, some of them or each?",
        "np.any is satisfied with a single one. All must agree: np.all, or np.allclose.",
        "idea-L24",
        (setting(verdict=lambda recipe: np.any),),
    ),
    Mistake(
        "means-compared",
        "means or sums in place of maps",
        "Two maps have the same mean. Must they show the same?",
        "The differences were added up, so that some canceled others, or means were compared. "
        "Compare number by number.",
        "idea-L24",
        (
            setting(far=lambda recipe: lambda one, other: np.abs((one - other).sum())),
            setting(far=lambda recipe: lambda one, other: np.abs((one - other).sum(axis=(0, 1)))),
        ),
    ),
    Mistake(
        "one-map-only",
        "only one of the maps",
        "Change the last map only. Does your function notice?",
        "Only the first map was compared. All of them must move along.",
        "idea-L24",
        (
            _pairing(
                lambda maps, shifted, down, right: overlap(
                    maps[..., :1], shifted[..., :1], down, right
                )
            ),
        ),
    ),
    Mistake(
        "always-yes",
        "an answer that is always the same",
        "Which maps would your function ever refuse?",
        "The answer does not depend on the maps. Compare them.",
        "idea-L24",
        (
            setting(verdict=lambda recipe: lambda close: True),
            setting(verdict=lambda recipe: lambda close: False),
        ),
    ),
)
