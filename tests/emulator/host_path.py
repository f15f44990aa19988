"""Everything that convkit does on the host before and after a kernel, each part as one check.

A check runs convkit on the stand-in as a user would and compares with the definition. They are
run one by one by tests/test_cuda_host_path.py, and all together for each planted fault
(`catch_fault`). `streams` says when work is done: a key of `machine.WHEN`.
"""

from __future__ import annotations

import tempfile
from unittest.mock import patch

import numpy as np
from problems import assert_close, definition

from convkit import METHODS, bench, conv2d, gradients, layers, plan, read_problem
from convkit.streaming import HostPlan
from tests.emulator.cases import CASES, TOLERANCES, compare, precisions_of
from tests.emulator.stand_in import stand_in

RANDOM = np.random.default_rng(21)
IMAGE = RANDOM.standard_normal((2, 9, 12, 8)).astype(np.float32)
FILTERS = RANDOM.standard_normal((8, 2, 3, 12)).astype(np.float32)
BIAS = RANDOM.standard_normal(12).astype(np.float32)
OPTIONS = {"padding": (2, 1), "stride": (1, 2), "dilation": (2, 1)}
EVERY = [(rung, precision) for rung in CASES for precision in precisions_of(rung)]


def takes(way, image=IMAGE, filters=FILTERS, **options) -> bool:
    """Whether a rung takes a layer, in this precision, on the stand-in's GPU."""
    rung, precision = way
    problem = read_problem(
        image.shape,
        filters.shape,
        dtype=image.dtype,
        device="gpu",
        precision=precision,
        compute_capability=(9, 0),
        **options,
    )
    return rung == "auto" or METHODS[rung].refuses(problem) is None


# The rungs for layers; those for signals and depthwise layers are run by `every_rung`.
WAYS = [way for way in EVERY if takes(way, **OPTIONS)]


def near(result, expected, scale, precision=None) -> None:
    """Within the error that the precision allows."""
    error = np.abs(np.asarray(result, np.float64) - expected)
    assert (error <= TOLERANCES[precision] * scale + 1e-30).all(), f"wrong by {np.max(error)}"


def right(image=IMAGE, filters=FILTERS, bias=BIAS, **options):
    """The definition, and the sum of the absolute products of each result."""
    options = OPTIONS | options
    expected = definition(image, filters, bias=bias, **options)
    return expected, definition(image, filters, bias=bias, absolute=True, **options)


def every_rung(streams):
    """Its first case, and its last."""
    for rung, precision in EVERY:
        for name in (next(iter(CASES[rung])), list(CASES[rung])[-1]):
            with stand_in(streams=streams):
                compare(rung, precision, name)


def views(streams):
    """Image, filters, bias and out that are views, on every rung."""
    expected, scale = right()
    with stand_in(streams=streams) as cupy:
        for rung, precision in WAYS:
            room = cupy.full((3, *expected.shape[1:3], 2 * expected.shape[3]), 7.0, np.float32)
            image = cupy.asarray(np.pad(IMAGE, ((0, 0), (1, 2), (0, 0), (1, 0))))[:, 1:-2, :, 1:]
            filters = cupy.asarray(np.repeat(FILTERS, 2, 3))[..., ::2]
            bias = cupy.asarray(np.repeat(BIAS, 2))[::2]
            out = room[1:, ..., ::2]
            options = {"method": rung, "precision": precision, **OPTIONS}
            assert conv2d(image, filters, bias=bias, out=out, **options) is out
            near(out.get(), expected, scale, precision)
            left = room.get()
            assert (left[0] == 7).all() and (left[..., 1::2] == 7).all(), "wrote beside out"


def channels_first(streams):
    """An image that is torch's, seen as ours; rows upside down."""
    with stand_in(streams=streams) as cupy:
        theirs = cupy.asarray(np.ascontiguousarray(np.moveaxis(IMAGE, 3, 1)))
        image = cupy.moveaxis(theirs, 1, 3)[:, ::-1]
        expected, scale = right(IMAGE[:, ::-1])
        for rung, precision in WAYS:
            result = conv2d(
                image,
                cupy.asarray(FILTERS),
                bias=cupy.asarray(BIAS),
                method=rung,
                precision=precision,
                **OPTIONS,
            )
            near(result.get(), expected, scale, precision)


