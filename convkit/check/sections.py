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
    "idea-L05": "chapter 3, “A filter is a pattern”",
    "section-white": "chapter 3, “The white trap”",
    "section-zero-places": "chapter 3, “Zero at each place”",
    "section-zero-space": "chapter 3, “And zero over space”",
    "section-find": "chapter 3, “Back to the gray ground”",
    "section-loud": "chapter 3, “What still makes it loud”",
    "idea-L07": "chapter 4, “What a layer must give back”",
    "idea-L08": "chapter 4, “A face is more than one pattern”",
    "idea-L09": "chapter 4, “Lay the maps on one another”",
    "idea-L10": "chapter 4, “And again”",
    "idea-L12": "chapter 4, “What to call the third axis”",
    "idea-L11": "chapter 5, “One operation, one sum”",
    "idea-L13": "chapter 6, “A bend”",
    "idea-L14": "chapter 6, “One for each map”",
    "idea-L15": "chapter 6, “W ⋆ x, or x ⋆ W?”",
    "idea-L17": "chapter 7, “The dense layer that does the same”",
    "idea-L16": "chapter 8, “Count”",
    "section-not-saved": "chapter 8, “What is not saved”",
    "idea-L18": "chapter 8, “Why sharing is right”",
    "idea-L23": "chapter 9, “What a number has seen”",
    "idea-L21": "chapter 9, “Longer steps”",
    "idea-L24": "chapter 9, “Where, or whether?”",
    "idea-L22": "chapter 9, “The smallest kernel of all”",
    "idea-L19": "chapter 10, “Ask every weight”",
    "section-guess": "chapter 10, “Guess it”",
    "section-step": "chapter 10, “One step, and another”",
}
