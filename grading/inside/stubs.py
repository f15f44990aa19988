"""What a student's code finds when it imports the course's package, or a plotting package.

The course's package is not in the sandbox, since a ready convolution would be in it. What an
exercise offers to its learners is asked for outside, where the grader decides whether to answer.
"""

import importlib.abc
import importlib.machinery
import sys
import types

# Calls of these do nothing: a plot earns no points, and its absence must not cost any.
PICTURES = {"matplotlib", "pylab", "seaborn", "plotly", "ipywidgets", "tqdm", "PIL", "imageio"}
READY_MADE = {
    "scipy",
    "torch",
    "torchvision",
    "tensorflow",
    "keras",
    "jax",
    "jaxlib",
    "flax",
    "cv2",
    "skimage",
    "sklearn",
    "cupy",
    "numba",
    "mxnet",
    "theano",
    "pandas",
    "astropy",
    "dask",
}
RULE = (
    "the rule is that an answer uses NumPy and what comes with Python, and writes the convolution "
    "itself. To compare with a package is a good idea: do it in a cell of its own"
)


class Nothing:
    """Answers every call and every attribute with itself."""

    def __call__(self, *args, **kwargs):
        # tqdm(range(3)) and the like are loops' clothing: hand back what was wrapped.
        return args[0] if len(args) == 1 and hasattr(args[0], "__iter__") else self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self):
        return iter((self, self))  # fig, ax = plt.subplots()

    def __getitem__(self, key):
        return self

    def __setitem__(self, key, value):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        return False

    def __repr__(self):
        return "(not shown while grading)"


class Pictures(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The last finder: stands in for plotting packages that are not installed here."""

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in READY_MADE:
            raise ModuleNotFoundError(f"{top} is not there while grading: {RULE}", name=name)
        if top == "convkit":  # not ModuleNotFoundError: `from convkit import x` would swallow it
            raise ImportError(f"{name} is not there while grading: {RULE}", name=name)
        if top not in PICTURES:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        nothing = Nothing()
        module.__getattr__ = lambda name: nothing if not name.startswith("__") else _absent(name)
        return module

    def exec_module(self, module):
        pass


def _absent(name):
    raise AttributeError(name)


class Later:
    """What a check returns in here: the real one is made outside, afterwards."""

    passed, points, max_points = False, 0.0, 0.0
    mistake = example = section = None
    message = "Checked outside, where nothing in here can change the outcome."
    parts = explained = ()

    def __repr__(self):
        return self.message

    def reveal(self):
        return self.message


def install(ask):
    """Make `import convkit` and the plotting packages work; `ask(name, args, kwargs)` goes out."""

    def helper(name):
        def call(*args, **kwargs):
            return ask(name, args, kwargs)

        call.__name__ = name
        return call

    convkit, check = _module("convkit"), _module("convkit.check")
    convkit.__path__ = []
    convkit.check = check
    convkit.show = check.display = lambda *args, **kwargs: None
    check.run = lambda *args, **kwargs: Later()
    check.start = lambda token="public": "Ready."
    check.current_seed = lambda: "public"
    check.Verdict = Later
    check.__getattr__ = lambda name: _absent(name) if name.startswith("__") else helper(name)
    convkit.__getattr__ = _refuse
    sys.modules["convkit"], sys.modules["convkit.check"] = convkit, check
    sys.meta_path.append(Pictures())


def _module(name):
    module = types.ModuleType(name)
    module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
    return module


def _refuse(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"convkit.{name} is not there while grading: {RULE}")
