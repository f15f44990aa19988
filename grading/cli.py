"""Grade notebooks from strangers.

python -m grading                                      grade submitted/ into results/
python -m grading ASSIGNMENT SUBMISSIONS -o RESULTS    grade; run again to go on, or to regrade
python -m grading finish ASSIGNMENT -o RESULTS         after hand grading: penalties, feedback
python -m grading export canvas|moodle FILE ASSIGNMENT -o RESULTS
                                                       fill the platform's gradebook, zip feedback
python -m grading tokens ROSTER                        every student's token
python -m grading doctor                               which sandbox works here
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import zipfile
from pathlib import Path

from convkit.check import renumbered
from grading import batch, course, export, finishing, intake, jobs, late, report, roster, sandbox
from grading.order import Order

_PROBLEMS = (
    course.CourseError,
    roster.RosterError,
    sandbox.NoSandbox,
    export.ExportError,
    ValueError,
    OSError,
)


def main(argv=None) -> int:
    """Run the command line; return the exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)
    commands = {"finish": finish, "export": send, "tokens": tokens, "doctor": doctor}
    try:
        if argv and argv[0] in commands:
            return commands[argv[0]](argv[1:])
        return grade(argv) if argv else grade_submitted(Path("submitted"))
    except _PROBLEMS as problem:
        print(f"python -m grading: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on where this one ended.", file=sys.stderr)
        return 130


def grade_submitted(folder: Path) -> int:
    """Grade every assignment that somebody handed in, from nbgrader's own folder."""
    known = {path.parent.name for path in (course.ROOT / "solutions").glob("*/*.md")}
    folders = {path.name for path in folder.glob("*/*") if path.is_dir()}
    # An old name is told by the intake, to whoever used it.
    there = {renumbered.ASSIGNMENTS.get(name, name) for name in folders} & known
    if not there:
        raise course.CourseError(
            f"there is nothing in {folder}/STUDENT/ASSIGNMENT/. Put submissions there, or name "
            "the assignment and the place: python -m grading ASSIGNMENT SUBMISSIONS -o RESULTS"
        )
    return max(grade([name, str(folder), "-o", "results"]) for name in sorted(there))


def grade(argv) -> int:
    """Grade an assignment's submissions."""
    options = _parser().parse_args(argv)
    kind = sandbox.choose(options.sandbox, unsafe=options.unsafe)
    if not options.submissions.exists():
        raise course.CourseError(f"there is no {options.submissions}")
    if options.submissions.is_file() and not zipfile.is_zipfile(options.submissions):
        raise course.CourseError(f"{options.submissions} is neither a folder nor a whole zip")
    rule = late.read_rule(options.late)
    if rule != late.Rule() and not (options.due or options.extensions):
        raise ValueError("--late needs --due: without a due date nobody is late")
    with course.only_writer(options.output):
        source = course.find_source(options.assignment, options.source)
        task = course.prepare(options.output, options.assignment, source)
        people = roster.read_roster(options.roster) if options.roster else {}
        groups = roster.read_groups(options.groups) if options.groups else {}
        everybody = {**people, **{g: roster.Person(g) for g in groups if people}}
        found = intake.collect(options.submissions, task.name, task.notebooks, everybody)
        secret, given = course.course_secret(options.output, options.secret)
        order = Order(
            options.output,
            task,
            found.found,
            people,
            groups,
            kind,
            options.jobs,
            options.dask,
            secret,
            given,
            _time(options.due, "--due"),
            _time(options.opens, "--opens"),
            late.read_extensions(options.extensions, task.name) if options.extensions else {},
            rule,
            options.again,
        )
        began = time.monotonic()
        outcome = batch.run(order, report.Progress())
        finishing.remember(order, {s: f.origin for s, f in found.found.items() if f.origin})
        finishing.write_table(options.output, task.name)
    text = report.summary(outcome, found, kind, time.monotonic() - began)
    text += "".join(f"\n\n{doubt}" for doubt in jobs.doubts(order))
    if not given:
        text += (
            "\n\nNo course secret is set, so tokens were not checked. Hidden inputs are secret all "
            "the same: this folder has a random secret of its own."
        )
    print(text)
    course.write_atomically(options.output / f"{task.name}.summary.txt", text.encode())
    print(f"\nPoints: {options.output / (task.name + '.csv')}")
    print(f"Feedback: {options.output / 'feedback'}")
    return 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m grading",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("assignment", help="its name, such as 01_slide_and_sum")
    add("submissions", type=Path, help="a folder (nbgrader's or any), or a platform's zip")
    add("-o", "--output", type=Path, default=Path("results"), help="default: results")
    add("--source", type=Path, help="folder of instructors' notebooks, by assignment")
    add("--roster", type=Path, help="CSV: ours, or what Canvas or Moodle export")
    add("--groups", type=Path, help="CSV with group, student")
    add("--extensions", type=Path, help="CSV with student, assignment, due, time multiplier")
    add("--due", help="due date in UTC, such as '2026-12-01 18:00'")
    add("--opens", help="when it was handed out, for time multipliers")
    add("--late", default="none", help="such as '10%%/day, max 50%%, grace 15m, closed 7d'")
    add("--secret", type=Path, help="file with the course secret (or CONVKIT_COURSE_SECRET)")
    add("-j", "--jobs", type=int, help="processes; default: one for each core")
    add("--dask", help="address of a dask.distributed scheduler, such as tls://host:8786")
    add("--again", action="store_true", help="grade also what did not change")
    add("--sandbox", choices=sandbox.KINDS, help="default: the best that works here")
    add("--unsafe", action="store_true", help="run student code with your rights if need be")
    return parser


