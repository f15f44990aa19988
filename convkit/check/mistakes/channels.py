"""Mistakes with the channels that come in: their number, their order, their sum."""

from __future__ import annotations

from convkit.check.mistake import Mistake

ONE_KERNEL_FOR_ALL = Mistake(
    "one-kernel-for-all",
    "one kernel used for every channel",
    "Take a filter that is zero for the first channel only. What does your function answer?",
    "The kernel of channel 0 was used for every channel. A filter is a box: it has a kernel of "
    "its own for each channel, filters[p].",
    "idea-L04",
)
CHANNELS_AVERAGED = Mistake(
    "channels-averaged",
    "an average over the channels for a sum",
    "Your numbers are all too small by the same factor. Which one, and what else is that large?",
    "The result was divided by the number of channels. The sum runs over them too, and nothing "
    "is divided.",
    "idea-L04",
)
A_MAP_FOR_EACH_CHANNEL = Mistake(
    "a-map-for-each-channel",
    "one map for each channel",
    "How many numbers does one place of the window give: one, or one for each channel?",
    "The channels were kept apart. One filter gives one number at each place: add the channels "
    "too, and the result is (H', W').",
    "idea-L06",
)
ONE_CHANNEL_ONLY = Mistake(
    "one-channel-only",
    "only one of the channels",
    "Change the image in one channel at a time. For which channels does your result not change?",
    "Only one channel took part. A filter reaches through all of them and adds: the sum runs "
    "over p too. (Inside a loop over p, = for += does this as well.)",
    "idea-L04",
)
CHANNELS_REVERSED = Mistake(
    "channels-reversed",
    "channels in reverse order",
    "A filter that is 1 in channel 0 and 0 elsewhere should give channel 0. What does yours?",
    "Channel p of the filter met channel C1 - 1 - p. Channel 0 belongs to channel 0. (OpenCV "
    "stores blue first; and reversing all three axes reverses this one too.)",
    "idea-L04",
)
GRAY_FIRST = Mistake(
    "gray-first",
    "a color image made gray before the filter",
    "Give a red pixel and a blue pixel of equal brightness. Can your function tell them apart?",
    "The channels were mixed before the filter saw them, so all colors look alike. Multiply "
    "each channel with its own kernel first, and add afterwards.",
    "idea-L04",
)
ALWAYS_THREE_CHANNELS = Mistake(
    "always-three-channels",
    "three channels taken for granted",
    "Try two channels, and then four. Where does your code get its 3 from?",
    "The number 3 is written into the code. There can be any number of channels: C1 = "
    "filters.shape[0].",
    "idea-L02",
)
THREE_FOR_GRANTED = Mistake(
    "three-for-granted",
    "the three channels of a photograph",
    "How many channels has this image? Count them again.",
    "Three is the number of channels of a photograph. Here it is another one: C1.",
    "idea-L02",
)
CHANNELS_FORGOTTEN = Mistake(
    "channels-forgotten",
    "channels that were not counted",
    "Draw one filter as a box. How deep is it, and how many weights are in the box?",
    "K·K counts one channel. A filter has a kernel of its own for each channel of its input: "
    "C1·K·K weights, and as many products at each place.",
    "idea-L16",
)
CHANNELS_KEPT = Mistake(
    "channels-kept",
    "channels kept in the result",
    "Where have the channels of the input gone, after the sum at one place?",
    "The sum runs over the channels, so nothing of C1 is left: one filter gives one map, (H', "
    "W'), and C2 filters give (H', W', C2).",
    "idea-L06",
)
ONE_KEPT = Mistake(
    "one-kept",
    "a third dimension of length 1",
    "Is there a direction left in which the box could still move?",
    "All three dimensions are summed, and the box moves in two directions: the result is (H', "
    "W'), with no third number. In code, one filter of shape (C1, K, K) gives just that.",
    "idea-L06",
)
CHANNELS_UNCHANGED = Mistake(
    "channels-unchanged",
    "channels taken for a property of the picture",
    "Is a channel something that comes in, or something that a picture has for ever?",
    "The maps of this layer are the channels of the next one: the same numbers, seen from two "
    "sides. What came in here was summed away.",
    "idea-L12",
)
CHANNELS_ON_ONE_ANOTHER = Mistake(
    "channels-on-one-another",
    "channels that fall on one another",
    "How far apart are the red numbers of two neighboring pixels in image.ravel()?",
    "A pixel takes C1 numbers of the vector, a place C2 of the result. Multiply the number of "
    "the pixel by C1 before you add p, that of the place by C2 before you add c.",
    "section-color-matrix",
)
DEPTH_OF_THE_PICTURE = Mistake(
    "depth-of-the-picture",
    "second filters as deep as the picture",
    "What goes into the second layer: the picture, or the maps of the first?",
    "The second layer never sees the picture: its filters are as deep as the first layer has "
    "filters. (In a loop: after each layer, channels = maps.)",
    "idea-L10",
)
DEPTH_OF_WHAT_CAME_IN = Mistake(
    "depth-of-what-came-in",
    "a layer compared with what came into the layer before, or with the picture",
    "In (C1, K, K, C2), which number says how many maps come out?",
    "Only the first layer meets the picture. What goes on to the next one is as deep as the "
    "layer has filters: the last number, C2. The first, C1, is what came in.",
    "idea-L10",
)
DEPTH_TOO_EARLY = Mistake(
    "depth-too-early",
    "a depth updated before it is used",
    "For the first layer, what is `channels` when the weights are counted?",
    "The filters were given the depth of what comes out. First count the layer, then set "
    "channels = maps for the next one.",
    "idea-L10",
)
DEPTHS_NOT_LOOKED_AT = Mistake(
    "depths-not-looked-at",
    "depths that were not compared",
    "Two numbers have to be equal where two layers meet. Which two does your function compare?",
    "The filters of a layer must be as deep as what comes to it: C1 has to be the number of "
    "maps from the layer before, and the channels of the picture for the first layer.",
    "idea-L10",
)
PICTURE_NOT_LOOKED_AT = Mistake(
    "picture-not-looked-at",
    "a first layer that was not compared with the picture",
    "Does your function use image_shape[2] at all?",
    "The layers were compared with each other, and the first one with nothing. It has to fit "
    "the picture.",
    "idea-L07",
)
MIXED_BEFORE_THE_WEIGHTS = Mistake(
    "mixed-before-the-weights",
    "channels added before they were weighted",
    "Give two channels weights of 1 and -1. What should come out where both are equal?",
    "The channels, or the maps between two layers, were added first, so they could not be told "
    "apart. Each has its own weight, and the sum comes after.",
    "idea-L22",
)
RED_ALONE = Mistake(
    "red-alone",
    "only the red channel counted",
    "A yellow ring is high in two channels. How many weights meet a 1 at one place of it?",
    "Every channel of the picture meets its own weight, and all the products are added: white "
    "is red + green + blue, yellow is red + green.",
    "idea-L05",
)
MAP_FOR_CHANNEL = Mistake(
    "map-for-channel",
    "the map c for the channel p",
    "The image has channels, and the result has maps. Which letter belongs to which?",
    "p counts the channels that come in, c the maps that go out. The image knows only p.",
    "idea-L11",
)
CHANNELS_COUNTED_ONCE = Mistake(
    "channels-counted-once",
    "channels counted once",
    "C channels come in. How many maps go out, and what does each of them need?",
    "A filter is C deep, and there are C filters: C·C weights for each place of the kernel.",
    "idea-L16",
)
ONE_CHANNEL_PAYS = Mistake(
    "one-channel-pays",
    "one channel that pays for all",
    "Which channels did your function change?",
    "The sum is zero, but the first channel alone was changed, and with it the color that the "
    "filter looks for. Take the same from every channel.",
    "section-zero-places",
)
GRAY_FILTER = Mistake(
    "gray-filter",
    "a filter with three equal planes",
    "Print your three planes. How could this filter tell one color from another?",
    "All planes are equal, so this filter is deaf to color and hears brightness alone. Give "
    "each plane the weight of its channel.",
    "idea-L05",
)
ONE_COLOR_FOR_ALL = Mistake(
    "one-color-for-all",
    "one weight for every plane",
    "Print two planes of your filter. Should they be equal?",
    "Every plane got the same weight, so this is a gray filter. Plane p gets color[p]: "
    "filters[p] = color[p] * mask.",
    "idea-L05",
)
ONE_PLANE_ONLY = Mistake(
    "one-plane-only",
    "one plane painted, the others left at zero",
    "How many planes of your filter have a number in them that is not 0?",
    "Only one plane was painted. A filter has a plane for each channel, and each has its weight.",
    "idea-L05",
)
PIXELS_OF_ONE_CHANNEL = Mistake(
    "pixels-of-one-channel",
    "the pixels of one channel for all",
    "Which channel's pixels did filters[p] meet?",
    "The pixels of one channel were used for every kernel. Kernel p met channel p: image[…, p].",
    "idea-L04",
)
