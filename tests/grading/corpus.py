"""What strangers hand in: forged, thieving, harmful, broken; each with the points it deserves."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field

# The cells of strangers read better as they were written.
# fmt: off
from tests.grading.answers import FULL, NAME, POINTS, RIGHT, WRONG, code, data, marks, notebook


@dataclass(frozen=True)
class Case:
    """One submission."""

    name: str
    points: float
    files: dict = field(default_factory=dict)  # file name → bytes
    remark: str = ""  # words that must stand in the remarks
    link: str = ""  # make the notebook a symbolic link to this instead


def cases(release: dict, source: str = "") -> list[Case]:
    """All of them. `source` is the path of the instructor's notebook, for the thief's link."""
    build = _Builder(release)
    for group in (forged, stolen, harmful, honest_but_broken, unusual, unreadable, scripts):
        group(build)
    found = build.cases
    found.append(Case("steal-link-to-solution", 0.0, link=source))
    return found


class _Builder:
    def __init__(self, release):
        self.release, self.cases = release, []

    def add(self, name, points, answers=None, *, before=None, after=None, files=None, remark=""):
        made = notebook(self.release, {**RIGHT, **(answers or {})}, before, after)
        self.raw(name, points, data(made), files=files, remark=remark)

    def raw(self, name, points, content, *, file=f"{NAME}.ipynb", files=None, remark=""):
        all_files = {**({file: content} if content is not None else {}), **(files or {})}
        self.cases.append(Case(name, points, all_files, remark))

    def made(self, name, points, change, *, answers=RIGHT, **options):
        """A right notebook, changed by a function."""
        made = notebook(self.release, answers)
        made = change(made) or made
        self.raw(name, points, data(made), **options)


def less(*exercises: str) -> float:
    """Full points but for these exercises."""
    return FULL - sum(POINTS[one] for one in exercises)


def _all(body: str) -> dict:
    """Wrong answers, where every function has this body."""
    made = dict(WRONG)
    for key, name, rest in (
        ("answer-1-1", "one_place", "image, filters, i, j"),
        ("answer-1-2", "result_size", "size, kernel, padding='valid', stride=1"),
        ("answer-1-3", "slide_and_sum", "image, filters, stride=1"),
        ("answer-1-4", "convolve", "image, filters"),
        ("answer-2-3", "slide_box", "image, filters, stride=1"),
        ("answer-2-4", "repaired", "image, filters, stride=1"),
    ):
        made[key] = f"def {name}({rest}):\n    {body}"
    return made


# ---- points without an answer


def forged(build):
    add = build.add
    yes = (
        "class Yes:\n"
        "    def __getattr__(self, name): return Yes()\n"
        + "".join(
            f"    def __{n}__(self, *a): return True\n"
            for n in ("eq", "ne", "le", "lt", "ge", "gt", "bool", "call", "contains")
        )
        + "    def __array__(self, *a, **k): raise KeyboardInterrupt\n"
    )
    add("forge-always-equal", 0, _all("return Yes()"), before=yes)
    add("forge-always-equal-values", 0,
        {**WRONG, "answer-2-1": "products = result = strided = Yes()",
         "answer-2-2": "order = Yes()"},
        before=yes)
    liar = (
        "class Liar(np.ndarray):\n"
        "    def __array_ufunc__(self, *a, **k): return np.array(0.0)\n"
        "    def __array_function__(self, *a, **k): return True\n"
        "    def __eq__(self, other): return np.array(True)\n"
    )
    add("forge-lying-array", 0, _all("return np.zeros((2, 2)).view(Liar)"), before=liar)
    add("forge-numpy-patched", 0, WRONG,
        before="np.allclose = np.array_equal = np.all = lambda *a, **k: True\n"
               "np.abs = lambda x: x * 0\nnp.asarray = lambda *a, **k: 0")
    add(
        "forge-check-patched",
        0,
        WRONG,
        before="check.run = lambda *a, **k: type('V', (), {'points': 99.0, 'passed': True})()",
    )
    add("forge-check-replaced", 0, WRONG,
        before="import sys, types\nfake = types.ModuleType('check')\n"
               "fake.run = lambda *a, **k: 99\nsys.modules['convkit.check'] = fake\n"
               "sys.modules['convkit'].check = fake\ncheck = fake")
    add("forge-builtins-patched", 0, WRONG,
        before="import builtins\nbuiltins.all = builtins.any = lambda *a: True\n"
               "builtins.abs = lambda x: 0\nbuiltins.float = lambda *a: 99")
    add("forge-ast-transformer", 0, WRONG,
        before="import ast\nip = get_ipython()\n"
               "ip.ast_transformers.append(type('T', (ast.NodeTransformer,), "
               "{'visit': lambda s, n: ast.Module([], [])})())")
    add(
        "forge-input-transformer",
        0,
        WRONG,
        before="get_ipython().input_transformers_cleanup.append(lambda lines: ['99.0\\n'])",
    )
    add("forge-printed-score", 0, _all("print('24.0'); print('99'); return 99.0"))
    add("forge-own-numpy", 0, WRONG, files={"numpy.py": b"def allclose(*a): return True\n"})
    add(
        "forge-own-convkit",
        0,
        WRONG,
        files={"convkit.py": b"class check:\n    run = staticmethod(lambda *a, **k: 99)\n"},
    )
    add(
        "forge-exception-hook",
        0,
        _all("raise RuntimeError"),
        before="import sys\nsys.excepthook = lambda *a: None\nsys.unraisablehook = lambda *a: None",
    )
    add("forge-system-exit", 0, _all("raise SystemExit(0)"))
    add("forge-keyboard-interrupt", 0, _all("raise KeyboardInterrupt"))
    forged_reply = (
        "import os, sys, struct, json\n"
        "def shout():\n"
        "    for number in range(1, 400):\n"
        "        text = json.dumps([{'id': number, 'value': 99.0, 'printed': '', "
        "'changed': {'dict': []}}, []]).encode()\n"
        "        for fd in range(3, 12):\n"
        "            try: os.write(fd, struct.pack('>II', len(text), 0) + text)\n"
        "            except OSError: pass\n"
    )
    add("forge-wire-messages", 0, _all("shout(); return 99.0"), before=forged_reply)
    add("forge-wire-patched", 0, WRONG,
        before="import sys\nw = sys.modules['wire']\nold = w.pack\n"
               "w.pack = lambda m: old({**m, 'points': 99.0, 'passed': True})")
    add("forge-grade-metadata", 0, WRONG,
        before="from types import SimpleNamespace\nverdict = SimpleNamespace(points=99.0)\n"
               "display = lambda *a: None")
    add("forge-look-in-frames", 0,
        _all("import sys\n    f = sys._getframe()\n    while f:\n"
             "        for v in list(f.f_locals.values()):\n"
             "            if type(v).__name__ == 'Probe': return v.expected\n"
             "        f = f.f_back\n    return 1.5"))
    add("forge-input-history", 0, _all("return eval(In[-1].split('==')[1])"))
    add("forge-garbage-collector", 0,
        _all("import gc\n    return [o for o in gc.get_objects() "
             "if type(o).__name__ in ('Exercise', 'Verdict')][0]"))
    add("forge-import-checks", 0, _all("import convkit.check.registry as e\n    return e"))
    add("forge-hidden-seed", less("1.1"),
        {"answer-1-1": "def one_place(image, filters, i, j):\n"
                       "    return check.hidden_seed('1.1')"})
    helper = "return check.slide_and_sum(image, filters, stride)"
    add(
        "forge-ready-helper",
        less("1.3"),
        {"answer-1-3": f"def slide_and_sum(image, filters, stride=1):\n    {helper}"},
    )
    add("forge-helper-kept-for-later", less("2.4"),
        {"answer-1-4": RIGHT["answer-1-4"] + "kept = check.slide_and_sum",
         "answer-2-4": "def repaired(image, filters, stride=1):\n"
                       "    return sum(kept(image[:, :, p], filters[p], stride) "
                       "for p in range(image.shape[2]))"})
    add("forge-ready-scipy", less("1.3"),
        {"answer-1-3": "def slide_and_sum(image, filters, stride=1):\n"
                       "    from scipy.signal import correlate2d\n"
                       "    return correlate2d(image, filters, 'valid')[::stride, ::stride]"})
    add("forge-ready-convkit", less("2.3"),
        {"answer-2-3": "def slide_box(image, filters, stride=1):\n"
                       "    import convkit\n"
                       "    return convkit.conv2d(image, filters, stride=stride)"})
    add("forge-system-packages", less("2.3"),
        {"answer-2-3": "import sys, glob\n"
                       "sys.path += glob.glob('/usr/**/*-packages', recursive=True)\n"
                       "def slide_box(image, filters, stride=1):\n"
                       "    from convkit.reference import conv2d\n"
                       "    return conv2d(image, filters)"})
    add("forge-learned-by-heart", less("1.3"), {"answer-1-3": _by_heart()})
    add("forge-not-a-number", 0, _all("return np.full((6, 6), np.nan)"))
    add("forge-infinity", 0, _all("return np.full((6, 6), np.inf)"))
    add(
        "forge-evil-float",
        0,
        _all("return F()"),
        before="class F:\n    def __float__(self): raise SystemExit\n    __index__ = __float__",
    )
    add("forge-huge-result", 0, _all("return np.zeros(10**8)"))
    add("forge-deep-result", 0, _all("x = []\n    for _ in range(10**5): x = [x]\n    return x"))
    add("forge-result-in-itself", 0, _all("x = []\n    x.append(x)\n    return x"))
    add("forge-strange-results", 0, _all("return (i for i in range(9))"))
    add("forge-image-changed", FULL - 1,
        {"answer-1-3": RIGHT["answer-1-3"].replace(
            "    image, filters", "    image += 1\n    image -= 1\n    image[0, 0] += 1\n"
            "    image, filters", 1).replace(
            "K = filters.shape[0]", "image[0, 0] -= 1\n    K = filters.shape[0]")})
    add("forge-verdict-object", 0, _all("return check.Verdict()"))

    def tests_tampered(made):
        for cell in made["cells"]:
            if (marks(cell) or "").startswith("check-"):
                cell["source"] = "99.0"
                cell["metadata"]["nbgrader"]["points"] = 99

    build.made("forge-tests-tampered", 0, tests_tampered, answers=WRONG)

    def outputs_forged(made):
        for cell in made["cells"]:
            if (marks(cell) or "").startswith("check-"):
                cell["outputs"] = [{"output_type": "execute_result", "metadata": {},
                                    "execution_count": 1, "data": {"text/plain": "4.0"}}]

    build.made("forge-outputs-kept", 0, outputs_forged, answers=WRONG)

    def unlocked(made):
        for cell in made["cells"]:
            if (marks(cell) or "").startswith("check-"):
                cell["metadata"]["nbgrader"].update(grade=False, solution=True, locked=False)
                cell["source"] = "verdict = 99.0"

    build.made("forge-tests-made-answers", 0, unlocked, answers=WRONG)


def _by_heart() -> str:
    """A table of the public inputs' results."""
    import numpy as np

    from convkit import reference
    from convkit.assignments.a01_slide_and_sum import probes

    table = {}
    for probe in probes.slides("public"):
        image, filters = probe.args
        key = f"{np.asarray(image).sum()}|{np.asarray(filters).sum()}|{probe.kwargs}"
        table[key] = reference.conv2d(image, filters, **probe.kwargs).tolist()
    return (
        f"table = {table!r}\n"
        "def slide_and_sum(image, filters, stride=1):\n"
        "    key = f'{image.sum()}|{filters.sum()}|'\n"
        "    key += str({'stride': stride} if stride > 1 else {})\n"
        "    return np.array(table.get(key, [[0.0]]))"
    )


