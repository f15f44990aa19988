"""Where in the book an idea is explained: the label there → words that find the place.

A test keeps labels, chapters and headings equal to the book's.
"""

SECTIONS = {
    "idea-L01": "chapter 1, “Ask the neighbors”",
    "section-sizes": "chapter 1, “Where may the square go?”",
    "section-flip": "chapter 1, “Does the square turn?”",
    "idea-L02": "chapter 2, “Three ways that do not work”",
    "idea-L04": "chapter 2, “The sum runs over the channels, too”",
    "idea-L06": "chapter 2, “What comes out is flat”",
}
