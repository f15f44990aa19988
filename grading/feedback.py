"""What a student reads afterwards: one page, no scripts, no hidden tests, well below 1 MB."""

from __future__ import annotations

import re
from html import escape

_MOST = 400_000  # characters of what the student wrote and showed, on one page
_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --line: #c8c8c8; --soft: #f4f4f4 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --paper: #161616; --line: #555; --soft: #242424 } }
body { font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.5rem }
table { border-collapse: collapse } td, th { padding: .2rem .8rem; text-align: left;
  border-bottom: 1px solid var(--line) } td.n { text-align: right }
pre { background: var(--soft); padding: .7rem; overflow-x: auto; white-space: pre-wrap;
  overflow-wrap: anywhere }
.total { font-size: 1.2rem } .text { white-space: pre-wrap; border-left: 3px solid var(--line);
  padding-left: 1rem } .comment { border: 1px solid var(--line); padding: .7rem 1rem }
"""
_SILENT = (
    "<p><strong>Please note.</strong> The last cell, about what helped you, is empty. It is not "
    "graded and costs nothing. Next time write a line, even if it is “nobody, nothing”.</p>"
)
# Even if something slipped through, a browser runs no script and loads nothing on this page.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(report: dict, person: dict | None = None) -> str:
    """The feedback page of one notebook.

    Parameters
    ----------
    report : dict
        As `grade` makes it.
    person : dict, optional
        What a person added in the gradebook: scores (grade_id → points), comments (grade_id →
        text), penalty (points).
    """
    person = person or {"scores": {}, "comments": {}, "penalty": 0.0}
    room = [_MOST]
    title = " · ".join(dict.fromkeys([report["assignment"], report["notebook"]]))
    rows = [_row(item, person) for item in report["items"] if item["kind"] != "free"]
    body = [
        f"<h1>Feedback: {escape(title)}</h1>",
        _total(report, person),
        *(f"<p><strong>Please note.</strong> {escape(remark)}</p>" for remark in report["remarks"]),
        _SILENT if report.get("silent") else "",
        "<table><caption>Points</caption><tr><th scope=col>Question<th scope=col>Points"
        "<th scope=col>of</tr>",
        *rows,
        "</table>",
        *(_item(item, person, room, report) for item in report["items"]),
        f"<p><small>Graded in a sandbox: {escape(report['sandbox'])}.</small></p>",
    ]
    return (
        "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>"
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name=viewport content="width=device-width, initial-scale=1">'
        f"<title>Feedback: {escape(title)}</title><style>{_STYLE}</style></head>\n<body><main>"
        + "\n".join(part for part in body if part)
        + "</main></body></html>\n"
    )


def total(report: dict, person: dict) -> tuple[float, float, bool]:
    """Points, points there are, and whether something still waits for a person."""
    points, most, waiting = 0.0, 0.0, False
    for item in report["items"]:
        if item["kind"] == "test" or item.get("by_hand"):
            score = _score(item, person)
            waiting |= score is None
            points += score or 0.0
            most += item["most"]
    return max(0.0, points - person["penalty"]), most, waiting


def _total(report, person):
    points, most, waiting = total(report, person)
    late = f", after {_n(person['penalty'])} points off for lateness" if person["penalty"] else ""
    more = " A part of it will be read by a person, and is not counted yet." if waiting else ""
    return f"<p class=total><strong>{_n(points)} of {_n(most)} points</strong>{late}.{more}</p>"


def _score(item, person):
    given = person["scores"].get(item["id"])
    return item["score"] if given is None else given


def _row(item, person):
    if item["kind"] == "answer" and not item["by_hand"]:
        return ""
    score = _score(item, person)
    shown = "not read yet" if score is None else _n(score)
    return f"<tr><td>{escape(_name(item))}<td class=n>{shown}<td class=n>{_n(item['most'])}</tr>"


def _name(item):
    verdict = item.get("verdict")
    if verdict:
        return f"{verdict['exercise']} {verdict['title']}"
    # grade_id answer-2-5 is question 2.5
    number = re.search(r"(\d+)-(\d+)$", str(item["id"]))
    return f"{number[1]}.{number[2]}" if number else str(item["id"])


def _item(item, person, room, report):
    comment = person["comments"].get(item.get("id"))
    said = f"<p class=comment><strong>Comment.</strong> {escape(comment)}</p>" if comment else ""
    if item["kind"] == "test":
        return _test(item, person, report) + said
    if item["kind"] == "answer" and not item["source"]:
        return (
            f"<h2>Your answer to {escape(_name(item))}</h2><p>Nothing was written here.</p>" + said
        )
    heading = f"Your answer to {_name(item)}" if item["kind"] == "answer" else "Your own cell"
    source = escape(_cut(item["source"], room))
    shown = f"<div class=text>{source}</div>" if item.get("text") else f"<pre>{source}</pre>"
    return f"<h2>{escape(heading)}</h2>{shown}{_outputs(item['outputs'], room)}{said}"


def _test(item, person, report):
    score = _score(item, person)
    head = f"<h2>{escape(_name(item))} · {_n(score or 0)} of {_n(item['most'])}</h2>"
    notes = "".join(f"<p>{escape(note)}</p>" for note in item["notes"])
    verdict = item["verdict"]
    if not verdict:
        return head + notes + _outputs(item["outputs"], [4000])
    again = ""
    if item["seed"]:
        again = (
            "<p>To see the same inputs again: <code>convkit check "
            f"{escape(report['notebook'])}.ipynb --seed {escape(item['seed'])}</code></p>"
        )
    return head + notes + verdict["html"] + again


def _outputs(outputs, room):
    parts = []
    for output in outputs:
        if output["output_type"] == "stream":
            parts.append(output["text"])
        elif output["output_type"] == "error":
            parts.append(f"{output['ename']}: {output['evalue']}")
        else:
            parts.append(output["data"].get("text/plain", ""))
    text = _cut("\n".join(part.rstrip("\n") for part in parts if part), room)
    return f"<pre>{escape(text)}</pre>" if text else ""


def _cut(text, room):
    kept = text[: max(0, room[0])]
    room[0] -= len(kept)
    return kept if len(kept) == len(text) else kept + "\n… (the rest is left out)"


def _n(number):
    return f"{number:g}"
