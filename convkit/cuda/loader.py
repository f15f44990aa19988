"""From a .cu file to a kernel that can be called: compiled once for each GPU and activation, kept.

NVRTC is used directly, not through `cupy.RawModule(code=...)`: that compiles for sm_90 where
rung 6 needs sm_90a. The same function compiles in the tests, where there is no GPU.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import struct
import tempfile
import threading
from functools import cache
from pathlib import Path

SOURCES = Path(__file__).parent
OPTIONS = ("-std=c++17",)
_LOADING = threading.Lock()

# The oldest GPU, as (major, minor), that has the instructions of each file; and, for the one
# that uses what belongs to a single generation, its full name.
OLDEST = {
    "naive": (7, 5),
    "tiled": (7, 5),
    "implicit_gemm": (7, 5),
    "depthwise": (7, 5),
    "mma": (8, 0),
    "pack": (8, 0),
    "reduce": (8, 0),
    "wgmma": (9, 0),
}
ONLY = {"wgmma": "sm_90a"}

# The number of each activation in convolution.cuh. Kernels are compiled for one of them, so that
# none decides for every result what to do with it.
ACTIVATIONS = {None: 0, "relu": 1, "sigmoid": 2, "tanh": 3}


def source_of(file: str) -> str:
    """The text of one .cu file, byte for byte."""
    return (SOURCES / f"{file}.cu").read_text(encoding="utf-8")


def headers() -> dict[str, str]:
    """The text of every header, by the name under which it is included."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.cuh"))}


def kernel_names(source: str) -> list[str]:
    """The kernels that a source offers to Python, in their order.

    They are written out, or made by a macro in capitals whose first argument is the name.
    """
    written = r'^extern "C" __global__ void (\w+)\('
    made = r"^[A-Z_]+\(([a-z]\w*), "
    return [a or b for a, b in re.findall(f"{written}|{made}", source, re.MULTILINE)]


def architecture(file: str, capability: tuple[int, int]) -> str:
    """What to compile `file` for, e.g. 'sm_86', on a GPU of this compute capability."""
    return ONLY.get(file, f"sm_{capability[0]}{capability[1]}")


def runs_on(file: str, capability: tuple[int, int] | None) -> bool:
    """Whether a GPU of this compute capability has the instructions of `file`."""
    if capability is None:
        return False
    if file in ONLY:  # what ends in "a" runs on that generation only
        return capability == OLDEST[file]
    return capability >= OLDEST[file]


def definition(activation: str | None) -> str:
    """What every compiler is told about the activation, NVIDIA's and that of the tests."""
    return f"-DACTIVATION={ACTIVATIONS[activation]}"


def compile_cubin(
    file: str, arch: str, nvrtc, options=OPTIONS, source=None, activation: str | None = None
) -> tuple[bytes, str]:
    """Compile one .cu file to machine code; no GPU is needed.

    Parameters
    ----------
    file : str
        Name of the file, without .cu.
    arch : str
        Such as 'sm_90a'.
    nvrtc : module
        `cupy.cuda.nvrtc`, or what offers the same functions.
    options : tuple of str
        For the compiler.
    source : str, optional
        Other text than the file's.
    activation : {None, 'relu', 'sigmoid', 'tanh'}
        The one that the kernels apply.

    Returns
    -------
    cubin : bytes
    log : str
        What the compiler said.

    Raises
    ------
    RuntimeError
        With the compiler's words, if it refuses.
    """
    texts = headers()
    program = nvrtc.createProgram(
        source_of(file) if source is None else source,
        f"{file}.cu",
        [text.encode() for text in texts.values()],  # CuPy takes these, and only these, as bytes
        [name.encode() for name in texts],
    )
    try:
        chosen = (f"--gpu-architecture={arch}", definition(activation))
        nvrtc.compileProgram(program, (*chosen, *options))
    except Exception as error:
        words = nvrtc.getProgramLog(program)
        raise RuntimeError(f"{file}.cu does not compile for {arch}:\n{words}") from error
    return whole_elf(nvrtc.getCUBIN(program)), nvrtc.getProgramLog(program)