def types(streams):
    """Bytes, 16 bits, float64, a bias of another type, and results of the right type."""
    with stand_in(streams=streams) as cupy:
        filters = cupy.asarray(FILTERS)
        for kind, dtype in ((np.uint8, "f4"), (np.float64, "f8"), (np.int64, "f8")):
            image = (10 * np.abs(IMAGE)).astype(kind)
            expected, scale = right(image, bias=BIAS.astype(np.float64))
            for rung in ("gpu_naive", "gpu_tiled", "gpu_im2col", "auto"):
                result = conv2d(
                    cupy.asarray(image),
                    filters,
                    method=rung,
                    bias=cupy.asarray(BIAS.astype(np.float64)),
                    **OPTIONS,
                )
                assert result.dtype == dtype
                near(result.get(), expected, scale)


def ragged_sizes(streams):
    """Numbers of results that no block divides, one result, none at all."""
    with stand_in(streams=streams) as cupy:
        for batch, size in ((1, 3), (0, 5), (3, 11), (1, 40)):
            image = RANDOM.standard_normal((batch, size, size + 1, 3)).astype(np.float32)
            filters = FILTERS[:3, :2, :2, :5]
            for rung, precision in (*EVERY, ("auto", None)):
                if not takes((rung, precision), image, filters):
                    continue
                result = conv2d(
                    cupy.asarray(image), cupy.asarray(filters), method=rung, precision=precision
                ).get()
                assert_close(result, image, filters, {}, tolerance=TOLERANCES[precision])


def odd_addresses(streams):
    """Arrays that begin at no multiple of 16 bytes, and maps that fill no chunk."""
    with stand_in(streams=streams) as cupy:

        def shifted(array):
            room = cupy.empty(array.size + 1, np.float32)
            room[1:] = cupy.asarray(array.ravel())
            return room[1:].reshape(array.shape)

        for rung, precision in WAYS:
            for filters in (FILTERS, FILTERS[..., :7]):
                bias = BIAS[: filters.shape[-1]]
                expected, scale = right(filters=filters, bias=bias)
                result = conv2d(
                    shifted(IMAGE),
                    shifted(filters),
                    bias=shifted(bias),
                    method=rung,
                    precision=precision,
                    **OPTIONS,
                )
                near(result.get(), expected, scale, precision)


def plans(streams):
    """A plan outlives its filters and its bias, takes several images, and writes over its image."""
    expected, scale = right()
    with stand_in(streams=streams) as cupy:
        for rung, precision in WAYS:
            filters, bias = cupy.asarray(FILTERS), cupy.asarray(BIAS)
            planned = plan(
                filters, IMAGE.shape, bias=bias, method=rung, precision=precision, **OPTIONS
            )
            filters[...], bias[...] = np.nan, np.nan
            del filters, bias
            out = cupy.full(expected.shape, np.nan, np.float32)
            for image in (IMAGE, IMAGE[::-1]):
                assert planned(cupy.asarray(image), out=out) is out
                flipped = slice(None) if image is IMAGE else slice(None, None, -1)
                near(out.get(), expected[flipped], scale[flipped], precision)
        square = FILTERS[:, :, :, :8]
        image = cupy.asarray(IMAGE)
        expected, scale = right(filters=square, bias=None, padding="same", stride=1, dilation=1)
        same = plan(cupy.asarray(square), IMAGE.shape, padding="same", method="gpu_tiled")
        same(image, out=image)
        near(image.get(), expected, scale)


