"""Every widget: question, answer, steps; keyboard, single clicks, links, both themes, 320 px."""

from pathlib import Path

import pytest

from tests.browser import plain

pytestmark = pytest.mark.browser

MOST_BYTES = 25_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# States that a link can carry, beside the question that everybody meets first.
STATES = {
    "first-box": [";shown=1;step=3", ";shown=1;step=1;all=1"],
    "own-photo": [";shown=1;filter=2"],
    "slide-square": [
        ";shown=1;k=4;seen=20",
        ";shown=1;square=corner;padding=full;flipped=1;k=30;seen=79",
    ],
    "box-stepper": [";shown=1;done=6", ";shown=1;done=12;spread=100;filter=3;k=20;seen=34"],
    "painter": [";shown=1;way=both", ";shown=1;way=place;brush=-0.5;paint=" + "e" * 40 + "a" * 203],
    "plug-layers": [";shown=1", ";shown=1;layers=3,5,5,5,3,10,10,1,2;padding=same"],
    "filter-bank": [";shown=1;count=4"],
    "index-explorer": [";shown=1;i=3;j=5;c=2;p=1;m=1;n=1"],
    "layer-sliders": [";shown=1;bias=5,-20", ";shown=1;activation=sigmoid;flipped=1"],
    "shared-matrix": [";shown=1;at=7;weights=1,2,3,4,5,-6"],
    "ladder": [";shown=1;rows=224;columns=200;kernel=7;stride=2;padding=same"],
    "two-lessons": [";shown=1;lessons=0,9,23"],
    "trace-pixel": [";shown=1;stack=pool;i=1;j=2", ";shown=1;stack=stride;padding=same"],
    "training": [";shown=1;step=40;goal=corner", ";shown=1;step=60;rate=4;seed=3"],
    "four-views": [";shown=1;i=3;j=2;c=2"],
    "method-cost": [";shown=1;kernel=9;channels=16"],
    "tiled-kernel": [";shown=1;step=5;tile=3x4;row=1;column=1;thread=3"],
}
EACH = [(name, state) for name in plain.widget_names() for state in ["", *STATES.get(name, [])]]

CONTRAST = """() => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgba = (color) => {
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const over = (a, b) => b.map((v, k) => k < 3 ? a[k] * a[3] / 255 + v * (1 - a[3] / 255) : 255);
    const light = (c) => c.slice(0, 3).map((v) => v / 255)
        .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((s, v, k) => s + v * [0.2126, 0.7152, 0.0722][k], 0);
    const poor = [];
    for (const e of document.querySelectorAll('.widget-live *')) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        const seen = e.checkVisibility({visibilityProperty: true}) && !e.disabled;
        if (!own || !seen || e.closest('svg')) continue;
        let ground = [255, 255, 255, 255];
        const up = [];
        for (let p = e; p; p = p.parentElement) up.unshift(p);
        for (const p of up) ground = over(rgba(getComputedStyle(p).backgroundColor), ground);
        const ink = rgba(getComputedStyle(e).color);
        const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(`${e.outerHTML.slice(0, 90)} ${a} ${b}`);
    }
    return poor;
}"""


@pytest.mark.parametrize("path", sorted(plain.MODULES.glob("*.js")), ids=lambda path: path.name)
def test_module_is_small(path):
    assert path.stat().st_size < MOST_BYTES


@pytest.mark.parametrize(("name", "state"), EACH)
def test_widget_is_accessible_in_both_themes(open_widget, name, state):
    import axe_playwright_python

    page = open_widget(name, state)
    page.add_script_tag(path=Path(axe_playwright_python.__file__).parent / "axe.min.js")
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert not [
            f"{theme}, {violation['id']}: {violation['help']}: {node['html'][:300]}"
            for violation in found["violations"]
            for node in violation["nodes"][:3]
        ]
        assert page.evaluate(CONTRAST) == [], theme


