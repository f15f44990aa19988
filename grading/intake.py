"""Find out who handed in what: nbgrader's tree, a Moodle or Canvas zip, or a folder of files.

Nothing is ever unpacked to disk. Whatever cannot be used is named in the report, and stops nobody.
"""

from __future__ import annotations

import functools
import io
import re
import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from convkit.check import renumbered
from convkit.roster.columns import plain
from grading.reading import MOST_BYTES, read
from grading.roster import Person, read_time, safe_id

MOST_FILES = 20_000
MOST_TOGETHER = 4 << 30
_MOST_BESIDE, _MOST_BESIDE_ONE = 5 << 20, 2 << 20
_MOODLE = re.compile(
    r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)$"
)
_CANVAS = re.compile(
    r"^(?P<name>[^_/]+)_(?:(?P<late>late)_)?(?P<user>\d+)_(?P<file>\d+)_(?P<rest>.+)$",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"^(copy of|kopie von|copi[ea] de)\s+|\s*\(\d+\)$|[-_ ]?copy\d*$|-\d{1,2}$", re.IGNORECASE
)


@dataclass
class File:
    """One file found, not opened yet."""

    path: str
    size: int
    read: object  # () → bytes


@dataclass
class Found:
    """What one student handed in."""

    student: str
    notebooks: dict = field(default_factory=dict)  # notebook name → (file name, bytes)
    files: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    time: object = None
    origin: str = ""  # the learning platform's own name for it, needed to send feedback back


@dataclass
class Intake:
    """Everything that was found, and in words what was not used."""

    found: dict = field(default_factory=dict)  # student → Found
    unmatched: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def collect(place: Path, assignment: str, notebooks: dict, people: dict[str, Person]) -> Intake:
    """Read submissions of an assignment.

    Parameters
    ----------
    place : Path
        A folder or a zip.
    assignment : str
        Its name.
    notebooks : dict
        The assignment's notebooks; the keys are their names.
    people : dict
        The roster, id → Person; empty if there is none, and then folders' names are the ids.
    """
    intake = Intake()
    files = _zip(place.read_bytes(), "", intake) if place.is_file() else _folder(place, intake)
    owned: dict[str, list] = {}
    renamed: dict[str, str] = {}  # student → a folder with the assignment's old name
    tree = place.is_dir() and _is_tree(place, assignment)
    namesakes = set() if people else _namesakes(files)
    for file in files:
        owner = _owner(file.path, assignment, people, tree, namesakes)
        student, folder = [*PurePosixPath(file.path).parts, ""][:2]
        if tree and renumbered.ASSIGNMENTS.get(folder) == assignment:
            owned.setdefault(safe_id(student), [])
            renamed[safe_id(student)] = folder
        elif owner is None:
            intake.unmatched.append(f"{file.path}: no student of the roster fits this name")
        elif owner != "":
            student, inner, origin = owner
            owned.setdefault(student, []).append((inner, origin, file))
    for student, entries in sorted(owned.items()):
        found = Found(student)
        for inner, origin, file in sorted(entries, key=lambda entry: entry[0]):
            found.origin = found.origin or origin
            _take(found, inner, file, notebooks, intake)
        _settle(found, notebooks)
        if student in renamed and not found.notebooks:
            words = renumbered.assignment(renamed[student])
            found.remarks.append(f"Nothing was graded. {words}. Hand in {assignment}.")
        if not found.notebooks and not found.remarks:
            names = ", ".join(printable(file.path) for _, _, file in entries[:5])
            found.remarks.append(f"No notebook was found among the files handed in: {names}.")
        intake.found[student] = found
        if tree and people and student not in people:
            intake.unmatched.append(f"{printable(student)}: not in the roster; graded all the same")
    for person in people.values():
        if person.id in intake.found and person.time and not intake.found[person.id].time:
            intake.found[person.id].time = read_time(person.time)
    return intake


# ---- where files come from


def _folder(place, intake):
    files = []
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        try:
            mode = path.lstat()
        except OSError:
            continue
        inside = all(not parent.is_symlink() for parent in path.parents if place in parent.parents)
        if stat.S_ISDIR(mode.st_mode):
            continue
        if not stat.S_ISREG(mode.st_mode) or not inside:
            intake.notes.append(f"{printable(name)}: no plain file (a link or a device); not read")
            continue
        if path.suffix.lower() == ".zip" and mode.st_size <= MOST_BYTES:
            files += _zip(_bytes(path, name, intake), name[:-4] + "/", intake)
        else:
            read_it = functools.partial(_bytes, path, name, intake)
            files.append(File(name, mode.st_size, read_it))
        if len(files) > MOST_FILES:
            intake.notes.append(f"More than {MOST_FILES} files; the rest was not read.")
            break
    return files


