"""What chapters 12 to 14 say is true, and stays true when the measurements change."""

import ast
import copy
import importlib.util
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from convkit import (
    METHODS,
    conv2d,
    conv2d_grad_image,
    convolution_matrix,
    count_parameters,
    read_problem,
    reference,
)
from convkit.cuda.tiles import Tile
from convkit.data import hand_example, red_circle
from convkit.methods import gpu_implicit_gemm, gpu_mma, gpu_wgmma, im2col, mec
from convkit.scratch import Scratch
from tests.emulator.stand_in import missing, stand_in

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
sys.path.insert(0, str(BOOK))  # the chapters import `figures` from their own folder

from figures import (  # noqa: E402
    ch12,
    ch13,
    ch14,
    measured,
    measured_gpu,
    measured_tables,
    rehearsal,
    speed,
)

NAMES = ("ch12", "ch13", "ch14")
PAGES = {name: (BOOK / f"{name}.md").read_text("utf-8") for name in NAMES}


# ---- the pages' own code


def cells(page):
    """The visible cells of a page, without their tags."""
    for cell in re.findall(r"```\{code-cell\} python\n(.*?)```", PAGES[page], flags=re.S):
        if not re.search(r":tags:.*(remove-input|remove-cell)", cell):
            yield "\n".join(line for line in cell.split("\n") if not line.startswith(":"))


@pytest.fixture(scope="module")
def ran():
    return {name: run(name) for name in NAMES}


def run(page):
    """Run the visible cells as a notebook does: the names they leave, the lines they show."""
    shown = []
    names = {"print": lambda *values: shown.append(" ".join(map(str, values)))}
    for cell in cells(page):
        tree = ast.parse(cell)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, page, "exec"), names)
        if last:
            value = eval(compile(ast.Expression(last.value), page, "eval"), names)
            shown += [] if value is None else [str(value)]
    return names, shown


def test_every_comparison_on_the_pages_comes_out_as_the_text_says(ran):
    """The one False is the layer that does not double."""
    _, shown = ran["ch12"]
    said = [line for line in shown if re.search(r"\b(True|False)\b", line)]
    assert [line for line in said if "False" in line] == ["False"]
    assert said.index("False") == len(said) - 1 and len(said) == 9
    assert not [line for line in ran["ch13"][1] if re.search(r"\bFalse$", line)]


@pytest.mark.parametrize("name", NAMES)
def test_framework_lines_compute_what_ours_compute(name):
    random = np.random.default_rng(7)
    image, filters = random.normal(size=(6, 8, 3)), random.normal(size=(3, 2, 2, 4))
    expected, ran_some = reference.conv2d(image, filters), False
    for framework in ("torch", "keras"):
        block = re.search(rf"\n:name: {name}-{framework}\n(.*?)```", PAGES[name], flags=re.S)
        assert block, f"{name} lacks its lines for {framework}"
        try:
            __import__(framework)
        except ImportError:
            continue
        names = {"image": image.copy(), "filters": filters.copy(), "np": np}
        exec(block[1], names)
        np.testing.assert_allclose(names["result"], expected, rtol=1e-5, atol=1e-5)
        ran_some = True
    if not ran_some:
        pytest.skip("no torch (python run.py test --extras peers installs it)")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_included_is_there(name):
    """The engine rooms show the package itself: when it moves, this says so before the build."""
    found = re.findall(r"```\{literalinclude\} (\S+)\n(.*?)```", PAGES[name], flags=re.S)
    assert len(found) == {"ch12": 0, "ch13": 7, "ch14": 6}[name]
    for path, options in found:
        source = (BOOK / path).resolve().read_text("utf-8")
        for kind, words in re.findall(r":(pyobject|start-at|end-before|end-at): (.*)", options):
            words = words.strip()
            if kind == "pyobject":
                assert re.search(rf"^def {words}\(", source, flags=re.M), (path, words)
            else:
                quoted = ast.literal_eval(words) if words[0] in "\"'" else words
                assert quoted in source, (path, words)


# ---- chapter 12


@pytest.mark.parametrize("seed", range(3))
def test_four_programs_one_operation(ran, seed):
    names, _ = ran["ch12"]
    random = np.random.default_rng(seed)
    image, filters = random.normal(size=(6, 8, 3)), random.normal(size=(3, 2, 2, 4))
    for c in range(4):
        expected = reference.conv2d(image, filters[..., c])
        for way in ("modify", "find", "multiply"):
            np.testing.assert_allclose(names[way](image, filters[..., c]), expected, atol=1e-12)


