"""One check from start to end: call the answer, compare, count points, find the words."""

from __future__ import annotations

from convkit.check import compare, seeds
from convkit.check.calling import Outcome, call
from convkit.check.diagnose import explanations
from convkit.check.mistakes import functions
from convkit.check.registry import find
from convkit.check.scoring import as_function, try_out
from convkit.check.unexplained import first_difference
from convkit.check.verdict import Example, PartResult, Verdict


def run(exercise_id: str, answer: object, *, seed: str | int | None = None) -> Verdict:
    """Check an answer to an exercise.

    Parameters
    ----------
    exercise_id : str
        Such as "1.3".
    answer : callable, dict or str
        A function (or anything that can be called like one), named values, or an order of lines:
        what the exercise asks for.
    seed : str or int, optional
        A token, or a seed from `hidden_seed`. By default the token that `start` was told, or the
        public numbers.

    Returns
    -------
    Verdict
        Never raises for anything that the answer does.

    Raises
    ------
    KeyError
        If there is no such exercise.

    Examples
    --------
    >>> verdict = run("1.4", lambda image, filters: print(image), seed="public")
    >>> verdict.passed, verdict.points, verdict.mistake
    (False, 0.0, 'prints-instead-of-returning')
    """
    seed = seeds.as_seed(seed)
    exercise = find(exercise_id, seed)
    function, refusal = as_function(exercise, answer)
    if refusal:
        return _failed(exercise, seed, refusal)
    trial = try_out(exercise, function, seed)
    probes, outcomes, right, parts = trial.probes, trial.outcomes, trial.right, trial.parts
    if all(part.passed for part in parts):
        return _verdict(exercise, seed, parts, message=exercise.praise)
    if all(right):
        return _named(exercise, seed, parts, [(functions.CHANGES_INPUT,)])
    nothing = _nothing_returned(exercise, outcomes)
    if nothing:
        return _named(exercise, seed, parts, [(nothing,)])
    found = []
    if any(outcome.number is not None for outcome in outcomes):
        found = explanations(exercise, probes, outcomes, function=function)
    example = _example(exercise, function)
    if found:
        return _named(exercise, seed, parts, found, example)
    found, part = _explained_part(exercise, parts, probes, outcomes, function)
    if found:
        return _named(exercise, seed, parts, found, example, part)
    if any(outcome.changed for outcome in outcomes):
        return _named(exercise, seed, parts, [(functions.CHANGES_INPUT,)], example)
    first = right.index(False)
    words = first_difference(
        exercise, probes[first], outcomes[first], trial.wanted[first], function
    )
    return _verdict(exercise, seed, parts, message=words, example=example)


def _nothing_returned(exercise, outcomes):
    """Print for return, or no return at all; a value left out is not that."""
    if exercise.kind == "values" or any(o.value is not None or o.error for o in outcomes):
        return None
    return (
        functions.PRINTS if any(o.printed.strip() for o in outcomes) else functions.RETURNS_NOTHING
    )


def _explained_part(exercise, parts, probes, outcomes, function):
    """Three mistakes at once are too many to try; the first part often has only one of them.

    One value alone is explained by one mistake, never by two: with pairs, some would fit by chance.
    """
    if exercise.kind == "array":  # its probes say yes or no: too little for one part alone
        return [], None
    for number, part in enumerate(parts):
        chosen = [k for k, probe in enumerate(probes) if probe.part == number]
        if part.passed or outcomes[chosen[0]].number is None:
            continue
        found = explanations(
            exercise, [probes[k] for k in chosen], [outcomes[k] for k in chosen], function=function
        )
        if found and (len(chosen) > 1 or len(found[0]) == 1):
            return found, part
    return [], None


def _example(exercise, function):
    """The smallest input on which the answer is wrong, if a small one shows it."""
    for probe in exercise.small() if exercise.small else ():
        wanted = exercise.expected(*probe.args, **probe.kwargs)
        outcome = call(function, probe)
        if not compare.same(outcome, wanted):
            return _as_example(exercise, probe, outcome, wanted)
    return None


def _as_example(exercise, probe, outcome: Outcome, wanted) -> Example:
    inputs, shown = {}, []
    for name, value in zip(exercise.names, probe.args, strict=False):
        if hasattr(value, "shape"):
            inputs[name] = value
        elif isinstance(value, list) and all(hasattr(one, "shape") for one in value):
            inputs |= {f"{name}[{k}]": one for k, one in enumerate(value)}
        else:
            break
        shown.append(name)
    shown += [repr(value) for value in probe.args[len(shown) :]]
    shown += [f"{name}={value!r}" for name, value in probe.kwargs.items()]
    number = outcome.number
    got = outcome.error or (number if number is not None else repr(outcome.value))
    call = exercise.call.format(", ".join(shown))
    return Example(call, inputs, wanted, got, exercise.result)


def _named(exercise, seed, parts, found, example=None, part=None) -> Verdict:
    """A verdict that explains the answer by name; the name itself waits for `reveal`.

    With `part`, the mistake explains that part only.
    """
    first = found[0]
    if exercise.starter and exercise.starter == {mistake.key for mistake in first}:
        message = (
            "Nothing is repaired yet: both mistakes are still there. Work the small example out by "
            "hand, line by line. Where does the program do something else than you?"
        )
    elif len(first) == 1:
        message = first[0].hint
    else:
        message = f"Two things at once.\nOne: {first[0].hint}\nThe other: {first[1].hint}"
    if part:
        message += f"\n(This is about “{part.title}”. The other parts may need another look after.)"
    return _verdict(
        exercise,
        seed,
        parts,
        message=message,
        example=example,
        mistake=" | ".join(" + ".join(m.key for m in group) for group in found),
        section=first[0].section,
        explained=tuple(found),
    )


def _failed(exercise, seed, message) -> Verdict:
    parts = tuple(PartResult(part.title, part.points, False) for part in exercise.parts)
    return _verdict(exercise, seed, parts, message=message)


def _verdict(exercise, seed, parts, *, message, section=None, **more) -> Verdict:
    passed = all(part.passed for part in parts)
    points = float(sum(part.points for part in parts if part.passed))
    return Verdict(
        exercise.id,
        exercise.title,
        passed,
        points,
        exercise.max_points,
        mistake=more.pop("mistake", None),
        message=message,
        parts=parts,
        section=section or (None if passed else exercise.section),
        numbers=f"Tried on {seeds.describe(seed)}.",
        **more,
    )
