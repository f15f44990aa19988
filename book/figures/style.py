"""The visual language of the book: colors, letters, hatching, and how a figure becomes a page part.

Figures are written as SVG by hand, without a plotting library: text stays text, a figure weighs a
few kilobytes, looks the same on every machine, and takes its ink from the page (`currentColor`),
so that it reads in the light theme and in the dark one. No mark carries an id, so a page can show
a figure twice.
"""

from __future__ import annotations

import base64
import html
import struct
import zlib

import numpy as np

# Okabe and Ito's palette: told apart with every common kind of color vision.
IMAGE, FILTERS, RESULT, BIAS = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
INK = "currentColor"
# A plane of a color image: its letter, a tint, and the angle of its hatching. Never the tint alone.
CHANNELS = {
    "R": ("#C8372D", "rows"),
    "G": ("#2E8B3D", "columns"),
    "B": ("#2F5FC4", "diagonal"),
    "A": ("#8A8A8A", "none"),
}


def number(value) -> str:
    """A coordinate with at most two decimals, so that files do not differ by rounding noise."""
    written = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def mark(tag: str, content: str = "", **attributes) -> str:
    """One SVG element. Underscores in names become hyphens; numbers are rounded."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="'
        f'{html.escape(value) if isinstance(value, str) else number(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def rect(x, y, width, height, *, fill="none", stroke=INK, stroke_width=1.0, **more) -> str:
    return mark(
        "rect",
        x=x,
        y=y,
        width=width,
        height=height,
        fill=fill,
        stroke=stroke,
        stroke_width=stroke_width,
        **more,
    )


def line(x1, y1, x2, y2, *, stroke=INK, stroke_width=1.0, **more) -> str:
    return mark(
        "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=stroke_width, **more
    )


def polygon(points, *, fill="none", stroke=INK, stroke_width=1.0, **more) -> str:
    corners = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return mark(
        "polygon",
        points=corners,
        fill=fill,
        stroke=stroke,
        stroke_width=stroke_width,
        stroke_linejoin="round",
        **more,
    )


def text(x, y, words, *, size=14.0, anchor="middle", fill=INK, **more) -> str:
    """Words with their baseline at y. Text is always in the page's ink, for contrast."""
    return mark(
        "text",
        html.escape(str(words)),
        x=x,
        y=y,
        font_size=size,
        text_anchor=anchor,
        fill=fill,
        **more,
    )


def symbol(x, y, letter, *, size=18.0, bold=False, **more) -> str:
    """A letter of a formula: italic for one array, bold for the filters of a layer."""
    return text(
        x,
        y,
        letter,
        size=size,
        font_style="italic",
        font_family="KaTeX_Math, Georgia, serif",
        font_weight="bold" if bold else None,
        **more,
    )


def arrow(x1, y1, x2, y2, *, stroke=INK, stroke_width=1.6, head=7.0, **more) -> str:
    """A line with a head at its second end."""
    along = np.array([x2 - x1, y2 - y1], float)
    along /= np.hypot(*along)
    across = np.array([-along[1], along[0]])
    tip = np.array([x2, y2], float)
    left, right = tip - head * along + 0.5 * head * across, tip - head * along - 0.5 * head * across
    shaft = tip - 0.8 * head * along
    return line(x1, y1, *shaft, stroke=stroke, stroke_width=stroke_width, **more) + polygon(
        [tip, left, right], fill=stroke, stroke="none"
    )


def hatch(corner, right, down, pattern, *, columns, rows, stroke=INK, opacity=0.5) -> str:
    """Hatching of the parallelogram with this corner and these two edges, one line a cell."""
    corner, right, down = (np.asarray(v, float) for v in (corner, right, down))

    def at(u, v):
        return corner + right * u + down * v

    if pattern == "rows":
        ends = [(at(0, (k + 0.5) / rows), at(1, (k + 0.5) / rows)) for k in range(rows)]
    elif pattern == "columns":
        ends = [(at((k + 0.5) / columns, 0), at((k + 0.5) / columns, 1)) for k in range(columns)]
    elif pattern == "diagonal":  # u + v = s, cut off at the edges
        steps = rows + columns
        ends = []
        for k in range(1, 2 * steps, 2):
            s = k / steps
            ends.append((at(max(0, s - 1), min(1, s)), at(min(1, s), max(0, s - 1))))
    else:
        return ""
    return "".join(
        line(*a, *b, stroke=stroke, stroke_width=0.8, stroke_opacity=opacity) for a, b in ends
    )


