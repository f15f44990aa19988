"""The questions in a real browser: by keyboard, by mouse, heard, remembered, in print."""

from pathlib import Path

import pytest

from tests.browser import driver, quiz_page

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with driver.served(quiz_page.make(tmp_path_factory.mktemp("quiz"))) as served:
        yield f"{served}/quiz.html"


@pytest.fixture
def open_quiz(chromium, address):
    """A function that opens the page of questions; every error on it fails the test."""
    opened, errors = [], []

    def go(theme="light", width=1000, **settings):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **settings)
        opened.append(context)
        driver.set_theme(context, theme)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: m.type == "error" and errors.append(m.text))
        page.goto(address)
        if settings.get("java_script_enabled", True):
            page.wait_for_selector("section.quiz[data-live]")
        return page

    yield go
    for context in opened:
        context.close()
    assert not errors


def part(page, kind):
    return page.locator(f'section.quiz[data-quiz="{kind}"] form')


def reply(page, kind):
    return part(page, kind).locator(".quiz-reply")


def heard(page, kind):
    """The reply as one line, however it is broken."""
    return " ".join(reply(page, kind).inner_text().split())


def test_choose_by_keyboard_alone(open_quiz):
    page = open_quiz()
    part(page, "choice").locator("input").first.focus()
    page.keyboard.press("Enter")  # nothing chosen yet
    assert reply(page, "choice").inner_text() == "Choose one answer first."
    labels = part(page, "choice").locator(".quiz-body label").all_inner_texts()
    page.keyboard.press("Space")
    for _ in range(labels.index("The first")):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert heard(page, "choice") == "Not quite. It is tempting, and wrong."
    assert reply(page, "choice").get_attribute("data-right") == "false"
    for _ in range((labels.index("The second") - labels.index("The first")) % 3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check"
    page.keyboard.press("Space")
    assert reply(page, "choice").inner_text() == "Yes, the second."
    assert reply(page, "choice").get_attribute("role") == "status"
    assert "1 of 3 answered on this page, 0 right" in page.locator(".quiz-total").inner_text()


def test_each_choice_gets_its_own_explanation(open_quiz):
    page = open_quiz()
    replies = set()
    for option in part(page, "choice").locator("input").all():
        option.check()
        part(page, "choice").get_by_role("button", name="Check").click()
        replies.add(reply(page, "choice").inner_text())
    assert len(replies) == 3
    part(page, "choice").get_by_role("button", name="All explanations").click()
    said = reply(page, "choice").locator("dt").all_inner_texts()
    assert sorted(said) == ["The first", "The second", "The third"]


@pytest.mark.parametrize(
    ("typed", "said", "right"),
    [
        ("6", "Yes: 7 − 2 + 1 is 6.", "true"),
        (" 6.0 ", "Yes: 7 − 2 + 1 is 6.", "true"),
        ("12/2", "Yes: 7 − 2 + 1 is 6.", "true"),
        ("2,5", "Not quite. That is half of 5.", "false"),
        ("2.5", "Not quite. That is half of 5.", "false"),
        ("−6", "Not quite. Count them.", "false"),
        ("6.02", "Not quite. Count them.", "false"),
        ("six", "Type a number, such as 12 or 2.5.", None),
        ("", "Type a number, such as 12 or 2.5.", None),
    ],
)
def test_a_typed_number_gets_the_explanation_that_fits(open_quiz, typed, said, right):
    page = open_quiz()
    part(page, "numeric").get_by_label("Your number").fill(typed)
    page.keyboard.press("Enter")
    assert heard(page, "numeric") == said
    assert reply(page, "numeric").get_attribute("data-right") == right


def test_new_numbers_come_with_their_own_answers(open_quiz):
    page = open_quiz()
    question, box = part(page, "numeric"), part(page, "numeric").get_by_label("Your number")
    seen = set()
    for _ in range(6):
        numbers = question.locator("legend .quiz-value").all_inner_texts()
        seen.add(tuple(numbers))
        H, K = (int(number.replace(",", "")) for number in numbers)
        box.fill(f"{H - K + 1:,}")  # 999 and 998, but 1,000 is shown as 1,000
        box.press("Enter")
        assert reply(page, "numeric").inner_text() == f"Yes: {H:,} − {K} + 1 is {H - K + 1:,}."
        question.get_by_role("button", name="New numbers").click()
        assert "New numbers: A row of" in reply(page, "numeric").inner_text()
        assert box.input_value() == ""
        assert page.evaluate("document.activeElement.type") == "text"
    assert len(seen) == 6 and ("7", "2") in seen
    assert question.locator("legend .quiz-value").all_inner_texts() == ["7", "2"]  # round again


def steps(page):
    return part(page, "order").locator(".quiz-step").all_inner_texts()


RIGHT = ["Lay the square on a place", "Multiply red", "Multiply green", "Add"]


def move_into(page, wanted):
    """Bring the steps into an order with the keyboard, by their buttons only."""
    for place, name in enumerate(wanted):
        while steps(page).index(name) > place:
            button = part(page, "order").get_by_role("button", name=f"Move up: {name}", exact=True)
            button.focus()
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.ariaLabel") == f"Move up: {name}"
            at = steps(page).index(name) + 1
            heard = part(page, "order").locator(".quiz-said")
            assert heard.inner_text() == f"{name}: now {at} of 4."


def test_put_steps_in_order_by_keyboard(open_quiz):
    page = open_quiz()
    assert sorted(steps(page)) == sorted(RIGHT) != steps(page)
    check = part(page, "order").get_by_role("button", name="Check")
    move_into(page, [RIGHT[0], RIGHT[3], RIGHT[1], RIGHT[2]])
    check.press("Enter")
    assert heard(page, "order") == (
        "Not quite. The first step is right. Too early: Add. It comes when all products are there."
    )
    move_into(page, RIGHT)
    check.press("Enter")
    assert reply(page, "order").inner_text().startswith("Yes")
    assert reply(page, "order").locator("li").count() == 4
    move_into(page, [RIGHT[0], RIGHT[2], RIGHT[1], RIGHT[3]])  # these two may change places
    check.press("Enter")
    assert reply(page, "order").get_attribute("data-right") == "true"


@pytest.mark.parametrize("touch", [False, True])
def test_put_steps_in_order_by_dragging(open_quiz, touch):
    page = open_quiz(has_touch=touch)
    last = steps(page)[-1]
    items = part(page, "order").locator("ol.quiz-steps li")
    grip = items.last.locator(".quiz-grip" if touch else ".quiz-step").bounding_box()
    top = items.first.bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    path = [y + (top["y"] - y) * k / 20 for k in range(21)]
    if touch:
        session = page.context.new_cdp_session(page)
        send = lambda kind, points: session.send(  # noqa: E731
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )
        send("touchStart", [{"x": x, "y": y}])
        for at in path:
            send("touchMove", [{"x": x, "y": at}])
        send("touchEnd", [])
    else:
        page.mouse.move(x, y)
        page.mouse.down()
        for at in path:
            page.mouse.move(x, at)
        page.mouse.up()
    assert steps(page)[0] == last and sorted(steps(page)) == sorted(RIGHT)
    assert not part(page, "order").locator(".is-held").count()


def test_answers_are_kept_in_this_browser_until_forgotten(open_quiz):
    page = open_quiz()
    part(page, "choice").get_by_label("The first").check()
    part(page, "choice").get_by_role("button", name="Check").click()
    part(page, "numeric").get_by_label("Your number").fill("6")
    page.keyboard.press("Enter")
    page.reload()
    assert part(page, "choice").get_by_label("The first").is_checked()
    assert "It is tempting" in reply(page, "choice").inner_text()
    assert "solved this one before" in reply(page, "numeric").inner_text()
    assert "2 of 3 answered on this page, 1 right" in page.locator(".quiz-total").inner_text()

    def steps():
        return part(page, "order").locator(".quiz-steps li").all_text_contents()

    before = steps()
    part(page, "order").get_by_role("button", name="Move down").first.click()
    assert steps() != before
    page.get_by_role("button", name="Forget my answers").focus()
    page.keyboard.press("Enter")
    # Said, and the keyboard keeps its place; no answer stays behind on the page.
    assert page.evaluate("document.activeElement.textContent").endswith("are forgotten.")
    assert steps() == before
    assert not page.get_by_role("button", name="All explanations").is_visible()
    page.reload()
    assert not page.locator(".quiz-total").is_visible()
    assert not part(page, "choice").get_by_label("The first").is_checked()
    assert page.evaluate("localStorage.getItem('convkit-quiz')") == "{}"
    assert page.context.cookies() == []


@pytest.mark.parametrize("kept", ["5", "[]", "{", '"x"', '{"quiz.html: x": 3}'])
def test_a_spoiled_memory_does_no_harm(open_quiz, kept):
    page = open_quiz()
    page.evaluate("kept => localStorage.setItem('convkit-quiz', kept)", kept)
    page.reload()
    page.wait_for_selector("section.quiz[data-live]")
    part(page, "choice").get_by_label("The second").check()
    part(page, "choice").get_by_role("button", name="Check").click()
    assert "1 of 3 answered" in page.locator(".quiz-total").inner_text()


def answer_all(page):
    part(page, "choice").get_by_label("The first").check()
    part(page, "numeric").get_by_label("Your number").fill("6")
    move_into(page, RIGHT)
    for kind in ("choice", "numeric", "order"):
        part(page, kind).get_by_role("button", name="Check").click()


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_questions_are_accessible(open_quiz, theme, answered):
    import axe_playwright_python

    page = open_quiz(theme)
    if answered:
        answer_all(page)
    page.add_script_tag(path=Path(axe_playwright_python.__file__).parent / "axe.min.js")
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 10
    assert not [(v["id"], n["html"][:200]) for v in found["violations"] for n in v["nodes"]]
    assert page.get_by_role("group").count() == 3  # each fieldset by the name of its legend
    assert page.get_by_role("group", name="1. Which one of").count() == 1


def test_targets_are_large_and_nothing_sticks_out_at_320_px(open_quiz):
    page = open_quiz(width=320)
    answer_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for target in page.locator(".quiz-live button, .quiz-live label").all():
        box = target.bounding_box()
        if box:
            assert box["width"] >= 24 and box["height"] >= 24, target.inner_text()


@pytest.mark.parametrize("scripts", [False, True])
def test_print_shows_the_still_form(open_quiz, scripts):
    page = open_quiz(java_script_enabled=scripts)
    page.emulate_media(media="print")
    assert page.locator(".quiz-still").first.is_visible()
    labels = page.locator("details.quiz-answer summary").all_inner_texts()
    assert sorted(labels) == ["The first", "The second", "The third"]
    live = page.locator(".quiz-live")
    assert live.count() == (3 if scripts else 0)
    assert not any(form.is_visible() for form in live.all())
