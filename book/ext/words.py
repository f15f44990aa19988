"""How long the pages are, how hard to read, and which of their words no dictionary knows.

`python run.py words` prints a table; tests/test_words.py holds the pages to it. Counted is what a
reader reads as text: no code, no formulas, no drawings; folded answers and questions count.
"""

import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spellchecker import SpellChecker

BOOK = Path(__file__).resolve().parent.parent
OWN = BOOK / "words.txt"  # words that are right and in no dictionary
FENCED_TEXT = {
    "admonition",
    "answer",
    "choice",
    "dropdown",
    "glossary",
    "grid",
    "grid-item-card",
    "important",
    "note",
    "numeric",
    "order",
    "tip",
    "warning",
    "widget",
}
FENCE = re.compile(r"^ *(`{3,}|:{3,})(?:\{([\w-]+)\})?(.*)$")
# Minutes: words at the pace of a text to think about, and a stop at what wants to be looked at.
WORDS_A_MINUTE = 140
STOPS = {"question": 0.5, "widget": 3.0, "figure": 0.5, "cell": 0.4}


def pages() -> dict[str, str]:
    """The pages of the book in its order: name → source."""
    toc = (BOOK / "_toc.yml").read_text(encoding="utf-8")
    names = re.findall(r"(?:root|file): (\w+)", toc)
    return {name: (BOOK / f"{name}.md").read_text(encoding="utf-8") for name in names}


def lines_of_text(source: str) -> Iterator[str]:
    """Lines outside code and directives that hold no text."""
    source = re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.S)
    closed_by = None
    for line in source.split("\n"):
        found = FENCE.match(line)
        if closed_by is not None:
            closed_by = None if line.strip() == closed_by else closed_by
        elif found and found[1][0] == "`" and found[2] not in FENCED_TEXT:
            closed_by = found[1]
        elif found:
            formula = found[2] == "answer" and re.search(r"[*+/(_]|else", found[3])
            if found[2] not in (None, "widget") and not formula:
                yield found[3].strip()
        elif not re.match(r"^(\([\w-]+\)=|:[\w-]+: .*|\+\+\+.*)$", line):
            yield line


def prose(source: str) -> str:
    """The text of a page, without markup."""
    text = "\n".join(lines_of_text(source))
    text = re.sub(r"\$\$.*?\$\$", " ", text, flags=re.S)
    text = re.sub(r"\\begin\{.*?\\end\{\w+\*?\}", " ", text, flags=re.S)
    text = re.sub(r"\$[^$\n]*(?:\n[^$\n]+)?\$", " x ", text)
    text = re.sub(r"\{(?:glue:text|value|math)\}`[^`]*`", " 7 ", text)
    text = re.sub(r"\{glue:?\w*\}`[^`]*`|\{cite:[pt]\}`[^`]*`", " ", text)
    text = re.sub(r"\{[\w:-]+\}`([^`<]*?) *(?:<[^`]*>)?`", r"\1", text)
    text = re.sub(r"`[^`]*`", " ", text)
    text = re.sub(r"\]\([^)\s]*\)", "]", text)
    text = re.sub(r"<[^>]+>|https?://\S+|\S+@\S+", " ", text)
    return re.sub(r"[*_#>|\[\]]", " ", text)


def words(text: str) -> list[str]:
    """The words of a text, without numbers."""
    return re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)*", text)


def syllables(word: str) -> int:
    """An estimate: groups of vowels, without a silent e."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    return max(1, groups - (word.endswith("e") and not word.endswith("le") and groups > 1))


def grade(text: str) -> float:
    """Flesch and Kincaid's grade level: years of school in English."""
    sentences = [s for s in re.split(r"[.!?:](?:\s|$)|\n\s*\n", text) if len(words(s)) > 2]
    found = [word for s in sentences for word in words(s)]
    if not found:
        return 0.0
    long = sum(map(syllables, found)) / len(found)
    return 0.39 * len(found) / len(sentences) + 11.8 * long - 15.59


def stops(source: str) -> dict[str, int]:
    """How often a page asks its reader to stop and look, by kind."""
    return {
        "question": len(re.findall(r"^:{4,}\{(?:choice|numeric|order)\}", source, re.M)),
        "widget": len(re.findall(r"^```\{widget\}", source, re.M)),
        "figure": len(re.findall(r"remove-input\]", source)),
        "cell": len(re.findall(r"^```\{code-(?:cell|block)\}", source, re.M))
        - len(re.findall(r"remove-(?:input|cell)\]", source)),
    }


def minutes(source: str) -> float:
    """An estimate. Of the explanations of answers, a reader meets about half."""
    looking = sum(STOPS[kind] * count for kind, count in stops(source).items())
    answers = re.findall(r"^:{3,}\{answer\} .*?^:{3,}$", source, flags=re.S | re.M)
    skipped = len(words(prose("\n".join(answers)))) / 2
    return (len(words(prose(source))) - skipped) / WORDS_A_MINUTE + looking


def stated(source: str) -> int | None:
    """The minutes that a chapter promises, before its first section."""
    found = re.search(r"(\d+)\s+minutes", source.split("\n## ")[0])
    return int(found[1]) if found else None


@functools.cache
def dictionary() -> "SpellChecker":
    """The English dictionary of pyspellchecker."""
    from spellchecker import SpellChecker

    return SpellChecker()


def unknown(text: str) -> list[str]:
    """Words that neither the dictionary nor words.txt knows."""
    own = set(OWN.read_text(encoding="utf-8").split())
    found = {re.sub(r"[’']s?$", "", word.replace("’", "'")) for word in words(text)}
    found = {word for word in found if len(word) > 1 and word not in own}
    wrong = dictionary().unknown({word.lower() for word in found})
    return sorted(word for word in found if word.lower() in wrong and word.lower() not in own)


def main() -> int:
    """Print the table, and all words that are unknown; the exit status."""
    total, told, seconds = 0, 0, 0.0
    print(f"{'page':14}{'words':>7}{'grade':>7}{'minutes':>9}{'stated':>8}")
    for name, source in pages().items():
        text = prose(source)
        count, time = len(words(text)), minutes(source)
        promise = stated(source) if name.startswith("ch") else None
        total, told, seconds = total + count, told + (promise or 0), seconds + time
        print(f"{name:14}{count:7,}{grade(text):7.1f}{time:9.0f}{promise or '':>8}")
    print(f"{'all':14}{total:7,}{'':7}{seconds:9.0f}{told:8}")
    strange = {name: unknown(prose(source)) for name, source in pages().items()}
    for name, found in strange.items():
        if found:
            print(f"not in the dictionary, nor in book/words.txt: {name}: {', '.join(found)}")
    return int(any(strange.values()))


if __name__ == "__main__":
    sys.exit(main())