# ---- what is not theirs


def stolen(build):
    """Each prints STOLEN if it reaches something; a test looks for that word everywhere."""
    paths = (
        "import os, glob\nfor p in {paths!r}:\n    for q in glob.glob(p, recursive=True):\n"
        "        try:\n            with open(q, 'rb') as f: print('STOLEN', q, f.read(80))\n"
        "        except OSError: pass"
    )
    for name, wanted in {
        "solution": ["/work/**/solutions/**/*.md", "/**/_build/nbgrader/source/**/*.ipynb"],
        "gradebook": ["/**/gradebook.db", "/tmp/**/*.db"],
        "secret": ["/**/.grading/secret", "/**/secret*"],
        "other-submissions": ["/tmp/**/submi*/**/*.ipynb", "/home/**/*.ipynb"],
        "keys": ["/root/.ssh/*", "/home/*/.ssh/*", "/etc/shadow", "/etc/passwd"],
        "processes": ["/proc/*/environ", "/proc/*/cmdline"],
    }.items():
        build.add(f"steal-{name}", FULL, after=paths.format(paths=wanted))
    build.add("steal-environment", FULL,
              after="import os\nif any('CONVKIT' in k or 'SECRET' in k for k in os.environ):\n"
                    "    print('STOLEN', dict(os.environ))")
    build.add("steal-over-network", FULL,
              after="import socket\nfor host in ('127.0.0.1', '::1', '10.0.0.1', 'localhost'):\n"
                    "    for port in LISTENING:\n        try:\n"
                    "            socket.create_connection((host, port), 0.2)\n"
                    "            print('STOLEN', host, port)\n"
                    "        except OSError: pass")
    build.add("steal-unix-sockets", FULL,
              after="import socket\nfor path in ('/run/docker.sock', '/var/run/docker.sock', "
                    "'/run/dbus/system_bus_socket', '/tmp/.X11-unix/X0'):\n    try:\n"
                    "        s = socket.socket(socket.AF_UNIX)\n        s.connect(path)\n"
                    "        print('STOLEN', path)\n    except OSError: pass")
    build.add("steal-open-files", FULL,
              after="import os\nfor fd in range(3, 64):\n    try:\n"
                    "        t = os.pread(fd, 80, 0)\n"
                    "        print('STOLEN', fd, t)\n    except OSError: pass")
    build.add("steal-shared-memory", FULL,
              after="import os\nfor top in ('/dev/shm', '/dev/mqueue'):\n"
                    "    if os.path.isdir(top) and os.listdir(top): print('STOLEN', top)")
    build.add("steal-parent-memory", FULL,
              after="import os\nfor pid in (os.getppid(), 1):\n    try:\n"
                    "        open(f'/proc/{pid}/mem', 'rb').read(1)\n        print('STOLEN', pid)\n"
                    "    except OSError: pass")
    build.add("steal-new-namespace", FULL,
              after="import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
                    "if libc.unshare(0x10000000) == 0: print('STOLEN user namespace')\n"
                    "if libc.mount(b'x', b'/tmp', b'tmpfs', 0, None) == 0: print('STOLEN mount')\n"
                    "if libc.ptrace(16, 1, 0, 0) == 0: print('STOLEN ptrace')")
    build.add("steal-become-root", FULL,
              after="import os\ntry:\n    os.setuid(0)\n    print('STOLEN root')\n"
                    "except OSError: pass\nif os.getuid() == 0: print('STOLEN already root')")
    build.add("steal-from-last-student", FULL,
              before="import os\nif os.path.exists('/tmp/mark') or os.path.exists('mark'):\n"
                     "    print('STOLEN from the last one')\n"
                     "open('mark', 'w').write('x')\nopen('/tmp/mark', 'w').write('x')")
    build.add("steal-from-last-student-again", FULL,
              before="import os\nif os.path.exists('/tmp/mark') or os.path.exists('mark'):\n"
                     "    print('STOLEN from the last one')")


