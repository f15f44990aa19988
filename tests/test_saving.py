"""Files: what is saved comes back, what is damaged changes nothing; other frameworks' weights."""

import io
import json
import pickle
import tracemalloc
import zipfile

import numpy as np
import pytest

from convkit.layers import (
    AveragePooling2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
    from_keras,
    from_torch,
    to_keras,
    to_torch,
)
from convkit.layers.safetensors import read as read_safetensors
from convkit.layouts import dense_from, dense_to, image_to

X = np.random.default_rng(0).standard_normal((3, 9, 10, 2))


def network(seed=0, maps=4, dtype=np.float32):
    return Sequential(
        [
            Conv2D(maps, 3, activation="relu", input_shape=(9, 10, 2)),
            MaxPooling2D(2),
            Flatten(),
            Dense(5, activation="tanh"),
            Dense(3, use_bias=False),
        ],
        seed=seed,
        dtype=dtype,
    )


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_saved_comes_back_to_the_last_bit(tmp_path, suffix, dtype):
    model, other = network(dtype=dtype), network(seed=1, dtype=dtype)
    model.save(tmp_path / f"model{suffix}")
    other.load(tmp_path / f"model{suffix}")
    for mine, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert [path.name for path in tmp_path.iterdir()] == [f"model{suffix}"]


def test_loading_keeps_the_arrays_so_that_an_optimizer_goes_on(tmp_path):
    model = network()
    array = model.layers[0].filters
    model.save(tmp_path / "m.npz")
    model.load(tmp_path / "m.npz")
    assert model.layers[0].filters is array


def test_the_safetensors_library_reads_our_files_and_we_read_its(tmp_path):
    library = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    model = network()
    model.save(tmp_path / "ours.safetensors")
    arrays = library.load_file(tmp_path / "ours.safetensors")
    for name, array in model.parameters.items():
        np.testing.assert_array_equal(arrays[name], array)
    library.save_file({k: v + 1 for k, v in arrays.items()}, tmp_path / "theirs.safetensors")
    model.load(tmp_path / "theirs.safetensors")
    np.testing.assert_array_equal(model.layers[0].filters, arrays["conv2d.filters"] + 1)


def cut(content, share):
    return content[: int(len(content) * share)]


def flip(content, at):
    at = int(len(content) * at)
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


DAMAGES = {
    "empty": lambda content: b"",
    "five bytes": lambda content: content[:5],
    "cut in the middle": lambda content: cut(content, 0.5),
    "cut at the end": lambda content: content[:-1],
    "text": lambda content: b"this is not a file of ours" * 20,
    "pickle": lambda content: pickle.dumps({"conv2d.filters": [1, 2, 3]}),
}


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_and_changes_nothing(tmp_path, suffix, damage):
    model, path = network(), tmp_path / f"model{suffix}"
    network(seed=1).save(path)
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"model\.(npz|safetensors).*not changed"):
        model.load(path)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
