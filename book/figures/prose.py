"""Numbers that sentences quote: computed in a hidden cell, never typed."""

from __future__ import annotations


def said(value) -> str:
    """A number as prose writes it: a true minus, commas in thousands, at most two decimals.

    >>> said(-165888), said(2.5), said(256), said(19.9999999)
    ('−165,888', '2.5', '256', '20')
    """
    value = round(float(value), 2)
    written = f"{int(value):,}" if value == int(value) else f"{value:,.2f}".rstrip("0")
    return written.replace("-", "−")


def glue_numbers(**numbers) -> None:
    """Name numbers, so that the page can write ``{glue:text}`name```.

    Text is taken as it is, which leaves the rounding to the caller.
    """
    from myst_nb import glue  # only where the book is built

    for name, value in numbers.items():
        glue(name, value if isinstance(value, str) else said(value), display=False)


def tried(claim: str, holds) -> None:
    """Stop the build if an experiment refutes a claim of the page (book/ext/claims.py).

    >>> tried("two-and-two", 2 + 2 == 4)
    >>> tried("two-and-two", 2 + 2 == 5)
    Traceback (most recent call last):
    AssertionError: the experiment refutes the claim two-and-two
    """
    if not holds:
        raise AssertionError(f"the experiment refutes the claim {claim}")