def two_streams(streams):
    """Calls of one plan on two streams that know nothing of each other, freed arrays included."""
    with stand_in(streams=streams) as cupy:
        for rung, precision in WAYS:
            planned = plan(
                cupy.asarray(FILTERS), IMAGE.shape, method=rung, precision=precision, **OPTIONS
            )
            cupy.cuda.Device().synchronize()
            results, images = [], [IMAGE, IMAGE[::-1], 2 * IMAGE]
            queues = [cupy.cuda.Stream(non_blocking=True) for _ in images]
            for stream, image in zip(queues, images, strict=True):
                with stream:
                    results.append(planned(cupy.asarray(image)))
            for stream, image, result in zip(queues, images, results, strict=True):
                expected, scale = right(image, bias=None)
                near(result.get(stream=stream), expected, scale, precision)


def gradients_of_layers(streams):
    """Of image, filters and bias."""
    image, filters = IMAGE[..., :4], FILTERS[:4, :, :, :6]
    for options in ({"padding": 1}, {"stride": 2}, {"groups": 2}):
        some = filters[: 4 // options.get("groups", 1)]
        grad = RANDOM.standard_normal(definition(image, some, **options).shape).astype(np.float32)
        expected = (
            gradients.conv2d_grad_image(grad, some, image.shape, **options),
            gradients.conv2d_grad_filters(grad, image, some.shape, **options),
            gradients.conv2d_grad_bias(grad),
        )
        with stand_in(streams=streams) as cupy:
            g, x, w = map(cupy.asarray, (grad, image, some))
            results = (
                gradients.conv2d_grad_image(g, w, image.shape, **options),
                gradients.conv2d_grad_filters(g, x, some.shape, **options),
                gradients.conv2d_grad_bias(g),
            )
            for result, wanted in zip(results, expected, strict=True):
                np.testing.assert_allclose(result.get(), wanted, atol=1e-4)


def networks(streams):
    """Every kind of layer learns on the GPU what it learns on the CPU."""
    images = RANDOM.standard_normal((8, 10, 9, 3)).astype(np.float32)
    targets = RANDOM.integers(0, 3, 8)

    def trained(move, x, y):
        model = layers.Sequential(
            [
                layers.Conv2D(4, 3, activation="relu", padding="same"),
                layers.MaxPooling2D(2),
                layers.Conv2D(5, 2, activation="tanh"),
                layers.AveragePooling2D(2),
                layers.Flatten(),
                layers.Dropout(0.2),
                layers.Dense(3, activation="softmax"),
            ],
            seed=4,
        )
        model.build((10, 9, 3))
        move(model)
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y, epochs=2, batch_size=4, verbose=0)
        return model.predict(x), model.evaluate(x, y)

    on_cpu = trained(lambda model: None, images, targets)
    with stand_in(streams=streams) as cupy:
        on_gpu = trained(lambda model: model.to(cupy), cupy.asarray(images), cupy.asarray(targets))
        np.testing.assert_allclose(on_gpu[0].get(), on_cpu[0], atol=5e-5)
        np.testing.assert_allclose(
            *(list(map(float, np.ravel(r[1]))) for r in (on_gpu, on_cpu)), atol=5e-5
        )


def streaming(streams):
    """Images of the host, in blocks, whatever the current stream is."""
    expected, scale = right()
    with stand_in(streams=streams) as cupy:
        for current in (cupy.cuda.Stream.null, cupy.cuda.Stream(non_blocking=True)):
            with current:
                for block_bytes in (3_000, 2**28):
                    streamed = HostPlan(
                        FILTERS, IMAGE.shape, bias=BIAS, block_bytes=block_bytes, **OPTIONS
                    )
                    for image in (IMAGE, -IMAGE):
                        out = np.full(expected.shape, np.nan, np.float32)
                        streamed(image, out=out)
                        near(out, right(image)[0], scale)


def own_activation(streams):
    """A function of the caller's, on the GPU's array, streamed and not."""
    expected, scale = right()
    with stand_in(streams=streams) as cupy:
        result = conv2d(
            cupy.asarray(IMAGE),
            cupy.asarray(FILTERS),
            bias=cupy.asarray(BIAS),
            activation=lambda x: x * 2,
            **OPTIONS,
        )
        near(result.get(), 2 * expected, 2 * scale)
        streamed = HostPlan(
            FILTERS,
            IMAGE.shape,
            bias=BIAS,
            block_bytes=3_000,
            activation=lambda x: x * 2,
            **OPTIONS,
        )
        near(streamed(IMAGE), 2 * expected, 2 * scale)


