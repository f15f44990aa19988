"""Sheets of paper: right answers, other numbers for each student, one page each, one wrong line."""

import html
import re
import shutil

import numpy as np
import pytest

from convkit import conv2d, convolve2d
from convkit.check.seeds import SECRET_VARIABLE
from convkit.cli import main
from convkit.paper import make_sheets, write
from convkit.paper.bugs import BUGS, RIGHT
from convkit.paper.write import BROWSERS

STUDENTS = [(f"s{number}", "") for number in range(60)]


def run(program):
    names = {"np": np}
    exec(program, names)
    return names["layer"]


def inputs(seed=0):
    random = np.random.default_rng(seed)
    image, filters = random.standard_normal((9, 12, 3)), random.standard_normal((3, 3, 3, 4))
    return image, filters, random.standard_normal(4), 2


def test_the_program_without_its_bug_is_the_layer():
    image, filters, bias, stride = inputs()
    expected = conv2d(image, filters, bias=bias, stride=stride)
    np.testing.assert_allclose(run(RIGHT)(image, filters, bias, stride), expected)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.wrong)
def test_a_bug_runs_and_is_wrong_in_one_line(bug):
    lines = bug.program().splitlines()
    assert [a == b for a, b in zip(lines, RIGHT.splitlines(), strict=True)].count(False) == 1
    seen = []
    for columns in (12, 11):  # the stride leaves a column over, or not
        image, filters, bias, stride = inputs()
        result = run(bug.program())(image[:, :columns], filters, bias, stride)
        expected = conv2d(image[:, :columns], filters, bias=bias, stride=stride)
        seen.append(result.shape != expected.shape or not np.allclose(result, expected))
    assert any(seen)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.wrong)
@pytest.mark.parametrize("kernel", [1, 2, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_bug_never_stops_with_an_error(bug, kernel, stride):
    """As the sheet says: not for an image that is hardly larger than the kernel either."""
    for size in range(kernel, kernel + 4):
        image, filters = np.ones((size, size, 2)), np.ones((2, kernel, kernel, 3))
        run(bug.program())(image, filters, np.ones(3), stride)


def test_answers_are_those_of_convkit():
    """From the printed text alone, as a student reads it."""
    for sheet in make_sheets(STUDENTS):
        predict, count, compute, _ = sheet.questions
        H, W, C1, C2, K, _, S = map(int, re.findall(r"\d+", predict.text))
        result = conv2d(np.ones((H, W, C1), "f4"), np.ones((C1, K, K, C2), "f4"), stride=S)
        assert [answer for _, answer, _ in predict.parts] == [
            str((C1, K, K)),
            str(result.shape),
            str(int(result[0, 0, 0])),
        ]
        assert result.shape[0] != result.shape[1]
        C2, K, _, _, H, W, C1, *_ = map(int, re.findall(r"\d+", count.text))
        weights, outputs = (
            np.ones((C1, K, K, C2)),
            conv2d(np.ones((H, W, C1)), np.ones((C1, K, K, C2))),
        )
        shared, dense, larger = (answer for _, answer, _ in count.parts)
        assert shared.endswith(f"= {weights.size + C2:,}")
        assert dense.endswith(f"= {H * W * C1 * outputs.size:,}")
        assert f"{weights.size + C2:,}" in larger
        (_, image), (_, kernel) = compute.picture
        i, j = map(int, re.findall(r"\d+", compute.parts[0][0]))
        for (_, answer, _), function in zip(compute.parts, (conv2d, convolve2d), strict=True):
            expected = function(image.astype(float), kernel.astype(float))[i, j]
            assert answer == f"{int(expected)}".replace("-", "−")


def test_sheets_differ_between_students_and_words_and_come_again(monkeypatch):
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    first = make_sheets(STUDENTS)
    assert [s.code for s in make_sheets(STUDENTS)] == [s.code for s in first]
    assert len({str(sheet.questions) for sheet in first}) == len(STUDENTS)
    assert not {s.code for s in make_sheets(STUDENTS, "week 3")} & {s.code for s in first}
    monkeypatch.setenv(SECRET_VARIABLE, "a secret")
    assert not {s.code for s in make_sheets(STUDENTS)} & {s.code for s in first}
    many = make_sheets((f"s{number}", "") for number in range(200))
    assert len({sheet.questions[3].code for sheet in many}) == len(BUGS)


def test_the_sheets_hold_no_answer_and_the_key_holds_all(tmp_path):
    sheets = make_sheets([("ada", "Ada <Lovelace>"), ("emmy", "")])
    paper, key = write(sheets, tmp_path / "w.html")
    answers = [html.escape(a) for s in sheets for q in s.questions for _, a, _ in q.parts]
    text, solved = paper.read_text("utf-8"), key.read_text("utf-8")
    assert all(answer in solved for answer in answers)
    assert not any(answer in text for answer in answers if len(answer) > 7)
    assert "Ada &lt;Lovelace&gt; (ada)" in text
    assert all(sheet.code in text and sheet.code in solved for sheet in sheets)


@pytest.mark.browser
def test_a_pdf_has_one_page_for_each_student(tmp_path):
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("no browser (Chromium was not found)")
    paper, key = write(make_sheets(STUDENTS[:25]), tmp_path / "w.pdf")
    pages = pypdf.PdfReader(paper).pages
    assert len(pages) == 25
    for page, (student, _) in zip(pages, STUDENTS, strict=False):
        assert f"{student} · sheet" in page.extract_text()
        assert "Write down the right one" in page.extract_text()
    assert pypdf.PdfReader(key).pages


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--roster", "twice.csv"], "'ada' stands there more than once"),
        (["--roster", "none.csv"], "names no student"),
        (["--roster", "missing.csv"], "missing.csv"),
        (["--sheets", "0"], "no student"),
        (["--sheets", "2", "-o", "paper.docx"], "end in .html or .pdf"),
        (["--sheets", "2", "-o", "nowhere/paper.html"], "no folder nowhere"),
    ],
)
def test_slips_are_named(words, error, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "twice.csv").write_text("ada\nada\n")
    (tmp_path / "none.csv").write_text("id\n")
    assert main(["paper", *words]) == 2
    assert error in capsys.readouterr().err
    assert not list(tmp_path.glob("paper*"))


def test_the_command_says_what_it_wrote_and_whether_it_is_secret(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    assert main(["paper", "--sheets", "3", "-o", str(tmp_path / "x.html")]) == 0
    said = capsys.readouterr().out
    assert "3 sheets" in said
    assert "x-key.html" in said
    assert "can make the same" in said
