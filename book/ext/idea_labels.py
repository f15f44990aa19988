"""What the book must hold for each idea, by the labels in its sources.

    (idea-L07)=  (figure-L07)=  (question-L07)=  (exercise-L07)=  and  :label: widget-L07

`ideas_to_come.txt` beside the chapters lists the labels that are still missing, one in a line.
"""

import re
from pathlib import Path

BOOK = Path(__file__).resolve().parent.parent
KINDS = ("idea", "figure", "widget", "question", "exercise")
IDEAS = {
    "L01": "a square slides: multiply, add",
    "L02": "color pictures have three axes",
    "L03": "a box slides in a box, in two directions",
    "L04": "the sum runs over the channels, too",
    "L05": "a filter is a pattern, colors included",
    "L06": "what comes out is flat",
    "L07": "layers stack if like comes out of like",
    "L08": "many features need many filters",
    "L09": "maps are stacked along a new axis",
    "L10": "layers repeat",
    "L11": "one operation, one formula",
    "L12": "feature maps and channels",
    "L13": "a layer is activation(W ⋆ x + b)",
    "L14": "one bias for each feature map",
    "L15": "what commutes, and what does not",
    "L16": "counting what sharing saves",
    "L17": "the dense layer that does the same",
    "L18": "why sharing is right",
    "L19": "training finds the filters",
    "L20": "four views of one operation",
    "L21": "padding and stride",
    "L22": "1 × 1 filters",
    "L23": "receptive field",
    "L24": "pooling; equivariance and invariance",
}
# Two ideas are about words alone: a figure would show nothing.
WORDS_ONLY = {"L12": ("idea", "question"), "L15": ("idea", "question")}
LABEL = re.compile(r"^\(((?:idea|figure|widget|question|exercise)-L\d\d)\)=$", re.M)
WIDGET = re.compile(r"^:label: (widget-L\d\d)$", re.M)


def expected() -> list[str]:
    """The labels that the book must have, idea by idea."""
    return [f"{kind}-{idea}" for idea in IDEAS for kind in WORDS_ONLY.get(idea, KINDS)]


def present(book: Path = BOOK) -> set[str]:
    """All labels of ideas in the chapters."""
    found = set()
    for page in sorted(book.glob("ch[0-9][0-9].md")):
        source = page.read_text(encoding="utf-8")
        found.update(LABEL.findall(source), WIDGET.findall(source))
    return found


def to_come(book: Path = BOOK) -> list[str]:
    """The labels that are known to be missing."""
    path = book / "ideas_to_come.txt"
    return path.read_text(encoding="utf-8").split() if path.exists() else []


if __name__ == "__main__":
    missing = [label for label in expected() if label not in present()]
    (BOOK / "ideas_to_come.txt").write_text("".join(f"{label}\n" for label in missing))
    print(f"{len(missing)} of {len(expected())} cells are still to come")
