"""The command `convkit`: output, exit status, and what it says about a slip."""

import subprocess
import sys

import pytest

from convkit import METHODS, choose_method, doctor, read_problem
from convkit.cli import main


def test_count_prints_the_table(capsys):
    assert main(["count", "32x32x3", "--filters", "64", "--kernel", "5"]) == 0
    printed = capsys.readouterr().out
    for number in ("154,140,672", "3,763,200", "4,800", "32,112.64"):
        assert number in printed


def test_python_m_convkit_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "convkit", "count", "32x32x3", "--filters", "64", "--kernel", "5"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "4,800" in done.stdout


def test_bench_measures_every_method_and_marks_the_chosen_one(capsys):
    assert (
        main(["bench", "12x13x3", "--filters", "4", "--padding", "same", "--seconds", "0.01"]) == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert [line[2:].split()[0] for line in lines] == [n for n in METHODS if n[:4] != "gpu_"]
    (chosen,) = [line for line in lines if line.startswith("→")]
    problem = read_problem((12, 13, 3), (3, 3, 3, 4), padding="same", planned=True)
    assert chosen.split()[1] == choose_method(problem)
    assert "GFLOP/s" in chosen
    assert any("one channel in each group, got 3" in line for line in lines)


def test_bench_on_a_gpu_that_is_not_there_says_who_knows(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert main(["bench", "9x9", "--device", "gpu"]) == 2
    assert "convkit doctor" in capsys.readouterr().err


def test_count_takes_pairs_and_options(capsys):
    arguments = (
        "count 31x47x6 --kernel 3x5 --stride 2x1 --padding 1x2 --groups 2 --filters 4 --no-bias"
    )
    assert main(arguments.split()) == 0
    assert "31×47×6 → 16×47×4" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("count 4x4 --kernel 5", "does not fit"),
        ("count 8x8x3 --groups 2", "--groups 2 does not divide 3"),
        ("count 8x8x3 --padding sane", "'same'"),
        ("bench 4x4 --kernel 5", "does not fit"),
        ("bench 4x4 --filters 0", "at least 1, got 0"),
        ("bench 8x8x2 --batch 0", "a batch of 0 images"),
        ("bench 8x8x2 --batch -1", "a batch of -1 images"),
        ("bench 8x8x2 --seconds nan", "seconds must be a number from 0 on, got nan"),
        ("bench 8x8x2 --seconds inf", "got inf"),
        ("bench 8x8x2 --seconds -1", "got -1.0"),
        ("bench 9000000x9000000x1000", "Unable to allocate"),
        ("count 8", "an image is HxW or HxWxC, e.g. 32x32x3, got 8"),
    ],
)
def test_slips_exit_with_2_and_one_line(arguments, words, capsys):
    assert main(arguments.split()) == 2
    error = capsys.readouterr().err
    assert words in error
    assert "Traceback" not in error


@pytest.mark.parametrize("arguments", ["", "count", "count axb", "cuont 3x3"])
def test_unusable_arguments_show_usage(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments.split())
    assert stopped.value.code == 2
    assert "usage: convkit" in capsys.readouterr().err


def test_a_padding_of_three_numbers_is_told_in_words(capsys):
    with pytest.raises(SystemExit):
        main(["count", "8x8x2", "--padding", "1x1x1"])
    assert "one or two numbers are wanted here, got 1x1x1" in capsys.readouterr().err


def test_doctor_speaks_of_python_numpy_and_the_gpu(capsys):
    main(["doctor"])
    printed = capsys.readouterr().out
    assert "NumPy" in printed
    assert "CuPy" in printed


def test_doctor_tells_the_strangers_package_apart(monkeypatch):
    monkeypatch.setattr(doctor.metadata, "version", lambda name: "9.9")
    finding = doctor._package()
    assert finding.good is False
    assert "stranger" in finding.what
    assert "pip uninstall convkit" in finding.mend


def test_the_module_runs_as_a_command():
    result = subprocess.run(
        [sys.executable, "-m", "convkit.cli", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.startswith("convkit-course ")
