"""Make what strangers wrote harmless for whoever reads it in a browser."""

from __future__ import annotations

import re

MOST_OF_ONE = 20_000  # characters that one cell may show
_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_SCHEME = re.compile(r"(javascript|vbscript|data)\s*:", re.IGNORECASE)
# TeX that can leave formulas: links, foreign extensions, style and ids.
_TEX = re.compile(r"\\(href|require|unicode|style|class|cssId|includegraphics)\b")


def markdown(text: str) -> str:
    """Markdown in which no HTML is live, and no link or formula can run anything."""
    text = _TAG.sub("&lt;", text)
    text = _SCHEME.sub(r"\1 ", text)
    return _TEX.sub(r"\\text", text)


def text(value: str, most: int = MOST_OF_ONE) -> str:
    """Output without terminal codes, and no longer than can be read."""
    value = _TERMINAL.sub("", value).replace("\0", "?")
    value = value.encode("utf-8", "replace").decode("utf-8")
    if len(value) <= most:
        return value
    half = most // 2
    return f"{value[:half]}\n… {len(value) - most} characters left out …\n{value[-half:]}"


def outputs(answer: dict) -> list[dict]:
    """What a student's cell showed, in nbformat's words: text, and nothing but text."""
    found, room = [], MOST_OF_ONE
    for name, key in (("stdout", "out"), ("stderr", "err")):
        value = _string(answer.get(key))
        if value:
            value = text(value, max(200, room))
            room -= len(value)
            found.append({"output_type": "stream", "name": name, "text": value})
    shown = answer.get("shown")
    for value in shown if isinstance(shown, list) else []:
        value = text(_string(value), max(200, room))
        room -= len(value)
        found.append({"output_type": "display_data", "data": {"text/plain": value}, "metadata": {}})
        if room <= 0:
            break
    problem = answer.get("error")
    if isinstance(problem, dict):
        found.append(error(problem.get("type"), problem.get("text"), problem.get("line")))
    return found


def error(kind, words, line=None) -> dict:
    """An error output."""
    kind, words = text(_string(kind), 100) or "Error", text(_string(words), 1000)
    where = f" ({text(_string(line), 300)})" if line else ""
    return {
        "output_type": "error",
        "ename": kind,
        "evalue": words + where,
        "traceback": [f"{kind}: {words}{where}"],
    }


def _string(value) -> str:
    return value if isinstance(value, str) else ""