@pytest.mark.parametrize("at", np.linspace(0.02, 0.98, 25))
def test_a_flipped_byte_is_found_by_a_checksum_or_harmless(tmp_path, suffix, at):
    model, path = network(), tmp_path / f"model{suffix}"
    saved = network(seed=1)
    saved.save(path)
    path.write_bytes(flip(path.read_bytes(), at))
    before = model.get_weights()
    try:
        model.load(path)
    except ValueError:
        expected = before
    else:  # a byte that nobody reads, such as a date
        expected = saved.get_weights()
    for old, new in zip(expected, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def safetensors(table, data=b""):
    text = json.dumps(table).encode()
    return len(text).to_bytes(8, "little") + text + data


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ((2**40).to_bytes(8, "little"), "too long"),
        (safetensors([1, 2]), "not a JSON object"),
        (safetensors({"a": {"dtype": "F99", "shape": [1], "data_offsets": [0, 4]}}), "unknown"),
        (safetensors({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}), "at least 0"),
        (
            safetensors({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, b"\0" * 4),
            "4 bytes for shape",
        ),
        (safetensors({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}), "only 0"),
        (
            safetensors({"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}, b"\0" * 8),
            "gap",
        ),
        (safetensors({}, b"\0" * 8), "8 bytes of numbers, but the table tells of 0"),
        (
            safetensors(
                {"a": {"dtype": "F32", "shape": [True], "data_offsets": [0, 4]}}, b"\0" * 4
            ),
            "whole numbers",
        ),
    ],
)
def test_a_safetensors_file_is_believed_nothing(tmp_path, content, words):
    path = tmp_path / "bad.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read_safetensors(io.BytesIO(content))
    with pytest.raises(ValueError, match="not changed"):
        network().load(path)


def test_objects_in_an_npz_are_never_unpickled(tmp_path):
    path = tmp_path / "evil.npz"
    np.savez(path, **{"conv2d.filters": np.array([{"a": 1}], dtype=object)})
    with pytest.raises(ValueError, match=r"does not fit|must have") as caught:
        network().load(path)
    assert "pickle" not in str(caught.value)
    objects = {name: np.array([{"a": 1}] * 1, dtype=object) for name in network().parameters}
    np.savez(path, **objects)
    with pytest.raises(ValueError, match=r"shape|object"):
        network().load(path)


def test_shapes_are_checked_before_numbers_are_unpacked(tmp_path):
    """A bomb: on disk it is a thousandth of what it would fill."""
    path, model = tmp_path / "bomb.npz", network()
    large = {name: np.zeros(5_000_000) for name in model.parameters}
    np.savez_compressed(path, **large)
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"conv2d.filters must have shape"):
        model.load(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_parameters_that_are_not_finite_or_too_large_are_refused(tmp_path):
    model, path = network(dtype="float32"), tmp_path / "bad.npz"
    arrays = {name: array.astype("float64") for name, array in model.parameters.items()}
    before = model.get_weights()
    arrays["conv2d.bias"] = arrays["conv2d.bias"] + 1e300
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match=r"conv2d.bias holds numbers too large for float32"):
        model.load(path)
    arrays["conv2d.bias"] = np.full_like(arrays["conv2d.bias"], np.nan)
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match=r"4 of 4 numbers of conv2d.bias are not finite"):
        model.load(path)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere: create it"):
        network().save(tmp_path / "nowhere" / "model.npz")


def test_files_of_another_network_are_refused_with_names_and_shapes(tmp_path):
    network(maps=6).save(tmp_path / "six.npz")
    with pytest.raises(ValueError, match=r"conv2d.filters must have shape \(2, 3, 3, 4\)"):
        network().load(tmp_path / "six.npz")
    Sequential([Dense(3, input_shape=(4,))]).save(tmp_path / "dense.npz")
    with pytest.raises(ValueError, match=r"missing: conv2d.bias, .*unknown: none"):
        network().load(tmp_path / "dense.npz")
    with pytest.raises(FileNotFoundError, match=r"no file .*nowhere.npz"):
        network().load(tmp_path / "nowhere.npz")
    with pytest.raises(ValueError, match=r"'.npz' or|\.npz or \.safetensors"):
        network().save(tmp_path / "model.pkl")
    with zipfile.ZipFile(tmp_path / "other.npz", "w") as archive:
        archive.writestr("readme.txt", "an ordinary zip file")
    with pytest.raises(ValueError, match="not changed"):
        network().load(tmp_path / "other.npz")


