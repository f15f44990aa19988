"""The stand-in itself: it does what CUDA promises, no more, and refuses what CuPy refuses."""

import numpy as np
import pytest

from convkit.cuda import loader
from tests.emulator.launch import fits
from tests.emulator.machine import WHEN
from tests.emulator.memory import EmulatorError
from tests.emulator.stand_in import missing, stand_in

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")

ONES = np.ones((5, 6), np.float32)


def launched(cupy, *changes):
    """naive_float with right arguments, some of them changed."""
    from convkit.cuda.launch import describe
    from convkit.problem import read_problem

    problem = read_problem((5, 6), (2, 2), device="gpu", compute_capability=(9, 0))
    image, filters = cupy.asarray(ONES)[None, ..., None], cupy.ones((1, 2, 2, 1), np.float32)
    out = cupy.empty(problem.output_shape, np.float32)
    arguments = [image, filters, np.uintp(0), out, describe(problem, image, out)]
    for index, value in changes:
        arguments[index] = value
    kernel = cupy.RawModule(path=str(loader.cubin_path("naive", "sm_90"))).get_function(
        "naive_float"
    )
    kernel((1,), (256,), tuple(arguments))
    return out.get()


def test_right_arguments_are_launched():
    with stand_in() as cupy:
        assert (launched(cupy) == 4).all()


@pytest.mark.parametrize(
    ("index", "value", "words"),
    [
        (0, ONES, "must be an array on the GPU"),
        (2, np.int32(0), "must be an array on the GPU"),
        (4, np.int32(0), "must be a struct of 136 bytes"),
        (4, np.zeros(1, [("a", np.int64, 16)]), "must be a struct of 136 bytes"),
    ],
)
def test_an_argument_that_the_kernel_does_not_take_is_refused(index, value, words):
    with stand_in() as cupy, pytest.raises(EmulatorError, match=words):
        launched(cupy, (index, value))


def test_an_array_of_another_type_or_device_is_refused():
    with stand_in(devices=2) as cupy:
        with pytest.raises(EmulatorError, match="points to float64, the kernel reads float32"):
            launched(cupy, (1, cupy.ones((1, 2, 2, 1))))
        with cupy.cuda.Device(1):
            there = cupy.ones((1, 2, 2, 1), np.float32)
        with pytest.raises(EmulatorError, match="lies on device 1"):
            launched(cupy, (1, there))


def test_a_cubin_that_is_cut_is_refused(tmp_path):
    with stand_in() as cupy:
        launched(cupy)
        whole = loader.cubin_path("naive", "sm_90").read_bytes()
        (tmp_path / "cut.cubin").write_bytes(whole[:-1])
        kernel = cupy.RawModule(path=str(tmp_path / "cut.cubin")).get_function("naive_float")
        with pytest.raises(EmulatorError, match="CUDA_ERROR_INVALID_IMAGE"):
            kernel((1,), (1,), ())


def test_machine_code_runs_on_its_generation_and_with_an_a_on_one_gpu_only():
    assert fits(80, "sm_80", (8, 6)) and not fits(86, "sm_86", (8, 0))
    assert not fits(80, "sm_80", (9, 0))
    assert fits(90, "sm_90a", (9, 0)) and not fits(100, "sm_100a", (10, 3))


def test_work_on_a_non_blocking_stream_has_no_order_with_the_null_stream():
    with stand_in(streams="late") as cupy:
        stream = cupy.cuda.Stream(non_blocking=True)
        array = cupy.ones(4, np.float32)  # asked of the null stream, which nobody waits for
        assert np.isnan(array.get(stream=stream)).all()


@pytest.mark.parametrize("streams", WHEN)
def test_events_and_blocking_streams_make_an_order(streams):
    with stand_in(streams=streams) as cupy:
        array, event = cupy.ones(4, np.float32), cupy.cuda.Event()
        event.record()
        stream = cupy.cuda.Stream(non_blocking=True)
        stream.wait_event(event)
        assert (array.get(stream=stream) == 1).all()
        with cupy.cuda.Stream():  # it waits for the null stream by itself
            other = array + 1
        assert (other.get(stream=cupy.cuda.Stream.null) == 2).all()