def compiled_anew(streams):
    """No cubin is there yet: NVRTC is asked through CuPy, and its answer is loaded."""
    with (
        tempfile.TemporaryDirectory() as folder,
        stand_in(streams=streams) as cupy,
        patch.dict("os.environ", {"CONVKIT_CACHE": folder}),
    ):
        ones = cupy.ones((5, 6), np.float32)
        assert (conv2d(ones, ones[:2, :2], method="gpu_naive").get() == 4).all()


def second_device(streams):
    """The same layers on one GPU and then on another, which is made current."""
    expected, scale = right()
    for kinds in ([(9, 0), (9, 0)], [(9, 0), (8, 0)]):
        with stand_in(kinds, streams=streams) as cupy:
            for device in (0, 1, 0):
                with cupy.cuda.Device(device):
                    for precision in (None, "bf16"):
                        arrays = cupy.asarray(IMAGE), cupy.asarray(FILTERS)
                        result = conv2d(
                            *arrays,
                            bias=cupy.asarray(BIAS),
                            precision=precision,
                            method="gpu_mma" if precision else "gpu_implicit_gemm",
                            **OPTIONS,
                        )
                        assert result.data.device_id == device
                        near(result.get(), expected, scale, precision)


def commands(streams):
    """What `convkit bench --device gpu` calls, and `convkit doctor`."""
    from convkit.gpu_diagnosis import diagnose

    with stand_in(streams=streams) as cupy:
        rows = list(bench.bench((7, 8, 8), (8, 3, 3, 8), xp=cupy, seconds=0.001))
        assert {row.method for row in rows if row.error is not None} >= {"gpu_naive", "gpu_tiled"}
        assert diagnose()[0][0] and not any(line[0] is False for line in diagnose())


def other_device(streams):
    """Arrays on a GPU that is not the current one: plan, call, gradients."""
    expected, scale = right()
    for kinds in ([(9, 0), (9, 0)], [(7, 5), (9, 0)]):
        with stand_in(kinds, streams=streams) as cupy:
            with cupy.cuda.Device(1):
                image, filters, bias = map(cupy.asarray, (IMAGE, FILTERS, BIAS))
            cupy.cuda.Device(1).synchronize()
            for rung, precision in (*WAYS, ("auto", None)):
                options = {"method": rung, "precision": precision, "bias": bias, **OPTIONS}
                planned = plan(filters, IMAGE.shape, **options)
                for result in (conv2d(image, filters, **options), planned(image)):
                    assert result.data.device_id == 1
                    near(result.get(), expected, scale, precision)
            with cupy.cuda.Device(1):
                grad = cupy.asarray(expected.astype(np.float32))
            cupy.cuda.Device(1).synchronize()
            for found, wanted in (
                (
                    gradients.conv2d_grad_image(grad, filters, IMAGE.shape, **OPTIONS),
                    gradients.conv2d_grad_image(grad.get(), FILTERS, IMAGE.shape, **OPTIONS),
                ),
                (
                    gradients.conv2d_grad_filters(grad, image, FILTERS.shape, **OPTIONS),
                    gradients.conv2d_grad_filters(grad.get(), IMAGE, FILTERS.shape, **OPTIONS),
                ),
            ):
                assert found.data.device_id == 1
                np.testing.assert_allclose(found.get(), wanted, atol=1e-2)


def mixed_devices(streams):
    """Arrays on two GPUs are refused, by name."""
    with stand_in(devices=2, streams=streams) as cupy:
        image = cupy.asarray(IMAGE)
        with cupy.cuda.Device(1):
            filters = cupy.asarray(FILTERS)
        for give in (lambda: conv2d(image, filters), lambda: plan(filters, IMAGE.shape)(image)):
            try:
                give()
            except (TypeError, ValueError) as refusal:
                assert "image" in str(refusal) and "filters" in str(refusal)
            else:
                raise AssertionError("taken")