def finish(argv) -> int:
    """Bring penalties and feedback up to date with what people scored and wrote."""
    parser = argparse.ArgumentParser(prog="python -m grading finish", description=finish.__doc__)
    parser.add_argument("assignment")
    parser.add_argument("-o", "--output", type=Path, default=Path("results"))
    options = parser.parse_args(argv)
    with course.only_writer(options.output):
        run = course.read_json(options.output / ".grading" / f"{options.assignment}.run")
        if run is None:
            raise course.CourseError(f"{options.assignment} was not graded in {options.output} yet")
        count = finishing.finish(options.output, options.assignment, late.Rule(), run["late"])
        finishing.write_table(options.output, options.assignment)
    print(f"{count} pages of feedback written to {options.output / 'feedback'}")
    print(f"Points: {options.output / (options.assignment + '.csv')}")
    return 0


def send(argv) -> int:
    """Fill the gradebook that a platform handed out, and zip the feedback under its names."""
    parser = argparse.ArgumentParser(prog="python -m grading export", description=send.__doc__)
    parser.add_argument("platform", choices=("canvas", "moodle"))
    parser.add_argument("file", type=Path, help="the CSV that the platform exported")
    parser.add_argument("assignment")
    parser.add_argument("-o", "--output", type=Path, default=Path("results"))
    parser.add_argument("--column", help="the column to fill, if its name is another one")
    options = parser.parse_args(argv)
    text, filled, missing = export.fill(
        options.platform, options.file, options.output, options.assignment, options.column
    )
    target = options.output / f"{options.platform}-{options.assignment}.csv"
    course.write_atomically(target, text.encode("utf-8"))
    archive = options.output / f"{options.platform}-{options.assignment}-feedback.zip"
    pages = export.feedback_zip(options.output, options.assignment, archive)
    print(f"{filled} grades in {target}\n{pages} pages of feedback in {archive}")
    for student in missing:
        print(f"not in {options.file}: {intake.printable(student)}")
    return 0


def tokens(argv) -> int:
    """Print every student's token."""
    from convkit.check import seeds
    from convkit.check.tokens import print_tokens

    parser = argparse.ArgumentParser(prog="python -m grading tokens", description=tokens.__doc__)
    parser.add_argument("roster", type=Path)
    parser.add_argument("--secret", type=Path, help="file with the course secret")
    options = parser.parse_args(argv)
    file, variable = options.secret, seeds.SECRET_VARIABLE
    secret = file.read_text("utf-8").strip() if file else os.environ.get(variable, "")
    if not secret:
        raise course.CourseError(f"set {variable}, or name a file with --secret")
    print_tokens(secret, roster.read_roster(options.roster))
    return 0


def doctor(argv) -> int:
    """Say which sandbox works here, and what it guarantees."""
    words = {
        "bubblewrap": "namespaces: own processes, no network, nothing of yours to be seen",
        "landlock": "your files out of reach; memory, disk and processes watched from outside",
    }
    for kind, guarantee in words.items():
        print(
            f"{kind:11} {'works' if sandbox.works(kind) else 'does not work here':18} {guarantee}"
        )
    best = sandbox.best()
    print(f"Used for grading: {best if best != 'none' else 'nothing. Grade in the container.'}")
    return 0 if best != "none" else 1


def _time(text, option):
    if text is None:
        return None
    time = roster.read_time(text)
    if time is None:
        raise ValueError(f"{option}: {text!r} is no time; write for example '2026-12-01 18:00'")
    return time
