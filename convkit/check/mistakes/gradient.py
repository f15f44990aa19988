"""Mistakes with losses, slopes, and steps against them."""

from __future__ import annotations

from convkit.check.mistake import Mistake

ALL_POKED = Mistake(
    "all-poked",
    "all weights poked at once",
    "How many weights has your poke changed?",
    "All weights became larger, or a whole row of them. Poke one: poked[m, n] += hair.",
    "idea-L19",
)
ALL_TOGETHER = Mistake(
    "all-together",
    "one number for all biases",
    "How many biases has the layer?",
    "The maps were added, too. Each map has a bias of its own, so the result is (C2,).",
    "idea-L14",
)
ANOTHER_WEIGHT = Mistake(
    "another-weight",
    "another weight poked",
    "In filters[a, b], which of a and b is the row?",
    "The poked weight is filters[m, n]: row m, column n.",
    "idea-L19",
)
SLOPES_AVERAGED = Mistake(
    "slopes-averaged",
    "a mean over the places for a sum",
    "Each place has its say. Do they add up, or share one vote?",
    "The slopes were averaged over the places. What is shared is used at every place, and all "
    "their slopes add up: they already contain what the loss divides by.",
    "idea-L19",
)
BOTH_SIDES_UNDIVIDED = Mistake(
    "both-sides-undivided",
    "two hairs divided by one",
    "How far apart are the two weights whose losses you compare?",
    "From w - hair to w + hair it is two hairs: divide by 2 * hair. (Poking both ways is a "
    "good idea: it is more exact.)",
    "idea-L19",
)
ENDS_AFTER_ONE = Mistake(
    "ends-after-one",
    "an end after the first round of the loop",
    "How often does your loop run? Put a print into it.",
    "The function ended after the first layer, or the first step. The return belongs after the "
    "loop, not into it.",
    "section-step",
)
LOOKED_ONCE = Mistake(
    "looked-once",
    "a map that is made only once",
    "After the first step the filter is another one. Is your map the new filter's?",
    "The map was made once, before the loop, so every step answers to the first filter. Make "
    "it anew in each step: forward, compare, back, step.",
    "section-step",
)
NEARLY_ZERO = Mistake(
    "nearly-zero",
    "a slope that is nearly 0 whatever the filter",
    "Print both losses, and what you divide by. Do the losses differ at all? And by how much "
    "for a whole unit of the weight?",
    "Either the change of the loss was not divided by the hair, or the original was poked "
    "together with its copy, so that both losses are equal. Make a copy first: poked = "
    "filters.copy(). Then divide: / hair.",
    "idea-L19",
)
NEGATED = Mistake(
    "negated",
    "a filter with the opposite sign",
    "Compute the loss of your filter. Is it smaller than that of a filter of zeros?",
    "Every weight has the wrong sign. Somewhere a minus is missing or too much.",
    "idea-L19",
)
NOT_A_MEAN = Mistake(
    "not-a-mean",
    "a sum, where the loss is a mean",
    "The loss is a mean. How much of it does a single number decide?",
    "The loss divides by how many numbers there are, so its slopes do, too: / wanted.size.",
    "section-guess",
)
NOT_SQUARED = Mistake(
    "not-squared",
    "differences that are not squared",
    "Which is worse, to be off by 4 once, or by 1 four times? What does your loss say?",
    "The loss is the mean of the squared differences.",
    "section-guess",
)
NOTHING_LEARNED = Mistake(
    "nothing-learned",
    "a filter of zeros",
    "How many steps were made?",
    "All weights are zero: no step was made, or its result was thrown away. Write found = "
    "train(…).",
    "section-step",
)
ONE_NUMBER_FOR_ALL = Mistake(
    "one-number-for-all",
    "one number where there are many slopes",
    "How many slopes are there, and how many do you give or use?",
    "The slopes were added or averaged to one number. Each weight, and each number of the map, "
    "has a slope of its own.",
    "idea-L19",
)
ONE_PLACE_ONLY = Mistake(
    "one-place-only",
    "only one place",
    "Change one slope in the middle of the map. Does your result change?",
    "Only one place was counted. What is shared is used at all of them: use +=, or a sum.",
    "idea-L19",
)
ONE_STEP_OFF = Mistake(
    "one-step-off",
    "one step too many, or one too few",
    "How often does your loop run for steps = 1?",
    "range(steps) runs `steps` times. Count again where the first step is made.",
    "section-step",
)
OTHER_SIGN = Mistake(
    "other-sign",
    "a slope with the wrong sign",
    "Make the weight a little larger. Does the loss rise, and what does your slope say?",
    "The differences were taken the other way round. It is what was made minus what was "
    "wanted, and the loss after a poke minus the loss before it: a slope points to where the "
    "loss rises.",
    "idea-L19",
)
PIXEL_FORGOTTEN = Mistake(
    "pixel-forgotten",
    "a slope without the pixels",
    "If the weight grows by a hair, by how much does each number of the map grow?",
    "Each number of the map grows by the hair times its pixel. So each difference is "
    "multiplied with the pixel that its weight met.",
    "idea-L19",
)
RATE_FORGOTTEN = Mistake(
    "rate-forgotten",
    "a step without the rate",
    "Does your result change with the rate?",
    "The step is rate times slope: weight - rate · slope. Without the rate it may leap over "
    "the valley.",
    "section-step",
)
ROWS_FOR_SIZE = Mistake(
    "rows-for-size",
    "the number of rows for how many numbers there are",
    "What does len() give for an array of 3 × 4? And .size?",
    "len(wanted) counts rows. wanted.size counts numbers.",
    "section-guess",
)
SIGN_LOST = Mistake(
    "sign-lost",
    "slopes without their sign",
    "Where your map is too low, should it become higher or lower?",
    "The sign was lost. It tells the direction: positive where the map is too high.",
    "idea-L19",
)
SIGN_ONLY = Mistake(
    "sign-only",
    "steps of equal length",
    "Is a steep slope followed by a longer step than a flat one?",
    "Only the sign of the gradient was used. The step is rate times the whole gradient.",
    "section-step",
)
SQUARED = Mistake(
    "squared",
    "the squares for their slopes",
    "Which of the two is asked: how wrong each number is, or how the loss changes with it?",
    "The squares themselves are the loss. Its slope at d is 2·d, with its sign.",
    "idea-L19",
)
STARTS_AGAIN = Mistake(
    "starts-again",
    "every step taken from the beginning",
    "From which filter does your second step start?",
    "Each step began with the first filter, so only the last step counted. Go on from where "
    "the one before ended: filters = filters - …",
    "section-step",
)
STARTS_FROM_ZERO = Mistake(
    "starts-from-zero",
    "a start from zero",
    "With which filter should the first step begin?",
    "The filter that was handed over was not used. Begin with it.",
    "section-step",
)
STEP_ALONE = Mistake(
    "step-alone",
    "the step alone",
    "From where does a step begin?",
    "The new weight is the old one and the step together: weight - rate · slope.",
    "section-step",
)
TWO_FORGOTTEN = Mistake(
    "two-forgotten",
    "the 2 of the square forgotten",
    "How fast does d² grow with d?",
    "The slope of d² is 2·d: the 2 belongs in front.",
    "idea-L19",
)
UPHILL = Mistake(
    "uphill",
    "a step uphill",
    "Compute the loss before and after a step. Does it fall?",
    "The slope points to where the loss rises. Step against it: weight - rate · slope. (Or the "
    "differences are the wrong way round: it is made - wanted.)",
    "section-step",
)
WEIGHT_FORGOTTEN = Mistake(
    "weight-forgotten",
    "the same gradient for all weights of a kernel",
    "Do two weights of a kernel meet the same pixels?",
    "m and n do not occur in the pixel's index: at [i, j] the weight met [i + m, j + n].",
    "idea-L19",
)
