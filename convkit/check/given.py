"""What an exercise hands to the learner: numbers, lines, and right versions of earlier answers."""

from __future__ import annotations

from convkit import reference
from convkit.check.parsons import ShownLines
from convkit.check.predictions import drawn_sizes
from convkit.check.seeds import current_seed


def slide_and_sum(image, filters, stride=1):
    """Cross-correlation (H, W) ⋆ (K, K) → (H', W'), right whatever the learner's own one does."""
    return reference.conv2d(image, filters, stride=stride)


def sizes_to_predict() -> dict[str, int]:
    """H, W, C1, K and S of exercise 2.1, for the learner's own numbers."""
    return drawn_sizes(current_seed())


def assembly_lines() -> ShownLines:
    """The lines of exercise 2.2, out of order."""
    return ShownLines()
