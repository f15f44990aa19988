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


@pytest.mark.parametrize(
    ("typed", "weight"), [("1/2", 0.5), ("–3", -3), ("2,5", 2.5), ("1e-1", 0.1), (" 4 ", 4)]
)
def test_a_weight_is_read_as_the_quiz_reads_numbers(open_widget, typed, weight):
    page = open_widget("slide-square", ";shown=1;square=corner")
    weights = np.array([[1.0, 2, 0], [0, 1, 0], [weight, 0, -1]])
    page.get_by_label("weight in row 2, column 0").fill(typed)
    page.locator("input[type=range]").focus()
    page.keyboard.press("End")
    expected = convkit.conv2d(IMAGE[..., 0], weights)
    np.testing.assert_allclose(shown_map(page), expected, atol=0.051)  # one decimal is shown


@pytest.mark.parametrize("typed", ["", "abc", "1/0", "1/", "1 2", "1,000"])
def test_what_is_no_weight_changes_nothing_and_is_marked(open_widget, typed):
    page = open_widget("slide-square", ";shown=1;square=corner")
    box = page.get_by_label("weight in row 2, column 0")
    before = page.locator(".w-sumline").text_content()
    box.fill(typed)
    assert box.get_attribute("aria-invalid") == "true"
    assert page.locator(".w-sumline").text_content() == before


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


def ring():
    rows, columns = np.mgrid[:9, :9]
    distance = np.hypot(rows - 4, columns - 4)
    return ((distance >= 2.5) & (distance < 4.2)).astype(float)


def test_painter_walks_into_the_white_trap_and_out_of_it(open_widget):
    """The scores beside the pictures are convkit's, for each way of taking weights away."""
    page = open_widget("painter", ";shown=1")
    plain = np.zeros((3, 9, 9))
    plain[0] = ring()
    colors = [(1, 0, 0), (0, 0, 1), (1, 1, 1), (1, 1, 0)]
    pictures = [np.pad(ring(), 3)[..., None] * color for color in colors]
    pictures.append(np.ones((15, 15, 3)) * (1, 0, 0))
    place = ring() * np.reshape([1, -0.5, -0.5], (3, 1, 1))
    ways = {
        "none": plain,
        "whole": plain - plain.mean(),
        "channel": plain - plain.mean((1, 2), keepdims=True),
        "place": place,
        "both": place - place.mean((1, 2), keepdims=True),
    }
    found = {}
    for way, weights in ways.items():
        page.get_by_role("combobox", name="Weights").select_option(way)
        found[way] = [number(text) for text in page.locator(".w-score b").all_text_contents()]
        expected = [convkit.conv2d(picture, weights).max() for picture in pictures]
        np.testing.assert_allclose(found[way], expected, atol=0.051)
    assert found["none"][2] == found["none"][0] == 36
    assert found["whole"][:3:2] == [30.7, 20]
    assert found["channel"][:3:2] == [20, 20]
    assert found["both"][2] == 0  # white is silent
    assert found["both"][1] < found["both"][0] / 2
    assert found["both"][3] == found["both"][0] / 2
    assert found["place"][4] == 36  # all red still fires
    assert found["both"][4] == 0


def test_painter_is_painted_by_keyboard(open_widget):
    page = open_widget("painter", ";shown=1")
    page.get_by_role("button", name="Empty").click()
    page.get_by_role("combobox", name="Brush").select_option("-0.5")
    page.locator("table[aria-label^=green] td[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")  # moves, does not paint
    assert "sum to 0" in page.locator(".w-stage .w-sumline").text_content()
    page.keyboard.press("Enter")
    assert "sum to −0.5" in page.locator(".w-stage .w-sumline").text_content()
    assert page.evaluate("document.querySelector('ck-painter').weights().data[81 + 1]") == -0.5


