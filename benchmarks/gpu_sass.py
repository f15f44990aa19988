"""What NVIDIA's compiler makes of our kernels: machine code, read and counted. No GPU is needed.

A `Counts` is all that the model in gpu_bounds.py knows of a kernel. Every instruction is of a warp:
32 lanes, one slot of a scheduler.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from convkit.cuda import loader

LANES, INSTRUCTION_BYTES = 32, 16

# Products of numbers, by the operation and the sizes that it names.
MULTIPLIES = {"FFMA": "FFMA", "DFMA": "DFMA", "HMMA": "HMMA", "HGMMA": "HGMMA"}
HMMA_SIZES = {"1688": 16 * 8 * 8, "16816": 16 * 8 * 16}


@dataclass(frozen=True)
class Counts:
    """One kernel. What has "loop" in its name is of one round of the main loop."""

    registers: int
    spilled_bytes: int
    instructions: int
    before: int  # instructions on the way to the main loop
    loop: int
    after: int  # on the way from it to the end
    multiplies: int  # of the loop's instructions
    multiply_adds: int  # that they do, for one warp
    operation: str  # FFMA, HMMA or HGMMA; empty if nothing is multiplied
    shared_clocks: int  # that one warp's reads and writes take shared memory
    shared_bytes: int  # that it reads from shared memory, and writes there
    fetched_bytes: int  # that it reads from memory

    @property
    def share(self) -> float:
        """Multiplying instructions among those of the main loop."""
        return self.multiplies / self.loop if self.loop else 0.0


@dataclass(frozen=True)
class Instruction:
    """One line of machine code."""

    text: str  # without the predicate
    predicate: str
    target: int | None = None  # index to which a branch leads

    @property
    def name(self) -> str:
        """Such as LDG.E.128."""
        return self.text.split(maxsplit=1)[0]

    @property
    def never(self) -> bool:
        """`@!PT`: it only fills a slot."""
        return self.predicate == "@!PT"


def counts_of(file: str, arch: str) -> dict[str, Counts]:
    """Compile one .cu file through CuPy's compiler and count every kernel in it."""
    from cupy.cuda import nvrtc

    options = (*loader.OPTIONS, "--ptxas-options=-v")
    cubin, log = loader.compile_cubin(file, arch, nvrtc, options, activation="relu")
    report = r"entry function '(\w+)'.*?(\d+) bytes spill stores.*?Used (\d+) registers"
    used = {n: (int(r), int(s)) for n, s, r in re.findall(report, log, re.DOTALL)}
    listing = disassemble(cubin)
    return {name: count(code, *used[name]) for name, code in read_listing(listing).items()}


def disassembler() -> Path:
    """Nvdisasm, out of the wheel nvidia-cuda-nvdisasm."""
    wheel = metadata.distribution("nvidia-cuda-nvdisasm")
    return next(Path(wheel.locate_file(f)) for f in wheel.files if f.stem == "nvdisasm")


