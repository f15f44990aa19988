"""Grade the whole corpus at once, and look at everything that is left behind."""

import json
import os
import re
import socket
import time
from pathlib import Path

import pytest

from grading import batch, course, intake, sandbox
from grading.order import Order
from grading.times import Times
from tests.grading import corpus
from tests.grading.answers import FULL, NAME, RIGHT, data, notebook

ROOT = Path(__file__).resolve().parents[2]
# Short, so that endless loops do not take the tests' time; long enough for a busy machine.
TIMES = Times(cell=6, call=4, grace=3, all=75)
SECRET = "only the instructor knows 73921"

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]


def load(path):
    made = json.loads(Path(path).read_text("utf-8"))
    for cell in made["cells"]:
        cell["source"] = "".join(cell["source"])
    return made


RELEASE = load(ROOT / "exercises" / NAME / f"{NAME}.ipynb")
CASES = corpus.cases(RELEASE, str(ROOT / "_build/nbgrader/source" / NAME / f"{NAME}.ipynb"))


def student(number):
    return f"{number:03}-{CASES[number].name}"


def hand_in(tree):
    """Every case as a student, and an honest one behind each that would do harm."""
    honest = []
    for number, case in enumerate(CASES):
        folder = tree / student(number) / NAME
        folder.mkdir(parents=True)
        for name, content in case.files.items():
            (folder / name.replace("/", "∕")).write_bytes(content)
        if case.link:
            (folder / f"{NAME}.ipynb").symlink_to(case.link)
        if case.name.startswith(("harm", "steal", "forge-wire", "unreadable-deep")):
            after = tree / f"{number:03}z-honest" / NAME
            after.mkdir(parents=True)
            (after / f"{NAME}.ipynb").write_bytes(data(notebook(RELEASE, RIGHT)))
            honest.append(f"{number:03}z-honest")
    return honest


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    tree, results = tmp_path_factory.mktemp("submissions"), tmp_path_factory.mktemp("results")
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    honest = hand_in(tree)
    for path in tree.rglob("*.ipynb"):
        if not path.is_symlink() and b"LISTENING" in path.read_bytes():
            path.write_bytes(path.read_bytes().replace(b"LISTENING", b"(%d,)" % port))
    before = leftovers()
    source = course.find_source(NAME, None)
    task = course.prepare(results, NAME, source)
    found = intake.collect(tree, NAME, task.notebooks, {})
    order = Order(
        results, task, found.found, workers=2, times=TIMES, secret=SECRET, secret_given=True
    )
    began = time.monotonic()
    outcome = batch.run(order)
    outcome["seconds"] = time.monotonic() - began
    yield {
        "entries": outcome["entries"],
        "results": results,
        "tree": tree,
        "honest": honest,
        "before": before,
        "intake": found,
        "listener": listener,
        "outcome": outcome,
    }
    listener.close()