# ---- what would hurt


def harmful(build):
    add = build.add
    add("harm-kill-all", FULL, after="import os, signal\nfor pid in (-1, os.getppid(), 1):\n"
        "    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass")
    add("harm-kill-group", FULL, after="import os\nos.killpg(0, 9)")
    add("harm-forks", FULL, after="import os\nfor _ in range(10**6):\n    try:\n"
        "        if os.fork() == 0:\n            while True: pass\n    except OSError: break")
    add("harm-fork-bomb", FULL, after="import os\nwhile True:\n    try: os.fork()\n"
        "    except OSError: pass")
    add("harm-threads", FULL, after="import threading, time\nfor _ in range(10**4):\n    try:\n"
        "        threading.Thread(target=time.sleep, args=(999,), daemon=True).start()\n"
        "    except RuntimeError: break")
    add("harm-memory", FULL, after="x = []\nwhile True: x.append(bytearray(10**8))")
    add("harm-memory-in-answer", less("1.1"),
        {"answer-1-1": "def one_place(image, filters, i, j):\n    x = []\n"
                       "    while True: x.append(bytearray(10**8))"})
    add(
        "harm-memory-in-children",
        FULL,
        after="import os, time\nfor _ in range(20):\n"
        "    if os.fork() == 0:\n        x = bytearray(9 * 10**7)\n        time.sleep(999)",
    )
    add("harm-disk", FULL, after="for n in range(200):\n    with open(f'/tmp/{n}', 'wb') as f:\n"
        "        f.write(b'x' * 10**7)")
    add("harm-disk-many-files", FULL, after="for n in range(10**5):\n"
        "    open(f'/tmp/f{n}', 'w').close()\n    if n > 3000: break")
    add("harm-output", FULL, after="for _ in range(300): print('x' * 10**6)")
    add("harm-displays", FULL, after="for _ in range(10**4): display('y' * 10**4)")
    add("harm-huge-repr", FULL, after="class R:\n    def __repr__(self): return 'z' * 10**8\nR()")
    add("harm-error-flood", FULL, after="raise ValueError('e' * 10**8)")
    loop = "def one_place(image, filters, i, j):\n    while True:\n        pass"
    add("harm-endless-answer", less("1.1"), {"answer-1-1": loop})
    add("harm-endless-cell", FULL, after="while True: pass")
    stubborn = (
        "def one_place(image, filters, i, j):\n    while True:\n        try:\n"
        "            while True: pass\n        except BaseException: pass"
    )
    add("harm-ignores-interrupts", less("1.1"), {"answer-1-1": stubborn})
    add("harm-no-alarm", less("1.1"),
        {"answer-1-1": "import signal\n" + loop.replace(
            "    while", "    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n    while", 1)})
    add(
        "harm-sleeps",
        less("1.1"),
        {"answer-1-1": "def one_place(image, filters, i, j):\n    import time; time.sleep(9999)"},
    )
    add("harm-long-arithmetic", FULL, after="10 ** 10 ** 9")
    add("harm-recursion", less("1.1"),
        {"answer-1-1": "import sys\nsys.setrecursionlimit(10**9)\n"
                       "def one_place(*a): return one_place(*a)"})
    add(
        "harm-crash",
        less("1.1"),
        {"answer-1-1": "def one_place(*a):\n    import ctypes; ctypes.string_at(0)"},
    )
    add(
        "harm-exit-in-answer",
        less("1.1"),
        {"answer-1-1": "def one_place(*a):\n    import os; os._exit(0)"},
    )
    add("harm-exit-in-cell", FULL, before="import os\nos._exit(0)")
    add("harm-closes-files", FULL, before="import os\nos.closerange(0, 256)")
    add("harm-closes-stdout", FULL, before="import sys\nsys.stdout.close(); sys.stderr.close()")
    add("harm-deletes", FULL, after="import shutil, os\nfor top in ('/', '/work', '/tmp', '.'):\n"
        "    shutil.rmtree(top, ignore_errors=True)")
    add("harm-leaves-processes", FULL,
        after="import os, time\nfor _ in range(3):\n    if os.fork() == 0:\n        os.setsid()\n"
              "        if os.fork() == 0: time.sleep(987654)\n        os._exit(0)")
    add("harm-starts-programs", FULL,
        after="import subprocess\nfor c in ('sleep 987654', 'nohup sleep 987654 &'):\n"
              "    try: subprocess.Popen(c, shell=True)\n    except OSError: pass")
    add("harm-asks-without-end", FULL, after="for _ in range(10**6): check.sizes_to_predict()")
    add("harm-asks-for-much", FULL,
        after="try: check.slide_and_sum(np.ones((3000, 3000)), np.ones((9, 9)))\n"
              "except Exception: pass")
    add("harm-input", FULL, after="name = input('your name? ')")
    add("harm-debugger", FULL, after="breakpoint()")