def whole_elf(cubin: bytes) -> bytes:
    """All of a cubin, of which `cupy.cuda.nvrtc.getCUBIN` drops the last byte (in CuPy 14.2).

    The compiler's answers are text that ends in a zero, all but this one, and CuPy treats them
    alike. What is cut off belongs to a table of addresses and is zero.

    Raises
    ------
    RuntimeError
        If this is no ELF file, or one that lacks more than that byte: a driver would read on.
    """
    size = elf_size(cubin)
    if len(cubin) == size - 1:
        cubin += b"\0"
    if len(cubin) < size:
        raise RuntimeError(
            f"the compiler's machine code has {len(cubin)} bytes, its header speaks of {size}: "
            f"please report this, with the version of CuPy"
        )
    return cubin


def elf_size(cubin: bytes) -> int:
    """The bytes that an ELF file of 64 bits must have, by its header: its tables lie at its end."""
    if cubin[:5] != b"\x7fELF\x02":
        raise RuntimeError(f"the compiler gave no machine code, but {cubin[:8]!r}...")
    programs, sections = struct.unpack_from("<QQ", cubin, 32)
    sizes = struct.unpack_from("<4H", cubin, 54)  # size and count of each table's entries
    return max(programs + sizes[0] * sizes[1], sections + sizes[2] * sizes[3])


@cache
def kernel(
    file: str,
    name: str,
    capability: tuple[int, int],
    device: int,
    shared_bytes: int = 0,
    activation: str | None = None,
):
    """A kernel of `file`, ready to be called as ``kernel(grid, block, arguments, shared_mem=...)``.

    It runs on CuPy's current stream. `device` is part of the key because a module belongs to one
    GPU. More than 48 kB of shared memory have to be asked for; that is done here, once.
    """
    found = _module(file, architecture(file, capability), device, activation).get_function(name)
    if shared_bytes > 48 * 1024:
        found.max_dynamic_shared_size_bytes = shared_bytes
    return found


@cache
def _module(file: str, arch: str, device: int, activation: str | None):
    import cupy

    return cupy.RawModule(path=str(cubin_path(file, arch, activation)))


def cubin_path(file: str, arch: str, activation: str | None = None) -> Path:
    """Where the machine code of `file` is kept; compiled now, without a GPU, if it is not there."""
    from cupy.cuda import nvrtc

    with _LOADING:  # CuPy loads NVRTC at its first call, which two threads must not make at once
        version = nvrtc.getVersion()
    texts = [source_of(file), *headers().values(), arch]
    texts += [repr((OPTIONS, activation, version))]
    key = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:20]
    path = cache_folder() / f"{file}-{arch}-{activation or 'none'}-{key}.cubin"
    if not _is_whole(path):
        cubin, _ = compile_cubin(file, arch, nvrtc, activation=activation)
        write_at_once(path, cubin)
    return path


def _is_whole(path: Path) -> bool:
    """Whether a file holds a cubin to its end; not if it is cut off, or may not be read."""
    try:
        content = path.read_bytes()
        return len(content) >= elf_size(content)
    except (OSError, RuntimeError, struct.error):
        return False


def cache_folder() -> Path:
    """Where compiled kernels are kept: $CONVKIT_CACHE, else the user's cache folder.

    Where nothing can be written at home, a folder for this process only.
    """
    folder = os.environ.get("CONVKIT_CACHE")
    if not folder:  # set to nothing is not set
        base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
        folder = (Path(base) if base else Path.home() / ".cache") / "convkit"
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            return Path(folder)
    except OSError:
        return _private_folder()


@cache
def _private_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="convkit-"))


def write_at_once(path: Path, content: bytes) -> None:
    """Another process must see the whole file or none; another user may read it.

    That is why the file is not `tempfile`'s, which nobody else may read: the umask decides.
    """
    beside = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