def test_plug_layers_can_be_made_to_fit(open_widget):
    page = open_widget("plug-layers", ";shown=1")
    assert "flat 28 × 24 map and finds no channels" in page.locator(".is-stuck").text_content()
    first = page.get_by_role("group", name="first layer")
    first.get_by_role("combobox", name="filters").select_option("10")
    assert (
        "10 channels come in, its filters reach through 3"
        in page.locator(".is-stuck").text_content()
    )
    second = page.get_by_role("group", name="second layer")
    second.get_by_role("combobox", name="through channels").select_option("10")
    assert not page.locator(".is-stuck").count()
    image = np.zeros((32, 28, 3))
    for shape in ((3, 5, 5, 10), (10, 3, 3, 5), (5, 3, 3, 2)):
        image = convkit.conv2d(image, np.zeros(shape))
    size = " × ".join(map(str, image.shape))
    assert page.locator(".w-plug").last.text_content() == f"→ {size}"


def test_filter_bank_takes_the_readers_picture(open_widget, tmp_path):
    from convkit.show import png

    picture = np.random.default_rng(7).integers(0, 256, (40, 30, 3)).astype(np.uint8)
    (tmp_path / "mine.png").write_bytes(png(picture))
    page = open_widget("filter-bank", ";shown=1")
    page.locator("input[type=file]").set_input_files(tmp_path / "mine.png")
    page.wait_for_function("document.querySelector('.w-status').textContent.includes('mine.png')")
    found = page.evaluate("Array.from(document.querySelector('ck-filter-bank').result.data)")
    edges = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    upright = convkit.conv2d(picture / 255, np.stack([edges] * 3))
    np.testing.assert_allclose(np.reshape(found, (38, 28, 6))[..., 0], upright, atol=1e-9)
    assert "38 × 28 × 6" in page.locator(".w-stage .w-sumline").text_content()


def test_index_explorer_adds_up_to_the_result(open_widget):
    page = open_widget("index-explorer", ";shown=1;i=2;j=3;c=1")
    expected = convkit.conv2d(IMAGE, FILTERS)[2, 3, 1]
    for _ in range(11):
        page.get_by_role("button", name="Next product").click()
    text = page.locator(".w-total").text_content().replace("−", "-")
    assert f"Product 12 of 12, sum so far {expected:.0f}, in the end {expected:.0f}" in text
    assert "A[3, 4, 2] * W[2, 1, 1, 1]" in page.locator(".w-views").text_content()


def test_layer_sliders_show_the_layer(open_widget):
    page = open_widget("layer-sliders", ";shown=1")
    slider = page.get_by_label("b[0], bias of map 0")
    slider.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    expected = convkit.conv2d(IMAGE, FILTERS[..., :2], bias=np.array([7.0, 0]), activation="relu")
    for c in range(2):
        label = f"map {c}: the layer’s result"
        np.testing.assert_array_equal(shown_map(page, label), expected[..., c])


def test_ladder_counts_what_convkit_counts(open_widget):
    page = open_widget("ladder", ";shown=1")
    texts = page.locator(".w-count b").all_text_contents()
    assert texts == ["154,140,672", "3,763,200", "4,800"]
    assert "together 32,112.64 ×" in page.locator(".w-stage").text_content()
    page.get_by_role("spinbutton", name="stride").fill("3")
    page.get_by_role("spinbutton", name="filters").fill("10")
    ladder = convkit.count_parameters((32, 32, 3), (3, 5, 5, 10), stride=3)
    expected = [f"{rung.weights:,}" for rung in (ladder.dense, ladder.local, ladder.shared)]
    assert page.locator(".w-count b").all_text_contents() == expected
    # Half-typed or impossible numbers change nothing and are marked.
    page.get_by_role("spinbutton", name="filters").fill("")
    assert page.get_by_role("spinbutton", name="filters").get_attribute("aria-invalid") == "true"
    assert page.locator(".w-count b").all_text_contents() == expected


def test_training_finds_the_hidden_filter_and_leaps_away_when_steps_are_too_long(open_widget):
    page = open_widget("training", ";shown=1", reduced_motion="reduce")
    page.get_by_role("button", name="Play").click()
    found = shown_map(page, "the filter that is being learned")
    np.testing.assert_allclose(found, [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], atol=0.11)
    slider = page.get_by_label("Learning rate")
    slider.focus()
    page.keyboard.press("End")
    assert "It grows" in page.locator(".w-stage > div > .w-sumline").text_content()


