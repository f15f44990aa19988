"""Mistakes in looking for a pattern: where it is, and how well it agrees."""

from __future__ import annotations

from convkit.check.mistake import Mistake

CORNER_FOR_MIDDLE = Mistake(
    "corner-for-middle",
    "the corner of the window for its middle",
    "Your place is too far up and too far left, always by as much. By how much?",
    "The place in the map says where the corner of the window lay. Its middle is K // 2 "
    "further down and K' // 2 further right.",
    "section-find",
)
OPPOSITE_CORNER = Mistake(
    "opposite-corner",
    "a whole kernel added, where half of one is the middle",
    "How far is it from the corner of a window of 3 to its middle?",
    "Half the kernel leads to the middle, K // 2. A whole one leaves the window on the other side.",
    "section-find",
)
MIDDLE_FOR_CORNER = Mistake(
    "middle-for-corner",
    "the middle of the window for its corner",
    "Your place is too far down and too far right. By how much?",
    "Half the size of the target was added, as in the exercise before. Here the upper left "
    "pixel is asked for.",
    "section-find",
)
LOUDEST_FOR_HIGHEST = Mistake(
    "loudest-for-highest",
    "a very negative number taken for a good one",
    "Is a strongly negative answer a find, or the opposite of one?",
    "Without its sign, the most negative number looks like the best. The best place has the "
    "highest number: result.argmax().",
    "section-find",
)
LOWEST = Mistake(
    "lowest",
    "the lowest number for the highest",
    "Is a high or a low number a good answer?",
    "argmin finds the lowest number. A filter answers its pattern with a high one: argmax.",
    "section-find",
)
FILTER_LENGTH_LEFT_IN = Mistake(
    "filter-length-left-in",
    "an agreement that grows with the weights",
    "Double all weights of the filter. Does your agreement change?",
    "The length of the filter is still in it. Divide by it, too.",
    "section-finder",
)
PATCH_LENGTH_LEFT_IN = Mistake(
    "patch-length-left-in",
    "an agreement that grows with the light",
    "Make the image twice as bright. Does your agreement change?",
    "The length of the patch is still in it. Divide by it: np.linalg.norm(patch), anew at each "
    "place.",
    "section-finder",
)
LENGTH_OF_ONE_CHANNEL = Mistake(
    "length-of-one-channel",
    "the length of one channel for that of the whole patch",
    "How many numbers are there in a patch, and of how many did you take the length?",
    "The patch is a box, C1·K·K numbers, and so is the filter. All of them make its length.",
    "section-finder",
)
LENGTH_OF_THE_IMAGE = Mistake(
    "length-of-the-image",
    "the length of the whole image for that of each patch",
    "Does your length change from place to place?",
    "You took one length for all places, that of the image. A dark patch is short and a bright "
    "one is long: each has its own.",
    "section-finder",
)
LENGTHS_ADDED = Mistake(
    "lengths-added",
    "lengths that were added",
    "The answer is length · length · agreement. What takes a product back?",
    "The two lengths are multiplied in the answer: divide by their product, not by their sum.",
    "section-finder",
)
MEAN_TAKEN_OUT = Mistake(
    "mean-taken-out",
    "a correlation in which the means were taken out",
    "Did anybody ask to subtract something first?",
    "With the mean of patch and filter subtracted it is another measure, the correlation "
    "coefficient. The agreement of chapter 12 takes both as they are.",
    "section-finder",
)
NOT_DIVIDED = Mistake(
    "not-divided",
    "answers taken for agreements",
    "Make the patch twice as bright. Does it resemble the filter twice as much?",
    "The answer holds both lengths, that of the patch and that of the filter. Divide by their "
    "product; what is left is the agreement, between -1 and 1.",
    "section-finder",
)
ONE_LENGTH = Mistake(
    "one-length",
    "one length taken out, and the other one left in",
    "Your agreement: can it be larger than 1?",
    "The answer is length · length · agreement. Both lengths must go.",
    "section-finder",
)
ROOT_FORGOTTEN = Mistake(
    "root-forgotten",
    "a square for a length",
    "How long is the arrow (3, 4)?",
    "A length is the square root of the sum of the squares. Without the root it is too large: "
    "for (3, 4) the squares add up to 25, and the length is 5.",
    "section-finder",
)
SUM_FOR_LENGTH = Mistake(
    "sum-for-length",
    "a sum of the numbers for a length",
    "The arrow (3, 4) has the length 5. What does yours have?",
    "Numbers added up are no length: for (3, 4) they make 7, and the arrow has length 5. "
    "Square first, add, and take the root: np.linalg.norm.",
    "section-finder",
)
AGREEMENT_WITHOUT_SIGN = Mistake(
    "agreement-without-sign",
    "an agreement without its sign",
    "What does a negative answer say about the two directions?",
    "A negative answer means that patch and filter point away from each other. Keep the sign.",
    "section-finder",
)
