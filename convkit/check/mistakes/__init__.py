"""The catalogue: the words of every named mistake, each once, in a file for each family.

What makes a mistake is said where it is made, by an exercise: `size.NO_PLUS_ONE.made_by(change)`.
"""