def graphs(streams):
    """A plan that is captured into a CUDA graph, which runs again on other images."""
    with stand_in(streams=streams) as cupy:
        for rung, precision in WAYS:
            if not METHODS[rung].fuses:
                continue  # it calls a library, which CuPy does not capture
            stream = cupy.cuda.Stream(non_blocking=True)
            with stream:
                planned = plan(
                    cupy.asarray(FILTERS), IMAGE.shape, method=rung, precision=precision, **OPTIONS
                )
                image = cupy.asarray(IMAGE)
                out = cupy.empty(planned(image).shape, np.float32)
                stream.synchronize()
                stream.begin_capture()
                planned(image, out=out)
                graph = stream.end_capture()
                others = [cupy.full(IMAGE.shape, np.nan, np.float32) for _ in range(3)]
                for factor in (1, -2):
                    image.set((factor * IMAGE).astype(np.float32), stream=stream)
                    graph.launch(stream)
                    expected, scale = right(factor * IMAGE, bias=None)
                    near(out.get(stream=stream), expected, scale, precision)
                del others


def far_apart(streams):
    """Views whose numbers are more than 2**31 apart: refused with a reason, or right."""
    small = IMAGE[:1, :3, :3, :4], FILTERS[:4, :2, :2, :8]
    expected, scale = (definition(*small, absolute=yes) for yes in (False, True))
    with stand_in(streams=streams) as cupy:
        filters = cupy.asarray(small[1])
        room = cupy.empty(2 * 3 * 2**29, np.float32)
        for name, axis in (("rows", 1), ("columns", 2)):
            steps = {1: (0, 2**30 + 4, 8, 1), 2: (0, 8, 2**30 + 4, 1)}[axis]
            shown = cupy.lib.stride_tricks.as_strided(
                room, (1, 3, 3, 4), tuple(4 * step for step in steps)
            )
            shown[...] = cupy.asarray(small[0])
            for rung, precision in (*WAYS, ("auto", None), ("auto", "bf16")):
                try:
                    result = conv2d(shown, filters, method=rung, precision=precision)
                except ValueError as refusal:
                    assert rung != "auto" and "2**31" in str(refusal), name
                    continue
                near(result.get(), expected, scale, precision)
            out = cupy.lib.stride_tricks.as_strided(
                room, (1, 2, 2, 8), tuple(4 * step for step in (0, *steps[1:3], 1))
            )
            image = cupy.asarray(small[0])
            for rung, precision in (*WAYS, ("auto", None), ("auto", "bf16")):
                out[...] = np.nan
                try:
                    conv2d(image, filters, method=rung, precision=precision, out=out)
                except ValueError as refusal:
                    assert rung != "auto" and "2**31" in str(refusal), name
                    continue
                near(out.get(), expected, scale, precision)


def other_libraries(streams):
    """Arrays that come by CUDA's interface, or by DLPack, and are not copied."""

    class Shown:
        def __init__(self, array):
            self.__cuda_array_interface__ = array.__cuda_array_interface__

    class Handed:
        def __init__(self, array):
            self.__dlpack__, self.__dlpack_device__ = array.__dlpack__, array.__dlpack_device__

    expected, scale = right(bias=None)
    with stand_in(streams=streams) as cupy:
        filters = cupy.asarray(FILTERS)
        for take in (Shown, Handed):
            image, out = cupy.asarray(IMAGE), cupy.zeros(expected.shape, np.float32)
            theirs = take(out)
            assert conv2d(take(image), filters, out=theirs, **OPTIONS) is theirs
            near(out.get(), expected, scale)


CHECKS = {
    check.__name__: check
    for check in (
        every_rung,
        views,
        channels_first,
        types,
        ragged_sizes,
        odd_addresses,
        plans,
        two_streams,
        gradients_of_layers,
        networks,
        streaming,
        own_activation,
        compiled_anew,
        second_device,
        commands,
        other_device,
        mixed_devices,
        graphs,
        other_libraries,
        far_apart,
    )
}
