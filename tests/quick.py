"""The tests of `python run.py test --quick`: a sample of all, chosen for its breadth and its time.

Each file runs in one of two halves, side by side, as long as each other. Of a file with a number,
every so-many-th test runs, always the same ones: those are tests of one claim on many cases.
`python run.py test --long -- --only faults` measures how many planted faults they notice.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

HALVES = {
    1: {
        "tests/test_check.py": 1,
        "tests/test_check_a05_one_formula.py": 1,
        "tests/test_check_a06_the_layer.py": 1,
        "tests/test_check_a07_shared_matrix.py": 1,
        "tests/test_check_a08_count_weights.py": 1,
        "tests/test_check_a09_a_whole_network.py": 1,
        "tests/test_check_a10_find_the_filter.py": 1,
        "tests/test_check_mistakes.py": 16,
        "tests/test_check_seeds.py": 1,
        "tests/test_check_terminal.py": 3,
        "tests/test_ipython_cells.py": 4,
        "tests/test_renumbered.py": 4,
        "tests/test_roster.py": 1,
        "tests/test_check_imports.py": 1,
        "tests/test_quiz.py": 1,
        "tests/grading/test_intake.py": 1,
        "tests/grading/test_late.py": 1,
        "tests/grading/test_batch.py": 4,
        "tests/grading/test_sandbox.py": 3,
    },
    2: {
        "tests/test_check_verdicts.py": 1,
        "tests/test_paper.py": 2,
        "tests/grading/test_ipython_lines.py": 2,
        "tests/test_conv.py": 1,
        "tests/test_plans.py": 1,
        "tests/test_blocks.py": 1,
        "tests/test_methods.py": 3,
        "tests/test_gradients.py": 2,
        "tests/test_layers.py": 1,
        "tests/test_training.py": 2,
        "tests/test_saving.py": 1,
        "tests/test_bad_input.py": 2,
        "tests/test_array_api.py": 1,
        "tests/test_shapes.py": 1,
        "tests/test_parameters.py": 1,
        "tests/test_matrix.py": 1,
        "tests/test_layouts.py": 1,
        "tests/test_large.py": 2,
        "tests/test_threads.py": 2,
        "tests/test_data.py": 1,
        "tests/test_emoji.py": 4,
        "tests/test_cli.py": 1,
        "tests/test_doctor.py": 1,
        "tests/test_show.py": 1,
        "tests/test_tune.py": 1,
        "tests/test_interchange.py": 2,
        "tests/test_sixteen_bits.py": 3,
        "tests/test_cuda_tiles.py": 1,
        "tests/test_gpu_signals.py": 3,
        "tests/test_run_vendor.py": 1,
        "tests/test_registry.py": 1,
        "tests/test_names.py": 1,
        "tests/test_figures.py": 6,
        "tests/test_run.py": 3,
        "tests/test_cuda_host_path.py": 40,
    },
}


def chosen(half: int) -> dict[str, int]:
    """File → every how-many-th of its tests; half 0 is both."""
    return {**HALVES[1], **HALVES[2]} if half == 0 else HALVES[half]


def takes(path: Path, half: int) -> bool:
    """Whether any test of a file runs."""
    return path.is_relative_to(ROOT) and path.relative_to(ROOT).as_posix() in chosen(half)


def sample(items: list, half: int) -> tuple[list, list]:
    """The tests that run, and those that do not. The examples of docstrings are in half 1."""
    every, kept, left, seen = chosen(half), [], [], {}
    for item in items:
        file = item.path.relative_to(ROOT).as_posix()
        step = every.get(file, 1 if file.startswith("convkit/") and half in (0, 1) else 0)
        number = seen[file] = seen.get(file, -1) + 1
        wanted = step and number % step == 0 and not item.get_closest_marker("slow")
        (kept if wanted else left).append(item)
    return kept, left
