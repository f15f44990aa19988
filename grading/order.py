"""What to grade, and how: everything that a run of the grader was told."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path

from grading import late
from grading.grade import Task
from grading.intake import Found
from grading.times import Times


@dataclass
class Order:
    """What to grade, and how."""

    results: Path
    task: Task
    found: dict[str, Found]
    people: dict = field(default_factory=dict)
    groups: dict = field(default_factory=dict)
    kind: str = "bubblewrap"
    workers: int | None = None
    dask: str | None = None
    secret: str = ""
    secret_given: bool = False
    due: datetime.datetime | None = None
    opens: datetime.datetime | None = None
    extensions: dict = field(default_factory=dict)
    rule: late.Rule = field(default_factory=late.Rule)
    again: bool = False
    times: Times | None = None
