"""The book without its server: after one visit every page, and Run once it was used."""

import pytest

from tests.browser import driver

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(chromium, book_site):
    """One visit to chapter 1 with the server running; then the server is gone."""
    contexts = []

    def go(use_run=False):
        with driver.served(book_site) as address:
            context = chromium.new_context()
            contexts.append(context)
            page = context.new_page()
            page.goto(f"{address}/ch01.html")
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            page.wait_for_function("navigator.serviceWorker.controller !== null")
            if use_run:
                page.reload()
                page.get_by_role("button", name="Run cell 1").click()
                page.wait_for_selector("[data-ran=yes]", timeout=90_000)
        return page, address

    yield go
    for context in contexts:
        context.close()


def test_every_page_opens_without_the_server(visit, book_site):
    page, address = visit()
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    # Leaving a page aborts what it no longer needs; that is no failure.
    page.on("requestfailed", lambda r: "ABORTED" in (r.failure or "") or trouble.append(r.url))
    for name in driver.pages(book_site):
        page.goto(f"{address}/{name}", wait_until="networkidle")
        assert page.locator("h1").first.text_content().strip()
        assert page.evaluate(
            "getComputedStyle(document.documentElement).getPropertyValue('--soft')"
        )
    # The top folder itself, and a page with a query.
    page.goto(f"{address}/")
    assert "convolution" in page.title().lower()
    page.goto(f"{address}/search.html?q=edge")
    page.wait_for_selector("#search-results li a")
    assert not trouble


def test_widgets_work_without_the_server(visit):
    page, address = visit()
    page.goto(f"{address}/index.html#w=first-box;shown=1;step=3")
    page.wait_for_selector("ck-first-box[data-drawn]")
    assert page.locator(".w-total b").text_content() == "4"


def test_run_works_without_the_server_once_it_was_used(visit):
    page, _ = visit(use_run=True)
    page.reload()
    page.get_by_role("button", name="Run cell 1").click()
    page.wait_for_selector("[data-ran=yes]", timeout=90_000)
    assert "180" in page.locator(".run-output").first.text_content()
