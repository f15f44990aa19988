"""The command `convkit`: it speaks, the Python API does the work."""

from __future__ import annotations

import argparse
import sys

from convkit import __version__


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit status: 0 good, 1 something failed, 2 bad arguments."""
    arguments = _parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except (ValueError, TypeError, OSError, MemoryError) as error:
        print(f"convkit {arguments.command}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="convkit", description="Convolution: count its parameters, time it, check exercises."
    )
    parser.add_argument("--version", action="version", version=f"convkit-course {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_count(commands)
    _add_check(commands)
    _add_doctor(commands)
    _add_tune(commands)
    _add_bench(commands)
    _add_paper(commands)
    return parser


def _add_count(commands) -> None:
    count = commands.add_parser(
        "count",
        help="count parameters: dense, locally connected, shared",
        description="Count the parameters of a convolution layer, and of the dense and locally "
        "connected layers that would do the same.",
        epilog="example: convkit count 32x32x3 --filters 64 --kernel 5",
    )
    _add_layer(count)
    count.add_argument("--no-bias", action="store_true", help="leave the biases out")
    count.set_defaults(run=_count)


def _count(arguments) -> int:
    from convkit.parameters import count_parameters

    image, filters, options = _layer(arguments)
    print(count_parameters(image, filters, bias=not arguments.no_bias, **options))
    return 0


def _add_layer(parser) -> None:
    parser.add_argument("image", type=_sizes, help="HxW or HxWxC, e.g. 32x32x3")
    parser.add_argument("--filters", type=int, default=1, metavar="C2", help="how many (default 1)")
    parser.add_argument("--kernel", type=_sizes, default=(3,), metavar="K", help="5 or 5x3")
    parser.add_argument("--stride", type=_sizes, default=(1,), metavar="S", help="2 or 2x1")
    parser.add_argument("--dilation", type=_sizes, default=(1,), metavar="D", help="2 or 2x1")
    parser.add_argument("--padding", type=_padding, default="valid", help="valid, same, full or 2")
    parser.add_argument("--groups", type=int, default=1)


def _layer(arguments):
    """The shapes and the options that `_add_layer`'s arguments say."""
    if len(arguments.image) < 2:
        raise ValueError(f"an image is HxW or HxWxC, e.g. 32x32x3, got {arguments.image[0]}")
    image = arguments.image if len(arguments.image) > 2 else (*arguments.image, 1)
    if arguments.groups < 1 or image[-1] % arguments.groups:
        raise ValueError(f"--groups {arguments.groups} does not divide {image[-1]} channels")
    if arguments.filters < 1:
        raise ValueError(f"--filters must be at least 1, got {arguments.filters}")
    depth = image[-1] // arguments.groups
    options = {
        "stride": _both(arguments.stride),
        "dilation": _both(arguments.dilation),
        "padding": arguments.padding,
        "groups": arguments.groups,
    }
    return image, (depth, *_both(arguments.kernel), arguments.filters), options


def _add_bench(commands) -> None:
    bench = commands.add_parser(
        "bench",
        help="time every method on one layer",
        description="Check, then time every method on a layer of your own, in float32. The arrow "
        "marks the one that method='auto' takes.",
        epilog="example: convkit bench 56x56x64 --filters 64 --kernel 3 --padding same",
    )
    _add_layer(bench)
    bench.add_argument("--batch", type=int, default=1, metavar="N", help="images (default 1)")
    bench.add_argument("--threads", type=int, help="by default what the machine offers")
    bench.add_argument("--device", choices=("cpu", "gpu"), default="cpu")
    bench.add_argument("--seconds", type=float, default=0.5, help="for each method (default 0.5)")
    bench.set_defaults(run=_bench)


def _bench(arguments) -> int:
    from convkit.bench import bench, library, line

    image, filters, options = _layer(arguments)
    rows = bench(
        (arguments.batch, *image),
        filters,
        xp=library(arguments.device),
        seconds=arguments.seconds,
        threads=arguments.threads,
        **options,
    )
    for row in rows:
        if arguments.device == "gpu" or not row.method.startswith("gpu_"):
            print(line(row), flush=True)
    return 0


