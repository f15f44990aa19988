"""Mistakes with filters and the maps that they give: how many, and which is which."""

from __future__ import annotations

from convkit.check.mistake import Mistake

MAPS_ADDED = Mistake(
    "maps-added",
    "maps that were added",
    "If you add an eye to a mouth, can the next layer take them apart again?",
    "The maps were merged into one. Each feature keeps its own map, and the maps lie on one "
    "another, along the last axis.",
    "idea-L09",
)
MAPS_FORGOTTEN = Mistake(
    "maps-forgotten",
    "one map where there are many",
    "Each filter gives a map. How many filters are there, and where are their maps?",
    "The maps lie on one another and give the result its third axis, of length C2. Bias and "
    "activation leave it as it is.",
    "idea-L09",
)
MAPS_MULTIPLIED = Mistake(
    "maps-multiplied",
    "maps multiplied from layer to layer",
    "Ten maps meet five filters. Do fifty come out?",
    "A filter reaches through all maps and adds them up: one map for each filter, C2 and not "
    "C1 · C2.",
    "idea-L10",
)
MAPS_REVERSED = Mistake(
    "maps-reversed",
    "maps in reverse order",
    "Which map should stand at [:, :, 0]?",
    "The last map came first. Map number c stands at [:, :, c]: the next layer's filters rely "
    "on the order.",
    "idea-L09",
)
ONE_MAP = Mistake(
    "one-map",
    "one map, where the layer gives many",
    "How many filters has this layer, and how many maps does it give?",
    "One filter, or one map, was counted. The layer has C2 of them.",
    "idea-L09",
)
ONE_MAP_ONLY = Mistake(
    "one-map-only",
    "one of the maps alone",
    "How many maps went in, and how many came out?",
    "Only one map is left. With maps = … in the loop, each replaces the one before it: "
    "maps.append(…) keeps them all.",
    "idea-L08",
)
ONE_MAP_BETWEEN = Mistake(
    "one-map-between",
    "only one of the maps between",
    "Change a weight of the last filter of the first layer. Does your result change?",
    "The second layer reaches through all maps of the first: sum over c, (C1, C2) @ (C2, C3).",
    "idea-L10",
)
ONE_FILTER_FOR_ALL = Mistake(
    "one-filter-for-all",
    "one filter used for every map",
    "Are all your maps alike? Should they be?",
    "The same filter made every map. Map number c comes from filter number c: filters[..., c], "
    "or filters[p, m, n, c].",
    "idea-L08",
)
ONE_FILTER_ONLY = Mistake(
    "one-filter-only",
    "one filter, where the layer has many",
    "How many boxes has this layer?",
    "C1·K·K is one filter. The layer has C2 of them, one for each feature map.",
    "idea-L16",
)
MAP_FOR_EACH_CHANNEL = Mistake(
    "map-for-each-channel",
    "a feature map for each channel that comes in",
    "Does a map belong to a channel that comes in, or to a filter?",
    "A filter gives a map, whatever the number of channels. There are C2 filters.",
    "idea-L08",
)
MAP_FOR_EACH_KERNEL = Mistake(
    "map-for-each-kernel",
    "a feature map for each kernel",
    "What happens to the C1 products that one filter makes at one place?",
    "The kernels of a filter work together and their sums are added: one filter, one map.",
    "idea-L10",
)
KERNEL_IS_FILTER = Mistake(
    "kernel-is-filter",
    "a kernel taken for a filter",
    "A filter is a box. How many flat squares of K × K are in it?",
    "A kernel is one flat K × K square, a filter is a whole box of C1 of them. C2 filters have "
    "C1 · C2 kernels together.",
    "idea-L12",
)
NOT_BEGUN_ANEW = Mistake(
    "not-begun-anew",
    "a sum that does not begin anew for each map",
    "The first map, the second: is what belongs to the one still in the other?",
    "The sum over the channels went on from filter to filter. Set it to zero inside the loop "
    "over the filters, not before it: each map has a sum of its own.",
    "idea-L08",
)
FIRST_MAP_FOR_ALL = Mistake(
    "first-map-for-all",
    "the slopes of one map for all filters",
    "Which map did filter c make?",
    "All filters were given the slopes of the same map. Filter c belongs to slopes[…, c].",
    "idea-L19",
)
FIRST_MAP_ONLY = Mistake(
    "first-map-only",
    "only the first of the maps",
    "Change the last map only. Does your result change?",
    "Only map 0 was asked. Every map counts.",
    "idea-L09",
)
FILTERS_IN_THE_SUM = Mistake(
    "filters-in-the-sum",
    "a sum over the filters, too",
    "Is c one of the letters under the sum?",
    "The letter c also stands on the left: it is not summed over. It says which filter is "
    "used, so one number is a sum of C1·K·K products, however many filters there are.",
    "idea-L11",
)
ALL_FILTERS_AT_ONE_PLACE = Mistake(
    "all-filters-at-one-place",
    "the products of all filters together",
    "One number of the result comes from how many filters?",
    "Each number belongs to one map, and so to one filter: C2 · L · L products, without C3.",
    "idea-L10",
)
LOOP_OVER_CHANNELS = Mistake(
    "loop-over-channels",
    "as many maps as there are channels",
    "How often does your loop run: once for each filter, or once for each channel?",
    "The loop counted channels, filters.shape[0]. There is a map for each filter: their number "
    "is the last one, filters.shape[-1].",
    "idea-L10",
)
SLOPES_OF_ALL_MAPS = Mistake(
    "slopes-of-all-maps",
    "the slopes of all maps for each filter",
    "Filter c made map c. Do the slopes of the other maps concern it?",
    "Each filter was given the slopes of all maps together. Filter c answers only for map c: "
    "slopes[…, c].",
    "idea-L19",
)
SUMMED_OVER_MAPS = Mistake(
    "summed-over-maps",
    "a sum over the maps, where the places are summed",
    "Which axis counts the maps? It is the one that must stay.",
    "The last axis counts the maps. Sum over the first two: axis=(0, 1).",
    "idea-L14",
)
LAST_MISFIT = Mistake(
    "last-misfit",
    "the last layer that does not fit, not the first",
    "When the first misfit is found, does your function go on?",
    "The first one was asked for: return as soon as it is found.",
    "idea-L10",
)
NONE_FORGOTTEN = Mistake(
    "none-forgotten",
    "a stack that fits, and no -1",
    "What does your function return when every layer fits?",
    "When every layer fits, the answer is -1.",
    "idea-L10",
)
