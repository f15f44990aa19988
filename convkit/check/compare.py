"""Is this the right result? And if not, how does it differ?"""

from __future__ import annotations

import numpy as np

from convkit.check.calling import Outcome, as_numbers


def same(outcome: Outcome, wanted: object) -> bool:
    """Tell whether an outcome has the wanted shape and numbers, rounding aside."""
    got, wanted = outcome.number, as_numbers(wanted)
    if got is None or got.dtype.kind == "c" or got.shape != wanted.shape:
        return False
    return bool(np.all(close(got, wanted)))


def close(got: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Compare number by number, with room for the rounding of float32 and of FFTs.

    The room is 1e-5 of the largest wanted number: some hundred times float32's rounding here,
    and far less than any mistake changes. Whole numbers are counts and sizes: they have no room.
    """
    scale = max(1.0, float(np.abs(wanted).max(initial=0)))
    room = 1e-12 if wanted.dtype.kind in "iu" else 1e-5
    with np.errstate(invalid="ignore"):
        return np.abs(got.astype(np.float64) - wanted) <= room * scale


def difference(outcome: Outcome, wanted: object) -> str:
    """Say in one or two sentences how an outcome differs from what was wanted."""
    value, got, wanted = outcome.value, outcome.number, as_numbers(wanted)
    if outcome.error:
        return outcome.error
    if got is None:
        return f"The answer is {_kind(value)}, and should be {_wish(wanted)}."
    if got.dtype.kind == "c":
        return "The answer is complex. After an FFT, keep the real part: .real."
    if got.shape != wanted.shape:
        return _shapes(got.shape, wanted.shape)
    if got.dtype.kind == "f" and np.all(np.isnan(got)):
        return "Every number is nan, which is what 0/0 or inf - inf gives."
    if got.size > 1 and not got.any() and wanted.any():
        return "Your result has the right shape, and is all zeros: nothing was added to it yet."
    if got.ndim == 0 and got == 0:
        return f"Expected {plain(wanted)}, got 0. Is anything added to the total?"
    index = tuple(int(i) for i in np.argwhere(~close(got, wanted))[0])
    where = f"At index {list(index)}: e" if index else "E"
    wrong = int((~close(got, wanted)).sum())
    share = f" {wrong} of {wanted.size} numbers differ." if wanted.size > 1 else ""
    words = f"{where}xpected {plain(wanted[index])}, got {plain(got[index])}.{share}"
    if got.dtype.kind == "f" and np.isnan(got[index]):
        words += " nan is what 0/0 gives: for which input is something here divided by 0?"
    return words


def plain(number: object) -> str:
    """A number as one would write it: 7 for 7.0."""
    value = number.item() if hasattr(number, "item") else number
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _shapes(got, wanted) -> str:
    if not wanted:
        return f"The answer should be a single number, and yours has shape {got}."
    if not got:
        return f"The answer should have shape {wanted}, and yours is a single number."
    text = f"Your result has shape {got}, and should have {wanted}."
    if got == wanted[::-1]:
        return text + (
            " Rows come first: (H', W')." if len(got) == 2 else " All axes stand in reverse order."
        )
    if [size for size in got if size != 1] == [size for size in wanted if size != 1]:
        trouble = "is too many" if len(got) > len(wanted) else "is missing"
        return text + f" Only an axis of length 1 {trouble}."
    return text


def _kind(value) -> str:
    if value is None:
        return "None"
    if isinstance(value, str):
        return f"text, {value!r}"
    return f"of type {type(value).__name__}"


def _wish(wanted) -> str:
    return "a number" if wanted.ndim == 0 else f"an array of shape {wanted.shape}"
