"""What the reader does with each widget, by keys and single clicks, and what it then shows."""

import numpy as np
import pytest

import convkit
from convkit.data import hand_example

pytestmark = pytest.mark.browser

IMAGE, FILTERS = hand_example()
KEY_TIME = """(selector) => new Promise((done) => {
    const e = document.querySelector(selector);
    e.focus();
    const from = performance.now();
    e.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));
    document.body.offsetHeight;   // what it changed is laid out
    done(performance.now() - from);
})"""


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


def shown_map(page, label="the map: choose a place"):
    """The numbers in a widget's map, None where it was not visited."""
    rows = page.locator(f"table[aria-label='{label}'] tr")
    texts = rows.evaluate_all("rows => rows.map(r => [...r.cells].map(c => c.textContent))")
    return [[None if text == "" else number(text) for text in row] for row in texts]


def test_first_box_steps_from_twelve_to_one_and_makes_a_map(open_widget):
    page = open_widget("first-box")
    page.get_by_role("button", name="12", exact=True).click()
    total = page.locator(".w-total")
    assert not total.is_visible()
    for _ in range(3):
        page.get_by_role("button", name="Next").click()
    expected = convkit.conv2d(IMAGE, FILTERS[..., 0])
    assert number(total.locator("b").text_content()) == expected[1, 4]
    # One key moves the box; the number of the next place appears.
    page.locator("td[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    assert number(total.locator("b").text_content()) == expected[1, 5]
    assert "row 1, column 5" in page.locator(".w-status").text_content().lower()
    page.get_by_role("button", name="Fill the whole map").click()
    np.testing.assert_array_equal(shown_map(page), expected)


def test_slide_square_shows_what_was_visited_and_no_more(open_widget):
    page = open_widget("slide-square", ";shown=1")
    expected = convkit.conv2d(IMAGE[..., 0], FILTERS[0, :, :, 0])
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    found = np.ravel(shown_map(page))
    np.testing.assert_array_equal(found[:3].astype(float), expected.ravel()[:3])
    assert all(value is None for value in found[3:])
    # The sum is written out.
    line = page.locator(".w-sumline").text_content()
    assert line.endswith(f"= {expected[0, 2]:.0f}".replace("-", "−"))


def test_slide_square_takes_other_weights_padding_and_the_flip(open_widget):
    page = open_widget("slide-square", ";shown=1;square=corner")
    weights = np.array([[1.0, 2, 0], [0, 1, 0], [0, 0, -1]])
    box = page.get_by_label("weight in row 2, column 0")
    box.fill("−4")
    weights[2, 0] = -4
    page.get_by_label("At the border").select_option("full")
    page.get_by_label("flip the square first").check()
    slider = page.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("End")
    expected = convkit.convolve2d(IMAGE[..., 0], weights, padding="full")
    np.testing.assert_array_equal(shown_map(page), expected)


def test_slide_square_checks_a_predicted_number(open_widget):
    page = open_widget("slide-square", ";shown=1")
    expected = convkit.conv2d(IMAGE[..., 0], FILTERS[0, :, :, 0])
    box = page.get_by_label("Predict the next place")
    box.fill(f"{expected[0, 1]:.0f}")
    page.keyboard.press("Enter")
    assert page.locator(".w-status").text_content().startswith("Yes")
    box.fill("1000")
    page.keyboard.press("Enter")
    assert "it is" in page.locator(".w-status").text_content()


def test_box_stepper_adds_twelve_products_one_by_one(open_widget):
    page = open_widget("box-stepper", ";shown=1;k=9")
    i, j = divmod(9, 7)
    patch = np.moveaxis(IMAGE[i : i + 2, j : j + 2], -1, 0)  # (3, 2, 2)
    running = np.cumsum((patch * FILTERS[..., 0]).ravel())
    player = page.get_by_role("group", name="Product")
    for expected in running[:-1]:
        player.get_by_role("button", name="Next").click()
        assert number(page.locator(".w-total span").text_content()) == expected
    player.get_by_role("button", name="Next").click()
    assert number(page.locator(".w-total b").text_content()) == running[-1]


@pytest.mark.parametrize("filter_", [1, 2, 3, 4])
def test_box_stepper_fills_the_map_of_each_filter(open_widget, filter_):
    page = open_widget("box-stepper", ";shown=1", reduced_motion="reduce")
    page.get_by_role("combobox", name="Filter").select_option(str(filter_))
    page.get_by_role("group", name="Place").get_by_role("button", name="Play").click()
    expected = convkit.conv2d(IMAGE, FILTERS[..., filter_ - 1])
    np.testing.assert_array_equal(shown_map(page), expected)


def test_own_picture_is_convolved_and_never_sent(open_widget, tmp_path):
    from convkit.show import png

    rng = np.random.default_rng(5)
    picture = rng.integers(0, 256, (64, 48, 3)).astype(np.uint8)
    (tmp_path / "mine.png").write_bytes(png(picture))
    (tmp_path / "notes.txt").write_text("no picture")
    page = open_widget("own-photo", ";shown=1")
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.locator("input[type=file]").set_input_files(tmp_path / "mine.png")
    page.wait_for_function("document.querySelector('.w-status').textContent.includes('mine.png')")
    assert "64 × 48" in page.locator(".w-status").text_content()
    found = page.evaluate("Array.from(document.querySelector('ck-own-photo').map.data)")
    expected = convkit.conv2d(picture / 255, FILTERS[..., 0])
    np.testing.assert_allclose(np.reshape(found, expected.shape), expected, atol=1e-9)
    assert not [url for url in sent if not url.startswith("blob:")]
    page.locator("input[type=file]").set_input_files(tmp_path / "notes.txt")
    page.wait_for_function("document.querySelector('.w-status').textContent.includes('not a pic')")


@pytest.mark.parametrize("name", ["first-box", "slide-square", "box-stepper"])
def test_a_key_is_answered_at_once(open_widget, name):
    page = open_widget(name, ";shown=1")
    times = [page.evaluate(KEY_TIME, "td[tabindex='0']") for _ in range(5)]
    assert min(times) < 50


def test_a_picture_of_64_by_64_is_answered_at_once(open_widget, tmp_path):
    from convkit.show import png

    picture = np.random.default_rng(6).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    (tmp_path / "mine.png").write_bytes(png(picture))
    page = open_widget("own-photo", ";shown=1")
    page.locator("input[type=file]").set_input_files(tmp_path / "mine.png")
    page.wait_for_function("document.querySelector('.w-status').textContent.includes('mine.png')")
    measure = """() => { const w = document.querySelector('ck-own-photo');
        const from = performance.now();
        w.set({filter: 1 + w.state.filter % 4}); document.body.offsetHeight;
        return performance.now() - from; }"""
    times = [page.evaluate(measure) for _ in range(5)]
    print(f"64 x 64 x 3: {min(times):.1f} ms")
    assert min(times) < 50