def disassemble(cubin: bytes) -> str:
    """The text that nvdisasm makes of a cubin."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernels.cubin"
        path.write_bytes(cubin)
        command = [disassembler(), "-c", path]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read_listing(listing: str) -> dict[str, list[Instruction]]:
    """The instructions of each kernel."""
    kernels = {}
    for part in re.split(r"^\.text\.(?=\w+:)", listing, flags=re.MULTILINE)[1:]:
        name, _, body = part.partition(":")
        labels, lines = {}, []
        for label, predicate, text in re.findall(
            r"^(\.L_x_\d+):|^\s+/\*[0-9a-f]{4,}\*/\s+(@!?U?P\w+)?\s*(.*?) ?;", body, re.MULTILINE
        ):
            if label:
                labels[label] = len(lines)
            else:
                lines.append((text, predicate))
        kernels[name] = [
            Instruction(text, predicate, labels.get((re.findall(r"\.L_x_\d+", text) or [""])[-1]))
            for text, predicate in lines
        ]
    return kernels


def count(code: list[Instruction], registers: int, spilled_bytes: int) -> Counts:
    """All that is counted of one kernel."""
    begin, end = main_loop(code)
    loop = code[begin:end]
    kinds = Counter(kind for i in loop if (kind := MULTIPLIES.get(i.name.split(".")[0])))
    operation = kinds.most_common(1)[0][0] if kinds else ""
    return Counts(
        registers=registers,
        spilled_bytes=spilled_bytes,
        instructions=len(code),
        before=shortest_way(code, 0, begin) if loop else 0,
        loop=len(loop),
        after=shortest_way(code, end, len(code)),
        multiplies=kinds[operation],
        multiply_adds=sum(multiply_adds(i) for i in loop if i.name.startswith(operation)),
        operation=operation,
        shared_clocks=sum(shared_clocks(i) for i in loop),
        shared_bytes=sum(shared_bytes(i) for i in loop),
        fetched_bytes=sum(fetched_bytes(i) for i in loop),
    )


def main_loop(code: list[Instruction]) -> tuple[int, int]:
    """Begin and end of the loop that multiplies most; of several, the innermost."""
    best = (0, 0, 0, 0)
    for index, instruction in enumerate(code):
        begin = instruction.target
        if instruction.name != "BRA" or begin is None or begin > index:
            continue
        body = code[begin : index + 1]
        products = sum(i.name.split(".")[0] in MULTIPLIES for i in body)
        if products:
            best = max(best, (products, -len(body), begin, index + 1))
    return best[2:]


def shortest_way(code: list[Instruction], begin: int, end: int) -> int:
    """Instructions on the shortest way from begin to end that moves the most bytes on it.

    A kernel jumps over what it has not to do: pixels beyond the last, other activations. The way
    of a full tile is the one that reads, or writes, all; and of these the shortest has no tanh.
    Loops on the way are gone through once.
    """
    ways = {end: (0, 0)}  # from each instruction: bytes moved, minus instructions
    for index in range(min(end, len(code)) - 1, begin - 1, -1):
        instruction = code[index]
        follow = []
        if instruction.name in ("EXIT", "RET"):
            follow.append((0, 0))
        elif instruction.name == "BRA" and (target := instruction.target) is not None:
            follow.append(ways.get(target) if target > index else None)
        if instruction.predicate or instruction.name not in ("BRA", "EXIT", "RET"):
            follow.append(ways.get(index + 1))
        possible = [way for way in follow if way is not None]
        if possible:
            moved, length = max(possible)
            ways[index] = (moved + memory_bytes(instruction), length - 1)
    return -ways.get(begin, (0, 0))[1]


def width(instruction: Instruction) -> int:
    """Bytes of one lane: 16 for LDG.E.128."""
    sizes = re.findall(r"\.(64|128|U8|S8|U16|S16)\b", instruction.name)
    return int(re.sub(r"\D", "", sizes[-1])) // 8 if sizes else 4


def memory_bytes(instruction: Instruction) -> int:
    """Bytes that a warp moves from or to memory."""
    moves = instruction.name.startswith(("LDG.", "LDGSTS", "STG"))
    return LANES * width(instruction) if moves else 0


def fetched_bytes(instruction: Instruction) -> int:
    """Bytes that a warp reads from memory."""
    return memory_bytes(instruction) if instruction.name.startswith("LDG") else 0


def shared_bytes(instruction: Instruction) -> int:
    """Bytes of shared memory that a warp reads or writes; of HGMMA, a quarter of its operands."""
    name = instruction.name
    if name.startswith("HGMMA"):
        rows, columns, terms = hgmma_sizes(instruction)
        return (rows + columns) * terms * 2 // 4
    if instruction.never:
        return 0
    if name.startswith("LDSM"):
        return 128 * int((re.findall(r"M88\.(\d)", name) or [1])[0])
    return LANES * width(instruction) if name.startswith(("LDS", "STS", "LDGSTS")) else 0


def shared_clocks(instruction: Instruction) -> int:
    """Clocks of shared memory, which gives 128 bytes in each, of an access without conflicts.

    Lanes that read the same address are served together. Of the reads of 16 bytes in rung 4, by a
    grid of threads, at least half are such; so they are counted as half.
    """
    clocks = -(-shared_bytes(instruction) // 128)
    broadcast = instruction.name.startswith("LDS.128")
    return clocks // 2 if broadcast else clocks


def multiply_adds(instruction: Instruction) -> int:
    """Multiply-adds of one warp's instruction."""
    name = instruction.name
    if name.startswith("HGMMA"):
        rows, columns, terms = hgmma_sizes(instruction)
        return rows * columns * terms // 4  # four warps share one
    if name.startswith("HMMA"):
        return HMMA_SIZES[name.split(".")[1]]
    return LANES


def hgmma_sizes(instruction: Instruction) -> tuple[int, int, int]:
    """64, 256 and 16 of HGMMA.64x256x16."""
    sizes = re.search(r"(\d+)x(\d+)x(\d+)", instruction.name)
    return tuple(map(int, sizes.groups()))
