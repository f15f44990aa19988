"""Mistakes about an image that moves, and about maps that move along."""

from __future__ import annotations

from convkit.check.mistake import Mistake

ALWAYS_YES = Mistake(
    "always-yes",
    "an answer that is always the same",
    "Which maps would your function ever refuse?",
    "The answer does not depend on the maps. Compare them.",
    "idea-L24",
)
ANY_FOR_ALL = Mistake(
    "any-for-all",
    "one equal number taken for all",
    "How many numbers must agree, some of them or each?",
    "np.any is satisfied with a single one. All must agree: np.all, or np.allclose.",
    "idea-L24",
)
MAPS_STAY = Mistake(
    "maps-stay",
    "a map that stays where it is",
    "The image moves. Does a filter find its pattern in the old place?",
    "A pattern is found where it lies now. Equivariant maps move along; only global pooling "
    "lets an answer stay.",
    "idea-L24",
)
MEANS_COMPARED = Mistake(
    "means-compared",
    "means or sums in place of maps",
    "Two maps have the same mean. Must they show the same?",
    "The differences were added up, so that some canceled others, or means were compared. "
    "Compare number by number.",
    "idea-L24",
)
MOVED_BY_THE_KERNEL = Mistake(
    "moved-by-the-kernel",
    "a shift in which the kernel has a say",
    "The image moves by 4 pixels. Does a larger kernel make the pattern move less?",
    "The kernel decides how large the map is and where it begins, not how far things move in "
    "it. The map moves by what the image moves.",
    "section-which-view",
)
MOVED_THE_OTHER_WAY = Mistake(
    "moved-the-other-way",
    "a map that moves against its image",
    "Put a bright dot on the image and move it to the right. Where is it found then?",
    "Every foil moves with the image, so the pile moves with it: by the same step, the same way.",
    "section-which-view",
)
OTHER_DIRECTION = Mistake(
    "other-direction",
    "a shift the other way",
    "The image moved down by one row. What stood in row 0 of a map: where should it be now?",
    "What stood at [i, j] is now at [i + down, j + right]. Compare maps[: H - down] with "
    "shifted_maps[down:], and not the other way round.",
    "idea-L24",
)
SIGN_FORGOTTEN = Mistake(
    "sign-forgotten",
    "a difference without its absolute value",
    "Is -5 below 1e-6? Are maps that differ by -5 equal?",
    "A negative difference is below every small number. Take np.abs of it first.",
    "idea-L24",
)
TESTS_INVARIANCE = Mistake(
    "tests-invariance",
    "a test for maps that stay where they are",
    "If the image moves and the maps do not, do they move along?",
    "The maps were compared as they lie. That tests invariance: nothing changes. Equivariant "
    "maps move as the image does.",
    "idea-L24",
)
WISHES_AVERAGED = Mistake(
    "wishes-averaged",
    "an average of the wishes for their sum",
    "A pixel that is under the kernel four times: does it count more, or as much as a corner?",
    "The sum was divided. Only add: a pixel with more to say hears more wishes.",
    "section-which-view",
)
WISHES_REPLACED = Mistake(
    "wishes-replaced",
    "wishes that replace one another",
    "A pixel in the middle lay under several places of the kernel. How many wishes reach it?",
    "Each shift overwrote what the shifts before had brought. All wishes about a pixel count: +=.",
    "section-which-view",
)