@pytest.mark.parametrize("streams", WHEN)
def test_memory_is_used_again_in_the_order_of_its_stream_only(streams):
    with stand_in(streams=streams) as cupy:
        array = cupy.ones(4, np.float32)
        result = array + 1  # may still be to do when `array` is gone, on the same stream
        del array
        assert (result.get() == 2).all()
    with pytest.raises(EmulatorError, match="was freed"), stand_in(streams="others first") as cupy:
        array, stream = cupy.ones(4, np.float32), cupy.cuda.Stream(non_blocking=True)
        cupy.cuda.Device().synchronize()
        with stream:
            result = array + 1
        del array  # it belongs to the null stream, which does not know of `stream`
        result.get(stream=stream)


def test_a_graph_runs_again_and_notices_memory_that_is_gone():
    with stand_in() as cupy:
        stream = cupy.cuda.Stream(non_blocking=True)
        with stream:
            array, out = cupy.ones(4, np.float32), cupy.zeros(4, np.float32)
            stream.synchronize()
            stream.begin_capture()
            cupy.add(out, array, out=out)
            with pytest.raises(EmulatorError, match="StreamCaptureUnsupported"):
                float(out[0])
            with pytest.raises(EmulatorError, match="Invalidated"):
                stream.end_capture()
            stream.begin_capture()
            cupy.add(out, array, out=out)
            graph = stream.end_capture()
            assert (out.get() == 0).all()  # noted, not done
            graph.launch()
            graph.launch()
            assert (out.get() == 2).all()
            del array
            graph.launch()
            with pytest.raises(EmulatorError, match="was freed"):
                out.get()


def test_the_null_stream_may_not_be_used_while_a_blocking_stream_captures():
    with stand_in() as cupy:
        array, stream = cupy.ones(4, np.float32), cupy.cuda.Stream()
        stream.begin_capture()
        with pytest.raises(EmulatorError, match="StreamCaptureImplicit"):
            array += 1


def test_what_cupy_refuses_is_refused():
    with stand_in() as cupy:
        array = cupy.ones((2, 3), np.float32)
        for wrong in (
            lambda: np.asarray(array),
            lambda: array + np.ones(3),
            lambda: cupy.sum(np.ones(3)),
            lambda: cupy.maximum(array, [1, 2, 3]),
            lambda: cupy.sum(array, initial=3),
            lambda: cupy.add(array, 1, where=array > 0),
            lambda: cupy.stack([array, np.ones(3)]),
        ):
            with pytest.raises(TypeError):
                wrong()
        with pytest.raises(ValueError, match="numpy"):
            array[...] = np.ones((2, 3))
        with pytest.raises(ValueError, match="Unsupported dtype"):
            cupy.empty(3, object)


def test_a_part_of_cupy_that_nobody_needed_yet_fails_by_its_name():
    with stand_in() as cupy:
        with pytest.raises(NotImplementedError, match=r"cupy\.sort_complex"):
            cupy.sort_complex(cupy.ones(3))
        with pytest.raises(NotImplementedError, match=r"cupy\.ndarray\.byteswap"):
            cupy.ones(3).byteswap()


def test_afterwards_cupy_is_as_it_was():
    import cupy

    before = {name: getattr(cupy, name) for name in ("empty", "add", "RawModule", "sort_complex")}
    with pytest.raises(KeyError), stand_in():
        raise KeyError
    assert all(getattr(cupy, name) is value for name, value in before.items())
    assert not cupy.is_available() or cupy.cuda.runtime.getDeviceCount() > 0


def test_freed_memory_leaves_no_region_behind():
    """A process may have 65,530 regions of memory; all tests together free more arrays."""

    def regions():
        with open("/proc/self/maps") as maps:
            return len(maps.readlines())

    with stand_in() as cupy:
        before = regions()
        for _ in range(400):
            float(cupy.ones((3, 1000), np.float32).sum())
    assert regions() < before + 100
