"""The kernels' machine code, judged without a GPU: the model, the reading, and the budget.

What the kernels reach may not fall below benchmarks/results/gpu-static.json. To accept new numbers:

    python benchmarks/gpu.py --static --json
"""

import importlib.util
import json
from importlib import metadata
from pathlib import Path

import pytest

from benchmarks import gpu_bounds, gpu_sass, gpu_static
from benchmarks.gpu_launches import MODELED_NUMBERS
from benchmarks.gpu_rows import ROWS

REVIEWED = json.loads(Path(__file__).with_name("gpu_reviewed.json").read_text())
CELLS = {f"{c['row']}-{c['precision'] or 'float32'}": c for c in REVIEWED["cells"]}


def cell_bound(cell, **changes):
    counts = gpu_sass.Counts(**REVIEWED["kernels"][cell["launch"]["kernel"]] | changes)
    row = next(row for row in ROWS if row.name == cell["row"])
    return gpu_bounds.bound(row, counts, gpu_bounds.Launch(**cell["launch"]))


@pytest.mark.parametrize("name", CELLS)
def test_the_model_gives_the_reviews_table_within_a_tenth(name):
    """An outside review's bounds, from counts of the kernels as they were then (NVRTC 13.0.88)."""
    cell = CELLS[name]
    assert cell_bound(cell).tflops == pytest.approx(cell["tflops"], rel=0.1)


def test_the_model_agrees_with_the_review_on_what_bounds():
    """float32 and TF32: slots of the schedulers; bf16: what L2 gives, and the pass before."""
    for cell in CELLS.values():
        bound = cell_bound(cell)
        assert bound.by == ("L2" if cell["precision"] == "bf16" else "issue"), cell
    few = cell_bound(CELLS["VGG 14²×512-bf16"])
    assert few.busy == 98 and few.waves == pytest.approx(98 / 132)
    kernels = REVIEWED["kernels"]
    assert (kernels["implicit_gemm_128"]["multiplies"], kernels["implicit_gemm_128"]["loop"]) == (
        512,
        655,
    )
    assert (kernels["mma_tf32"]["multiplies"], kernels["mma_tf32"]["loop"]) == (32, 361)


def test_a_longer_loop_lowers_the_bound_and_more_registers_leave_fewer_blocks():
    cell = CELLS["VGG 56²×256-float32"]
    before = cell_bound(cell)
    assert cell_bound(cell, loop=755).tflops < 0.9 * before.tflops
    assert before.resident == 2
    assert cell_bound(cell, registers=129).resident == 1


# A loop in a loop, a way around each half of the end, and slots that are only filled.
LISTING = """
\t.section\t.text.small,"ax",@progbits
small:
.text.small:
        /*0000*/                   S2R R0, SR_TID.X ;
        /*0010*/               @P0 BRA `(.L_x_4) ;
        /*0020*/                   LDG.E.128 R4, desc[UR4][R2.64] ;
.L_x_4:
        /*0030*/                   MOV R1, RZ ;
.L_x_0:
        /*0040*/                   LDG.E.128.CONSTANT R4, desc[UR4][R2.64] ;
        /*0050*/              @!PT LDS RZ, [RZ] ;
.L_x_1:
        /*0060*/                   IADD3 R9, R9, 0x1, RZ ;
        /*0070*/               @P1 BRA `(.L_x_1) ;
        /*0080*/                   LDS.128 R8, [R111+0x10] ;
        /*0090*/                   STS [R36], R28 ;
        /*00a0*/                   FFMA R1, R2, R3.reuse, R1 ;
        /*00b0*/                   HMMA.1688.F32.TF32 R56, R36, R84, R56 ;
        /*00c0*/                   HMMA.1688.F32.TF32 R8, R36.reuse, R6, R8 ;
        /*00d0*/              @!P0 BRA `(.L_x_0) ;
        /*00e0*/               @P2 EXIT ;
        /*00f0*/               @P3 BRA `(.L_x_2) ;
        /*0100*/                   MUFU.EX2 R5, R5 ;
        /*0110*/                   MUFU.RCP R5, R5 ;
.L_x_2:
        /*0120*/                   STG.E.64 desc[UR4][R2.64], R4 ;
        /*0130*/                   EXIT ;
.L_x_3:
        /*0140*/                   BRA `(.L_x_3) ;
"""


