"""Mistakes with how numbers are stored and compared: whole ones, bytes, numbers below zero."""

from __future__ import annotations

from convkit.check.mistake import Mistake

UINT8_WRAPS = Mistake(
    "uint8-wraps",
    "numbers that wrap around at 256",
    "Add np.uint8(200) and np.uint8(100). Is that what you want for a photograph?",
    "A photograph is stored as uint8, whole numbers from 0 to 255: a sum above 255 begins "
    "again at 0. Turn image and filters into floats first, with .astype(float), and make the "
    "result with np.zeros((rows, columns)), not with zeros_like.",
    "idea-L01",
)
CUT_TO_WHOLE = Mistake(
    "cut-to-whole",
    "numbers cut to whole numbers",
    "Try a filter with the weight 0.25. Can your result hold what comes out?",
    "The fractions were cut off, as int(…), .astype(int) and np.zeros(…, int) do. Make the "
    "result with np.zeros((rows, columns)), which holds floats, and begin a sum with 0.0.",
    "idea-L01",
)
NEGATIVES_LOST = Mistake(
    "negatives-lost",
    "numbers below zero that are changed",
    "Try a filter with a negative weight. May a sum be below zero, and is yours?",
    "A sum of products may be negative, and then it stays so: no abs, no maximum with 0 "
    "(relu), no clip. A picture can be made of it afterwards.",
    "idea-L01",
)
EXACT_COMPARISON = Mistake(
    "exact-comparison",
    "== for numbers that were computed",
    "Is 0.1 + 0.2 == 0.3? What does Python say?",
    "Computed numbers differ in their last digits. Ask whether they are close: np.allclose, or "
    "a difference below 1e-6.",
    "idea-L24",
)
BITS = Mistake(
    "bits",
    "bits for bytes",
    "How many bits are a byte?",
    "A float32 has 32 bits, which are 4 bytes.",
    "section-not-saved",
)
FLOAT64 = Mistake(
    "float64",
    "eight bytes for each number",
    "How many bits has a float32, and how many bits are a byte?",
    "float32 takes 32 bits, which are 4 bytes. 8 bytes are float64, NumPy's usual type.",
    "section-not-saved",
)
NOT_BYTES = Mistake(
    "not-bytes",
    "how many numbers there are, for how many bytes they take",
    "How much memory does one float32 take?",
    "Each number takes 4 bytes in float32, so multiply by 4.",
    "section-not-saved",
)
OTHER_UNIT = Mistake(
    "other-unit",
    "kilobytes or megabytes for bytes",
    "In which unit is the answer asked?",
    "The answer is asked in bytes, so divide by nothing.",
    "section-not-saved",
)