def test_the_number_that_four_views_name():
    image, filters = hand_example()
    i, j = ch12.PLACE
    maps = conv2d(image, filters)
    assert maps[i, j].tolist() == [4, 44, 26, -17]  # as the cell prints them
    patch = image[i : i + 2, j : j + 2].transpose(2, 0, 1)
    assert ch12.cosine(patch, filters[..., 0]) == pytest.approx(0.05, abs=0.001)
    assert "defaults = { i: 1, j: 4, c: 0 }" in (BOOK / "widgets" / "four-views.js").read_text()


def test_the_still_figure_does_not_give_the_answer_away():
    drawn = ch12.four_questions()._repr_html_()
    assert drawn.count(">?<") == 4 and ">44<" not in drawn and ">−17<" not in drawn
    assert drawn.count("between them: ?") == 1
    answered = ch12.four_views()._repr_html_()
    assert "between them: 87°" in answered and ">?<" not in answered and ">44<" in answered


def test_a_transpose_takes_wishes_back_and_rank_says_what_is_lost():
    image, filters = hand_example()
    random = np.random.default_rng(1)
    wish = random.normal(size=(5, 7, 4))
    matrix = convolution_matrix(filters, image.shape)
    back = (matrix.T @ wish.ravel()).reshape(image.shape)
    np.testing.assert_allclose(back, conv2d_grad_image(wish, filters, image.shape), atol=1e-12)
    for seed in range(3):
        random = np.random.default_rng(seed)
        ranks = [
            np.linalg.matrix_rank(
                convolution_matrix(random.normal(size=(3, 2, 2, C2)), image.shape)
            )
            for C2 in (1, 4, 5)
        ]
        assert ranks == [35, 132, 144]