def test_what_is_counted_of_a_kernel_is_what_a_reader_counts():
    (code,) = gpu_sass.read_listing(LISTING).values()
    counts = gpu_sass.count(code, registers=40, spilled_bytes=0)
    assert counts == gpu_sass.Counts(
        registers=40,
        spilled_bytes=0,
        instructions=21,
        before=4,  # with the read
        loop=10,
        after=4,  # not out at once, not by the two of MUFU
        multiplies=2,
        multiply_adds=2 * 16 * 8 * 8,
        operation="HMMA",
        shared_clocks=2 + 1,
        shared_bytes=32 * 16 + 32 * 4,
        fetched_bytes=32 * 16,
    )
    assert counts.share == 0.2


@pytest.mark.parametrize(
    ("text", "multiply_adds", "shared_bytes"),
    [
        ("HGMMA.64x256x16.F32 R24, gdesc[UR12], R24", 64 * 256 * 16 / 4, (64 + 256) * 32 / 4),
        ("HMMA.16816.F32.BF16 R4, R8, R12, R4", 16 * 8 * 16, 0),
        ("LDSM.16.M88.4 R36, [R122]", 32, 512),
        ("LDGSTS.E.BYPASS.128 [R31], desc[UR8][R14.64], P2", 32, 512),
        ("STS.64 [R31], R14", 32, 256),
    ],
)
def test_an_instruction_does_what_its_name_says(text, multiply_adds, shared_bytes):
    instruction = gpu_sass.Instruction(text, "")
    assert gpu_sass.shared_bytes(instruction) == shared_bytes
    if "MMA" in text:
        assert gpu_sass.multiply_adds(instruction) == multiply_adds


def can_compile() -> bool:
    try:
        metadata.distribution("nvidia-cuda-nvdisasm")
    except metadata.PackageNotFoundError:
        return False
    return importlib.util.find_spec("cupy") is not None


@pytest.fixture(scope="module")
def found():
    if not can_compile():
        pytest.skip("no CUDA compiler (python run.py test --extras gpu-build installs it)")
    return gpu_static.report()


@pytest.fixture(scope="module")
def committed():
    return json.loads(gpu_static.RESULT.read_text())


def test_the_committed_result_names_every_kernel_and_row(found, committed):
    assert set(found["kernels"]) == set(committed["kernels"])
    key = ["row", "numbers"]
    assert [[r[k] for k in key] for r in found["rows"]] == [
        [r[k] for k in key] for r in committed["rows"]
    ]
    assert found["model"] == committed["model"]


def test_machine_code_keeps_its_budget(found, committed):
    for name, now in found["kernels"].items():
        before = committed["kernels"][name]
        assert now["share"] >= before["share"], f"{name}: a smaller part of the loop multiplies"
        assert now["instruction_bytes"] <= before["instruction_bytes"], name
        assert now["spilled_bytes"] == 0, name


def test_no_row_can_reach_less_than_before(found, committed):
    for now, before in zip(found["rows"], committed["rows"], strict=True):
        name = f"{now['row']}, {now['numbers']}"
        assert now.get("method") == before.get("method"), name
        assert now.get("tflops", 0) >= before.get("tflops", 0), name
        assert now.get("busy", 0) >= before.get("busy", 0), name


def test_what_the_kernels_are_to_reach(found):
    """The goals of the design, as bounds: none of it is measured."""
    rows = {(row["row"], row["numbers"]): row for row in found["rows"]}
    assert found["kernels"]["implicit_gemm_128x128"]["share"] >= 0.88
    assert rows["VGG 56²×256", "float32"]["tflops"] >= 45
    for row, least in (("VGG 56²×256", 500), ("VGG 28²×512", 500), ("ResNet 56²×64", 250)):
        assert rows[row, "bfloat16"]["tflops"] >= least, row
    for numbers in MODELED_NUMBERS:
        assert rows["VGG 14²×512", numbers]["busy"] >= 128, numbers