def test_a_failing_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "model.safetensors"
    network().save(path)
    old = path.read_bytes()
    monkeypatch.setattr("os.fsync", lambda number: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        network(seed=1).save(path)
    assert path.read_bytes() == old
    assert len(list(tmp_path.iterdir())) == 1


def test_what_load_would_refuse_is_not_saved(tmp_path):
    path = tmp_path / "model.npz"
    network().save(path)
    old, broken = path.read_bytes(), network(seed=1)
    broken.layers[0].bias[1] = np.nan
    with pytest.raises(ValueError, match=r"1 of 4 numbers of conv2d.bias are not .* not written"):
        broken.save(path)
    assert path.read_bytes() == old


def test_set_weights_changes_all_or_nothing():
    model = network()
    with pytest.raises(TypeError, match=r"conv2d.filters must be a NumPy .* array, got list"):
        model.set_weights([array.tolist() for array in model.get_weights()])
    before, arrays = model.get_weights(), network(seed=1).get_weights()
    with pytest.raises(ValueError, match="5 arrays"):
        model.set_weights(arrays[:-1])
    with pytest.raises(ValueError, match=r"dense_1.weights must have shape \(5, 3\)"):
        model.set_weights([*arrays[:-1], arrays[-1].T])
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


# Other frameworks


def test_flattened_maps_are_permuted_for_channels_first_and_back():
    maps = np.random.default_rng(1).standard_normal((4, 5, 3))
    weights = np.random.default_rng(2).standard_normal((60, 7))
    theirs = dense_to("torch", weights, maps_shape=(4, 5, 3))
    flat = image_to("torch", maps).reshape(-1)
    np.testing.assert_allclose(theirs @ flat, maps.reshape(-1) @ weights)
    np.testing.assert_array_equal(dense_from("torch", theirs, maps_shape=(4, 5, 3)), weights)
    np.testing.assert_array_equal(dense_to("keras", weights, maps_shape=(4, 5, 3)), weights)
    with pytest.raises(ValueError, match="flatten to 60 numbers, but the weights have 61"):
        dense_to("torch", np.zeros((61, 7)), maps_shape=(4, 5, 3))


NETWORKS = {
    "flatten": lambda: network(dtype=np.float64),
    "dropout between": lambda: Sequential(
        [
            Conv2D(4, (3, 2), strides=(2, 1), padding="same", input_shape=(9, 10, 2)),
            Tanh(),
            AveragePooling2D(2),
            Flatten(),
            Dropout(0.5),
            Sigmoid(),
            Dense(6),
            ReLU(),
            Dense(3),
            Softmax(),
        ],
        seed=0,
        dtype=np.float64,
    ),
    "global pooling": lambda: Sequential(
        [
            Conv2D(
                6,
                3,
                padding="full",
                dilation_rate=2,
                groups=2,
                activation="relu",
                input_shape=(9, 10, 2),
            ),
            Conv2D(4, 1, use_bias=False),
            MaxPooling2D(3, strides=2),
            GlobalAveragePooling2D(),
            Dense(3, activation="softmax"),
        ],
        seed=0,
        dtype=np.float64,
    ),
}


@pytest.mark.peers
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_answers_the_same_in_torch_and_back(name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    model = NETWORKS[name]()
    for array in model.parameters.values():
        array[...] = np.random.default_rng(3).standard_normal(array.shape)
    theirs = to_torch(model).eval()
    expected = theirs(torch.from_numpy(image_to("torch", X).copy())).detach().numpy()
    np.testing.assert_allclose(model.predict(X), expected, atol=1e-10)
    back = from_torch(theirs, (9, 10, 2))
    np.testing.assert_allclose(back.predict(X), expected, atol=1e-10)
    with torch.no_grad():  # copies, not views
        for parameter in theirs.parameters():
            parameter.zero_()
    np.testing.assert_allclose(model.predict(X), expected, atol=1e-10)
    np.testing.assert_allclose(back.predict(X), expected, atol=1e-10)


@pytest.mark.peers
def test_torch_drops_nothing_before_it_is_told_to_train():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    model = Sequential([Dropout(0.9, input_shape=(50,))], seed=0)
    assert torch.equal(to_torch(model)(torch.ones(2, 50)), torch.ones(2, 50))


@pytest.mark.peers
def test_what_the_other_side_lacks_is_named():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    with pytest.raises(ValueError, match=r"convkit has no layer like PyTorch's BatchNorm2d"):
        from_torch(torch.nn.Sequential(torch.nn.BatchNorm2d(2)), (9, 10, 2))
    with pytest.raises(ValueError, match=r"layer 'max_pooling2d': PyTorch pools without"):
        to_torch(Sequential([MaxPooling2D(2, padding="same", input_shape=(9, 10, 2))]))


@pytest.mark.peers
def test_what_would_compute_something_else_is_refused():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    nn = torch.nn

    class Own(nn.ReLU):
        def forward(self, x):
            return x

    conv = nn.Conv2d(2, 4, 3)
    foreign = [
        [nn.Softmax(dim=2)],
        [nn.Softmax(dim=-1)],
        [nn.Flatten(2)],
        [nn.Flatten(0)],
        [nn.Linear(10, 3)],
        [conv, nn.Flatten()],
        [conv, nn.Flatten(), nn.ReLU(), nn.Softmax(dim=1)],
        [conv, nn.AdaptiveAvgPool2d(1)],
        [conv, nn.AdaptiveAvgPool2d(1), nn.ReLU(), nn.Flatten()],
        [nn.ZeroPad2d(1), nn.ReLU(), conv],
        [nn.ZeroPad2d(1)],
        [nn.ZeroPad2d(1), nn.Conv2d(2, 4, 3, padding=1)],
        [nn.Conv2d(2, 4, 3, padding=1, padding_mode="reflect")],
        [nn.MaxPool2d(2, ceil_mode=True)],
        [nn.MaxPool2d(2, return_indices=True)],
        [nn.MaxPool2d(2, dilation=2)],
        [Own()],
        [nn.Conv2d(2, 4, 3).half()],
        [nn.Conv2d(2, 4, 3), nn.Conv2d(4, 4, 3).double()],
    ]
    for modules in foreign:
        with pytest.raises(ValueError, match=r"PyTorch|padded|follow|float32, or all"):
            from_torch(nn.Sequential(*modules), (9, 10, 2))
    with pytest.raises(TypeError, match=r"takes a torch.nn.Sequential, got Conv2d"):
        from_torch(conv, (9, 10, 2))
    with pytest.raises(TypeError, match="input_shape must be the shape of one example"):
        from_torch(nn.Sequential(nn.Linear(3, 3)), 3)
    for axis in (1, -1, -3):  # of (N, 4, 5) neither is our last one
        with pytest.raises(ValueError, match="no layer like PyTorch's Softmax"):
            from_torch(nn.Sequential(nn.Softmax(axis)), (4, 5))
    with pytest.raises(ValueError, match=r"softmax on examples of shape \(4, 5\)"):
        to_torch(Sequential([Softmax(input_shape=(4, 5))]))
    hooked, own = nn.Linear(3, 3), nn.Linear(3, 3)
    hooked.register_forward_hook(lambda module, inputs, out: 2 * out)
    own.forward = lambda x: x
    outside = nn.Sequential(nn.Linear(3, 3))
    outside.register_forward_pre_hook(lambda module, inputs: (2 * inputs[0],))
    for changed in (*map(nn.Sequential, (hooked, own)), outside):
        with pytest.raises(ValueError, match="hooks or a forward of its own"):
            from_torch(changed, (3,))

    class Louder(Conv2D):
        def forward(self, x, memo):
            return 2 * super().forward(x, memo)

    image = {"input_shape": (9, 10, 2)}
    for layers in (
        [Dense(3, **image)],
        [Conv2D(4, 3, **image), Flatten()],
        [Conv2D(4, 3, **image), Flatten(), Softmax()],
        [Louder(4, 3, **image)],
    ):
        with pytest.raises(ValueError, match="PyTorch"):
            to_torch(Sequential(layers))
    with pytest.raises(ValueError, match="does not know the shape"):
        to_torch(Sequential([Conv2D(4, 3)]))


@pytest.mark.peers
def test_flattened_maps_whose_order_is_the_same_need_no_dense():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    for layers in (
        [Conv2D(1, 3, input_shape=(9, 10, 2)), Flatten()],
        [Conv2D(4, (9, 10), input_shape=(9, 10, 2)), Flatten(), Softmax()],
    ):
        model = Sequential(layers, dtype=np.float64)
        theirs = to_torch(model)(torch.from_numpy(image_to("torch", X).copy()))
        np.testing.assert_allclose(model.predict(X), theirs.detach().numpy(), rtol=1e-12)


def test_keras_weights_need_a_model_that_is_built():
    unbuilt = Sequential([Conv2D(4, 3)])
    for call in (lambda: to_keras(unbuilt), lambda: from_keras(unbuilt, [])):
        with pytest.raises(ValueError, match="does not know the shape of its input"):
            call()


def test_keras_weights_go_there_and_back():
    model, other = network(), network(seed=1)
    arrays = to_keras(model)
    assert [a.shape for a in arrays] == [(3, 3, 2, 4), (4,), (48, 5), (5,), (5, 3)]
    np.testing.assert_array_equal(arrays[0][2, 1], model.layers[0].filters[:, 2, 1])
    from_keras(other, arrays)
    np.testing.assert_array_equal(other.predict(X), model.predict(X))
    with pytest.raises(ValueError, match="has 5 arrays, got 4"):
        from_keras(other, arrays[:4])