def test_rings_for_four_colors_find_the_red_one():
    filters, picture = ch12.finders(), red_circle().astype(float)
    np.testing.assert_allclose(filters.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(filters.sum(axis=(1, 2)), 0, atol=1e-12)
    maps = conv2d(picture, filters)
    place = np.unravel_index(maps[..., 0].argmax(), maps.shape[:2])
    assert maps[place].argmax() == 0 and (maps[place] > 0).sum() == 2  # and yellow, by half
    assert maps[place][3] == pytest.approx(maps[place][0] / 2)
    row = convolution_matrix(filters[..., 0], picture.shape)[place[0] * 18 + place[1]]
    assert row @ picture.ravel() == pytest.approx(maps[place][0])


def test_answers_to_the_questions_of_chapter_12():
    assert 64 * 3 * 5 * 5 + 64 == 4864 and 64 * 25 + 64 == 1664 and 28 * 28 * 64 == 50176
    ones = np.ones((3, 5, 5))  # the first numbers of the numeric question
    assert np.count_nonzero(convolution_matrix(ones, (32, 32, 3))) == 784 * 75 == 58800


def test_the_practice_of_chapter_12_is_wrong_as_it_stands_and_has_a_way_to_be_right():
    from convkit import check

    source = re.search(
        r"```\{practice\} 12.6\n:answer: repaired\n(.*?)```", PAGES["ch12"], flags=re.S
    )[1]
    names = {}
    exec(source, names)
    assert not check.run("12.6", names["repaired"]).passed

    mended = source.replace("wishes[:, :, 0] * filters[p, m, n, 0]", "wishes @ filters[p, m, n]")
    mended = mended.replace("p] = foil", "p] += foil")
    exec(mended, names)
    assert check.run("12.6", names["repaired"]).passed


# ---- chapter 13: how methods arrange numbers


def test_the_drawn_matrices_are_the_packages_own():
    image = ch13.corner()
    problem = read_problem(image.shape, (2, 2), dtype=np.float64)
    theirs = im2col.window_view(image[:, :, None], problem, np)  # (H', W', K, K, C)
    np.testing.assert_array_equal(ch13.im2col_matrix(), theirs.reshape(12, 4))
    pixels = np.ascontiguousarray(image)[None, :, :, None]
    lowered = mec.lower(pixels, 4, 2, 1, Scratch(np))  # (N, W', H, K)
    np.testing.assert_array_equal(ch13.mec_matrix(), lowered[0].reshape(4, 8))
    row = image[1]
    np.testing.assert_array_equal(row @ ch13.toeplitz_matrix(), np.correlate(row, ch13.TAPS))
    for r, c in ch13.copies_of((1, 2)):
        assert ch13.im2col_matrix()[r, c] == image[1, 2]
    assert len(ch13.copies_of((1, 2))) == 4 and len(ch13.copies_of((0, 0))) == 1


@pytest.mark.parametrize("seed", range(5))
def test_four_multiplications_do_the_work_of_six(ran, seed):
    names, _ = ran["ch13"]
    x, w = np.random.default_rng(seed).integers(-9, 10, size=(2, 4)).astype(float)
    for way, count in (("by_definition", 6), ("by_winograd", 4)):
        names["made"] = 0
        assert names[way](list(x), list(w[:3])) == np.correlate(x, w[:3]).tolist()
        assert names["made"] == count


def test_pencil_numbers_of_the_row():
    x, w = hand_example()[0][1, :4, 0], [2.0, 1.0, 1.0]
    assert x.tolist() == [1, 3, 2, 4]
    products = [(x[0] - x[2]) * w[0], (x[1] + x[2]) * 2, (x[2] - x[1]) * 1, (x[1] - x[3]) * w[2]]
    assert products == [-2, 10, -1, -1] and sum(products[:3]) == 7
    assert products[1] - products[2] - products[3] == 12


def test_larger_tiles_multiply_less_and_round_more():
    results, each, errors = zip(*ch13.winograd_cost(), strict=True)
    assert results == (2, 4, 6) and each == pytest.approx((4, 2.25, 64 / 36))
    assert errors[0] < errors[1] < errors[2] < 1e-5 and errors[0] > 2e-8


def test_sharing_saves_weights_and_not_products():
    """The question that looks back to chapter 8."""
    ladder = count_parameters((32, 32, 3), (3, 5, 5, 64))
    assert int(ladder.total_ratio) == 32112 and ladder.locality_ratio == pytest.approx(40.96)
    products = ladder.dense.multiply_adds / ladder.shared.multiply_adds
    assert products == pytest.approx(40.96)


def test_the_three_ways_ask_python_as_often_as_said(ran):
    _, shown = ran["ch13"]
    assert [line.split()[1] for line in shown[:3]] == ["50,176", "25", "1"]
    assert read_problem((32, 32, 3), (3, 5, 5, 64)).multiply_adds == 3763200


def test_a_circle_of_pixels_spoils_the_last_results():
    row, taps = hand_example()[0][1, :, 0], ch13.TAPS
    around = np.fft.irfft(np.fft.rfft(row) * np.fft.rfft(taps, 8).conj(), 8)
    np.testing.assert_allclose(around[:6], np.correlate(row, taps), atol=1e-12)
    assert np.abs(around[6:] - [3 * 2 + 1 + 1, 1 * 2 + 1 + 3]).max() < 1e-12  # past the end


# ---- chapter 13: what was measured


@pytest.fixture
def one():
    return measured.report("cpu")


def changed(found, ratios):
    """The same report with other ratios against PyTorch, in order, the last for all the rest."""
    found = copy.deepcopy(found)
    for k, row in enumerate(found["rows"]):
        row["ratio"]["torch"] = ratios[min(k, len(ratios) - 1)]
    return found


def test_the_slow_layers_are_named_whatever_they_are(one):
    slow = changed(one, [0.5, 2.0])
    first = measured.layer(slow["rows"][0])
    said = measured.verdict(slow)
    assert f"faster in {len(one['rows']) - 1} of {len(one['rows'])} layers." in said
    assert f"It is slower in 1: {first} (2 times the time)." in said
    assert "slower in none" in measured.verdict(changed(one, [2.0]))
    assert "level in" in measured.verdict(changed(one, [1.01, 2.0]))
    assert "nothing to compare" in measured.verdict(one, "a library that is not there")
    alone = measured.verdict(changed(one, [0.25]))
    assert all(measured.layer(row) in alone for row in one["rows"])
    assert f"slower in {len(one['rows'])}" in alone
    short = measured.verdict(changed(one, [0.25]), most=2)
    assert f"slower in {len(one['rows'])}, most of all in" in short and short.count(";") == 1


def test_the_mean_says_which_side_it_favors(one):
    assert "less time" in measured.mean({**one, "geometric_mean_torch": 1.2})
    assert "more time" in measured.mean({**one, "geometric_mean_torch": 0.8})
    assert measured.mean({**one, "geometric_mean_torch": None}) == ""
    ratios = [ratio for _, ratio in measured.compared(one)]
    assert one["geometric_mean_torch"] == pytest.approx(np.exp(np.mean(np.log(ratios))), rel=1e-3)


def test_the_picture_turns_with_the_numbers(one):
    fast, slow = speed.ratios(changed(one, [2.0])), speed.ratios(changed(one, [0.5, 2.0]))
    assert "and 0 to the left." in fast.alt
    assert f"and 1 to the left: {measured.layer(one['rows'][0])}." in slow.alt
    assert fast._repr_html_().count("3 2") == 0 and slow._repr_html_().count("3 2") == 1


def test_table_and_chart_hold_every_row(one):
    table = measured_tables.table(one)
    assert [line[0] for line in table.rows] == [f"{k + 1}" for k in range(len(one["rows"]))]
    for line, row in zip(table.rows, one["rows"], strict=True):
        assert line[2] == row["method"] and float(line[7]) == pytest.approx(row["gflops"], rel=0.01)
        ratio = row["ratio"]["torch"]
        expected = (
            "level" if abs(ratio - 1) < measured.LEVEL else "faster" if ratio > 1 else "slower"
        )
        assert line[3] == expected
    html = table._repr_html_()
    assert (
        html.count("<tr>") == len(one["rows"]) + 1 and measured.day(one["machine"]["date"]) in html
    )


@pytest.mark.parametrize("k", range(18))
def test_intensity_counts_what_the_layer_counts(one, k):
    row = one["rows"][k]
    problem = read_problem(
        (row["batch"], row["size"], row["size"], row["channels"]),
        (row["channels"] // row["groups"], row["kernel"], row["kernel"], row["maps"]),
        stride=row["stride"],
        padding=row["padding"],
        groups=row["groups"],
    )
    numbers = np.prod(problem.image_shape) + np.prod(problem.filters_shape)
    numbers += np.prod(problem.output_shape)
    expected = 2 * problem.multiply_adds / (4 * numbers)
    assert speed.intensity(row) == pytest.approx(expected)
    seconds = row["ms"]["convkit"] / 1e3
    assert row["gflops"] == pytest.approx(2 * problem.multiply_adds / seconds / 1e9, rel=0.02)


def test_the_roof_is_what_was_measured(one):
    low, high = copy.deepcopy(one), copy.deepcopy(one)
    for row in low["rows"]:
        row["gflops"] = 1.0
    for row in high["rows"]:
        row["gflops"], row["method"] = 2 * measured.roof(one), "im2col"
    assert "0 of 18 layers lie above" in measured.under_the_roof(low)
    assert "do not break it" not in measured.under_the_roof(low)
    assert "by a better shape of their products" in measured.under_the_roof(high)
    flat, sloped = copy.deepcopy(one), copy.deepcopy(one)
    flat["machine"].pop("memory_gb_per_s", None)
    sloped["machine"]["memory_gb_per_s"] = 20.0
    assert "was not measured" in measured.under_the_roof(flat)
    assert "was not measured" not in measured.under_the_roof(sloped)
    assert speed.roofline(sloped)._repr_html_() != speed.roofline(flat)._repr_html_()


def test_threads_and_narrow_vectors_are_read_from_their_files(one):
    two, narrow = measured.report("cpu-2-threads"), measured.report("cpu-haswell")
    assert two["machine"]["threads"] == 2 and "Haswell" in narrow["machine"]["blas"]
    table = measured_tables.beside(one, two, narrow)
    assert len(table.head) == len(table.rows[0]) == 7
    assert len(measured_tables.beside(one, None, None).head) == 3
    slow = copy.deepcopy(two)
    for row in slow["rows"]:
        row["ms"]["convkit"] *= 100
    assert f"In {len(one['rows'])} of {len(one['rows'])}" in measured.scaling(one, slow)
    assert measured.narrower(one, None) == ""


def test_a_new_measurement_executes_the_pages_again(tmp_path):
    spec = importlib.util.spec_from_file_location("fresh", BOOK / "ext" / "fresh.py")
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    seen = {fresh.fingerprint(tmp_path)}
    for name in (
        "benchmarks/results/cpu.json",
        "tests/cuda_budget.json",
        "tests/emulator/build.py",
        "benchmarks/gpu.py",
        "book/figures/ch13.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("new")
        seen.add(fresh.fingerprint(tmp_path))
    assert len(seen) == 6


@pytest.mark.parametrize("name", NAMES)
def test_no_speed_is_typed(name):
    """Every speed in the text comes from a file: none stands in the page's source."""
    source = re.sub(
        r"```\{(literalinclude|code-block|code-cell)\}.*?```", "", PAGES[name], flags=re.S
    )
    typed = re.findall(
        r"\d[\d.,]*\s*(?:ms\b|µs|microseconds|milliseconds|[GT]?FLOP|GB/s|TB/s|times (?:as )?fast|"
        r"times slower|times faster|× faster)",
        source,
    )
    assert not typed


@pytest.mark.parametrize("name", NAMES)
def test_quoted_numbers_are_computed_on_the_page(name):
    hidden = re.search(r"remove-cell\].*?```", PAGES[name], flags=re.S)[0]
    for quoted in re.findall(r"\{glue:text\}`(\w+)`", PAGES[name]):
        assert re.search(rf"\b{quoted}=", hidden), f"{quoted} is quoted but not computed"


@pytest.mark.parametrize("name", NAMES)
def test_each_chapter_has_its_parts(name):
    source = PAGES[name]
    for heading in ("Check yourself", "In code", "Exercise", "In short"):
        assert f"\n## {heading}\n" in source
    assert re.search(r"\d+ minutes", source.split("\n## ")[0])
    assert re.search(r"^# .*\?$", source, flags=re.M), "the title asks a question"
    assert "Back to [chapter" in source and "```{widget}" in source


# ---- chapter 14


def test_tiles_of_the_picture_are_those_of_the_sources():
    def source(file):
        return (ROOT / "convkit" / "cuda" / f"{file}.cu").read_text("utf-8")

    assert re.search(r"TILE = (\d+)", source("tiled"))[1] == str(ch14.RUNGS["2 tiled"][0])
    for rung, file, name in (
        ("4 implicit GEMM", "implicit_gemm", "implicit_gemm"),
        ("5 mma, bf16", "mma", "mma_bf16"),
        ("6 wgmma, bf16", "wgmma", "wgmma_bf16"),
    ):
        pixels, maps = ch14.RUNGS[rung][:2]
        assert f"({name}_{pixels}x{maps}, " in source(file)
    assert f"THREADS = {ch14.THREADS};" in source("implicit_gemm")
    assert ch14.RUNGS["2 tiled"][0] ** 2 == ch14.THREADS


def test_blocks_have_as_many_threads_as_their_host_code_starts():
    assert ch14.threads_of("wgmma_bf16_192x256") == gpu_wgmma.THREADS[Tile(192, 256)]
    assert ch14.threads_of("mma_bf16_128x128") == gpu_mma.THREADS
    assert ch14.threads_of("implicit_gemm_128x128") == gpu_implicit_gemm.THREADS


def test_fetches_of_a_tile_are_what_a_count_of_them_says():
    for pixels, maps, itemsize, _ in ch14.RUNGS.values():
        fetched = {("window", p) for p in range(pixels)} | {("weight", c) for c in range(maps)}
        operations = 2 * sum(1 for _ in range(pixels) for _ in range(maps))
        assert ch14.intensity(pixels, maps, itemsize) == operations / (len(fetched) * itemsize)
    assert ch14.intensity(64, 64, 4) == 16  # the second exercise
    can, most = ch14.allowed("1 naive")
    assert can == pytest.approx(0.25 * ch14.peaks()["memory"]) and most == ch14.peaks()[None]


def test_the_rehearsal_tells_a_missing_wait_where_the_sum_is_long_enough():
    if rehearsal.emulator() is None:
        pytest.skip(missing())
    rows = {row[0]: row[1:] for row in rehearsal.rehearsal().rows}
    for name in ("naive.cu", "tiled.cu"):
        assert set(rows[name]) == {"all right"}
    assert all(word.endswith("wrong") for word in rows["tiled.cu, no first wait"])
    small, large = rows["tiled.cu, no second wait"][:2], rows["tiled.cu, no second wait"][2:]
    assert set(small) == {"all right"} and all(word.endswith("wrong") for word in large)
    image, filters = rehearsal.small_layer(3)
    assert (
        filters[..., 0].size
        == 12
        < ch14.RUNGS["2 tiled"][0]
        < rehearsal.small_layer(7)[1][..., 0].size
    )
    np.testing.assert_array_equal(image, hand_example()[0])
    assert f"of {conv2d(image, filters).size} results" in rehearsal.rehearsal().caption


def test_without_a_compiler_the_page_says_so(monkeypatch):
    monkeypatch.setattr(rehearsal, "emulator", lambda: None)
    rehearsal.without_a_gpu.cache_clear()
    assert {word for row in rehearsal.rehearsal().rows for word in row[1:]} == {
        "not run: no C++ compiler here"
    }
    rehearsal.without_a_gpu.cache_clear()


def test_the_lines_for_cupy_run_on_the_stand_in():
    if rehearsal.emulator() is None:
        pytest.skip(missing())
    block = re.search(r"\n:name: ch14-cupy\n(.*?)```", PAGES["ch14"], flags=re.S)[1]
    image, filters = rehearsal.small_layer(3)
    with stand_in():
        names = {"image": image, "filters": filters}
        exec(block, names)
    assert isinstance(names["back"], np.ndarray)
    np.testing.assert_allclose(names["back"], conv2d(image, filters))


def test_the_ladder_tells_every_rung_in_its_own_words():
    rows = ch14.ladder().rows
    assert [row[1] for row in rows] == [name for name, method in METHODS.items() if method.rung]
    assert [row[0] for row in rows] == list("123456")
    assert all(len(row[2].split()) > 6 and row[2].endswith(".") for row in rows)
    assert "cuBLAS" in rows[2][2] and "Rung" not in rows[2][2]


def test_registers_are_those_of_the_committed_budget():
    budget = json.loads((ROOT / "tests" / "cuda_budget.json").read_text("utf-8"))
    rows = {row[0]: row for row in ch14.registers().rows}
    name = "implicit_gemm_128x128"
    assert int(rows[name][3]) == budget["implicit_gemm"]["sm_90"][name]["registers"]
    assert {"naive_float", "tiled_float", "mma_bf16_128x128", "wgmma_bf16_192x256"} <= set(rows)
    for kernel, _, threads, used, blocks, _ in rows.values():
        assert int(threads) == ch14.threads_of(kernel)
        assert int(blocks) >= 1 and int(blocks) * int(used) * int(threads) <= ch14.REGISTERS
        assert (int(blocks) + 1) * (int(used) + 8) * int(threads) > ch14.REGISTERS


def test_no_gpu_figure_without_a_measurement(tmp_path):
    assert measured_gpu.gpu_report(tmp_path) is None and measured_gpu.gpu_table(None) is None
    assert "Nothing has been measured" in measured_gpu.measured_or_not(None)
    begun = {"kind": "begin", "run": "2026-01-01T10:00:00"}
    (tmp_path / "gpu-2026-01-01-any.jsonl").write_text(json.dumps(begun) + "\n")
    assert measured_gpu.gpu_report(tmp_path) is None, "a run without a row is no measurement"


def test_a_measurement_is_shown_with_device_day_and_what_is_slower(tmp_path):
    times = {"gpu_tiled": 2.0, "cudnn": 1.0}
    row = {
        "kind": "row",
        "row": "a layer",
        "precision": "float32",
        "words": "float32, TF32 off",
        "chosen": "gpu_tiled",
        "milliseconds": times,
        "tflops": {"gpu_tiled": 12.5},
    }
    other = {**row, "row": "another", "milliseconds": {"gpu_tiled": 0.5, "cudnn": 1.0}}
    for day, device in (("2026-01-02", "Older"), ("2026-03-04", "Newer")):
        versions = {"cupy": "14.2", "torch": None}
        machine = {"device": device, "driver": "580.95", "versions": versions}
        lines = [json.dumps(one | {"run": day, "machine": machine}) for one in (row, other)]
        (tmp_path / f"gpu-{day}-{device}.jsonl").write_text("\n".join(lines))
    found = measured_gpu.gpu_report(tmp_path)
    said = measured_gpu.measured_or_not(found)
    assert "Newer on 4 March 2026" in said and "cupy 14.2" in said and "None" not in said
    assert "float32: slower than cuDNN in 1 of 2 layers." in said
    assert [line[5] for line in measured_gpu.gpu_table(found).rows] == ["0.5", "2"]


def test_short_numbers_as_the_page_makes_them(ran):
    names, shown = ran["ch14"]
    shorter, x = names["shorter"], np.array([1 / 3, -2.7, 1e-3], np.float32)
    assert np.abs(shorter(x, 10) / x - 1).max() <= 2**-11
    assert np.abs(shorter(x, 7) / x - 1).max() <= 2**-8
    assert shorter(np.float32([1.0]), 7)[0] == 1
    bf16, tf32, three = (float(line.split()[1]) for line in shown)
    assert bf16 > 5 * tf32 > 1000 * three and three < 2e-7


def test_the_still_block_is_the_widgets():
    said = ch14.shared_tile().alt
    widget = (BOOK / "widgets" / "tiled-kernel.js").read_text("utf-8")
    assert 'tile: "2x3"' in widget and "2 by 3 threads" in said and "3 by 4 pixels" in said