def leftovers():
    """Processes of the sandbox's users, its mounts and its temporary folders."""
    processes = set()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                command = Path(f"/proc/{name}/cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:
                continue
            if b"driver.py" in command or b"bwrap" in command or b"987654" in command:
                processes.add(name)
    import tempfile

    folders = {p.name for p in Path(tempfile.gettempdir()).glob("grading-*")}
    shared = set(os.listdir("/dev/shm")) if os.path.isdir("/dev/shm") else set()
    return {"processes": processes, "folders": folders, "shared": shared}


def points(entry):
    return sum(s or 0 for n in entry["notebooks"].values() for s in n["scores"].values())


def pages(graded, name):
    """The feedback and the autograded notebook of a student."""
    below = Path(name) / NAME
    return [
        (graded["results"] / top / below / f"{NAME}.{suffix}").read_text("utf-8")
        for top, suffix in (("feedback", "html"), ("autograded", "ipynb"))
    ]


def test_corpus_is_large_and_its_names_differ():
    assert len(CASES) >= 80
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_submission_gets_the_points_it_deserves(graded, number):
    case, name = CASES[number], student(number)
    if case.link:
        assert name not in graded["entries"]
        assert any(name in note for note in graded["intake"].notes)
        return
    entry = graded["entries"][name]
    assert points(entry) == case.points, entry["notebooks"][NAME]["scores"]
    assert entry["sandbox"] == sandbox.best()
    if case.remark:
        assert case.remark in " ".join(entry["notebooks"][NAME]["remarks"])


def test_honest_students_after_hostile_ones_keep_their_points(graded):
    assert len(graded["honest"]) > 40
    wrong = {s: points(graded["entries"][s]) for s in graded["honest"]}
    assert set(wrong.values()) == {FULL}, wrong


def test_nothing_is_left_behind(graded):
    for _ in range(50):  # the kernel takes a moment to bury the dead
        after = leftovers()
        if after == graded["before"]:
            break
        time.sleep(0.1)
    assert after == graded["before"]


def test_nothing_was_reached(graded):
    """Solution, gradebook, secret, environment, network: no page tells of any of them."""
    graded["listener"].settimeout(0.1)
    with pytest.raises(TimeoutError):
        graded["listener"].accept()
    for name in graded["entries"]:
        for page in pages(graded, name):
            shown = page.replace("print('STOLEN", "").replace("print(\\'STOLEN", "")
            shown = re.sub(r"print\((&#x27;|\\?')STOLEN", "", shown)
            assert "STOLEN" not in shown, name
            assert SECRET not in page


def test_every_submission_is_still_there(graded):
    for number, case in enumerate(CASES):
        folder = graded["tree"] / student(number) / NAME
        for name, content in case.files.items():
            kept = (folder / name.replace("/", "∕")).read_bytes()
            assert len(kept) == len(content) or b"LISTENING" in content


def test_feedback_is_there_and_small(graded):
    for name in graded["entries"]:
        path = graded["results"] / "feedback" / name / NAME / f"{NAME}.html"
        assert 1000 < path.stat().st_size <= 1_000_000, name


def test_feedback_and_notebooks_hold_no_hidden_tests(graded):
    for name in graded["entries"]:
        for page in pages(graded, name):
            assert "HIDDEN TESTS" not in page, name
            if "forge-hidden-seed" not in name:
                assert "hidden_seed" not in page, name


def test_feedback_has_no_live_scripts(graded):
    """No element of a stranger's: every tag on every page is one that we write."""
    from html.parser import HTMLParser

    class Tags(HTMLParser):
        def __init__(self):
            super().__init__()
            self.found, self.attributes = set(), set()

        def handle_starttag(self, tag, attributes):
            self.found.add(tag)
            self.attributes |= {key for key, _ in attributes}
            for key, value in attributes:
                assert not (value or "").lower().strip().startswith("javascript"), (key, value)

    parser = Tags()
    for name in graded["entries"]:
        parser.feed(pages(graded, name)[0])
        parser.reset()
    assert not parser.found & {"script", "img", "iframe", "object", "embed", "link", "svg", "base"}
    assert not {a for a in parser.attributes if a.startswith("on") or a in ("src", "href")}


def test_autograded_notebooks_hold_nothing_live(graded):
    """As formgrader's converter shows them: students' Markdown, outputs and errors."""
    import nbformat
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="basic")
    for number, case in enumerate(CASES):
        name = student(number)
        if name not in graded["entries"]:
            continue
        made = nbformat.reads(pages(graded, name)[1], 4)
        nbformat.validate(made)
        if case.name.startswith("script"):
            html, _ = exporter.from_notebook_node(made)
            for live in (
                "<script>alert",
                "<img src=x",
                "javascript:alert",
                "onerror=alert('LIVE')>",
            ):
                assert live not in re.sub(r"&lt;.*?&gt;", "", html), (name, live)
        for cell in made.cells:
            for output in cell.get("outputs", []):
                if "text/html" in output.get("data", {}):
                    assert cell.metadata.nbgrader.grade_id.startswith("check-"), name


def test_grading_again_touches_nothing(graded):
    from grading.gradebook import rows

    before = rows(graded["results"] / "gradebook.db")
    source = course.find_source(NAME, None)
    task = course.prepare(graded["results"], NAME, source)
    again = Order(
        graded["results"],
        task,
        graded["intake"].found,
        workers=2,
        times=TIMES,
        secret=SECRET,
        secret_given=True,
    )
    outcome = batch.run(again)
    assert outcome["graded"] == 0
    assert not outcome["changes"]
    assert rows(graded["results"] / "gradebook.db") == before
