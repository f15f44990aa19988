"""Sheets and their key as HTML to print, or as PDF where a browser is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from html import escape
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")

STYLE = """
@page { size: A4; margin: 13mm 16mm; }
body { font: 10.5pt/1.35 system-ui, sans-serif; color: #111; background: #fff; margin: 0 auto;
       max-width: 178mm; }
section { break-after: page; padding: 1mm 0; }
section:last-of-type { break-after: auto; }
header { display: flex; justify-content: space-between; border-bottom: 1.5pt solid #111; }
header p { margin: 0 0 1mm; }
h1 { font-size: 13pt; margin: 0; } h2 { font-size: 11pt; margin: 3mm 0 1mm; } p { margin: 0 0 1mm; }
ol { margin: 0; padding-left: 5mm; } .part { display: flex; gap: 2mm; align-items: flex-end; }
.part span { max-width: 125mm; } .line { border-bottom: 0.5pt solid #555; height: 6.5mm; flex: 1; }
.matrices { display: flex; gap: 12mm; align-items: flex-start; margin: 1mm 0; }
table.matrix { border-collapse: collapse; } table.matrix td { border: 0.5pt solid #555; width: 7mm;
       height: 6mm; text-align: center; } caption { caption-side: bottom; font-size: 9pt; }
pre { font: 8.5pt/1.2 ui-monospace, monospace; margin: 1mm 0; border: 0.5pt solid #bbb;
      padding: 1mm 2mm; }
table.key { border-collapse: collapse; width: 100%; font-size: 9.5pt; }
table.key th, table.key td { border: 0.5pt solid #777; padding: 1mm 1.5mm; text-align: left;
       vertical-align: top; }
"""


def write(sheets, target, title: str = "Convolution, ten minutes on paper") -> tuple[Path, Path]:
    """Write the sheets to `target` and their answers beside it.

    Parameters
    ----------
    sheets : list of Sheet
    target : path
        Ends in .html or .pdf. The key goes to ``NAME-key.html`` or ``NAME-key.pdf``.
    title : str

    Returns
    -------
    (Path, Path)
        Sheets and key.

    Raises
    ------
    ValueError
        For another ending, or a PDF without a browser that could print one.
    """
    target = Path(target)
    if target.suffix not in (".html", ".pdf"):
        raise ValueError(f"the file's name must end in .html or .pdf, got {target.name!r}")
    if not target.parent.is_dir():
        raise ValueError(f"there is no folder {target.parent}: create it first")
    key = target.with_name(f"{target.stem}-key{target.suffix}")
    put = _write_html if target.suffix == ".html" else _write_pdf
    put(_page(title, "".join(_sheet(sheet, title) for sheet in sheets)), target)
    put(_page(f"{title}: answers", _key(sheets, title)), key)
    return target, key


def _write_html(text: str, target: Path) -> None:
    target.write_text(text, encoding="utf-8")


def _write_pdf(text: str, target: Path) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise ValueError(
            "a PDF is printed by Chromium or Chrome, and neither is installed: write .html "
            "instead, open it in any browser and print it"
        )
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(text, encoding="utf-8")
        command = [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={folder}/page.pdf",
            page.as_uri(),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        made = Path(folder) / "page.pdf"
        if done.returncode or not made.is_file():
            raise ValueError(f"{browser} could not print: {done.stderr.strip()[-300:]}")
        shutil.copy(made, target)


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def _sheet(sheet, title: str) -> str:
    name = escape(f"{sheet.name} ({sheet.student})" if sheet.name else sheet.student)
    questions = "".join(
        f"<h2>{number}. {question.title}</h2>{_question(question)}"
        for number, question in enumerate(sheet.questions, 1)
    )
    return (
        f"<section><header><h1>{escape(title)}</h1><p>{name} · sheet {sheet.code}</p></header>"
        f"<p>{sheet.points} points, ten minutes. No computer.</p>{questions}</section>"
    )


def _question(question) -> str:
    text = f"<p>{escape(question.text)}</p>"
    if question.picture:
        text += f'<div class="matrices">{"".join(map(_matrix, question.picture))}</div>'
    if question.code:
        lines = question.code.splitlines()
        text += "<pre>" + "\n".join(f"{n:2}  {escape(line)}" for n, line in enumerate(lines, 1))
        text += "</pre>"
    parts = "".join(
        f'<li><div class="part"><span>{escape(asked)} ({points})</span><i class="line"></i></div>'
        f"</li>"
        for asked, _, points in question.parts
    )
    return f'{text}<ol type="a">{parts}</ol>'


def _matrix(picture) -> str:
    caption, numbers = picture
    cells = [[f"<td>{str(number).replace('-', '−')}</td>" for number in row] for row in numbers]
    rows = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    return f'<table class="matrix"><caption>{escape(caption)}</caption>{rows}</table>'


def _key(sheets, title: str) -> str:
    head = "".join(f'<th scope="col">{q.title}</th>' for q in sheets[0].questions)
    rows = ""
    for sheet in sheets:
        cells = "".join(
            "<td>"
            + "<br>".join(
                f"{letter}) {escape(answer)}"
                for letter, (_, answer, _) in zip("abcdef", question.parts, strict=False)
            )
            + "</td>"
            for question in sheet.questions
        )
        who = f"{escape(sheet.student)}<br>{sheet.code}"
        rows += f'<tr><th scope="row">{who}</th>{cells}</tr>'
    return (
        f"<h1>{escape(title)}: answers</h1><table class='key'><thead><tr><th scope='col'>sheet"
        f"</th>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