@pytest.mark.parametrize(("name", "state"), EACH)
def test_widget_fits_a_narrow_screen_with_targets_large_enough(open_widget, name, state):
    page = open_widget(name, state, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            '.widget-live :is(button, select, input, a, td.w-pick, summary)')]
            .filter((e) => e.checkVisibility() && !e.closest('.w-file') && e.className !== 'w-file')
            .filter((e) => { const b = e.getBoundingClientRect();
                             return Math.min(b.width, b.height) < 23.9; })
            .map((e) => e.outerHTML.slice(0, 100))"""
    )
    assert small == []


@pytest.mark.parametrize("name", plain.widget_names())
def test_widget_asks_first_then_shows_and_keeps_the_answer_on_this_device(open_widget, name):
    page = open_widget(name)
    assert not page.locator(".w-after:visible").count()
    answers = page.locator(".w-ask button[aria-pressed]")
    wrong_then_right = [answers.nth(k).text_content() for k in range(answers.count())]
    assert len(wrong_then_right) >= 2
    answers.first.click()
    assert page.locator(".w-after:visible").count()
    reply = page.locator(".w-ask .w-reply").text_content()
    assert reply.startswith(("Yes.", "Not quite."))
    assert len(reply) > 30  # every answer is explained
    kept = page.evaluate("JSON.parse(localStorage.getItem('convkit-predictions'))")
    (key,) = kept
    assert key.startswith(f"{name}.html#{name}:")
    assert kept[key]["said"] == wrong_then_right[0]
    # A second answer is explained, too; the first one stays the prediction.
    answers.nth(1).click()
    assert page.locator(".w-ask .w-reply").text_content() != reply
    again = page.evaluate("JSON.parse(localStorage.getItem('convkit-predictions'))")
    assert again[key]["said"] == wrong_then_right[0]


@pytest.mark.parametrize("name", plain.widget_names())
def test_exactly_one_answer_is_right(open_widget, name):
    page = open_widget(name)
    answers = page.locator(".w-ask button[aria-pressed]")
    right = []
    for k in range(answers.count()):
        answers.nth(k).click()
        right.append(page.locator(".w-reply").first.get_attribute("data-right"))
    assert right.count("true") == 1


@pytest.mark.parametrize("name", plain.widget_names())
def test_question_can_be_skipped_by_keyboard_and_everything_reached(open_widget, name):
    page = open_widget(name)
    page.evaluate("document.querySelector('.w-ask .w-quiet').focus()")
    page.keyboard.press("Enter")
    assert page.locator(".w-after:visible").count()
    assert page.evaluate("localStorage.getItem('convkit-predictions')") is None
    # The Tab key comes to the end of the widget and is never caught on the way.
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.querySelector('.w-ask button').focus()")
    for _ in range(120):
        if page.evaluate("document.activeElement.textContent") == "Link to this state":
            break
        page.keyboard.press("Tab")
        visible = page.evaluate(
            """() => { const e = document.activeElement, style = getComputedStyle(e);
                return e === document.body || style.outlineStyle !== 'none'; }"""
        )
        assert visible, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    else:
        pytest.fail("120 presses of Tab did not lead through the widget")


@pytest.mark.parametrize("name", plain.widget_names())
def test_state_travels_in_the_address_and_nonsense_in_it_does_no_harm(open_widget, name):
    for state in STATES.get(name, []):
        page = open_widget(name, state)
        given = dict(pair.split("=") for pair in state[1:].split(";"))
        page.get_by_text("Link to this state").click()
        page.wait_for_function("location.hash.length > 1")
        page.wait_for_timeout(300)
        written = page.evaluate(f"document.querySelector('ck-{name}').address()")
        fields = dict(pair.split("=") for pair in written.split(";")[1:])
        defaults = page.evaluate(f"document.querySelector('ck-{name}').defaults")
        for field, value in given.items():
            assert fields.get(field, str(defaults[field])) == value, (field, written)
    # A wrong address shows something sensible instead of an error (open_widget checks).
    page = open_widget(name)
    keys = page.evaluate(f"Object.keys(document.querySelector('ck-{name}').defaults)")
    for nonsense in ("-7", "1e9", "x", "", "NaN", "%3Cb%3E", "%"):
        fields = "".join(f";{key}={nonsense}" for key in keys if key != "shown")
        page.evaluate(f"location.hash = '#w={name};shown=1{fields}'")
        page.wait_for_function("document.querySelector('.w-status').textContent.includes('link')")
        page.evaluate("document.querySelector('.w-status').textContent = ''")


@pytest.mark.parametrize("name", plain.widget_names())
def test_reset_goes_back_to_the_start(open_widget, name):
    page = open_widget(name, STATES.get(name, [";shown=1"])[-1])
    page.locator(".w-foot button", has_text="Reset").click()
    moved = page.evaluate(
        """(name) => { const w = document.querySelector(`ck-${name}`);
            return Object.keys(w.defaults).filter((k) => k !== 'shown'
                && String(w.state[k]) !== String(w.defaults[k])); }""",
        name,
    )
    assert moved == []


@pytest.mark.parametrize("name", plain.widget_names())
def test_play_ends_at_once_for_who_asked_for_less_motion(open_widget, name):
    page = open_widget(name, ";shown=1", reduced_motion="reduce")
    for k in range(page.locator(".w-player").count()):
        player = page.locator(".w-player").nth(k)
        player.get_by_role("button", name="Play").click()
        slider = player.locator("input[type=range]")
        assert slider.input_value() == slider.get_attribute("max")


@pytest.mark.parametrize("name", plain.widget_names())
def test_paper_shows_the_still_form(open_widget, name):
    page = open_widget(name, ";shown=1")
    assert not page.locator(".still").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".still").is_visible()
    assert not page.locator(".widget-live").is_visible()


def test_still_form_stays_when_a_widget_has_no_module(chromium, plain_site):
    page = chromium.new_page()
    page.route("**/slide-square.js", lambda route: route.abort())
    page.goto(f"{plain_site}/slide-square.html")
    page.wait_for_selector("[data-ready=still]")
    assert page.locator(".still").is_visible()
    page.close()
