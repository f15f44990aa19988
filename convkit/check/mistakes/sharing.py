"""Mistakes about weights that all places share, and about dense layers, which share none."""

from __future__ import annotations

from convkit.check.mistake import Mistake

NOT_SHARED = Mistake(
    "not-shared",
    "weights counted anew at every place",
    "When the box moves one pixel to the right, does it get new weights?",
    "A convolution keeps its weights when it moves, however large the image: that is what "
    "sharing means.",
    "idea-L16",
)
SHARING_SAVES_WORK = Mistake(
    "sharing-saves-work",
    "sharing taken for a saving of work",
    "How often is one weight multiplied with a pixel while the filter slides?",
    "A shared weight is stored once and used at every place. So there are H'·W' times as many "
    "multiply-adds as weights. Against a dense layer only locality saves work: H·W / (K·K).",
    "section-not-saved",
)
SHARED_FORGETS = Mistake(
    "shared-forgets",
    "a shared filter that stays at one place",
    "Which weights does the shared layer use at the new place?",
    "The shared layer has one set of weights. What it learned at one place, it knows at all.",
    "idea-L18",
)
WEIGHTS_OF_ONE_PLACE = Mistake(
    "weights-of-one-place",
    "the weights of one place used everywhere",
    "Make the weights of one place zero. Does your result become zero there, and nowhere else?",
    "The same weights were used at every place. Here nothing is shared: the number at [i, j] "
    "is made with weights[i, j].",
    "idea-L18",
)
WEIGHTS_TRAVEL = Mistake(
    "weights-travel",
    "weights that travel by themselves",
    "Which weights does the unshared layer use at the new place? Were they ever changed?",
    "The unshared layer has other weights at the new place, and they are still zero: it has "
    "learned nothing there.",
    "idea-L18",
)
ONE_LESSON = Mistake(
    "one-lesson",
    "one lesson for all places",
    "After one lesson, how many places of the unshared layer have weights that are not zero?",
    "One lesson changes the weights of one place. Every other place needs a lesson too.",
    "idea-L18",
)
FIRST_LESSON_LEFT_OUT = Mistake(
    "first-lesson-left-out",
    "the first lesson not counted",
    "Was the lesson at the first place a lesson?",
    "The question is about all lessons, the first one included.",
    "idea-L18",
)
LESSONS_FOR_WEIGHTS = Mistake(
    "lessons-for-weights",
    "a lesson for each weight",
    "How many weights does one lesson teach?",
    "A lesson teaches all K·K weights of one place at once. Count places, H'·W'.",
    "idea-L18",
)
LOCAL_ONE_SET = Mistake(
    "local-one-set",
    "one set of weights for all maps of a place",
    "Two maps look for two features. Can they have the same weights at one place?",
    "At each place every map needs a window of weights of its own: C2 of them.",
    "section-ladder",
)
LOCAL_SHARED = Mistake(
    "local-shared",
    "shared weights, where each place has its own",
    "“local” does not share. When the window moves on, does it keep its weights?",
    "A locally connected layer has new weights at every place: one window of weights for each "
    "number that comes out.",
    "section-ladder",
)
UNITS_ARE_MAPS = Mistake(
    "units-are-maps",
    "a dense unit for each map",
    "A dense layer that does the same gives as many numbers as the convolution does. How many?",
    "A dense layer knows no maps: it has a unit for each single number that comes out, "
    "H'·W'·C2 units, and each has H·W·C1 weights.",
    "section-ladder",
)
AS_MANY_OUT_AS_IN = Mistake(
    "as-many-out-as-in",
    "as many numbers out as in",
    "Is what comes out as large as the image?",
    "A dense matrix is square only if as many numbers come out as go in. Here H'·W'·C2 come "
    "out, and H·W·C1 go in.",
    "section-ladder",
)
INPUTS_PLUS_OUTPUTS = Mistake(
    "inputs-plus-outputs",
    "inputs and outputs added",
    "Three inputs and two outputs, every input wired to every output: draw the wires.",
    "Every output has a weight for every input: inputs times outputs, not plus.",
    "section-ladder",
)
