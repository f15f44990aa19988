"""The figures run, can be read without being seen, and fit into a page more than once."""

import importlib
import inspect
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

BOOK = Path(__file__).resolve().parent.parent / "book"
sys.path.insert(0, str(BOOK))  # the chapters import `figures` from their own folder

from figures import boxes, ch00, ch01, ch02, first_page, grids, prose, style  # noqa: E402


def figure_functions():
    """Every public function of book/figures/ that needs no argument and returns a Figure."""
    for file in sorted((BOOK / "figures").glob("*.py")):
        module = importlib.import_module(f"figures.{file.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            wanted = inspect.signature(function).return_annotation
            if function.__module__ == module.__name__ and wanted == "Figure":
                yield pytest.param(function, id=f"{file.stem}.{name}")


FIGURES = list(figure_functions())


def test_there_are_figures():
    assert len(FIGURES) >= 18


@pytest.fixture(params=FIGURES)
def figure(request):
    return request.param()


def test_html_and_svg_are_well_formed(figure):
    ElementTree.fromstring(figure._repr_html_())
    ElementTree.fromstring(figure._repr_svg_())


def test_alternative_text_says_what_is_to_be_seen(figure):
    root = ElementTree.fromstring(figure._repr_html_())
    drawing = root.find("div")
    assert drawing.get("role") == "img"
    label = drawing.get("aria-label")
    assert len(label.split()) >= 12 and label != figure.caption
    assert root.find("figcaption").text
    # One alternative for the whole figure: its parts are not read out one by one.
    assert all(svg.get("aria-hidden") == "true" for svg in drawing)


def test_no_ids_so_a_page_may_show_a_figure_twice(figure):
    assert not re.search(r"\bid=", figure._repr_html_())


def test_drawn_the_same_every_time(figure, request):
    again = request.node.callspec.params["figure"]()
    assert again._repr_html_() == figure._repr_html_()


def test_no_outside_requests(figure):
    html = figure._repr_html_().replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "http" not in html and "url(" not in html


def test_text_takes_its_ink_from_the_page(figure):
    """Only numbers that stand on gray pixels may be black or white."""
    root = ElementTree.fromstring(figure._repr_svg_())
    inks = {mark.get("fill") for mark in root.iter("{http://www.w3.org/2000/svg}text")}
    assert inks <= {"currentColor", "#000000", "#FFFFFF"}


def test_every_mark_stays_on_its_sheet(figure):
    """Words that are cut off are the commonest flaw of a drawing made by hand."""
    for panel in figure.panels:
        for mark in ElementTree.fromstring(panel.svg()):
            if mark.tag.endswith("text"):
                x, y = float(mark.get("x")), float(mark.get("y"))
                wide = 0.5 * float(mark.get("font-size")) * len(mark.text)  # about
                left = {"middle": x - wide / 2, "end": x - wide, "start": x}
                start = left[mark.get("text-anchor")]
                assert start >= -3 and start + wide <= panel.width + 3, mark.text
                assert 8 <= y <= panel.height, mark.text


def test_wide_figures_scroll_and_take_the_keyboard():
    for parameter in FIGURES:
        figure = parameter.values[0]()
        scrolls = any(panel.least_width for panel in figure.panels)
        assert scrolls == ("tabindex" in figure._repr_html_())
        for panel in figure.panels:
            assert panel.least_width or panel.width <= 400, figure.caption


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-165888, "−165,888"),
        (0.0, "0"),
        (2.5, "2.5"),
        (-5.3333, "−5.33"),
        (np.int64(4), "4"),
        (20.0000001, "20"),
    ],
)
def test_numbers_in_prose(value, words):
    assert prose.said(value) == words


def test_png_holds_exactly_the_pixels():
    cv2 = pytest.importorskip("cv2")
    import base64

    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3))
    data = base64.b64decode(style.png_address(pixels).split(",")[1])
    read = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]
    np.testing.assert_array_equal(read, pixels)


def test_boxes_have_the_size_they_claim():
    view = boxes.View(10, 20, cell=5)
    np.testing.assert_allclose(view.at(2, 3, 0), [25, 30])
    np.testing.assert_allclose(view.at(0, 0, 1) - view.at(0, 0, 0), boxes.AWAY * 5)


def test_hatching_stays_inside_its_face():
    for pattern in ("rows", "columns", "diagonal"):
        lines = style.hatch((0, 0), (60, 0), (0, 40), pattern, columns=6, rows=4)
        values = [float(v) for v in re.findall(r'[xy][12]="([-\d.]+)"', lines)]
        assert values and min(values) >= 0 and max(values) <= 60
    assert style.hatch((0, 0), (6, 0), (0, 4), "none", columns=6, rows=4) == ""


def test_signed_gray_puts_zero_in_the_middle():
    assert grids.signed_gray(np.array([[-4.0, 0.0, 2.0]])).tolist() == [[0.0, 127.5, 191.25]]


def test_the_color_that_is_lost_is_really_lost():
    assert np.unique(ch02.equal_gray_circle().sum(axis=2)).size == 1
    assert np.unique(ch02.equal_gray_circle().reshape(-1, 3), axis=0).shape == (2, 3)


def test_the_learned_row_answers_one_and_then_falls():
    scores = ch00.scores_when_moved()
    assert scores[0] == pytest.approx(1)
    assert scores[4] < 0.7 and np.all(np.diff(scores[:9]) < 0)
    assert ch00.learned_row().sum() == pytest.approx(0)


def test_figures_agree_on_the_place():
    assert first_page.PLACE == ch01.PLACE == ch02.PLACE
