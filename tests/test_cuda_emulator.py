"""The emulator itself: what a kernel must not do ends its launch with a message that says what."""

from pathlib import Path

import numpy as np
import pytest

from convkit.cuda import loader
from tests.emulator.build import Kernel, build, compiler
from tests.emulator.memory import EmulatorError, check_surroundings, guarded

pytestmark = pytest.mark.skipif(compiler() is None, reason="no compiler (g++ or clang++ on Linux)")

# name: body of a kernel of 64 threads with 2048 bytes of shared memory, what the message says
FAULTS = {
    "reads_past_the_end": ("out[0] = image[threadIdx.x + 1];", "byte 256 of argument 0"),
    "writes_before_the_start": ("out[-16 * 1024] = 1;", "byte -65536 of argument 1"),
    "leaves_before_a_barrier": ("if (threadIdx.x < 60) __syncthreads();", "4 threads left"),
    "two_barriers": (
        "if (threadIdx.x < 32) __syncthreads();\nelse __syncthreads();",
        "barriers at lines",
    ),
    "half_a_warp": (
        "unsigned r[4];\nif (threadIdx.x < 16) load_matrices(r, s->numbers);",
        "lanes that never come",
    ),
    "warp_apart": (
        "unsigned r[4];\nif (threadIdx.x % 2) load_matrices(r, s->numbers);\n"
        "else load_matrices(r, s->numbers);",
        "lanes of one warp meet at lines",
    ),
    "no_end": ("for (volatile int i = 0; i < 1; i *= 1) {}", "does not come to an end"),
    "divides_by_zero": ("out[0] = 1 / (int)(threadIdx.x - threadIdx.x);", "divided by zero"),
    "odd_address": ("out[0] = load4(image + 1).x;", "multiple of 16"),
    "copy_beyond_shared": ("copy16_async((char*)s + 2040, image, true);", "copies to byte 2040"),
    "copy_not_committed": ("copy16_async(s, image, true);", "never commits"),
    "copy_not_awaited": ("copy16_async(s, image, true); commit_copies();", "copies under way"),
    "past_shared": ("s->numbers[512 + threadIdx.x] = 1;", "touched memory that is not its own"),
    "other_size": ("shared_memory<float4>()->x = 1;", "keeps 16 bytes in shared memory"),
}

SOURCE = """#include "convolution.cuh"
#include "instructions.cuh"
struct Room { float numbers[512]; };
extern "C" __global__ void uninitialized_shared(const float* image, float* out) {
    out[threadIdx.x] = shared_memory<Room>()->numbers[threadIdx.x];
}
extern "C" __global__ void reverses(const float* image, float* out) {
    Room* s = shared_memory<Room>();
    s->numbers[threadIdx.x] = image[threadIdx.x];
    BARRIER
    out[threadIdx.x] = s->numbers[63 - threadIdx.x];
}
""" + "".join(
    f'extern "C" __global__ void {name}(const float* image, float* out) {{\n'
    f"Room* s = shared_memory<Room>();\n{body}\n}}\n"
    for name, (body, _) in FAULTS.items()
)


@pytest.fixture(scope="module", autouse=True)
def short_patience():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMULATOR_SECONDS", "1")
        yield


def launch(name, order="forward", barrier="__syncthreads();"):
    library = build("naive", {"naive.cu": SOURCE.replace("BARRIER", barrier)})
    image, out = guarded(64, np.float32), guarded(64, np.float32)
    image[:] = np.arange(64)
    Kernel(library, name, order)((1,), (64,), (image, out), shared_mem=2048)
    return out


@pytest.mark.parametrize("order", ["forward", "random"])
@pytest.mark.parametrize("name", FAULTS)
def test_what_a_kernel_must_not_do_is_told(name, order):
    with pytest.raises(EmulatorError) as told:
        launch(name, order)
    assert FAULTS[name][1] in str(told.value)
    assert name in str(told.value)


def test_a_launch_after_a_failed_one_is_clean():
    with pytest.raises(EmulatorError):
        launch("past_shared")
    assert launch("reverses").tolist() == list(range(63, -1, -1))


@pytest.mark.parametrize("order", ["forward", "reverse", "random", "eager"])
def test_a_missing_barrier_shows_and_a_barrier_mends_it(order):
    assert launch("reverses", order).tolist() == list(range(63, -1, -1))
    assert np.isnan(launch("reverses", order, barrier="")).any()


def test_what_was_never_written_is_not_a_number():
    assert np.isnan(launch("uninitialized_shared")).all()


def test_writing_into_the_bytes_beside_an_array_is_noticed():
    array = guarded(3, np.float32)  # 12 bytes: 4 lie between its end and the closed region
    check_surroundings(array)
    beside = np.lib.stride_tricks.as_strided(array, (4,))
    beside[3] = 0
    with pytest.raises(EmulatorError, match="beside an array of 12 bytes"):
        check_surroundings(array)


def test_what_runs_is_the_file_that_is_compiled_for_gpus():
    """Byte for byte: the folder that g++ reads holds the package's own files."""
    for file in loader.OLDEST:
        folder = Path(build(file)._name).parent
        for path in (*loader.SOURCES.glob("*.cuh"), loader.SOURCES / f"{file}.cu"):
            if path.name not in ("instructions.cuh", "hopper.cuh"):  # those are the machine
                assert (folder / path.name).read_bytes() == path.read_bytes()
