"""Mistakes with the function behind the sum."""

from __future__ import annotations

from convkit.check.mistake import Mistake

ACTIVATION_INSIDE_THE_SUM = Mistake(
    "activation-inside-the-sum",
    "an activation inside the sum",
    "How many numbers does the activation see at one place, for one map?",
    "Products (or channels) were bent one by one, and added afterwards. First the whole sum, "
    "then the bias, then the activation: once for each number of the result.",
    "idea-L13",
)
ACTIVATION_NOT_USED = Mistake(
    "activation-not-used",
    "an activation that is not used",
    "Does your result change when the activation does?",
    "The sum came out as it was. Its last step is missing: return the activation of it.",
    "idea-L13",
)
ALWAYS_RELU = Mistake(
    "always-relu",
    "ReLU, whatever was asked",
    "What should come out when the activation is None?",
    "Not every layer has ReLU: look at the argument `activation`. None leaves the sums as they "
    "are.",
    "idea-L13",
)
BIAS_AFTER_ACTIVATION = Mistake(
    "bias-after-activation",
    "a bias that comes after the activation",
    "With ReLU, can a number of your result be below zero? Should it?",
    "The order is: sum, bias, activation. A bias that comes last shifts the result, and is no "
    "threshold any more.",
    "idea-L13",
)
NOT_QUITE_RELU = Mistake(
    "not-quite-relu",
    "a bend that is not ReLU",
    "ReLU of -2 is 0, and ReLU of 7 is 7. What are yours?",
    "ReLU is max(x, 0): what is negative becomes zero, what is positive stays as it is, "
    "however large. np.maximum(x, 0) does it for a whole array.",
    "idea-L13",
)
NOT_QUITE_SIGMOID = Mistake(
    "not-quite-sigmoid",
    "a bend that is not the sigmoid",
    "The sigmoid of 0 is 0.5. For large numbers it comes close to 1, for very negative ones to 0.",
    "sigmoid(x) = 1 / (1 + e^(-x)), for each number alone. Mind the minus, and add the 1 "
    "inside the fraction.",
    "idea-L13",
)
NOT_QUITE_TANH = Mistake(
    "not-quite-tanh",
    "a bend that is not tanh",
    "tanh of 0 is 0, and tanh of -x is -tanh of x. Are yours?",
    "tanh lies between -1 and 1: np.tanh.",
    "idea-L13",
)
