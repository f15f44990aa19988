"""Mistakes with biases: what they are added to, and how many there are."""

from __future__ import annotations

from convkit.check.mistake import Mistake

BIAS_ALONG_COLUMNS = Mistake(
    "bias-along-columns",
    "a bias for each column",
    "Take maps of zeros. Then each map of the result should be one number everywhere. Is it?",
    "The bias met the columns: all maps have the same stripes. NumPy lays shapes over one "
    "another from the right; with the maps in front, the bias needs two axes behind it: "
    "bias[:, None, None].",
    "section-bias-wrong",
)
BIAS_ALONG_IMAGES = Mistake(
    "bias-along-images",
    "a bias for each image",
    "With many images, which axis is the first one?",
    "The first axis of a batch counts images. Count the axes from the right: the maps are axis "
    "-1, or -3 if they stand in front.",
    "section-bias-wrong",
)
BIAS_ALONG_ROWS = Mistake(
    "bias-along-rows",
    "a bias for each row",
    "Take maps of zeros. Is every row of a map of the result the same number?",
    "The bias met the rows. With the maps last it needs no other axes; with the maps in front "
    "two of them, bias[:, None, None].",
    "section-bias-wrong",
)
BIAS_ALONG_THE_IMAGE = Mistake(
    "bias-along-the-image",
    "a bias added along rows or columns",
    "bias has C2 numbers. Which axis of your result has C2 entries?",
    "bias[:, None] is added along the width, bias[:, None, None] along the height. Maps come "
    "last here, so plain + bias is right.",
    "idea-L14",
)
BIAS_AS_IT_IS = Mistake(
    "bias-as-it-is",
    "a bias that meets the columns",
    "NumPy lays shapes over one another from the right. What does the bias meet first?",
    "With the maps in front, the last axis is that of the columns. Two axes of length 1 behind "
    "the bias bring it to the front: (C2, 1, 1).",
    "section-bias-wrong",
)
BIAS_FOR_EACH_CHANNEL = Mistake(
    "bias-for-each-channel",
    "one bias for each channel that comes in",
    "The bias is added after the sum over the channels. How many channels are left then?",
    "A bias belongs to what comes out, not to what goes in: one for each feature map, C2 in all.",
    "idea-L14",
)
BIAS_FOR_EACH_KERNEL = Mistake(
    "bias-for-each-kernel",
    "one bias for each kernel",
    "How often is the bias added to one number of the result?",
    "A filter has a kernel for each channel, and one bias: it is added once, after all products.",
    "idea-L14",
)
BIAS_FOR_EACH_NUMBER = Mistake(
    "bias-for-each-number",
    "one bias for each number that comes out",
    "Has a feature map one bias, or one for each of its pixels?",
    "The same bias is added at every place of a map: biases are shared as weights are. So "
    "there are C2, whatever the size of the maps.",
    "idea-L14",
)
BIAS_FOR_EACH_WEIGHT = Mistake(
    "bias-for-each-weight",
    "a bias for each weight",
    "Is the bias added to each product, or once to the sum?",
    "Weights are multiplied. A bias is added, once, after the sum: one for each map.",
    "idea-L14",
)
BIAS_FORGOTTEN = Mistake(
    "bias-forgotten",
    "a bias that is not used",
    "Does your result change when the bias does?",
    "Each map gets its bias after the sum over the channels: W ⋆ x + b. (maps + bias is a new "
    "array: return it.)",
    "idea-L14",
)
BIAS_INSIDE_THE_SUM = Mistake(
    "bias-inside-the-sum",
    "a bias inside the sum",
    "Take an image of zeros and a bias of 1. What should come out, and what does?",
    "The bias was added with every product, or with every channel. It belongs to the sum as a "
    "whole: add it once, before the loops or after them.",
    "section-bias-wrong",
)
BIAS_MULTIPLIED = Mistake(
    "bias-multiplied",
    "a bias that is multiplied",
    "Take a bias of zero. What should happen to the maps?",
    "Weights are multiplied, a bias is added.",
    "idea-L14",
)
BIAS_ON_ROWS = Mistake(
    "bias-on-rows",
    "a bias that meets the rows",
    "NumPy lays shapes over one another from the right. Which axis does your C2 meet?",
    "From the right come the columns, then the rows, then the maps. So the bias needs two axes "
    "of length 1 behind it: (C2, 1, 1).",
    "section-bias-wrong",
)
BIAS_SUBTRACTED = Mistake(
    "bias-subtracted",
    "a bias that is subtracted",
    "Take a bias above zero. Should the maps become larger or smaller?",
    "A bias is added: W ⋆ x + b. A threshold of 15 is a bias of -15.",
    "idea-L14",
)
BIASES_ALWAYS = Mistake(
    "biases-always",
    "biases counted for a layer that has none",
    "What should your function give for bias=False?",
    "With bias=False the layer has weights only: C1·K·K·C2.",
    "idea-L14",
)
BIASES_COUNTED = Mistake(
    "biases-counted",
    "biases counted among the weights",
    "Which of the layer's numbers are multiplied with a pixel?",
    "The biases were counted too. They are parameters, and no weights: nothing is multiplied "
    "with them.",
    "idea-L16",
)
BIASES_FORGOTTEN = Mistake(
    "biases-forgotten",
    "a count without the biases",
    "What else does training have to find, apart from the filters?",
    "The biases were left out. Each feature map has one, C2 in all.",
    "idea-L14",
)
BIASES_OF_THE_INPUTS = Mistake(
    "biases-of-the-inputs",
    "a bias for each input of the dense layer",
    "W x + b: is b as long as x, or as long as the result?",
    "b is added to the result, so it has one number for each output.",
    "idea-L14",
)
DENSE_SHARES_TOO = Mistake(
    "dense-shares-too",
    "a dense layer that shares its biases",
    "What does a dense layer know about places?",
    "In a dense layer nothing is shared: each output has a bias of its own, and there are "
    "H'·W'·C2 outputs.",
    "idea-L14",
)
ONE_BIAS = Mistake(
    "one-bias",
    "one bias for the whole layer",
    "Two filters look for two features. Must both use the same bias?",
    "There is one bias for each feature map: C2 in all.",
    "idea-L14",
)
ONE_BIAS_FOR_ALL = Mistake(
    "one-bias-for-all",
    "one bias for all maps",
    "Give your function a bias of (1, 2, 3). Does each map get another number?",
    "All maps got the same number. Each map has a bias of its own: bias[c] belongs to map c.",
    "section-bias-wrong",
)
WEIGHTS_FOR_BIASES = Mistake(
    "weights-for-biases",
    "weights counted, where biases were asked",
    "Which part of W x + b was asked for?",
    "Inputs times outputs is the number of weights. Biases are one for each output.",
    "idea-L14",
)
