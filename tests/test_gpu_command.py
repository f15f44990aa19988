"""`python run.py gpu`, rehearsed on an emulated GPU with broken kernels; and its parts."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import gpu, gpu_compile, gpu_order, gpu_summary
from benchmarks.gpu_process import LOST, Outcome, Running, Step
from benchmarks.gpu_records import Records, file_for, read_lines
from benchmarks.gpu_rows import NUMBERS, ROWS, wanted
from benchmarks.gpu_run import Run, ncu_metrics
from convkit import choose_method, read_problem
from convkit.cuda import loader
from tests.browser.driver import ROOT, run
from tests.emulator.stand_in import missing

MACHINE = {"device": "a GPU", "driver": "1", "versions": {"numpy": "2"}, "commit": "abc"}
LIMIT = 30  # seconds; what hangs on purpose costs as many
NCU = """#!/bin/sh
echo '==PROF== Profiling "wgmma"'
echo '"ID","Kernel Name","Section Name","Metric Name","Metric Unit","Metric Value"'
echo '"0","implicit_gemm_64","GPU Speed Of Light","Duration","us","12.5"'
"""


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory):
    """(records, what was printed, exit status) of one run with three broken kernels."""
    if missing() is not None:
        pytest.skip(missing())
    kept = ROOT / "_build" / "rehearsal"
    kept.mkdir(parents=True, exist_ok=True)
    for verdicts in kept.glob("verdicts-*"):
        verdicts.unlink()
    programs, results = tmp_path_factory.mktemp("programs"), tmp_path_factory.mktemp("results")
    (programs / "ncu").write_text(NCU)
    (programs / "ncu").chmod(0o755 | stat.S_IXUSR)
    settings = os.environ | {
        "REHEARSAL": str(kept),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    options = {
        "--launcher": f"{sys.executable} -m tests.gpu_rehearsal",
        "--rows": "ResNet 56²×64",
        "--rungs": "gpu_naive,gpu_tiled,gpu_implicit_gemm,gpu_im2col",
        "--minutes": "9",
        "--only": "doctor,smoke,correctness,table,ncu",
        "--limit": str(LIMIT),
        "--to": results,
    }
    words = [str(word) for pair in options.items() for word in pair]
    command = [sys.executable, str(ROOT / "run.py"), "gpu", "--tiny", *words]
    done = subprocess.run(command, env=settings, capture_output=True, text=True)
    (path,) = results.glob("gpu-*-emulated-gpu.jsonl")
    return read_lines(path), done.stdout + done.stderr, done.returncode


def of(records, kind, **fields):
    return [r for r in records if r["kind"] == kind and fields.items() <= r.items()]


def status(records, step):
    return [r["status"] for r in of(records, "step", step=step)]


def test_a_wrong_rung_is_switched_off_and_recorded_with_its_error(rehearsal):
    records, _, _ = rehearsal
    (found,) = of(records, "smoke", rung="gpu_naive", precision="float32")
    assert not found["right"] and "switched off" in found["words"]
    assert "worst error" in found["words"] and "allowed 4e-06" in found["words"]
    assert any(not case["right"] for case in of(records, "case", rung="gpu_naive"))


def test_a_crash_and_a_hang_are_recorded_and_later_steps_run(rehearsal):
    records, _, _ = rehearsal
    assert status(records, "smoke: gpu_tiled") == ["crashed"]
    assert status(records, "smoke: gpu_implicit_gemm") == ["hung"]
    (hung,) = of(records, "step", step="smoke: gpu_implicit_gemm")
    assert LIMIT <= hung["seconds"] < LIMIT + 15
    assert "gpu_implicit_gemm in float32" in hung["last_words"]
    assert status(records, "correctness: gpu_implicit_gemm, float32") == ["left out"]
    assert status(records, "smoke: gpu_im2col") == ["ok"]
    assert status(records, "correctness: gpu_im2col, float32") == ["ok"]


def test_each_row_has_device_driver_versions_commit_and_every_rung_by_name(rehearsal):
    records, _, _ = rehearsal
    rows = of(records, "row")
    assert [row["precision"] for row in rows] == [
        "float32",
        "tf32",
        "3xtf32",
        "bfloat16",
        "bf16",
        "float16",
        "fp16",
    ]
    first = rows[0]
    assert first["machine"]["device"] == "emulated GPU"
    assert {"driver", "versions", "commit"} <= set(first["machine"])
    assert first["milliseconds"]["gpu_im2col"] > 0
    assert first["errors"]["gpu_im2col"] < 1e-5
    assert "of rms" in first["wrong"]["gpu_naive"]
    for rung in ("gpu_tiled", "gpu_implicit_gemm"):
        assert "ended a process" in first["wrong"][rung]
    assert "CUDA" in first["torch"], "PyTorch without CUDA is as good as none, and that is said"


def test_ceilings_and_ncu_are_recorded(rehearsal):
    records, _, _ = rehearsal
    (found,) = of(records, "ceilings")
    assert found["copy_tb"] > 0 and found["tflops"]["float32"] > 0 and len(found["missing"]) == 3
    assert {"Duration": "12.5 us"} in [one["metrics"] for one in of(records, "ncu")]


def test_the_summary_says_it_all_and_the_status_tells(rehearsal):
    _, printed, code = rehearsal
    end = printed[printed.rindex("Each rung called once") :]
    assert code == 1
    assert "gpu_tiled: runs in nothing; CRASHED" in end
    assert "gpu_implicit_gemm: runs in nothing; HUNG" in end
    assert "no mean, of 1 layers; missing: ResNet 56²×64" in end
    assert "WRONG gpu_naive: error" in end
    assert "HUNG smoke: gpu_implicit_gemm" in end


# ---------------------------------------------------------------- its parts


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A run of ten minutes, and a function that makes a step of some Python text."""
    monkeypatch.setattr("benchmarks.gpu_run.LOGS", tmp_path / "logs")
    made = Run(Records(tmp_path / "run.jsonl", "now", MACHINE), 10, time.monotonic())

    def step(name, text, phase="table", limit=20.0, **more):
        return Step(name, phase, (sys.executable, "-c", text), limit, **more)

    return made, step