def test_tiled_kernel_ends_with_the_results_of_its_block(open_widget):
    page = open_widget("tiled-kernel", ";shown=1;tile=2x3;row=1;column=1")
    while page.get_by_role("button", name="Next").is_enabled():
        page.get_by_role("button", name="Next").click()
    expected = convkit.conv2d(IMAGE[..., 0], FILTERS[0, :, :, 0])[2:4, 3:6]
    found = shown_map(page, "threads and their sums: choose a thread")
    np.testing.assert_array_equal(found, expected)
    assert "Fetched from global memory: 12. Without sharing it would be 24." in (
        page.locator(".w-stage").text_content()
    )


def test_four_views_agree_at_every_place(open_widget):
    page = open_widget("four-views", ";shown=1;c=1;i=0;j=0")
    expected = convkit.conv2d(IMAGE, FILTERS[..., 1])
    page.locator("td[tabindex='0']").focus()
    for j in range(1, 7):
        page.keyboard.press("ArrowRight")
        values = [number(text) for text in page.locator(".w-four b").all_text_contents()]
        assert values == [expected[0, j]] * 4


def test_trace_pixel_tells_the_receptive_field(open_widget):
    page = open_widget("trace-pixel", ";shown=1")
    line = page.locator(".w-stage > div > .w-sumline")
    for stack, field in {"two": 5, "three": 7, "five": 5, "pool": 8, "stride": 7, "one": 5}.items():
        page.get_by_role("combobox", name="Stack").select_option(stack)
        assert line.text_content().startswith(f"Receptive field {field} × {field}.")
    page.get_by_role("combobox", name="border").select_option("same")
    page.locator("td[tabindex='0']").focus()
    page.keyboard.press("Home")
    assert "rows 0 to" in page.locator(".w-status").text_content()


def test_a_lesson_reaches_one_place_with_own_weights_and_all_with_shared(open_widget):
    page = open_widget("two-lessons", ";shown=1")
    line, places = page.locator(".w-sumline"), page.get_by_role("gridcell")
    ticks = "([...document.querySelectorAll('td')].filter(e => e.textContent == '✓').length)"
    assert line.text_content().startswith("1 lesson: found at 24 of 24 places")
    assert page.evaluate(ticks) == 24 + 1
    for place in (0, 13, 23):
        places.nth(place).click()
    assert line.text_content().endswith("at 4 with own weights.")
    assert page.evaluate(ticks) == 24 + 4
    places.nth(13).click()  # taken back
    assert page.evaluate(ticks) == 24 + 3
    page.get_by_role("button", name="A lesson at every place").click()
    assert page.evaluate(ticks) == 24 + 24


def test_the_last_lesson_cannot_be_taken_back_and_arrows_alone_teach_nothing(open_widget):
    page = open_widget("two-lessons", ";shown=1")
    before = page.locator(".w-sumline").text_content()
    page.get_by_role("gridcell").nth(7).click()
    assert "must stay" in page.locator(".w-status").text_content()
    page.keyboard.press("ArrowRight")
    assert page.locator(".w-sumline").text_content() == before
    page.keyboard.press("Enter")
    assert page.locator(".w-sumline").text_content().startswith("2 lessons")


@pytest.mark.parametrize("width", [1000, 360])
def test_a_link_leads_to_its_widget_though_those_above_grow(contexts, plain_site, width):
    page = contexts("light", width, 800, {}).new_page()
    page.goto(f"{plain_site}/two.html#w=plug-layers;shown=1")
    page.wait_for_selector("ck-filter-bank[data-drawn]")
    page.wait_for_selector("ck-plug-layers[data-drawn]")
    page.wait_for_timeout(300)
    place = "document.querySelector('[data-widget=plug-layers]').getBoundingClientRect().top"
    assert 0 <= page.evaluate(place) < 200
    # Who scrolls is not pulled back.
    page.mouse.wheel(0, 500)
    page.wait_for_function(f"{place} < -200")
    page.evaluate("document.body.style.paddingBottom = '100px'")
    page.wait_for_timeout(300)
    assert page.evaluate(place) < -200
    page.close()
