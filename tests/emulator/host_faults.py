"""Faults of the kinds that code which starts GPU kernels really has, to plant one at a time.

This list was written before any of them was tried. Each is a substitution of text that occurs
exactly once in its file, a module of convkit. Of the 34, 32 were noticed at once. Two showed
holes: padded channels were tried on some rungs only, and no order of work let two streams take
turns, which is when work space that they share is written by one and read by the other.
"""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One substitution in one module, and what goes wrong."""

    module: str
    breaks: str
    old: str
    new: str


LAUNCH, LOADER, PACK = "convkit.cuda.launch", "convkit.cuda.loader", "convkit.cuda.pack"
STREAMING, PLANS, SCRATCH = "convkit.streaming", "convkit.plans", "convkit.scratch"
NAIVE, TILED = "convkit.methods.gpu_naive", "convkit.methods.gpu_tiled"
IM2COL, GEMM = "convkit.methods.gpu_im2col", "convkit.methods.gpu_implicit_gemm"
MMA, WGMMA = "convkit.methods.gpu_mma", "convkit.methods.gpu_wgmma"

FAULTS = [
    Fault(
        LAUNCH,
        "steps in bytes instead of numbers",
        "step // array.itemsize for step in array.strides",
        "step for step in array.strides",
    ),
    Fault(
        LAUNCH,
        "image and result steps exchanged",
        "_steps(image),\n                _steps(out),",
        "_steps(out),\n                _steps(image),",
    ),
    Fault(
        LAUNCH,
        "kernel columns before kernel rows",
        "*problem.kernel,\n",
        "*problem.kernel[::-1],\n",
    ),
    Fault(
        LAUNCH,
        "padding on the left before padding on top",
        "problem.pads[0][0],\n                problem.pads[1][0],",
        "problem.pads[1][0],\n                problem.pads[0][0],",
    ),
    Fault(
        LAUNCH,
        "dilation before stride",
        "*problem.stride,\n                *problem.dilation,",
        "*problem.dilation,\n                *problem.stride,",
    ),
    Fault(LAUNCH, "a field of 64 bits", '("groups", np.int32)', '("groups", np.int64)'),
    Fault(
        LAUNCH,
        "filters and bias exchanged",
        "filters,\n        NO_BIAS if bias is None else bias,",
        "NO_BIAS if bias is None else bias,\n        filters,",
    ),
    Fault(LAUNCH, "a null pointer of 32 bits", "np.uintp(0)", "np.uint32(0)"),
    Fault(
        LAUNCH,
        "shared memory is not asked for at the launch",
        "arguments, shared_mem=shared)",
        "arguments)",
    ),
    Fault(
        LAUNCH,
        "the kernel of another device is kept",
        "name, capability, number,",
        "name, capability, 0,",
    ),
    Fault(
        LAUNCH,
        "an empty result starts an empty grid",
        "if 0 in problem.output_shape:",
        "if problem.output_shape is None:",
    ),
    Fault(LAUNCH, "an address that is no multiple of 16", "array.data.ptr % 16 == 0", "True"),
    Fault(PACK, "a count of 64 bits", "np.int32(to.shape[3])", "np.int64(to.shape[3])"),
    Fault(
        LOADER,
        "headers as text",
        "[text.encode() for text in texts.values()]",
        "list(texts.values())",
    ),
    Fault(
        LOADER,
        "the cubin's last byte is missing",
        "return whole_elf(nvrtc.getCUBIN(program))",
        "return (nvrtc.getCUBIN(program))",
    ),
    Fault(
        LOADER,
        "much shared memory is not asked for when the kernel is made",
        "shared_bytes > 48 * 1024",
        "shared_bytes > 64 * 1024",
    ),
    Fault(
        NAIVE,
        "a last block is missing",
        "ceil_divide(prod(problem.output_shape), THREADS),",
        "max(1, prod(problem.output_shape) // THREADS),",
    ),
    Fault(
        NAIVE,
        "filters that are a view",
        "array_library(filters=filters).ascontiguousarray(filters)",
        "filters",
    ),
    Fault(TILED, "too few bytes of shared memory", "* dtype.itemsize", "* 4"),
    Fault(
        GEMM,
        "an image that is a view read four numbers at a time",
        "% 4 == 0 and aligned(image)",
        "% 4 == 0",
    ),
    Fault(IM2COL, "padding that nobody sets to zero", "xp.zeros(shape", "xp.empty(shape"),
    Fault(
        MMA,
        "filled up filters that nobody sets to zero",
        "xp.zeros((*stored",
        "xp.empty((*stored",
    ),
    Fault(
        MMA,
        "the length of a row of filters forgotten",
        "stored_maps=prepared.shape[3]",
        "stored_maps=problem.maps",
    ),
    Fault(
        MMA,
        "the image is packed into an array that is gone at once",
        "pack(image, packed, kind)",
        "pack(image, packed.copy(), kind)",
    ),
    Fault(
        WGMMA,
        "filters with rows and columns exchanged",
        "ordered.transpose(3, 1, 2, 0)",
        "ordered.transpose(3, 2, 1, 0)",
    ),
    Fault(PLANS, "a bias that is a view", ".reshape(-1).copy()", ".reshape(-1)"),
    Fault(
        PLANS,
        "an image of another type is not converted",
        "image = xp.asarray(image, problem.result_dtype)",
        "image = image[...]",
    ),
    Fault(
        PLANS,
        "a result beside out that is not copied there",
        "plain(out)[...] = result",
        "plain(out)[...]",
    ),
    Fault(
        PLANS,
        "a plan that keeps the caller's filters",
        "self.problem), copy=planned)",
        "self.problem), copy=False)",
    ),
    Fault(
        SCRATCH,
        "work space that calls on two streams share",
        "if self._xp is np:\n            self._free",
        "if True:\n            self._free",
    ),
    Fault(
        STREAMING,
        "rows copied in on another stream",
        "gpu_in.set(host_in, stream=self.stream)",
        "gpu_in.set(host_in)",
    ),
    Fault(
        STREAMING,
        "the result copied out on another stream",
        "gpu_out.get(stream=self.stream, ",
        "gpu_out.get(",
    ),
    Fault(STREAMING, "a block computed on another stream", "with lane.stream:", "if lane.stream:"),
    Fault(
        STREAMING,
        "a lane that is not waited for",
        "self.stream.synchronize()\n        if",
        "self.stream.done\n        if",
    ),
]