def test_a_row_is_tried_again_without_the_rung_that_took_the_gpu_down(work):
    made, step = work
    text = (
        "import sys; skip = sys.stdin.readline().split(); print('float32: trying gpu_mma')\n"
        f"sys.exit(0 if 'gpu_mma' in skip else {LOST})"
    )
    made.all([step("a row", text, waits=True)])
    assert [one["status"] for one in made.records.read("step")] == ["failed", "ok"]
    assert made.left_alone == {"gpu_mma"}


def test_what_does_not_fit_into_its_phase_comes_last_and_what_has_no_time_is_named(work):
    made, step = work
    made.budget["smoke"] = 0
    made.all([step("late", "", "smoke"), step("first", "")])
    assert [one["step"] for one in made.records.read("step")] == ["first", "late"]
    made.deadline = time.monotonic()
    made.all([step("never", "")])
    assert made.records.read("step")[-1]["status"] == "left out"


def test_a_step_is_ended_with_what_it_started(tmp_path):
    child = "import time; time.sleep(600)"
    text = f"""import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", {child!r}]).pid, flush=True)
{child}"""
    running = Running(Step("s", "table", (sys.executable, "-c", text), 9), tmp_path)
    outcome = running.finish(6)
    assert outcome.status == "hung" and outcome.exit is None
    state = Path(f"/proc/{outcome.last_words}/stat")
    time.sleep(0.5)
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_a_line_that_was_cut_off_hides_no_other(tmp_path):
    records = Records(tmp_path / "r.jsonl", "now", MACHINE)
    records.append("row", error=float("nan"))
    with records.path.open("a") as file:
        file.write('{"kind": "row", "run": "no')
    assert [one["error"] for one in records.read("row")] == ["nan"]
    again = Records.of(records.handle())
    assert again.read("row") == records.read("row") and again.machine == MACHINE


def test_every_row_is_named_or_named_missing_and_means_say_what_they_hold():
    row = next(row for row in ROWS if row.group == "layers")
    measured = {
        "kind": "row",
        "run": "now",
        "row": row.name,
        "group": row.group,
        "precision": "float32",
        "flops": row.flops,
        "bytes": row.bytes(4),
        "l2": "warm, 1 MB",
        "chosen": "gpu_naive",
        "milliseconds": {"gpu_naive": 2.0, "cudnn": 1.0},
        "wrong": {"gpu_mma": "error 9"},
        "refused": {"gpu_wgmma": "too old"},
        "errors": {},
        "machine": MACHINE,
    }
    crashed = {"kind": "step", "run": "now", "step": f"table: {ROWS[1].name}, float32"}
    crashed |= {"status": "crashed", "last_words": "Segmentation fault"}
    said = gpu_summary.summary([measured, crashed])
    for numbers in NUMBERS.values():
        part = said[said.index(f"{numbers.words}:") :].split("\n\n")[0]
        assert all(row.name in part for row in ROWS if numbers.name in wanted(row))
    layers = sum(row.group == "layers" for row in ROWS)
    assert f"0.50 × cuDNN's speed (goal 1.0) over 1 of {layers} layers; missing: " in said
    assert f"{ROWS[1].name} (crashed: Segmentation fault)" in said
    assert "WRONG gpu_mma: error 9" in said and "gpu_wgmma (too old)" in said


