"""Every kernel compiled by NVIDIA's own compiler for every GPU it is for; no GPU is needed.

It is reached as convkit reaches it, through CuPy. Registers and spills must stay within
tests/cuda_budget.json. To accept new numbers:

    python -m tests.test_cuda_compile
"""

import hashlib
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from convkit.cuda import loader
from tests.emulator import cubin
from tests.emulator.stand_in import WITHOUT_CUPY, nvrtc

COMPILER = nvrtc()
pytestmark = pytest.mark.skipif(COMPILER is None, reason=WITHOUT_CUPY)

BUDGET = Path(__file__).with_name("cuda_budget.json")
BUILT = Path(__file__).parents[1] / "_build" / "nvrtc"
GENERATIONS = {
    "sm_75": (7, 5),
    "sm_80": (8, 0),
    "sm_86": (8, 6),
    "sm_89": (8, 9),
    "sm_90": (9, 0),
    "sm_100": (10, 0),
    "sm_120": (12, 0),
}
PAIRS = [
    (file, loader.architecture(file, capability))
    for file in loader.OLDEST
    for capability in GENERATIONS.values()
    if loader.runs_on(file, capability)
]
# Without an activation for every GPU; for one, also with that which needs most registers.
TRIPLES = [(*pair, None) for pair in PAIRS] + [
    (file, arch, "tanh") for file, arch in PAIRS if "sm_90" in arch and file != "pack"
]


def usage(file, arch, activation=None):
    """Registers and spilled bytes of each kernel, as ptxas reports them; kept in _build/."""
    parts = [loader.source_of(file), *loader.headers().values(), arch, repr(loader.OPTIONS)]
    parts.append(repr((activation, COMPILER.getVersion())))
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]
    kept = BUILT / f"{file}-{arch}-{key}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    machine_code, log = loader.compile_cubin(
        file, arch, COMPILER, (*loader.OPTIONS, "--ptxas-options=-v"), activation=activation
    )
    whole = cubin.read(machine_code)
    warnings = [line for line in log.splitlines() if "warning" in line.lower()]
    found = {
        "warnings": warnings,
        "kernels": {},
        "generation": whole.generation,
        "parameters": {name: entry.parameters for name, entry in whole.kernels.items()},
    }
    report = r"entry function '(\w+)'.*?(\d+) bytes spill stores.*?Used (\d+) registers"
    for name, spills, registers in re.findall(report, log, re.DOTALL):
        found["kernels"][name] = {"registers": int(registers), "spilled_bytes": int(spills)}
    BUILT.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(found))
    return found


@pytest.fixture(scope="module")
def usages():
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {triple: pool.submit(usage, *triple) for triple in TRIPLES}


@pytest.mark.parametrize(("file", "arch", "activation"), TRIPLES)
def test_kernels_compile_within_their_registers(file, arch, activation, usages):
    found = usages[file, arch, activation].result()
    assert found["warnings"] == []
    assert set(found["kernels"]) == set(loader.kernel_names(loader.source_of(file)))
    budget = json.loads(BUDGET.read_text())[file][arch]
    for name, used in found["kernels"].items():
        for what, number in used.items():
            assert number <= budget[name][what], (
                f"{name} on {arch}: {number} {what}, the budget is {budget[name][what]}"
            )


@pytest.mark.parametrize(("file", "arch"), PAIRS)
def test_the_cubin_is_whole_and_holds_every_kernel(file, arch, usages):
    found = usages[file, arch, None].result()  # reading it has failed already if bytes are missing
    assert f"sm_{found['generation']}" == arch.rstrip("a")
    assert set(found["parameters"]) == set(loader.kernel_names(loader.source_of(file)))
    assert all(sizes for sizes in found["parameters"].values())


def test_a_source_that_is_wrong_is_refused_with_the_compilers_words():
    with pytest.raises(RuntimeError, match=r"naive\.cu.*sm_75[\s\S]*undefined_thing"):
        loader.compile_cubin(
            "naive",
            "sm_75",
            COMPILER,
            source='extern "C" __global__ void f() { undefined_thing(); }',
        )


def test_each_file_names_the_oldest_gpu_that_it_compiles_for():
    """Copies that do not wait need sm_80, wgmma sm_90a: before that NVIDIA's compiler refuses."""
    for file, older in (("pack", "sm_75"), ("wgmma", "sm_90")):
        with pytest.raises(RuntimeError, match=rf"{file}\.cu does not compile for {older}"):
            loader.compile_cubin(file, older, COMPILER)


def test_a_kernel_is_compiled_for_one_activation_and_kept_under_its_name(monkeypatch, tmp_path):
    monkeypatch.setenv("CONVKIT_CACHE", str(tmp_path))
    monkeypatch.setattr("cupy.RawModule", lambda path: path)
    paths = [loader._module.__wrapped__("naive", "sm_90", 0, name) for name in loader.ACTIVATIONS]
    for path, name in zip(paths, loader.ACTIVATIONS, strict=True):
        assert Path(path).name.startswith(f"naive-sm_90-{name or 'none'}-")
    contents = [Path(path).read_bytes() for path in paths]
    assert len(set(contents)) == 4
    assert (
        len(contents[0]) <= len(contents[1]) < len(contents[3])
    )  # tanh only where it is asked for
    monkeypatch.setattr(loader, "compile_cubin", None)
    assert loader._module.__wrapped__("naive", "sm_90", 0, "tanh") == paths[3]  # not compiled again


def write_budget():
    """Accept what the compiler uses now."""
    budget = {file: {} for file in loader.OLDEST}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda triple: usage(*triple), TRIPLES)
        for (file, arch, _), one in zip(TRIPLES, found, strict=True):
            kernels = budget[file].setdefault(arch, one["kernels"])
            for name, used in one["kernels"].items():
                kernels[name] = {what: max(used[what], n) for what, n in kernels[name].items()}
    text = json.dumps(budget, indent=1)
    text = re.sub(r'\{\s+("registers": \d+),\s+("spilled_bytes": \d+)\s+\}', r"{\1, \2}", text)
    BUDGET.write_text(text + "\n")


if __name__ == "__main__":
    write_budget()


def test_a_cubin_that_is_cut_off_is_compiled_anew_and_others_may_read_it(monkeypatch, tmp_path):
    monkeypatch.setenv("CONVKIT_CACHE", str(tmp_path))
    path = loader.cubin_path("pack", "sm_90")
    whole = path.read_bytes()
    for damaged in (b"\x7fE", whole[:-1000]):
        path.write_bytes(damaged)
        assert loader.cubin_path("pack", "sm_90").read_bytes() == whole
    beside = tmp_path / "made by open"
    beside.touch()
    assert path.stat().st_mode == beside.stat().st_mode
    assert sorted(tmp_path.iterdir()) == sorted([path, beside])


def test_a_cache_that_is_set_to_nothing_is_not_the_current_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("CONVKIT_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert loader.cache_folder() == tmp_path / "convkit"
