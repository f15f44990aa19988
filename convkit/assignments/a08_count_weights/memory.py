"""Exercise 8.4: what a layer costs in bytes and in multiply-adds, beside what its weights cost."""

from __future__ import annotations

from dataclasses import dataclass

from convkit.check.changes import setting
from convkit.check.draw import Draw
from convkit.check.mistake import Mistake


def draw_costs(draw: Draw) -> dict[str, int]:
    """An early layer: a large image, few filters, a batch of images."""
    numbers = {"H": draw.whole(40, 70), "W": draw.whole(72, 110), "C1": draw.whole(5, 9)}
    numbers |= {"K": draw.whole(2, 3) * 2 - 1, "C2": draw.whole(12, 40), "N": draw.whole(10, 30)}
    return numbers


@dataclass
class Cost:
    """One question about a layer in float32, each part of the answer open to change."""

    question: str
    H: int
    W: int
    C1: int
    K: int
    C2: int
    N: int

    def __post_init__(self):
        self.depth, self.area, self.maps = self.C1, self.K**2, self.C2
        self.each = 4  # bytes of one number
        self.weight_copies, self.map_copies, self.runs = 1, self.N, 1
        self.biases, self.around = 0, 0
        self.places_counted = self.places_fewer = True
        self.connections = None  # the products of one image, if not the convolution's
        self.colors, self.power, self.kept = self.C1, 1, None

    @property
    def places(self):
        """Windows in all."""
        return (self.H + self.around - self.K + 1) * (self.W + self.around - self.K + 1)

    def carry_out(self):
        weights = self.depth * self.area * self.maps
        if self.question == "weight_bytes":
            return self.each * (weights + self.biases) * self.weight_copies
        if self.question == "map_bytes":
            return self.each * self.places * (self.kept or self.maps) * self.map_copies
        if self.question == "multiply_adds":
            products = self.connections or weights * (self.places if self.places_counted else 1)
            return products * self.runs
        fewer = self.H * self.W * self.colors / (self.depth * self.area)
        return (fewer * (1 if self.places_fewer else self.places)) ** self.power


COST_MISTAKES = (
    Mistake(
        "channels-forgotten",
        "filters without their depth",
        "Draw one filter as a box. How deep is it, and how many weights are in the box?",
        "K·K counts one channel. A filter has a kernel of its own for each channel of its input.",
        "idea-L16",
        (setting(depth=1), setting(colors=1)),
    ),
    Mistake(
        "kernel-not-squared",
        "one side of the kernel for its area",
        "How many places has a kernel of K rows and K columns?",
        "A kernel of K rows and K columns has K·K weights, not K.",
        "idea-L16",
        (setting(area=lambda r: r.K),),
    ),
    Mistake(
        "one-map",
        "one filter, where the layer has many",
        "How many filters has this layer, and how many maps does it give?",
        "One filter was counted. The layer has C2 of them, and gives as many maps.",
        "idea-L16",
        (setting(maps=1),),
    ),
    Mistake(
        "channels-kept",
        "the depth of the input kept in the result",
        "How many maps come out: as many as channels went in, or as many as there are filters?",
        "What comes out has a map for each of the C2 filters. The C1 channels are summed away.",
        "idea-L10",
        (setting(kept=lambda r: r.C1),),
    ),
    Mistake(
        "float64",
        "eight bytes for each number",
        "How many bits has a float32, and how many bits are a byte?",
        "float32 takes 32 bits, which are 4 bytes. 8 bytes are float64, NumPy's usual type.",
        "section-not-saved",
        (setting(each=8),),
    ),
    Mistake(
        "not-bytes",
        "how many numbers there are, for how many bytes they take",
        "How much memory does one float32 take?",
        "Each number takes 4 bytes in float32, so multiply by 4.",
        "section-not-saved",
        (setting(each=1),),
    ),
    Mistake(
        "bits",
        "bits for bytes",
        "How many bits are a byte?",
        "A float32 has 32 bits, which are 4 bytes.",
        "section-not-saved",
        (setting(each=32),),
    ),
    Mistake(
        "other-unit",
        "kilobytes or megabytes for bytes",
        "In which unit is the answer asked?",
        "The answer is asked in bytes, so divide by nothing.",
        "section-not-saved",
        tuple(setting(each=4 / unit) for unit in (1000, 1024, 10**6, 2**20)),
    ),
    Mistake(
        "biases-counted",
        "biases counted among the weights",
        "Which of the layer's numbers are multiplied with a pixel?",
        "The biases were counted too. Here only weights are asked for.",
        "idea-L16",
        (setting(biases=lambda r: r.C2),),
    ),
    Mistake(
        "batch-in-weights",
        "weights for each image of the batch",
        "Does the second image of a batch need filters of its own?",
        "All images use the same weights. Only the maps are as many as the images.",
        "section-not-saved",
        (setting(weight_copies=lambda r: r.N),),
    ),
    Mistake(
        "batch-forgotten",
        "the maps of one image only",
        "How many images are in the batch, and has each of them maps of its own?",
        "Each image of the batch has its own maps, and all are in memory at once: times N.",
        "section-not-saved",
        (setting(map_copies=1),),
    ),
    Mistake(
        "batch-in-products",
        "the multiply-adds of the whole batch",
        "For how many images is this number asked?",
        "The multiply-adds are asked for one image.",
        "section-not-saved",
        (setting(runs=lambda r: r.N),),
    ),
    Mistake(
        "counted-twice",
        "multiplication and addition counted separately",
        "One multiplication and the addition after it: how many multiply-adds are they?",
        "A multiply-add is both together, and counts once.",
        "section-not-saved",
        (setting(runs=2),),
    ),
    Mistake(
        "sharing-saves-work",
        "sharing taken for a saving of work",
        "How often is one weight multiplied with a pixel while the filter slides?",
        "A shared weight is stored once and used at every place. So there are H'·W' times as many "
        "multiply-adds as weights. Against a dense layer only locality saves work: H·W / (K·K).",
        "section-not-saved",
        (
            setting(places_counted=False, places_fewer=False),
            setting(places_counted=False),
            setting(places_fewer=False),
        ),
    ),
    Mistake(
        "dense-products",
        "the multiply-adds of the dense layer",
        "Does each number that comes out look at the whole image?",
        "Each number that comes out looks at one window only: C1·K·K products, not H·W·C1.",
        "section-not-saved",
        (setting(connections=lambda r: r.H * r.W * r.C1 * r.places * r.maps),),
    ),
    Mistake(
        "upside-down",
        "a ratio upside down",
        "Which of the two has more, and should your ratio be above 1 or below?",
        "The ratio stands on its head: divide the dense layer's number by the convolution's.",
        "section-not-saved",
        (setting(power=-1),),
    ),
    Mistake(
        "same-size",
        "'same' mode, where 'valid' was asked",
        "May a window hang over the border in valid mode?",
        "In valid mode every window lies inside, so there are fewer places: H - K + 1 rows.",
        "section-sizes",
        (setting(around=lambda r: r.K - 1),),
    ),
)