def _bytes(path, name, intake):
    """A file's bytes; none if it may not be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        intake.notes.append(f"{printable(name)}: cannot be read ({error.strerror})")
        return b""


def _zip(data, prefix, intake, depth=0):
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        intake.notes.append(f"{printable(prefix) or 'the zip'}: not a readable zip ({error})")
        return []
    files, together = [], 0
    for member in members[:MOST_FILES]:
        name = prefix + member.filename.replace("\\", "/")
        link = stat.S_ISLNK(member.external_attr >> 16)
        parts = PurePosixPath(name).parts
        together += member.file_size
        if member.is_dir() or "__MACOSX" in parts:
            continue
        if link or ".." in parts or name.startswith("/"):
            intake.notes.append(f"{printable(name)}: a link or a path that leads out; not read")
        elif member.file_size > 100 * max(member.compress_size, 1) and member.file_size > 10 << 20:
            intake.notes.append(f"{printable(name)}: a zip bomb; not read")
            files.append(File(name, MOST_BYTES + 1, lambda: b""))
        elif together > MOST_TOGETHER:
            intake.notes.append(f"{printable(name)}: more than {MOST_TOGETHER >> 30} GB; not read")
        elif name.lower().endswith(".zip") and depth < 2 and member.file_size <= MOST_BYTES:
            inner = _member(archive, member, intake)
            files += _zip(inner, name[:-4] + "/", intake, depth + 1) if inner else []
        else:
            files.append(File(name, member.file_size, lambda m=member: _member(archive, m, intake)))
    return files


def _member(archive, member, intake):
    """A member's bytes; never more than it claimed."""
    try:
        with archive.open(member) as stream:
            return stream.read(min(member.file_size, MOST_BYTES) + 1)
    except (
        RuntimeError,
        zipfile.BadZipFile,
        OSError,
        ValueError,
        NotImplementedError,
        EOFError,
        zlib.error,
    ) as error:
        intake.notes.append(f"{printable(member.filename)}: cannot be read ({error})")
        return b""


# ---- whose is it


def _is_tree(place, assignment):
    names = [assignment, *(old for old, new in renumbered.ASSIGNMENTS.items() if new == assignment)]
    folders = [folder for folder in place.iterdir() if folder.is_dir()]
    return any((folder / name).is_dir() for folder in folders for name in names)


def _owner(path, assignment, people, tree, namesakes=()):
    """(student, path within, the platform's name); None: unknown; "": not of this assignment."""
    parts = PurePosixPath(path).parts
    if tree:
        if len(parts) < 3 or parts[1] != assignment:
            return "" if len(parts) >= 3 else None
        return safe_id(parts[0]), "/".join(parts[2:]), ""
    for depth, part in enumerate(parts):
        rest = "/".join(parts[depth + 1 :])
        moodle, canvas = _MOODLE.match(part), _CANVAS.match(part)
        if moodle:
            student = _known(people, moodle["id"], moodle["name"], namesakes)
            inner = rest or moodle["rest"] or part
            return (student, inner, part) if student else None
        if canvas:
            student = _known(people, canvas["user"], canvas["name"], namesakes)
            return (student, rest or canvas["rest"], part) if student else None
    for depth, part in enumerate(parts):
        stem = part.rsplit(".", 1)[0] if depth == len(parts) - 1 else part
        student = _named(people, stem)
        if student:
            return student, "/".join(parts[depth + 1 :]) or part, ""
    if not people and len(parts) > 1:
        return safe_id(parts[0]), "/".join(parts[1:]), ""
    if not people:
        return safe_id(parts[0].rsplit(".", 1)[0]), parts[0], ""
    return None


def _namesakes(files) -> set[str]:
    """Names that several students have, by the platform's numbers."""
    numbers: dict[str, set] = {}
    for file in files:
        for part in PurePosixPath(file.path).parts:
            if match := _MOODLE.match(part) or _CANVAS.match(part):
                number = match.groupdict().get("id") or match["user"]
                numbers.setdefault(safe_id(match["name"]), set()).add(number)
                break
    return {name for name, several in numbers.items() if len(several) > 1}


def _known(people, key, name, namesakes):
    """A student by the platform's number, else by name; without a roster, the name itself."""
    for person in people.values():
        if key in person.keys:
            return person.id
    if not people:
        return safe_id(f"{name} {key}" if safe_id(name) in namesakes else name)
    return _named(people, name)


