"""Programs with one wrong line each: mistakes that learners really make, and that run."""

from __future__ import annotations

from dataclasses import dataclass

RIGHT = """\
def layer(image, filters, bias, stride):
    C1, K, _, C2 = filters.shape
    rows = (image.shape[0] - K) // stride + 1
    columns = (image.shape[1] - K) // stride + 1
    result = np.zeros((rows, columns, C2))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            for c in range(C2):
                total = 0.0
                for p in range(C1):
                    for m in range(K):
                        for n in range(K):
                            pixel = image[top + m, left + n, p]
                            total += pixel * filters[p, m, n, c]
                result[i, j, c] = total + bias[c]
    return result
"""


@dataclass(frozen=True)
class Bug:
    """One line of `RIGHT`, made wrong.

    Attributes
    ----------
    number : int
        Of the line, counted from 1.
    wrong : str
        What stands there now, without its indentation.
    why : str
        For the answer key.
    """

    number: int
    wrong: str
    why: str

    @property
    def right(self) -> str:
        """The line as it should be."""
        return RIGHT.splitlines()[self.number - 1]

    def program(self) -> str:
        """The whole program with its wrong line."""
        lines = RIGHT.splitlines()
        indent = self.right[: len(self.right) - len(self.right.lstrip())]
        lines[self.number - 1] = indent + self.wrong
        return "\n".join(lines)


BUGS = (
    Bug(
        3,
        "rows = (image.shape[0] - K + 1) // stride",
        "the 1 is added too early: without a pixel left over, the last row of places is missing",
    ),
    Bug(
        4,
        "columns = (image.shape[1] - K - 1) // stride + 1",
        "the last column of places is missing whenever the stride divides",
    ),
    Bug(8, "top, left = i, j", "the stride is in the size, but not in the window"),
    Bug(8, "top, left = i * stride, j", "the stride is missing for the columns"),
    Bug(
        10,
        "total = result[i, j, c - 1]",
        "the sum does not begin at zero, but with the number of the map before",
    ),
    Bug(11, "for p in range(1):", "only the first channel takes part"),
    Bug(
        14,
        "pixel = image[top + m, left + n, 0]",
        "all channels of the filter meet the first channel of the image",
    ),
    Bug(15, "total = pixel * filters[p, m, n, c]", "nothing is added up: the last product remains"),
    Bug(15, "total += pixel * filters[0, m, n, c]", "one kernel is used for every channel"),
    Bug(15, "total += pixel * filters[p, n, m, c]", "rows and columns of the kernel are swapped"),
    Bug(
        15,
        "total += pixel * filters[p, K - 1 - m, K - 1 - n, c]",
        "the filter is flipped: that is a convolution, and a layer does not flip",
    ),
    Bug(
        15,
        "total += pixel * filters[p, m, n, c] + bias[c]",
        "the bias is added C1·K·K times more than once",
    ),
    Bug(16, "result[i, j, c] = total / C1 + bias[c]", "an average over the channels for a sum"),
    Bug(16, "result[i, j, c] = total + bias[0]", "one bias for all maps"),
    Bug(16, "result[i, j, c] = total", "the bias is forgotten"),
)
