"""Ten-minute checks on paper: other numbers for every student, and an answer key.

Solutions are public and code is cheap; a pencil is neither copied nor generated. Sheets are made
from a seed, so the same roster and the same word give the same sheets again.
"""

from convkit.paper.sheets import Sheet, make_sheets
from convkit.paper.write import write

__all__ = ["Sheet", "make_sheets", "write"]
