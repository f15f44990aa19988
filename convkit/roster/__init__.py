"""Who is in the course: one reader of rosters for tokens, sheets of paper and grading."""

from convkit.roster.people import Person, read_roster
from convkit.roster.table import RosterError, Row, decode, read_rows, split

__all__ = ["Person", "RosterError", "Row", "decode", "read_roster", "read_rows", "split"]