def _named(people, text):
    """The only student whose id, address or full name is, or stands in, this text."""
    wanted, runs = plain(text), _runs(text)
    exact, within = set(), set()
    for person in people.values():
        names = {plain(person.id)} | {plain(key) for key in person.keys if not key.isdigit()}
        first, last = plain(person.first_name or ""), plain(person.last_name or "")
        full = {first + last, last + first} if first and last else set()
        names |= full
        if person.email:
            names.add(plain(person.email.split("@")[0]))
        names.discard("")
        if wanted in names:
            exact.add(person.id)
        elif (
            any(len(name) >= 4 and name in runs for name in names)
            or any(len(name) >= 8 and name in wanted for name in full)
            or _words(person.id, text)
        ):
            within.add(person.id)
    for candidates in (exact, within):
        if len(candidates) == 1:
            return candidates.pop()
    return None


def _runs(text) -> set[str]:
    """Words that stand side by side, written as one: so that joanna_hw is not anna's."""
    words = [plain(word) for word in re.split(r"[\W_]+", unicodedata.normalize("NFC", text))]
    words = [word for word in words if word][:30]
    return {
        "".join(words[i:j])
        for i in range(len(words))
        for j in range(i + 1, min(i + 7, len(words)) + 1)
    }


def _words(id_, text):
    return bool(re.search(rf"(?<![^\W_]){re.escape(id_)}(?![^\W_])", text))


# ---- which notebook is it


def _take(found, inner, file, notebooks, intake):
    name = PurePosixPath(inner).name
    stem, _, suffix = name.rpartition(".")
    suffix = suffix.lower()
    if name.startswith("._") or ".ipynb_checkpoints" in inner or name in (".DS_Store", "Thumbs.db"):
        return
    if name == "timestamp.txt" and file.size < 1000:
        found.time = read_time(file.read().decode("utf-8", "replace")) or found.time
        return
    named = _notebook(stem or name, notebooks)
    if name.lower().endswith((".ipynb.txt", ".ipynb.json")):  # some browsers save them so
        stem, suffix = name[: name.lower().index(".ipynb")], "ipynb"
        named = _notebook(stem, notebooks)
    if suffix in ("ipynb", "json") or (suffix in ("py", "md") and named):
        if file.size > MOST_BYTES:
            found.remarks.append(
                f"{printable(name)} is too large to be read ({file.size / 1e6:.0f} MB): clear its "
                "outputs and hand it in again."
            )
            return
        content = file.read()
        known = named or _by_content(content, name, notebooks)
        if known is None and len(notebooks) == 1:
            known = next(iter(notebooks))
        if known is None:
            intake.unmatched.append(f"{found.student}: {printable(name)} fits no notebook")
            return
        found.notebooks.setdefault(known, []).append((name, content))
    elif file.size <= _MOST_BESIDE_ONE and "/" not in inner and _fits(found, name, file.size):
        found.files[name] = file.read()


def _fits(found, name, size):
    if name in ("", ".", ".."):
        return False
    fine = len(found.files) < 50 and len(name.encode("utf-8", "replace")) < 200 and "\0" not in name
    return fine and size + sum(map(len, found.files.values())) <= _MOST_BESIDE


def _notebook(stem, notebooks):
    """The notebook that a file's name means, however it was copied, renamed or numbered."""
    before = None
    while stem != before:
        before, stem = stem, _COPY.sub("", stem).strip()
        exact = [name for name in notebooks if plain(name) == plain(stem)]
        if exact:
            return exact[0]
    within = [name for name in notebooks if plain(name) in plain(stem)]
    return within[0] if len(within) == 1 else None


def _by_content(content, name, notebooks):
    """The notebook whose cells this file holds."""
    if len(notebooks) < 2:
        return None
    ids = {cell.grade_id for cell in read(content, name).cells} - {None}
    fits = {n: sum(f'"{i}"' in versions[1] for i in ids) for n, versions in notebooks.items()}
    best = max(fits, key=fits.get)
    return best if fits[best] else None


def _settle(found, notebooks):
    """Of several files for one notebook take the one named as it should be, else the last."""
    for name, candidates in found.notebooks.items():
        chosen = [c for c in candidates if c[0] == f"{name}.ipynb"] or candidates[-1:]
        if len(candidates) > 1:
            others = ", ".join(printable(c[0]) for c in candidates if c is not chosen[0])
            found.remarks.append(
                f"Several files for {name}: {printable(chosen[0][0])} was graded, not {others}."
            )
        found.notebooks[name] = chosen[0]


def printable(name: str) -> str:
    """A file's name without anything that a terminal would obey."""
    name = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else "?" for c in name)[:150]