def _add_check(commands) -> None:
    check = commands.add_parser(
        "check",
        help="check an exercise notebook and print the verdicts",
        description="Run the answers of an exercise notebook and print a verdict for each. "
        "Nothing is sent anywhere.",
    )
    check.add_argument("notebook", help="e.g. exercises/01_slide_and_sum/01_slide_and_sum.ipynb")
    check.add_argument(
        "--seed", help="a token, or any word: other numbers than the notebook asks for"
    )
    check.set_defaults(run=_check)


def _check(arguments) -> int:
    from convkit.check import terminal

    return terminal.check_notebook(arguments.notebook, seed=arguments.seed)


def _add_doctor(commands) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="say what is installed, what is missing and how to mend it",
        description="Look at Python, convkit, NumPy, threads and the GPU.",
    )
    doctor.set_defaults(run=_doctor)


def _doctor(arguments) -> int:
    from convkit.doctor import examine

    findings = examine()
    print("\n".join(map(str, findings)))
    return 1 if any(finding.good is False for finding in findings) else 0


def _add_tune(commands) -> None:
    tune = commands.add_parser(
        "tune",
        help="measure which method is fastest where, on this machine",
        description="Measure, in under a minute, at which sizes one method begins to win over "
        "another. The numbers are kept in the user's cache folder, and method='auto' uses them.",
    )
    tune.add_argument("--forget", action="store_true", help="go back to the built-in numbers")
    tune.set_defaults(run=_tune)


def _tune(arguments) -> int:
    from convkit.methods import crossovers
    from convkit.tune import tune

    if arguments.forget:
        crossovers.path().unlink(missing_ok=True)
        print("method='auto' uses the built-in numbers")
    else:
        tune()
    return 0


def _add_paper(commands) -> None:
    paper = commands.add_parser(
        "paper",
        help="print ten-minute checks on paper, other numbers for each student",
        description="Write a sheet for every student of a roster (predict, count, compute, find "
        "the bug) and a key with the answers. The numbers come from the course secret in "
        "CONVKIT_COURSE_SECRET and the student's id, so the same sheets can be made again.",
        epilog="example: convkit paper --roster roster.csv --word 'week 3' -o week3.pdf",
    )
    who = paper.add_mutually_exclusive_group(required=True)
    who.add_argument("--roster", metavar="FILE", help="CSV: ids, or what Canvas or Moodle export")
    who.add_argument("--sheets", type=int, metavar="N", help="that many sheets without names")
    paper.add_argument("--word", default="", help="another word, other numbers")
    paper.add_argument("-o", "--output", default="paper.html", help=".html (default) or .pdf")
    paper.set_defaults(run=_paper)


def _paper(arguments) -> int:
    import os

    from convkit.check.seeds import SECRET_VARIABLE
    from convkit.paper import make_sheets, write
    from convkit.roster import read_roster

    if arguments.roster:
        students = [(person.id, person.name) for person in read_roster(arguments.roster)]
    else:
        students = [(f"sheet {number}", "") for number in range(1, arguments.sheets + 1)]
    sheets, key = write(make_sheets(students, arguments.word), arguments.output)
    print(f"{len(students)} sheets: {sheets}\nanswers:   {key}")
    if not os.environ.get(SECRET_VARIABLE):
        print(f"{SECRET_VARIABLE} is not set: whoever has convkit can make the same sheets.")
    return 0


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(part) for part in text.lower().replace("×", "x").split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"sizes look like 32x32x3, got {text!r}") from None
    if len(sizes) > 3:
        raise argparse.ArgumentTypeError(f"at most HxWxC, got {text!r}")
    return sizes


def _padding(text: str):
    if text.isalpha():
        return text
    try:
        return _both(_sizes(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _both(sizes: tuple[int, ...]) -> tuple[int, int]:
    if len(sizes) > 2:
        raise ValueError(f"one or two numbers are wanted here, got {'x'.join(map(str, sizes))}")
    return sizes if len(sizes) == 2 else sizes * 2


if __name__ == "__main__":
    sys.exit(main())
