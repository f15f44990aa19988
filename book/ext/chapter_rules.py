"""What every chapter keeps to, in numbers: the tests hold chapters to it, CONTRIBUTING lists it.

`python book/ext/chapter_rules.py` prints the table that stands in CONTRIBUTING, section "One
chapter"; a test compares the two.
"""

HEADINGS = ("Check yourself", "In code", "Exercise", "In short")  # of sections, in each chapter

WORDS = (1_200, 2_800)  # of one chapter; more than the first, fewer than the second
BOOK_WORDS = (20_000, 36_000)  # of all pages
GRADE = (2, 7)  # Flesch and Kincaid's, years of school
MINUTES_STEP = 5  # stated minutes are a multiple of it
MINUTES_RATIO = (0.7, 1.3)  # estimate divided by what is stated
BOOK_MINUTES = 8 * 60  # all chapters together take less

TERMS = 5  # different words of the glossary that a chapter uses in its text, and so links
QUESTIONS = 4
ANSWERS = 3  # of each question
REASON_WORDS = 5  # of the explanation of each answer
DRAWINGS = 2  # cells with the tag `remove-input`


def table() -> str:
    """The rules as a Markdown table, with the test that holds each of them."""
    headings = ", ".join(f"*{heading}*" for heading in HEADINGS)
    rows = [
        (
            f"a title that asks a question; the sections {headings}; in chapters 0 to 8 a "
            "label of an idea, of a question, and of an exercise; a figure to work with (but "
            "in chapters 0 and 11)",
            "test_chapter_rules",
        ),
        (
            f"“N minutes” before its first section, a multiple of {MINUTES_STEP}; "
            f"`python run.py words` estimates {MINUTES_RATIO[0]} to {MINUTES_RATIO[1]} times as "
            f"many; all chapters together take less than {BOOK_MINUTES // 60} hours",
            "test_words",
        ),
        (
            f"{WORDS[0]:,} to {WORDS[1]:,} words, reading level {GRADE[0]} to {GRADE[1]}; all "
            f"pages {BOOK_WORDS[0]:,} to {BOOK_WORDS[1]:,} words (the same command)",
            "test_words",
        ),
        (
            "American spelling; what the dictionary does not know stands in `book/words.txt`, in "
            "the order of the alphabet, and nothing else does",
            "test_words, test_chapters",
        ),
        (
            f"{TERMS} or more different words of the glossary (`book/notation.md`) in its text; "
            "the build links them",
            "test_book_extras",
        ),
        (
            f"{QUESTIONS} or more questions, one of each kind at least, one that begins “Back to "
            f"[chapter …”; {ANSWERS} or more answers to each, each with a reason of its own of "
            f"{REASON_WORDS} words or more",
            "test_quiz",
        ),
        (
            f"{DRAWINGS} or more drawings; nothing drawn outside of its sheet",
            "test_notebooks, test_figures",
        ),
        (
            "a number that is quoted, `` {glue:text}`name` ``, is computed in the page's hidden "
            "cell as `name=…`",
            "test_chapter_rules",
        ),
        (
            "each source that it cites stands in `references.bib`, and each of those is cited",
            "test_book_extras",
        ),
    ]
    lines = ["| a chapter has | held by |", "|---|---|"]
    return "\n".join([*lines, *(f"| {rule} | {test} |" for rule, test in rows)]) + "\n"


if __name__ == "__main__":
    print(table(), end="")