def picture(x, y, width, height, pixels) -> str:
    """An (H, W) or (H, W, 3) array as pixels: numbers from 0 to 255, drawn sharp, not smoothed."""
    return mark(
        "image",
        x=x,
        y=y,
        width=width,
        height=height,
        href=png_address(pixels),
        preserveAspectRatio="none",
        style="image-rendering:pixelated",
    )


def png_address(pixels) -> str:
    """The pixels as a PNG inside an address, so that a page asks for no further file."""
    pixels = np.clip(np.rint(np.asarray(pixels, float)), 0, 255).astype(np.uint8)
    height, width = pixels.shape[:2]
    rows = np.ones((height, 1 + pixels[0].size), np.uint8)  # each row begins with its filter's
    rows[:, 1:] = left_differences(pixels).reshape(height, -1)  # number: 1 is "minus the left one"

    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 0 if pixels.ndim == 2 else 2, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 9)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(png).decode()


def left_differences(pixels) -> np.ndarray:
    """Each pixel minus its left neighbor; bytes wrap around, which is what PNG wants here."""
    differences = pixels.copy()
    differences[:, 1:] -= pixels[:, :-1]
    return differences


class Panel:
    """One drawing of a figure: marks on a sheet of a given size, in pixels."""

    def __init__(self, width, height, *marks, least_width=None):
        self.width, self.height, self.marks = width, height, "".join(marks)
        self.least_width = least_width  # narrower than this it scrolls instead of shrinking

    def svg(self, extra="") -> str:
        least = f"min-width:{number(self.least_width)}px;" if self.least_width else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(self.width)} '
            f'{number(self.height)}" width="{number(self.width)}" height="{number(self.height)}" '
            f'font-family="inherit" style="max-width:100%;height:auto;{least}"{extra}>'
            f"{self.marks}</svg>"
        )


class Figure:
    """Panels with a caption and a text alternative; a notebook shows it as the last value.

    `alt` says what is to be seen, for those who do not see it. The panels stand side by side
    and wrap on narrow screens.
    """

    def __init__(self, caption: str, alt: str, *panels: Panel, key: str = ""):
        self.caption, self.alt, self.panels, self.key = caption, alt, panels, key

    def _repr_html_(self) -> str:
        drawings = "".join(panel.svg(' aria-hidden="true"') for panel in self.panels)
        # Only a figure that can scroll takes the keyboard focus.
        focus = ' tabindex="0"' if any(panel.least_width for panel in self.panels) else ""
        return (
            '<figure class="ck-figure" style="margin:.25rem 0 .5rem">'
            f'<div class="ck-panels" role="img" aria-label="{html.escape(self.alt)}"{focus} '
            'style="display:flex;flex-wrap:wrap;gap:1.25rem 1.75rem;justify-content:safe center;'
            f'align-items:flex-end;overflow-x:auto;padding:2px">{drawings}</div>'
            '<figcaption style="text-align:center;max-width:40rem;margin:.6rem auto 0;'
            'text-wrap:balance;color:inherit;font-weight:400;font-size:.95em">'
            f"{self.caption}</figcaption></figure>"
        )

    def _repr_svg_(self) -> str:
        """All panels in one drawing, for viewers that show SVG but no HTML."""
        x, parts, gap = 0.0, [], 24
        height = max(panel.height for panel in self.panels)
        for panel in self.panels:
            parts.append(
                mark(
                    "g",
                    panel.marks,
                    transform=f"translate({number(x)} {number(height - panel.height)})",
                )
            )
            x += panel.width + gap
        label = html.escape(self.alt)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" '
            f'viewBox="0 0 {number(x - gap)} {number(height)}" width="{number(x - gap)}" '
            f'height="{number(height)}" font-family="sans-serif">{"".join(parts)}</svg>'
        )