def test_what_is_not_measured_on_a_row_is_told_and_never_what_is_chosen():
    for row in ROWS:
        problem = read_problem(
            row.image_shape,
            row.filters_shape,
            device="gpu",
            planned=True,
            compute_capability=(9, 0),
            **row.options,
        )
        assert row.unsuited(choose_method(problem)) is None, row.name
    largest = next(row for row in ROWS if "31×31" in row.name)
    assert "59 GB" in largest.unsuited("gpu_im2col")


def test_ncus_table_is_found_below_what_else_was_printed():
    kernel, found = ncu_metrics(
        'some words\n"ID","Kernel Name","Metric Name","Metric Unit","Metric Value"\n'
        '"0","mma_tf32","Duration","us","3.1"\n"0","mma_tf32","Not kept","","7"\n'
    )
    assert kernel == "mma_tf32" and found == {"Duration": "3.1 us"}
    assert ncu_metrics("ncu failed") == ("", {})


def test_the_cache_is_filled_for_the_gpu_that_is_named(monkeypatch, tmp_path, capsys):
    if missing() is not None:
        pytest.skip(missing())
    monkeypatch.setenv("CONVKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(loader, "OLDEST", {"pack": (8, 0), "wgmma": (9, 0)})
    assert gpu_compile.fill("sm_86") == 0
    assert list(tmp_path.glob("*.cubin")) == [loader.cubin_path("pack", "sm_86")]
    assert gpu_compile.fill("h200") == 2 and "sm_90" in capsys.readouterr().out


def test_steps_are_in_the_order_of_the_phases_and_fit_into_eight_minutes(monkeypatch):
    monkeypatch.setattr(gpu_order.shutil, "which", lambda name: f"/bin/{name}")
    steps, missing = gpu_order.steps(gpu_order.Asked("{}", (9, 0)))
    assert list(dict.fromkeys(step.phase for step in steps)) == list(gpu_order.BUDGET)
    assert sum(gpu_order.BUDGET.values()) <= 480 and not missing
    assert sum(step.phase == "ncu" for step in steps) == 6
    old, _ = gpu_order.steps(gpu_order.Asked("{}", (7, 5)))
    assert not [step.name for step in old if "mma" in step.name and "table" not in step.name]
    monkeypatch.setattr(gpu_order.shutil, "which", lambda name: None)
    _, missing = gpu_order.steps(gpu_order.Asked("{}", (9, 0)))
    assert set(missing) == {"memcheck", "racecheck", "ncu"}


def test_without_a_gpu_nothing_is_measured(tmp_path):
    command = [sys.executable, str(ROOT / "benchmarks" / "gpu.py"), "--to", str(tmp_path)]
    hidden = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(command, env=hidden, capture_output=True, text=True)
    assert done.returncode == 2 and "No GPU here that can be used" in done.stdout
    assert not list(tmp_path.iterdir())


def test_run_py_gpu_installs_nothing_and_hands_its_words_on(monkeypatch):
    calls = []
    monkeypatch.setattr(run, "ensure_environment", lambda extras: pytest.fail("installs"))
    monkeypatch.setattr(run.subprocess, "call", lambda command, **_: calls.append(command) or 2)
    assert run.main(["gpu", "--minutes", "3", "--compile-only", "sm_90"]) == 2
    assert calls[0][0] == sys.executable
    assert calls[0][1].endswith("gpu.py") and calls[0][2:] == [
        "--minutes",
        "3",
        "--compile-only",
        "sm_90",
    ]


def test_a_run_has_a_file_named_by_day_and_device(tmp_path):
    assert file_for("NVIDIA H200", tmp_path).name.endswith("-nvidia-h200.jsonl")
    json.dumps(vars(Outcome("ok", 1.0, 0, "")))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "doctor,memcheckk"], "memcheck, racecheck, tests, ncu, not memcheckk"),
        (["--rungs", "gpu_nope"], "gpu_wgmma, gpu_depthwise, gpu_fft, not gpu_nope"),
        (["--rows", "no such row"], "VGG 56²×256"),
        (["--minutes", "-1"], "more than 0, got -1"),
        (["--summary", "no such file"], "gpu-DATE-DEVICE.jsonl"),
        (["--summary", str(ROOT / "benchmarks" / "results" / "gpu-static.json")], "of records"),
    ],
)
def test_a_slip_is_refused_with_what_there_is_before_anything_starts(arguments, words, capsys):
    with pytest.raises(SystemExit) as ended:
        gpu.main(arguments)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_a_kind_of_gpu_that_the_compiler_does_not_know_is_refused(capsys):
    pytest.importorskip("cupy")
    assert gpu_compile.fill("sm_99") == 2
    assert "sm_90, sm_100" in capsys.readouterr().out
