"""Tables made from data, as a notebook shows them: the last value of a cell."""

from __future__ import annotations

import html
from dataclasses import dataclass

LONG = 40  # letters
# On a narrow screen the caption wraps, while the table below it scrolls.
CAPTION = (
    "color:inherit;caption-side:top;text-align:left;white-space:normal;"
    "display:table-caption;max-width:min(40rem,calc(100vw - 3rem))"
)


@dataclass(frozen=True)
class Table:
    """Rows of ready-made text below a head. The first column names the row.

    `right` counts the columns from the right that hold numbers and stand flush right.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: int = 0

    def _repr_html_(self) -> str:
        head = "".join(
            self._cell("th", 'scope="col"', k, words) for k, words in enumerate(self.head)
        )
        body = "".join(f"<tr>{self._row(row)}</tr>" for row in self.rows)
        # It scrolls by itself, so that the page does not; then the keyboard must reach it.
        return (
            '<div class="ck-table" role="region" tabindex="0" '
            f'aria-label="{html.escape(self.caption)}" style="overflow-x:auto">'
            '<table class="table" style="width:auto;margin-inline:auto;font-size:.82em">'
            f'<caption style="{CAPTION}">{html.escape(self.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def _row(self, row) -> str:
        first = self._cell("th", 'scope="row"', 0, row[0])
        return first + "".join(self._cell("td", "", k, words) for k, words in enumerate(row) if k)

    def _cell(self, tag, scope, column, words) -> str:
        side = "right" if column >= len(self.head) - self.right else "left"
        # A head may take two lines, and so may a sentence.
        wrap = "normal" if "col" in scope or len(words) > LONG else "nowrap"
        style = f"text-align:{side};white-space:{wrap};padding:.3em .45em"
        return f'<{tag} {scope} style="{style}">{html.escape(words)}</{tag}>'

    def _repr_markdown_(self) -> str:
        """The same for viewers that show no HTML."""
        lines = [self.head, ["---"] * len(self.head), *self.rows]
        return f"{self.caption}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)