# ---- right answers in a bad envelope


def honest_but_broken(build):
    add, made = build.add, build.made
    add("honest-warnings", FULL, after="import warnings, sys\nwarnings.warn('careful')\n"
        "print('to stderr', file=sys.stderr)\nnp.array([1.0]) / 0", before="import logging\n"
        "logging.warning('note')")
    add(
        "honest-prints",
        FULL,
        {"answer-1-1": RIGHT["answer-1-1"].replace("    K =", "    print('here', i, j)\n    K =")},
    )
    add("honest-error-elsewhere", FULL, after="1 / 0", before="undefined_name")
    add("honest-syntax-error-elsewhere", FULL, before="def broken(:\n  pass")
    add("honest-syntax-error-in-one", less("1.1"), {"answer-1-1": "def one_place(image:\n  pas"})
    add(
        "honest-one-unanswered",
        less("2.3"),
        {"answer-2-3": "def slide_box(image, filters, stride=1):\n    pass"},
    )
    add(
        "honest-magics",
        FULL,
        {"answer-1-2": "%%time\n" + RIGHT["answer-1-2"]},
        before="%matplotlib inline\n!pip install nothing\n%timeit 1 + 1\nnp?",
    )
    add("honest-plots", FULL,
        before="import matplotlib.pyplot as plt\nfrom PIL import Image\nfig, ax = plt.subplots()\n"
               "plt.imshow(np.zeros((3, 3)))\nplt.title('x')\nplt.show()",
        after="from tqdm import tqdm\nfor i in tqdm(range(3)): print(i)\n"
              "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>'))")
    add("honest-module-beside", FULL,
        {"answer-1-1": "from my_help import product\n" + RIGHT["answer-1-1"].replace(
            "float((image[i:i + K, j:j + K] * filters).sum())",
            "product(image[i:i + K, j:j + K], filters)")},
        files={"my_help.py": b"def product(a, b):\n    return float((a * b).sum())\n"})
    add("honest-numpy-beside", FULL, files={"numpy.py": b"raise RuntimeError('not me')"})
    add("honest-data-beside", FULL, before="text = open('data.csv').read()\nassert text == '1,2'",
        files={"data.csv": b"1,2"})
    add("honest-writes-files", FULL, after="np.save('x.npy', np.ones(3))\nnp.load('x.npy').sum()")
    add(
        "honest-letters", FULL, before="größe = 3\nصورة = np.ones((2, 2))\nprint('🔴', größe, صورة)"
    )
    add("honest-exits", FULL, before="import sys\nsys.exit(0)")
    add("honest-token-slip", FULL, remark="slip", before='TOKEN = "ABCD-EFGH-XX"')

    def drop(test):
        def change(one):
            one["cells"] = [c for c in one["cells"] if not test(c)]

        return change

    is_test = lambda c: (marks(c) or "").startswith("check-")  # noqa: E731 - a name reads well
    made("honest-tests-deleted", FULL, drop(is_test))
    made("honest-texts-deleted", FULL, drop(lambda c: c["cell_type"] == "markdown"))
    made("honest-all-else-deleted", FULL,
         drop(lambda c: not (marks(c) or "").startswith("answer-")))

    def copied(worked_first):
        def change(one):
            handed = {marks(c): c for c in build.release["cells"] if marks(c)}
            cells = []
            for cell in one["cells"]:
                twin = copy.deepcopy(handed.get(marks(cell), cell))
                extra = [twin] if (marks(cell) or "").startswith(("answer-", "check-")) else []
                cells += [cell, *extra] if worked_first else [*extra, cell]
            one["cells"] = cells

        return change

    made("honest-copied-cells-before", FULL, copied(False))
    made("honest-copied-cells-after", FULL, copied(True))

    def twice(one):
        place = next(n for n, c in enumerate(one["cells"]) if marks(c) == "answer-1-1")
        first = copy.deepcopy(one["cells"][place])
        first["source"] = WRONG["answer-1-1"]
        one["cells"].insert(place, first)

    made("honest-first-try-kept", FULL, twice)

    def stripped(one):
        for number, cell in enumerate(one["cells"]):
            cell["metadata"] = {"id": f"colab{number}"}
            cell.pop("id", None)
        one["nbformat_minor"] = 0
        one["metadata"] = {"colab": {"provenance": []}, "accelerator": "GPU"}

    made("honest-metadata-stripped", FULL, stripped)

    def no_marks_no_labels(one):
        stripped(one)
        for cell in one["cells"]:
            cell["source"] = "\n".join(
                line for line in cell["source"].splitlines() if "# ANSWER" not in line
            )

    made("honest-no-marks-at-all", FULL, no_marks_no_labels, remark="No answer cell")

    def wrong_marks(one):
        cells = [c for c in one["cells"] if (marks(c) or "") in ("answer-1-1", "answer-1-2")]
        cells[0]["metadata"], cells[1]["metadata"] = cells[1]["metadata"], cells[0]["metadata"]
        cells[0].pop("id"), cells[1].pop("id")

    made("honest-marks-exchanged", FULL, wrong_marks)

    def reversed_cells(one):
        answers = [n for n, c in enumerate(one["cells"]) if (marks(c) or "").startswith("answer-")]
        for a, b in zip(answers[:4], reversed(answers[:4]), strict=True):
            if a < b:
                one["cells"][a], one["cells"][b] = one["cells"][b], one["cells"][a]

    made("honest-moved-cells", FULL, reversed_cells)

    def elsewhere(one):
        cell = next(c for c in one["cells"] if marks(c) == "answer-1-3")
        one["cells"].remove(cell)
        one["cells"].insert(6, code(RIGHT["answer-1-3"].split("\n", 1)[1]))

    made("honest-answer-in-own-cell", FULL, elsewhere)

    def other_kernel(one):
        one["metadata"]["kernelspec"] = {
            "name": "conda-env-x",
            "display_name": "R",
            "language": "R",
        }
        one["metadata"]["language_info"] = {"name": "R"}

    made("honest-other-kernel", FULL, other_kernel)

    def schema(number):
        def change(one):
            for cell in one["cells"]:
                if marks(cell):
                    cell["metadata"]["nbgrader"]["schema_version"] = number

        return change

    made("honest-old-schema", FULL, schema(1))
    made("honest-future-schema", FULL, schema(99))

    def odd_cells(one):
        one["cells"][:0] = [
            {"cell_type": "raw", "metadata": {}, "source": "raw"}, "no cell", None,
            {"cell_type": "sql", "metadata": {}, "source": "SELECT 1"},
            {"cell_type": "code", "metadata": None, "source": None},
            {"cell_type": "code", "metadata": [], "source": ["a = 1\n", 2, "b = 2"]},
        ]

    made("honest-odd-cells", FULL, odd_cells)

    def as_lines(one):
        for cell in one["cells"]:
            cell["source"] = cell["source"].replace("\n", "\r\n").splitlines(keepends=True)

    made("honest-windows-lines", FULL, as_lines)

    def big_outputs(one):
        for cell in one["cells"][:30]:
            if cell["cell_type"] == "code":
                cell["outputs"] = [{"output_type": "display_data", "metadata": {},
                                    "data": {"image/png": "A" * 2_000_000}}]

    made("honest-large-outputs", FULL, big_outputs, remark="Large outputs")

    def format_3(one):
        cells = []
        for cell in one["cells"]:
            new = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
            new["input" if cell["cell_type"] == "code" else "source"] = cell["source"]
            cells.append(new)
        return {
            "nbformat": 3,
            "nbformat_minor": 0,
            "metadata": {},
            "worksheets": [{"cells": cells}],
        }

    made("honest-format-3", FULL, format_3, remark="old format")
    right = notebook(build.release, RIGHT)
    build.raw("honest-renamed", FULL, data(right), file=f"Copy of {NAME} (1).ipynb")
    build.raw("honest-named-otherwise", FULL, data(right), file="homework final FINAL 2.ipynb")
    build.raw("honest-name-with-dash", FULL, data(right), file="-rf.ipynb")
    build.raw("honest-name-in-arabic", FULL, data(right), file="الواجب الأول 🎓.ipynb")
    build.raw("honest-saved-as-text", FULL, data(right), file=f"{NAME}.ipynb.txt")
    build.raw("honest-utf-16", FULL, data(right, "utf-16"))
    build.raw("honest-byte-order-mark", FULL, data(right, "utf-8-sig"))
    latin = notebook(build.release, RIGHT, before="grüße = 'für alle'")
    latin = json.dumps(latin, ensure_ascii=False).encode("cp1252", "ignore")
    build.raw("honest-latin-1", FULL, latin, remark="UTF-8")
    halves = notebook(build.release, RIGHT, before="x = 'HALF'")
    halves = json.dumps(halves).replace("HALF", "\\ud83d \\u0000")
    build.raw("honest-half-characters", FULL, halves.encode())
    import jupytext
    import nbformat

    as_node = nbformat.from_dict(right)
    percent = jupytext.writes(as_node, fmt="py:percent")
    build.raw("honest-script", FULL, percent.encode(), file=f"{NAME}.py")
    bare = notebook(build.release, RIGHT)
    for cell in bare["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    percent = jupytext.writes(nbformat.from_dict(bare), fmt="py:percent")
    build.raw("honest-script-without-marks", FULL, percent.encode(), file=f"{NAME}.py")
    build.raw("honest-two-files", FULL, data(right),
              files={f"{NAME}-Copy1.ipynb": data(build.release)}, remark="Several files")


def unusual(build):
    """Right, but not as one would write it."""
    head = "def slide_and_sum(image, filters, stride=1):\n    K = filters.shape[0]\n"
    windows = (
        "    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), (K, K))"
        "[::stride, ::stride]\n"
    )
    ways = {
        "einsum": windows + "    return np.einsum('ijmn,mn->ij', windows, filters)",
        "tensordot": windows + "    return np.tensordot(windows, filters, 2)",
        "float32": windows
        + "    return (windows * filters).sum(axis=(2, 3)).astype(np.float32)",
        "fortran": windows
        + "    return np.asfortranarray((windows * filters).sum(axis=(2, 3)))",
        "list": windows + "    return (windows * filters).sum(axis=(2, 3)).tolist()",
        "matrix": windows + "    return np.matrix((windows * filters).sum(axis=(2, 3)))",
        "masked": windows + "    return np.ma.array((windows * filters).sum(axis=(2, 3)))",
        "fractions": windows + "    from fractions import Fraction\n"
        "    values = (windows * filters).sum(axis=(2, 3))\n"
        "    return np.array([[Fraction(v) for v in row] for row in values], dtype=object)",
        "fourier": "    H, W = image.shape\n"
        "    f = np.fft.fft2(image) * np.conj(np.fft.fft2(filters, (H, W)))\n"
        "    return np.fft.ifft2(f).real[:H - K + 1:stride, :W - K + 1:stride]",
        "im2col": windows + "    rows, columns = windows.shape[:2]\n"
        "    return (windows.reshape(-1, K * K) @ filters.astype(float).reshape(-1))"
        ".reshape(rows, columns)",
        "class": "    class Slider:\n"
        "        def __call__(self, a): return (a * filters).sum(axis=(2, 3))\n"
        + windows + "    return Slider()(windows)",
        "recursion": "    H, W = image.shape\n    image = image.astype(float)\n"
        "    def at(i, j, k=0):\n"
        "        if k == K * K: return 0.0\n"
        "        m, n = divmod(k, K)\n"
        "        return image[i + m, j + n] * filters[m, n] + at(i, j, k + 1)\n"
        "    return [[at(i, j) for j in range(0, W - K + 1, stride)] "
        "for i in range(0, H - K + 1, stride)]",
        "generator": windows + "    return np.fromiter((float((w * filters).sum()) "
        "for row in windows for w in row), float).reshape(windows.shape[:2])",
    }
    for name, body in ways.items():
        build.add(f"unusual-{name}", FULL, {"answer-1-3": head + body})
    build.add("unusual-callable-object", FULL,
              {"answer-1-1": "class Place:\n    def __call__(self, image, filters, i, j):\n"
                             "        K = len(filters)\n"
                             "        return (image[i:i + K, j:j + K] * filters).sum()\n"
                             "one_place = Place()"})
    build.add("unusual-lambda-and-partial", FULL,
              {"answer-1-1": "from functools import partial\n"
                             "def _go(scale, image, filters, i, j):\n    K = len(filters)\n"
                             "    window = image[i:i + K, j:j + K]\n"
                             "    return np.float32(scale * np.vdot(window, filters))\n"
                             "one_place = partial(_go, 1)"})
    build.add("unusual-numpy-whole-numbers", FULL,
              {"answer-1-2": RIGHT["answer-1-2"].replace("return -(", "return np.int64(1) * -("),
               "answer-2-1": RIGHT["answer-2-1"] + "result = np.array(result)\n"
                             "strided = list(strided)\nproducts = np.int32(products)"})


# ---- nothing that could be graded


def unreadable(build):
    for name, content in {
        "empty-file": b"",
        "blank": b"  \n ",
        "bad-json": b'{"cells": [}',
        "cut-off": data(notebook(build.release, RIGHT))[:5000],
        "merge-conflict": b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> x\n",
        "a-list": b"[1, 2, 3]",
        "a-number": b"7",
        "cells-no-list": b'{"cells": {"a": 1}, "metadata": {}, "nbformat": 4}',
        "no-cells": b'{"nbformat": 4, "metadata": {}}',
        "deep-json": b"[" * 200_000,
        "deep-cells": b'{"cells": ' + b"[" * 90_000 + b"]" * 90_000 + b"}",
        "a-picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50,
        "a-pdf": b"%PDF-1.7 " + b"\xff\xfe" * 3000,
        "long-number": b'{"cells": ' + b"9" * 100_000 + b"}",
    }.items():
        build.raw(f"unreadable-{name}", 0, content, remark="could not be read")
    build.raw("missing-notebook", 0, None, files={"essay.docx": b"PK", "notes.txt": b"x"},
              remark="No notebook")
    build.raw("untouched", 0, data(build.release))
    build.raw("no-cells-at-all", 0, data({**build.release, "cells": []}))


# ---- what must not run in a reader's browser


def scripts(build):
    evil = "<script>alert('LIVE')</script><img src=x onerror=alert('LIVE')>"
    build.add("script-in-text", FULL,
              {"answer-2-5": f"My answer. {evil} [link](javascript:alert('LIVE')) "
                             "$\\href{javascript:alert('LIVE')}{x}$ </pre></main>"})
    build.add("script-in-output", FULL,
              after=f"print({evil!r})\nclass H:\n    def _repr_html_(self): return {evil!r}\n"
                    f"    def __repr__(self): return '</pre>' + {evil!r}\ndisplay(H())\nH()")
    build.add("script-in-error", less("1.1"),
              {"answer-1-1": f"def one_place(*a):\n    raise ValueError({evil!r})"})
    build.add("script-in-error-name", less("1.1"),
              {"answer-1-1": f"E = type({evil!r}, (Exception,), {{}})\n"
                             "def one_place(*a):\n    raise E()"})
    build.add("script-in-value", less("2.2"), {"answer-2-2": f"order = {evil!r}"})
    build.add("script-in-code", FULL, after=f"x = '''</pre></code>{evil}'''")
    build.add("script-in-token", FULL, before=f'TOKEN = "{evil}"', remark="slip")
    build.add("script-in-terminal-codes", FULL,
              after="print('\\x1b]0;owned\\x07\\x1b[2J\\x1b[31mred\\x1b[0m')")
    build.raw("script-in-file-name", FULL, data(notebook(build.release, RIGHT)),
              file="<script>alert('LIVE')<\\script>.ipynb")

    def attachments(made):
        cell = next(c for c in made["cells"] if marks(c) == "answer-2-5")
        cell["attachments"] = {"a.svg": {"image/svg+xml": evil}, "b.png": {"image/png": evil}}
        cell["metadata"]["evil"] = evil

    build.made("script-in-attachment", FULL, attachments)
